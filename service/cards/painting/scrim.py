"""Darkens a photo behind text: as much as its contrast needs, by the photo's own pixels."""

import math

from PIL import Image, ImageChops, ImageFilter, ImageStat

from service.cards.layout.dress import LINEAR, luminance, luminance_contrast
from service.cards.layout.places import Box, PlacedScrim, Rgb

# The photo's own hue, deep and a little stronger than it is, mixed into the scrim: a plain black
# one looks like a stain on a warm photo.
_TINT = 0.7
_TINT_STRENGTH = 1.5
_TINT_BRIGHTNESS = 40
# A bright photo without a hue of its own (snow, haze, a white studio) is darkened as the evening
# would: in a neutral shade it looks like fog. The mean brightness from which on, the one that wants
# all of it, and the saturation that has a hue.
_DUSK: Rgb = (6, 20, 48)
_BRIGHT, _DAZZLING = 110.0, 190.0
_COLOURFUL = 0.85
_HUE_SAMPLE = (60, 40)
# Cells over which brightness behind text is averaged, and the share of them that must be dark
# enough: a lamp of one pixel does not make a word unreadable.
CELL = 4
ENOUGH = 0.97
_DARKEST = 0.94
_DEEPENING = 0.7
# How much of what is left of a dazzling photo goes, beyond what the contrast needs.
_NIGHTFALL = 0.7
# What is smaller than this many cells is detail. The mean difference (of 255) that disturbs nobody,
# how much more wants a full scrim, and the most that is done for it.
_DETAIL = 6
_QUIET = 10.0
_BUSY = 36.0
_CALMEST = 0.6


def paint_scrim(image: Image.Image, scrim: PlacedScrim) -> Rgb:
    """Darken `image` where the scrim's texts will stand, and return the colour of the shade.

    The strength only ever grows towards the bottom, and the image below the photo takes its shade.
    """
    left, top, right, bottom = scrim.box.pixels
    photo = image.crop((left, top, right, bottom))
    # A hue needs no more than one pixel in some hundreds.
    mean = ImageStat.Stat(photo.resize(_HUE_SAMPLE, Image.Resampling.NEAREST)).mean
    strong = _intense(mean)
    fog = _fog(mean, strong)
    shade = _tinted(scrim.colour, strong, fog)
    strengths = _strengths(scrim, photo, shade, card_height=image.height)
    strengths = _deepened(_darker(strengths, fog))
    if scrim.layer.melt:
        strengths = _melted(strengths, scrim.layer.melt * photo.height)
    first = next((y for y, strength in enumerate(strengths) if strength), len(strengths))
    if first < len(strengths):
        _darken(image, shade, strengths[first:], at=(left, top + first), width=right - left)
    if bottom < image.height:
        image.paste(shade, (0, bottom, image.width, image.height))
    return shade


def _darken(
    image: Image.Image, shade: Rgb, strengths: list[float], *, at: tuple[int, int], width: int
) -> None:
    column = Image.frombytes("L", (1, len(strengths)), bytes(round(255 * s) for s in strengths))
    bands = [column.point([round(value * s / 255) for s in range(256)]) for value in shade]
    # A picture multiplied by its own coverage is blended three times as fast as a colour through
    # a mask.
    veil = Image.merge("RGBa", [*bands, column]).resize(
        (width, len(strengths)), Image.Resampling.NEAREST
    )
    image.paste(veil, at, veil)


def _strengths(
    scrim: PlacedScrim, photo: Image.Image, shade: Rgb, *, card_height: int
) -> list[float]:
    """Return the scrim's strength for every row of the photo."""
    fade = scrim.layer.reach * card_height
    strengths = [0.0] * photo.height
    reached = 0.0
    for zone in sorted(scrim.zones, key=lambda zone: zone.box.top):
        box = Box(
            zone.box.left - scrim.box.left,
            zone.box.top - scrim.box.top,
            zone.box.right - scrim.box.left,
            zone.box.bottom - scrim.box.top,
        )
        needed = _needed_strength(
            photo, box, shade, ink=luminance(zone.ink), wanted=scrim.layer.contrast
        )
        if needed <= reached:
            continue
        reached = needed
        full = min(photo.height, max(0, math.ceil(box.top)))
        for y in range(max(0, math.floor(box.top - fade)), full):
            strengths[y] = max(strengths[y], needed * _eased((y - box.top + fade) / fade))
        strengths[full:] = [needed] * (photo.height - full)
    return strengths


