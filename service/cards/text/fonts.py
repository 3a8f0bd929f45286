"""The fonts that cards are set in, and which of them draws a character.

A character that no font has is never drawn as a box: `Stack.keep_drawable` takes it out before
anything is measured, and says which it was. A font file is opened when it is first asked.
"""

import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from service.cards.text.cutting import graphemes, knows_words_of
from service.cards.text.emoji import AS_EMOJI, AS_TEXT, is_emoji
from service.cards.text.engine import ENGINE
from service.cards.text.glyphs import Face
from service.cards.text.scripts import east_asian_language, is_simple, script_of
from service.domain.errors import BadPayload, Misconfigured

FONTS_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "fonts"

_BOLD, _REGULAR = 700, 400
# They stand where a character was lost on its way; fonts draw them as boxes.
_LOST = "\ufffc\ufffd"
# A font's choice for a cluster is kept, for as many clusters as the headlines of a day have.
_KEPT_CHOICES = 8192


class Font:
    """One font file. `tracks` says whether its letters may be moved closer together."""

    def __init__(
        self,
        name: str,
        open_face: Callable[[], Face],
        *,
        tracks: bool = True,
        languages: Iterable[str] = (),
        is_emoji: bool = False,
        weight: int = _REGULAR,
    ) -> None:
        self.name = name
        self.tracks = tracks
        self.languages = tuple(languages)
        self.is_emoji = is_emoji
        self.weight = weight
        self._open = open_face

    def __repr__(self) -> str:
        return f"Font({self.name})"

    @cached_property
    def face(self) -> Face:
        return self._open()

    def distance_from(self, language: str) -> int:
        """Rank fonts made for `language` before those for any, and those before others' own."""
        if not self.languages:
            return 1
        # A font for all of zh is for zh-Hant too.
        wanted = f"{language.lower()}-"
        return 0 if any(wanted.startswith(f"{each.lower()}-") for each in self.languages) else 2


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Fonts in the order in which they are asked; the first `own` are the template's choice."""

    fonts: tuple[Font, ...]
    own: int = 1
    _choices: dict[tuple[str, str], Font | None] = field(default_factory=dict)
    _orders: dict[str, tuple[Font, ...]] = field(default_factory=dict)

    def fonts_for(self, text: str, language: str) -> list[tuple[Font, int, int]]:
        """Cut a drawable text where its font changes: (font, start, end)."""
        if is_simple(text) and all(map(self.fonts[0].face.has, set(text))):
            return [(self.fonts[0], 0, len(text))] if text else []
        language = reading_language(text, language)
        spans = graphemes(text)
        chosen: list[Font | None] = []
        font: Font | None = None
        for start, end in spans:
            font = self.font_for(text[start:end], language=language, previous=font)
            chosen.append(font)
        _lean_forward(text, spans, chosen)
        return _joined(spans, chosen)

    def font_for(
        self, cluster: str, *, language: str = "", previous: Font | None = None
    ) -> Font | None:
        """Return the font for one character as readers see it, or None when no font has it all.

        Spaces and punctuation stay with the font before them, so that a word and its comma match;
        but not with an emoji's, whose space is as wide as a picture.
        """
        is_between = _is_common(cluster)
        if is_between and previous and not previous.is_emoji and previous.face.sets(cluster):
            return previous
        key = cluster, language
        if key not in self._choices:
            if len(self._choices) >= _KEPT_CHOICES:
                self._choices.clear()
            self._choices[key] = self._search(cluster, language)
        return self._choices[key]

    def keep_drawable(self, text: str, language: str = "") -> tuple[str, frozenset[str]]:
        """Return `text` without what no font can draw, and the characters taken out."""
        if is_simple(text) and all(map(self.fonts[0].face.has, set(text))):
            return text, frozenset()
        language = reading_language(text, language)
        kept: list[str] = []
        missing: set[str] = set()
        for start, end in graphemes(text):
            cluster = text[start:end]
            drawable = self._drawable_part(cluster, language)
            kept.append(drawable)
            if drawable != cluster:
                missing.update(c for c in cluster if c not in drawable and not _is_unseen(c))
        return "".join(kept), frozenset(missing)

    def _search(self, cluster: str, language: str) -> Font | None:
        if cluster[0] in _LOST or not knows_words_of(script_of(cluster[0])):
            return None
        fonts = self._in_order(language)
        type_fonts = [font for font in fonts if not font.is_emoji]
        pictures = [font for font in fonts if font.is_emoji and not _is_common(cluster)]
        # A digit or a heart without its keycap or selector is type, though the emoji font has it;
        # a sign that only the emoji font has is drawn by it all the same.
        asked = [*pictures, *type_fonts] if is_emoji(cluster) else [*type_fonts, *pictures]
        bare = cluster.replace(AS_TEXT, "").replace(AS_EMOJI, "")
        return next((font for font in asked if bare and font.face.sets(bare)), None)

    def _in_order(self, language: str) -> tuple[Font, ...]:
        """The template's own first, then those made for the language, then those for any."""
        if language not in self._orders:
            rest = sorted(self.fonts[self.own :], key=lambda font: font.distance_from(language))
            self._orders[language] = (*self.fonts[: self.own], *rest)
        return self._orders[language]

    def _drawable_part(self, cluster: str, language: str) -> str:
        if self.font_for(cluster, language=language):
            return cluster
        # A letter without its mark still reads; a mark without its letter does not.
        base = cluster[0]
        font = self.font_for(base, language=language)
        if font is None or _is_unseen(base) or unicodedata.category(base).startswith("M"):
            return ""
        kept = base
        for character in cluster[1:].replace(AS_TEXT, "").replace(AS_EMOJI, ""):
            kept += character if font.face.sets(kept + character) else ""
        return kept


