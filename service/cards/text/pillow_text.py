"""Sets and draws type with Pillow alone, where HarfBuzz cannot be loaded.

It is honest rather than complete: a script that it cannot set right has no characters here, so the
text around it is drawn and what was left out is reported. With libraqm and FriBiDi, Pillow sets
joined scripts too. Fonts in colour are beyond it.
"""

import struct
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import cast

from PIL import Image, ImageDraw, ImageFont, features

from service.cards.text.glyphs import Glyphs, Ink, Placed
from service.cards.text.scripts import script_of

# Large enough for measures that do not depend on the size.
_MEASURED_AT = 512
# Boxes that are kept: the letters of all scripts, or the words of many headlines.
_KEPT_BOXES = 4096
# What stands letter by letter, without joining, stacking or marks to be placed.
_PLAIN_SCRIPTS = frozenset(
    {"Latn", "Grek", "Cyrl", "Armn", "Geor", "Hebr", "Hani", "Hira", "Kana", "Bopo", "Hang"}
    | {"Ethi", "Cher", "Copt", "Glag", "Tfng", "Lisu", "Yiii", "Vaii", "Runr", "Ogam", "Cans", ""}
)
_UNSEEN = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f"
)
_COLOURED = frozenset({b"COLR", b"CBDT", b"sbix", b"SVG "})
_MADE = {"\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u2011": "-"}
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")

# It ends every table of that format, and stands for nothing.
_LAST_OF_FORMAT_4 = 0xFFFF

_Word = tuple[str, bool, str]


class PillowText:
    """The engine of last resort."""

    name = "pillow"

    def open_face(self, source: Path | bytes) -> "PillowFace":
        return PillowFace(source.read_bytes() if isinstance(source, Path) else source)

    def mask(
        self, pieces: Sequence[Placed], size: float, box: tuple[int, int, int, int], shift: float
    ) -> Image.Image:
        left, bottom, right, top = box
        image = Image.new("L", (right - left, top - bottom))
        pen = ImageDraw.Draw(image)
        for piece in pieces:
            font = cast("PillowFace", piece.face).sized(size)
            for number, x in zip(piece.numbers, piece.xs, strict=True):
                text, way, language = _drawn(cast("_Word", number))
                place = (x * size + shift - left, float(top))
                pen.text(place, text, 255, font, anchor="ls", direction=way, language=language)
        return image

    def picture(
        self,
        piece: Placed,
        size: float,
        box: tuple[int, int, int, int],
        shift: float,
        colour: tuple[int, int, int],
    ) -> Image.Image:
        image = Image.new("RGBA", (box[2] - box[0], box[3] - box[1]), (*colour, 0))
        image.putalpha(self.mask([piece], size, box, shift))
        return image.convert("RGBa")


class PillowFace:
    """One font file; its "glyphs" are letters, or whole words where raqm sets them."""

    is_colour = False

    def __init__(self, data: bytes) -> None:
        self._data = data
        tables = _tables_of(data)
        characters = _characters_of(data, tables.get(b"cmap", len(data)))
        if not characters:
            raise ValueError("it has no characters")
        # What Pillow draws of a font in colour is one size, or nothing at all.
        self._characters = frozenset() if _COLOURED & tables.keys() else characters
        self._boxes: dict[Hashable, Ink | None] = {}
        self._sizes: dict[float, ImageFont.FreeTypeFont] = {}

    @property
    def _measuring(self) -> ImageFont.FreeTypeFont:
        return self.sized(_MEASURED_AT)

    def sized(self, size: float) -> ImageFont.FreeTypeFont:
        if size not in self._sizes:
            layout = ImageFont.Layout.RAQM if _has_raqm() else ImageFont.Layout.BASIC
            self._sizes[size] = ImageFont.truetype(BytesIO(self._data), size, layout_engine=layout)
        return self._sizes[size]

    def has(self, character: str) -> bool:
        return character in _UNSEEN or ord(_MADE.get(character, character)) in self._characters

    def sets(self, cluster: str) -> bool:
        if not all(map(self.has, cluster)):
            return False
        if _has_raqm():
            return True
        seen = [character for character in cluster if character not in _UNSEEN]
        return len(seen) <= 1 and all(
            script_of(character) in _PLAIN_SCRIPTS
            and not unicodedata.category(character).startswith("M")
            for character in seen
        )

    def shape(
        self,
        text: str,
        start: int,
        end: int,
        *,
        is_rtl: bool,
        script: str,  # noqa: ARG002 - Pillow finds it out by itself
        language: str,
        is_spaced: bool,  # noqa: ARG002 - a word is drawn in one go
    ) -> Glyphs:
        # Without raqm Pillow rounds every advance to a pixel, so letters are placed one by one.
        pieces = _words(text, start, end) if _has_raqm() else _letters(text, start, end)
        words = [(first, (_shown(text[first:last]), is_rtl, language)) for first, last in pieces]
        if is_rtl:
            words.reverse()
        advances = [self._advance(word) for _, word in words]
        return Glyphs([word for _, word in words], [at for at, _ in words], advances)

    def may_cut(self, glyphs: Glyphs, at: int) -> bool:
        # Each is drawn by itself, so nothing changes where another begins.
        return 0 <= at < len(glyphs.clusters)

    def box(self, number: Hashable) -> Ink | None:
        if number not in self._boxes:
            if len(self._boxes) >= _KEPT_BOXES:
                self._boxes.clear()
            self._boxes[number] = self._measured(cast("_Word", number))
        return self._boxes[number]

    def _measured(self, word: _Word) -> Ink | None:
        # Drawn, because the box that Pillow reckons has the air beside a letter in it.
        text, way, language = _drawn(word)
        image, (left, top) = self._measuring.getmask2(
            text, "L", direction=way, language=language, anchor="ls"
        )
        box = image.getbbox()
        if box is None:
            return None
        sides = left + box[0], -(top + box[3]), left + box[2], -(top + box[1])
        return Ink(*(side / _MEASURED_AT for side in sides))

    def _advance(self, word: _Word) -> float:
        text, way, language = _drawn(word)
        length = self._measuring.getlength(text, direction=way, language=language)
        return length / _MEASURED_AT


