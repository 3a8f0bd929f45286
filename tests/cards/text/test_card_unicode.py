"""Unicode's own test files against our code. They come with Debian's package unicode-data (15.0).

ICU follows a later Unicode, so a few expectations of that version no longer hold: each is listed
with the rule that changed, and must be taken from the list when it is no longer needed.
"""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from service.cards.text import direction
from service.cards.text.breaks import graphemes, segments
from service.cards.text.direction import Direction, base_direction, levels_of, visual_order

# The files are installed by `make test`, as the servers are.
pytestmark = pytest.mark.servers

_FOLDER = Path("/usr/share/unicode")
# Which characters of BidiTest.txt stand for a class.
_EXAMPLES = {
    "L": "a", "R": "\u05d0", "AL": "\u0627", "EN": "1", "AN": "\u0661", "ES": "+", "ET": "$",
    "CS": ",", "NSM": "\u0300", "BN": "\u00ad", "B": "\u2029", "S": "\t", "WS": " ", "ON": "!",
    "LRE": "\u202a", "RLE": "\u202b", "PDF": "\u202c", "LRO": "\u202d", "RLO": "\u202e",
    "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068", "PDI": "\u2069",
}  # fmt: skip
# All half a million rows would take half a minute of every run.
_EVERY_ROW_OF_CLASSES = 5

_LINE_EXCEPTIONS = {
    "since Unicode 16 a hyphen at the start of a word stays with it (LB20a)": {
        "-#", "-\u0308#", "-\u05d0", "-\u0308\u05d0", "-§", "-\u0308§", "-\U00050005",
        "-\u0308\U00050005", "-ก", "-\u0308ก",
    },
    "since Unicode 16 a hyphen between Hebrew letters is like any other (LB21a)": {"א-א"},
    "since Unicode 16 a point or comma stays with the number behind it (LB15c, LB25)": {
        ",0", ",\u03080", "equals .35 cents", "a.2 ", "a.2 क", "a.2 本", "a.2\u3000本",
        "a.2\u3000ま", "a.2\u30003", "a.2\u3000「", "A.1 못", "봤어. A.2 볼", "봐요. A.3 못",
        "요. A.4 못",
    },
    "since Unicode 15.1 a straight quotation mark holds no bracket behind a space (LB15a)": {
        '" \u2329', '"\u0308 \u2329', '" (', '"\u0308 (',
    },
    "since Unicode 15.1 guillemets hold what is inside of them (LB15a, LB15b)": {
        "ambigu(« \u0308 »)(e\u0308)", "ambigu« ( \u0308 ) »(e\u0308)",
        "ambigu{« \u0308 »}(e\u0308)", "ambigu« { \u0308 } »(e\u0308)",
    },
    "ours: no line starts with the dash of the word before": {"א—", "0—", "ก—"},
    "ours: a sign stays with the currency, and a slash with the word that it begins": {"-$", "/ก"},
}  # fmt: skip
_GRAPHEME_EXCEPTIONS = {
    "since Unicode 16 scissors are no emoji, so nothing joins them": {"\u2701\u200d\u2701"},
}
# Marks of scripts that run from the left, which Python 3.11 takes for letters of theirs.
_KIND_EXCEPTIONS = {
    "14.0.0": {
        0x11241, 0x11F00, 0x11F01, *range(0x11F36, 0x11F3B), 0x11F40, 0x11F42, 0x13440,
        *range(0x13447, 0x13456), 0x1E08F, *range(0x1E4EC, 0x1E4F0),
    },
}  # fmt: skip


def _lines(name: str) -> Iterator[str]:
    path = _FOLDER / name
    if not path.exists():
        pytest.fail(
            f"{path} is not there: run `make test` once to install Debian's unicode-data",
            pytrace=False,
        )
    with path.open(encoding="utf-8") as file:
        for line in file:
            content = line.partition("#")[0].strip()
            if content:
                yield content


