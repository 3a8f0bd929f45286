"""Puts everything on a card in its place.

Places are reckoned from the start side and mirrored at the very end for right-to-left cards, so
nothing before that knows about left and right. Photos are never mirrored.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from service.cards.layout.dress import PLAIN, Dress
from service.cards.layout.frames import framed
from service.cards.layout.items import Piece, Setter
from service.cards.layout.places import (
    Arrangement,
    Box,
    Placed,
    PlacedFill,
    PlacedLine,
    PlacedPattern,
    PlacedPicture,
    PlacedScrim,
    PlacedShape,
    Zone,
    lowered,
    mirrored,
    shifted,
)
from service.cards.template.schema import (
    AnyLayer,
    Composition,
    FillLayer,
    Item,
    PatternLayer,
    PhotoLayer,
    ScrimLayer,
    StackLayer,
    TextItem,
    Words,
)
from service.cards.text.direction import Direction, base_direction
from service.domain.card import TEXT_FIELDS, Card


@lru_cache(maxsize=64)
def arrange(card: Card, composition: Composition, dress: Dress = PLAIN) -> Arrangement:
    """Lay `card` out; the same card gives the same places on every machine."""
    desk = _Desk(card, composition, dress)
    placed = [thing for layer in composition.layers for thing in desk.place(layer)]
    direction = base_direction(card.headline, card.language)
    width = composition.size.width
    if direction is Direction.RIGHT_TO_LEFT:
        placed = [mirrored(thing, width) for thing in placed]
    lines = tuple(thing for thing in placed if isinstance(thing, PlacedLine))
    shapes = tuple(thing for thing in placed if not isinstance(thing, PlacedLine))
    safe = desk.safe.mirrored(width) if direction is Direction.RIGHT_TO_LEFT else desk.safe
    return Arrangement(
        ground=dress.colour(composition.ground, composition),
        shapes=tuple(_with_zones(shape, lines) for shape in shapes),
        lines=lines,
        safe=safe,
        direction=direction,
        missing=frozenset().union(*(block.missing for block in desk.setter.blocks)),
        is_shortened=any(block.is_shortened for block in desk.setter.blocks),
    )


def full_words(card: Card, composition: Composition, name: str) -> str:
    """Return what a field or a label says, however much of it the card has room for."""
    is_field = name in TEXT_FIELDS or name in composition.fields
    return Setter(card, composition, PLAIN).words(
        Words(field=name) if is_field else Words(label=name)
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a stack has taken: as wide as its frame, and from which side others keep away."""

    box: Box
    is_at_bottom: bool


class _Desk:
    """Lays out one card's layers, keeping account of the room that stacks leave to others."""

    def __init__(self, card: Card, composition: Composition, dress: Dress) -> None:
        size, safe = composition.size, composition.safe
        self._card = card
        self._composition = composition
        self._dress = dress
        self._whole = Box(0, 0, size.width, size.height)
        self.safe = Box(safe.start, safe.top, size.width - safe.end, size.height - safe.bottom)
        self._taken: list[_Taken] = []
        self._photo = self._whole
        self.setter = Setter(card, composition, dress)

    def place(self, layer: AnyLayer) -> list[Placed]:
        if layer.hidden:
            return []
        match layer:
            case StackLayer():
                return self._stack(layer)
            case PhotoLayer():
                return self._picture(layer)
            case ScrimLayer():
                return self._scrim(layer)
            case FillLayer():
                return [self._fill(layer)]
            case PatternLayer():
                return [self._pattern(layer)]

    def _picture(self, layer: PhotoLayer) -> list[Placed]:
        if not getattr(self._card, layer.picture):
            return []
        box = self._framed(layer)
        self._photo = box
        radius = self._composition.pixels(layer.radius)
        return [PlacedPicture(box=box, name=layer.picture, shape=layer.shape, radius=radius)]

    def _scrim(self, layer: ScrimLayer) -> list[Placed]:
        if not (self._card.photo or self._card.portrait):
            return []
        colour = self._dress.colour(layer.colour, self._composition)
        return [PlacedScrim(box=self._photo, layer=layer, colour=colour)]

    def _fill(self, layer: FillLayer) -> PlacedFill:
        last = layer.colour_end
        return PlacedFill(
            box=self._framed(layer),
            colour=self._dress.colour(layer.colour, self._composition),
            colour_end=self._dress.colour(last, self._composition) if last else None,
            toward="right" if layer.toward == "end" else "bottom",
            opacity=layer.opacity,
            shape=layer.shape,
            radius=self._composition.pixels(layer.radius),
        )

    def _pattern(self, layer: PatternLayer) -> PlacedPattern:
        return PlacedPattern(
            box=self._framed(layer),
            pattern=layer.pattern,
            colour=self._dress.colour(layer.colour, self._composition),
            strength=layer.strength,
            seed=self._card.headline,
        )

    def _framed(self, layer: PhotoLayer | FillLayer | PatternLayer) -> Box:
        scale = self._composition.scale
        return framed(layer.frame, self._whole, edges=self._whole, scale=scale)

    def _stack(self, stack: StackLayer) -> list[Placed]:
        scale = self._composition.scale
        box = framed(stack.frame, self._whole, edges=self.safe, scale=scale)
        top, bottom = self._room(box, gap=stack.gap * scale)
        pieces = self._pieces(stack, width=box.width, room=max(0.0, bottom - top))
        if not pieces:
            return []
        height = sum(piece.height + piece.gap for piece in pieces)
        y = {"top": top, "bottom": bottom - height, "middle": (top + bottom - height) / 2}[
            stack.anchor
        ]
        taken = Box(box.left, y, box.right, y + height)
        self._taken.append(_Taken(taken, is_at_bottom=stack.anchor == "bottom"))
        placed: list[Placed] = []
        for piece in pieces:
            y += piece.gap
            placed.extend(shifted(lowered(thing, y), box.left) for thing in piece.placed)
            y += piece.height
        return placed

    def _room(self, frame: Box, *, gap: float) -> tuple[float, float]:
        """Return from where to where a frame is free; a gap is owed to others, not to the edge."""
        top, bottom = frame.top, frame.bottom
        for taken in self._taken:
            if not taken.box.meets(frame):
                continue
            if taken.is_at_bottom:
                bottom = min(bottom, taken.box.top - gap)
            else:
                top = max(top, taken.box.bottom + gap)
        return top, bottom

    def _pieces(self, stack: StackLayer, *, width: float, room: float) -> list[Piece]:
        """Lay out what has a fixed height first: the wrapping texts share what it leaves."""
        pieces: dict[int, Piece] = {}
        for wanted in (False, True):
            for index, item in enumerate(stack.items):
                if _wraps(item) is not wanted:
                    continue
                gap = self._composition.pixels(item.gap) if index else 0
                left = max(0.0, room - gap)
                piece = self.setter.piece(item, width=width, room=left, align=stack.align)
                if piece:
                    pieces[index] = piece
                    room -= piece.height + gap
        ordered = [pieces[index] for index in sorted(pieces)]
        return [replace(ordered[0], gap=0), *ordered[1:]] if ordered else []


def _wraps(item: Item) -> bool:
    return isinstance(item, TextItem)


def _with_zones(shape: PlacedShape, lines: tuple[PlacedLine, ...]) -> PlacedShape:
    """Tell a scrim which texts stand on its photo."""
    if not isinstance(shape, PlacedScrim):
        return shape
    zones = tuple(
        Zone(box=line.reach, ink=line.colour)
        for line in lines
        if line.ground is None and line.box.meets(shape.box)
    )
    return replace(shape, zones=zones)
