"""Gives a picture of at most 256 colours its palette, exactly, without looking at each pixel.

The number of a colour is the sum of three table entries, one for each of its channels. So three
look-ups and two additions, done by Pillow on whole pictures, number all pixels at once; Pillow's
own ways either change colours that are close to each other or take twenty times as long.
"""

from collections import Counter
from typing import cast

from PIL import Image, ImageChops

_MOST = 256

_Colour = tuple[int, int, int]
# A channel and a value in it.
_Entry = tuple[int, int]


def in_palette(image: Image.Image) -> Image.Image | None:
    """Return an RGB picture in mode P, or None when its colours cannot be numbered this way."""
    counted = image.getcolors(_MOST)
    if counted is None:
        return None
    colours = sorted(cast("_Colour", colour) for _, colour in counted)
    tables = _tables(colours)
    if tables is None:
        return None
    red, green, blue = (
        band.point(table) for band, table in zip(image.split(), tables, strict=True)
    )
    numbered = ImageChops.add_modulo(ImageChops.add_modulo(red, green), blue)
    numbered.putpalette([value for colour in colours for value in colour])
    return numbered


def _tables(colours: list[_Colour]) -> list[list[int]] | None:
    """Return three tables whose entries for a colour add up to its number, modulo 256.

    A colour with an entry that no other colour uses can be put right by that entry, whatever its
    other two are; so it may wait until all others are done. Taking such colours away one after
    another leaves none, unless the colours fill a grid.
    """
    order = _order(colours)
    if order is None:
        return None
    number_of = {colour: number for number, colour in enumerate(colours)}
    entries: dict[_Entry, int] = {}
    for colour, own in reversed(order):
        others = sum(entries.setdefault(entry, 0) for entry in enumerate(colour) if entry != own)
        entries[own] = (number_of[colour] - others) % 256
    return [[entries.get((channel, value), 0) for value in range(256)] for channel in range(3)]


def _order(colours: list[_Colour]) -> list[tuple[_Colour, _Entry]] | None:
    """Return each colour with the entry that is its own once those before it are gone."""
    uses = Counter(entry for colour in colours for entry in enumerate(colour))
    left = colours
    order: list[tuple[_Colour, _Entry]] = []
    while left:
        waiting: list[_Colour] = []
        for colour in left:
            own = next((entry for entry in enumerate(colour) if uses[entry] == 1), None)
            if own is None:
                waiting.append(colour)
                continue
            order.append((colour, own))
            uses.subtract(enumerate(colour))
        if len(waiting) == len(left):
            return None
        left = waiting
    return order
