"""Puts everything on a card in its place, before a single pixel is drawn.

Places are reckoned from the start side and mirrored at the very end for right-to-left cards, so
nothing else here knows about left and right. Photos are never mirrored.
"""

import math
from dataclasses import dataclass, replace

from service.cards.template.schema import (
    ChipItem,
    Composition,
    GroundLayer,
    Item,
    Label,
    PhotoLayer,
    RowItem,
    ScrimLayer,
    StackLayer,
    TextItem,
)
from service.cards.text.direction import Direction, base_direction
from service.cards.text.fitting import CAP_HEIGHT, TextBlock, TextStyle, fit
from service.cards.text.fonts import stack_of
from service.cards.text.shaping import ShapedLine
from service.domain.card import Card, CardSize

RULE_THICKNESS = 2
_MARK_WIDTH = 5
_MARK_GAP = 14
_ROW_GAP = 40
_ENDLESS = 1e6


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """A plain shape: a chip's ground, a rule, a mark."""

    box: Box
    colour: str
    opacity: float = 1.0
    radius: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """One line of text; `left` is where its ink begins."""

    line: ShapedLine
    size: float
    left: float
    baseline: float
    colour: str
    is_on_photo: bool = True

    @property
    def box(self) -> Box:
        """The box of the line's ink."""
        ink = self.line.ink
        width = (ink.right - ink.left) * self.size
        top, bottom = self.baseline - ink.top * self.size, self.baseline - ink.bottom * self.size
        return Box(self.left, top, self.left + width, bottom)


@dataclass(frozen=True, slots=True)
class PlacedScrim:
    """The scrim and the lines of text that it is for."""

    layer: ScrimLayer
    behind: tuple["PlacedLine", ...]


Placed = PhotoLayer | GroundLayer | PlacedScrim | PlacedBox | PlacedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A card laid out in one size, in the order in which it is painted.

    `missing` holds the characters that no font has; `is_shortened` tells that a text ends in
    an ellipsis.
    """

    placed: tuple[Placed, ...]
    direction: Direction
    missing: frozenset[str]
    is_shortened: bool

    @property
    def lines(self) -> list[PlacedLine]:
        return [thing for thing in self.placed if isinstance(thing, PlacedLine)]


def arrange(card: Card, composition: Composition, size: CardSize) -> Arrangement:
    """Lay `card` out; the same card gives the same places on every machine."""
    direction = base_direction(card.headline, card.language)
    desk = _Desk(card, composition, size)
    placed = [thing for layer in composition.layers for thing in desk.place(layer)]
    if direction is Direction.RIGHT_TO_LEFT:
        placed = [_mirrored(thing, size.width) for thing in placed]
    behind = tuple(p for p in placed if isinstance(p, PlacedLine) and p.is_on_photo)
    return Arrangement(
        placed=tuple(
            PlacedScrim(thing.layer, behind) if isinstance(thing, PlacedScrim) else thing
            for thing in placed
        ),
        direction=direction,
        missing=frozenset().union(*(block.missing for block in desk.blocks)),
        is_shortened=any(block.is_shortened for block in desk.blocks),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A laid-out item of a stack, with its own top at zero."""

    placed: tuple[PlacedBox | PlacedLine, ...]
    height: float
    gap: int


