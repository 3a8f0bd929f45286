"""Judges what a channel said, or did not say: what it means for the delivery and its channel.

No call is made and nothing is written here. The one thing a reader would get wrong: once the
intent is out, an error that nobody foresaw means *may be out there*, never *not sent*.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from service import clock
from service.channels.base import Face
from service.config import Settings
from service.domain.delivery import LOOKS_BEFORE_ABSENT, Delivery, DeliveryState, HoldReason
from service.domain.errors import (
    ChannelError,
    HouseError,
    Misconfigured,
    OutOfCredit,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from service.domain.post import Receipt
from service.domain.retry import next_try
from service.storage.database import DatabaseBusy
from workers.channels.base import Absent, Processing

_log = structlog.get_logger()
_S = DeliveryState
_QUICK_SETTLE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended, and what it means for the row. `pause` stops the whole channel."""

    state: DeliveryState
    note: str = ""
    due_at: datetime | None = None
    receipt: Receipt | None = None
    pause: str = ""
    pause_until: datetime | None = None
    changes: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows one claimed delivery, what its kind can do, and how patient the operator is."""

    delivery: Delivery
    face: Face
    settings: Settings

    def accepted(self, answer: Receipt | Processing) -> Outcome:
        if isinstance(answer, Receipt):
            return Outcome(_S.DELIVERED, receipt=answer)
        due_at = clock.now() + answer.wait
        changes = {"progress": answer.progress}
        return Outcome(_S.PENDING, "the channel is processing it", due_at=due_at, changes=changes)

    def verdict(self, error: ChannelError) -> Outcome:
        """What an error means for the delivery and its channel, once the intent is out."""
        now, note = clock.now(), str(error)
        match error:
            case Unauthorized() | OutOfCredit():
                return Outcome(_S.PLANNED, note, due_at=now, pause=note)
            case Refused():
                return Outcome(_S.FAILED, note)
            case RateLimited():
                until = self._next_try(error)
                return Outcome(_S.PLANNED, note, due_at=until, pause=note, pause_until=until)
            case Unavailable():
                return Outcome(_S.PLANNED, note, due_at=self._next_try())
            case _:
                return self._unclear(note)

    def _unclear(self, note: str) -> Outcome:
        if self.face.supports.is_blind:
            return self.for_a_person()
        due_at = clock.now() + timedelta(seconds=self.settings.settle_delay_s)
        if self.face.supports.idempotency:
            soon = clock.now() + _QUICK_SETTLE
            due_at = min(due_at, soon) if self.delivery.attempts == 0 else self._next_try()
        return Outcome(_S.UNCONFIRMED, note, due_at=due_at)

    def after_preparing(self, error: Exception) -> Outcome:
        """Nothing has been sent yet, so nothing is unclear."""
        outcome = self._cause_of_delay(error)
        # No intent counted this try, and the next one should still come later than this one.
        counted = {"attempts": self.delivery.attempts + 1}
        return replace(outcome, changes=counted) if outcome.state is _S.PLANNED else outcome

    def _cause_of_delay(self, error: Exception) -> Outcome:
        note = str(error)
        match error:
            case Unconfirmed() | DatabaseBusy():
                return self.verdict(Unavailable(note))
            case ChannelError():
                return self.verdict(error)
            case Misconfigured():
                return Outcome(_S.PLANNED, note, due_at=clock.now(), pause=note)
            case HouseError() | ValueError():
                return Outcome(_S.FAILED, note)
            case _:
                _log.error("preparing a post failed", exc_info=error)
                fault = f"an internal fault while preparing ({type(error).__name__})"
                return self.verdict(Unavailable(fault))

    def _next_try(self, error: Exception | None = None) -> datetime:
        asked = error.retry_after if isinstance(error, RateLimited) else None
        return next_try(self.delivery.attempts + 1, now=clock.now(), asked=asked)

    def after_asking(self, error: Exception) -> Outcome:
        state, note = self.delivery.state, str(error)
        match error:
            case Unauthorized():
                return Outcome(state, note, pause=note)
            case Refused() if state is _S.PENDING:
                return Outcome(_S.FAILED, note)
            case Unconfirmed() if state is _S.PENDING:
                return self._unclear(note)
            case HouseError() | ValueError():
                return Outcome(state, note, due_at=self._next_try(error))
            case _:
                _log.error("a voice failed while asking", exc_info=error)
                note = f"an internal fault while asking ({type(error).__name__})"
                return Outcome(state, note, due_at=self._next_try())

    def seen(self, found: Receipt | Absent, *, may_go_out: bool) -> Outcome:
        if isinstance(found, Receipt):
            return Outcome(_S.DELIVERED, "found by looking", receipt=found)
        now, looks = clock.now(), self.delivery.looks + 1
        if looks >= LOOKS_BEFORE_ABSENT:
            due_at = now if self.delivery.attempts <= 1 else self._next_try()
            changes = {"looks": 0}
            return Outcome(_S.PLANNED, "proven absent by looking", due_at=due_at, changes=changes)
        return Outcome(
            _S.UNCONFIRMED,
            "not found yet, looking again",
            due_at=now + self._second_look_after(may_go_out=may_go_out),
            changes={"looks": looks},
        )

    def _second_look_after(self, *, may_go_out: bool) -> timedelta:
        """A channel that knows our key is asked again at once; the key makes that safe.

        Where the post may not go out now, its first look came too early to count as half a proof.
        """
        settings = self.settings
        if not self.face.supports.idempotency:
            return timedelta(seconds=settings.second_look_s)
        wait_s = 0 if may_go_out else max(settings.settle_delay_s, settings.second_look_s)
        return timedelta(seconds=wait_s)

    def still_unclear(self, outcome: Outcome) -> Outcome:
        """That this request was not carried out says nothing about the one before it."""
        if outcome.state is _S.FAILED:
            return replace(self.for_a_person(), note=f"asked again: {outcome.note}")
        if outcome.state not in {_S.PLANNED, _S.UNCONFIRMED}:
            return outcome
        changes = {**(outcome.changes or {}), "looks": 0}
        return replace(outcome, state=_S.UNCONFIRMED, changes=changes)

    def for_a_person(self) -> Outcome:
        note = f"{self.face.label} cannot be searched: look whether it is there"
        return Outcome(_S.UNCONFIRMED, note, changes={"hold_reason": HoldReason.NEEDS_PERSON.value})
