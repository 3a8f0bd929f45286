"""The fonts that cards are set in, and which of them has a character.

A character that no font has is never drawn as a box: `Stack.keep_drawable` takes it out before
anything is measured, and says which it was.
"""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex
import uharfbuzz as hb
from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.errors import Misconfigured

FONTS_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "fonts"

# Shaping gives these no picture of their own, so no font needs to have them. Joiners and direction
# marks steer their neighbours; a variation selector chooses among pictures of the one before it.
INVISIBLE = frozenset("\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")
# Spaces that are more than a place to break a line.
KEPT_SPACES = frozenset("\u00a0\u2007\u202f")
_CLUSTER = regex.compile(r"\X")


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """One font file. `tracks` says whether its letters may be moved closer together."""

    name: str
    tracks: bool
    characters: frozenset[int]
    shaper: hb.Font
    units: int

    def has(self, character: str) -> bool:
        # HarfBuzz makes the other spaces out of the ordinary one.
        return (
            ord(character) in self.characters or character in INVISIBLE or character in KEPT_SPACES
        )

    def has_all(self, cluster: str) -> bool:
        return all(self.has(character) for character in cluster)


@dataclass(frozen=True, slots=True)
class Stack:
    """Fonts in the order in which they are asked."""

    fonts: tuple[Font, ...]

    def font_for(self, cluster: str, *, previous: Font | None = None) -> Font | None:
        """Return the font for one grapheme cluster, or None when no font has all of it.

        Spaces and punctuation stay with the font before them, so that a word and its comma match.
        """
        if previous and _is_common(cluster) and previous.has_all(cluster):
            return previous
        return next((font for font in self.fonts if font.has_all(cluster)), None)

    def keep_drawable(self, text: str) -> tuple[str, frozenset[str]]:
        """Return `text` without what no font can draw, and the characters taken out."""
        kept: list[str] = []
        missing: set[str] = set()
        for cluster in _CLUSTER.findall(text):
            drawable = self._drawable_part(cluster)
            kept.append(drawable)
            if drawable != cluster:
                missing.update(c for c in cluster if c not in drawable and c not in INVISIBLE)
        return "".join(kept), frozenset(missing)

    def _drawable_part(self, cluster: str) -> str:
        if self.font_for(cluster):
            return cluster
        # A letter without its mark still reads; a mark without its letter does not.
        base = cluster[0]
        font = self.font_for(base)
        if font is None or base in INVISIBLE or unicodedata.category(base).startswith("M"):
            return ""
        return "".join(c for c in cluster if font.has(c) and c not in "\ufe0e\ufe0f")


@lru_cache
def stack_of(name: str) -> Stack:
    """Return the font `name`, followed by all others for what it lacks."""
    rows = {row.name: row for row in _listed()}
    if name not in rows:
        raise Misconfigured(
            f"There is no font {name}: assets/fonts/fonts.toml lists {', '.join(rows)}."
        )
    ordered = [rows[name], *(row for row in rows.values() if row.name != name)]
    return Stack(tuple(_load(row.name, tracks=row.tracks) for row in ordered))


class _FontRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    tracks: bool


class _FontList(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fonts: tuple[_FontRow, ...]


@lru_cache
def _listed() -> tuple[_FontRow, ...]:
    path = FONTS_FOLDER / "fonts.toml"
    try:
        return _FontList.model_validate(tomllib.loads(path.read_text("utf-8"))).fonts
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Misconfigured(f"The list of fonts {path} cannot be read: {error}") from error


@lru_cache
def _load(name: str, *, tracks: bool) -> Font:
    path = FONTS_FOLDER / f"{name}.ttf"
    try:
        face = hb.Face(path.read_bytes())
    except OSError as error:
        raise Misconfigured(f"The font {path} cannot be read: {error.strerror}.") from error
    characters = frozenset(face.unicodes)
    if not characters:
        raise Misconfigured(f"The font {path} has no characters: it is not a usable font file.")
    return Font(name, tracks, characters, hb.Font(face), face.upem)


def _is_common(cluster: str) -> bool:
    return unicodedata.category(cluster[0])[0] in "ZP"
