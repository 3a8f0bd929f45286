"""Proofs: a card in every size and what is wrong with it, before anybody out there sees it.

Measured on the pixels, as the card is drawn, so six of them cost some tenths of a second: made for
whoever chooses a card, and not on every page that shows one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service.cards.checks import Finding, check_card
from service.cards.draw import is_bare, template_of
from service.cards.layout.arrange import arrange
from service.cards.painting.brands import dress_for
from service.cards.painting.canvas import PictureMissing
from service.cards.template.catalogue import CardTemplate
from service.cards.template.schema import AnyLayer, PhotoLayer, PictureItem, StackLayer
from service.domain.card import Card, CardSize
from service.domain.errors import BadPayload
from service.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One size. `missing` holds the characters that no font has; `problem`, why it has no card."""

    size: CardSize
    findings: tuple[Finding, ...] = ()
    missing: str = ""
    is_shortened: bool = False
    problem: str = ""

    @property
    def is_good(self) -> bool:
        return not (self.findings or self.missing or self.is_shortened or self.problem)


def proofs_of(house: House, card: Card) -> list[Proof]:
    """Try a card in every size."""
    return [_proof(house, card, size) for size in CardSize]


def pictures_of(template: CardTemplate) -> tuple[str, ...]:
    """Return which pictures a template shows: `photo`, `portrait`, both or none."""
    layers = template.composition(CardSize.OG).layers
    return tuple(sorted({name for layer in layers for name in _pictures_in(layer)}))


def _proof(house: House, card: Card, size: CardSize) -> Proof:
    read = house.renditions.reader(card)
    try:
        template = template_of(card)
        composition = template.composition(size, is_bare=is_bare(card, template))
        findings = tuple(check_card(card, size, read=read))
        arrangement = arrange(card, composition, dress_for(card.brand, read))
    except PictureMissing as missing:
        problem = f"The {missing.name} is not kept here any more: bring it once more."
        return Proof(size=size, problem=problem)
    except BadPayload as error:
        return Proof(size=size, problem=str(error))
    return Proof(
        size=size,
        findings=findings,
        missing="".join(sorted(arrangement.missing)),
        is_shortened=arrangement.is_shortened,
    )


def _pictures_in(layer: AnyLayer) -> Iterator[str]:
    if isinstance(layer, PhotoLayer):
        yield layer.picture
    if isinstance(layer, StackLayer):
        yield from (item.picture for item in layer.items if isinstance(item, PictureItem))