def reading_language(text: str, language: str) -> str:
    """Return the language by which the shapes of characters are chosen, with its script for zh."""
    found = east_asian_language(text, language.replace("_", "-"))
    main, *others = found.lower().split("-")
    if main != "zh":
        return found
    if "hk" in others or "mo" in others:
        return "zh-Hant-HK"
    return "zh-Hant" if {"tw", "hant"} & set(others) else "zh-Hans"


@lru_cache(maxsize=256)
def stack_of(name: str, first: tuple[Font, ...] = ()) -> Stack:
    """Return `first` and the font `name`, followed by all others for what they lack.

    Fonts of the same weight are asked before the others, so that a quiet line stays quiet.
    """
    fonts = _listed()
    if name not in fonts:
        raise Misconfigured(
            f"There is no font {name}: assets/fonts/fonts.toml lists {', '.join(fonts)}."
        )
    own = fonts[name]
    others = sorted(
        (font for font in fonts.values() if font is not own),
        key=lambda font: abs(font.weight - own.weight),
    )
    return Stack((*first, own, *others), own=len(first) + 1)


@lru_cache(maxsize=16)
def font_from(data: bytes, name: str) -> Font:
    """Open a brand's own font, which was checked when it was taken in."""
    try:
        face = ENGINE.open_face(data)
    except (ValueError, OSError) as error:
        raise BadPayload(f"The font {name} cannot be used: {error}.") from error
    return Font(name, lambda: face, is_emoji=face.is_colour)


@lru_cache
def _listed() -> dict[str, Font]:
    path = FONTS_FOLDER / "fonts.toml"
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["fonts"]
        fonts = [_font(row) for row in rows if not _is_left_out(row)]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise Misconfigured(f"The list of fonts {path} cannot be read: {error!r}.") from error
    return {font.name: font for font in fonts}


def _is_left_out(row: dict[str, Any]) -> bool:
    """Say whether a font that only some installations have is missing in this one."""
    return bool(row.get("optional")) and not _file_of(row).exists()


def _file_of(row: dict[str, Any]) -> Path:
    return FONTS_FOLDER / str(row.get("file", f"{row['name']}.ttf"))


def _font(row: dict[str, Any]) -> Font:
    name = str(row["name"])
    path = _file_of(row)
    if not path.exists():
        raise Misconfigured(f"The font {path} is listed in fonts.toml and is not there.")
    return Font(
        name,
        lambda: _opened(path),
        tracks=bool(row.get("tracks", True)),
        languages=tuple(row.get("languages", ())),
        is_emoji=bool(row.get("emoji")),
        weight=int(row.get("weight", _BOLD if "Bold" in name else _REGULAR)),
    )


def _opened(path: Path) -> Face:
    try:
        return ENGINE.open_face(path)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"The font {path} cannot be used: {error}.") from error


def _lean_forward(text: str, spans: list[tuple[int, int]], chosen: list[Font | None]) -> None:
    """Give punctuation that opens a text, or follows an emoji, the font of the word behind it."""
    following: Font | None = None
    for index in range(len(spans) - 1, -1, -1):
        cluster = text[spans[index][0] : spans[index][1]]
        before = chosen[index - 1] if index else None
        if not _is_common(cluster):
            following = chosen[index]
        elif (before is None or before.is_emoji) and following and not following.is_emoji:
            chosen[index] = following if following.face.sets(cluster) else chosen[index]


def _joined(spans: list[tuple[int, int]], chosen: list[Font | None]) -> list[tuple[Font, int, int]]:
    runs: list[tuple[Font, int, int]] = []
    for (start, end), font in zip(spans, chosen, strict=True):
        if font is None:
            # `keep_drawable` has seen to it; only a suffix can come here, from a font without it.
            continue
        if runs and runs[-1][0] is font and runs[-1][2] == start:
            runs[-1] = (font, runs[-1][1], end)
        else:
            runs.append((font, start, end))
    return runs


def _is_common(cluster: str) -> bool:
    return len(cluster) == 1 and unicodedata.category(cluster)[0] in "ZP"


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character in (AS_TEXT, AS_EMOJI, "\u034f")
