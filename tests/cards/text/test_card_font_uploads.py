"""A brand's font is taken in only where it is one, may be used, and can be drawn without harm."""

import random
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from service.cards.text import uploads
from service.cards.text.fonts import FONTS_FOLDER
from service.cards.text.sfnt import tables_of
from service.cards.text.uploads import MOST_BYTES, FontFacts, check_font
from service.domain.errors import BadPayload

_BOLD = (FONTS_FOLDER / "NotoSans-Bold.ttf").read_bytes()
# Small enough to be tried many times.
_SMALL = (FONTS_FOLDER / "NotoSansHebrew-Bold.ttf").read_bytes()


def _places(data: bytes) -> dict[str, tuple[int, int, int]]:
    """Each table's row in the list of tables, its offset and its length."""
    count = struct.unpack_from(">H", data, 4)[0]
    rows = [12 + 16 * index for index in range(count)]
    return {
        data[row : row + 4].decode(): (row, *struct.unpack_from(">8xLL", data, row)) for row in rows
    }


def _patched(table: str, offset: int, form: str, *values: int) -> bytes:
    data = bytearray(_SMALL)
    struct.pack_into(form, data, _places(_SMALL)[table][1] + offset, *values)
    return bytes(data)


def _renamed(table: str, name: bytes) -> bytes:
    data = bytearray(_SMALL)
    row = _places(_SMALL)[table][0]
    data[row : row + 4] = name
    return bytes(data)


def _listed(table: str, *, offset: int | None = None, length: int | None = None) -> bytes:
    data = bytearray(_SMALL)
    row, old_offset, old_length = _places(_SMALL)[table]
    struct.pack_into(
        ">LL",
        data,
        row + 8,
        old_offset if offset is None else offset,
        old_length if length is None else length,
    )
    return bytes(data)


def _without_ink() -> bytes:
    """Every outline ends where it begins."""
    data = bytearray(_SMALL)
    _, offset, length = _places(_SMALL)["loca"]
    data[offset : offset + length] = bytes(length)
    return bytes(data)


def test_a_font_says_what_it_is():
    facts = check_font(_BOLD)

    assert facts == FontFacts(
        name="Noto Sans Bold",
        family="Noto Sans",
        weight=700,
        characters=2840,
        permission="installable",
        licence=facts.licence,
    )
    assert facts.licence.startswith("This Font Software is licensed under the SIL Open Font")


@pytest.mark.parametrize("path", sorted(FONTS_FOLDER.glob("*.ttf")), ids=lambda path: path.stem)
def test_the_fonts_that_we_ship_would_be_taken(path):
    assert check_font(path.read_bytes()).permission == "installable"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "not a font file", id="nothing"),
        pytest.param(b"<svg/>", "not a font file", id="a drawing"),
        pytest.param(b"wOF2" + bytes(90), "WOFF2 file", id="a web font"),
        pytest.param(b"wOFF" + bytes(90), "WOFF file", id="an older web font"),
        pytest.param(b"ttcf" + bytes(90), "collection of several fonts", id="a collection"),
        pytest.param(b"PK\x03\x04" + bytes(90), "ZIP archive", id="a download as it came"),
        pytest.param(_SMALL[:4], "list of tables is cut off", id="four bytes of a font"),
        pytest.param(_SMALL[:4] + b"\xff\xff" + _SMALL[6:], "list of tables", id="65535 tables"),
        pytest.param(_SMALL + bytes(MOST_BYTES), "may have 8", id="too large"),
        pytest.param(_listed("glyf", offset=2**31), "end after the file", id="a table far away"),
        pytest.param(_listed("glyf", length=2**32 - 1), "after the file", id="an endless table"),
        pytest.param(_listed("GPOS", offset=300), "overlap", id="tables on top of each other"),
        pytest.param(_renamed("GPOS", b"GDEF"), "the same table twice", id="a table twice"),
        pytest.param(_renamed("cmap", b"xxxx"), "no table cmap", id="no characters listed"),
        pytest.param(_renamed("OS/2", b"xxxx"), "no table OS/2", id="no licence bits"),
        pytest.param(_renamed("glyf", b"xxxx"), "made of pictures", id="no outlines"),
        pytest.param(_renamed("GPOS", b"SVG "), "made of pictures", id="drawings inside"),
        pytest.param(_renamed("GPOS", b"CBDT"), "made of pictures", id="bitmaps inside"),
        pytest.param(_patched("OS/2", 8, ">H", 0x0002), "forbids embedding", id="restricted"),
        pytest.param(_patched("OS/2", 8, ">H", 0x0200), "only its bitmaps", id="bitmaps only"),
        pytest.param(_patched("head", 12, ">L", 1), "not that of a font", id="a strange head"),
        pytest.param(_patched("head", 18, ">H", 1), "not that of a font", id="one unit an em"),
        pytest.param(_patched("maxp", 4, ">H", 65535), "fewer widths", id="65535 glyphs"),
        pytest.param(_patched("maxp", 4, ">H", 0), "measures more glyphs", id="no glyph"),
        pytest.param(_patched("hhea", 34, ">H", 9999), "measures more glyphs", id="many widths"),
        pytest.param(_patched("loca", 4, ">H", 65535), "outlines overlap", id="outlines astray"),
        pytest.param(_patched("cmap", 0, ">64x"), "no characters", id="an empty cmap"),
        pytest.param(_without_ink(), "letters of the font are empty", id="no ink"),
        pytest.param(_patched("head", 18, ">H", 16), "large as a house", id="letters of 60 em"),
    ],
)  # fmt: skip
def test_what_is_no_usable_font_gets_one_clear_sentence(data, sentence):
    with pytest.raises(BadPayload) as refusal:
        check_font(data)

    said = str(refusal.value)
    assert sentence in said
    assert said.endswith(".")
    assert said.count(". ") == 0


