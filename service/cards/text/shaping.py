"""From words to glyphs in their places.

A paragraph is shaped once. A line takes its glyphs from it where cutting changes nothing, and is
shaped by itself only where joins or kerning end at its edge.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from service.cards.text import cutting
from service.cards.text.breaks import LANGUAGES_WITH_LONE_LETTERS
from service.cards.text.cleaning import clean, without_soft_hyphens
from service.cards.text.direction import Direction, base_direction, levels_of, visual_order
from service.cards.text.fonts import Font, Stack, reading_language
from service.cards.text.glyphs import Face, Glyphs, Ink, Placed
from service.cards.text.hanging import FURTHEST, Hang, hung_at_end, hung_at_start
from service.cards.text.hyphens import division_points
from service.cards.text.scripts import EAST_ASIAN, JOINED, script_of

HYPHEN = "-"
ELLIPSIS = "…"
_FIRST_EAST_ASIAN = "\u1100"
# More than any card can show, so what is cut here is cut again by an ellipsis; without it a whole
# article in place of a headline would be laid out for half a minute.
LONGEST = 2400


@dataclass(frozen=True, slots=True, eq=False)
class ShapedLine:
    """One line, ready to be drawn at any size; equal only to itself, so that it can be a key.

    `ink` is the box that the line is aligned by. What hangs out of it to the left and to the right
    stands in `hang`.
    """

    text: str
    pieces: tuple[Placed, ...]
    advance: float
    ink: Ink
    hang: tuple[float, float] = (0.0, 0.0)

    @property
    def reach(self) -> Ink:
        """All of the ink, with what hangs out."""
        left, bottom, right, top = self.ink
        return Ink(left - self.hang[0], bottom, right + self.hang[1], top)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A part of a text in one font, direction and script. `start` and `end` are the text's."""

    font: Font
    start: int
    end: int
    level: int
    script: str
    glyphs: Glyphs

    @property
    def face(self) -> Face:
        return self.font.face


