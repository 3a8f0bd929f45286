"""Draws a card: the one public way from a `Card` to a finished picture.

Pure: the same card, pictures and template give the same bytes. Characters that no font has are left
out and named in the answer, never drawn as boxes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PIL import Image

from service.cards.layout.arrange import arrange
from service.cards.layout.places import Arrangement
from service.cards.painting.brands import Read, dress_for
from service.cards.painting.canvas import PictureMissing, Source, paint
from service.cards.picture.encode import encode
from service.cards.template.catalogue import CardTemplate, check_fields, template_for
from service.cards.template.schema import Composition
from service.domain.card import Card, CardSize, ImageFormat, Rendition

# Part of every kept picture's name: raise it when the same template comes out differently.
DRAWING = 2


def nothing(_digest: str) -> bytes | None:
    """Read from a place where nothing is kept."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A card's picture and what there is to say of it.

    `missing` holds the characters that no font has; `is_shortened` tells that a text ends in an
    ellipsis; `lacking` names the pictures that the card wants and that are not kept.
    """

    rendition: Rendition
    template: CardTemplate
    missing: frozenset[str]
    is_shortened: bool
    lacking: tuple[str, ...] = ()

    @property
    def missing_points(self) -> str:
        """The missing characters by their numbers, as nobody here could read the letters."""
        return " ".join(f"U+{ord(character):04X}" for character in sorted(self.missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A card laid out and painted, before it is encoded."""

    card: Card
    composition: Composition
    arrangement: Arrangement
    image: Image.Image


def draw(
    card: Card,
    size: CardSize,
    *,
    read: Read = nothing,
    image_format: ImageFormat = ImageFormat.JPEG,
    max_bytes: int | None = None,
) -> Drawing:
    """Draw `card` in one size; `read` gives pictures, brand and fonts by their digests.

    Raises BadPayload for an unusable picture, an unknown template or a wrong field.
    """
    lacking: list[str] = []
    while True:
        template = template_of(card)
        try:
            sketch = paint_card(card, size, template=template, read=read)
            break
        except PictureMissing as missing:
            lacking.append(missing.name)
            card = _without(card, missing.name)
    limit = size.max_bytes if max_bytes is None else max_bytes
    data = encode(sketch.image, image_format, max_bytes=limit, credit=card.credit)
    return Drawing(
        rendition=Rendition(size, image_format, data),
        template=template,
        missing=sketch.arrangement.missing,
        is_shortened=sketch.arrangement.is_shortened,
        lacking=tuple(lacking),
    )


def paint_card(card: Card, size: CardSize, *, template: CardTemplate, read: Read) -> Sketch:
    """Lay out and paint a card; raises PictureMissing for a picture that is not kept."""
    check_fields(card, template)
    composition = template.composition(size, is_bare=is_bare(card, template))
    arrangement = arrange(card, composition, dress_for(card.brand, read))
    image = paint(arrangement, size, Source(card=card, read=read))
    return Sketch(card=card, composition=composition, arrangement=arrangement, image=image)


def template_of(card: Card) -> CardTemplate:
    """Return the template that a card is drawn with."""
    return template_for(card.template, has_photo=bool(card.photo))


def is_bare(card: Card, template: CardTemplate) -> bool:
    """Tell whether the picture or the text that the template is made around is absent."""
    wanted = template.composition(CardSize.OG).needs
    pictures: Mapping[str, str] = {"photo": card.photo, "portrait": card.portrait}
    return not (pictures[wanted] if wanted in pictures else card.text(wanted))


def _without(card: Card, picture: str) -> Card:
    bare = replace(card, photo="") if picture == "photo" else replace(card, portrait="")
    # The template that takes over has fields of its own.
    known = template_of(bare).fields
    return replace(bare, details=tuple(each for each in card.details if each[0] in known))
