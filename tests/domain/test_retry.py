"""When a delivery that was certainly not sent is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.retry import is_too_late, next_try

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "longest_s"),
    [(1, 10), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 7200), (7, 21600), (50, 21600)],
)
def test_each_try_waits_longer_but_never_less_than_half_its_step(
    attempts: int, longest_s: int
) -> None:
    waits = [(next_try(attempts, now=NOW) - NOW).total_seconds() for _ in range(50)]

    assert min(waits) >= longest_s / 2
    assert max(waits) <= longest_s


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        pytest.param(timedelta(seconds=288), timedelta(seconds=288), id="what the channel asks"),
        pytest.param(timedelta(seconds=-5), timedelta(seconds=1), id="a time in the past"),
        pytest.param(timedelta(days=9), timedelta(hours=24), id="an absurd time"),
    ],
)
def test_a_channel_that_names_a_time_gets_it_within_reason(
    asked: timedelta, granted: timedelta
) -> None:
    assert next_try(1, now=NOW, asked=asked) == NOW + granted


def test_news_is_too_late_after_six_hours() -> None:
    assert not is_too_late(NOW - timedelta(hours=5, minutes=59), now=NOW)
    assert is_too_late(NOW - timedelta(hours=6, seconds=1), now=NOW)
