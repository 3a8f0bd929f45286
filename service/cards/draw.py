"""Draws a card: the one public way from a `Card` and a photo to a finished picture.

Pure: the same card, photo and template give the same bytes. Characters that no font has are left
out and named in the log, never drawn as boxes.
"""

import hashlib
import math

import structlog
from PIL import Image, ImageDraw

from service.cards.layout import (
    Arrangement,
    Box,
    PlacedBox,
    PlacedLine,
    PlacedScrim,
    arrange,
)
from service.cards.picture.decode import decode
from service.cards.picture.encode import encode
from service.cards.template.schema import Composition, GroundLayer, PhotoLayer, template_for
from service.cards.text.shaping import raster
from service.domain.card import Card, CardSize, ImageFormat, Rendition

# Part of every kept picture's name: raise it when the same template comes out differently.
DRAWING = 1

_log = structlog.get_logger()

_Colour = tuple[int, int, int]

# The photo's own hue, deep and a little stronger than it is, mixed into the scrim: a plain black
# one looks like a stain on a warm photo.
_TINT = 0.7
_TINT_STRENGTH = 1.5
_TINT_BRIGHTNESS = 40
# Cells over which brightness behind text is averaged, and the share of them that must be dark
# enough: a lamp of one pixel does not make a word unreadable.
_CELL = 6
_DARK_ENOUGH = 0.97
_DARKEST_SCRIM = 0.94
_DEEPENING = 0.7
_SMOOTH = 2


def draw(
    card: Card,
    size: CardSize,
    *,
    photo: bytes | None = None,
    image_format: ImageFormat = ImageFormat.JPEG,
    max_bytes: int = 300_000,
) -> Rendition:
    """Draw `card` in one size; raises BadPayload for an unusable photo or an unknown template."""
    template = template_for(card.template, has_photo=photo is not None)
    composition = template.compositions[size]
    arrangement = arrange(card, composition, size)
    if arrangement.missing:
        _log.warning(
            "The card lacks characters that no font has",
            card=card.digest,
            missing=" ".join(f"U+{ord(c):04X}" for c in sorted(arrangement.missing)),
        )
    image = paint(card, composition, arrangement, size=size, photo=photo)
    return Rendition(size, image_format, encode(image, image_format, max_bytes=max_bytes))


def paint(
    card: Card,
    composition: Composition,
    arrangement: Arrangement,
    *,
    size: CardSize,
    photo: bytes | None,
) -> Image.Image:
    """Paint an arrangement, layer upon layer."""
    return _Canvas(card, composition, size, photo).painted(arrangement)


class _Canvas:
    def __init__(
        self, card: Card, composition: Composition, size: CardSize, photo: bytes | None
    ) -> None:
        self._card = card
        self._composition = composition
        self._size = size
        self._photo = photo
        self._photo_height = 0
        self._colours = {name: composition.colour(name) for name in composition.colours}
        ground = self._colours[composition.ground]
        self._image = Image.new("RGB", (size.width, size.height), ground)

    def painted(self, arrangement: Arrangement) -> Image.Image:
        for thing in arrangement.placed:
            match thing:
                case PhotoLayer():
                    self._paint_photo(thing)
                case PlacedScrim():
                    self._paint_scrim(thing)
                case GroundLayer():
                    self._paint_ground(thing, is_mirrored=bool(arrangement.direction))
                case PlacedBox():
                    self._paint_box(thing)
                case PlacedLine():
                    self._paint_line(thing)
        return self._image

    def _paint_photo(self, layer: PhotoLayer) -> None:
        if self._photo is None:
            return
        box = (self._size.width, round(self._size.height * layer.height))
        picture = cover(
            decode(self._photo, covering=box), box, focus=(layer.focus_x, layer.focus_y)
        )
        self._image.paste(picture, (0, 0))
        self._photo_height = box[1]

    def _paint_scrim(self, scrim: PlacedScrim) -> None:
        if not self._photo_height:
            return
        width, height = self._size.width, self._photo_height
        picture = self._image.crop((0, 0, width, height))
        name = scrim.layer.colour
        self._colours[name] = shade = _tinted(self._colours[name], picture)
        strengths = self._strengths(scrim, picture, shade)
        melt = scrim.layer.melt * height
        if melt:
            melted = [_eased((y - height + melt) / melt) for y in range(height)]
            strengths = [1 - (1 - a) * (1 - b) for a, b in zip(strengths, melted, strict=True)]
        column = Image.frombytes("L", (1, height), bytes(round(255 * s) for s in strengths))
        self._image.paste(shade, (0, 0, width, height), column.resize((width, height)))
        self._image.paste(shade, (0, height, width, self._size.height))

    def _strengths(self, scrim: PlacedScrim, picture: Image.Image, shade: _Colour) -> list[float]:
        """Return the scrim's strength for every row: it only ever grows towards the bottom."""
        fade = scrim.layer.reach * self._size.height
        strengths = [0.0] * picture.height
        reached = 0.0
        for line in sorted(scrim.behind, key=lambda line: line.box.top):
            needed = _needed_strength(
                picture,
                line.box,
                shade,
                ink=_luminance_of(self._colours[line.colour]),
                wanted=scrim.layer.contrast,
            )
            if needed <= reached:
                continue
            reached = needed
            strengths = [
                max(strength, needed * _eased((y - line.box.top + fade) / fade))
                for y, strength in enumerate(strengths)
            ]
        return _deepened(strengths)

    def _paint_ground(self, layer: GroundLayer, *, is_mirrored: bool) -> None:
        size = self._image.size
        slope = Image.linear_gradient("L").resize(size, Image.Resampling.BILINEAR)
        self._image.paste(self._colours[layer.colour], (0, 0, *size))
        self._image.paste(self._colours[layer.colour_end], (0, 0), slope)
        if layer.pattern == "ripples":
            mask = _ripples(self._card.headline, size, strength=layer.pattern_strength)
            if is_mirrored:
                mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            self._image.paste(self._colours[layer.pattern_colour], (0, 0), mask)

    def _paint_box(self, placed: PlacedBox) -> None:
        box = placed.box
        left, top = round(box.left), round(box.top)
        width, height = max(1, round(box.width)), max(1, round(box.height))
        # Drawn large and scaled down: Pillow's own corners are jagged.
        mask = Image.new("L", (width * 4, height * 4), 0)
        ImageDraw.Draw(mask).rounded_rectangle(
            (0, 0, width * 4 - 1, height * 4 - 1),
            radius=placed.radius * 4,
            fill=round(255 * placed.opacity),
        )
        self._image.paste(self._colours[placed.colour], (left, top), mask.reduce(4))

    def _paint_line(self, placed: PlacedLine) -> None:
        drawn = raster(placed.line, placed.size)
        if drawn is None:
            return
        mask, offset, top = drawn
        # `left` is where the ink begins: big letters would otherwise stand in from the chip's edge.
        origin = round(placed.left - placed.line.ink.left * placed.size)
        place = (origin + offset, round(placed.baseline) + top)
        self._image.paste(self._colours[placed.colour], place, mask)


