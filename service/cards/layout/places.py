"""What a laid-out card consists of. All places are in pixels from the card's left and top."""

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from service.cards.template.schema import PictureName, ScrimLayer, Shape
from service.cards.text.direction import Direction
from service.cards.text.shaping import ShapedLine

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def pixels(self) -> tuple[int, int, int, int]:
        """The box in whole pixels, never empty."""
        left, top = round(self.left), round(self.top)
        return left, top, max(left + 1, round(self.right)), max(top + 1, round(self.bottom))

    def lowered(self, by: float) -> "Box":
        return Box(self.left, self.top + by, self.right, self.bottom + by)

    def shifted(self, by: float) -> "Box":
        return Box(self.left + by, self.top, self.right + by, self.bottom)

    def mirrored(self, width: float) -> "Box":
        return Box(width - self.right, self.top, width - self.left, self.bottom)

    def meets(self, other: "Box") -> bool:
        is_beside = self.right <= other.left or other.right <= self.left
        return not (is_beside or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPicture:
    """A picture of the card, cut to `box` and then to `shape`."""

    box: Box
    name: PictureName
    shape: Shape = "rect"
    radius: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Where a text stands on the photo, and its colour."""

    box: Box
    ink: Rgb


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedScrim:
    """A scrim over the photo in `box`, and the texts that it is for."""

    box: Box
    layer: ScrimLayer
    colour: Rgb
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFill:
    """A plain shape or a gradient: an area, a chip's ground, a rule, a mark, a dot."""

    box: Box
    colour: Rgb
    colour_end: Rgb | None = None
    toward: Literal["bottom", "left", "right"] = "bottom"
    opacity: float = 1.0
    shape: Shape = "rect"
    radius: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPattern:
    """A pattern made from `seed`."""

    box: Box
    pattern: str
    colour: Rgb
    strength: float
    seed: str
    is_mirrored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLogo:
    """The brand's logo, filling `box`."""

    box: Box
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedQr:
    """A code to scan."""

    box: Box
    content: str
    colour: Rgb
    ground: Rgb


PlacedShape = PlacedPicture | PlacedScrim | PlacedFill | PlacedPattern | PlacedLogo | PlacedQr


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """One line of text; `left` is where its ink begins.

    `ground` is the colour of the shape that it stands on, None where it stands on the card itself.
    `zone` is the room that such a text may take, where that is more than its ink.
    """

    field: str
    line: ShapedLine
    size: float
    left: float
    baseline: float
    colour: Rgb
    ground: Rgb | None = None
    zone: Box | None = None

    @property
    def box(self) -> Box:
        """The box of the line's ink."""
        ink = self.line.ink
        width = (ink.right - ink.left) * self.size
        top, bottom = self.baseline - ink.top * self.size, self.baseline - ink.bottom * self.size
        return Box(self.left, top, self.left + width, bottom)

    @property
    def reach(self) -> Box:
        """The room in which this text may stand, whatever it says."""
        box = self.box
        if self.zone is None:
            return box
        return Box(self.zone.left, box.top, self.zone.right, box.bottom)


Placed = PlacedShape | PlacedLine
P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A card laid out in one size: shapes in the order of painting, and texts above them all.

    `missing` holds the characters that no font has; `is_shortened` tells that a text ends in
    an ellipsis.
    """

    ground: Rgb
    shapes: tuple[PlacedShape, ...]
    lines: tuple[PlacedLine, ...]
    safe: Box
    direction: Direction
    missing: frozenset[str]
    is_shortened: bool


def lowered(thing: P, by: float) -> P:
    if isinstance(thing, PlacedLine):
        return replace(thing, baseline=thing.baseline + by)
    return replace(thing, box=thing.box.lowered(by))


def shifted(thing: P, by: float) -> P:
    if isinstance(thing, PlacedLine):
        zone = thing.zone.shifted(by) if thing.zone else None
        return replace(thing, left=thing.left + by, zone=zone)
    return replace(thing, box=thing.box.shifted(by))


def mirrored(thing: P, width: int) -> P:
    """Turn a place to the other side, for a right-to-left card; a picture itself is not turned."""
    match thing:
        case PlacedLine():
            zone = thing.zone.mirrored(width) if thing.zone else None
            return replace(thing, left=width - thing.box.right, zone=zone)
        case PlacedFill():
            toward = _OTHER_SIDE[thing.toward]
            return replace(thing, box=thing.box.mirrored(width), toward=toward)
        case PlacedPattern():
            return replace(thing, box=thing.box.mirrored(width), is_mirrored=True)
        case PlacedScrim():
            zones = tuple(replace(zone, box=zone.box.mirrored(width)) for zone in thing.zones)
            return replace(thing, box=thing.box.mirrored(width), zones=zones)
        case _:
            return replace(thing, box=thing.box.mirrored(width))


_OTHER_SIDE: dict[str, Literal["bottom", "left", "right"]] = {
    "bottom": "bottom",
    "left": "right",
    "right": "left",
}
