"""Takes in a brand's own font: says what it is, or in one sentence why it cannot be used.

A font is a program in disguise: it holds offsets, counts and instructions that whoever draws it
follows. So a stranger's is tried in a cell, where it has to set and draw letters before a card may
use it.
"""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from service.cards.cell import Cell
from service.cards.text.sfnt import check_tables, tables_of
from service.domain.errors import BadPayload

if TYPE_CHECKING:
    import uharfbuzz as hb

MOST_BYTES = 8_000_000
CELL = Cell(
    opener="service.cards.text.uploads:opened",
    memory_bytes=512 * 1024 * 1024,
    cpu_s=10,
    patience_s=30,
    failure=(
        "The font took more memory or time than a font may, or made its reader fail: export it "
        "again as a plain TTF or OTF file."
    ),
)
_LONGEST_NAME, _LONGEST_LICENCE = 100, 2000

_SAMPLE = "Hamburgefonstiv 0123456789 Ağaç Ελλάδα Москва العربية עברית हिन्दी"
_MOST_SET, _MOST_DRAWN = 300, 3000
_SIZE = 96
# The widest ligature in earnest use, a whole Arabic sentence, has 11 em; a card reserves a picture
# as large as a glyph claims to be.
_WIDEST_EM, _HIGHEST_EM = 24, 8
# A rule of a font may write several glyphs for one, but not a page.
_MOST_GLYPHS_PER_CHARACTER = 8

# Of a font's own words about itself: https://learn.microsoft.com/typography/opentype/spec/name
_FAMILY, _FULL_NAME, _LICENCE, _LICENCE_ADDRESS, _BETTER_FAMILY = 1, 4, 13, 14, 16
_WEIGHTS = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFacts:
    """What a font says about itself; all of it is the maker's word, and may be empty.

    `permission` is what its licence bits allow: installable, editable, or preview and print.
    """

    name: str
    family: str
    weight: int
    characters: int
    permission: str
    licence: str


def check_font(data: bytes) -> FontFacts:
    """Say what a stranger's font is; raises BadPayload where cards cannot be set in it."""
    if len(data) > MOST_BYTES:
        raise BadPayload(
            f"The font has {len(data) / 1e6:.1f} MB and may have {MOST_BYTES / 1e6:.0f}: "
            "leave out the scripts that you do not write."
        )
    # What the frame tells costs no process.
    check_tables(tables_of(data))
    return FontFacts(**json.loads(CELL.open(data)))


def opened(data: bytes) -> bytes:
    """Be in the cell: say what a font is, as JSON."""
    return json.dumps(asdict(_facts(data))).encode()


def _facts(data: bytes) -> FontFacts:
    import uharfbuzz as hb  # noqa: PLC0415 - only the cell reads fonts of strangers

    face = hb.Face(data)
    characters = sorted(face.unicodes)
    if not characters:
        raise BadPayload("The font has no characters: export it again.")
    font = hb.Font(face)
    _check_sizes(face, font)
    _check_rules(font, characters)
    _check_ink(font, characters)
    tables = tables_of(data)
    bits = int.from_bytes(tables["OS/2"][8:10], "big")
    return FontFacts(
        name=_said(face, _FULL_NAME),
        family=_said(face, _BETTER_FAMILY) or _said(face, _FAMILY),
        weight=_weight(int.from_bytes(tables["OS/2"][4:6], "big")),
        characters=len(characters),
        permission=_permission(bits),
        licence=_said(face, _LICENCE, _LONGEST_LICENCE)
        or _said(face, _LICENCE_ADDRESS, _LONGEST_LICENCE),
    )


def _check_sizes(face: "hb.Face", font: "hb.Font") -> None:
    widest, highest = _WIDEST_EM * face.upem, _HIGHEST_EM * face.upem
    for number in range(face.glyph_count):
        box = font.get_glyph_extents(number)
        advance = font.get_glyph_h_advance(number)
        edges = (box.x_bearing, box.x_bearing + box.width, advance) if box else (advance,)
        heights = (box.y_bearing, box.y_bearing + box.height) if box else ()
        if max(map(abs, edges)) > widest or max(map(abs, heights), default=0) > highest:
            raise BadPayload("The font has a letter as large as a house: export it again.")


def _check_rules(font: "hb.Font", characters: Iterable[int]) -> None:
    """Set sample texts: rules that never end take the time that this process has."""
    import uharfbuzz as hb  # noqa: PLC0415 - only the cell reads fonts of strangers

    had = set(characters)
    own = "".join(chr(one) for one in sorted(had)[:_MOST_SET] if one >= ord(" "))
    for sample in (_SAMPLE, own, own[::-1], "aaaaaaaa" * 8):
        text = "".join(one for one in sample if ord(one) in had)
        if not text:
            continue
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.language = "und"
        buffer.guess_segment_properties()
        hb.shape(font, buffer)
        if len(buffer.glyph_infos) > _MOST_GLYPHS_PER_CHARACTER * len(text):
            raise BadPayload("The font turns a word into a page of glyphs: export it again.")


def _check_ink(font: "hb.Font", characters: list[int]) -> None:
    """Draw letters from all over the font, and refuse one in which they leave no ink."""
    letters = [one for one in characters if unicodedata.category(chr(one))[0] in "LN"]
    if not letters:
        raise BadPayload("The font has no letters, only signs: choose one for text.")
    step = max(1, len(letters) // _MOST_DRAWN)
    chosen = letters[::step]
    inked = sum(_leaves_ink(font, font.get_nominal_glyph(one)) for one in chosen)
    if inked * 2 < len(chosen):
        raise BadPayload("Most letters of the font are empty: export it again.")


def _leaves_ink(font: "hb.Font", number: int | None) -> bool:
    import uharfbuzz as hb  # noqa: PLC0415 - only the cell reads fonts of strangers

    if not number:
        return False
    scale = _SIZE / font.face.upem
    pen = hb.RasterDraw()
    pen.extents = hb.RasterExtents(-_SIZE, -_SIZE, 3 * _SIZE, 3 * _SIZE, 0)
    pen.transform = (scale, 0, 0, scale, 0, 0)
    pen.draw_glyph(font, number)
    return any(bytes(pen.render().buffer))


def _said(face: "hb.Face", what: int, longest: int = _LONGEST_NAME) -> str:
    """Return a font's own words, in one line and without anything that steers a terminal."""
    found = face.get_name(what) or ""
    plain = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in found)
    return " ".join(plain.split())[:longest]


def _weight(said: int) -> int:
    lightest, heaviest = _WEIGHTS
    # Old fonts count from 1 to 9.
    return min(heaviest, max(lightest, said * 100 if 0 < said < 10 else said))  # noqa: PLR2004


def _permission(bits: int) -> str:
    if bits & 0x0008:
        return "editable"
    return "preview and print" if bits & 0x0004 else "installable"
