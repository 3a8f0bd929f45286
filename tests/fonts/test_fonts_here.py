"""What the fonts of an installation promise: every language written, every licence named."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
import uharfbuzz as hb

from service.cards.text.fonts import FONTS_FOLDER, stack_of
from service.cards.text.scripts import script_of
from service.cards.text.shaping import Paragraph, pixel_box
from service.fonts.fetching import FETCHED, draws, font_sets
from service.fonts.listing import listed_fonts

_SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))
_ROWS = tomllib.loads((FONTS_FOLDER / "fonts.toml").read_text("utf-8"))["fonts"]
_FILES = {row["name"]: FONTS_FOLDER / row.get("file", f"{row['name']}.ttf") for row in _ROWS}
_HERE = [name for name, path in _FILES.items() if path.exists()]
# Hebrew’s alphabet has 22 and five final forms.
_FEWEST_LETTERS = 25
_EMOJI = "😀 👍🏽 👨\u200d👩\u200d👧 🇳🇬 1\ufe0f\u20e3 ❤\ufe0f 🏳\ufe0f\u200d🌈 🫠"


@pytest.mark.parametrize("typeface", ["NotoSans-Bold", "NotoSerif-Regular"])
@pytest.mark.parametrize("language", _SENTENCES)
def test_a_headline_is_written_whole_in(language, typeface):
    text = _SENTENCES[language]

    paragraph = Paragraph(text, stack_of(typeface), tracking=0.0, language=language)

    assert paragraph.missing == frozenset()
    assert pixel_box(paragraph.line(0, len(paragraph.text)).ink, 48, 0.0) is not None


def test_chinese_characters_are_written_as_each_language_writes_them():
    stack = stack_of("NotoSans-Bold")

    shapes = [_shape_of("骨直，", stack, language) for language in ("ja", "zh-Hans", "zh-Hant")]

    assert all(shapes.count(shape) == 1 for shape in shapes)


def _shape_of(text, stack, language):
    line = Paragraph(text, stack, tracking=0.0, language=language).line(0, len(text))
    return [(piece.face, tuple(piece.numbers)) for piece in line.pieces]


def test_emoji_are_drawn_in_colour():
    stack = stack_of("NotoSans-Bold")

    paragraph = Paragraph(_EMOJI, stack, tracking=0.0)

    assert paragraph.missing == frozenset()
    (font,) = {font for font, start, end in stack.fonts_for(_EMOJI, "") if font.is_emoji}
    assert draws(font.face, _EMOJI, "en")


@pytest.mark.parametrize("each", font_sets(), ids=lambda each: each.name)
def test_make_fonts_has_brought(each):
    assert each.is_in(FETCHED), "run `make fonts`"


@pytest.mark.parametrize("name", _HERE)
def test_a_font_says_that_it_may_be_used(name):
    face = hb.Face(hb.Blob.from_file_path(_FILES[name]))

    assert "SIL Open Font License" in face.get_name(13)
    assert (FONTS_FOLDER / "OFL.txt").exists()


def test_every_font_file_has_a_row_and_every_row_that_is_not_optional_has_its_file():
    committed = {path.stem for path in FONTS_FOLDER.glob("*.ttf")}

    assert committed == {row["name"] for row in _ROWS if not row.get("optional")}


@pytest.mark.parametrize("row", [row for row in _ROWS if row["name"] in _HERE], ids=_HERE)
def test_a_row_tells_a_fonts_weight_and_scripts_as_they_are(row):
    face = hb.Face(hb.Blob.from_file_path(_FILES[row["name"]]))
    letters = Counter(script_of(chr(code)) for code in face.unicodes if chr(code).isalpha())
    weight = int.from_bytes(face.reference_table("OS/2").data[4:6], "big")

    assert weight == row["weight"]
    assert all(letters[script] >= _FEWEST_LETTERS for script in row["scripts"])
    assert row.get("emoji") or letters.most_common(1)[0][0] in row["scripts"]


def test_the_readme_beside_the_fonts_names_them_all():
    readme = (FONTS_FOLDER / "README.md").read_text("utf-8")

    assert [each.name for each in listed_fonts() if f"| {each.name} |" not in readme] == []


def test_fonts_in_git_stay_small():
    assert sum(path.stat().st_size for path in FONTS_FOLDER.glob("*.ttf")) < 4_200_000
