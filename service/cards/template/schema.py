"""What a card template may say: the tables of `assets/cards/<name>.yaml`.

Numbers are pixels of the og card and grow with the other sizes; percentages are of the card.
`start` and `end` are the sides of the reading direction, so a template never says left. Nothing
here is code: a text stands where its field has something, and is absent where it has nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import fields as fields_of

from service.domain.card import TEXT_FIELDS, CardSize

Colour = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$")]
Share = Annotated[float, Meta(ge=0, le=1)]
Pixels = Annotated[int, Meta(ge=0, le=2000)]
TypeSize = Annotated[int, Meta(ge=12, le=600)]
Lines = Annotated[int, Meta(ge=1, le=12)]
# What lies further out than twice the card is a slip of the finger, and would be painted at length.
_MOST_PIXELS, _MOST_SHARE = 2000, 2.0
PictureName = Literal["photo", "portrait"]
Shape = Literal["rect", "circle"]


class Length:
    """A distance: pixels that grow with the card's size, or a share of the card."""

    __slots__ = ("pixels", "share")

    def __init__(self, *, pixels: float = 0.0, share: float = 0.0) -> None:
        self.pixels = pixels
        self.share = share

    def of(self, whole: float, scale: float) -> float:
        return self.pixels * scale + self.share * whole


def read_length(wanted: type, value: Any) -> Length:
    """Read a distance as a template writes it; raises ValueError."""
    if wanted is not Length:
        raise TypeError(f"{wanted} is no part of a template")
    found = _length(value)
    # Whatever is no number is not within them either.
    if found and abs(found.pixels) <= _MOST_PIXELS and abs(found.share) <= _MOST_SHARE:
        return found
    raise ValueError("write a number of pixels, such as 40, or a percentage, such as 40%")


def _length(value: Any) -> Length | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Length(pixels=value)
    if isinstance(value, str) and value.endswith("%"):
        try:
            return Length(share=float(value[:-1]) / 100)
        except ValueError:
            return None
    return None


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a template file: every key is known, nothing changes after loading."""


class Margins(Table, frozen=True, kw_only=True):
    """How far text and marks stay from the card's edges, in pixels of this very size."""

    top: Pixels
    bottom: Pixels
    start: Pixels
    end: Pixels


class Frame(Table, frozen=True, kw_only=True):
    """Where a layer lies: distances from the card's edges, or one edge and an extent."""

    top: Length | None = None
    bottom: Length | None = None
    start: Length | None = None
    end: Length | None = None
    width: Length | None = None
    height: Length | None = None


class FieldSpec(Table, frozen=True, kw_only=True):
    """A field of this template's own: what staff are asked for, and what the API takes."""

    label: str
    hint: str = ""
    source: str = ""
    longest: Annotated[int, Meta(ge=1, le=600)] = 200
    required: bool = False


class Layer(Table, frozen=True, kw_only=True):
    hidden: bool = False


class PhotoLayer(Layer, frozen=True, kw_only=True, tag_field="kind", tag="photo"):
    """A picture, cut to its frame around its focus."""

    picture: PictureName = "photo"
    frame: Frame = Frame()
    shape: Shape = "rect"
    radius: Pixels = 0


class ScrimLayer(Layer, frozen=True, kw_only=True, tag_field="kind", tag="scrim"):
    """Darkens the photo from below, as little as the text's contrast needs.

    `reach` is the share of the card's height over which it fades in above the text; with `melt`
    the photo passes into the ground over that share of its own height.
    """

    colour: str
    contrast: Annotated[float, Meta(ge=1, le=21)] = 4.5
    reach: Share = 0.3
    melt: Share = 0.0


class FillLayer(Layer, frozen=True, kw_only=True, tag_field="kind", tag="fill"):
    """A plain area; with `colour_end` it passes into that colour towards the bottom or the end."""

    colour: str
    colour_end: str = ""
    toward: Literal["bottom", "end"] = "bottom"
    opacity: Share = 1.0
    frame: Frame = Frame()
    shape: Shape = "rect"
    radius: Pixels = 0


class PatternLayer(Layer, frozen=True, kw_only=True, tag_field="kind", tag="pattern"):
    """A quiet pattern that the headline makes its own."""

    pattern: Literal["ripples", "dots", "bars"]
    colour: str
    strength: Share = 0.08
    frame: Frame = Frame()


