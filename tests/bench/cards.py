"""Cards: the price of new words, and of a photo that was never seen before, in each format.

The floor is what no renderer of JPEGs can go below: a copy of finished pixels, encoded.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from service.cards.draw import draw
from service.domain.card import Card, CardSize, ImageFormat
from tests.bench.rounds import figure, medians

_ROUNDS = 40
_QUALITY = 85
_UNBOUNDED = 10_000_000
_DATA = Path(__file__).parents[2] / "assets" / "sample" / "photo.jpg"
_CARD = Card(
    headline="Harbour lighthouse shines again after forty dark years",
    kicker="Harbour",
    byline="Mara Lindqvist",
    site_name="Courier",
    language="en",
    photo="the photo",
)


def figures() -> Iterator[str]:
    photo = _DATA.read_bytes()
    layer = Image.open(io.BytesIO(_drawn(photo)(_CARD))).convert("RGB")
    jpeg, png, webp = (_drawn(photo, each) for each in _FORMATS)
    times = medians(
        _ROUNDS,
        floor=lambda _number: _encoded(layer.copy()),
        byline=lambda number: jpeg(replace(_CARD, byline=f"Mara Lindqvist, {number} May")),
        headline=lambda number: jpeg(_renamed(number)),
        # What a photo is named by decides whether it was seen: the bytes may be the same.
        photo=lambda number: jpeg(replace(_renamed(number + 99), photo=f"photo {number}")),
        png=lambda number: png(_renamed(number)),
        webp=lambda number: webp(_renamed(number)),
    )
    against = "copying a layer and encoding it"
    named = {
        "byline": "card, new byline",
        "headline": "card, new headline",
        "photo": "card, new photo",
        "png": "card as PNG, new headline",
        "webp": "card as WebP, new headline",
    }
    for key, name in named.items():
        yield figure(name, times[key], floor=times["floor"], against=against)


_FORMATS = (ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP)


def _drawn(photo: bytes, image_format: ImageFormat = ImageFormat.JPEG) -> Callable[[Card], bytes]:
    def drawn(card: Card) -> bytes:
        kept = {card.photo: photo}
        drawing = draw(
            card,
            CardSize.OG,
            read=kept.get,
            image_format=image_format,
            max_bytes=_UNBOUNDED,
        )
        return drawing.rendition.data

    return drawn


def _renamed(number: int) -> Card:
    return replace(_CARD, headline=f"Harbour lighthouse shines again after {number + 40} years")


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling="4:2:0")
    return buffer.getvalue()
