"""Card templates: what a card is made of, as data in `assets/cards/<name>.toml`.

One file describes every size. A table may hold `at.<size>` tables, whose values replace its own in
that size; `start` and `end` are the sides of the reading direction, so a template never says left.
A file that is wrong stops the process at boot, with the file and the field in the message.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from service.cards.text.fonts import stack_of
from service.domain.card import CardSize
from service.domain.errors import BadPayload, Misconfigured

TEMPLATES_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "cards"

CardField = Literal["headline", "kicker", "byline", "site_name"]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Pixels = Annotated[int, Field(ge=0, le=2000)]
TypeSize = Annotated[int, Field(ge=12, le=400)]


class Table(BaseModel):
    """A table of a template file: every key is known, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Margins(Table):
    """How far text and marks stay from the card's edges."""

    top: Pixels
    bottom: Pixels
    start: Pixels
    end: Pixels


class PhotoLayer(Table):
    """The photo, cover-cropped around its focus. `height` is the share of the card it fills, from the top."""  # noqa: E501

    kind: Literal["photo"]
    focus_x: Share = 0.5
    focus_y: Share = 0.5
    height: Share = 1.0


class ScrimLayer(Table):
    """Darkens the photo from below, as little as the text's contrast needs.

    `reach` is the share of the card's height over which it fades in above the text; with `melt`
    the photo passes into the ground over that share of its own height.
    """

    kind: Literal["scrim"]
    colour: str
    contrast: Annotated[float, Field(ge=1, le=21)] = 4.5
    reach: Share = 0.3
    melt: Share = 0.0


class GroundLayer(Table):
    """A plain ground from `colour` to `colour_end`, with a quiet pattern made from the headline."""

    kind: Literal["ground"]
    colour: str
    colour_end: str
    pattern: Literal["none", "ripples"] = "none"
    pattern_colour: str
    pattern_strength: Share = 0.08


class TextItem(Table):
    """A text that wraps and shrinks. `gap` is the air above it, when something is above it."""

    kind: Literal["text"]
    field: CardField
    font: str
    colour: str
    max_size: TypeSize
    min_size: TypeSize
    lines: Annotated[int, Field(ge=1, le=12)] = 1
    ideal_lines: Annotated[int, Field(ge=0, le=12)] = 0
    ideal_size: Pixels = 0
    line_height: Annotated[float, Field(ge=0.9, le=2)] = 1.15
    tracking: Annotated[float, Field(ge=-0.05, le=0.2)] = 0.0
    measure: Annotated[float, Field(gt=0, le=1)] = 1.0
    gap: Pixels = 0

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        if self.min_size > self.max_size:
            raise ValueError("min_size is larger than max_size")
        return self


class ChipItem(Table):
    """A short text on a ground of its own."""

    kind: Literal["chip"]
    field: CardField
    font: str
    colour: str
    ground: str
    max_size: TypeSize
    min_size: TypeSize
    padding_x: Pixels
    padding_y: Pixels
    radius: Pixels = 0
    gap: Pixels = 0


class Label(Table):
    """A short text in a row. `mark` is the colour of the bar before it; `share` its widest part of the row."""  # noqa: E501

    field: CardField
    font: str
    colour: str
    max_size: TypeSize
    min_size: TypeSize
    mark: str = ""
    share: Annotated[float, Field(gt=0, le=1)] = 1.0


class RowItem(Table):
    """One text at the start and one at the end, on one baseline, under a thin rule."""

    kind: Literal["row"]
    start: Label
    end: Label
    rule: str = ""
    rule_opacity: Share = 1.0
    rule_gap: Pixels = 0
    gap: Pixels = 0


Item = Annotated[TextItem | ChipItem | RowItem, Field(discriminator="kind")]


class StackLayer(Table):
    """Items one below the other, held at the top or the bottom of what earlier stacks left free."""

    kind: Literal["stack"]
    anchor: Literal["top", "bottom"]
    gap: Pixels = 0
    items: tuple[Item, ...]


Layer = Annotated[PhotoLayer | ScrimLayer | GroundLayer | StackLayer, Field(discriminator="kind")]


