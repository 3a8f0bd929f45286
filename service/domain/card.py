"""Share cards: what to draw, apart from how it is drawn.

Equal cards are the same picture: `Card.digest` names it, whoever asks for it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self


class CardSize(StrEnum):
    """The closed list of card sizes, in pixels. Addresses outside of it are refused."""

    width: int
    height: int

    def __new__(cls, key: str, width: int, height: int) -> Self:
        size = str.__new__(cls, key)
        size._value_ = key
        size.width = width
        size.height = height
        return size

    OG = ("og", 1200, 630)
    X = ("x", 1200, 675)
    SQUARE = ("square", 1080, 1080)
    PORTRAIT = ("portrait", 1080, 1350)
    STORY = ("story", 1080, 1920)
    PIN = ("pin", 1000, 1500)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one card shows.

    `photo` is the SHA-256 of the picture's bytes (the bytes live in storage), empty for none.
    `language` is a BCP 47 tag; it chooses line breaks and direction where the text leaves it open.
    """

    headline: str
    kicker: str = ""
    byline: str = ""
    site_name: str = ""
    language: str = ""
    photo: str = ""
    template: str = "standard"

    @property
    def digest(self) -> str:
        """Name of the picture: 32 hex characters, equal for equal cards."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished picture of a card."""

    size: CardSize
    format: ImageFormat
    data: bytes

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self.format is ImageFormat.JPEG else f"image/{self.format.value}"


def alt_text(card: Card) -> str:
    """Describe the card for those who do not see it: the words in the picture are its content."""
    outlet = f" from {card.site_name}" if card.site_name else ""
    byline = f" {card.byline}." if card.byline else ""
    return f"Headline card{outlet}: “{card.headline}”.{byline}"
