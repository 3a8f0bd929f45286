"""Holds a drawn card to what its template promises: readable, inside, and whole.

Measured on the very pixels behind each text, not on the colours that a template names: a photo may
be anything.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from service.cards.draw import paint_card, template_of
from service.cards.layout.dress import LINEAR, luminance, luminance_contrast
from service.cards.layout.places import Box, PlacedLine
from service.cards.painting.brands import Read
from service.cards.painting.canvas import Source, paint_ground
from service.cards.painting.scrim import CELL, ENOUGH
from service.domain.card import Card, CardSize

# Punctuation may hang out of the text's edge, and ink is softer than its outline; in type sizes.
_HANG = 0.62
_SOFT = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that a card breaks, in one sentence, and the field that breaks it."""

    promise: str
    field: str
    message: str


def check_card(card: Card, size: CardSize, *, read: Read) -> list[Finding]:
    """Return what is wrong with a card in one size; an empty list is a good card."""
    sketch = paint_card(card, size, template=template_of(card), read=read)
    ground = paint_ground(sketch.arrangement, size, Source(card=card, read=read))
    checks, safe = sketch.composition.checks, sketch.arrangement.safe
    found: list[Finding] = []
    for line in sketch.arrangement.lines:
        found += _contrast(line, ground, wanted=checks.contrast)
        found += _inside(line, safe, "safe", "leaves the safe area")
        if line.field in checks.centre and size.width > size.height:
            middle = _middle_square(size)
            found += _inside(line, middle, "centre", "is cut by a crop to the middle square")
    return found


def _contrast(line: PlacedLine, ground: Image.Image, *, wanted: float) -> Iterator[Finding]:
    ink = luminance(line.colour)
    if line.ground is not None:
        measured = luminance_contrast(ink, luminance(line.ground))
    else:
        measured = _contrast_on(ground, line.box, ink)
    # Measured in steps of a 256th: what is wanted may be missed by one.
    if measured < wanted - 0.1:
        yield Finding(
            "contrast",
            line.field,
            f"“{line.line.text}” has a contrast of {measured:.1f} and needs {wanted:g}.",
        )


def _contrast_on(ground: Image.Image, box: Box, ink: float) -> float:
    """Return the contrast that nearly all of the pixels behind a text give it, at the least."""
    area = ground.crop(
        (
            max(0, math.floor(box.left)),
            max(0, math.floor(box.top)),
            min(ground.width, max(math.floor(box.left) + CELL, math.ceil(box.right))),
            min(ground.height, max(math.floor(box.top) + CELL, math.ceil(box.bottom))),
        )
    )
    counts = area.reduce(CELL).convert("L").histogram()
    contrasts = sorted(
        ((luminance_contrast(ink, LINEAR[value]), count) for value, count in enumerate(counts)),
        reverse=True,
    )
    left = ENOUGH * sum(counts)
    for ratio, count in contrasts:
        left -= count
        if left <= 0:
            return ratio
    return contrasts[-1][0]


def _inside(line: PlacedLine, allowed: Box, promise: str, fault: str) -> Iterator[Finding]:
    box, hang = line.box, _HANG * line.size + _SOFT
    is_inside = (
        box.left >= allowed.left - hang
        and box.right <= allowed.right + hang
        and box.top >= allowed.top - _SOFT
        and box.bottom <= allowed.bottom + _SOFT
    )
    if not is_inside:
        yield Finding(promise, line.field, f"“{line.line.text}” {fault}.")


def _middle_square(size: CardSize) -> Box:
    edge = (size.width - size.height) / 2
    return Box(edge, 0, size.width - edge, size.height)
