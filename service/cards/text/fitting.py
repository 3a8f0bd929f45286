"""Fits a text into its place: wraps, shrinks, balances and, last of all, shortens.

A text never leaves its box and never takes more lines than allowed. What cannot be shown ends in
an ellipsis, between two characters as readers see them, never inside of one.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from service.cards.text.direction import Direction
from service.cards.text.fonts import Stack
from service.cards.text.shaping import ELLIPSIS, HYPHEN, Paragraph, ShapedLine

# Heights of a Latin line in em. Without them two cards of one desk would sit differently only
# because one headline has no descender.
CAP_HEIGHT = 0.714
_DESCENT = 0.2
# Air between the lowest mark of a line and the highest of the next, and the pitch beyond which a
# headline falls apart: the deepest letter and the highest mark rarely stand one above the other.
_AIR = 0.04
_WIDEST_PITCH = 1.4
# Beyond this many pieces a headline fills its lines anyway, and trying all would take long.
_BALANCED_SEGMENTS = 80
# An ellipsis after a whole word reads better, unless the line would end this early.
_SHORTEST_WORD_END = 0.6
_TRAILING = " ,;:.-–—·|/(«“‘„'\"\u00a0\u202f"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a text may be set. Sizes are in pixels; the rest is in em or counts.

    Up to `ideal_lines`, fewer lines are preferred to larger type as long as the type is not
    smaller than `ideal_size`: a headline must not hide the photo that it speaks of.
    """

    stack: Stack
    max_size: int
    min_size: int
    lines: int = 1
    ideal_lines: int = 0
    ideal_size: int = 0
    line_height: float = 1.15
    tracking: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """A text that has been fitted. All heights are in pixels."""

    lines: tuple[ShapedLine, ...]
    size: float
    pitch: float
    ascent: float
    descent: float
    direction: Direction
    missing: frozenset[str]
    is_shortened: bool = False

    @property
    def height(self) -> float:
        if not self.lines:
            return 0.0
        return self.ascent + (len(self.lines) - 1) * self.pitch + self.descent

    @property
    def width(self) -> float:
        return max((line.ink.right - line.ink.left for line in self.lines), default=0) * self.size


@dataclass(frozen=True, slots=True)
class _Cut:
    """One line of a paragraph before it is shaped by itself."""

    start: int
    end: int
    suffix: str = ""


def fit(text: str, style: TextStyle, *, width: float, height: float, language: str) -> TextBlock:
    """Set `text` as large as `style` allows within `width` x `height` pixels."""
    paragraph = Paragraph(text, style.stack, tracking=style.tracking, language=language)
    if not paragraph.text:
        return _block(paragraph, [], style, size=style.min_size)
    budget = width
    for _ in range(4):
        size, cuts = _choose(paragraph, style, width=budget, height=height)
        block = _block(paragraph, cuts, style, size=size)
        if block.width <= width:
            return block
        # A line alone can be a little wider than as part of its paragraph.
        budget -= block.width - width
    return _block(paragraph, cuts, style, size=size * width / block.width)


def _choose(
    paragraph: Paragraph, style: TextStyle, *, width: float, height: float
) -> tuple[int, list[_Cut]]:
    for size, lines, may_split in _attempts(style):
        if paragraph.least_width * size > lines * width:
            continue
        cuts = _wrap(paragraph, width / size, may_split=may_split)
        if cuts and len(cuts) <= min(lines, _room(paragraph, style, size=size, height=height)):
            if not any(cut.suffix for cut in cuts):
                cuts = _balance(paragraph, cuts, width / size)
            return size, cuts
    size = style.min_size
    cuts = _wrap(paragraph, width / size, may_split=True)
    lines = max(1, min(style.lines, _room(paragraph, style, size=size, height=height)))
    return size, _shorten(paragraph, cuts, lines, width=width / size)


