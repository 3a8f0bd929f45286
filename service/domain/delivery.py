"""A delivery's life: its states, the moves between them, and nothing else.

    HELD -> PLANNED -> SENDING -> DELIVERED
                          |-> PENDING      accepted, still processing
                          |-> PLANNED      certainly not sent: later
                          |-> FAILED       refused: a person may try again
                          `-> UNCONFIRMED  no answer, or the worker died: look before anything else

The one thing a reader gets wrong: time alone proves nothing. An expired lease leads back to
PLANNED only where no intent to send was committed (`sent_at` is empty); else somebody may have
posted, and it leads to UNCONFIRMED.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from service.domain.errors import HouseError
from service.domain.post import Post


class DeliveryState(StrEnum):
    HELD = "held"
    PLANNED = "planned"
    SENDING = "sending"
    PENDING = "pending"
    UNCONFIRMED = "unconfirmed"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    MISSED = "missed"


class DeliveryOp(StrEnum):
    PUBLISH = "publish"


class HoldReason(StrEnum):
    REVIEW = "review"
    PERSON = "person"
    NEEDS_PERSON = "needs person"


_S = DeliveryState
MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.HELD: frozenset({_S.PLANNED, _S.CANCELLED}),
    _S.PLANNED: frozenset({_S.SENDING, _S.HELD, _S.CANCELLED, _S.MISSED, _S.FAILED}),
    _S.SENDING: frozenset(
        {_S.DELIVERED, _S.PENDING, _S.PLANNED, _S.FAILED, _S.UNCONFIRMED, _S.CANCELLED, _S.MISSED}
    ),
    _S.PENDING: frozenset({_S.DELIVERED, _S.FAILED, _S.UNCONFIRMED}),
    _S.UNCONFIRMED: frozenset({_S.DELIVERED, _S.PENDING, _S.PLANNED, _S.FAILED, _S.CANCELLED}),
    _S.FAILED: frozenset({_S.PLANNED, _S.CANCELLED}),
    _S.DELIVERED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.MISSED: frozenset({_S.PLANNED}),
}


class ImpossibleMove(HouseError):
    """A delivery was asked to make a move that its state does not allow."""

    def __init__(self, old: DeliveryState, new: DeliveryState) -> None:
        super().__init__(f"a delivery that is {old.value} cannot become {new.value}")


def check_move(old: DeliveryState, new: DeliveryState) -> None:
    if new not in MOVES[old]:
        raise ImpossibleMove(old, new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One Post on its way to one Channel. Its id is the idempotency key.

    `wanted_at` is when the desk wanted it out, `due_at` when a worker next takes it up.
    `changed_at` is when it last moved.
    `fence` grows with every claim: an answer that carries an older fence is too late to count.
    `record_key` is our own name for the remote record where the platform takes one, and
    `progress` what its voice has already achieved (uploaded media); both are committed before
    they are used, so that whoever looks later knows what to look for.
    """

    id: str
    story_id: str
    channel_id: str
    op: DeliveryOp
    story_version: int
    state: DeliveryState
    due_at: datetime
    wanted_at: datetime
    created_at: datetime
    post: Post
    fence: int = 0
    attempts: int = 0
    looks: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    hold_reason: HoldReason | None = None
    record_key: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    remote_id: str = ""
    remote_url: str = ""
    problem: str = ""
    changed_at: datetime | None = None


# One empty look may have come before a slow platform showed the post; two, apart, are proof.
LOOKS_BEFORE_ABSENT = 2
