"""Cards: the price of a new headline, and of a photo that was never seen before.

The floor is what no renderer of JPEGs can go below: a copy of finished pixels, encoded.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageEnhance

from service.cards.draw import draw
from service.domain.card import Card, CardSize
from tests.bench.rounds import figure, medians

_ROUNDS = 40
_QUALITY = 88
_PHOTO = Path(__file__).parents[2] / "assets" / "sample" / "photo.jpg"


def figures() -> Iterator[str]:
    photo = _PHOTO.read_bytes()
    # Made beforehand: making a photo is nobody's work here.
    photos = [_altered(photo, number) for number in range(_ROUNDS + 10)]
    layer = Image.open(io.BytesIO(draw(_card(-1), CardSize.OG, photo=photo).data)).convert("RGB")
    times = medians(
        _ROUNDS,
        floor=lambda _number: _encoded(layer.copy()),
        same=lambda number: draw(_card(number), CardSize.OG, photo=photo),
        new=lambda number: draw(_card(number), CardSize.OG, photo=photos[number]),
    )
    floor, same, new = times["floor"], times["same"], times["new"]
    yield figure("card, same photo", same, floor=floor, against="copying a layer and encoding it")
    yield figure("card, new photo", new, floor=same, against="the same photo")


def _card(number: int) -> Card:
    """A card of its own for every round: a headline is never drawn twice."""
    headline = f"Harbour lighthouse shines again after {number + 40} dark and stormy years"
    return Card(headline=headline, kicker="Harbour", byline="Mara Lindqvist", site_name="Courier")


def _altered(photo: bytes, number: int) -> bytes:
    picture = Image.open(io.BytesIO(photo))
    return _encoded(ImageEnhance.Brightness(picture).enhance(0.7 + number / 100))


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling="4:2:0")
    return buffer.getvalue()