def _characters(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


def _numbers(row: str) -> list[int | None]:
    return [None if value == "x" else int(value) for value in row.split()]


def _goes_wrong(text: str, base: Direction, levels: list[int | None], order: list[int]) -> str:
    found = levels_of(text, base)
    # Rule X9 removes what has no level in the file; we keep it without disturbing the rest.
    kept = [None if levels[index] is None else level for index, level in enumerate(found)]
    seen = [index for index in visual_order(found) if levels[index] is not None]
    if kept == levels and seen == order:
        return ""
    return f"{text!r} from {base.name}: {found} {seen}, not {levels} {order}"


def test_every_case_of_the_bidirectional_algorithm():
    wrong, count = [], 0
    for line in _lines("BidiCharacterTest.txt"):
        codes, way, paragraph, levels, order = line.split(";")
        text = _characters(codes)
        base = base_direction(text) if way == "2" else Direction(int(way))
        assert base == int(paragraph)
        places = [int(index) for index in order.split()]
        wrong.append(_goes_wrong(text, base, _numbers(levels), places))
        count += 1

    assert [sentence for sentence in wrong if sentence] == []
    assert count == 91_707


def test_the_bidirectional_algorithm_on_every_row_of_classes():
    wrong, count = [], 0
    for text, bases, levels, order in islice(_rows_of_classes(), 0, None, _EVERY_ROW_OF_CLASSES):
        wrong += [_goes_wrong(text, base, levels, order) for base in bases]
        count += 1

    assert [sentence for sentence in wrong if sentence] == []
    assert count == 98_170


def _rows_of_classes() -> Iterator[tuple[str, set[Direction], list[int | None], list[int]]]:
    levels: list[int | None] = []
    order: list[int] = []
    for line in _lines("BidiTest.txt"):
        if line.startswith("@"):
            name, _, row = line.partition(":")
            if name == "@Levels":
                levels = _numbers(row)
            elif name == "@Reorder":
                order = [int(index) for index in row.split()]
            continue
        row, ways = line.split(";")
        text = "".join(_EXAMPLES[kind] for kind in row.split())
        bits = int(ways, 16)
        bases = {base for base in Direction if bits & (2 << base)}
        yield text, bases | ({base_direction(text)} if bits & 1 else set()), levels, order


def test_every_character_has_its_bidirectional_class():
    exceptions = _KIND_EXCEPTIONS.get(unicodedata.unidata_version, set())
    wrong = set()
    for line in _lines("extracted/DerivedBidiClass.txt"):
        codes, kind = line.split(";")
        first, _, last = codes.strip().partition("..")
        span = range(int(first, 16), int(last or first, 16) + 1)
        wrong |= {code for code in span if direction._kind(chr(code)) != kind.strip()}

    assert wrong == exceptions


def test_every_bracket_has_its_partner():
    pairs = {}
    for line in _lines("BidiBrackets.txt"):
        code, partner, kind = (part.strip() for part in line.split(";"))
        if kind == "o":
            pairs[_characters(code)] = _characters(partner)

    assert dict(zip(direction._OPENING, direction._CLOSING, strict=True)) == pairs


@pytest.mark.parametrize(
    ("name", "parted", "exceptions", "count"),
    [
        pytest.param("LineBreakTest", segments, _LINE_EXCEPTIONS, 7654, id="lines"),
        pytest.param("GraphemeBreakTest", graphemes, _GRAPHEME_EXCEPTIONS, 602, id="characters"),
    ],
)
def test_every_case_of_breaking(name, parted, exceptions, count):
    cases = [_parted(line) for line in _lines(f"auxiliary/{name}.txt")]
    wrong = {
        text
        for text, breaks in cases
        if [*(start for start, _ in parted(text)), len(text)] != [0, *breaks]
    }

    assert wrong == set().union(*exceptions.values())
    assert len(cases) == count


def _parted(line: str) -> tuple[str, list[int]]:
    """Read a line such as "× 0061 ÷ 0062 ÷": the text and where it may be broken."""
    text, breaks = "", []
    for sign in line.split():
        if sign == "÷":
            breaks.append(len(text))
        elif sign != "×":
            text += chr(int(sign, 16))
    # A break before the first character is no break.
    return text, [at for at in breaks if at]
