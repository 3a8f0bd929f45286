"""Deliveries and their attempts: where "never lost, never twice" is kept.

Every move is one UPDATE whose WHERE names the state, and under a claim the fence, that it starts
from. Zero rows changed means that somebody else was there first; the caller then stops. Nothing
here reads a row, thinks, and writes it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, insert, or_, select, update

from service.domain.delivery import (
    Delivery,
    DeliveryOp,
    DeliveryState,
    HoldReason,
    check_move,
)
from service.domain.errors import NotFound
from service.domain.post import Payload, Post, Receipt
from service.storage.documents import from_document, to_document
from service.storage.ids import new_id
from service.storage.tables import attempt as attempt_table
from service.storage.tables import channel as channel_table
from service.storage.tables import delivery as table

_S = DeliveryState
_UNSENT = (_S.HELD.value, _S.PLANNED.value)
_WORKABLE = (_S.PLANNED.value, _S.UNCONFIRMED.value, _S.PENDING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try and how it ended. `outcome` is empty while it runs, or if its worker died."""

    id: str
    verb: str
    fence: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    note: str


class DeliveryStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    # -- planning ---------------------------------------------------------------------------

    def plan(
        self,
        *,
        story_id: str,
        story_version: int,
        channel_id: str,
        state: DeliveryState,
        hold_reason: HoldReason | None,
        post: Post,
        now: datetime,
        problem: str = "",
    ) -> str | None:
        """Plan the publication of a story on a channel; None when it is planned already.

        A story that was withdrawn and comes back is planned anew. What a person cancelled is not:
        that decision outlives every notice from the CMS, and the post may even be out there.
        """
        revision = self._next_revision(story_id, channel_id)
        if revision is None:
            return None
        delivery_id = new_id()
        self._tx.execute(
            insert(table).values(
                id=delivery_id,
                story_id=story_id,
                channel_id=channel_id,
                op=DeliveryOp.PUBLISH.value,
                revision=revision,
                story_version=story_version,
                state=state.value,
                hold_reason=hold_reason.value if hold_reason else None,
                post=to_document(post),
                wanted_at=now,
                due_at=now,
                progress={},
                problem=problem,
                created_at=now,
                changed_at=now,
            )
        )
        return delivery_id

    def _next_revision(self, story_id: str, channel_id: str) -> int | None:
        earlier = self._tx.execute(
            select(table.c.revision, table.c.state, table.c.hold_reason).where(
                table.c.story_id == story_id,
                table.c.channel_id == channel_id,
                table.c.op == DeliveryOp.PUBLISH.value,
            )
        ).all()
        if any(row.state != _S.CANCELLED.value or row.hold_reason for row in earlier):
            return None
        return 1 + max((row.revision for row in earlier), default=0)

    def renew_post(self, delivery: Delivery, post: Post, *, version: int) -> bool:
        """Give an unsent delivery the words of a newer version, unless a person wrote them.

        False when somebody has touched it since it was read.
        """
        if delivery.post.is_edited:
            post = replace(post, text=delivery.post.text, is_edited=True)
        changed = self._tx.execute(
            update(table)
            .where(
                table.c.id == delivery.id,
                table.c.state.in_(_UNSENT),
                table.c.fence == delivery.fence,
            )
            .values(
                post=to_document(post),
                story_version=version,
                progress={},
                fence=table.c.fence + 1,
            )
        )
        return changed.rowcount == 1

    def unsent_of(self, story_id: str) -> list[Delivery]:
        return self._many(table.c.story_id == story_id, table.c.state.in_(_UNSENT))

    def lock_for_card(self, story_id: str) -> list[Delivery]:
        """What may still go out with another card, and nobody else moves before the end.

        What failed or came too late as well: a person may send it yet. Never what may be out.
        """
        open_to_change = (*_UNSENT, _S.FAILED.value, _S.MISSED.value)
        conditions = (table.c.story_id == story_id, table.c.state.in_(open_to_change))
        query = select(table).where(*conditions).order_by(table.c.created_at, table.c.id)
        return [_delivery(row) for row in self._tx.execute(query.with_for_update())]

    def cancel_unsent(self, story_id: str, *, why: str, now: datetime) -> int:
        """Stop what has not left the house; what may be out there is left to settle."""
        return self._tx.execute(
            update(table)
            .where(table.c.story_id == story_id, table.c.state.in_(_UNSENT))
            .values(state=_S.CANCELLED.value, hold_reason=None, problem=why, changed_at=now)
        ).rowcount

    # -- finding work -----------------------------------------------------------------------

    def take_due(self, *, now: datetime, again_after: timedelta, limit: int) -> list[str]:
        """Ids that are due on channels that do not wait, each handed out once per `again_after`."""
        waiting = select(channel_table.c.id).where(
            channel_table.c.is_paused.is_(True),
            or_(channel_table.c.resumes_at.is_(None), channel_table.c.resumes_at > now),
        )
        ids = list(
            self._tx.scalars(
                select(table.c.id)
                .where(
                    table.c.state.in_(_WORKABLE),
                    table.c.due_at <= now,
                    table.c.hold_reason.is_(None),
                    or_(table.c.lease_until.is_(None), table.c.lease_until < now),
                    or_(table.c.hinted_at.is_(None), table.c.hinted_at < now - again_after),
                    table.c.channel_id.not_in(waiting),
                )
                .order_by(table.c.due_at)
                .limit(limit)
            )
        )
        if ids:
            self._tx.execute(update(table).where(table.c.id.in_(ids)).values(hinted_at=now))
        return ids

    def forget_hints(self, ids: Iterable[str]) -> None:
        """The hints never left: let the next sweep hand these out again."""
        self._tx.execute(update(table).where(table.c.id.in_(list(ids))).values(hinted_at=None))

    # -- the claim and what happens under it --------------------------------------------------

    def claim(self, delivery_id: str, *, now: datetime, lease: timedelta) -> Delivery | None:
        """Take a due delivery; None when it is not due, or somebody else was first.

        PLANNED becomes SENDING; PENDING and UNCONFIRMED stay what they are while a worker asks
        the channel about them.
        """
        row = self._tx.execute(
            select(table).where(table.c.id == delivery_id).with_for_update()
        ).one_or_none()
        if row is None or row.state not in _WORKABLE or row.due_at > now or row.hold_reason:
            return None
        claimed = self._tx.execute(
            update(table)
            .where(
                table.c.id == delivery_id,
                table.c.state == row.state,
                table.c.fence == row.fence,
                or_(table.c.lease_until.is_(None), table.c.lease_until < now),
            )
            .values(
                fence=row.fence + 1,
                lease_until=now + lease,
                changed_at=now,
                **(
                    {"state": _S.SENDING.value, "sent_at": None}
                    if row.state == _S.PLANNED.value
                    else {}
                ),
            )
        )
        return self.get(delivery_id) if claimed.rowcount == 1 else None

    def keep_progress(self, claimed: Delivery, progress: Mapping[str, Any]) -> bool:
        return self._under_claim(claimed, progress=dict(progress))

    def begin(
        self, claimed: Delivery, payload: Payload, *, record_key: str, now: datetime
    ) -> str | None:
        """Commit the intent to send. None: the claim is lost, so nothing may be sent.

        Whoever finds this delivery later knows from `sent_at` that bytes may have left.
        """
        held = self._under_claim(
            claimed, sent_at=now, record_key=record_key, attempts=table.c.attempts + 1
        )
        return self.note_attempt(claimed, "publish", payload=payload, now=now) if held else None

    def finish(
        self,
        claimed: Delivery,
        state: DeliveryState,
        *,
        now: datetime,
        problem: str = "",
        due_at: datetime | None = None,
        receipt: Receipt | None = None,
        **changes: Any,
    ) -> bool:
        """Leave the claim in `state`. False: too late, somebody else has taken over."""
        if state is not claimed.state:
            check_move(claimed.state, state)
        values: dict[str, Any] = {
            "state": state.value,
            "problem": problem,
            "lease_until": None,
            "hinted_at": None,
            "changed_at": now,
            **changes,
        }
        if due_at is not None:
            values["due_at"] = due_at
        if receipt is not None:
            values |= {"remote_id": receipt.remote_id, "remote_url": receipt.url}
        return self._under_claim(claimed, **values)

    def _under_claim(self, claimed: Delivery, **values: Any) -> bool:
        changed = self._tx.execute(
            update(table)
            .where(
                table.c.id == claimed.id,
                table.c.state == claimed.state.value,
                table.c.fence == claimed.fence,
                table.c.lease_until.is_not(None),
            )
            .values(**values)
        )
        return changed.rowcount == 1

    def release_expired(
        self, *, now: datetime, settle_delay: timedelta, quick_kinds: Iterable[str]
    ) -> tuple[int, int]:
        """Take over from workers that went silent; returns (sent nothing, may have sent).

        An expired lease means *look*: only a claim under which no intent was committed goes
        back to PLANNED. Kinds in `quick_kinds` name their own posts, so looking at once is safe;
        the others may show a post later than its request.
        """
        expired = and_(table.c.lease_until < now, table.c.state == _S.SENDING.value)
        quick = select(channel_table.c.id).where(channel_table.c.kind.in_(list(quick_kinds)))
        taken_over = {
            "fence": table.c.fence + 1,
            "lease_until": None,
            "hinted_at": None,
            "changed_at": now,
        }
        untouched = self._tx.execute(
            update(table)
            .where(expired, table.c.sent_at.is_(None))
            .values(state=_S.PLANNED.value, due_at=now, **taken_over)
        )
        unclear = self._tx.execute(
            update(table)
            .where(expired)
            .values(
                state=_S.UNCONFIRMED.value,
                due_at=case((table.c.channel_id.in_(quick), now), else_=now + settle_delay),
                problem="the worker stopped while sending",
                **taken_over,
            )
        )
        return untouched.rowcount, unclear.rowcount

    # -- what people do -----------------------------------------------------------------------

    def move(
        self,
        delivery_id: str,
        *,
        start: DeliveryState,
        to: DeliveryState,
        now: datetime,
        **changes: Any,
    ) -> bool:
        """Make a move that a person decided.

        False when the delivery is no longer in `start`, or a worker is busy with it. A lease
        that is over frees nothing that is SENDING: it may be out there, and the sweep says so.
        """
        check_move(start, to)
        if start is _S.SENDING:
            return False
        moved = self._tx.execute(
            update(table)
            .where(
                table.c.id == delivery_id,
                table.c.state == start.value,
                or_(table.c.lease_until.is_(None), table.c.lease_until < now),
            )
            .values(
                state=to.value,
                fence=table.c.fence + 1,
                lease_until=None,
                hinted_at=None,
                changed_at=now,
                **changes,
            )
        )
        return moved.rowcount == 1

    def reword(self, delivery: Delivery, post: Post) -> bool:
        """Change what a delivery says or shows, unless somebody has touched it since."""
        changed = self._tx.execute(
            update(table)
            .where(
                table.c.id == delivery.id,
                table.c.state == delivery.state.value,
                table.c.fence == delivery.fence,
            )
            .values(post=to_document(post), progress={}, fence=table.c.fence + 1)
        )
        return changed.rowcount == 1

    # -- reading ------------------------------------------------------------------------------

    def get(self, delivery_id: str) -> Delivery:
        found = self._many(table.c.id == delivery_id)
        if not found:
            raise NotFound(f"there is no delivery {delivery_id}")
        return found[0]

    def some(self, delivery_ids: Iterable[str]) -> list[Delivery]:
        return self._many(table.c.id.in_(list(delivery_ids)))

    def of_story(self, story_id: str) -> list[Delivery]:
        return self._many(table.c.story_id == story_id)

    def of_stories(self, story_ids: Iterable[str]) -> dict[str, list[Delivery]]:
        grouped: dict[str, list[Delivery]] = {}
        for found in self._many(table.c.story_id.in_(list(story_ids))):
            grouped.setdefault(found.story_id, []).append(found)
        return grouped

    def _many(self, *conditions: Any) -> list[Delivery]:
        query = select(table).where(*conditions).order_by(table.c.created_at, table.c.id)
        return [_delivery(row) for row in self._tx.execute(query)]

    # -- attempts -----------------------------------------------------------------------------

    def note_attempt(
        self, claimed: Delivery, verb: str, *, payload: Payload | None = None, now: datetime
    ) -> str:
        attempt_id = new_id()
        self._tx.execute(
            insert(attempt_table).values(
                id=attempt_id,
                delivery_id=claimed.id,
                fence=claimed.fence,
                verb=verb,
                payload=to_document(payload) if payload else None,
                started_at=now,
            )
        )
        return attempt_id

    def end_attempt(self, attempt_id: str, outcome: str, note: str, *, now: datetime) -> None:
        self._tx.execute(
            update(attempt_table)
            .where(attempt_table.c.id == attempt_id)
            .values(outcome=outcome, note=note, finished_at=now)
        )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        story_id=row.story_id,
        channel_id=row.channel_id,
        op=DeliveryOp(row.op),
        story_version=row.story_version,
        state=_S(row.state),
        due_at=row.due_at,
        wanted_at=row.wanted_at,
        created_at=row.created_at,
        post=from_document(Post, row.post),
        fence=row.fence,
        attempts=row.attempts,
        looks=row.looks,
        lease_until=row.lease_until,
        sent_at=row.sent_at,
        hold_reason=HoldReason(row.hold_reason) if row.hold_reason else None,
        record_key=row.record_key,
        progress=dict(row.progress),
        remote_id=row.remote_id,
        remote_url=row.remote_url,
        problem=row.problem,
        changed_at=row.changed_at,
    )
