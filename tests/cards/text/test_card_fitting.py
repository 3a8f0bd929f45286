"""Any text fits: it wraps, shrinks, is balanced, and only then shortened."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from service.cards.text.cleaning import clean
from service.cards.text.fitting import TextBlock, TextStyle, fit
from service.cards.text.fonts import Stack, stack_of
from service.cards.text.shaping import Paragraph, pixel_box

_WIDTH, _HEIGHT = 1088, 400
# Without the fonts that only some installations have.
_FONTS = tuple(
    font for font in stack_of("NotoSans-Bold").fonts if not font.languages and not font.is_emoji
)
_STYLE = TextStyle(stack=Stack(_FONTS), max_size=76, min_size=44, lines=4, tracking=-0.014)
_SCRIPTS = st.sampled_from(
    [
        "Council votes ", "Straßenverkehrsordnung ", "Ẹ̀kọ́ àwọn ", "đường sắt ", "Рада голосує ",
        "Βουλή ", "رئيس البلدية ", "הממשלה ", "प्रधानमंत्री ", "প্রধানমন্ত্রী ", "முதலமைச்சர் ",
        "ప్రధానమంత్రి ", "นายกรัฐมนตรี", "2026 ", "3.5% ", "(BBC) ", "“quoted” ", "— ", "😀 ", "漢字",
        "\u200d", "\u0301", "\n", "\x00", "\u202e", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "a\u00adb", "Über\u00adwachungs\u00adgesetz ", "e\u0301\u0300\u0302\u0303", "\u2067",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "https://example.org/a/very/long/path?with=query&and=more ",
    ]
)  # fmt: skip


def _fit(
    text: str, style: TextStyle = _STYLE, *, height: float = _HEIGHT, language: str = ""
) -> TextBlock:
    return fit(text, style, width=_WIDTH, height=height, language=language)


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


@pytest.mark.parametrize(
    ("text", "language", "torn"),
    [
        pytest.param(
            "걸어서 십 분이면 건너는 다리인데 지금까지는 아무도 걷고 싶어 하지 않았습니다",
            "ko",
            "다",
            id="a Korean word",
        ),
        pytest.param(
            "Przez dwadzieścia lat liczyłam je na palcach. W tym roku przestałam liczyć.",
            "pl",
            "W",
            id="a Polish preposition",
        ),
    ],
)
def test_a_line_more_is_taken_before_a_phrase_is_torn(text, language, torn):
    style = TextStyle(
        stack=stack_of("NotoSans-Bold"),
        max_size=76,
        min_size=30,
        lines=6,
        ideal_lines=5,
        ideal_size=60,
    )

    for width in range(500, 1100, 20):
        block = fit(text, style, width=width, height=600, language=language)

        assert " ".join(_shown(block)) == text
        assert torn not in {line.split()[-1] for line in _shown(block)}


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


def test_korean_type_is_set_smaller_before_a_word_is_cut():
    style = TextStyle(stack=stack_of("NotoSans-Bold"), max_size=100, min_size=40, lines=10)
    block = fit(
        "한강 다리 보행로 넓힌다…“차보다 사람이 먼저”",
        style,
        width=700,
        height=2000,
        language="ko",
    )

    ends = [line.text.split()[-1] for line in block.lines]
    assert "넓힌다…“차보다" in ends
    assert 85 <= block.size < 100


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

    assert all(pixel_box(line.reach, block.size, 0.0) is None for line in block.lines)
    assert block.width == 0


def test_line_separators_controls_and_doubled_spaces_become_single_spaces():
    assert clean("One\u2028two\n\n three\x00four\u202e five\ufeff") == "One two three four five"


def test_arabic_letters_are_joined():
    joined = Paragraph("ميناء", _STYLE.stack, tracking=0)
    apart = Paragraph("م ي ن ا ء", _STYLE.stack, tracking=0)

    assert set(joined.line(0, 5).pieces[0].numbers) != set(apart.line(0, 9).pieces[0].numbers)


def test_a_long_word_is_divided_where_its_language_divides_it():
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    block = _fit(word, language="de")

    assert _shown(block) == [
        "Rindfleischetikettierungsüberwa-",
        "chungsaufgabenübertragungsgesetz",
    ]
    assert block.size >= 60


def test_the_hyphens_that_an_editor_set_come_before_the_dictionary():
    block = _fit("Donaudampfschifffahrtsgesell\u00adschaftskapitänsmützenmacher", language="de")

    assert _shown(block) == ["Donaudampfschifffahrtsgesell-", "schaftskapitänsmützenmacher"]


def test_a_soft_hyphen_that_is_not_needed_is_not_seen():
    assert _shown(_fit("Rat\u00adhaus öffnet")) == ["Rathaus öffnet"]


def test_words_are_left_whole_where_they_have_room():
    text = "International organisations welcome the constitutional compromise"
    shown = _shown(_fit(text, language="en"))

    assert " ".join(shown) == text


def test_an_address_is_split_without_hyphens_of_our_own():
    address = "https://example.org/" + "abcdefghij" * 12
    shown = _shown(_fit(address))

    assert len(shown) > 1
    assert "".join(shown) == address


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("talks, and then – talks! " * 40, id="punctuation"),
        pytest.param("said “yes” and (no) " * 40, id="quotes and brackets"),
        pytest.param("قال الرئيس، ثم قال: نعم. " * 40, id="Arabic"),
        pytest.param("นายกรัฐมนตรีเปิดท่าเรือแห่งใหม่ " * 30, id="Thai"),
    ],
)
@pytest.mark.parametrize("width", [331, 480, 700, 1013])
def test_an_ellipsis_follows_a_letter_and_nothing_else(text, width):
    block = fit(text, _STYLE, width=width, height=_HEIGHT, language="")
    last = _shown(block)[-1]

    assert block.is_shortened
    assert last.endswith("…")
    assert regex.fullmatch(r".*[\p{L}\p{M}\p{N}]…", last)


def test_an_arabic_ellipsis_stands_at_the_left_end():
    line = _fit("أعلن رئيس البلدية عن افتتاح الميناء الجديد " * 12).lines[-1]

    leftmost = min(zip(line.pieces[0].xs, line.pieces[0].numbers, strict=True))
    ellipsis = Paragraph("…", _STYLE.stack, tracking=0).line(0, 1).pieces[0].numbers[0]
    assert line.text.endswith("…")
    assert leftmost[1] == ellipsis


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("AVATAR To Type: “Tax” VAT. fi ffl", "en", id="kerning and ligatures"),
        pytest.param("أعلن رئيس البلدية عن افتتاح الميناء الجديد بحضور BBC", "ar", id="Arabic"),
        pytest.param("उद्घाटन किया, किसान विरोध में हैं", "hi", id="Devanagari"),
        pytest.param("นายกรัฐมนตรีเปิดท่าเรือแห่งใหม่", "th", id="Thai"),
        pytest.param("முதலமைச்சர் திறந்து வைத்தார்", "ta", id="Tamil"),
    ],
)
def test_a_line_cut_out_of_a_paragraph_is_the_line_set_alone(text, language):
    whole = Paragraph(text, _STYLE.stack, tracking=-0.014, language=language)

    for start, _ in whole.segments:
        for _, end in whole.segments:
            if (
                end <= start
                or Paragraph(text[start:end], _STYLE.stack, tracking=0).base != whole.base
            ):
                continue
            alone = Paragraph(text[start:end], _STYLE.stack, tracking=-0.014, language=language)
            cut, set_alone = whole.line(start, end), alone.line(0, end - start)
            assert [p.numbers for p in cut.pieces] == [p.numbers for p in set_alone.pieces]
            assert cut.advance == pytest.approx(set_alone.advance)


def test_the_same_text_in_the_same_place_is_set_once():
    assert _fit("Ferry strike ends") is _fit("Ferry strike ends")


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
    assert all(number for line in block.lines for piece in line.pieces for number in piece.numbers)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("W" * 80, id="one word of 80 letters"),
        pytest.param("w" * 10_000, id="10,000 letters"),
        pytest.param("\u0301" * 300, id="only marks"),
        pytest.param("e" + "\u0301" * 300, id="a tower of marks"),
        pytest.param("\x00\x1b\u202e\ufeff" * 50, id="only controls"),
        pytest.param("one\u2028two\u2029three\r\n" * 30, id="line separators"),
        pytest.param("নি" * 3000, id="10,000 letters without a space"),
        pytest.param("\u00a0" * 500 + "x", id="spaces that never break"),
        pytest.param("🏴\U000e0067\U000e0062" * 100, id="half a flag, often"),
        pytest.param("שלום, " * 400, id="right to left without end"),
    ],
)
@pytest.mark.parametrize("lines", [1, 4])
def test_what_nobody_would_call_a_headline_stays_in_its_box(text, lines):
    style = TextStyle(stack=_STYLE.stack, max_size=76, min_size=44, lines=lines)
    block = _fit(text, style)

    assert len(block.lines) <= lines
    assert block.width <= _WIDTH + 0.01
    assert block.height <= _HEIGHT
