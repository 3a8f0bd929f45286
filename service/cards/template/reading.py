"""Reads a template file: YAML with the line of every value, rules per size, and shared styles.

A fault is told with its line, so that a designer finds it; all faults of a file are told at once.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from service.cards.template.schema import (
    AnyLayer,
    Colour,
    Composition,
    FieldSpec,
    Item,
    Margins,
    PictureName,
    Table,
    read_length,
    unknown_names,
)
from service.domain.card import TEXT_FIELDS, CardSize
from service.domain.errors import Misconfigured

HOUSE_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "cards" / "house"

# A template is a page of text; more is a mistake.
_MAX_BYTES = 64 * 1024
# A rule for one size of a text in a stack stands ten deep.
_DEEPEST = 20
_MAX_FAULTS = 8
# The loader in C reads ten times as fast; not every build of the library has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The rules that hold where the card has no picture to show.
BARE = "bare"
# msgspec learns a type when it first converts to it, and two threads that have it learn the same
# type at once end the process with a segmentation fault (0.22.0).
_ALONE = threading.Lock()


class Sizing(Table, frozen=True, kw_only=True):
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
        table = _document(data.decode())
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path.name} is not UTF-8 text.") from error
    except yaml.YAMLError as error:
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
        return {size: _converted(table.get(size.key), Sizing) for size in CardSize}
    except msgspec.ValidationError as error:
        raise Misconfigured(f"sizes.yaml: {error}.") from error


def compose(table: Marked, size: CardSize, *, is_bare: bool, name: str) -> Composition:
    """Return a template in one size; raises Misconfigured with every fault and its line."""
    sizing = sizings()[size]
    try:
        resolved = _styled(_in_size(table, [*sizing.groups, size.key, *[BARE] * is_bare]))
    except Fault as fault:
        raise Misconfigured(f"{name}.yaml, line {fault.line}: {fault}.") from fault
    margins = msgspec.structs.asdict(sizing.safe)
    whole = {"safe": margins, **resolved, "size": size, "scale": sizing.scale}
    try:
        composition: Composition = _converted(whole, Composition)
        _check_names(composition, resolved)
        _check_fields(composition)
    except msgspec.ValidationError as error:
        told = "; ".join(list(_faults(resolved, whole))[:_MAX_FAULTS]) or str(error)
        raise Misconfigured(f"{name}.yaml, size {size.key}: {told}.") from error
    except ValueError as error:
        raise Misconfigured(f"{name}.yaml, size {size.key}: {error}.") from error
    return composition


def _check_names(composition: Composition, table: Marked) -> None:
    told = [
        f"line {_line_of(table, _dotted(place), None, table.line)}, {_dotted(place)}: {message}"
        for place, message in unknown_names(composition)
    ]
    if told:
        raise ValueError("; ".join(told[:_MAX_FAULTS]))


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


# -- from YAML to tables ------------------------------------------------------------------------


def _document(text: str) -> Any:
    """Build what a document says, event by event: nothing comes out larger than it was written."""
    events = yaml.parse(text, _LOADER)
    found = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            if found is not None:
                raise Fault(_line(event), "another document begins here")
            found = _value(event, events, depth=1)
    return found


def _value(event: yaml.Event, events: Iterator[yaml.Event], *, depth: int) -> Any:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent):
        raise Fault(line, f"*{event.anchor} is not known here: what is shared belongs into styles")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, line)
    if depth > _DEEPEST:
        raise Fault(line, "this stands inside of too many others")
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(child, events, depth=depth + 1) for child in _children(events)]
    items: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key in _children(events):
        if not isinstance(key, yaml.ScalarEvent):
            raise Fault(_line(key), "a name must be one word")
        name, at = key.value, _line(key)
        if name in items:
            raise Fault(at, f"{name} stands here a second time")
        items[name], lines[name] = _value(next(events), events, depth=depth + 1), at
    return Marked(items, lines, line)


def _children(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield event


def _scalar(event: yaml.ScalarEvent, line: int) -> Any:
    tag = event.tag
    if tag in (None, "!"):
        tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
    if tag == _TEXT:
        return event.value
    try:
        # A new one each time: it would keep every value that it ever made.
        return yaml.constructor.SafeConstructor().construct_object(
            yaml.ScalarNode(tag, event.value)
        )
    except yaml.MarkedYAMLError as error:
        raise Fault(line, _problem(error)) from error
    except (ValueError, OverflowError) as error:
        raise Fault(line, f"{event.value[:40]} cannot be read: put it in quotes") from error


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


_RESOLVER = yaml.resolver.Resolver()
_TEXT = "tag:yaml.org,2002:str"


# -- rules and styles ---------------------------------------------------------------------------


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
    if not isinstance(styles, dict):
        raise Fault(table.lines["styles"], "styles must be a table of names")
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
        if not isinstance(wanted, str) or not isinstance(styles.get(wanted), Marked):
            known = ", ".join(styles) or "none"
            raise Fault(value.lines["style"], f"there is no style {wanted!r}; there is {known}")
        own = Marked({**styles[wanted], **own}, {**styles[wanted].lines, **own.lines}, value.line)
    own.update({key: _dressed(item, styles) for key, item in own.items()})
    return own


def _converted(value: Any, wanted: Any) -> Any:
    with _ALONE:
        return msgspec.convert(value, wanted, dec_hook=read_length)


def _faults(table: Marked, whole: Mapping[str, Any]) -> Iterator[str]:
    """Yield every fault with its line: trying stops at the first, so each part is tried alone."""
    named: dict[str, Any] = {"colours": Colour, "fonts": str, "fields": FieldSpec}
    rest = dict(whole)
    for key, kind in named.items():
        part = table.get(key)
        if isinstance(part, Marked):
            rest[key] = {}
            for name, value in part.items():
                yield from _fault_of(value, kind, (key, name), line=part.lines[name])
    layers = table.get("layers")
    if isinstance(layers, list):
        rest["layers"] = []
        for index, layer in enumerate(layers):
            yield from _layer_faults(layer, ("layers", index), line=table.lines["layers"])
    yield from _fault_of(Marked(rest, table.lines, table.line), Composition, (), line=table.line)


def _layer_faults(layer: Any, place: tuple[Any, ...], *, line: int) -> Iterator[str]:
    items = layer.get("items") if isinstance(layer, Marked) else None
    if isinstance(items, list):
        for index, item in enumerate(items):
            yield from _fault_of(item, Item, (*place, "items", index), line=layer.lines["items"])
        layer = layer.merged(Marked({"items": []}, {}, layer.line))
    yield from _fault_of(layer, AnyLayer, place, line=line)


def _fault_of(value: Any, kind: Any, place: tuple[Any, ...], *, line: int) -> Iterator[str]:
    """Say what is wrong with one part as `line 12, layers.2.items.0.size: ...`."""
    try:
        _converted(value, kind)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$")
        steps = [*place, *_STEP.findall(path)]
        named = _NAMED.search(said)
        if named:
            steps.append(named[1])
        yield f"line {_line_of(value, path, named, line)}, {_dotted(steps)}: {_said(said)}"


def _line_of(value: Any, path: str, named: re.Match[str] | None, line: int) -> int:
    """Follow the path of a fault to the line where it stands."""
    for step in [*_STEP.findall(path), *([named[1]] if named else [])]:
        if isinstance(value, Marked):
            line = value.lines.get(step, value.line)
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
    return value.line if isinstance(value, Marked) else line


def _dotted(steps: Sequence[Any]) -> str:
    return ".".join(str(step) for step in steps) or "the whole"


def _said(message: str) -> str:
    if message.startswith("Object missing"):
        return "must be given"
    if message.startswith("Object contains unknown"):
        return "is not known here"
    if message.endswith("got `null`"):
        return "is empty (a colour stands in quotes, because # starts a comment)"
    if "matching regex" in message:
        return 'must be a colour such as "#0B6E63"'
    return message[0].lower() + message[1:].replace("`", "")


# A step of a fault's path, and the key that its sentence names.
_STEP = re.compile(r"[^.\[\]`]+")
_NAMED = re.compile(r"(?:missing required|unknown) field `([^`]+)`")


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    # What is no text at all is told by its `reason`.
    return getattr(error, "problem", None) or getattr(error, "reason", None) or "is not YAML"
