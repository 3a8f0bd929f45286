"""Cuts a photo to the box it has to fill.

Scaling is what costs: where the photo already has the right size it is only cut, and far too large
ones are first made of whole squares of pixels.
"""

from typing import NamedTuple

from PIL import Image

# Where a decoded picture says which box of its pixels is picture: the last row of a scaled one
# stands for less than a row. Taking it for a full one shifts everything by a quarter pixel.
EXTENT = "extent"

# From 3 times too large on, squares of pixels are averaged first, until 1.5 times are left.
_GAP = 1.5
_OFF_THE_MIDDLE = 0.35


class Box(NamedTuple):
    """A part of a picture, in pixels and their fractions."""

    left: float
    top: float
    right: float
    bottom: float


def cover(picture: Image.Image, box: tuple[int, int], *, focus: tuple[float, float]) -> Image.Image:
    """Fill `box` with the picture, cutting what is too much away far from `focus`.

    The point of focus (shares of width and height) comes near the middle of the cut and keeps a
    third of its distance from it, as photographers place things off the middle on purpose.
    """
    exact = part_for(picture, box, focus=focus)
    width, height = exact.right - exact.left, exact.bottom - exact.top
    if width == box[0] and height == box[1]:
        left, top = round(exact.left), round(exact.top)
        cut = picture.crop((left, top, left + box[0], top + box[1]))
    else:
        cut = picture.resize(box, Image.Resampling.BICUBIC, box=exact, reducing_gap=_GAP)
    cut.info = {}
    return cut


def is_decoded_for(picture: Image.Image, box: tuple[int, int]) -> bool:
    """Say whether a JPEG decoded for another box is the very picture that this one would get.

    It must be large enough, and half of it must not: a card comes out the same whatever was drawn
    before it.
    """
    left, top, right, bottom = _extent(picture)
    return 1 <= min((right - left) / box[0], (bottom - top) / box[1]) < 2  # noqa: PLR2004 - halves


def part_for(picture: Image.Image, box: tuple[int, int], *, focus: tuple[float, float]) -> Box:
    """Return the part of a picture that fills a box of these proportions."""
    left, top, right, bottom = _extent(picture)
    scale = max(box[0] / (right - left), box[1] / (bottom - top))
    width = min(right - left, box[0] / scale)
    height = min(bottom - top, box[1] / scale)
    x = left + _start(right - left, width, focus[0])
    y = top + _start(bottom - top, height, focus[1])
    # No further out than the picture, which is where floating point can end.
    return Box(x, y, min(right, x + width), min(bottom, y + height))


def _start(whole: float, part: float, focus: float) -> float:
    wanted = focus * whole - part * (0.5 + (focus - 0.5) * _OFF_THE_MIDDLE)
    return max(0.0, min(whole - part, wanted))


def _extent(picture: Image.Image) -> Box:
    extent = picture.info.get(EXTENT)
    # A picture that was scaled or cut since it was decoded carries a box that is no longer its own.
    if isinstance(extent, Box) and (
        0 <= picture.width - (extent.right - extent.left) < 1
        and 0 <= picture.height - (extent.bottom - extent.top) < 1
    ):
        return extent
    return Box(0.0, 0.0, float(picture.width), float(picture.height))