def _attempts(style: TextStyle) -> Iterator[tuple[int, int, bool]]:
    """Yield (size, lines, may a word be split) from the most to the least wanted."""
    for lines in range(1, style.ideal_lines + 1):
        for size in range(style.max_size, style.ideal_size - 1, -1):
            yield size, lines, False
    for size in range(style.max_size, style.min_size - 1, -1):
        yield size, style.lines, False
    # A word too long for a line at any size: it is split, but not shouted.
    for size in range((style.max_size + style.min_size) // 2, style.min_size - 1, -1):
        yield size, style.lines, True


def _room(paragraph: Paragraph, style: TextStyle, *, size: int, height: float) -> int:
    """Count the lines that fit into `height`."""
    ascent, descent = _reach(paragraph)
    left = height - (ascent + descent) * size
    return 0 if left < 0 else 1 + int(left / (_pitch(paragraph, style) * size) + 1e-6)


def _reach(paragraph: Paragraph) -> tuple[float, float]:
    return max(CAP_HEIGHT, paragraph.ink.top), max(_DESCENT, -paragraph.ink.bottom)


def _pitch(paragraph: Paragraph, style: TextStyle) -> float:
    # Scripts with tall marks need more than Latin does, and what they need can be measured.
    measured = paragraph.ink.top - paragraph.ink.bottom + _AIR
    return max(style.line_height, min(measured, _WIDEST_PITCH))


def _wrap(paragraph: Paragraph, width: float, *, may_split: bool) -> list[_Cut]:
    """Fill lines from the start; empty when a piece is wider than a line and must stay whole."""
    cuts: list[_Cut] = []
    for start, end in paragraph.segments:
        if start == end:
            continue
        if cuts and not cuts[-1].suffix and paragraph.width(cuts[-1].start, end) <= width:
            cuts[-1] = _Cut(cuts[-1].start, end)
        elif paragraph.width(start, end) <= width:
            cuts.append(_Cut(start, end))
        elif may_split:
            cuts.extend(_split(paragraph, start, end, width=width))
        else:
            return []
    return cuts


def _split(paragraph: Paragraph, start: int, end: int, *, width: float) -> Iterator[_Cut]:
    hyphen = paragraph.suffix_width(HYPHEN)
    line_start = start
    for left, right in paragraph.clusters(start, end):
        is_last = right == end
        needed = paragraph.width(line_start, right) + (0 if is_last else hyphen)
        if needed > width and left > line_start:
            is_word = paragraph.text[left - 1].isalpha() and paragraph.text[left].isalpha()
            yield _Cut(line_start, left, HYPHEN if is_word else "")
            line_start = left
    yield _Cut(line_start, end)


def _balance(paragraph: Paragraph, cuts: list[_Cut], width: float) -> list[_Cut]:
    """Make the lines alike without one more: the least squared distances to their mean."""
    segments = [(start, end) for start, end in paragraph.segments if start < end]
    count, lines = len(segments), len(cuts)
    if lines == 1 or count > _BALANCED_SEGMENTS:
        return cuts
    mean = sum(paragraph.width(cut.start, cut.end) for cut in cuts) / lines
    # best[i] is (cost, where the last line begins) for the first i segments in n lines.
    best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * count
    steps = []
    for _ in range(lines):
        best = [(math.inf, 0)] + [
            _cheapest_last_line(paragraph, segments[:end], best, mean=mean, width=width)
            for end in range(1, count + 1)
        ]
        steps.append(best)
    if math.isinf(best[count][0]):
        return cuts
    balanced: list[_Cut] = []
    end = count
    for step in reversed(steps):
        begin = step[end][1]
        balanced.append(_Cut(segments[begin][0], segments[end - 1][1]))
        end = begin
    return balanced[::-1]


def _cheapest_last_line(
    paragraph: Paragraph,
    segments: list[tuple[int, int]],
    best: list[tuple[float, int]],
    *,
    mean: float,
    width: float,
) -> tuple[float, int]:
    end = segments[-1][1]
    cheapest = (math.inf, 0)
    for begin in range(len(segments) - 1, -1, -1):
        line = paragraph.width(segments[begin][0], end)
        if line > width:
            break
        cheapest = min(cheapest, (best[begin][0] + (line - mean) ** 2, begin))
    return cheapest


def _shorten(paragraph: Paragraph, cuts: list[_Cut], lines: int, *, width: float) -> list[_Cut]:
    if len(cuts) <= lines:
        return cuts
    start = cuts[lines - 1].start
    room = width - paragraph.suffix_width(ELLIPSIS)
    clusters = paragraph.clusters(start, len(paragraph.text))
    ends = [right for _, right in clusters if paragraph.width(start, right) <= room]
    end = ends[-1] if ends else start
    words = [e for _, e in paragraph.segments if start < e <= end]
    if words and paragraph.width(start, words[-1]) >= _SHORTEST_WORD_END * width:
        end = words[-1]
    while end > start and paragraph.text[end - 1] in _TRAILING:
        end -= 1
    return [*cuts[: lines - 1], _Cut(start, end, ELLIPSIS)]


def _block(paragraph: Paragraph, cuts: list[_Cut], style: TextStyle, *, size: float) -> TextBlock:
    ascent, descent = _reach(paragraph)
    return TextBlock(
        lines=tuple(paragraph.line(cut.start, cut.end, suffix=cut.suffix) for cut in cuts),
        size=size,
        pitch=_pitch(paragraph, style) * size,
        ascent=ascent * size,
        descent=descent * size,
        direction=paragraph.base,
        missing=paragraph.missing,
        is_shortened=any(cut.suffix == ELLIPSIS for cut in cuts),
    )
