"""Fits a text into its place: wraps, shrinks, balances and, last of all, shortens.

A text never leaves its box and never takes more lines than allowed. What cannot be shown ends in
an ellipsis, between two characters as readers see them, never inside of one.
"""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from service.cards.text.direction import Direction
from service.cards.text.fonts import Stack
from service.cards.text.hanging import FURTHEST, Hang
from service.cards.text.scripts import HYPHENATED, script_of
from service.cards.text.shaping import (
    ELLIPSIS,
    HYPHEN,
    LONGEST,
    Paragraph,
    ShapedLine,
    paragraph_of,
)

# Heights of a Latin line in em. Without them two cards of one desk would sit differently only
# because one headline has no descender.
CAP_HEIGHT = 0.714
_DESCENT = 0.2
# Air between the lowest mark of a line and the highest of the next, and the pitch beyond which a
# headline falls apart: the deepest letter and the highest mark rarely stand one above the other.
_AIR = 0.04
_WIDEST_PITCH = 1.4
# Beyond this many pieces a headline fills its lines anyway, and trying all would take long.
_BALANCED_PIECES = 80
# An ellipsis after a whole word reads better, unless the line would end this early.
_SHORTEST_WORD_END = 0.6
# Type may be this much smaller for the sake of lines that end with a phrase.
_WORTH_A_PHRASE = 0.85
# How much larger a hyphen must make the type to be worth the reader's trouble.
_WORTH_A_HYPHEN = 1.2
# Signs that belong to the number before them, though they count as punctuation.
_PART_OF_NUMBER = "%‰°"
# What readers see as one character is hardly ever longer: a family of four, with skin tones.
_LONGEST_CLUSTER = 32
# Addresses are split without a hyphen: nobody could tell it from one of their own.
_IN_ADDRESSES = "/@_\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a text may be set. Sizes are in pixels; the rest is in em or counts.

    Up to `ideal_lines`, fewer lines are preferred to larger type as long as the type is not
    smaller than `ideal_size`: a headline must not hide the photo that it speaks of. Only for the
    sake of a phrase there is one more. `hang_room` is what punctuation may take of the margin.
    """

    stack: Stack
    max_size: int
    min_size: int
    lines: int = 1
    ideal_lines: int = 0
    ideal_size: int = 0
    line_height: float = 1.15
    tracking: float = 0.0
    hang: Hang = Hang.NONE
    hang_room: float = math.inf


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


def fit(text: str, style: TextStyle, *, width: float, height: float, language: str) -> TextBlock:
    """Set `text` as large as `style` allows within `width` x `height` pixels.

    The same text in the same place is set once.
    """
    # One more than is ever set, which tells that there was more.
    return _fitted(text[: LONGEST + 1], style, width, height, language)


@lru_cache(maxsize=256)
def _fitted(text: str, style: TextStyle, width: float, height: float, language: str) -> TextBlock:
    paragraph = paragraph_of(text, style.stack, style.tracking, language)
    if not paragraph.text or width <= 0:
        return _block(paragraph, [], style, size=style.min_size)
    budget = width
    for _ in range(4):
        size, cuts = _Fitting(paragraph, style, budget, height).chosen()
        block = _block(paragraph, cuts, style, size=size)
        if block.width <= width:
            return block
        # A line alone can be a little wider than as part of its paragraph.
        budget -= block.width - width
    return _block(paragraph, cuts, style, size=size * width / block.width)


class _Cutting(Enum):
    """What may be divided so that a text fits, from the most to the least wanted."""

    NOTHING = 1
    PHRASES = 2
    WORDS = 3
    HYPHENS = 4
    ANYWHERE = 5


@dataclass(frozen=True, slots=True)
class _Cut:
    """One line of a paragraph, or a piece of one, before it is shaped by itself."""

    start: int
    end: int
    suffix: str = ""


_Setting = tuple[int, list[_Cut]]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Looks for the size and the lines of one paragraph in one box."""

    paragraph: Paragraph
    style: TextStyle
    width: float
    height: float

    def chosen(self) -> _Setting:
        style = self.style
        if self.paragraph.is_cut:
            return self._shortened()
        ideal = self._ideal_phrases() or self._ideal(style.ideal_size)
        if ideal:
            return ideal
        whole = self._whole(style.min_size, style.lines)
        if whole and whole[0] >= self._comfortable:
            return whole
        return self._hyphenated(whole) or whole or self._split() or self._shortened()

    def _ideal_phrases(self) -> _Setting | None:
        if not self.paragraph.has_phrases:
            return None
        ideal = self.style.ideal_size
        found = self._ideal(ideal, _Cutting.PHRASES)
        if found or not self._ideal(ideal):
            return found
        smaller = max(math.ceil(ideal * _WORTH_A_PHRASE), self.style.min_size)
        return self._ideal(smaller, _Cutting.PHRASES)

    def _ideal(self, smallest: int, cutting: _Cutting = _Cutting.WORDS) -> _Setting | None:
        """Look for the fewest lines in type that is large enough."""
        # Past the ideal count too: one line more hides less of a photo than larger type in four.
        most = self.style.lines if self.style.ideal_lines else 0
        lines = range(1, max(most, self.style.ideal_lines) + 1)
        found = (self._whole(smallest, count, cutting) for count in lines)
        return next(filter(None, found), None)

    @property
    def _comfortable(self) -> int:
        """Below it, it is worth asking whether one long word makes the type so small."""
        return (self.style.max_size + self.style.min_size) // 2

    def _whole(
        self, smallest: int, lines: int, cutting: _Cutting = _Cutting.WORDS
    ) -> _Setting | None:
        """Break between words only, and between phrases where that costs little or must be."""
        largest = self.style.max_size
        words = self._largest(smallest, largest, lines, _Cutting.WORDS)
        if words and len(words[1]) > 1 and self.paragraph.has_phrases:
            least = max(smallest, math.ceil(words[0] * _WORTH_A_PHRASE))
            # A phrase may have to be cut, but smaller type comes first: Korean is read in words.
            phrases = self._largest(least, largest, lines, _Cutting.NOTHING) or self._largest(
                least, largest, lines, _Cutting.PHRASES
            )
            return phrases if phrases or cutting is _Cutting.PHRASES else words
        return words

    def _hyphenated(self, whole: _Setting | None) -> _Setting | None:
        least = self.style.min_size
        if whole:
            least = max(least, math.ceil(whole[0] * _WORTH_A_HYPHEN))
        # A divided word is not shouted.
        largest = max(self.style.ideal_size, self._comfortable)
        return self._largest(least, largest, self.style.lines, _Cutting.HYPHENS)

    def _split(self) -> _Setting | None:
        style = self.style
        return self._largest(style.min_size, self._comfortable, style.lines, _Cutting.ANYWHERE)

    def _largest(
        self, smallest: int, largest: int, lines: int, cutting: _Cutting
    ) -> _Setting | None:
        """Return the largest setting in at most `lines` lines: what fits large also fits small."""
        largest = min(largest, self._upper_bound(lines))
        found = None
        size = largest
        while smallest <= largest:
            most = min(lines, self._room(size))
            cuts = self._wrapped(size, most, cutting) if most else []
            if cuts:
                found, smallest = (size, cuts), size + 1
            else:
                largest = size - 1
            size = (smallest + largest + 1) // 2
        return self._balanced(*found, cutting) if found else None

    def _upper_bound(self, lines: int) -> int:
        """Return the size above which not even all words without their spaces have room."""
        least = self.paragraph.least_width
        return int(lines * self.width / least + 1e-6) if least else self.style.max_size

    def _room(self, size: int) -> int:
        """Count the lines that fit into the height."""
        ascent, descent = _reach(self.paragraph)
        left = self.height - (ascent + descent) * size
        pitch = _pitch(self.paragraph, self.style) * size
        return 0 if left < 0 else 1 + int(left / pitch + 1e-6)

    def _wrapped(self, size: int, most: int, cutting: _Cutting) -> list[_Cut]:
        """Fill at most so many lines from the start; empty where that is not enough."""
        width, edges = self.width / size, self.paragraph.edges
        cuts: list[_Cut] = []
        start = end = 0
        last: _Cut | None = None
        for piece in self._pieces(width, cutting):
            if piece is None:
                return []
            end = piece.end
            needed = edges[end] - edges[start] + self._extra(piece.suffix)
            if last and needed > width:
                cuts.append(_Cut(start, last.end, last.suffix))
                if len(cuts) == most:
                    return []
                start = piece.start
            elif not last:
                start = piece.start
            last = piece
        return [*cuts, _Cut(start, end)] if last else []

    def _pieces(self, width: float, cutting: _Cutting) -> Iterator[_Cut | None]:
        """Yield the largest pieces that are no wider than a line; None where there is no way."""
        paragraph = self.paragraph
        segments = paragraph.segments
        if cutting is _Cutting.NOTHING:
            segments = paragraph.phrases
        elif cutting is _Cutting.PHRASES:
            segments = _narrow_enough(paragraph, width)
        for start, end in segments:
            if paragraph.width(start, end) <= width:
                yield _Cut(start, end)
            elif cutting not in (_Cutting.HYPHENS, _Cutting.ANYWHERE):
                yield None
            else:
                yield from self._parts(start, end, width, cutting)

    def _parts(
        self, start: int, end: int, width: float, cutting: _Cutting
    ) -> Iterator[_Cut | None]:
        """Divide a word that is wider than a line."""
        paragraph = self.paragraph
        is_address = self._is_in_address(start)
        points = [] if is_address else paragraph.divisions(start, end)
        edges = [start, *points, end]
        for left, right in pairwise(edges):
            suffix = HYPHEN if right < end else ""
            if paragraph.width(left, right) + self._extra(suffix) <= width:
                yield _Cut(left, right, suffix)
            elif cutting is _Cutting.ANYWHERE:
                for a, b in paragraph.clusters(left, right):
                    inner = "" if b == end or is_address else self._hyphen_at(b)
                    yield _Cut(a, b, suffix if b == right else inner)
            else:
                yield None

    def _is_in_address(self, at: int) -> bool:
        before, after = self.paragraph.text[:at], self.paragraph.text[at:]
        word = before.rpartition(" ")[2] + after.partition(" ")[0]
        return any(sign in word for sign in _IN_ADDRESSES)

    def _hyphen_at(self, at: int) -> str:
        """Return a hyphen where the script has one and both sides are letters of one word."""
        text = self.paragraph.text
        before, after = script_of(text[at - 1]), script_of(text[at])
        return HYPHEN if before == after and before in HYPHENATED else ""

    def _extra(self, suffix: str) -> float:
        return self.paragraph.suffix_width(suffix) if suffix else 0.0

    def _balanced(self, size: int, cuts: list[_Cut], cutting: _Cutting) -> _Setting:
        """Make the lines alike without one more: the least squared distances to their mean."""
        if len(cuts) == 1 or cutting is _Cutting.ANYWHERE:
            return size, cuts
        width = self.width / size
        pieces = [piece for piece in self._pieces(width, cutting) if piece]
        if len(pieces) > _BALANCED_PIECES:
            return size, cuts
        hyphens = [self._extra(piece.suffix) for piece in pieces]
        hyphens[-1] = 0.0
        breaks = _even_breaks(self.paragraph, pieces, hyphens, lines=len(cuts), width=width)
        return size, [
            _Cut(pieces[a].start, pieces[b - 1].end, pieces[b - 1].suffix) for a, b in breaks
        ] or cuts

    def _shortened(self) -> _Setting:
        """Set what fits in the smallest type, and an ellipsis."""
        style, size = self.style, self.style.min_size
        lines = max(1, min(style.lines, self._room(size)))
        endless = self._wrapped(size, len(self.paragraph.text), _Cutting.ANYWHERE)
        kept = endless[:lines]
        if len(endless) <= lines and not self.paragraph.is_cut:
            return size, kept
        room = self.width / size - self._extra(ELLIPSIS)
        while kept:
            last = kept.pop()
            end = self._last_end(last.start, room)
            # A line of nothing but the ellipsis says less than the one before it.
            if end > last.start or not kept:
                return size, [*kept, _Cut(last.start, end, ELLIPSIS)]
        return size, []

    def _last_end(self, start: int, room: float) -> int:
        """Return where the last line of a shortened text ends: after a letter, never a space."""
        paragraph, text = self.paragraph, self.paragraph.text
        until = next(
            (at for at in range(start, len(text)) if paragraph.width(start, at) > room), len(text)
        )
        # A little further, so that the last character is seen whole.
        clusters = paragraph.clusters(start, min(len(text), until + _LONGEST_CLUSTER))
        ends = [end for _, end in clusters if paragraph.width(start, end) <= room]
        end = ends[-1] if ends else start
        words = [e for _, e in paragraph.segments if start < e <= end]
        if words and paragraph.width(start, words[-1]) >= _SHORTEST_WORD_END * room:
            end = words[-1]
        while end > start and _is_loose(text[end - 1]):
            end -= 1
        return end


