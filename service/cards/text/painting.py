"""Paints a line of text onto a picture.

Drawn lines are kept: a card whose byline changes has its headline drawn already. What is kept is
no plain mask but a picture whose colour is multiplied by its coverage (Pillow's mode RGBa): pasted
through itself, it is blended five times faster than a colour through a mask, to the same pixels.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from PIL import Image

from service.cards.text.engine import ENGINE
from service.cards.text.shaping import ShapedLine, pixel_box

Rgb = tuple[int, int, int]

# Enough for the lines of a dozen cards in progress.
_MOST_BYTES = 8_000_000
# Lines begin on quarters of a pixel, so that one of any place serves all.
_STEPS = 4
_BYTES_PER_PIXEL = 4
_FULL = 255


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a line leaves on a picture, with the place of its corner seen from its origin."""

    left: int
    top: int
    pictures: tuple[Image.Image, ...]

    @property
    def weight(self) -> int:
        return sum(image.width * image.height * _BYTES_PER_PIXEL for image in self.pictures)


_Key = tuple[ShapedLine, float, float, Rgb]
_kept: OrderedDict[_Key, _Drawn] = OrderedDict()
_lock = threading.Lock()
_weight = 0


def paint_line(
    image: Image.Image, line: ShapedLine, *, size: float, left: float, baseline: float, colour: Rgb
) -> None:
    """Paint `line` so that its ink begins at `left`; what hangs out stands before that."""
    origin = round((left - line.ink.left * size) * _STEPS) / _STEPS
    whole = int(origin // 1)
    drawn = _drawn(line, size, origin - whole, colour)
    if drawn is None:
        return
    place = whole + drawn.left, round(baseline) + drawn.top
    for picture in drawn.pictures:
        # Only RGB takes a multiplied picture as it is.
        source = picture if image.mode == "RGB" else picture.convert("RGBA")
        image.paste(source, place, source)


def _drawn(line: ShapedLine, size: float, shift: float, colour: Rgb) -> _Drawn | None:
    key = line, size, shift, colour
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    drawn = _draw(line, size, shift, colour)
    if drawn is not None:
        _keep(key, drawn)
    return drawn


def _draw(line: ShapedLine, size: float, shift: float, colour: Rgb) -> _Drawn | None:
    box = pixel_box(line, size, shift)
    if box is None:
        return None
    letters = [piece for piece in line.pieces if not piece.face.is_colour]
    pictures = [
        ENGINE.picture(piece, size, box, shift, colour)
        for piece in line.pieces
        if piece.face.is_colour
    ]
    if letters:
        pictures.insert(0, _coloured(ENGINE.mask(letters, size, box, shift), colour))
    return _Drawn(box[0], -box[3], tuple(pictures))


def _coloured(mask: Image.Image, colour: Rgb) -> Image.Image:
    bands = {value: _multiplied(mask, value) for value in colour}
    return Image.merge("RGBa", (*(bands[value] for value in colour), mask))


def _multiplied(mask: Image.Image, value: int) -> Image.Image:
    if value == _FULL:
        return mask
    return mask.point([round(value * share / _FULL) for share in range(_FULL + 1)])


def _keep(key: _Key, drawn: _Drawn) -> None:
    global _weight  # noqa: PLW0603 - one store for the process
    with _lock:
        if key in _kept or drawn.weight > _MOST_BYTES:
            return
        _kept[key] = drawn
        _weight += drawn.weight
        while _weight > _MOST_BYTES:
            _weight -= _kept.popitem(last=False)[1].weight
