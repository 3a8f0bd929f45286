"""Taking story events in, exactly once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service import intake
from service.domain.story import StoryContent, StoryEvent, StoryEventKind, StoryState
from service.house import House
from service.storage.events import EventStore
from service.storage.stories import StoryStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVENT = StoryEvent(
    source="cms",
    external_id="1",
    kind=StoryEventKind.PUBLISHED,
    dedupe_key="first",
    stamp=NOON,
    content=StoryContent(headline="Harbour reopens", url="https://news.example/1"),
)


def test_a_hundred_copies_of_one_notice_are_one_story(house: House) -> None:
    with ThreadPoolExecutor(10) as senders:
        ids = list(
            senders.map(lambda _: intake.receive(house.database, EVENT, now=NOON), range(100))
        )

    [event_id] = [found for found in ids if found]
    story_ids = {intake.apply(house.database, event_id, now=NOON) for _ in range(3)}
    assert len(story_ids) == 1
    with house.database.read() as tx:
        assert (EventStore(tx).count(), StoryStore(tx).count()) == (1, 1)


def test_two_first_notices_at_once_make_one_story(house: House) -> None:
    other = replace(EVENT, dedupe_key="second", kind=StoryEventKind.UPDATED)
    ids = [intake.receive(house.database, event, now=NOON) for event in (EVENT, other)]

    with ThreadPoolExecutor(2) as workers:
        stories = list(
            workers.map(lambda found: intake.apply(house.database, str(found), now=NOON), ids)
        )

    assert stories[0] == stories[1] is not None
    with house.database.read() as tx:
        assert StoryStore(tx).count() == 1


def test_every_version_is_kept_and_an_old_notice_changes_nothing(house: House) -> None:
    newer = replace(
        EVENT,
        dedupe_key="newer",
        stamp=NOON + timedelta(minutes=2),
        content=StoryContent(headline="Harbour reopens early", url="https://news.example/1"),
    )
    late = replace(
        EVENT,
        dedupe_key="late",
        stamp=NOON + timedelta(minutes=1),
        content=StoryContent(headline="Harbour to reopen", url="https://news.example/1"),
    )

    story_id = ""
    for event in (EVENT, newer, late):
        story_id = _take_in(house, event) or story_id

    with house.database.read() as tx:
        story = StoryStore(tx).get(story_id)
        versions = StoryStore(tx).versions(story_id)
    assert story.content.headline == "Harbour reopens early"
    assert [version.content.headline for version in versions] == [
        "Harbour reopens",
        "Harbour reopens early",
    ]


def test_a_deletion_that_arrives_first_keeps_the_story_from_living(house: House) -> None:
    deleted = replace(
        EVENT,
        dedupe_key="deleted",
        kind=StoryEventKind.DELETED,
        stamp=NOON + timedelta(minutes=1),
        content=None,
    )

    assert _take_in(house, deleted) is None
    assert _take_in(house, EVENT) is None


def test_an_unpublished_story_keeps_its_words(house: House) -> None:
    _take_in(house, EVENT)
    gone = replace(
        EVENT,
        dedupe_key="gone",
        kind=StoryEventKind.UNPUBLISHED,
        stamp=NOON + timedelta(minutes=1),
        content=None,
    )

    story_id = _take_in(house, gone)

    assert story_id is not None
    with house.database.read() as tx:
        story = StoryStore(tx).get(story_id)
    assert story.state is StoryState.UNPUBLISHED
    assert story.content.headline == "Harbour reopens"


def _take_in(house: House, event: StoryEvent) -> str | None:
    event_id = intake.receive(house.database, event, now=NOON)
    assert event_id is not None
    return intake.apply(house.database, event_id, now=NOON)
