"""The fonts that cards are set in, and which of them draws a character.

A character that no font has is never drawn as a box: `Stack.keep_drawable` takes it out before
anything is measured, and says which it was. A font file is opened when it is first asked, and those
that are made for a character's script are asked before all others.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from service.cards.text.cutting import graphemes, knows_words_of
from service.cards.text.emoji import AS_EMOJI, AS_TEXT, is_emoji
from service.cards.text.engine import ENGINE
from service.cards.text.glyphs import Face
from service.cards.text.scripts import east_asian_language, is_simple, script_of
from service.domain.errors import BadPayload, Misconfigured

FONTS_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "fonts"

_REGULAR = 400
# With more than this share of its letters lost, what is left of a text means something else: of a
# headline in Chinese only its numbers, read as one.
_MOST_LOST = 1 / 3
# They stand where a character was lost on its way; fonts draw them as boxes.
_LOST = "\ufffc\ufffd"
# A font's choice for a cluster is kept, for as many clusters as the headlines of a day have.
_KEPT_CHOICES = 8192
# A number with its signs is set in one font; but a digit of a keycap is part of a picture.
_NUMBER = re.compile(
    "[-+$€£¥₹₺₪₦৳฿]{0,2}[0-9](?:[-–+×.,:/0-9]*[0-9])?[%‰°$€£¥₹₺₪₦৳฿]?"
    "(?![\u0300-\u036f\u200d\u20d0-\u20ff\ufe0e\ufe0f])"
)


class Font:
    """One font file. `tracks` says whether its letters may be moved closer together."""

    def __init__(
        self,
        name: str,
        open_face: Callable[[], Face],
        *,
        tracks: bool = True,
        languages: Iterable[str] = (),
        scripts: Iterable[str] = (),
        is_emoji: bool = False,
        is_serif: bool = False,
        weight: int = _REGULAR,
    ) -> None:
        self.name = name
        self.tracks = tracks
        self.languages = tuple(languages)
        self.scripts = frozenset(scripts)
        self.is_emoji = is_emoji
        self.is_serif = is_serif
        self.weight = weight
        self._open = open_face

    def __repr__(self) -> str:
        return f"Font({self.name})"

    @cached_property
    def face(self) -> Face:
        return self._open()

    def is_like(self, other: "Font") -> bool:
        return (self.weight, self.is_serif) == (other.weight, other.is_serif)

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
    _orders: dict[tuple[str, str], tuple[Font, ...]] = field(default_factory=dict)

    def fonts_for(self, text: str, language: str) -> list[tuple[Font, int, int]]:
        """Cut a drawable text where its font changes: (font, start, end)."""
        if is_simple(text) and all(map(self.fonts[0].face.has, set(text))):
            return [(self.fonts[0], 0, len(text))] if text else []
        language = reading_language(text, language)
        spans = self._pieces(text, language)
        chosen: list[Font | None] = []
        word: Font | None = None
        for start, end in spans:
            piece = text[start:end]
            chosen.append(self.font_for(piece, language=language, previous=word))
            word = word if _is_common(piece) else chosen[-1]
        self._lean_forward(text, spans, chosen)
        return _joined(spans, chosen)

    def font_for(
        self, cluster: str, *, language: str = "", previous: Font | None = None
    ) -> Font | None:
        """Return the font for one character as readers see it, or None when no font has it all.

        Spaces, punctuation and numbers stay with the font of the word before them, so that a word
        and its comma match; but not with an emoji's, whose space is as wide as a picture.
        """
        is_between = _is_common(cluster) and previous and not previous.is_emoji
        beside = self._beside(previous, cluster) if is_between and previous else None
        if beside:
            return beside
        key = cluster, language
        try:
            return self._choices[key]
        except KeyError:
            found = self._search(cluster, language)
        if len(self._choices) >= _KEPT_CHOICES:
            self._choices.clear()
        # Returned from here and not from there: another thread may just have cleared it.
        self._choices[key] = found
        return found

    def keep_drawable(self, text: str, language: str = "") -> tuple[str, frozenset[str]]:
        """Return `text` without what no font can draw, and the characters that no font has.

        Nothing is kept where too little would be left to say the same.
        """
        if is_simple(text) and all(map(self.fonts[0].face.has, set(text))):
            return text, frozenset()
        language = reading_language(text, language)
        kept: list[str] = []
        missing: set[str] = set()
        letters = lost = 0
        for start, end in graphemes(text):
            cluster = text[start:end]
            drawable = self._drawable_part(cluster, language)
            kept.append(drawable)
            is_letter = unicodedata.category(cluster[0])[0] == "L"
            letters += is_letter
            lost += is_letter and not drawable
            if drawable != cluster:
                missing.update(c for c in cluster if c not in drawable and not _is_unseen(c))
        return "" if lost > letters * _MOST_LOST else "".join(kept), frozenset(missing)

    def _beside(self, word: Font, piece: str) -> Font | None:
        """Return what sets a comma or a number like the word next to it: its font, or its like."""
        if word.face.sets(piece):
            return word
        if self.own > 1:
            # A brand's own numbers are wanted more than those that match.
            return None
        alike = (font for font in self.fonts if "Latn" in font.scripts and font.is_like(word))
        return next((font for font in alike if font.face.sets(piece)), None)

    def _lean_forward(
        self, text: str, spans: list[tuple[int, int]], chosen: list[Font | None]
    ) -> None:
        """Set what opens a text, or follows an emoji, like the word behind it."""
        waiting: list[int] = []
        is_open = True
        for index, (start, end) in enumerate(spans):
            font = chosen[index]
            if _is_common(text[start:end]):
                waiting += [index] if is_open else []
                continue
            is_open = font is None or font.is_emoji
            if font and not is_open:
                for at in waiting:
                    chosen[at] = self._beside(font, text[slice(*spans[at])]) or chosen[at]
            waiting.clear()

    def _pieces(self, text: str, language: str) -> list[tuple[int, int]]:
        """Cut a text into what must stand in one font: characters as readers see them, numbers."""
        numbers = [found.span() for found in _NUMBER.finditer(text)]
        # A sign that no font has together with digits stands for itself.
        whole = [each for each in numbers if self.font_for(text[slice(*each)], language=language)]
        inside = {at for start, end in whole for at in range(start + 1, end)}
        return _without_edges(graphemes(text), inside) if inside else graphemes(text)

    def _search(self, cluster: str, language: str) -> Font | None:
        script = script_of(cluster[0])
        if cluster[0] in _LOST or not knows_words_of(script):
            return None
        fonts = self._in_order(language, script)
        type_fonts = [font for font in fonts if not font.is_emoji]
        pictures = [font for font in fonts if font.is_emoji and not _is_common(cluster)]
        # A digit or a heart without its keycap or selector is type, though the emoji font has it;
        # a sign that only the emoji font has is drawn by it all the same.
        asked = [*pictures, *type_fonts] if is_emoji(cluster) else [*type_fonts, *pictures]
        bare = cluster.replace(AS_TEXT, "").replace(AS_EMOJI, "")
        return next((font for font in asked if bare and font.face.sets(bare)), None)

    def _in_order(self, language: str, script: str) -> tuple[Font, ...]:
        """The template's own first, then those for the script, of these those for the language."""
        key = language, script
        if key not in self._orders:
            rest = sorted(
                self.fonts[self.own :],
                key=lambda font: (script not in font.scripts, font.distance_from(language)),
            )
            self._orders[key] = (*self.fonts[: self.own], *rest)
        return self._orders[key]

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
        scripts=tuple(row["scripts"]),
        is_emoji=bool(row.get("emoji")),
        is_serif=bool(row.get("serif")),
        weight=int(row["weight"]),
    )


def _opened(path: Path) -> Face:
    try:
        return ENGINE.open_face(path)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"The font {path} cannot be used: {error}.") from error


def _without_edges(spans: list[tuple[int, int]], inside: set[int]) -> list[tuple[int, int]]:
    """Join spans where one would begin at a place of `inside`."""
    starts = [start for start, _ in spans if start not in inside]
    return list(pairwise([*starts, spans[-1][1]]))


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


@lru_cache(maxsize=_KEPT_CHOICES)
def _is_common(piece: str) -> bool:
    """Say whether every script uses it: a space, punctuation, a number."""
    if len(piece) == 1 and unicodedata.category(piece)[0] in "ZP":
        return True
    return _NUMBER.fullmatch(piece) is not None


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character in (AS_TEXT, AS_EMOJI, "\u034f")