class Words(Table, frozen=True, kw_only=True):
    """What is written: a `field` of the card, or a `label` in the card's language.

    `only_with` names a field that must have been given for it to be shown, so that no heading
    stands above nothing; what stands in for that field does not count.
    """

    field: str = ""
    label: str = ""
    only_with: str = ""

    def __post_init__(self) -> None:
        if bool(self.field) == bool(self.label):
            raise ValueError("name either a field or a label")


class Type(Words, frozen=True, kw_only=True):
    """How words are set. `size` is the smallest and the largest type.

    Up to `ideal_lines`, fewer lines are preferred to larger type as long as it does not get
    smaller than `ideal_size`.
    """

    font: str
    colour: str
    size: tuple[TypeSize, TypeSize]
    lines: Lines = 1
    ideal_lines: Annotated[int, Meta(ge=0, le=12)] = 0
    ideal_size: Pixels = 0
    line_height: Annotated[float, Meta(ge=0.9, le=2)] = 1.15
    tracking: Annotated[float, Meta(ge=-0.05, le=0.2)] = 0.0
    case: Literal["as written", "upper"] = "as written"

    def __post_init__(self) -> None:
        Words.__post_init__(self)
        if self.size[0] > self.size[1]:
            raise ValueError("size: the smallest is larger than the largest")


class TextItem(Type, frozen=True, kw_only=True, tag_field="kind", tag="text"):
    """A text that wraps and shrinks. `gap` is the air above it, when something is above it.

    `quoted` sets it in the quotation marks of the card's language; `tight` takes no more height
    than its ink, for a single mark or figure; `bullet` is the colour of a square before its first
    line, from which all of its lines stand back.
    """

    measure: Annotated[float, Meta(gt=0, le=1)] = 1.0
    quoted: bool = False
    tight: bool = False
    bullet: str = ""
    gap: Pixels = 0


class Label(Type, frozen=True, kw_only=True):
    """A short text in a row. `mark` is the colour of the bar before it; `share` its widest part.

    With `logo`, the brand's logo takes its place when there is one.
    """

    mark: str = ""
    logo: bool = False
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0


class ChipItem(Type, frozen=True, kw_only=True, tag_field="kind", tag="chip"):
    """A short text on a ground of its own, with a dot before it where `dot` names a colour.

    `colour: auto` is black or white, whichever is read better on the ground. `beside` stands after
    it on the same line, such as the kicker after a badge.
    """

    ground: str
    padding: tuple[Pixels, Pixels] = (16, 12)
    radius: Pixels = 6
    dot: str = ""
    beside: Label | None = None
    gap: Pixels = 0


class RowItem(Table, frozen=True, kw_only=True, tag_field="kind", tag="row"):
    """One text at the start and one at the end, on one baseline, under a thin rule."""

    start: Label | None = None
    end: Label | None = None
    rule: str = ""
    rule_opacity: Share = 1.0
    rule_gap: Pixels = 0
    gap: Pixels = 0


class RuleItem(Table, frozen=True, kw_only=True, tag_field="kind", tag="rule"):
    """A line of its own."""

    colour: str
    thickness: Pixels = 2
    width: Length = Length(share=1)
    opacity: Share = 1.0
    gap: Pixels = 0


class LogoItem(Table, frozen=True, kw_only=True, tag_field="kind", tag="logo"):
    """The brand's logo within `width` x `height`; nothing when the brand has none."""

    width: Pixels = 180
    height: Pixels = 48
    gap: Pixels = 0


class PictureItem(Table, frozen=True, kw_only=True, tag_field="kind", tag="picture"):
    """A picture among the texts, such as an author's portrait in a circle."""

    picture: PictureName = "portrait"
    width: Pixels
    height: Pixels
    shape: Shape = "rect"
    radius: Pixels = 0
    gap: Pixels = 0


class QrItem(Table, frozen=True, kw_only=True, tag_field="kind", tag="qr"):
    """A code to scan that leads to what stands in `field`."""

    field: str = "url"
    size: Pixels = 160
    colour: str
    ground: str
    gap: Pixels = 0


Item = TextItem | ChipItem | RowItem | RuleItem | LogoItem | PictureItem | QrItem


