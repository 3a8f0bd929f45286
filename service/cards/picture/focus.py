"""Finds the point of a photo that must stay in the picture, by what is in it and without a model.

It looks at a thumbnail of some 40 pixels: what stands out from its surroundings, what has edges,
what has the colours of skin. It is a guess, made so that equal photos, and nearly equal ones, have
the same; staff can always move it.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul

from PIL import Image, ImageChops, ImageFilter, ImageStat

from service.domain.card import Focus

_LONG_SIDE = 40
_SAMPLES = 6
# Where photos have what they show when nothing in them says otherwise: a little above the middle.
_HABIT = Focus(0.5, 0.42)
# How far from the habit things still count, in shares of the picture.
_HABIT_REACH = 0.55
# Hues of skin, from the darkest to the palest, as Cb and Cr: they differ in brightness and hardly
# in hue (Chai and Ngan 1999).
_SKIN_CB = (77, 127)
_SKIN_CR = (135, 173)
_SKIN_BRIGHTNESS = (50, 245)
_SKIN = 0.7
# A wall, a beach or a wooden table is of these hues too, but it fills half of the picture.
_MUCH_SKIN = 0.45
# What stands out most counts most.
_CONTRAST = 2
# From all of the picture to a third of it, in shares of its sides.
_WINDOWS = (2.0, 0.7, 0.5, 0.4, 0.32, 0.32)
# The least that must stand out, of 255, to be believed against the habit.
_FAINT = 9.0

_Weights = list[list[float]]


def find_focus(picture: Image.Image) -> Focus:
    """Return the point around which an RGB picture has most to see."""
    weights = _weights(_interest(_thumbnail(picture)))
    return _densest(weights) if weights else _HABIT


def _thumbnail(picture: Image.Image) -> Image.Image:
    scale = _LONG_SIDE / max(picture.size)
    size = (max(3, round(picture.width * scale)), max(3, round(picture.height * scale)))
    # A few pixels of each square stand for it: to average all of a large photo is dearer than
    # everything else here together.
    wide, high = size[0] * _SAMPLES, size[1] * _SAMPLES
    is_large = picture.width > wide and picture.height > high
    small = picture.resize((wide, high), Image.Resampling.NEAREST) if is_large else picture
    return small.convert("RGB").resize(size, Image.Resampling.BOX)


def _interest(thumbnail: Image.Image) -> Image.Image:
    """Return how much there is to see at each pixel."""
    blur = ImageFilter.BoxBlur(max(thumbnail.size) / 5)
    brightness, cb, cr = thumbnail.convert("YCbCr").split()
    apart = Image.new("L", thumbnail.size)
    for band, factor in ((brightness, 1.0), (cb, 2.0), (cr, 2.0)):
        # From its surroundings and from the picture as a whole: a sky is unlike the ground, but
        # most of the picture is sky.
        around = ImageChops.difference(band, band.filter(blur))
        mean = Image.new("L", band.size, round(ImageStat.Stat(band).mean[0]))
        whole = ImageChops.difference(band, mean)
        apart = ImageChops.add(apart, ImageChops.blend(around, whole, 0.4).point(_times(factor)))
    edges = brightness.filter(ImageFilter.FIND_EDGES)
    # The filter leaves the outermost pixels as they were, and they are no edges.
    edges = ImageChops.multiply(edges, _inside(edges.size))
    seen = ImageChops.add(apart, edges.point(_times(0.35)))
    with_skin = ImageChops.add(seen, _skin(brightness, cb, cr))
    return with_skin.filter(ImageFilter.BoxBlur(max(thumbnail.size) / 25))


def _skin(brightness: Image.Image, cb: Image.Image, cr: Image.Image) -> Image.Image:
    """Return where skin may be; less where so much is of its colours that it must be a wall."""
    mask = ImageChops.multiply(
        ImageChops.multiply(cb.point(_between(_SKIN_CB)), cr.point(_between(_SKIN_CR))),
        brightness.point(_between(_SKIN_BRIGHTNESS)),
    )
    share = ImageStat.Stat(mask).mean[0] / 255
    belief = max(0.0, 1 - share / _MUCH_SKIN)
    return mask.point(_times(_SKIN * belief))


@lru_cache(maxsize=32)
def _times(factor: float) -> list[int]:
    return [min(255, round(value * factor)) for value in range(256)]


@lru_cache(maxsize=8)
def _between(limits: tuple[int, int]) -> list[int]:
    return [255 if limits[0] <= value <= limits[1] else 0 for value in range(256)]


def _inside(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    mask.paste(255, (1, 1, size[0] - 1, size[1] - 1))
    return mask


def _weights(interest: Image.Image) -> _Weights:
    """Return, row by row, how much each place stands out; empty when none does."""
    width, height = interest.size
    values = interest.tobytes()
    floor = sum(values) / len(values)
    if max(values) - floor < _FAINT:
        return []
    # A value's weight by table: there are more pixels than values.
    table = [max(0.0, value - floor) ** _CONTRAST for value in range(256)]
    # The longer a picture is, the less its middle means.
    columns = _hill(width, _HABIT.x, _HABIT_REACH * max(1.0, width / height) ** 0.5)
    rows = _hill(height, _HABIT.y, _HABIT_REACH * max(1.0, height / width) ** 0.5)
    return [
        [
            weight * row
            for weight in map(mul, map(table.__getitem__, values[start : start + width]), columns)
        ]
        for start, row in zip(range(0, len(values), width), rows, strict=True)
    ]


def _densest(weights: _Weights) -> Focus:
    """Move from the habit to where most weight is together.

    In steps from a wide look to a narrow one: the widest sees all, so a little more weight on one
    side does not throw the point to the other.
    """
    point = _HABIT
    columns = list(zip(*weights, strict=True))
    for window in _WINDOWS:
        across = _hill(len(columns), point.x, window)
        down = _hill(len(weights), point.y, window)
        heights = [near * _product(row, across) for row, near in zip(weights, down, strict=True)]
        widths = [near * _product(line, down) for line, near in zip(columns, across, strict=True)]
        point = Focus(_balance(widths), _balance(heights))
    return Focus(round(point.x, 3), round(point.y, 3))


def _product(some: Sequence[float], others: Sequence[float]) -> float:
    return float(sum(map(mul, some, others)))


def _hill(length: int, top: float, reach: float) -> list[float]:
    """Return how near each of `length` places is to `top`, 1 at the top itself."""
    return [math.exp(-((((place + 0.5) / length - top) / reach) ** 2)) for place in range(length)]


def _balance(weights: list[float]) -> float:
    total = sum(weights)
    moments = sum(weight * (place + 0.5) for place, weight in enumerate(weights))
    return moments / total / len(weights) if total else 0.5
