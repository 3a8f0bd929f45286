"""Checks the frame of a font file before any font program sees it: every table in its place.

Only what a hostile file could lie about is read: sizes, places and counts. Whether its letters can
be drawn is asked elsewhere.
"""

import struct
from collections.abc import Mapping
from itertools import pairwise

from service.domain.errors import BadPayload

_MOST_TABLES = 64
_NEEDED = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2")
_OUTLINES = ("glyf", "CFF ", "CFF2")
# Pictures inside of a font are opened when a card is drawn, far from here.
_PICTURES = ("CBDT", "sbix", "SVG ", "COLR")
_SFNT = (b"\x00\x01\x00\x00", b"OTTO", b"true")
_OTHER_KINDS = {
    b"wOFF": "a WOFF file, made for web pages",
    b"wOF2": "a WOFF2 file, made for web pages",
    b"ttcf": "a collection of several fonts",
    b"%!PS": "a PostScript font",
    b"PK\x03\x04": "a ZIP archive",
}
_HEAD_MAGIC = 0x5F0F3CF5
_UNITS = range(16, 16385)
# The licence bits of OS/2: https://learn.microsoft.com/typography/opentype/spec/os2#fstype
_RESTRICTED, _BITMAPS_ONLY = 0x0002, 0x0200
_MILDER = 0x000C


def tables_of(data: bytes) -> dict[str, memoryview]:
    """Return the tables of one font by their tags; raises BadPayload."""
    _refuse_other_kinds(data)
    count = struct.unpack_from(">H", data, 4)[0] if len(data) >= 12 else 0  # noqa: PLR2004 - the header
    start = 12 + 16 * count
    if not 0 < count <= _MOST_TABLES or start > len(data):
        raise _broken("its list of tables is cut off")
    places = [struct.unpack_from(">4s4xLL", data, 12 + 16 * index) for index in range(count)]
    ends = start
    for _, offset, length in sorted(places, key=lambda place: (place[1], place[2])):
        if offset < ends or offset + length > len(data):
            raise _broken("its tables overlap or end after the file")
        ends = offset + length
    view = memoryview(data)
    tables = {
        tag.decode("latin-1"): view[offset : offset + length] for tag, offset, length in places
    }
    if len(tables) != count:
        raise _broken("it has the same table twice")
    return tables


def check_tables(tables: Mapping[str, memoryview]) -> None:
    """Refuse a font that cannot be type, may not be used, or whose counts cannot be true."""
    if not any(tables.get(tag) for tag in _OUTLINES) or any(tag in tables for tag in _PICTURES):
        raise BadPayload(
            "The font is made of pictures, not of outlines: choose one with plain letters."
        )
    missing = [tag for tag in _NEEDED if not tables.get(tag)]
    if missing:
        raise _broken(f"it has no table {missing[0].strip()}")
    try:
        _check_permission(tables["OS/2"])
        glyphs = _checked_counts(tables)
        if "glyf" in tables:
            _check_outlines(tables, glyphs)
    except struct.error as error:
        raise _broken("a table is cut off") from error


def _refuse_other_kinds(data: bytes) -> None:
    if data[:4] in _SFNT:
        return
    found = _OTHER_KINDS.get(data[:4], "not a font file")
    raise BadPayload(f"This is {found}: send one font as a TTF or OTF file.")


def _check_permission(os2: memoryview) -> None:
    permission = struct.unpack_from(">H", os2, 8)[0]
    if permission & _RESTRICTED and not permission & _MILDER:
        raise BadPayload(
            "The font's maker forbids embedding (its licence bits say restricted): ask for a "
            "licence that allows it, or choose another font."
        )
    if permission & _BITMAPS_ONLY:
        raise BadPayload(
            "The font's maker allows only its bitmaps to be embedded: choose another font."
        )


def _checked_counts(tables: Mapping[str, memoryview]) -> int:
    """Return the number of glyphs."""
    magic, units = struct.unpack_from(">12xL2xH", tables["head"])
    if magic != _HEAD_MAGIC or units not in _UNITS:
        raise _broken("its head is not that of a font")
    glyphs = int(struct.unpack_from(">4xH", tables["maxp"])[0])
    measured = struct.unpack_from(">34xH", tables["hhea"])[0]
    if not 0 < measured <= glyphs:
        raise _broken("it measures more glyphs than it has")
    if len(tables["hmtx"]) < 4 * measured + 2 * (glyphs - measured):
        raise _broken("it has fewer widths than glyphs")
    return glyphs


def _check_outlines(tables: Mapping[str, memoryview], glyphs: int) -> None:
    is_long = struct.unpack_from(">50xh", tables["head"])[0]
    loca = tables.get("loca", memoryview(b""))
    if is_long not in (0, 1) or len(loca) < (4 if is_long else 2) * (glyphs + 1):
        raise _broken("it has fewer outlines than glyphs")
    form, scale = (f">{glyphs + 1}L", 1) if is_long else (f">{glyphs + 1}H", 2)
    places = struct.unpack_from(form, loca)
    if any(a > b for a, b in pairwise(places)) or places[-1] * scale > len(tables["glyf"]):
        raise _broken("its outlines overlap or end after their table")


def _broken(what: str) -> BadPayload:
    return BadPayload(f"The font file is damaged, because {what}: export it again.")
