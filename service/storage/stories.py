"""Stories and their versions. A version, once written, is never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from service.domain.card import NO_CHOICE, CardChoice
from service.domain.errors import NotFound
from service.domain.story import Story, StoryContent, StoryEvent, StoryState, state_after
from service.storage.documents import from_document, to_document
from service.storage.ids import new_id
from service.storage.tables import story as table
from service.storage.tables import story_version


@dataclass(frozen=True, slots=True)
class Photo:
    """The story's photo as far as we have it: `digest` names its bytes, `problem` says why not."""

    url: str = ""
    digest: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    number: int
    state: StoryState
    stamp: datetime
    content: StoryContent
    created_at: datetime


class StoryStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def get(self, story_id: str) -> Story:
        row = self._tx.execute(select(table).where(table.c.id == story_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no story {story_id}")
        return _story(row)

    def lock(self, story_id: str) -> Story:
        """Get a story that nobody else advances before the transaction ends."""
        query = select(table).where(table.c.id == story_id).with_for_update(key_share=True)
        row = self._tx.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"there is no story {story_id}")
        return _story(row)

    def find(self, source: str, external_id: str) -> Story | None:
        """The story that a source knows by its own id, locked until the transaction ends."""
        row = self._tx.execute(
            select(table)
            .where(table.c.source == source, table.c.external_id == external_id)
            .with_for_update()
        ).one_or_none()
        return _story(row) if row else None

    def create(self, event: StoryEvent, content: StoryContent, *, now: datetime, by: str) -> Story:
        """Start a story. Two at once: the second fails on the unique key and is tried again."""
        values = {
            "id": new_id(),
            "source": event.source,
            "external_id": event.external_id,
            "version": 1,
            "state": StoryState.LIVE.value,
            "stamp": event.stamp,
            "content": to_document(content),
            "created_at": now,
        }
        self._tx.execute(insert(table).values(values))
        created = self.get(str(values["id"]))
        self._keep_version(created, by=by, now=now)
        return created

    def advance(self, story: Story, event: StoryEvent, *, now: datetime, by: str) -> Story:
        """Give the story its next version; a notice without content keeps what was said last."""
        content = event.content or story.content
        self._tx.execute(
            update(table)
            .where(table.c.id == story.id)
            .values(
                version=story.version + 1,
                state=state_after(event.kind).value,
                stamp=event.stamp,
                content=to_document(content),
            )
        )
        advanced = self.get(story.id)
        self._keep_version(advanced, by=by, now=now)
        return advanced

    def _keep_version(self, story: Story, *, by: str, now: datetime) -> None:
        self._tx.execute(
            insert(story_version).values(
                story_id=story.id,
                version=story.version,
                event_id=by,
                state=story.state.value,
                stamp=story.stamp,
                content=to_document(story.content),
                created_at=now,
            )
        )

    def versions(self, story_id: str) -> list[Version]:
        rows = self._tx.execute(
            select(story_version)
            .where(story_version.c.story_id == story_id)
            .order_by(story_version.c.version)
        )
        return [
            Version(
                number=row.version,
                state=StoryState(row.state),
                stamp=row.stamp,
                content=from_document(StoryContent, row.content),
                created_at=row.created_at,
            )
            for row in rows
        ]

    def made_by(self, story: Story) -> str:
        """The id of the event that made the version which `story` is in."""
        query = select(story_version.c.event_id).where(
            story_version.c.story_id == story.id, story_version.c.version == story.version
        )
        return str(self._tx.execute(query).scalar_one())

    def photo(self, story_id: str) -> Photo:
        row = self._tx.execute(
            select(table.c.photo_url, table.c.photo, table.c.photo_problem).where(
                table.c.id == story_id
            )
        ).one_or_none()
        return Photo(row.photo_url, row.photo, row.photo_problem) if row else Photo()

    def keep_photo(self, story_id: str, photo: Photo) -> None:
        self._tx.execute(
            update(table)
            .where(table.c.id == story_id)
            .values(photo_url=photo.url, photo=photo.digest, photo_problem=photo.problem)
        )

    def choose_card(self, story_id: str, choice: CardChoice) -> None:
        document = None if choice == NO_CHOICE else to_document(choice)
        self._tx.execute(update(table).where(table.c.id == story_id).values(card_choice=document))

    def hold(self, story_id: str, *, is_held: bool) -> None:
        self._tx.execute(update(table).where(table.c.id == story_id).values(is_held=is_held))

    def newest(
        self, *, limit: int, before: datetime | None = None, after_id: str = ""
    ) -> list[Story]:
        """The newest stories first; `after_id` goes on among those that began at `before`."""
        query = select(table).order_by(table.c.created_at.desc(), table.c.id).limit(limit)
        if before is not None:
            same_instant = and_(table.c.created_at == before, table.c.id > after_id)
            is_older = table.c.created_at < before
            query = query.where(or_(is_older, same_instant) if after_id else is_older)
        return [_story(row) for row in self._tx.execute(query)]

    def some(self, story_ids: Iterable[str]) -> list[Story]:
        query = select(table).where(table.c.id.in_(list(story_ids)))
        return [_story(row) for row in self._tx.execute(query)]

    def count(self) -> int:
        return self._tx.scalar(select(func.count()).select_from(table)) or 0


def _story(row: Row[Any]) -> Story:
    return Story(
        id=row.id,
        source=row.source,
        external_id=row.external_id,
        version=row.version,
        state=StoryState(row.state),
        stamp=row.stamp,
        content=from_document(StoryContent, row.content),
        created_at=row.created_at,
        is_held=row.is_held,
        choice=from_document(CardChoice, row.card_choice or {}),
    )