class Paragraph:
    """A text measured once: how wide each part of it is, and where it may be broken."""

    def __init__(self, text: str, stack: Stack, *, tracking: float, language: str = "") -> None:
        drawable, self.missing = stack.keep_drawable(clean(text[:LONGEST]), language)
        if self.missing:
            drawable = clean(drawable)
        self.text, self._soft = without_soft_hyphens(drawable)
        self.is_cut = len(text) > LONGEST
        self.language = language.replace("_", "-")
        self.base: Direction = base_direction(self.text, language)
        self._levels = levels_of(self.text, self.base)
        self._stack = stack
        self._tracking = tracking
        self._suffixes: dict[str, float] = {}
        self._divisions: dict[tuple[int, int], list[int]] = {}
        self._runs = self._shaped_runs()
        self.edges = self._measured()
        self.ink = _vertical_ink(self._runs)

    def width(self, start: int, end: int) -> float:
        return self.edges[end] - self.edges[start]

    @cached_property
    def segments(self) -> list[tuple[int, int]]:
        """Pieces that must not be broken: (start, end without the spaces that follow)."""
        return [each for each in cutting.segments(self.text, self.language) if each[0] < each[1]]

    @cached_property
    def phrases(self) -> list[tuple[int, int]]:
        """Pieces that had better not be broken."""
        found = cutting.phrases(self.text, reading_language(self.text, self.language))
        return [each for each in found if each[0] < each[1]]

    @cached_property
    def has_phrases(self) -> bool:
        if self.language[:2].lower() in LANGUAGES_WITH_LONE_LETTERS:
            return True
        return max(self.text, default="") >= _FIRST_EAST_ASIAN and any(
            script_of(character) in EAST_ASIAN for character in set(self.text)
        )

    @cached_property
    def least_width(self) -> float:
        """All pieces without the spaces between: no way of breaking needs less."""
        return sum(self.width(start, end) for start, end in self.segments)

    def clusters(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the grapheme clusters of a part: what a reader calls a character."""
        return [(start + a, start + b) for a, b in cutting.graphemes(self.text[start:end])]

    def divisions(self, start: int, end: int) -> list[int]:
        """Return where a hyphen may divide a piece: at its own soft hyphens, or by dictionary."""
        if (start, end) not in self._divisions:
            soft = sorted(at for at in self._soft if start < at < end)
            self._divisions[start, end] = soft or [
                start + at for at in division_points(self.text[start:end], self.language)
            ]
        return self._divisions[start, end]

    def line(
        self,
        start: int,
        end: int,
        *,
        suffix: str = "",
        hang: Hang = Hang.NONE,
        furthest: float = FURTHEST,
    ) -> ShapedLine:
        """Compose one line, with a hyphen or an ellipsis at its end.

        Punctuation hangs out no further than `furthest`, in em.
        """
        runs = [self._part(run, start, end) for run in self._runs_within(start, end)]
        runs += self._suffix_runs(suffix, end, runs)
        levels = [run.level for run in runs]
        ordered = [runs[index] for index in visual_order(levels)]
        text = self.text[start:end] + suffix
        line = _composed(text, ordered, [self._spaced(run) for run in ordered])
        if hang is Hang.NONE or not runs:
            return line
        return self._hung(line, ordered, start, hang=hang, furthest=furthest)

    def suffix_width(self, suffix: str) -> float:
        if suffix not in self._suffixes:
            runs = self._suffix_runs(suffix, len(self.text), self._runs[-1:])
            self._suffixes[suffix] = sum(sum(self._spaced(run)) for run in runs)
        return self._suffixes[suffix]

    def _shaped_runs(self) -> list[_Run]:
        east_asian = ""
        runs = []
        for font, start, end, level, script in _itemised(
            self.text, self._levels, self._stack.fonts_for(self.text, self.language)
        ):
            language = self.language
            if script in EAST_ASIAN:
                language = east_asian = east_asian or reading_language(self.text, self.language)
            glyphs = self._shape(self.text, start, end, font, level, script, language)
            runs.append(_Run(font, start, end, level, script, glyphs))
        return runs

    def _shape(
        self, text: str, start: int, end: int, font: Font, level: int, script: str, language: str
    ) -> Glyphs:
        return font.face.shape(
            text,
            start,
            end,
            is_rtl=bool(level % 2),
            script=script,
            language=language,
            is_spaced=self._tracking > 0 and font.tracks and script not in JOINED,
        )

    def _spaced(self, run: _Run) -> Sequence[float]:
        """Return a run's advances, with the space that the style adds between letters."""
        tracking = self._tracking
        if not tracking or not run.font.tracks or run.script in JOINED:
            return run.glyphs.advances
        return [advance and advance + tracking for advance in run.glyphs.advances]

    def _measured(self) -> list[float]:
        """Return where each character begins, as if all stood in one endless line."""
        widths = [0.0] * len(self.text)
        for run in self._runs:
            advances, clusters = self._spaced(run), run.glyphs.clusters
            if clusters == list(range(run.start, run.end)):
                widths[run.start : run.end] = advances
                continue
            for cluster, advance in zip(clusters, advances, strict=True):
                widths[cluster] += advance
            _spread(widths, sorted({*clusters, run.end}))
        return [0.0, *accumulate(widths)]

    def _runs_within(self, start: int, end: int) -> Iterator[_Run]:
        return (run for run in self._runs if run.start < end and run.end > start)

    def _part(self, run: _Run, start: int, end: int) -> _Run:
        """Return what of a run stands between two places of the text."""
        start, end = max(start, run.start), min(end, run.end)
        if (start, end) == (run.start, run.end):
            return run
        glyphs = _sliced(run, start, end)
        if glyphs is None:
            language = self.language
            if run.script in EAST_ASIAN:
                language = reading_language(self.text, language)
            part = self._shape(
                self.text[start:end], 0, end - start, run.font, run.level, run.script, language
            )
            glyphs = replace(part, clusters=[start + cluster for cluster in part.clusters])
        return replace(run, start=start, end=end, glyphs=glyphs)

    def _suffix_runs(self, suffix: str, end: int, before: Sequence[_Run]) -> list[_Run]:
        if not suffix:
            return []
        last = max(before, key=lambda run: run.end, default=None)
        previous = last.font if last else None
        font = self._stack.font_for(suffix, previous=previous)
        if font is None:
            return []
        # A hyphen belongs to the word it cuts, an ellipsis to the paragraph.
        is_of_word = suffix == HYPHEN and last
        level = last.level if is_of_word and last else int(self.base)
        script = last.script if last and last.font is font else ""
        glyphs = self._shape(suffix, 0, len(suffix), font, level, script, self.language)
        glyphs = replace(glyphs, clusters=[end + cluster for cluster in glyphs.clusters])
        return [_Run(font, end, end + len(suffix), level, script, glyphs)]

    def _hung(
        self, line: ShapedLine, runs: Sequence[_Run], start: int, *, hang: Hang, furthest: float
    ) -> ShapedLine:
        is_rtl = bool(self.base)
        lead, lead_share = hung_at_start(line.text)
        tail, tail_share = hung_at_end(line.text)
        if lead + tail >= len(line.text):
            return line
        first, last = start + lead, start + len(line.text) - tail
        inner = [
            (x + box.left, x + box.right)
            for run, piece in zip(runs, line.pieces, strict=True)
            for number, x, cluster in zip(piece.numbers, piece.xs, run.glyphs.clusters, strict=True)
            if first <= cluster < last and (box := run.face.box(number))
        ]
        if not inner:
            return line
        leads = lead_share if hang in (Hang.START, Hang.CENTRE) else 0.0
        tails = tail_share if hang in (Hang.END, Hang.CENTRE) else 0.0
        shares = (tails, leads) if is_rtl else (leads, tails)
        left = shares[0] * max(0.0, min(inner)[0] - line.ink.left)
        right = shares[1] * max(0.0, line.ink.right - max(right for _, right in inner))
        out = min(left, furthest), min(right, furthest)
        ink = line.ink._replace(left=line.ink.left + out[0], right=line.ink.right - out[1])
        return replace(line, ink=ink, hang=out)


@lru_cache(maxsize=128)
def paragraph_of(text: str, stack: Stack, tracking: float, language: str) -> Paragraph:
    """Return a measured paragraph; the same one for the same text."""
    return Paragraph(text, stack, tracking=tracking, language=language)


def ink_of(pieces: Iterable[Placed]) -> Ink:
    """Return the box that the ink of some pieces fills; an empty one where there is none."""
    left = bottom = math.inf
    right = top = -math.inf
    for piece in pieces:
        ys = piece.ys or (0.0,) * len(piece.xs)
        boxes = [
            (x, y, box)
            for x, y, box in zip(piece.xs, ys, map(piece.face.box, piece.numbers), strict=True)
            if box
        ]
        left = min([left, *(x + box[0] for x, _, box in boxes)])
        bottom = min([bottom, *(y + box[1] for _, y, box in boxes)])
        right = max([right, *(x + box[2] for x, _, box in boxes)])
        top = max([top, *(y + box[3] for _, y, box in boxes)])
    return Ink(left, bottom, right, top) if left < right else Ink()


def pixel_box(ink: Ink, size: float, shift: float) -> tuple[int, int, int, int] | None:
    """Return the pixels that ink can touch: left, bottom, right, top around the origin."""
    left, bottom, right, top = ink
    if right <= left or top <= bottom:
        return None
    return (
        math.floor(left * size + shift) - 1,
        math.floor(bottom * size) - 1,
        math.ceil(right * size + shift) + 1,
        math.ceil(top * size) + 1,
    )


def _itemised(
    text: str, levels: Sequence[int], fonts: list[tuple[Font, int, int]]
) -> Iterator[tuple[Font, int, int, int, str]]:
    """Cut a text where font, direction or script changes."""
    if len(fonts) == 1 and text.isascii() and not any(levels):
        yield (*fonts[0], 0, "Latn")
        return
    scripts = _resolved_scripts(text)
    for font, first, last in fonts:
        start = first
        for at in range(first + 1, last + 1):
            is_same = at < last and levels[at] == levels[start] and scripts[at] == scripts[start]
            if not is_same:
                yield font, start, at, levels[start], scripts[start]
                start = at


def _resolved_scripts(text: str) -> list[str]:
    """Return every character's script; what is common to all goes with what is before it."""
    scripts = [script_of(character) for character in text]
    current = next((script for script in scripts if script), "")
    for index, script in enumerate(scripts):
        current = script or current
        scripts[index] = current
    return scripts


def _spread(widths: list[float], starts: Sequence[int]) -> None:
    """Share a glyph's width among its characters, as a text cursor does inside of a ligature."""
    for start, end in pairwise(starts):
        if end - start > 1:
            widths[start:end] = [sum(widths[start:end]) / (end - start)] * (end - start)


def _vertical_ink(runs: Sequence[_Run]) -> Ink:
    bottom = top = 0.0
    for run in runs:
        glyphs, face = run.glyphs, run.face
        if glyphs.offsets is None:
            boxes = [box for number in set(glyphs.numbers) if (box := face.box(number))]
            bottom = min(bottom, min((box.bottom for box in boxes), default=0.0))
            top = max(top, max((box.top for box in boxes), default=0.0))
            continue
        for number, (_, y) in zip(glyphs.numbers, glyphs.offsets, strict=True):
            box = face.box(number)
            if box:
                bottom, top = min(bottom, box.bottom + y), max(top, box.top + y)
    return Ink(bottom=bottom, top=top)


def _sliced(run: _Run, start: int, end: int) -> Glyphs | None:
    """Take the glyphs of a part out of a run; None where they would not be the same alone."""
    glyphs, clusters = run.glyphs, run.glyphs.clusters
    is_rtl = bool(run.level % 2)
    logical = clusters[::-1] if is_rtl else clusters
    first, last = bisect_left(logical, start), bisect_left(logical, end)
    count = len(logical)
    for at, place in ((first, start), (last, end)):
        if place in (run.start, run.end):
            continue
        if at == count or logical[at] != place:
            return None
        if not run.face.may_cut(glyphs, count - 1 - at if is_rtl else at):
            return None
    part = slice(count - last, count - first) if is_rtl else slice(first, last)
    offsets = glyphs.offsets[part] if glyphs.offsets is not None else None
    return Glyphs(
        glyphs.numbers[part], clusters[part], glyphs.advances[part], offsets, glyphs.marks[part]
    )


def _composed(text: str, runs: Sequence[_Run], advances: Sequence[Sequence[float]]) -> ShapedLine:
    """Put runs side by side, from left to right."""
    pieces: list[Placed] = []
    pen = 0.0
    for run, widths in zip(runs, advances, strict=True):
        xs = list(accumulate(widths, initial=pen))
        pen = xs.pop()
        ys = None
        if run.glyphs.offsets is not None:
            xs = [x + offset for x, (offset, _) in zip(xs, run.glyphs.offsets, strict=True)]
            ys = [y for _, y in run.glyphs.offsets]
        pieces.append(Placed(run.face, run.glyphs.numbers, xs, ys))
    return ShapedLine(text, tuple(pieces), pen, ink_of(pieces))
