"""Lays out one item of a stack, as if it stood alone at the top of the card's start side."""

import math
from dataclasses import dataclass, replace

from service.cards.layout.dress import Dress, readable_on
from service.cards.layout.places import (
    Box,
    Placed,
    PlacedFill,
    PlacedLine,
    PlacedLogo,
    PlacedPicture,
    PlacedQr,
    Rgb,
    shifted,
)
from service.cards.template.catalogue import words_in
from service.cards.template.labels import label_of, quotation_marks
from service.cards.template.schema import (
    ChipItem,
    Composition,
    Item,
    Label,
    LogoItem,
    PictureItem,
    QrItem,
    RowItem,
    RuleItem,
    TextItem,
    Type,
    Words,
)
from service.cards.text.fitting import CAP_HEIGHT, TextBlock, TextStyle, fit
from service.cards.text.hanging import Hang
from service.domain.card import Card

_MARK_WIDTH = 5
_MARK_GAP = 14
_ROW_GAP = 40
_BESIDE_GAP = 20
_RULE = 2
_ENDLESS = 1e6
# Bytes in a code to scan: with more, its modules are a pixel wide.
_LONGEST_CODE = 500
# A dot before a chip's text, in its cap heights.
_DOT = 0.62
_DOT_GAP = 0.6
# The square before a point, in its type size, and how far the point's text stands back from the
# edge, in the largest size: points that are set smaller than others still begin on one line.
_BULLET = 0.32
_INDENT = 0.9
# What punctuation may take of a margin of 56: a mark at the edge of the card looks cut.
_HANG_ROOM = 34
# How much more type fits into a height when nothing reaches below the line.
_NOTHING_BELOW = 1.22
_SHIFTS = {"start": 0.0, "centre": 0.5, "end": 1.0}
_HANGS = {0.0: Hang.START, 0.5: Hang.CENTRE, 1.0: Hang.END}
_QUOTES = "\"'“”„«»‹›‘’「」『』"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A laid-out item with its own top at zero; `gap` is the air that it wants above it."""

    placed: tuple[Placed, ...]
    height: float
    gap: float = 0.0


class Setter:
    """Sets the items of one card in one size."""

    def __init__(self, card: Card, composition: Composition, dress: Dress) -> None:
        self._card = card
        self._composition = composition
        self._dress = dress
        self.blocks: list[TextBlock] = []

    def piece(self, item: Item, *, width: float, room: float, align: str) -> Piece | None:
        """Set an item into `width` x `room`; None where it has nothing to show."""
        match item:
            case TextItem():
                return self._text(item, width, room, _SHIFTS[align])
            case RowItem():
                return self._row(item, width)
        made = self._plain(item, width)
        if made is None:
            return None
        spare = width - max(_right(thing) for thing in made.placed)
        moved = tuple(shifted(thing, spare * _SHIFTS[align]) for thing in made.placed)
        return replace(made, placed=moved)

    def words(self, words: Words) -> str:
        """Return what is to be written."""
        if words.only_with and not self._card.text(words.only_with):
            return ""
        if words.label:
            return label_of(words.label, self._card.language, field=self._field)
        return self._field(words.field)

    def _plain(
        self, item: ChipItem | RuleItem | LogoItem | PictureItem | QrItem, width: float
    ) -> Piece | None:
        match item:
            case ChipItem():
                return self._chip(item, width)
            case RuleItem():
                return self._rule(item, width)
            case LogoItem():
                return self._logo(item)
            case PictureItem():
                return self._picture(item)
            case QrItem():
                return self._qr(item)

    def _text(self, item: TextItem, width: float, room: float, shift: float) -> Piece | None:
        text = self.words(item)
        if item.quoted and text:
            text = _quoted(text, self._card.language)
        indent = round(_INDENT * self._px(item.size[1])) if item.bullet else 0
        measure = width * item.measure - indent
        fitted = self._fit_tight if item.tight else self._fit
        block = fitted(text, item, width=measure, height=room, hang=_HANGS[shift])
        if not block.lines:
            return None
        ascent, height = block.ascent, block.height
        if item.tight:
            ascent, height = block.lines[0].ink.top * block.size, _ink_height(block)
        spare = [measure - _ink_width(block, index) for index in range(len(block.lines))]
        left = indent + (width - measure - indent) * shift
        placed: tuple[Placed, ...] = tuple(
            PlacedLine(
                field=item.field or item.label,
                line=line,
                size=block.size,
                left=left + spare[index] * shift,
                baseline=ascent + index * block.pitch,
                colour=self._colour(item.colour),
            )
            for index, line in enumerate(block.lines)
        )
        if item.bullet:
            placed = (self._bullet(item.bullet, block, left=left - indent), *placed)
        return Piece(placed=placed, height=height, gap=self._px(item.gap))

    def _bullet(self, colour: str, block: TextBlock, *, left: float) -> PlacedFill:
        """Set a square before a text, in the middle of its first line's capitals."""
        half = _BULLET * block.size / 2
        middle = block.ascent - CAP_HEIGHT / 2 * block.size
        box = Box(left, middle - half, left + 2 * half, middle + half)
        return PlacedFill(box=box, colour=self._colour(colour))

    def _chip(self, item: ChipItem, width: float) -> Piece | None:
        pad_x, pad_y = self._px(item.padding[0]), self._px(item.padding[1])
        cap = CAP_HEIGHT * self._px(item.size[1])
        dotted = cap * (_DOT + _DOT_GAP) if item.dot else 0.0
        block = self._fit(self.words(item), item, width=width - 2 * pad_x - dotted, height=_ENDLESS)
        if not block.lines:
            return None
        height, baseline = _chip_height(block, cap, pad_y)
        ground = self._colour(item.ground)
        ink = readable_on(ground) if item.colour == "auto" else self._colour(item.colour)
        line = PlacedLine(
            field=item.field or item.label,
            line=block.lines[0],
            size=block.size,
            left=pad_x + dotted,
            baseline=baseline,
            colour=ink,
            ground=ground,
        )
        box = Box(0, 0, pad_x + dotted + block.width + pad_x, height)
        shapes = [PlacedFill(box=box, colour=ground, radius=self._px(item.radius))]
        if item.dot:
            middle, radius = baseline - cap / 2, cap * _DOT / 2
            round_box = Box(pad_x, middle - radius, pad_x + 2 * radius, middle + radius)
            shapes.append(PlacedFill(box=round_box, colour=self._colour(item.dot), shape="circle"))
        beside = self._beside(item, width, box.right, baseline)
        return Piece(placed=(*shapes, line, *beside), height=height, gap=self._px(item.gap))

    def _beside(self, item: ChipItem, width: float, taken: float, baseline: float) -> list[Placed]:
        left = taken + self._px(_BESIDE_GAP)
        side = self._label(item.beside, width, width - left)
        placed = side.placed_at(left, baseline) if side else []
        # A scrim looks at what it says, not at all the room that it may take.
        return [replace(th, zone=None) if isinstance(th, PlacedLine) else th for th in placed]

    def _row(self, item: RowItem, width: float) -> Piece | None:
        end = self._label(item.end, width, width)
        taken = end.width + self._px(_ROW_GAP) if end else 0.0
        start = self._label(item.start, width, width - taken)
        sides = [side for side in (start, end) if side]
        if not sides:
            return None
        ruled = _RULE + self._px(item.rule_gap) if item.rule else 0.0
        baseline = ruled + max(side.ascent for side in sides)
        placed: list[Placed] = []
        if item.rule:
            colour = self._colour(item.rule)
            box = Box(0, 0, width, _RULE)
            placed.append(PlacedFill(box=box, colour=colour, opacity=item.rule_opacity))
        if start:
            placed += start.placed_at(0, baseline)
        if end:
            placed += end.placed_at(width - end.width, baseline)
        height = baseline + max(side.descent for side in sides)
        return Piece(placed=tuple(placed), height=height, gap=self._px(item.gap))

    def _label(self, label: Label | None, width: float, left: float) -> "_Side | None":
        if label is None:
            return None
        if label.logo and self._dress.logo:
            return self._logo_side()
        room = min(width * label.share, left)
        marked = _MARK_WIDTH + _MARK_GAP if label.mark else 0
        block = self._fit(self.words(label), label, width=room - marked, height=_ENDLESS)
        if not block.lines:
            return None
        line = PlacedLine(
            field=label.field or label.label,
            line=block.lines[0],
            size=block.size,
            left=marked,
            baseline=0,
            colour=self._colour(label.colour),
            zone=Box(0, 0, max(room, marked + block.width), 0) if not label.mark else None,
        )
        placed: tuple[Placed, ...] = (line,)
        if label.mark:
            box = Box(0, -round(CAP_HEIGHT * block.size), _MARK_WIDTH, 0)
            placed = (PlacedFill(box=box, colour=self._colour(label.mark)), line)
        return _Side(placed, marked + block.width, block.ascent, block.descent)

    def _logo_side(self) -> "_Side":
        item = LogoItem()
        wide, high = self._logo_extent(item)
        # The foot of a logo hangs a little below the line, as letters do.
        below = high * 0.2
        box = Box(0, below - high, wide, below)
        return _Side((PlacedLogo(box=box, digest=self._dress.logo),), wide, high - below, below)

    def _logo(self, item: LogoItem) -> Piece | None:
        if not self._dress.logo:
            return None
        wide, high = self._logo_extent(item)
        placed = PlacedLogo(box=Box(0, 0, wide, high), digest=self._dress.logo)
        return Piece(placed=(placed,), height=high, gap=self._px(item.gap))

    def _logo_extent(self, item: LogoItem) -> tuple[float, float]:
        wide, high = self._dress.logo_size
        scale = min(self._px(item.width) / wide, self._px(item.height) / high)
        return max(1, round(wide * scale)), max(1, round(high * scale))

    def _rule(self, item: RuleItem, width: float) -> Piece:
        thickness = max(1.0, self._px(item.thickness))
        box = Box(0, 0, item.width.of(width, self._composition.scale), thickness)
        fill = PlacedFill(box=box, colour=self._colour(item.colour), opacity=item.opacity)
        return Piece(placed=(fill,), height=thickness, gap=self._px(item.gap))

    def _picture(self, item: PictureItem) -> Piece | None:
        if not getattr(self._card, item.picture):
            return None
        box = Box(0, 0, self._px(item.width), self._px(item.height))
        radius = self._px(item.radius)
        placed = PlacedPicture(box=box, name=item.picture, shape=item.shape, radius=radius)
        return Piece(placed=(placed,), height=box.height, gap=self._px(item.gap))

    def _qr(self, item: QrItem) -> Piece | None:
        content = self._field(item.field)
        # No code at all rather than one whose modules no camera tells apart.
        if not 0 < len(content.encode(errors="replace")) <= _LONGEST_CODE:
            return None
        side = self._px(item.size)
        placed = PlacedQr(
            box=Box(0, 0, side, side),
            content=content,
            colour=self._colour(item.colour),
            ground=self._colour(item.ground),
        )
        return Piece(placed=(placed,), height=side, gap=self._px(item.gap))

    def _fit(
        self, text: str, style: Type, *, width: float, height: float, hang: Hang = Hang.NONE
    ) -> TextBlock:
        scale = self._composition.scale
        if style.case == "upper":
            text = _upper(text, self._card.language)
        block = fit(
            text,
            TextStyle(
                stack=self._dress.stack(style.font, self._composition),
                max_size=round(style.size[1] * scale),
                min_size=round(style.size[0] * scale),
                lines=style.lines,
                ideal_lines=style.ideal_lines,
                ideal_size=round(style.ideal_size * scale),
                line_height=style.line_height,
                tracking=style.tracking,
                hang=hang,
                hang_room=self._px(_HANG_ROOM),
            ),
            width=width,
            height=height,
            language=self._card.language,
        )
        self.blocks.append(block)
        return block

    def _fit_tight(
        self, text: str, style: Type, *, width: float, height: float, hang: Hang
    ) -> TextBlock:
        """Fit a text by its ink: figures need no room for letters that reach below the line."""
        block = self._fit(text, style, width=width, height=height * _NOTHING_BELOW, hang=hang)
        if block.lines and _ink_height(block) > height:
            self.blocks.pop()
            block = self._fit(text, style, width=width, height=height, hang=hang)
        return block

    def _field(self, name: str) -> str:
        return words_in(self._card, self._composition.fields, name)

    def _colour(self, name: str) -> Rgb:
        return self._dress.colour(name, self._composition)

    def _px(self, length: float) -> float:
        return length * self._composition.scale


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a row, with its baseline at zero."""

    placed: tuple[Placed, ...]
    width: float
    ascent: float
    descent: float

    def placed_at(self, left: float, baseline: float) -> list[Placed]:
        return [_moved(thing, left, baseline) for thing in self.placed]


def _moved(thing: Placed, left: float, baseline: float) -> Placed:
    if isinstance(thing, PlacedLine):
        return shifted(replace(thing, baseline=baseline), left)
    return replace(thing, box=thing.box.shifted(left).lowered(baseline))


def _right(thing: Placed) -> float:
    return thing.box.right


def _ink_width(block: TextBlock, index: int) -> float:
    ink = block.lines[index].ink
    return (ink.right - ink.left) * block.size


def _ink_height(block: TextBlock) -> float:
    ink = block.lines[0].ink
    return (ink.top - ink.bottom) * block.size


def _chip_height(block: TextBlock, cap: float, padding: float) -> tuple[float, float]:
    """Return height and baseline: capitals sit in the middle, other scripts by their own ink."""
    ink = block.lines[0].ink
    is_tall = ink.top > 1.0
    above = max(CAP_HEIGHT, ink.top if is_tall else 0) * block.size
    below = -ink.bottom * block.size if is_tall else 0.0
    height = max(math.ceil(cap + 2 * padding), math.ceil(above + below + padding))
    return height, (height + above - below) / 2


def _quoted(text: str, language: str) -> str:
    """Put a quotation into the marks of its language, unless it has marks of its own."""
    bare = text.strip()
    if bare[0] in _QUOTES and bare[-1] in _QUOTES:
        return bare
    opening, closing = quotation_marks(language)
    # French sets its marks off by a space that never breaks.
    air = "\u202f" if language.lower().split("-")[0] == "fr" else ""
    return f"{opening}{air}{bare}{air}{closing}"


def _upper(text: str, language: str) -> str:
    """Write in capitals as the language does: Turkish keeps its dotted i."""
    if language.lower().split("-")[0] in {"tr", "az"}:
        text = text.replace("i", "İ").replace("ı", "I")
    return text.upper()
