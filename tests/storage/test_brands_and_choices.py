"""What is kept of brands and of what staff chose, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text

from service.domain.card import NO_CHOICE, CardChoice, Focus
from service.domain.story import StoryContent, StoryEvent, StoryEventKind
from service.storage.brands import EVERY_SITE, BrandStore, brand_of
from service.storage.database import Database
from service.storage.migrating import _config, migrate
from service.storage.stories import StoryStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTENT = StoryContent(headline="Ferry returns", url="https://news.example/ferry")


@pytest.fixture
def database(database_address: str) -> Iterator[Database]:
    opened = Database(database_address)
    migrate(opened)
    yield opened
    opened.close()


def test_a_site_wears_the_brand_that_was_set_last(database: Database) -> None:
    with database.write() as tx:
        BrandStore(tx).keep("The Harbour Post", "a" * 64, now=NOON)
        BrandStore(tx).keep("The Harbour Post", "b" * 64, now=LATER)

    with database.read() as tx:
        [kept] = BrandStore(tx).all()
    assert (kept.site, kept.digest, kept.updated_at) == ("The Harbour Post", "b" * 64, LATER)


def test_a_brand_that_is_removed_is_gone_and_told_only_once(database: Database) -> None:
    with database.write() as tx:
        BrandStore(tx).keep("The Harbour Post", "a" * 64, now=NOON)

    with database.write() as tx:
        assert BrandStore(tx).remove("The Harbour Post")
        assert not BrandStore(tx).remove("The Harbour Post")

    with database.read() as tx:
        assert BrandStore(tx).digests() == {}


def test_a_site_without_a_brand_wears_that_of_every_site() -> None:
    brands = {EVERY_SITE: "every", "The Harbour Post": "own"}

    assert brand_of("The Harbour Post", brands) == "own"
    assert brand_of("Another", brands) == "every"
    assert brand_of("Another", {}) == ""


def test_a_choice_outlives_the_next_version_of_its_story(database: Database) -> None:
    choice = CardChoice(
        template="number",
        focus=Focus(0.25, 0.5),
        focused="f" * 64,
        details=(("figure", "4.5 million"),),
    )
    with database.write() as tx:
        stories = StoryStore(tx)
        story = stories.create(_event("1"), CONTENT, now=NOON, by="e1")
        stories.choose_card(story.id, choice)
        advanced = stories.advance(story, _event("2"), now=LATER, by="e2")

    assert story.choice == NO_CHOICE
    assert advanced.version == 2
    assert advanced.choice == choice


def test_a_choice_that_says_nothing_leaves_nothing_behind(database: Database) -> None:
    with database.write() as tx:
        stories = StoryStore(tx)
        story = stories.create(_event("1"), CONTENT, now=NOON, by="e1")
        stories.choose_card(story.id, CardChoice(template="number"))
        stories.choose_card(story.id, NO_CHOICE)

    with database.read() as tx:
        assert StoryStore(tx).get(story.id).choice == NO_CHOICE
        assert tx.scalar(text("SELECT count(*) FROM story WHERE card_choice IS NULL")) == 1


def _event(key: str) -> StoryEvent:
    return StoryEvent(
        source="cms",
        external_id="1",
        kind=StoryEventKind.UPDATED,
        dedupe_key=key,
        stamp=NOON,
        content=CONTENT,
    )


def test_stories_and_their_versions_outlive_a_way_back_and_forth(database: Database) -> None:
    with database.write() as tx:
        story = StoryStore(tx).create(_event("1"), CONTENT, now=NOON, by="e1")
        StoryStore(tx).choose_card(story.id, CardChoice(template="number"))

    with database.write() as tx:
        config = _config()
        config.attributes["connection"] = tx
        command.downgrade(config, "0002")
    migrate(database)

    with database.read() as tx:
        assert StoryStore(tx).get(story.id).choice == NO_CHOICE
        assert len(StoryStore(tx).versions(story.id)) == 1
