"""From words to glyphs in their places, and from glyphs to a picture of one line.

Everything is measured in em (1.0 is the type size), so that trying another size is a
multiplication and not another shaping. Only lines that are drawn are shaped twice: once inside
the paragraph to find the breaks, once alone, because joins and kerning end at a line's edge.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import regex
import uharfbuzz as hb
from icu4py.breakers import LineBreaker
from PIL import Image

from service.cards.text.direction import Direction, base_direction, levels_of, visual_order
from service.cards.text.fonts import INVISIBLE, KEPT_SPACES, Font, Stack

HYPHEN = "-"
ELLIPSIS = "…"
_CLUSTER = regex.compile(r"\X")
# More than any card can show, so what is cut here is cut again by an ellipsis; without it a whole
# article in place of a headline would be laid out for half a minute.
_LONGEST = 1200
# Marks and joiners with nothing to stand on, such as those of an emoji that was taken out.
_DANGLING = regex.compile(r"(?:(?<= )|^)[\p{M}\u200c\u200d]+")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph; x grows to the right from the line's left edge, y upwards from its baseline."""

    font: Font
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Ink:
    """The box that drawn pixels fill, in em around the line's origin."""

    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """One line, ready to be drawn at any size."""

    text: str
    glyphs: tuple[Glyph, ...]
    advance: float
    ink: Ink