def test_a_font_for_print_and_preview_may_be_used():
    facts = check_font(_patched("OS/2", 8, ">H", 0x0004))

    assert facts.permission == "preview and print"


def test_an_old_font_that_counts_its_weight_from_one_to_nine_is_understood():
    assert check_font(_patched("OS/2", 4, ">H", 7)).weight == 700


def test_a_font_cut_off_at_any_table_is_refused():
    ends = {offset + length for _, offset, length in _places(_SMALL).values()}
    cuts = {cut for end in ends for cut in (end - 1, end, end + 1) if cut < len(_SMALL) - 3}

    for cut in sorted(cuts):
        with pytest.raises(BadPayload):
            check_font(_SMALL[:cut])

    assert len(cuts) > 20


@pytest.mark.parametrize("seed", range(24))
def test_a_font_with_bits_turned_over_does_no_harm(seed):
    chance = random.Random(seed)
    data = bytearray(_SMALL)
    for _ in range(2 ** chance.randrange(9)):
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)

    assert _ends_well(lambda: check_font(bytes(data)))


@pytest.mark.parametrize("table", sorted(_places(_SMALL)))
def test_a_font_with_noise_in_a_table_does_no_harm(table):
    _, offset, length = _places(_SMALL)[table]
    noise = random.Random(zlib.crc32(table.encode())).randbytes(length)

    assert _ends_well(lambda: check_font(_SMALL[:offset] + noise + _SMALL[offset + length :]))


def _ends_well(check: Callable[[], FontFacts]) -> bool:
    """Say whether a font was taken or refused in a sentence, in the time that it may take."""
    started = time.monotonic()
    try:
        check()
    except BadPayload as refusal:
        return str(refusal).endswith(".")
    return time.monotonic() - started < uploads.CELL.cpu_s


def test_a_reader_that_takes_too_much_is_ended_and_said_so(monkeypatch):
    monkeypatch.setattr(uploads, "CELL", replace(uploads.CELL, memory_bytes=20_000_000))

    with pytest.raises(BadPayload, match="more memory or time than a font may"):
        check_font(_SMALL)


def test_names_that_steer_a_terminal_are_plain_text():
    data = bytearray(_SMALL)
    names = "Noto Sans Hebrew".encode("utf-16-be")
    evil = "Noto\x1b[2J\n\u202eHebrew".encode("utf-16-be").ljust(len(names), b"\x00")[: len(names)]
    count = data.count(names)
    data = bytearray(bytes(data).replace(names, evil))

    facts = check_font(bytes(data))

    assert count
    assert all(part.isprintable() for part in (facts.name, facts.family))


def test_the_frame_of_a_font_is_read_without_a_copy():
    tables = tables_of(_BOLD)

    assert {"cmap", "glyf", "head"} <= set(tables)
    assert all(isinstance(table, memoryview) for table in tables.values())
