"""Paints a laid-out card: first everything that is no text, which is kept, and then the texts."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PIL import Image

from service.cards.layout.places import (
    Arrangement,
    PlacedFill,
    PlacedLogo,
    PlacedPattern,
    PlacedPicture,
    PlacedQr,
    PlacedScrim,
    PlacedShape,
)
from service.cards.painting.layers import LayerCache
from service.cards.painting.patterns import pattern_mask
from service.cards.painting.scrim import paint_scrim
from service.cards.painting.shapes import paint_fill, qr_picture, shape_mask
from service.cards.picture.cut import cover, is_decoded_for
from service.cards.picture.decode import decode
from service.cards.picture.focus import find_focus
from service.cards.picture.logo import decode_logo
from service.cards.text.painting import paint_line
from service.domain.card import Card, CardSize, Focus

Read = Callable[[str], bytes | None]

# Eight og cards, or two photos and a story's layer: a worker stays far below 150 MB.
_LAYERS = LayerCache(24_000_000)
_PHOTOS = LayerCache(20_000_000)
# Faces are nearly always in the upper half of a portrait.
_PORTRAIT_FOCUS = Focus(0.5, 0.38)


class PictureMissing(Exception):
    """A picture that the card names is not kept here."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a card's pictures come from: their digests, where they are read, and their focus."""

    card: Card
    read: Read


def paint(arrangement: Arrangement, size: CardSize, source: Source) -> Image.Image:
    """Return the finished card; raises PictureMissing and BadPayload."""
    image = paint_ground(arrangement, size, source).copy()
    for line in arrangement.lines:
        paint_line(
            image,
            line.line,
            size=line.size,
            left=line.left,
            baseline=line.baseline,
            colour=line.colour,
        )
    return image


def paint_ground(arrangement: Arrangement, size: CardSize, source: Source) -> Image.Image:
    """Return everything but the texts. It is kept and must not be painted on."""
    card = source.card
    key = (size, arrangement.ground, arrangement.shapes, card.photo, card.portrait, card.focus)
    return _LAYERS.get(key, lambda: _ground(arrangement, size, source))


def forget_layers() -> None:
    """Empty the memory of this process, as if it had just started."""
    _LAYERS.clear()
    _PHOTOS.clear()


def _ground(arrangement: Arrangement, size: CardSize, source: Source) -> Image.Image:
    image = Image.new("RGB", (size.width, size.height), arrangement.ground)
    for shape in arrangement.shapes:
        image = _painted(image, shape, source)
    return image


def _painted(image: Image.Image, shape: PlacedShape, source: Source) -> Image.Image:
    match shape:
        case PlacedPicture():
            return _with_picture(image, shape, source)
        case PlacedScrim():
            paint_scrim(image, shape)
        case PlacedFill():
            paint_fill(image, shape)
        case PlacedPattern():
            _paint_pattern(image, shape)
        case PlacedLogo():
            _paint_logo(image, shape, source)
        case PlacedQr():
            _paint_qr(image, shape)
    return image


def _with_picture(image: Image.Image, placed: PlacedPicture, source: Source) -> Image.Image:
    box = placed.box.pixels
    extent = (box[2] - box[0], box[3] - box[1])
    picture = _cut(placed, extent, source)
    if placed.shape == "rect" and not placed.radius:
        if extent == image.size:
            return picture.copy()
        image.paste(picture, box)
    else:
        image.paste(picture, box, shape_mask(extent, placed.shape, placed.radius, 1.0))
    return image


def _cut(placed: PlacedPicture, extent: tuple[int, int], source: Source) -> Image.Image:
    digest = source.card.photo if placed.name == "photo" else source.card.portrait
    picture = _opened(digest, placed.name, extent, source.read)
    focus = source.card.focus if placed.name == "photo" else _PORTRAIT_FOCUS
    if focus is None:
        focus = find_focus(picture)
    return cover(picture, extent, focus=(focus.x, focus.y))


def _opened(digest: str, name: str, extent: tuple[int, int], read: Read) -> Image.Image:
    """Return a picture at least as large as wanted, decoded once for all the sizes it serves."""

    def is_it(key: Hashable, kept: Image.Image) -> bool:
        return isinstance(key, tuple) and key[0] == digest and is_decoded_for(kept, extent)

    known = _PHOTOS.find(is_it)
    if known:
        return known
    data = read(digest)
    if data is None:
        raise PictureMissing(name)
    return _PHOTOS.get((digest, extent), lambda: decode(data, covering=extent))


def _paint_pattern(image: Image.Image, placed: PlacedPattern) -> None:
    box = placed.box.pixels
    extent = (box[2] - box[0], box[3] - box[1])
    mask = pattern_mask(placed.pattern, placed.seed, extent, strength=placed.strength)
    if placed.is_mirrored:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image.paste(placed.colour, box, mask)


def _paint_logo(image: Image.Image, placed: PlacedLogo, source: Source) -> None:
    data = source.read(placed.digest)
    if data is None:
        return
    left, top, right, bottom = placed.box.pixels
    logo = decode_logo(data).resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    image.paste(logo, (left, top), logo)


def _paint_qr(image: Image.Image, placed: PlacedQr) -> None:
    left, top, right, _ = placed.box.pixels
    code = qr_picture(placed.content, right - left, colour=placed.colour, ground=placed.ground)
    image.paste(code, (left, top))
