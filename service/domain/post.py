"""Posts: the exact words, link, picture and alt text that one channel gets.

`Limits` says what a channel takes; `service.domain.words` counts by them; a channel's face turns
a Post into the Payload that its voice speaks. Preview, dry run and sending use the same Payload.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from service.domain.card import CardSize


class TextUnit(StrEnum):
    """How a channel counts text."""

    GRAPHEMES = "graphemes"
    CODE_POINTS = "code points"
    UTF16 = "UTF-16 units"
    UTF8_BYTES = "UTF-8 bytes"
    X_WEIGHTED = "X weighted characters"
    LINKEDIN_ESCAPED = "escaped characters"


class LinkPlacement(StrEnum):
    """Where the story's address goes."""

    IN_TEXT = "in text"
    IN_CARD = "in card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a channel takes.

    `text` is counted in `unit`; `link_cost` is what one address costs whatever its length (None:
    its own length); `text_bytes` is a second limit in UTF-8 bytes (None: no such limit).
    With `short_mentions` `@ann@example.org` costs no more than `@ann`.
    `image_bytes` and `alt_text` (code points) bound the picture and its description.
    """

    text: int
    unit: TextUnit
    link_cost: int | None = None
    text_bytes: int | None = None
    short_mentions: bool = False
    link_placement: LinkPlacement = LinkPlacement.IN_TEXT
    image_bytes: int = 5_000_000
    alt_text: int = 1000
    hashtags: int = 0
    sentences: int = 3


@dataclass(frozen=True, slots=True)
class Picture:
    """A card in the size that the channel shows; the bytes are drawn or fetched when it is sent."""

    card_digest: str
    size: CardSize
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """`text` holds everything a reader sees as text, its link and tags included.

    `link` is the story's address; `title` and `description` feed a channel's own link card.
    """

    text: str
    link: str
    title: str
    description: str = ""
    language: str = ""
    hashtags: tuple[str, ...] = ()
    picture: Picture | None = None
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """What goes over the wire: `body` as the platform wants it, and the picture to upload first.

    The voice only adds what the platform hands out while sending (media ids, record keys).
    """

    body: dict[str, Any]
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a post that the channel would refuse, and what to do about it."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Count:
    """A text measured as its channel measures it."""

    used: int
    limit: int
    unit: TextUnit

    @property
    def fits(self) -> bool:
        return self.used <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel's proof that a post exists."""

    remote_id: str
    url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
