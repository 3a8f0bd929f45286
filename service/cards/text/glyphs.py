"""What type is set in and drawn with, whichever engine does it.

Everything is measured in em (1.0 is the type size), so that trying another size is a
multiplication and not another shaping.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from PIL import Image


class Ink(NamedTuple):
    """The box that drawn pixels fill, in em around the line's origin; y grows upwards."""

    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a run of text is drawn with, from left to right.

    `clusters` holds where each glyph's characters begin. `offsets` is None where every glyph stands
    on the baseline in its place, as almost all do.
    """

    numbers: Sequence[Hashable]
    clusters: Sequence[int]
    advances: Sequence[float]
    offsets: Sequence[tuple[float, float]] | None = None
    # What the engine needs to tell where the run may be cut; see Face.may_cut.
    marks: Sequence[object] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Glyphs of one font in their places; x grows to the right from the line's origin."""

    face: "Face"
    numbers: Sequence[Hashable]
    xs: Sequence[float]
    ys: Sequence[float] | None


class Face(Protocol):
    """One opened font file."""

    @property
    def is_colour(self) -> bool: ...

    def sets(self, cluster: str) -> bool:
        """Say whether the font has all of one character as readers see it."""

    def has(self, character: str) -> bool: ...

    def shape(
        self,
        text: str,
        start: int,
        end: int,
        *,
        is_rtl: bool,
        script: str,
        language: str,
        is_spaced: bool,
    ) -> Glyphs:
        """Choose and place the glyphs of a part; the whole text tells how letters join."""

    def may_cut(self, glyphs: Glyphs, at: int) -> bool:
        """Say whether both sides stay as they are when the run is cut before glyph `at`."""

    def box(self, number: Hashable) -> Ink | None:
        """Return a glyph's ink, or None where it leaves none."""


class Engine(Protocol):
    """A way to open fonts and to draw what they set."""

    @property
    def name(self) -> str: ...

    def open_face(self, source: Path | bytes) -> Face:
        """Open a font; raises ValueError where it is none, OSError where it cannot be read."""

    def mask(
        self, pieces: Sequence[Placed], size: float, box: tuple[int, int, int, int], shift: float
    ) -> Image.Image:
        """Draw coverage into `box` (left, bottom, right, top in pixels), moved right by `shift`."""

    def picture(
        self,
        piece: Placed,
        size: float,
        box: tuple[int, int, int, int],
        shift: float,
        colour: tuple[int, int, int],
    ) -> Image.Image:
        """Draw a colour font's glyphs, their colour multiplied by their coverage (RGBa)."""