def cover(picture: Image.Image, box: tuple[int, int], *, focus: tuple[float, float]) -> Image.Image:
    """Fill `box` with the picture, cutting what is too much away from `focus`."""
    scale = max(box[0] / picture.width, box[1] / picture.height)
    width, height = box[0] / scale, box[1] / scale
    left = (picture.width - width) * focus[0]
    top = (picture.height - height) * focus[1]
    # The exact fractional box, as rounding would shift the picture by up to a pixel; but no further
    # out than the picture, which is where floating point can end.
    exact = (
        max(0.0, left),
        max(0.0, top),
        min(float(picture.width), left + width),
        min(float(picture.height), top + height),
    )
    return picture.resize(box, Image.Resampling.BICUBIC, box=exact)


def contrast(one: float, other: float) -> float:
    """Return the contrast of two relative luminances (WCAG 2.2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(value: float) -> float:
    """Return the relative luminance of a grey of 0 to 255."""
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own figures


def _luminance_of(colour: _Colour) -> float:
    red, green, blue = (luminance(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _tinted(colour: _Colour, picture: Image.Image) -> _Colour:
    mean = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    if not isinstance(mean, tuple):
        return colour
    grey = sum(mean) / 3
    strong = [max(0.0, grey + (channel - grey) * _TINT_STRENGTH) for channel in mean]
    brightest = max(*strong, 1.0)
    mood = [channel / brightest * _TINT_BRIGHTNESS for channel in strong]
    mixed = [round(c + (m - c) * _TINT) for c, m in zip(colour, mood, strict=False)]
    return mixed[0], mixed[1], mixed[2]


def _deepened(strengths: list[float]) -> list[float]:
    """Let a strong scrim go on growing below the text's top: an even one looks like fog."""
    top = next((y for y, strength in enumerate(strengths) if strength), len(strengths))
    span = max(1, len(strengths) - top)
    return [
        strength + (1 - strength) * strength * _DEEPENING * max(0, y - top) / span
        for y, strength in enumerate(strengths)
    ]


def _needed_strength(
    picture: Image.Image, behind: Box, shade: _Colour, *, ink: float, wanted: float
) -> float:
    """Return the least strength of scrim that gives a line of text its contrast."""
    area = (
        max(0, math.floor(behind.left)),
        max(0, math.floor(behind.top)),
        min(picture.width, math.ceil(behind.right)),
        min(picture.height, math.ceil(behind.bottom)),
    )
    if area[0] >= area[2] or area[1] >= area[3]:
        return 0.0
    brightness = _bright_part(picture.crop(area).convert("L").reduce(_CELL))
    dark = sum(shade) / 3
    for percent in range(round(100 * _DARKEST_SCRIM)):
        strength = percent / 100
        mixed = brightness * (1 - strength) + dark * strength
        if contrast(ink, luminance(mixed)) >= wanted:
            return strength
    return _DARKEST_SCRIM


def _bright_part(grey: Image.Image) -> int:
    counts = grey.histogram()
    wanted = _DARK_ENOUGH * sum(counts)
    seen = 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _eased(share: float) -> float:
    inside = min(1.0, max(0.0, share))
    return inside * inside * (3 - 2 * inside)


def _ripples(headline: str, size: tuple[int, int], *, strength: float) -> Image.Image:
    """Draw rings around a point near the upper end: where and how wide, the headline decides."""
    chance = hashlib.sha256(headline.encode("utf-8", "replace")).digest()
    width, height = size[0] * _SMOOTH, size[1] * _SMOOTH
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    x = width * (0.74 + 0.2 * chance[0] / 255)
    y = min(width, height) * (0.05 + 0.28 * chance[1] / 255)
    reach = math.hypot(width, height) * 0.62
    radius = 18.0 * _SMOOTH
    for index in range(2, 60):
        byte = chance[index % len(chance)]
        thickness = round((2 + byte % 13) * _SMOOTH)
        left = 1 - radius / reach
        if left <= 0:
            break
        pen.ellipse(
            (x - radius, y - radius, x + radius, y + radius),
            outline=round(255 * strength * left),
            width=thickness,
        )
        radius += thickness + (14 + byte // 9) * _SMOOTH
    return mask.reduce(_SMOOTH)
