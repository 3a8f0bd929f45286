"""Notices from CMSs: recorded once, whatever the sender repeats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from service.domain.story import Effect, StoryContent, StoryEvent, StoryEventKind
from service.storage.documents import from_document, to_document
from service.storage.ids import new_id
from service.storage.tables import story_event as table


class EventState(StrEnum):
    """RECEIVED: written down; APPLIED: the story knows; DONE: its deliveries are planned."""

    RECEIVED = "received"
    APPLIED = "applied"
    DONE = "done"


_OPEN = (EventState.RECEIVED.value, EventState.APPLIED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    id: str
    event: StoryEvent
    state: EventState
    effect: str
    story_id: str | None
    tries: int
    received_at: datetime
    due_at: datetime
    problem: str


class EventStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def record(self, event: StoryEvent, *, now: datetime) -> str | None:
        """Write the event down; None when it stands there already."""
        event_id = new_id()
        values = {
            "id": event_id,
            "source": event.source,
            "dedupe_key": event.dedupe_key,
            "kind": event.kind.value,
            "external_id": event.external_id,
            "stamp": event.stamp,
            "content": to_document(event.content) if event.content else None,
            "received_at": now,
            "due_at": now,
            "state": EventState.RECEIVED.value,
        }
        created: str | None = self._tx.scalar(self._insert(values).returning(table.c.id))
        return created

    def _insert(self, values: dict[str, Any]) -> Any:
        dialect = sqlite_insert if self._tx.dialect.name == "sqlite" else postgres_insert
        return dialect(table).values(values).on_conflict_do_nothing()

    def get(self, event_id: str) -> RecordedEvent | None:
        row = self._tx.execute(select(table).where(table.c.id == event_id)).one_or_none()
        return _recorded(row) if row else None

    def gone_at(self, source: str, external_id: str) -> datetime | None:
        """The newest stamp of the notices that a story went away."""
        gone = (StoryEventKind.UNPUBLISHED.value, StoryEventKind.DELETED.value)
        newest = (
            select(table.c.stamp)
            .where(
                table.c.source == source,
                table.c.external_id == external_id,
                table.c.kind.in_(gone),
            )
            .order_by(table.c.stamp.desc())
            .limit(1)
        )
        return self._tx.scalar(newest)

    def find(self, source: str, dedupe_key: str) -> RecordedEvent | None:
        """The notice that a repeat repeats."""
        row = self._tx.execute(
            select(table).where(table.c.source == source, table.c.dedupe_key == dedupe_key)
        ).one_or_none()
        return _recorded(row) if row else None

    def mark_applied(self, event_id: str, effect: Effect, story_id: str | None) -> None:
        self._tx.execute(
            update(table)
            .where(table.c.id == event_id)
            .values(state=EventState.APPLIED.value, effect=effect.value, story_id=story_id)
        )

    def mark_done(self, event_id: str) -> None:
        self._tx.execute(
            update(table).where(table.c.id == event_id).values(state=EventState.DONE.value)
        )

    def take_in_again(self, event_id: str, *, now: datetime) -> None:
        """Let the next sweep plan once more what this event made; planning twice is harmless."""
        self._tx.execute(
            update(table)
            .where(table.c.id == event_id, table.c.state == EventState.DONE.value)
            .values(state=EventState.APPLIED.value, due_at=now)
        )

    def postpone(self, event_id: str, *, problem: str, until: datetime) -> None:
        """Note a failed try. An event is never given up: what a CMS said must not get lost.

        An event that another worker has brought to its end meanwhile stays there.
        """
        self._tx.execute(
            update(table)
            .where(table.c.id == event_id, table.c.state.in_(_OPEN))
            .values(tries=table.c.tries + 1, problem=problem, due_at=until)
        )

    def take_due(self, *, now: datetime, again_after: timedelta, limit: int) -> list[str]:
        """Ids of events that are not done, each handed out at most once per `again_after`."""
        ids = list(
            self._tx.scalars(
                select(table.c.id)
                .where(table.c.state.in_(_OPEN), table.c.due_at <= now)
                .order_by(table.c.due_at)
                .limit(limit)
            )
        )
        if ids:
            self._tx.execute(
                update(table).where(table.c.id.in_(ids)).values(due_at=now + again_after)
            )
        return ids

    def forget_hints(self, ids: Iterable[str], *, now: datetime) -> None:
        """The hints never left: let the next sweep hand these out again."""
        self._tx.execute(update(table).where(table.c.id.in_(list(ids))).values(due_at=now))

    def stuck(self, limit: int) -> list[RecordedEvent]:
        """Events that could not be taken in so far, the oldest first."""
        rows = self._tx.execute(
            select(table)
            .where(table.c.state.in_(_OPEN), table.c.tries > 0)
            .order_by(table.c.received_at)
            .limit(limit)
        )
        return [_recorded(row) for row in rows]

    def of_story(self, story_id: str, limit: int = 50) -> list[RecordedEvent]:
        rows = self._tx.execute(
            select(table)
            .where(table.c.story_id == story_id)
            .order_by(table.c.received_at.desc())
            .limit(limit)
        )
        return [_recorded(row) for row in rows]

    def count(self) -> int:
        return self._tx.scalar(select(func.count()).select_from(table)) or 0


def _recorded(row: Row[Any]) -> RecordedEvent:
    content = from_document(StoryContent, row.content) if row.content else None
    return RecordedEvent(
        id=row.id,
        event=StoryEvent(
            source=row.source,
            external_id=row.external_id,
            kind=StoryEventKind(row.kind),
            dedupe_key=row.dedupe_key,
            stamp=row.stamp,
            content=content,
        ),
        state=EventState(row.state),
        effect=row.effect,
        story_id=row.story_id,
        tries=row.tries,
        received_at=row.received_at,
        due_at=row.due_at,
        problem=row.problem,
    )
