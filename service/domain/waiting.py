"""What a delivery waits for, and since when: the answer to "why is it not out?".

Pure, and told in the order in which a worker would meet the obstacles, so that the sentence
names the first thing that has to change.
"""

from dataclasses import dataclass
from datetime import datetime

from service.domain.delivery import Delivery, DeliveryState, HoldReason

_S = DeliveryState


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` is when it goes on by itself; None: not before somebody acts, or not known."""

    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What holds a delivery up from outside of it."""

    story_is_held: bool = False
    channel_is_paused: bool = False
    pause_reason: str = ""
    resumes_at: datetime | None = None


def needs_person(delivery: Delivery) -> bool:
    """True where nothing moves before somebody on the desk decides."""
    if delivery.state is _S.HELD:
        return True
    return delivery.state is _S.UNCONFIRMED and delivery.hold_reason is HoldReason.NEEDS_PERSON


def wait_of(delivery: Delivery, around: Surroundings, *, now: datetime) -> Wait | None:
    """Say what `delivery` waits for; None where it waits for nothing any more."""
    since = delivery.changed_at or delivery.wanted_at
    match delivery.state:
        case _S.HELD:
            return Wait(_held(delivery), since)
        case _S.PLANNED:
            return _planned(delivery, around, since, now)
        case _S.SENDING:
            return Wait("A worker is sending it.", since)
        case _S.PENDING:
            return Wait("The channel took it and is still processing it.", since)
        case _S.UNCONFIRMED:
            return _unclear(delivery, since, now)
        case _S.FAILED:
            return Wait(_because("It was refused", delivery.problem), since)
        case _S.MISSED:
            return Wait("It is too late to go out by itself: post it, or leave it.", since)
        case _:
            return None


def _held(delivery: Delivery) -> str:
    match delivery.hold_reason:
        case HoldReason.REVIEW:
            return "Somebody has to read and approve it."
        case HoldReason.PERSON:
            return "Somebody held it: it goes out when it is let go."
        case _:
            return _because("Somebody has to decide", delivery.problem)


def _planned(delivery: Delivery, around: Surroundings, since: datetime, now: datetime) -> Wait:
    if around.story_is_held:
        return Wait("The story is held: release it to let its posts go out.", since)
    if around.channel_is_paused:
        return Wait(
            _because("The channel is paused", around.pause_reason), since, around.resumes_at
        )
    if delivery.wanted_at > now:
        return Wait("It is scheduled.", since, delivery.wanted_at)
    if delivery.due_at > now:
        why = _because("It is tried again later", delivery.problem)
        return Wait(why, since, delivery.due_at)
    return Wait("A worker takes it up in a moment.", since)


def _unclear(delivery: Delivery, since: datetime, now: datetime) -> Wait:
    if delivery.hold_reason is HoldReason.NEEDS_PERSON:
        return Wait("It may be out there: somebody has to look and say.", since)
    looks_at = delivery.due_at if delivery.due_at > now else None
    return Wait("It may be out there: Kindly looks before anything else.", since, looks_at)


def _because(what: str, why: str) -> str:
    """One sentence; `why` comes from elsewhere and may end in a full stop of its own."""
    why = why.strip().rstrip(".")
    return f"{what}: {why}." if why else f"{what}."