class StackLayer(Layer, frozen=True, kw_only=True, tag_field="kind", tag="stack"):
    """Items one below the other, in what earlier stacks left free of its frame.

    Without a frame it fills the safe area; edges that a frame leaves out are the safe area's.
    """

    anchor: Literal["top", "middle", "bottom"]
    align: Literal["start", "centre", "end"] = "start"
    frame: Frame = Frame()
    gap: Pixels = 0
    items: tuple[Item, ...]


AnyLayer = PhotoLayer | ScrimLayer | FillLayer | PatternLayer | StackLayer


class Checks(Table, frozen=True, kw_only=True):
    """What every card of this template promises; `kindly card` and the tests hold it to it.

    `centre` names fields that stay readable when a feed crops the card to its middle square.
    """

    contrast: Annotated[float, Meta(ge=1, le=21)] = 4.5
    centre: tuple[str, ...] = ()


class Composition(Table, frozen=True, kw_only=True, eq=False):
    """A template in one size, with or without its picture.

    `needs` is the picture that the template is made around, or one of its own fields; the rules
    `at: bare` hold without it. `without_photo` names the template that takes over when the story
    has no photo. `safe` is in pixels of this very size.
    """

    label: str
    about: str = ""
    without_photo: str = ""
    needs: str = "photo"
    ground: str
    colours: dict[str, Colour]
    fonts: dict[str, str]
    fields: dict[str, FieldSpec] = {}
    safe: Margins
    layers: tuple[AnyLayer, ...]
    checks: Checks = Checks()
    size: CardSize
    scale: Annotated[float, Meta(gt=0, le=3)]

    def pixels(self, length: float) -> float:
        """Return a number of the template in pixels of this size."""
        return length * self.scale


def colour_and_ground(value: str) -> tuple[str, str]:
    """Return the colour that a template names and the one on which it has to be read.

    `on accent` names no colour: it is black or white, whichever is read better. `accent on paper`
    is the accent, made as dark as it has to be to be read on paper: a brand may have any accent.
    """
    colour, on, ground = value.rpartition("on ")
    return (colour.strip(), ground) if on else (value, "")


def labels_in(table: Table) -> Iterator[str]:
    """Yield the label of every text in a table, however deep it stands."""
    if isinstance(table, Words) and table.label:
        yield table.label
    for _, value, _ in _entries(table):
        for _, child in _tables_in(value):
            yield from labels_in(child)


def unknown_names(composition: Composition) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every place that names a colour, font or field which the template lacks."""
    known = {
        "colour": {*composition.colours},
        "font": {*composition.fonts},
        "field": {*TEXT_FIELDS, *composition.fields},
    }
    return _unknown_names(composition, known, ())


def _unknown_names(
    table: Table, known: Mapping[str, set[str]], place: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value, default in _entries(table):
        kind = _REFERENCES.get(name, "")
        if kind and value == "" != default:
            yield (*place, name), f"names no {kind}"
        is_automatic = value == "auto" and isinstance(table, ChipItem) and name == "colour"
        named = colour_and_ground(value) if kind == "colour" else (value,)
        for each in filter(None, named if kind and not is_automatic else ()):
            if each not in known[kind]:
                choice = ", ".join(sorted(known[kind]))
                message = f"there is no {kind} {each!r} in this template; choose one of {choice}"
                yield (*place, name), message
        for step, child in _tables_in(value):
            yield from _unknown_names(child, known, (*place, name, *step))


def _entries(table: Table) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and default of each entry."""
    return ((each.name, getattr(table, each.name), each.default) for each in fields_of(table))


def _tables_in(value: Any) -> Iterator[tuple[tuple[str, ...], Table]]:
    """Yield the tables in a value, each with the step that leads to it."""
    if isinstance(value, Table):
        yield (), value
    elif isinstance(value, tuple):
        yield from (
            ((str(at),), child) for at, child in enumerate(value) if isinstance(child, Table)
        )


_REFERENCES = {
    "colour": "colour",
    "colour_end": "colour",
    "ground": "colour",
    "mark": "colour",
    "rule": "colour",
    "dot": "colour",
    "bullet": "colour",
    "font": "font",
    "field": "field",
    "only_with": "field",
}
