"""Carries one delivery a step further: send it, ask about it, or look for it.

The order of the commits is the promise. The claim is committed before anything happens, the
intent before the first byte of the post leaves, and the receipt right after the answer. A worker
may die between any two lines of this file: whoever comes next knows from the row whether
something may be out there, and then looks before it sends.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from service import clock
from service.channels.base import ChannelSettings, Face
from service.domain.card import ImageFormat, Rendition
from service.domain.delivery import Delivery, DeliveryState
from service.domain.errors import (
    ChannelError,
    Unconfirmed,
)
from service.domain.post import Payload
from service.domain.retry import is_too_late
from service.domain.story import Story
from service.house import House
from service.storage.channels import Channel, ChannelStore
from service.storage.database import DatabaseBusy
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore
from service.storage.stories import StoryStore
from workers.channels.base import TOTAL_TIMEOUT_S, Job, Voice
from workers.judging import Judge, Outcome
from workers.roster import Roster

_log = structlog.get_logger()
_S = DeliveryState

# A post must be over before the lease is: nobody else may think that we are gone meanwhile.
_SAFETY = timedelta(seconds=TOTAL_TIMEOUT_S + 2)
_NEW_VERSION_WAIT = timedelta(seconds=5)
_HELD_WAIT = timedelta(minutes=1)
# A receipt that cannot be written down becomes a question, so it is worth waiting for.
_RECEIPT_PATIENCE_S = 30.0
_RECEIPT_POLL_S = 0.5
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
        try:
            objection = self.objection(clock.now())
            voice = None if objection else self._voice()
            job = self._prepared(voice) if voice else None
        except Exception as error:  # noqa: BLE001 - nothing has been sent: whatever broke, later
            return self._leave(self._judge.after_preparing(error))
        if objection:
            return self._decline(objection)
        return self._publish(voice, job) if voice and job else None

    def _decline(self, objection: Outcome) -> DeliveryState | None:
        """Do not send. A version that this post missed while it was under way is planned again.

        Planning renews what has not left the house, and does so once: what comes back from a
        failed send, or from a person, may have been passed over.
        """
        left = self._leave(objection)
        if self.story.version != self.delivery.story_version:
            with self.house.database.write() as tx:
                EventStore(tx).take_in_again(StoryStore(tx).made_by(self.story), now=clock.now())
        return left

    def objection(self, now: datetime) -> Outcome | None:
        """Check everything again that may have changed since the delivery was planned."""
        delivery, story = self.delivery, self.story
        if not story.is_live:
            return Outcome(_S.CANCELLED, f"the story was {story.state.value} in the CMS")
        if story.is_held:
            return Outcome(_S.PLANNED, "the story is held", due_at=now + _HELD_WAIT)
        if self.channel.waits(now):
            return Outcome(_S.PLANNED, f"the channel is paused: {self.channel.pause_reason}")
        if is_too_late(delivery.wanted_at, now=now):
            return Outcome(
                _S.MISSED, "too late: news older than its deadline is not sent by itself"
            )
        if story.version != delivery.story_version:
            wait = now + _NEW_VERSION_WAIT
            return Outcome(_S.PLANNED, "a newer version is being planned", due_at=wait)
        findings = self._face.validate(delivery.post, self._settings)
        if findings:
            return Outcome(_S.FAILED, " ".join(finding.problem for finding in findings))
        return None

    def _prepared(self, voice: Voice) -> Job | None:
        """Upload what must be there first; None when the claim was lost meanwhile."""
        record_key = voice.record_key(self.delivery.id, self.delivery.created_at)
        job = self._job(record_key)
        job = replace(job, picture=self._picture(job.payload))
        if job.progress:
            return job
        progress = voice.prepare(job)
        with self.house.database.write() as tx:
            if not DeliveryStore(tx).keep_progress(self.delivery, progress):
                return None
        return replace(job, progress=progress)

    def _publish(self, voice: Voice, job: Job) -> DeliveryState | None:
        """Commit the intent, then speak.

        Preparing may have taken long, so the objections are asked for again beside the intent.
        """
        now = clock.now()
        with self.house.database.write() as tx:
            objection = self._as_of_now(tx).objection(now)
            attempt = None if objection else self._begin(tx, job, now)
        if objection:
            return self._leave(objection)
        if attempt is None:
            return None
        return self._leave(self._spoken(voice.publish, job), attempt=attempt)

    def _as_of_now(self, tx: Connection) -> "Step":
        channel = ChannelStore(tx).get(self.channel.id)
        return replace(self, channel=channel, story=StoryStore(tx).get(self.story.id))

    def _begin(self, tx: Connection, job: Job, now: datetime) -> str | None:
        store = DeliveryStore(tx)
        return store.begin(self.delivery, job.payload, record_key=job.record_key, now=now)

    def _spoken(self, verb: Any, job: Job) -> Outcome:
        """Ask the channel, and judge what comes back.

        The claim is checked again after the intent is committed: a worker that was stopped in
        between would otherwise post beside the one that took over.
        """
        if clock.now() > self._speak_until:
            return Outcome(_S.PLANNED, "preparing took too long", due_at=clock.now())
        try:
            answer = verb(job)
        except ChannelError as error:
            return self._judge.verdict(error)
        except Exception as error:  # noqa: BLE001 - the intent is out: whatever broke, look first
            _log.exception("a voice failed while sending")
            return self._judge.verdict(
                Unconfirmed(f"an internal fault while sending ({type(error).__name__})")
            )
        return self._judge.accepted(answer)

    # -- asking and looking -------------------------------------------------------------------

    def _poll(self) -> DeliveryState | None:
        return self._ask("poll", lambda voice, job: self._judge.accepted(voice.poll(job)))

    def _settle(self) -> DeliveryState | None:
        """Find out about a post that may be out there, in the way that its channel allows."""
        now, supports = clock.now(), self._face.supports
        has_looked = self.delivery.looks > 0 or not supports.looking
        if supports.idempotency and has_looked and self.may_go_out(now):
            return self._repeat()
        if supports.looking:
            return self._ask("look", self._look)
        if supports.idempotency and self._is_wanted(now):
            note = "the same request goes out again when nothing holds it up"
            return self._leave(Outcome(_S.UNCONFIRMED, note, due_at=now + _HELD_WAIT))
        return self._leave(self._judge.for_a_person())

    def _look(self, voice: Voice, job: Job) -> Outcome:
        found = voice.look(job)
        return self._judge.seen(found, may_go_out=self.may_go_out(clock.now()))

    def _is_wanted(self, now: datetime) -> bool:
        return self.story.is_live and not is_too_late(self.delivery.wanted_at, now=now)

    def may_go_out(self, now: datetime) -> bool:
        is_free = not (self.story.is_held or self.channel.waits(now))
        return is_free and self._is_wanted(now)

    def _repeat(self) -> DeliveryState | None:
        """Make the very same request again: its channel knows our key, so one post comes of it.

        The delivery stays UNCONFIRMED meanwhile. As PLANNED it could be reworded or cancelled,
        and the first request may still be carried out.
        """
        try:
            voice = self._voice()
            job = self._prepared(voice)
        except Exception as error:  # noqa: BLE001 - as for a first send; the question stays open
            return self._leave(self._judge.still_unclear(self._judge.after_preparing(error)))
        if job is None:
            return None
        now = clock.now()
        with self.house.database.write() as tx:
            may_go = self._as_of_now(tx).may_go_out(now)
            attempt = self._begin(tx, job, now) if may_go else None
        if not may_go:
            return self._leave(Outcome(_S.UNCONFIRMED, "held up while it was prepared", due_at=now))
        if attempt is None:
            return None
        outcome = self._judge.still_unclear(self._spoken(voice.publish, job))
        return self._leave(outcome, attempt=attempt)

    def _ask(self, verb: str, question: Any) -> DeliveryState | None:
        """Make a read-only call; a channel that cannot be asked now is asked later."""
        with self.house.database.write() as tx:
            attempt = DeliveryStore(tx).note_attempt(self.delivery, verb, now=clock.now())
        try:
            outcome = question(self._voice(), self._job(self.delivery.record_key))
        except Exception as error:  # noqa: BLE001 - a question changes nothing: ask again later
            outcome = self._judge.after_asking(error)
        return self._leave(outcome, attempt=attempt)

    # -- parts --------------------------------------------------------------------------------

    @property
    def _judge(self) -> Judge:
        return Judge(self.delivery, self._face, self.house.settings)

    @property
    def _face(self) -> Face:
        return self.roster.face(self.channel)

    @property
    def _settings(self) -> ChannelSettings:
        return self._face.parse_settings(self.channel.settings)

    @property
    def _speak_until(self) -> datetime:
        if self.delivery.lease_until is None:
            raise ValueError("nothing is done without a claim")
        return self.delivery.lease_until - _SAFETY

    def _voice(self) -> Voice:
        return self.roster.voice(self.house, self.channel, until=self._speak_until)

    def _job(self, record_key: str) -> Job:
        """The delivery as its voice sees it, without the picture: only sending needs that."""
        delivery = self.delivery
        payload = self._face.render(delivery.post, self._settings)
        return Job(
            delivery_id=delivery.id,
            created_at=delivery.created_at,
            payload=payload,
            record_key=record_key,
            picture_alt=payload.picture.alt if payload.picture else "",
            progress=delivery.progress,
            sent_at=delivery.sent_at,
        )

    def _picture(self, payload: Payload) -> Rendition | None:
        picture, renditions = payload.picture, self.house.renditions
        card = renditions.card(picture.card_digest) if picture else None
        if picture is None or card is None:
            return None
        return renditions.rendition(card, picture.size, ImageFormat.JPEG, max_bytes=_PICTURE_BYTES)

    def _leave(self, outcome: Outcome, *, attempt: str = "") -> DeliveryState | None:
        """Write the outcome down, however long the database takes to listen."""
        give_up_at = time.monotonic() + _RECEIPT_PATIENCE_S
        while True:
            try:
                return self._write_down(outcome, attempt)
            except DatabaseBusy as error:
                if time.monotonic() > give_up_at:
                    raise
                _log.warning("outcome not written yet", reason=str(error))
                time.sleep(_RECEIPT_POLL_S)

    def _write_down(self, outcome: Outcome, attempt: str) -> DeliveryState | None:
        """Keep the outcome, unless somebody else has taken over meanwhile."""
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