class _Desk:
    """Lays out one card's layers, keeping account of the room that is left."""

    def __init__(self, card: Card, composition: Composition, size: CardSize) -> None:
        safe = composition.safe
        self._card = card
        self._composition = composition
        self._left, self._right = safe.start, size.width - safe.end
        self._top: float = safe.top
        self._bottom: float = size.height - safe.bottom
        self._is_top_taken = self._is_bottom_taken = False
        self.blocks: list[TextBlock] = []

    def place(self, layer: PhotoLayer | ScrimLayer | GroundLayer | StackLayer) -> list[Placed]:
        if isinstance(layer, StackLayer):
            return self._stack(layer)
        return [PlacedScrim(layer, ()) if isinstance(layer, ScrimLayer) else layer]

    def _stack(self, stack: StackLayer) -> list[Placed]:
        # The gap is owed to an earlier stack, not to the card's edge.
        top = self._top + (stack.gap if self._is_top_taken else 0)
        bottom = self._bottom - (stack.gap if self._is_bottom_taken else 0)
        pieces = self._pieces(stack.items, bottom - top)
        height = sum(piece.height + piece.gap for piece in pieces)
        y = top if stack.anchor == "top" else bottom - height
        if stack.anchor == "top" and pieces:
            self._top, self._is_top_taken = top + height, True
        elif pieces:
            self._bottom, self._is_bottom_taken = y, True
        placed: list[Placed] = []
        for piece in pieces:
            y += piece.gap
            placed.extend(_lowered(thing, y) for thing in piece.placed)
            y += piece.height
        return placed

    def _pieces(self, items: tuple[Item, ...], room: float) -> list[_Piece]:
        """Lay out what has a fixed height first: the wrapping texts share what it leaves."""
        pieces: dict[int, _Piece] = {}
        for wanted in (False, True):
            for index, item in enumerate(items):
                if isinstance(item, TextItem) is not wanted:
                    continue
                gap = item.gap if index else 0
                piece = self._item(item, room - gap)
                if piece:
                    pieces[index] = replace(piece, gap=gap)
                    room -= piece.height + gap
        ordered = [pieces[index] for index in sorted(pieces)]
        return [replace(ordered[0], gap=0), *ordered[1:]] if ordered else []

    def _item(self, item: Item, room: float) -> _Piece | None:
        match item:
            case TextItem():
                return self._text(item, room)
            case ChipItem():
                return self._chip(item)
            case RowItem():
                return self._row(item)

    def _text(self, item: TextItem, room: float) -> _Piece | None:
        style = TextStyle(
            stack=stack_of(self._composition.fonts[item.font]),
            max_size=item.max_size,
            min_size=item.min_size,
            lines=item.lines,
            ideal_lines=item.ideal_lines,
            ideal_size=item.ideal_size,
            line_height=item.line_height,
            tracking=item.tracking,
        )
        width = (self._right - self._left) * item.measure
        block = self._fit(item.field, style, width=width, height=room)
        if not block.lines:
            return None
        return _Piece(tuple(_lines(block, self._left, item.colour)), block.height, item.gap)

    def _chip(self, item: ChipItem) -> _Piece | None:
        room = self._right - self._left - 2 * item.padding_x
        block = self._fit(item.field, self._label_style(item), width=room, height=_ENDLESS)
        if not block.lines:
            return None
        ink = block.lines[0].ink
        # Capitals sit in the middle of the chip; taller or deeper scripts by their own ink.
        is_tall = ink.top > 1.0
        above = max(CAP_HEIGHT, ink.top if is_tall else 0) * block.size
        below = -ink.bottom * block.size if is_tall else 0.0
        height = math.ceil(CAP_HEIGHT * item.max_size + 2 * item.padding_y)
        height = max(height, math.ceil(above + below + item.padding_y))
        baseline = (height + above - below) / 2
        line = PlacedLine(
            line=block.lines[0],
            size=block.size,
            left=self._left + item.padding_x,
            baseline=round(baseline),
            colour=item.colour,
            is_on_photo=False,
        )
        box = Box(self._left, 0, self._left + block.width + 2 * item.padding_x, height)
        ground = PlacedBox(box=box, colour=item.ground, radius=item.radius)
        return _Piece((ground, line), height, item.gap)

    def _row(self, item: RowItem) -> _Piece | None:
        width = self._right - self._left
        end = self._fit(
            item.end.field,
            self._label_style(item.end),
            width=width * item.end.share - _mark_room(item.end),
            height=_ENDLESS,
        )
        taken = end.width + _mark_room(item.end) + _ROW_GAP if end.lines else 0
        start = self._fit(
            item.start.field,
            self._label_style(item.start),
            width=min(width * item.start.share, width - taken) - _mark_room(item.start),
            height=_ENDLESS,
        )
        blocks = [block for block in (start, end) if block.lines]
        if not blocks:
            return None
        ruled = RULE_THICKNESS + item.rule_gap if item.rule else 0
        baseline = round(ruled + max(block.ascent for block in blocks))
        placed: list[PlacedBox | PlacedLine] = []
        if item.rule:
            box = Box(self._left, 0, self._right, RULE_THICKNESS)
            placed.append(PlacedBox(box=box, colour=item.rule, opacity=item.rule_opacity))
        placed += _labelled(start, item.start, self._left, baseline)
        placed += _labelled(end, item.end, self._right - end.width - _mark_room(item.end), baseline)
        return _Piece(tuple(placed), baseline + max(block.descent for block in blocks), item.gap)

    def _label_style(self, item: ChipItem | Label) -> TextStyle:
        stack = stack_of(self._composition.fonts[item.font])
        return TextStyle(stack=stack, max_size=item.max_size, min_size=item.min_size)

    def _fit(self, field: str, style: TextStyle, *, width: float, height: float) -> TextBlock:
        text: str = getattr(self._card, field)
        block = fit(text, style, width=width, height=height, language=self._card.language)
        self.blocks.append(block)
        return block


def _lines(block: TextBlock, left: float, colour: str) -> list[PlacedLine]:
    return [
        PlacedLine(
            line=line,
            size=block.size,
            left=left,
            baseline=round(block.ascent + index * block.pitch),
            colour=colour,
        )
        for index, line in enumerate(block.lines)
    ]


def _mark_room(label: Label) -> int:
    return _MARK_WIDTH + _MARK_GAP if label.mark else 0


def _labelled(
    block: TextBlock, label: Label, left: float, baseline: int
) -> list[PlacedBox | PlacedLine]:
    if not block.lines:
        return []
    line = PlacedLine(
        line=block.lines[0],
        size=block.size,
        left=left + _mark_room(label),
        baseline=baseline,
        colour=label.colour,
    )
    if not label.mark:
        return [line]
    top = baseline - round(CAP_HEIGHT * block.size)
    box = Box(round(left), top, round(left) + _MARK_WIDTH, baseline)
    return [PlacedBox(box=box, colour=label.mark), line]


def _lowered(thing: PlacedBox | PlacedLine, by: float) -> PlacedBox | PlacedLine:
    if isinstance(thing, PlacedLine):
        return replace(thing, baseline=round(thing.baseline + by))
    box = thing.box
    moved = Box(box.left, round(box.top + by), box.right, round(box.bottom + by))
    return replace(thing, box=moved)


def _mirrored(thing: Placed, width: int) -> Placed:
    if isinstance(thing, PlacedLine):
        return replace(thing, left=width - thing.box.right)
    if isinstance(thing, PlacedBox):
        box = thing.box
        return replace(thing, box=Box(width - box.right, box.top, width - box.left, box.bottom))
    return thing
