"""Stories as the CMS tells them, and what a notice from a CMS does to one.

A story keeps every version. Senders promise no order, so the newest `stamp` wins: an older
notice is recorded and changes nothing, and an unpublish beats a publish of the same instant.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.card import NO_CHOICE, Card, CardChoice


class StoryEventKind(StrEnum):
    PUBLISHED = "published"
    UPDATED = "updated"
    UNPUBLISHED = "unpublished"
    DELETED = "deleted"


class StoryState(StrEnum):
    LIVE = "live"
    UNPUBLISHED = "unpublished"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class StoryImage:
    """The story's picture where the CMS keeps it; `alt` describes the photo, not the story."""

    url: str
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryContent:
    """What one version of a story says.

    `body` is plain text, paragraphs separated by a blank line, already free of page furniture.
    `language` is a BCP 47 tag, empty when unknown. A story that is not public (members only)
    gets headline, standfirst and card, but its body never reaches a post.
    """

    headline: str
    url: str
    standfirst: str = ""
    body: str = ""
    kicker: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    image: StoryImage | None = None
    site_name: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_public: bool = True

    @property
    def byline(self) -> str:
        return ", ".join(self.authors)

    def card(self, *, photo: str = "", site_name: str = "") -> Card:
        """Return the card of these words, plain; `photo` is the digest of the story's own picture.

        `site_name` stands in where the story names no site.
        """
        return Card(
            headline=self.headline,
            kicker=self.kicker or self.section,
            byline=self.byline,
            site_name=self.site_name or site_name,
            language=self.language,
            photo=photo,
            credit=self.image.credit if self.image and photo else "",
            url=self.url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """One notice from a CMS.

    `dedupe_key` is equal for a repeat of the same notice and unique otherwise.
    `stamp` orders the versions of one story: the CMS's own time of the change.
    `content` is absent where the CMS tells only that the story went away.
    """

    source: str
    external_id: str
    kind: StoryEventKind
    dedupe_key: str
    stamp: datetime
    content: StoryContent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`choice` is what staff chose for its card; it outlives every version from the CMS."""

    id: str
    source: str
    external_id: str
    version: int
    state: StoryState
    stamp: datetime
    content: StoryContent
    created_at: datetime
    is_held: bool = False
    choice: CardChoice = NO_CHOICE

    @property
    def is_live(self) -> bool:
        return self.state is StoryState.LIVE


class Effect(StrEnum):
    """What taking an event in does."""

    CREATE = "create"
    NEW_VERSION = "new version"
    WITHDRAW = "withdraw"
    NOTHING = "nothing"
    STALE = "stale"


_GONE = {
    StoryEventKind.UNPUBLISHED: StoryState.UNPUBLISHED,
    StoryEventKind.DELETED: StoryState.DELETED,
}


def state_after(kind: StoryEventKind) -> StoryState:
    return _GONE.get(kind, StoryState.LIVE)


def effect_of(event: StoryEvent, story: Story | None, *, gone_at: datetime | None = None) -> Effect:
    """Decide what `event` does to `story` (None: we have not heard of it).

    An update of a story that we never saw published creates it: the notice of its
    publication was lost, and most senders do not repeat a notice. `gone_at` is the newest stamp
    of the notices that withdrew a story before we heard of it: a deletion may overtake its
    publication, and the story must not come to life after its end.
    """
    if story is None:
        return _effect_on_unknown(event, gone_at)
    if event.stamp < story.stamp:
        return Effect.STALE
    if event.kind in _GONE:
        return Effect.NOTHING if story.state is state_after(event.kind) else Effect.WITHDRAW
    if event.content is None or (story.is_live and event.content == story.content):
        return Effect.NOTHING
    if event.stamp == story.stamp and not story.is_live:
        return Effect.STALE
    return Effect.NEW_VERSION


def _effect_on_unknown(event: StoryEvent, gone_at: datetime | None) -> Effect:
    if event.kind in _GONE or event.content is None:
        return Effect.NOTHING
    is_overtaken = gone_at is not None and event.stamp <= gone_at
    return Effect.STALE if is_overtaken else Effect.CREATE