class Composition(Table):
    """A template in one size."""

    label: str
    without_photo: str = ""
    ground: str
    colours: dict[str, Colour]
    fonts: dict[str, str]
    safe: Margins
    layers: tuple[Layer, ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        _check_names(self, self.colours, self.fonts)
        return self

    def colour(self, name: str) -> tuple[int, int, int]:
        value = self.colours[name]
        return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A checked template file. `revision` changes whenever the file does."""

    name: str
    revision: str
    compositions: Mapping[CardSize, Composition]

    @property
    def label(self) -> str:
        return self.compositions[CardSize.OG].label

    @property
    def without_photo(self) -> str:
        """Name of the template that takes over without a photo; empty when this one stays."""
        return self.compositions[CardSize.OG].without_photo


def template_for(name: str, *, has_photo: bool) -> CardTemplate:
    """Choose the template to draw with; one made around a photo gives way when there is none."""
    known = templates()
    if name not in known:
        raise BadPayload(f"There is no card template {name!r}: choose one of {', '.join(known)}.")
    chosen = known[name]
    return chosen if has_photo or not chosen.without_photo else known[chosen.without_photo]


@lru_cache
def templates() -> dict[str, CardTemplate]:
    """Load every template once; raises Misconfigured when one of them is wrong."""
    found = {path.stem: load_template(path) for path in sorted(TEMPLATES_FOLDER.glob("*.toml"))}
    for template in found.values():
        if template.without_photo and template.without_photo not in found:
            raise Misconfigured(
                f"{template.name}.toml: without_photo: there is no template "
                f"{template.without_photo!r}; choose one of {', '.join(found)}."
            )
    return found


def load_template(path: Path) -> CardTemplate:
    """Read and check one template file in every size."""
    try:
        data = path.read_bytes()
        raw = tomllib.loads(data.decode())
    except OSError as error:
        raise Misconfigured(
            f"The card template {path} cannot be read: {error.strerror}."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"The card template {path} is not valid TOML: {error}.") from error
    compositions = {size: _compose(raw, size, path) for size in CardSize}
    return CardTemplate(path.stem, hashlib.sha256(data).hexdigest()[:8], compositions)


def _compose(raw: dict[str, Any], size: CardSize, path: Path) -> Composition:
    try:
        composition = Composition.model_validate(_in_size(raw, size))
        for font in composition.fonts.values():
            stack_of(font)
    except (ValidationError, ValueError) as error:
        raise Misconfigured(f"{path.name}, size {size.key}: {_first_fault(error)}") from error
    return composition


def _in_size(value: Any, size: CardSize) -> Any:
    if isinstance(value, list):
        return [_in_size(item, size) for item in value]
    if not isinstance(value, dict):
        return value
    own = {key: _in_size(item, size) for key, item in value.items() if key != "at"}
    rules = value.get("at")
    if not isinstance(rules, dict):
        return own
    unknown = set(rules) - {known.key for known in CardSize}
    if unknown:
        raise ValueError(f"at.{min(unknown)}: there is no such size")
    return own | _in_size(rules.get(size.key, {}), size)


def _first_fault(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return f"{error}."
    fault = error.errors()[0]
    # The kinds of a union are steps of pydantic's path, but not of the file.
    kinds = {"photo", "scrim", "ground", "stack", "text", "chip", "row"}
    field = ".".join(str(step) for step in fault["loc"] if step not in kinds)
    return f"{field}: {fault['msg']}." if field else f"{fault['msg']}."


def _check_names(table: Table, colours: Mapping[str, str], fonts: Mapping[str, str]) -> None:
    for name, value in table:
        if name in _COLOUR_FIELDS and value and value not in colours:
            raise ValueError(f"{name} = {value!r} is not among the template's colours")
        if name == "font" and value not in fonts:
            raise ValueError(f"font = {value!r} is not among the template's fonts")
        children = value if isinstance(value, tuple) else (value,)
        for child in children:
            if isinstance(child, Table):
                _check_names(child, colours, fonts)


_COLOUR_FIELDS = frozenset({"colour", "colour_end", "pattern_colour", "ground", "mark", "rule"})
