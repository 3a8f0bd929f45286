"""What a notice from a CMS does to a story."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.story import (
    Effect,
    Story,
    StoryContent,
    StoryEvent,
    StoryEventKind,
    StoryState,
    effect_of,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = StoryContent(headline="Harbour reopens", url="https://news.example/harbour")
OTHER_WORDS = StoryContent(headline="Harbour reopens early", url="https://news.example/harbour")


def event(kind: str, *, minutes: float = 0, content: StoryContent | None = WORDS) -> StoryEvent:
    return StoryEvent(
        source="cms",
        external_id="1",
        kind=StoryEventKind(kind),
        dedupe_key=f"{kind}{minutes}",
        stamp=NOON + timedelta(minutes=minutes),
        content=content,
    )


def story(state: StoryState = StoryState.LIVE) -> Story:
    return Story(
        id="s",
        source="cms",
        external_id="1",
        version=1,
        state=state,
        stamp=NOON,
        content=WORDS,
        created_at=NOON,
    )


@pytest.mark.parametrize(
    ("notice", "known", "effect"),
    [
        pytest.param(event("published"), None, Effect.CREATE, id="a first publication creates"),
        pytest.param(event("updated"), None, Effect.CREATE, id="so does a first update"),
        pytest.param(event("deleted", content=None), None, Effect.NOTHING, id="gone, never known"),
        pytest.param(event("published"), story(), Effect.NOTHING, id="the same words again"),
        pytest.param(
            event("updated", minutes=1, content=OTHER_WORDS),
            story(),
            Effect.NEW_VERSION,
            id="new words",
        ),
        pytest.param(
            event("updated", minutes=-1, content=OTHER_WORDS),
            story(),
            Effect.STALE,
            id="an older notice changes nothing",
        ),
        pytest.param(
            event("unpublished", minutes=1, content=None),
            story(),
            Effect.WITHDRAW,
            id="an unpublish withdraws",
        ),
        pytest.param(
            event("unpublished", content=None),
            story(),
            Effect.WITHDRAW,
            id="an unpublish of the same instant wins",
        ),
        pytest.param(
            event("published"),
            story(StoryState.UNPUBLISHED),
            Effect.STALE,
            id="a publish of the same instant does not bring it back",
        ),
        pytest.param(
            event("published", minutes=5),
            story(StoryState.UNPUBLISHED),
            Effect.NEW_VERSION,
            id="a later publish does",
        ),
        pytest.param(
            event("deleted", minutes=5, content=None),
            story(StoryState.UNPUBLISHED),
            Effect.WITHDRAW,
            id="unpublished, then deleted",
        ),
    ],
)
def test_an_event_has_one_effect(notice: StoryEvent, known: Story | None, effect: Effect) -> None:
    assert effect_of(notice, known) is effect


def test_a_publication_that_was_overtaken_by_its_deletion_stays_dead() -> None:
    late = event("published")

    assert effect_of(late, None, gone_at=NOON + timedelta(seconds=1)) is Effect.STALE
    assert effect_of(late, None, gone_at=NOON - timedelta(seconds=1)) is Effect.CREATE
