"""Awkward stories: what every template is shown and tested with, so that none is a surprise later.

They are data in `assets/cards/gallery/stories.toml`, with their pictures beside it. The gallery and
the golden pictures read the same ones.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.domain.card import Card
from service.domain.errors import Misconfigured

STORIES_FILE = Path(__file__).resolve().parents[2] / "assets" / "cards" / "gallery" / "stories.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwkwardStory:
    """A story and what is awkward about it.

    `details` holds a text for every field that any template has of its own. `photo` and `portrait`
    are the files themselves, empty for none; one that is refused is never on a card.
    """

    name: str
    awkward: str
    headline: str
    kicker: str = ""
    byline: str = ""
    site_name: str = ""
    credit: str = ""
    language: str = ""
    photo: bytes = field(default=b"", repr=False)
    portrait: bytes = field(default=b"", repr=False)
    photo_is_refused: bool = False
    details: Mapping[str, str]

    def card(self, template: str, *, fields: Mapping[str, int]) -> Card:
        """Return this story's card; `fields` are the template's own and the longest each takes."""
        return Card(
            headline=self.headline,
            kicker=self.kicker,
            byline=self.byline,
            site_name=self.site_name,
            credit=self.credit,
            language=self.language,
            photo="" if self.photo_is_refused else _digest(self.photo),
            portrait=_digest(self.portrait),
            url=f"https://courier.example/{self.name}",
            template=template,
            details=tuple(
                (name, _cut(self.details[name], longest))
                for name, longest in fields.items()
                if self.details.get(name)
            ),
        )

    @property
    def pictures(self) -> dict[str, bytes]:
        """The photo and the portrait by their digests, as `draw` reads them."""
        return {_digest(data): data for data in (self.photo, self.portrait) if data}


@lru_cache
def awkward_stories() -> tuple[AwkwardStory, ...]:
    """Load all of them, in the order of the file; raises Misconfigured."""
    try:
        tables = tomllib.loads(STORIES_FILE.read_text("utf-8"))["stories"]
        return tuple(_story(table) for table in tables)
    except OSError as error:
        raise Misconfigured(f"{error.filename} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise Misconfigured(f"{STORIES_FILE} is not a list of stories: {error}.") from error


def _story(table: Mapping[str, Any]) -> AwkwardStory:
    pictures = {name: _file(table.get(name, "")) for name in ("photo", "portrait")}
    return AwkwardStory(**{**table, **pictures})


@lru_cache
def _file(name: str) -> bytes:
    return (STORIES_FILE.parent / name).read_bytes() if name else b""


def _digest(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest() if picture else ""


def _cut(text: str, longest: int) -> str:
    """Cut at a space, as staff would: a cut amid a character is no test of a template."""
    return text if len(text) <= longest else text[: longest + 1].rpartition(" ")[0]
