"""What a delivery waits for: the first thing that has to change, in one sentence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.delivery import Delivery, DeliveryOp, DeliveryState, HoldReason
from service.domain.post import Post
from service.domain.waiting import Surroundings, needs_person, wait_of

S = DeliveryState
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FREE = Surroundings()
PAUSED = Surroundings(
    channel_is_paused=True, pause_reason="sign in again.", resumes_at=NOW + timedelta(hours=1)
)
HELD_STORY = Surroundings(story_is_held=True)


def delivery(state: DeliveryState, **changes) -> Delivery:
    return Delivery(
        id="d",
        story_id="s",
        channel_id="c",
        op=DeliveryOp.PUBLISH,
        story_version=1,
        state=state,
        due_at=NOW,
        wanted_at=NOW - timedelta(minutes=5),
        created_at=NOW - timedelta(minutes=5),
        changed_at=NOW - timedelta(minutes=3),
        post=Post(text="t", link="https://gazette.example/1", title="t"),
        **changes,
    )


@pytest.mark.parametrize(
    ("found", "around", "sentence"),
    [
        pytest.param(
            delivery(S.HELD, hold_reason=HoldReason.REVIEW),
            PAUSED,
            "Somebody has to read and approve it.",
            id="approval comes before a pause",
        ),
        pytest.param(
            delivery(S.HELD, hold_reason=HoldReason.PERSON),
            FREE,
            "Somebody held it: it goes out when it is let go.",
            id="held by a person",
        ),
        pytest.param(
            delivery(S.HELD, hold_reason=HoldReason.NEEDS_PERSON, problem="no words"),
            FREE,
            "Somebody has to decide: no words.",
            id="held for a decision",
        ),
        pytest.param(
            delivery(S.PLANNED),
            replace(PAUSED, story_is_held=True),
            "The story is held: release it to let its posts go out.",
            id="a held story comes before a paused channel",
        ),
        pytest.param(
            delivery(S.PLANNED), PAUSED, "The channel is paused: sign in again.", id="a pause"
        ),
        pytest.param(
            delivery(S.PLANNED), FREE, "A worker takes it up in a moment.", id="nothing in the way"
        ),
        pytest.param(
            delivery(S.SENDING), HELD_STORY, "A worker is sending it.", id="too late to hold"
        ),
        pytest.param(
            delivery(S.PENDING),
            FREE,
            "The channel took it and is still processing it.",
            id="the channel is at work",
        ),
        pytest.param(
            delivery(S.UNCONFIRMED, hold_reason=HoldReason.NEEDS_PERSON),
            FREE,
            "It may be out there: somebody has to look and say.",
            id="unclear, and nobody but a person can look",
        ),
        pytest.param(
            delivery(S.UNCONFIRMED),
            FREE,
            "It may be out there: Kindly looks before anything else.",
            id="unclear",
        ),
        pytest.param(
            delivery(S.FAILED, problem="no such account."),
            FREE,
            "It was refused: no such account.",
            id="refused",
        ),
        pytest.param(
            delivery(S.MISSED),
            FREE,
            "It is too late to go out by itself: post it, or leave it.",
            id="too late",
        ),
    ],
)
def test_a_wait_is_told_in_one_sentence(
    found: Delivery, around: Surroundings, sentence: str
) -> None:
    wait = wait_of(found, around, now=NOW)

    assert wait is not None
    assert wait.reason == sentence
    assert wait.since == NOW - timedelta(minutes=3)


@pytest.mark.parametrize(
    ("found", "around", "until"),
    [
        pytest.param(
            replace(delivery(S.PLANNED), wanted_at=NOW + timedelta(hours=2)),
            FREE,
            NOW + timedelta(hours=2),
            id="scheduled",
        ),
        pytest.param(
            replace(delivery(S.PLANNED, problem="busy"), due_at=NOW + timedelta(minutes=2)),
            FREE,
            NOW + timedelta(minutes=2),
            id="tried again later",
        ),
        pytest.param(
            delivery(S.PLANNED), PAUSED, NOW + timedelta(hours=1), id="a pause that ends by itself"
        ),
        pytest.param(
            delivery(S.PLANNED), replace(PAUSED, resumes_at=None), None, id="a pause that does not"
        ),
        pytest.param(
            replace(delivery(S.UNCONFIRMED), due_at=NOW + timedelta(minutes=1)),
            FREE,
            NOW + timedelta(minutes=1),
            id="the next look",
        ),
        pytest.param(delivery(S.UNCONFIRMED), FREE, None, id="a look that is due"),
        pytest.param(delivery(S.SENDING), FREE, None, id="on its way"),
    ],
)
def test_a_wait_that_ends_by_itself_says_when(
    found: Delivery, around: Surroundings, until: datetime | None
) -> None:
    wait = wait_of(found, around, now=NOW)

    assert wait is not None
    assert wait.until == until


@pytest.mark.parametrize("state", [S.DELIVERED, S.CANCELLED])
def test_what_is_settled_waits_for_nothing(state: DeliveryState) -> None:
    assert wait_of(delivery(state), PAUSED, now=NOW) is None


@pytest.mark.parametrize("state", S)
def test_every_state_that_is_not_settled_waits_for_something(state: DeliveryState) -> None:
    wait = wait_of(delivery(state), FREE, now=NOW)

    assert (wait is None) == (state in {S.DELIVERED, S.CANCELLED})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(delivery(S.HELD, hold_reason=HoldReason.REVIEW), True, id="approval"),
        pytest.param(
            delivery(S.UNCONFIRMED, hold_reason=HoldReason.NEEDS_PERSON), True, id="only a person"
        ),
        pytest.param(delivery(S.UNCONFIRMED), False, id="looked at by us"),
        pytest.param(delivery(S.PLANNED), False, id="planned"),
        pytest.param(delivery(S.FAILED), False, id="failed"),
    ],
)
def test_only_what_nothing_else_moves_needs_a_person(found: Delivery, *, expected: bool) -> None:
    assert needs_person(found) is expected
