"""Any text fits: it wraps, shrinks, is balanced, and only then shortened."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from service.cards.text.fitting import TextBlock, TextStyle, fit
from service.cards.text.fonts import stack_of
from service.cards.text.shaping import Paragraph, clean, raster

_WIDTH, _HEIGHT = 1088, 400
_STYLE = TextStyle(
    stack=stack_of("NotoSans-Bold"), max_size=76, min_size=44, lines=4, tracking=-0.014
)
_SCRIPTS = st.sampled_from(
    [
        "Council votes ", "Straßenverkehrsordnung ", "Ẹ̀kọ́ àwọn ", "đường sắt ", "Рада голосує ",
        "Βουλή ", "رئيس البلدية ", "הממשלה ", "प्रधानमंत्री ", "প্রধানমন্ত্রী ", "முதலமைச்சர் ",
        "ప్రధానమంత్రి ", "นายกรัฐมนตรี", "2026 ", "3.5% ", "(BBC) ", "“quoted” ", "— ", "😀 ", "漢字",
        "\u200d", "\u0301", "\n", "\x00", "\u202e", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "a\u00adb", "https://example.org/a/very/long/path?with=query&and=more ",
    ]
)  # fmt: skip


def _fit(text: str, style: TextStyle = _STYLE, *, height: float = _HEIGHT) -> TextBlock:
    return fit(text, style, width=_WIDTH, height=height, language="")


def _shown(block: TextBlock) -> list[str]:
    return [line.text for line in block.lines]


def test_a_short_headline_is_as_large_as_allowed():
    block = _fit("Ferry strike ends")

    assert _shown(block) == ["Ferry strike ends"]
    assert block.size == 76


def test_a_longer_headline_takes_more_lines_of_like_length():
    block = _fit("Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region")

    assert len(block.lines) == 3
    widths = [line.advance for line in block.lines]
    assert min(widths) > 0.6 * max(widths)
    assert " ".join(_shown(block)) == "Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region"


def test_fewer_lines_are_preferred_to_larger_type():
    words = "Officials from eleven coastal towns agree after nine months of talks to share "
    words += "the costs of the sea"
    patient = TextStyle(
        stack=_STYLE.stack, max_size=76, min_size=44, lines=4, ideal_lines=3, ideal_size=50
    )

    assert len(_fit(words).lines) == 4
    assert len(_fit(words, patient).lines) == 3


def test_a_headline_of_300_characters_ends_in_an_ellipsis_after_a_whole_word():
    text = "officials agree after months of talks " * 8
    block = _fit(text[:300])

    assert block.is_shortened
    assert len(block.lines) == 4
    last = _shown(block)[-1]
    assert last.endswith("…")
    assert last.removesuffix("…").split()[-1] in text.split()


def test_a_whole_article_in_place_of_a_headline_is_shortened_at_once():
    article = _fit("officials agree after months of talks " * 4000)
    headline = _fit("officials agree after months of talks " * 20)

    assert _shown(article) == _shown(headline)


def test_a_word_longer_than_a_line_is_hyphenated_and_nothing_of_it_is_lost():
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzänderungsverordnung"
    block = _fit(word)

    assert len(block.lines) > 1
    assert all(line.endswith("-") for line in _shown(block)[:-1])
    assert "".join(line.removesuffix("-") for line in _shown(block)) == word


def test_a_long_word_that_fits_when_small_is_not_split():
    block = _fit("Donaudampfschifffahrtsgesellschaftskapitän")

    assert _shown(block) == ["Donaudampfschifffahrtsgesellschaftskapitän"]
    assert block.size < 76


def test_thai_breaks_between_words_though_it_has_no_spaces():
    block = _fit("นายกรัฐมนตรีเปิดท่าเรือแห่งใหม่ท่ามกลางเสียงคัดค้านจากชาวประมงพื้นบ้าน")

    assert len(block.lines) > 1
    assert not block.is_shortened
    assert "นายกรัฐมนตรี" in _shown(block)[0]


def test_what_no_font_has_is_left_out_and_reported():
    block = _fit("Harbour 😀 opens 漢")

    assert _shown(block) == ["Harbour opens"]
    assert block.missing == {"😀", "漢"}


def test_an_unknown_mark_costs_the_mark_and_not_the_letter():
    block = _fit("Gate 1\ufe0f\u20e3 closed")

    assert _shown(block) == ["Gate 1 closed"]
    assert block.missing == {"\u20e3"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \n\t ", id="only spaces"),
        pytest.param("\u200b\u200d", id="only invisible characters"),
        pytest.param("漢字", id="only missing characters"),
    ],
)
def test_a_text_that_shows_nothing_takes_no_room(text):
    block = _fit(text)

    assert all(raster(line, block.size) is None for line in block.lines)
    assert block.width == 0


def test_line_separators_controls_and_doubled_spaces_become_single_spaces():
    assert clean("One\u2028two\n\n three\x00four\u202e five\ufeff") == "One two three four five"


def test_arabic_letters_are_joined():
    joined = Paragraph("ميناء", _STYLE.stack, tracking=0)
    apart = Paragraph("م ي ن ا ء", _STYLE.stack, tracking=0)

    assert {g.number for g in joined.line(0, 5).glyphs} != {
        g.number for g in apart.line(0, 9).glyphs
    }


def test_punctuation_keeps_the_font_of_its_word():
    line = Paragraph("प्रधानमंत्री, ताज़ा", _STYLE.stack, tracking=0)

    assert {glyph.font.name for glyph in line.line(0, len(line.text)).glyphs} == {
        "NotoSansDevanagari-Bold"
    }


@settings(max_examples=80, deadline=None)
@given(
    st.lists(_SCRIPTS, min_size=1, max_size=40).map("".join),
    st.integers(min_value=40, max_value=1200),
    st.integers(min_value=60, max_value=700),
)
def test_no_headline_ever_leaves_its_box(text, width, height):
    block = fit(text, _STYLE, width=width, height=height, language="")

    assert len(block.lines) <= _STYLE.lines
    assert block.width <= width + 0.01
    assert block.height <= max(height, 2 * _STYLE.min_size)


@settings(max_examples=60, deadline=None)
@given(st.lists(_SCRIPTS, min_size=20, max_size=60).map("".join))
def test_an_ellipsis_never_cuts_a_character(text):
    narrow = TextStyle(stack=_STYLE.stack, max_size=50, min_size=44, lines=2)
    block = fit(text, narrow, width=420, height=_HEIGHT, language="")
    drawable = clean(_STYLE.stack.keep_drawable(clean(text))[0])

    clusters = regex.findall(r"\X", drawable)
    for line in block.lines:
        shown = line.text.removesuffix("…").removesuffix("-")
        assert all(part in clusters for part in regex.findall(r"\X", shown))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_no_text_at_all_breaks_the_setting(text):
    block = _fit(text)

    assert block.width <= _WIDTH + 0.01
    assert all(glyph.number for line in block.lines for glyph in line.glyphs)