@lru_cache
def _has_raqm() -> bool:
    # Pillow's raqm is built in, but without the system's FriBiDi it reverses Arabic in silence.
    return bool(features.check("raqm") and features.check("fribidi"))


def _drawn(word: _Word) -> tuple[str, str | None, str | None]:
    """Return what to hand to Pillow: without raqm it knows nothing of right to left."""
    text, is_rtl, language = word
    if _has_raqm():
        return text, "rtl" if is_rtl else "ltr", language or None
    return text.translate(_MIRRORED) if is_rtl else text, None, None


def _shown(text: str) -> str:
    return "".join(_MADE.get(character, character) for character in text)


def _letters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(at, at + 1) for at in range(start, end) if text[at] not in _UNSEEN]


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    edges = [start]
    for index in range(start, end):
        if text[index] == " ":
            edges += [index, index + 1]
    edges.append(end)
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _tables_of(data: bytes) -> dict[bytes, int]:
    """Return where each table of a font file begins."""
    try:
        count = struct.unpack_from(">H", data, 4)[0]
        records = [struct.unpack_from(">4sLLL", data, 12 + 16 * index) for index in range(count)]
    except struct.error as error:
        raise ValueError("it is not a font file") from error
    return {tag: offset for tag, _, offset, _ in records}


def _characters_of(data: bytes, start: int) -> frozenset[int]:
    """Read which characters a font has: Pillow does not tell."""
    try:
        count = struct.unpack_from(">H", data, start + 2)[0]
        offsets = {
            start + struct.unpack_from(">L", data, start + 8 + 8 * index)[0]
            for index in range(count)
        }
        found = [_read_table(data, offset) for offset in offsets]
    except struct.error as error:
        raise ValueError("it is not a font file") from error
    return frozenset().union(*found)


def _read_table(data: bytes, start: int) -> set[int]:
    form = struct.unpack_from(">H", data, start)[0]
    if form == 12:  # noqa: PLR2004 - the format of that name
        groups = struct.unpack_from(">L", data, start + 12)[0]
        ranges = [struct.unpack_from(">LL", data, start + 16 + 12 * i) for i in range(groups)]
        return {code for first, last in ranges for code in range(first, min(last, 0x10FFFF) + 1)}
    if form != 4:  # noqa: PLR2004 - the format of that name
        return set()
    return {code for code, glyph in _mapped(data, start) if glyph and code != _LAST_OF_FORMAT_4}


def _mapped(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs of character and glyph of a table of format 4; glyph 0 is the empty box."""
    double = struct.unpack_from(">H", data, start + 6)[0]
    columns = [start + 14 + step * double + 2 * (step > 0) for step in range(4)]
    for row in range(0, double, 2):
        last, first, delta, offset = (
            struct.unpack_from(">H", data, column + row)[0] for column in columns
        )
        for code in range(first, last + 1):
            glyph = code
            if offset:
                place = columns[3] + row + offset + 2 * (code - first)
                glyph = struct.unpack_from(">H", data, place)[0]
            yield code, (glyph + delta) & 0xFFFF if glyph or not offset else 0
