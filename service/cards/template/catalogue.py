"""The templates there are, each loaded when it is first wanted."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from service.cards.template.labels import label_of
from service.cards.template.reading import HOUSE_FOLDER, Marked, compose, read_table
from service.cards.template.schema import Composition, FieldSpec, labels_in
from service.cards.text.fonts import stack_of
from service.domain.card import Card, CardSize
from service.domain.errors import BadPayload, Misconfigured

# Templates that somebody tries in this process alone.
_tried: dict[str, "CardTemplate"] = {}
TEMPLATES_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "cards"


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A template file. `revision` changes whenever the file or the house's words and sizes do."""

    name: str
    revision: str
    table: Marked
    _composed: dict[tuple[CardSize, bool], Composition] = field(default_factory=dict)

    def composition(self, size: CardSize, *, is_bare: bool = False) -> Composition:
        """Return this template in one size; `is_bare` where the card has no picture to show."""
        key = (size, is_bare)
        if key not in self._composed:
            self._composed[key] = compose(self.table, size, is_bare=is_bare, name=self.name)
        return self._composed[key]

    @property
    def label(self) -> str:
        return self.composition(CardSize.OG).label

    @property
    def about(self) -> str:
        return self.composition(CardSize.OG).about

    @property
    def fields(self) -> Mapping[str, FieldSpec]:
        return self.composition(CardSize.OG).fields

    @property
    def without_photo(self) -> str:
        """Name of the template that takes over without a photo; empty when this one stays."""
        return self.composition(CardSize.OG).without_photo


def template_for(name: str, *, has_photo: bool) -> CardTemplate:
    """Choose the template to draw with; one made around a photo gives way when there is none."""
    if name not in names():
        raise BadPayload(f"There is no card template {name!r}: choose one of {', '.join(names())}.")
    chosen = _loaded(name)
    return chosen if has_photo or not chosen.without_photo else _loaded(chosen.without_photo)


@lru_cache
def names() -> tuple[str, ...]:
    """Return the names of all templates."""
    return tuple(sorted({path.stem for path in TEMPLATES_FOLDER.glob("*.yaml")} | {*_tried}))


def try_out(path: Path) -> str:
    """Let this process draw with a template file from anywhere; returns the template's name.

    Instead of one of the same name, if there is one. Raises Misconfigured for a wrong file.
    """
    template = load_template(path)
    check(template)
    _tried[template.name] = template
    names.cache_clear()
    return template.name


def check_fields(card: Card, template: CardTemplate) -> None:
    """Raise BadPayload for a field that the template lacks, needs, or finds too long."""
    known = template.fields
    for name, text in card.details:
        if name not in known:
            choice = f"it has {', '.join(known)}" if known else "it has no fields of its own"
            raise BadPayload(f"The template {template.name} has no field {name!r}: {choice}.")
        if len(text) > known[name].longest:
            raise BadPayload(
                f"{known[name].label} has {len(text)} characters and the template "
                f"{template.name} takes {known[name].longest}: shorten it."
            )
    for name, spec in known.items():
        if spec.required and not words_in(card, template.fields, name):
            raise BadPayload(f"The template {template.name} needs {spec.label} ({name}): give it.")


def words_in(card: Card, fields: Mapping[str, FieldSpec], name: str) -> str:
    """Return what stands in a field: what was given, else what the story has for it."""
    text = card.text(name)
    if text or name not in fields or not fields[name].source:
        return text
    return card.text(fields[name].source)


def templates() -> dict[str, CardTemplate]:
    """Load and check every template in every size; raises Misconfigured for a wrong one."""
    found = {name: _loaded(name) for name in names()}
    for template in found.values():
        check(template)
        if template.without_photo and template.without_photo not in found:
            raise Misconfigured(
                f"{template.name}.yaml: without_photo: there is no template "
                f"{template.without_photo!r}; choose one of {', '.join(found)}."
            )
    return found


def check(template: CardTemplate) -> None:
    """Raise Misconfigured for the first size in which a template is wrong."""
    for size in CardSize:
        for is_bare in (False, True):
            composition = template.composition(size, is_bare=is_bare)
            for font in composition.fonts.values():
                stack_of(font)
            for label in labels_in(composition):
                label_of(label, "en", field=str)


def load_template(path: Path) -> CardTemplate:
    """Read one template file, which may stand anywhere."""
    table = read_table(path)
    house = [HOUSE_FOLDER / "labels.yaml", HOUSE_FOLDER / "sizes.yaml"]
    whole = b"".join(each.read_bytes() for each in (path, *house))
    return CardTemplate(path.stem, hashlib.sha256(whole).hexdigest()[:8], table)


def _loaded(name: str) -> CardTemplate:
    return _tried.get(name) or _from_house(name)


@lru_cache
def _from_house(name: str) -> CardTemplate:
    return load_template(TEMPLATES_FOLDER / f"{name}.yaml")
