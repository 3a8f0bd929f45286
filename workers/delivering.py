"""Carries one delivery a step further: send it, ask about it, or look for it.

The order of the commits is the promise. The claim is committed before anything happens, the
intent before the first byte of the post leaves, and the receipt right after the answer. A worker
may die between any two lines of this file: whoever comes next knows from the row whether
something may be out there, and then looks before it sends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from service import clock
from service.channels.base import ChannelSettings, Face
from service.domain.card import ImageFormat
from service.domain.delivery import LOOKS_BEFORE_ABSENT, Delivery, DeliveryState, HoldReason
from service.domain.errors import (
    ChannelError,
    HouseError,
    OutOfCredit,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from service.domain.post import Payload, Receipt
from service.domain.retry import is_too_late, next_try
from service.domain.story import Story
from service.house import House
from service.storage.channels import Channel, ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.stories import StoryStore
from workers.channels.base import TOTAL_TIMEOUT_S, Absent, Job, Processing, Voice
from workers.roster import Roster

_log = structlog.get_logger()
_S = DeliveryState

# A post must be over before the lease is: nobody else may think that we are gone meanwhile.
_SAFETY = timedelta(seconds=TOTAL_TIMEOUT_S + 2)
_NEW_VERSION_WAIT = timedelta(seconds=5)
_PICTURE_BYTES = 300_000


def deliver(house: House, roster: Roster, delivery_id: str) -> DeliveryState | None:
    """Do the next thing for a due delivery; returns the state it is left in.

    None: there was nothing to do, or another worker is doing it.
    """
    with house.database.write() as tx:
        lease = timedelta(seconds=house.settings.lease_s)
        claimed = DeliveryStore(tx).claim(delivery_id, now=clock.now(), lease=lease)
        if claimed is None:
            return None
        channel = ChannelStore(tx).get(claimed.channel_id)
        story = StoryStore(tx).get(claimed.story_id)
    step = Step(house, roster, claimed, channel, story)
    with structlog.contextvars.bound_contextvars(delivery=claimed.id, channel=channel.name):
        return step.take()


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
class Step:
    """One claimed delivery and what is known about it."""

    house: House
    roster: Roster
    delivery: Delivery
    channel: Channel
    story: Story

    def take(self) -> DeliveryState | None:
        work = {_S.SENDING: self._send, _S.PENDING: self._poll, _S.UNCONFIRMED: self._settle}
        return work[self.delivery.state]()

    # -- sending ------------------------------------------------------------------------------

    def _send(self) -> DeliveryState | None:
        objection = self._objection(clock.now())
        if objection:
            return self._leave(objection)
        try:
            voice = self._voice()
            job = self._prepared(voice)
        except (HouseError, ValueError) as error:
            return self._leave(self._after_preparing(error))
        if job is None:
            return None
        return self._publish(voice, job)

    def _objection(self, now: datetime) -> Outcome | None:
        """Check everything again that may have changed since the delivery was planned."""
        delivery, story = self.delivery, self.story
        if not story.is_live:
            return Outcome(_S.CANCELLED, f"the story was {story.state.value} in the CMS")
        if story.is_held:
            return Outcome(_S.PLANNED, "the story is held", due_at=now + timedelta(minutes=1))
        if self.channel.waits(now):
            return Outcome(_S.PLANNED, f"the channel is paused: {self.channel.pause_reason}")
        if story.version != delivery.story_version:
            wait = now + _NEW_VERSION_WAIT
            return Outcome(_S.PLANNED, "a newer version is being planned", due_at=wait)
        if is_too_late(delivery.wanted_at, now=now):
            return Outcome(
                _S.MISSED, "too late: news older than its deadline is not sent by itself"
            )
        findings = self._face.validate(delivery.post, self._settings)
        if findings:
            return Outcome(_S.FAILED, " ".join(finding.problem for finding in findings))
        return None

    def _prepared(self, voice: Voice) -> Job | None:
        """Upload what must be there first; None when the claim was lost meanwhile."""
        payload = self._face.render(self.delivery.post, self._settings)
        job = self._job(payload, voice.record_key(self.delivery.id, self.delivery.created_at))
        if job.progress:
            return job
        progress = voice.prepare(job)
        with self.house.database.write() as tx:
            if not DeliveryStore(tx).keep_progress(self.delivery, progress):
                return None
        return self._job(payload, job.record_key, progress=progress)

    def _publish(self, voice: Voice, job: Job) -> DeliveryState | None:
        now = clock.now()
        if self.delivery.lease_until and now > self.delivery.lease_until - _SAFETY:
            return self._leave(Outcome(_S.PLANNED, "preparing took too long", due_at=now))
        with self.house.database.write() as tx:
            attempt = DeliveryStore(tx).begin(
                self.delivery, job.payload, record_key=job.record_key, now=now
            )
        if attempt is None:
            return None
        return self._leave(self._spoken(voice.publish, job), attempt=attempt)

    def _spoken(self, verb: Any, job: Job) -> Outcome:
        """Ask the channel, and judge what comes back."""
        try:
            answer = verb(job)
        except ChannelError as error:
            return self._verdict(error)
        except Exception as error:  # noqa: BLE001 - the intent is out: whatever broke, look first
            _log.exception("a voice failed while sending")
            return self._verdict(
                Unconfirmed(f"an internal fault while sending ({type(error).__name__})")
            )
        return self._accepted(answer)

    def _accepted(self, answer: Receipt | Processing) -> Outcome:
        if isinstance(answer, Receipt):
            return Outcome(_S.DELIVERED, receipt=answer)
        due_at = clock.now() + answer.wait
        changes = {"progress": answer.progress}
        return Outcome(_S.PENDING, "the channel is processing it", due_at=due_at, changes=changes)

    # -- asking and looking -------------------------------------------------------------------

    def _poll(self) -> DeliveryState | None:
        return self._ask("poll", lambda voice, job: self._accepted(voice.poll(job)))

    def _settle(self) -> DeliveryState | None:
        """Find out about a post that may be out there, in the way that its channel allows."""
        supports = self._face.supports
        if supports.looking:
            return self._ask("look", lambda voice, job: self._seen(voice.look(job)))
        if supports.idempotency:
            note = "the same request again: the channel knows its key"
            return self._leave(Outcome(_S.PLANNED, note, due_at=self._next_try()))
        return self._leave(self._for_a_person())

    def _ask(self, verb: str, question: Any) -> DeliveryState | None:
        """Make a read-only call; a channel that cannot be asked now is asked later."""
        with self.house.database.write() as tx:
            attempt = DeliveryStore(tx).note_attempt(self.delivery, verb, now=clock.now())
        try:
            voice = self._voice()
            payload = self._face.render(self.delivery.post, self._settings)
            outcome = question(voice, self._job(payload, self.delivery.record_key))
        except Unauthorized as error:
            outcome = Outcome(self.delivery.state, str(error), pause=str(error))
        except (HouseError, ValueError) as error:
            outcome = Outcome(self.delivery.state, str(error), due_at=self._next_try(error))
        return self._leave(outcome, attempt=attempt)

    def _seen(self, found: Receipt | Absent) -> Outcome:
        if isinstance(found, Receipt):
            return Outcome(_S.DELIVERED, "found by looking", receipt=found)
        now = clock.now()
        looks = self.delivery.looks + 1
        enough = 1 if self._face.supports.idempotency else LOOKS_BEFORE_ABSENT
        if looks >= enough:
            due_at = now if self.delivery.attempts <= 1 else self._next_try()
            changes = {"looks": 0}
            return Outcome(_S.PLANNED, "proven absent by looking", due_at=due_at, changes=changes)
        again = now + timedelta(seconds=self.house.settings.second_look_s)
        return Outcome(
            _S.UNCONFIRMED, "not found yet, looking again", due_at=again, changes={"looks": looks}
        )

    def _for_a_person(self) -> Outcome:
        note = f"{self._face.label} cannot be searched: look whether it is there"
        return Outcome(_S.UNCONFIRMED, note, changes={"hold_reason": HoldReason.NEEDS_PERSON.value})

    # -- judging ------------------------------------------------------------------------------

    def _verdict(self, error: ChannelError) -> Outcome:
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
        if self._face.supports.is_blind:
            return self._for_a_person()
        wait = timedelta(seconds=self.house.settings.settle_delay_s)
        if self._face.supports.idempotency:
            wait = min(wait, timedelta(seconds=2))
        return Outcome(_S.UNCONFIRMED, note, due_at=clock.now() + wait)

    def _after_preparing(self, error: Exception) -> Outcome:
        """Nothing has been sent yet, so nothing is unclear."""
        if isinstance(error, ChannelError) and not isinstance(error, Unconfirmed):
            return self._verdict(error)
        if isinstance(error, Unconfirmed):
            return self._verdict(Unavailable(str(error)))
        return Outcome(_S.FAILED, str(error))

    def _next_try(self, error: Exception | None = None) -> datetime:
        asked = error.retry_after if isinstance(error, RateLimited) else None
        return next_try(self.delivery.attempts + 1, now=clock.now(), asked=asked)

    # -- parts --------------------------------------------------------------------------------

    @property
    def _face(self) -> Face:
        return self.roster.face(self.channel)

    @property
    def _settings(self) -> ChannelSettings:
        return self._face.parse_settings(self.channel.settings)

    def _voice(self) -> Voice:
        return self.roster.voice(self.house, self.channel)

    def _job(self, payload: Payload, record_key: str, *, progress: Any = None) -> Job:
        delivery, picture = self.delivery, payload.picture
        renditions = self.house.renditions
        card = renditions.card(picture.card_digest) if picture else None
        return Job(
            delivery_id=delivery.id,
            created_at=delivery.created_at,
            payload=payload,
            record_key=record_key,
            picture=renditions.rendition(
                card, picture.size, ImageFormat.JPEG, max_bytes=_PICTURE_BYTES
            )
            if card and picture
            else None,
            picture_alt=picture.alt if picture else "",
            progress=delivery.progress if progress is None else progress,
            sent_at=delivery.sent_at,
        )

    def _leave(self, outcome: Outcome, *, attempt: str = "") -> DeliveryState | None:
        """Write the outcome down, unless somebody else has taken over meanwhile."""
        now = clock.now()
        with self.house.database.write() as tx:
            store = DeliveryStore(tx)
            if attempt:
                store.end_attempt(attempt, outcome.state.value, outcome.note, now=now)
            if outcome.pause:
                ChannelStore(tx).pause(self.channel.id, outcome.pause, until=outcome.pause_until)
            kept = store.finish(
                self.delivery,
                outcome.state,
                now=now,
                problem="" if outcome.state is _S.DELIVERED else outcome.note,
                due_at=outcome.due_at,
                receipt=outcome.receipt,
                **(outcome.changes or {}),
            )
        _log.info("delivery left", state=outcome.state.value, note=outcome.note, kept=kept)
        return outcome.state if kept else None