def _needed_strength(
    photo: Image.Image, behind: Box, shade: Rgb, *, ink: float, wanted: float
) -> float:
    """Return the least strength of scrim that gives a line of text its contrast."""
    area = (
        max(0, math.floor(behind.left)),
        max(0, math.floor(behind.top)),
        min(photo.width, math.ceil(behind.right)),
        min(photo.height, math.ceil(behind.bottom)),
    )
    if area[0] >= area[2] or area[1] >= area[3]:
        return 0.0
    cells = photo.crop(area).reduce(CELL)
    brightness = _bright_part(cells.convert("L"))
    dark = sum(shade) / 3
    weakest, strongest = 0, round(100 * _DARKEST)
    # Contrast only grows with the strength: the least that is enough is found by halving.
    while weakest < strongest:
        middle = (weakest + strongest) // 2
        mixed = LINEAR[math.ceil(brightness * (1 - middle / 100) + dark * middle / 100)]
        if luminance_contrast(ink, mixed) >= wanted:
            strongest = middle
        else:
            weakest = middle + 1
    return max(min(_DARKEST, strongest / 100), _calming(cells))


def _calming(cells: Image.Image) -> float:
    """Return the strength that quietens a busy photo: letters drown in detail, however dark.

    Poppies in a meadow are hardly brighter than the grass: what counts is the busiest colour.
    """
    detail = ImageChops.difference(cells, cells.filter(ImageFilter.BoxBlur(_DETAIL)))
    busiest = max(ImageStat.Stat(detail).mean)
    return min(_CALMEST, max(0.0, (busiest - _QUIET) / _BUSY))


def _bright_part(grey: Image.Image) -> int:
    counts = grey.histogram()
    wanted = ENOUGH * sum(counts)
    seen = 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _deepened(strengths: list[float]) -> list[float]:
    """Let a strong scrim go on growing below the text's top: an even one looks like fog."""
    top = next((y for y, strength in enumerate(strengths) if strength), len(strengths))
    span = max(1, len(strengths) - top)
    return [
        strength + (1 - strength) * strength * _DEEPENING * max(0, y - top) / span
        for y, strength in enumerate(strengths)
    ]


def _darker(strengths: list[float], fog: float) -> list[float]:
    """Let it be dusk: a bright photo that is just dark enough is grey all over."""
    return [s + (1 - s) * s * _NIGHTFALL * fog for s in strengths]


def _melted(strengths: list[float], melt: float) -> list[float]:
    height = len(strengths)
    passing = [_eased((y - height + melt) / melt) for y in range(height)]
    return [1 - (1 - a) * (1 - b) for a, b in zip(strengths, passing, strict=True)]


def _eased(share: float) -> float:
    inside = min(1.0, max(0.0, share))
    return inside * inside * (3 - 2 * inside)


def _intense(mean: list[float]) -> list[float]:
    grey = sum(mean) / 3
    return [max(0.0, grey + (channel - grey) * _TINT_STRENGTH) for channel in mean]


def _fog(mean: list[float], strong: list[float]) -> float:
    """Return how much a photo would look like fog in a shade of its own hue, from 0 to 1."""
    glare = _eased((sum(mean) / 3 - _BRIGHT) / (_DAZZLING - _BRIGHT))
    saturation = 1 - min(strong) / max(*strong, 1.0)
    return glare * _eased(1 - saturation / _COLOURFUL)


def _tinted(colour: Rgb, strong: list[float], fog: float) -> Rgb:
    brightest = max(*strong, 1.0)
    mood = [channel / brightest * _TINT_BRIGHTNESS for channel in strong]
    mixed = [c + (m - c) * _TINT for c, m in zip(colour, mood, strict=True)]
    red, green, blue = (round(m + (d - m) * fog) for m, d in zip(mixed, _DUSK, strict=True))
    return red, green, blue