class Paragraph:
    """A text measured once: how wide each part of it is, and where it may be broken."""

    def __init__(self, text: str, stack: Stack, *, tracking: float, language: str = "") -> None:
        drawable, self.missing = stack.keep_drawable(clean(text[:_LONGEST]))
        self.text = clean(drawable)
        self.language = language
        self.base: Direction = base_direction(self.text, language)
        self._levels = levels_of(self.text, self.base)
        self._stack = stack
        self._tracking = tracking
        advances, self.ink = self._measure()
        self._edges = [0.0, *accumulate(advances)]

    def width(self, start: int, end: int) -> float:
        return self._edges[end] - self._edges[start]

    @cached_property
    def segments(self) -> list[tuple[int, int]]:
        """Pieces that must not be broken: (start, end without the spaces that follow)."""
        pieces = []
        start = 0
        for piece in LineBreaker(self.text, self.language or "en"):
            pieces.append((start, start + len(piece.rstrip())))
            start += len(piece)
        return pieces

    @cached_property
    def least_width(self) -> float:
        """All pieces without the spaces between: no way of breaking needs less."""
        return sum(self.width(start, end) for start, end in self.segments)

    def clusters(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the grapheme clusters of a part: what a reader calls a character."""
        return [
            (start + found.start(), start + found.end())
            for found in _CLUSTER.finditer(self.text[start:end])
        ]

    def line(self, start: int, end: int, *, suffix: str = "") -> ShapedLine:
        """Shape one line by itself, with a hyphen or an ellipsis at its end."""
        text = self.text[start:end] + suffix
        levels = self._levels[start:end] + self._suffix_levels(suffix, end)
        return _shape_line(
            text, levels, stack=self._stack, tracking=self._tracking, language=self.language
        )

    def suffix_width(self, suffix: str) -> float:
        levels = [int(self.base)] * len(suffix)
        return _shape_line(
            suffix, levels, stack=self._stack, tracking=self._tracking, language=self.language
        ).advance

    def _suffix_levels(self, suffix: str, end: int) -> list[int]:
        # A hyphen belongs to the word it cuts, an ellipsis to the paragraph.
        level = self._levels[end - 1] if suffix == HYPHEN and end else int(self.base)
        return [level] * len(suffix)

    def _measure(self) -> tuple[list[float], Ink]:
        advances = [0.0] * len(self.text)
        bottom = top = 0.0
        for font, start, end in _runs(self.text, self._levels, self._stack):
            level = self._levels[start]
            for info, place in _shape(self.text, start, end, font, level, self.language):
                advances[info.cluster] += _advance(place, font, self._tracking)
                low, high = _vertical_ink(font, info.codepoint, place.y_offset)
                bottom, top = min(bottom, low), max(top, high)
        return advances, Ink(bottom=bottom, top=top)


def clean(text: str) -> str:
    """Return `text` in one line: composed letters, plain spaces, no controls."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if character in KEPT_SPACES or character in INVISIBLE:
            kept.append(character)
        elif category in {"Zs", "Zl", "Zp", "Cc"}:
            kept.append(" ")
        elif category not in {"Cf", "Cs"}:
            kept.append(character)
    return " ".join(word for word in _DANGLING.sub("", "".join(kept)).split(" ") if word)


def raster(line: ShapedLine, size: float) -> tuple[Image.Image, int, int] | None:
    """Draw a line's coverage; returns it with its left and top distance from the origin.

    None for a line that leaves no ink.
    """
    left, bottom = math.floor(line.ink.left * size) - 1, math.floor(line.ink.bottom * size) - 1
    right, top = math.ceil(line.ink.right * size) + 1, math.ceil(line.ink.top * size) + 1
    if right - left <= 2 or top - bottom <= 2:  # noqa: PLR2004 - the margin added above
        return None
    pen = hb.RasterDraw()
    pen.extents = hb.RasterExtents(left, bottom, right - left, top - bottom, 0)
    for glyph in line.glyphs:
        scale = size / glyph.font.units
        pen.transform = (scale, 0, 0, scale, glyph.x * size, glyph.y * size)
        pen.draw_glyph(glyph.font.shaper, glyph.number)
    image = pen.render()
    extents = image.extents
    box = (extents.width, extents.height)
    # Rows come bottom first: -1 turns them over.
    mask = Image.frombytes("L", box, image.buffer, "raw", "L", extents.stride, -1)
    return mask, left, -top


def _shape_line(
    text: str, levels: list[int], *, stack: Stack, tracking: float, language: str
) -> ShapedLine:
    runs = _runs(text, levels, stack)
    glyphs: list[Glyph] = []
    pen = left = right = bottom = top = 0.0
    for index in visual_order([levels[start] for _, start, _ in runs]):
        font, start, end = runs[index]
        for info, place in _shape(text, start, end, font, levels[start], language):
            x, y = pen + place.x_offset / font.units, place.y_offset / font.units
            glyphs.append(Glyph(font, info.codepoint, x, y))
            box = font.shaper.get_glyph_extents(info.codepoint)
            if box and box.width:
                start_x = x + box.x_bearing / font.units
                left, right = min(left, start_x), max(right, start_x + box.width / font.units)
                low, high = _vertical_ink(font, info.codepoint, place.y_offset)
                bottom, top = min(bottom, low), max(top, high)
            pen += _advance(place, font, tracking)
    return ShapedLine(text, tuple(glyphs), pen, Ink(left, bottom, right, top))


def _runs(text: str, levels: Sequence[int], stack: Stack) -> list[tuple[Font, int, int]]:
    """Cut a text where the font or the direction changes."""
    runs: list[tuple[Font, int, int]] = []
    font: Font | None = None
    for found in _CLUSTER.finditer(text):
        start, end = found.span()
        font = stack.font_for(found.group(), previous=font)
        if font is None:
            # `keep_drawable` has seen to it; only a suffix can come here, from a font without it.
            continue
        if (
            runs
            and runs[-1][0] is font
            and runs[-1][2] == start
            and levels[start] == levels[start - 1]
        ):
            runs[-1] = (font, runs[-1][1], end)
        else:
            runs.append((font, start, end))
    return runs


def _shape(
    text: str, start: int, end: int, font: Font, level: int, language: str
) -> list[tuple[hb.GlyphInfo, hb.GlyphPosition]]:
    buffer = hb.Buffer()
    # The whole text is given so that Arabic letters join across the edge of a run.
    buffer.add_codepoints([ord(character) for character in text], start, end - start)
    buffer.direction = "rtl" if level % 2 else "ltr"
    # Set before guessing: the guess would be the process's locale, and cards differ by machine.
    buffer.language = language or "und"
    buffer.guess_segment_properties()
    hb.shape(font.shaper, buffer)
    return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))


def _advance(place: hb.GlyphPosition, font: Font, tracking: float) -> float:
    advance: float = place.x_advance / font.units
    return advance + tracking if advance and font.tracks else advance


def _vertical_ink(font: Font, number: int, y_offset: int) -> tuple[float, float]:
    box = font.shaper.get_glyph_extents(number)
    if not box or not box.height:
        return 0.0, 0.0
    top = (y_offset + box.y_bearing) / font.units
    return top + box.height / font.units, top
