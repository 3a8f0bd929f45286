"""Reads a template file: YAML with the line of every value, rules per size, and shared styles.

A fault is told with its line, so that a designer finds it; all faults of a file are told at once.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from service.cards.template.schema import Composition, Margins, PictureName, Table
from service.domain.card import TEXT_FIELDS, CardSize
from service.domain.errors import Misconfigured

HOUSE_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "cards" / "house"

# A template is a page of text; more is a mistake, and YAML can unfold into far more than it is.
_MAX_BYTES = 64 * 1024
_MAX_FAULTS = 8
# The rules that hold where the card has no picture to show.
BARE = "bare"


class Sizing(Table):
    """What one size is, apart from any template."""

    scale: float
    groups: tuple[str, ...]
    safe: Margins


class Marked(dict[str, Any]):
    """A table that remembers the line on which each of its keys stands."""

    def __init__(self, items: Mapping[str, Any], lines: Mapping[str, int], line: int) -> None:
        super().__init__(items)
        self.lines = dict(lines)
        self.line = line

    def merged(self, other: "Marked") -> "Marked":
        return Marked({**self, **other}, {**self.lines, **other.lines}, self.line)

    def without(self, *keys: str) -> "Marked":
        kept = {key: value for key, value in self.items() if key not in keys}
        return Marked(kept, self.lines, self.line)


class Fault(ValueError):
    """Something wrong on a line of a template."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_table(path: Path) -> Marked:
    """Read a YAML file into a table with lines; raises Misconfigured."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{path.name} cannot be read: {error.strerror}.") from error
    if len(data) > _MAX_BYTES:
        raise Misconfigured(f"{path.name} has {len(data)} bytes; the most is {_MAX_BYTES}.")
    try:
        root = yaml.compose(data.decode(), yaml.SafeLoader)
        table = _value(root) if root else None
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path.name} is not UTF-8 text.") from error
    except yaml.MarkedYAMLError as error:
        raise Misconfigured(f"{path.name}{_place(error)}: {_problem(error)}.") from error
    except Fault as fault:
        raise Misconfigured(f"{path.name}, line {fault.line}: {fault}.") from fault
    if not isinstance(table, Marked):
        raise Misconfigured(f"{path.name} must be a table of names and values.")
    return table


@lru_cache
def sizings() -> dict[CardSize, Sizing]:
    """Return what `assets/cards/house/sizes.yaml` says of each size."""
    table = read_table(HOUSE_FOLDER / "sizes.yaml")
    try:
        return {size: Sizing.model_validate(table.get(size.key)) for size in CardSize}
    except ValidationError as error:
        raise Misconfigured(f"sizes.yaml: {error.errors()[0]['msg']}.") from error


def compose(table: Marked, size: CardSize, *, is_bare: bool, name: str) -> Composition:
    """Return a template in one size; raises Misconfigured with every fault and its line."""
    sizing = sizings()[size]
    try:
        resolved = _styled(_in_size(table, [*sizing.groups, size.key, *[BARE] * is_bare]))
    except Fault as fault:
        raise Misconfigured(f"{name}.yaml, line {fault.line}: {fault}.") from fault
    whole = {"safe": sizing.safe.model_dump(), **resolved, "size": size, "scale": sizing.scale}
    try:
        composition = Composition.model_validate(whole)
        _check_fields(composition)
    except ValidationError as error:
        told = "; ".join(_told(fault, resolved) for fault in error.errors()[:_MAX_FAULTS])
        raise Misconfigured(f"{name}.yaml, size {size.key}: {told}.") from error
    except ValueError as error:
        raise Misconfigured(f"{name}.yaml, size {size.key}: {error}.") from error
    return composition


def _check_fields(composition: Composition) -> None:
    known = {*TEXT_FIELDS, *composition.fields}
    for name, field in composition.fields.items():
        if name in TEXT_FIELDS:
            raise ValueError(f"fields.{name}: every story brings it already; choose another name")
        if field.source and field.source not in TEXT_FIELDS:
            raise ValueError(f"fields.{name}.source: choose one of {', '.join(TEXT_FIELDS)}")
    choices = (*get_args(PictureName), *composition.fields)
    if composition.needs not in choices:
        raise ValueError(f"needs: choose one of {', '.join(choices)}")
    for name in composition.checks.centre:
        if name not in known:
            raise ValueError(f"checks.centre: there is no field {name!r}")


def _value(node: yaml.Node) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return _SCALARS.construct_object(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child) for child in node.value]
    items: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, child in node.value:
        key = str(key_node.value)
        if key in items:
            raise Fault(key_node.start_mark.line + 1, f"{key} stands here a second time")
        items[key], lines[key] = _value(child), key_node.start_mark.line + 1
    return Marked(items, lines, line)


_SCALARS = yaml.constructor.SafeConstructor()


def _in_size(value: Any, rules: list[str]) -> Any:
    """Apply the `at` tables: later names in `rules` win."""
    if isinstance(value, list):
        return [_in_size(item, rules) for item in value]
    if not isinstance(value, Marked):
        return value
    own = value.without("at")
    own.update({key: _in_size(item, rules) for key, item in own.items()})
    special = value.get("at")
    if special is None:
        return own
    for name in _rule_names(special, value.lines["at"]):
        if name not in _known_rules():
            line = special.lines[name]
            raise Fault(line, f"at.{name}: choose one of {', '.join(_known_rules())}")
    for rule in rules:
        if isinstance(special.get(rule), Marked):
            own = own.merged(_in_size(special[rule], rules))
    return own


def _rule_names(special: Any, line: int) -> Iterator[str]:
    if not isinstance(special, Marked):
        raise Fault(line, "at must be a table of sizes")
    yield from special


@lru_cache
def _known_rules() -> tuple[str, ...]:
    groups = {group for sizing in sizings().values() for group in sizing.groups}
    return (*(size.key for size in CardSize), *sorted(groups), BARE)


def _styled(table: Marked) -> Marked:
    """Put the named styles in the places of their names."""
    styles = table.get("styles", {})
    dressed = _dressed(table.without("styles"), styles)
    assert isinstance(dressed, Marked)
    return dressed


def _dressed(value: Any, styles: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_dressed(item, styles) for item in value]
    if not isinstance(value, Marked):
        return value
    wanted = value.get("style")
    own = value.without("style")
    if wanted is not None:
        if not isinstance(styles.get(wanted), Marked):
            known = ", ".join(styles) or "none"
            raise Fault(value.lines["style"], f"there is no style {wanted!r}; there is {known}")
        own = Marked({**styles[wanted], **own}, {**styles[wanted].lines, **own.lines}, value.line)
    own.update({key: _dressed(item, styles) for key, item in own.items()})
    return own


def _told(fault: Mapping[str, Any], table: Marked) -> str:
    """Say one fault as `line 12, layers.2.items.0.size: ...`."""
    line, place = table.line, list[str]()
    value: Any = table
    for step in fault["loc"]:
        if isinstance(value, Marked) and step in value:
            line, value = value.lines.get(step, line), value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
            line = value.line if isinstance(value, Marked) else line
        elif step != fault["loc"][-1]:
            # The kinds of a union are steps of pydantic's path, but not of the file.
            continue
        elif isinstance(value, Marked) and step == value.get("kind"):
            continue
        place.append(str(step))
    return f"line {line}, {'.'.join(place) or 'the whole'}: {_said(fault, value)}"


def _said(fault: Mapping[str, Any], value: Any) -> str:
    kind = fault["type"]
    if kind == "missing":
        return "must be given"
    if kind == "extra_forbidden":
        return "is not known here"
    if value is None:
        return "is empty (a colour stands in quotes, because # starts a comment)"
    if kind == "string_pattern_mismatch":
        return 'must be a colour such as "#0B6E63"'
    message = str(fault["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _place(error: yaml.MarkedYAMLError) -> str:
    return f", line {error.problem_mark.line + 1}" if error.problem_mark else ""


def _problem(error: yaml.MarkedYAMLError) -> str:
    return error.problem or "is not YAML"
