"""Sets and draws type with HarfBuzz: right in every script, in colour too, and fast.

HarfBuzz's objects are made anew for every call: two threads that shared one would draw each
other's letters, and making one costs less than a microsecond.
"""

import io
import unicodedata
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import cast

import uharfbuzz as hb
from PIL import Image

from service.cards.text.glyphs import Face, Glyphs, Ink, Placed

# Shaping gives these no picture of their own, so no font needs to have them. Joiners and direction
# marks steer their neighbours; a variation selector chooses among pictures of the one before it.
_UNSEEN = frozenset(
    "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f"
) | frozenset(map(chr, range(0xE0020, 0xE0080)))
# HarfBuzz makes these out of the ordinary space and hyphen.
_MADE = frozenset("\u00a0\u2007\u2009\u200a\u202f\u2011")
_UNSAFE_TO_BREAK = int(hb.GlyphFlags.UNSAFE_TO_BREAK)
_NO_DOTTED_CIRCLE = hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE
# Letters that are set apart must not be tied together at the same time.
_UNTIED = {"liga": False, "clig": False}


class HarfBuzz:
    """The engine of every ordinary installation."""

    name = "harfbuzz"

    def open_face(self, source: Path | bytes) -> "HarfBuzzFace":
        if isinstance(source, Path):
            # HarfBuzz answers a file that is not there with an empty font.
            source.stat()
            return HarfBuzzFace(hb.Blob.from_file_path(source))
        return HarfBuzzFace(hb.Blob(source))

    def mask(
        self, pieces: Sequence[Placed], size: float, box: tuple[int, int, int, int], shift: float
    ) -> Image.Image:
        left, bottom, right, top = box
        pen = hb.RasterDraw()
        pen.extents = hb.RasterExtents(left, bottom, right - left, top - bottom, 0)
        for piece in pieces:
            face = _opened(piece.face)
            font, scale = face.font, size / face.units
            for number, x, y in _places(piece):
                pen.transform = (scale, 0, 0, scale, x * size + shift, y * size)
                pen.draw_glyph(font, number)
        drawn = pen.render()
        extents = drawn.extents
        area = (extents.width, extents.height)
        # Rows come bottom first: -1 turns them over.
        return Image.frombytes("L", area, drawn.buffer, "raw", "L", extents.stride, -1)

    def picture(
        self,
        piece: Placed,
        size: float,
        box: tuple[int, int, int, int],
        shift: float,
        colour: tuple[int, int, int],
    ) -> Image.Image:
        face = _opened(piece.face)
        if face.has_bitmaps:
            return _pasted_bitmaps(face, piece, size, box, shift)
        left, bottom, right, top = box
        pen = hb.RasterPaint()
        pen.extents = hb.RasterExtents(left, bottom, right - left, top - bottom, 0)
        pen.foreground = hb.Color(*colour, 255)
        scale = size / face.units
        for number, x, y in _places(piece):
            pen.transform = (scale, 0, 0, scale, x * size + shift, y * size)
            pen.paint_glyph(face.font, number)
        drawn = pen.render()
        extents = drawn.extents
        area = (extents.width, extents.height)
        return Image.frombytes("RGBa", area, drawn.buffer, "raw", "BGRa", extents.stride, -1)


class HarfBuzzFace:
    """One font; what is asked often is kept."""

    def __init__(self, blob: hb.Blob) -> None:
        face = hb.Face(blob)
        self._characters: frozenset[int] = face.unicodes
        if not self._characters or not face.glyph_count:
            raise ValueError("it has no characters")
        self.font = hb.Font(face)
        self.units: int = face.upem
        self.has_bitmaps = bool(face.has_color_png and not face.has_color_paint)
        self.is_colour = bool(face.has_color_paint or face.has_color_layers or face.has_color_png)
        self._boxes: dict[Hashable, Ink | None] = {}

    def has(self, character: str) -> bool:
        return ord(character) in self._characters or character in _UNSEEN or character in _MADE

    def sets(self, cluster: str) -> bool:
        if all(map(self.has, cluster)):
            return True
        # HarfBuzz puts a letter together from its parts where the font has only those.
        apart = unicodedata.normalize("NFD", cluster)
        return apart != cluster and all(map(self.has, apart))

    def shape(
        self,
        text: str,
        start: int,
        end: int,
        *,
        is_rtl: bool,
        script: str,
        language: str,
        is_spaced: bool,
    ) -> Glyphs:
        buffer = hb.Buffer()
        # The whole text is given so that Arabic letters join across the edge of a run.
        buffer.add_codepoints(list(map(ord, text)), start, end - start)
        buffer.flags = _NO_DOTTED_CIRCLE
        buffer.direction = "rtl" if is_rtl else "ltr"
        # Set before guessing: the guess would be the process's locale, and cards differ by machine.
        buffer.language = language or "und"
        if script:
            buffer.script = script
        else:
            buffer.guess_segment_properties()
        hb.shape(self.font, buffer, _UNTIED if is_spaced else None)
        infos = buffer.glyph_infos
        places = [place.position for place in buffer.glyph_positions]
        units = self.units
        is_plain = not any(x or y for x, y, _, _ in places)
        return Glyphs(
            [info.codepoint for info in infos],
            [info.cluster for info in infos],
            [advance / units for _, _, advance, _ in places],
            None if is_plain else [(x / units, y / units) for x, y, _, _ in places],
            infos,
        )

    def may_cut(self, glyphs: Glyphs, at: int) -> bool:
        info = cast("hb.GlyphInfo", glyphs.marks[at])
        return not info.flags & _UNSAFE_TO_BREAK

    def box(self, number: Hashable) -> Ink | None:
        try:
            return self._boxes[number]
        except KeyError:
            found = self._boxes[number] = self._measured(number)
            return found

    def _measured(self, number: Hashable) -> Ink | None:
        box = self.font.get_glyph_extents(number)
        if not box or not box.width or not box.height:
            return None
        left, top, units = box.x_bearing, box.y_bearing, self.units
        return Ink(
            left / units, (top + box.height) / units, (left + box.width) / units, top / units
        )


def _opened(face: Face) -> HarfBuzzFace:
    return cast("HarfBuzzFace", face)


def _places(piece: Placed) -> list[tuple[int, float, float]]:
    ys = piece.ys or (0.0,) * len(piece.xs)
    return list(zip(cast("Sequence[int]", piece.numbers), piece.xs, ys, strict=True))


def _pasted_bitmaps(
    face: HarfBuzzFace, piece: Placed, size: float, box: tuple[int, int, int, int], shift: float
) -> Image.Image:
    """Draw a font whose glyphs are little PNG files of one size, as older emoji fonts are."""
    left, bottom, right, top = box
    whole = Image.new("RGBA", (right - left, top - bottom))
    for number, x, y in _places(piece):
        ink, blob = face.box(number), face.font.get_glyph_color_png(number)
        if ink is None or not blob:
            continue
        with Image.open(io.BytesIO(blob.data), formats=("PNG",)) as bitmap:
            area = (round((ink.right - ink.left) * size), round((ink.top - ink.bottom) * size))
            scaled = bitmap.convert("RGBA").resize(area, Image.Resampling.BOX, reducing_gap=None)
        place = (round((x + ink.left) * size + shift) - left, top - round((y + ink.top) * size))
        whole.alpha_composite(scaled, (max(0, place[0]), max(0, place[1])))
    return whole.convert("RGBa")