def _is_loose(character: str) -> bool:
    """Say whether an ellipsis must not stand behind this character."""
    is_sign = unicodedata.category(character)[0] in "ZPC"
    return is_sign and character not in _PART_OF_NUMBER


def _reach(paragraph: Paragraph) -> tuple[float, float]:
    return max(CAP_HEIGHT, paragraph.ink.top), max(_DESCENT, -paragraph.ink.bottom)


def _pitch(paragraph: Paragraph, style: TextStyle) -> float:
    # Scripts with tall marks need more than Latin does, and what they need can be measured.
    measured = paragraph.ink.top - paragraph.ink.bottom + _AIR
    return max(style.line_height, min(measured, _WIDEST_PITCH))


def _narrow_enough(paragraph: Paragraph, width: float) -> list[tuple[int, int]]:
    """Return the phrases, and in place of one that is wider than a line its own pieces."""
    found: list[tuple[int, int]] = []
    for start, end in paragraph.phrases:
        if paragraph.width(start, end) <= width:
            found.append((start, end))
        else:
            found += [each for each in paragraph.segments if start <= each[0] and each[1] <= end]
    return found


def _even_breaks(
    paragraph: Paragraph,
    pieces: list[_Cut],
    hyphens: list[float],
    *,
    lines: int,
    width: float,
) -> list[tuple[int, int]]:
    """Return the pieces of every line as (first, behind the last); empty where there is no way."""
    edges, count = paragraph.edges, len(pieces)
    starts = [edges[piece.start] for piece in pieces]
    ends = [edges[piece.end] + hyphen for piece, hyphen in zip(pieces, hyphens, strict=True)]
    mean = (ends[-1] - starts[0]) / lines
    # best[i] is (cost, where the last line begins) for the first i pieces in n lines.
    best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * count
    steps = []
    for _ in range(lines):
        following = [(math.inf, 0)]
        for end in range(1, count + 1):
            cheapest = (math.inf, 0)
            for begin in range(end - 1, -1, -1):
                line = ends[end - 1] - starts[begin]
                if line > width:
                    break
                cheapest = min(cheapest, (best[begin][0] + (line - mean) ** 2, begin))
            following.append(cheapest)
        best = following
        steps.append(best)
    if math.isinf(best[count][0]):
        return []
    breaks: list[tuple[int, int]] = []
    end = count
    for step in reversed(steps):
        breaks.append((step[end][1], end))
        end = step[end][1]
    return breaks[::-1]


def _block(paragraph: Paragraph, cuts: list[_Cut], style: TextStyle, *, size: float) -> TextBlock:
    ascent, descent = _reach(paragraph)
    furthest = min(FURTHEST, style.hang_room / size)
    return TextBlock(
        lines=tuple(
            paragraph.line(
                cut.start, cut.end, suffix=cut.suffix, hang=style.hang, furthest=furthest
            )
            for cut in cuts
        ),
        size=size,
        pitch=_pitch(paragraph, style) * size,
        ascent=ascent * size,
        descent=descent * size,
        direction=paragraph.base,
        missing=paragraph.missing,
        is_shortened=any(cut.suffix == ELLIPSIS for cut in cuts),
    )
