"""How a delivery's state is said and shown: one word, one icon, one tone, in one place.

The tone names a colour token (`--tone-waiting`). A colour never stands alone: the icon and the
word say the same.
"""

from dataclasses import dataclass
from datetime import datetime

from service.domain.delivery import Delivery, DeliveryState, HoldReason

_S = DeliveryState


@dataclass(frozen=True, slots=True)
class Shown:
    """A state as people read it."""

    word: str
    tone: str
    icon: str


WAITING = Shown("Waiting", "waiting", "clock")
NEEDS_APPROVAL = Shown("Needs approval", "waiting", "hand")
SCHEDULED = Shown("Scheduled", "waiting", "calendar")
GOING_OUT = Shown("Going out", "going", "arrow")
OUT = Shown("Out", "out", "check")
LOOK_NEEDED = Shown("Look needed", "look", "eye")
FAILED = Shown("Failed", "failed", "cross")
HELD = Shown("Held", "held", "pause")
TOO_LATE = Shown("Too late", "failed", "late")
CANCELLED = Shown("Cancelled", "held", "stop")

ALL = (
    WAITING,
    NEEDS_APPROVAL,
    SCHEDULED,
    GOING_OUT,
    OUT,
    LOOK_NEEDED,
    FAILED,
    HELD,
    TOO_LATE,
    CANCELLED,
)

_ALWAYS = {
    _S.SENDING: GOING_OUT,
    _S.PENDING: GOING_OUT,
    _S.UNCONFIRMED: LOOK_NEEDED,
    _S.DELIVERED: OUT,
    _S.FAILED: FAILED,
    _S.CANCELLED: CANCELLED,
    _S.MISSED: TOO_LATE,
}


def shown(delivery: Delivery, *, now: datetime, story_is_held: bool = False) -> Shown:
    """The word for a delivery as it stands at `now`."""
    if delivery.state is _S.HELD:
        return NEEDS_APPROVAL if delivery.hold_reason is HoldReason.REVIEW else HELD
    if delivery.state is _S.PLANNED:
        if story_is_held:
            return HELD
        return SCHEDULED if delivery.wanted_at > now else WAITING
    return _ALWAYS[delivery.state]
