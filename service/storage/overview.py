"""What the dashboard reads across subjects, in one query each however many rows a page shows.

Nothing here writes. A page that shows thirty stories asks as often as one that shows three.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from service.domain.delivery import Delivery, DeliveryState
from service.domain.story import Story
from service.storage.deliveries import Attempt, DeliveryStore
from service.storage.stories import Photo, StoryStore
from service.storage.tables import attempt, delivery, story

_S = DeliveryState
_OPEN = (_S.HELD, _S.PLANNED, _S.SENDING, _S.PENDING, _S.UNCONFIRMED, _S.FAILED, _S.MISSED)


class Overview:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def count_newer(self, since: datetime | None, *, most: int) -> int:
        """How many stories came after `since`; counting ends at `most`."""
        query = select(story.c.id).limit(most)
        if since is not None:
            query = query.where(story.c.created_at > since)
        return len(self._tx.execute(query).all())

    def photos(self, story_ids: Collection[str]) -> dict[str, Photo]:
        columns = (story.c.id, story.c.photo_url, story.c.photo, story.c.photo_problem)
        rows = self._tx.execute(select(*columns).where(story.c.id.in_(story_ids)))
        return {row.id: Photo(row.photo_url, row.photo, row.photo_problem) for row in rows}

    def stories(self, story_ids: Collection[str]) -> dict[str, Story]:
        return {found.id: found for found in StoryStore(self._tx).some(story_ids)}

    def attempts(self, delivery_ids: Collection[str]) -> dict[str, list[Attempt]]:
        """The tries of several deliveries, oldest first."""
        rows = self._tx.execute(
            select(attempt)
            .where(attempt.c.delivery_id.in_(delivery_ids))
            .order_by(attempt.c.started_at, attempt.c.id)
        )
        grouped: dict[str, list[Attempt]] = {}
        for row in rows:
            grouped.setdefault(row.delivery_id, []).append(_attempt(row))
        return grouped

    def newest_in(self, states: Iterable[DeliveryState], *, limit: int) -> list[Delivery]:
        """Deliveries in one of `states`, those that changed last first."""
        wanted = [state.value for state in states]
        ids = self._tx.scalars(
            select(delivery.c.id)
            .where(delivery.c.state.in_(wanted))
            .order_by(delivery.c.changed_at.desc(), delivery.c.id)
            .limit(limit)
        ).all()
        found = {one.id: one for one in DeliveryStore(self._tx).some(ids)}
        return [found[one] for one in ids]

    def open_by_channel(self) -> dict[str, dict[DeliveryState, int]]:
        """How many deliveries of each channel are not settled: never the sum of all time."""
        query = (
            select(delivery.c.channel_id, delivery.c.state, func.count())
            .where(delivery.c.state.in_([state.value for state in _OPEN]))
            .group_by(delivery.c.channel_id, delivery.c.state)
        )
        counts: dict[str, dict[DeliveryState, int]] = {}
        for channel_id, state, number in self._tx.execute(query):
            counts.setdefault(channel_id, {})[_S(state)] = number
        return counts


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        verb=row.verb,
        fence=row.fence,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        note=row.note,
    )
