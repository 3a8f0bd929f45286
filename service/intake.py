"""Takes a StoryEvent in, exactly once.

Two steps, each one transaction. `receive` writes the notice down and is all that a webhook waits
for. `apply` tells the story; it runs in a worker, or at once for the API, and applying an event
twice changes nothing.
"""

from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError

from service.domain.story import Effect, Story, StoryContent, StoryEvent, effect_of
from service.storage.database import Database
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventState, EventStore, RecordedEvent
from service.storage.stories import StoryStore

_log = structlog.get_logger()


def receive(database: Database, event: StoryEvent, *, now: datetime) -> str | None:
    """Record the event; returns its id, or None when it has been received before."""
    with database.write() as tx:
        event_id = EventStore(tx).record(event, now=now)
    if event_id:
        _log.info(
            "story event received", source=event.source, kind=event.kind.value, story_event=event_id
        )
    return event_id


def apply(database: Database, event_id: str, *, now: datetime) -> str | None:
    """Do to the story what the event says; returns the story's id where there is one.

    What has not left the house of a withdrawn story is cancelled in the same transaction, before
    anything else can happen to it.
    """
    try:
        return _apply(database, event_id, now=now)
    except IntegrityError:
        # Two events of a story that we did not know met; the second now finds it created.
        return _apply(database, event_id, now=now)


def _apply(database: Database, event_id: str, *, now: datetime) -> str | None:
    with database.write() as tx:
        recorded = EventStore(tx).get(event_id)
        if recorded is None or recorded.state is not EventState.RECEIVED:
            return recorded.story_id if recorded else None
        stories = StoryStore(tx)
        event = recorded.event
        story = stories.find(event.source, event.external_id)
        gone_at = EventStore(tx).gone_at(event.source, event.external_id)
        effect = effect_of(event, story, gone_at=gone_at)
        story = _change(stories, effect, recorded, story, now=now)
        if story and effect is Effect.WITHDRAW:
            why = f"the story was {story.state.value} in the CMS"
            DeliveryStore(tx).cancel_unsent(story.id, why=why, now=now)
        story_id = story.id if story else None
        EventStore(tx).mark_applied(event_id, effect, story_id)
    _log.info("story event applied", story_event=event_id, effect=effect.value, story=story_id)
    return story_id


def _change(
    stories: StoryStore,
    effect: Effect,
    recorded: RecordedEvent,
    story: Story | None,
    *,
    now: datetime,
) -> Story | None:
    event = recorded.event
    if effect is Effect.CREATE:
        return stories.create(event, _content(event), now=now, by=recorded.id)
    if story and effect in {Effect.NEW_VERSION, Effect.WITHDRAW}:
        return stories.advance(story, event, now=now, by=recorded.id)
    return story


def _content(event: StoryEvent) -> StoryContent:
    if event.content is None:
        raise ValueError("only an event with content creates a story")
    return event.content
