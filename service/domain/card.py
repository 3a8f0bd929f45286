"""Share cards: what to draw, apart from how it is drawn.

Equal cards are the same picture: `Card.digest` names it, whoever asks for it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self


class CardSize(StrEnum):
    """The closed list of card sizes, in pixels. Addresses outside of it are refused.

    `max_bytes` is the most that a file of this size may have: WhatsApp drops link previews over
    300,000 bytes (seen in the field), Bluesky refuses more than 1,000,000 (its lexicon);
    verified_on 2026-11-22.
    """

    width: int
    height: int
    max_bytes: int

    def __new__(cls, key: str, width: int, height: int, max_bytes: int) -> Self:
        size = str.__new__(cls, key)
        size._value_ = key
        size.width = width
        size.height = height
        size.max_bytes = max_bytes
        return size

    OG = ("og", 1200, 630, 300_000)
    X = ("x", 1200, 675, 300_000)
    SQUARE = ("square", 1080, 1080, 900_000)
    PORTRAIT = ("portrait", 1080, 1350, 900_000)
    STORY = ("story", 1080, 1920, 900_000)
    PIN = ("pin", 1000, 1500, 900_000)

    @property
    def key(self) -> str:
        return self.value

    @classmethod
    def from_key(cls, key: str) -> "CardSize":
        """Raises KeyError for a size that is not on the list."""
        return {size.key: size for size in cls}[key]


class ImageFormat(StrEnum):
    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"


PLAIN_TEMPLATE = "standard"


@dataclass(frozen=True, slots=True)
class Focus:
    """The point of a photo that must stay in the picture, as shares of its width and height."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChoice:
    """What staff chose for a story's card; what is empty is left to the story.

    `photo` and `portrait` are digests of pictures that staff brought; `details` are the template's
    own fields. `focus` was put on one photo, named by `focused`: on another it says nothing.
    """

    template: str = ""
    photo: str = ""
    portrait: str = ""
    focus: Focus | None = None
    focused: str = ""
    details: tuple[tuple[str, str], ...] = ()


NO_CHOICE = CardChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one card shows.

    `photo` and `portrait` are the SHA-256 of a picture's bytes (the bytes live in storage), empty
    for none. `language` is a BCP 47 tag; it chooses line breaks, labels, and direction where the
    text leaves it open. `details` are the template's own fields, by name. `focus` is where staff
    put it; None leaves it to the picture's content. `brand` is the digest of the brand kit.
    """

    headline: str
    kicker: str = ""
    byline: str = ""
    site_name: str = ""
    language: str = ""
    photo: str = ""
    template: str = PLAIN_TEMPLATE
    portrait: str = ""
    credit: str = ""
    url: str = ""
    brand: str = ""
    focus: Focus | None = None
    details: tuple[tuple[str, str], ...] = ()

    def text(self, field: str) -> str:
        """Return what stands in a field of the template; empty for nothing."""
        if field in TEXT_FIELDS:
            return str(getattr(self, field))
        return dict(self.details).get(field, "")

    @property
    def digest(self) -> str:
        """Name of the picture: 32 hex characters, equal for equal cards."""
        shown = asdict(self)
        # What came after the first cards were published is left out where it says nothing, so
        # that the addresses of those cards stay theirs.
        kept = {key: value for key, value in shown.items() if key in _FIRST_FIELDS or value}
        canonical = json.dumps(kept, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]


# The texts that every story brings; all others are a template's own.
TEXT_FIELDS = ("headline", "kicker", "byline", "site_name", "credit", "url")
_FIRST_FIELDS = frozenset(
    {"headline", "kicker", "byline", "site_name", "language", "photo", "template"}
)


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished picture of a card; not whole where a picture that it should show is not kept."""

    size: CardSize
    format: ImageFormat
    data: bytes
    is_whole: bool = True

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self.format is ImageFormat.JPEG else f"image/{self.format.value}"
