"""The allowance of draws: refilled by time, the same for a household, bounded in memory."""

import pytest
from werkzeug.exceptions import TooManyRequests

from service.web import allowance
from service.web.allowance import Allowance


@pytest.fixture
def time(monkeypatch):
    """A clock that stands until it is told to go on."""
    now = [0.0]
    monkeypatch.setattr("service.web.allowance.time.monotonic", lambda: now[0])
    return now


def _taken(draws, address, times):
    """How many of so many draws are allowed."""
    allowed = 0
    for _ in range(times):
        try:
            draws.take(address)
        except TooManyRequests:
            continue
        allowed += 1
    return allowed


def test_it_refills_steadily_and_nobody_saves_up_more_than_a_minute(time):
    draws = Allowance(60)

    at_once = _taken(draws, "192.0.2.1", 100)
    time[0] += 10
    after_ten_seconds = _taken(draws, "192.0.2.1", 100)
    time[0] += 3600
    after_an_hour = _taken(draws, "192.0.2.1", 100)

    assert (at_once, after_ten_seconds, after_an_hour) == (60, 10, 60)


def test_who_comes_back_when_told_is_served(time):
    draws = Allowance(7)
    _taken(draws, "192.0.2.1", 7)

    with pytest.raises(TooManyRequests) as refused:
        draws.take("192.0.2.1")
    time[0] += refused.value.retry_after

    assert _taken(draws, "192.0.2.1", 1) == 1


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        pytest.param("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True, id="one household"),
        pytest.param("2001:db8:0:1::1", "2001:db8:0:2::1", False, id="two households"),
        pytest.param("192.0.2.1", "192.0.2.2", False, id="two addresses"),
        pytest.param("::ffff:192.0.2.1", "::ffff:192.0.2.2", False, id="two mapped addresses"),
        pytest.param("", "unix:", True, id="no addresses"),
    ],
)
def test_clients_are_told_apart_as_networks_give_addresses(one, other, is_shared):
    draws = Allowance(1)
    draws.take(one)

    assert _taken(draws, other, 1) == (0 if is_shared else 1)


def test_strangers_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(allowance, "_CLIENTS", 10)
    draws = Allowance(1)

    for number in range(100):
        draws.take(f"192.0.2.{number}")

    assert len(draws._left) == 10


def test_a_limit_of_nothing_is_none():
    assert _taken(Allowance(0), "192.0.2.1", 1000) == 1000
