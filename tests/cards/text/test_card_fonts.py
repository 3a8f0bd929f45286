"""Every character finds its font, as a reader of its language expects, or is reported missing."""

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import regex

from service.cards.text.emoji import is_emoji
from service.cards.text.fonts import FONTS_FOLDER, Font, Stack, font_from, stack_of
from service.cards.text.scripts import east_asian_language, is_simple, script_of
from service.domain.errors import BadPayload, Misconfigured

# A few pictures of Noto Color Emoji (SIL Open Font License 1.1), with the letters that its keycaps
# are made of.
_EMOJI = font_from((Path(__file__).parent / "emoji_sample.ttf").read_bytes(), "emoji")
_STACK = stack_of("NotoSans-Bold", (_EMOJI,))
_FAMILY = "👨\u200d👩\u200d👧\u200d👦"
_ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def _set_in(text: str, stack: Stack = _STACK, language: str = "") -> list[tuple[str, str]]:
    return [(font.name, text[a:b]) for font, a, b in stack.fonts_for(text, language)]


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        pytest.param("😀", True, id="a face"),
        pytest.param("❤", False, id="a heart is type by default"),
        pytest.param("❤\ufe0f", True, id="a heart that asks for colour"),
        pytest.param("😀\ufe0e", False, id="a face that asks for type"),
        pytest.param("1", False, id="a digit"),
        pytest.param("1\ufe0f\u20e3", True, id="a keycap"),
        pytest.param("1\u20e3", False, id="a keycap without its selector"),
        pytest.param("©", False, id="a copyright sign"),
        pytest.param("©\ufe0f", True, id="a copyright sign in colour"),
        pytest.param("🇫🇷", True, id="a flag"),
        pytest.param("🇫", False, id="half a flag"),
        pytest.param("👍🏽", True, id="a skin tone"),
        pytest.param("✌🏽", True, id="a skin tone on what is type by default"),
        pytest.param(_FAMILY, True, id="a family"),
        pytest.param(_ENGLAND, True, id="England"),
        pytest.param("漢", False, id="a Chinese character"),
        pytest.param("→", False, id="an arrow"),
    ],
)
def test_a_sign_is_an_emoji_when_it_says_so_or_always_is(cluster, expected):
    assert is_emoji(cluster) is expected


@pytest.mark.parametrize(
    "emoji", ["😀", _FAMILY, "🇫🇷", "1\ufe0f\u20e3", "👍🏽", "❤\ufe0f", _ENGLAND]
)
def test_an_emoji_is_one_picture_and_the_space_behind_it_is_type(emoji):
    runs = _set_in(f"Gold {emoji} again")

    assert runs == [("NotoSans-Bold", "Gold "), ("emoji", emoji), ("NotoSans-Bold", " again")]
    font, start, end = _STACK.fonts_for(emoji, "")[0]
    glyphs = font.face.shape(
        emoji, start, end, is_rtl=False, script="", language="", is_spaced=False
    )
    assert sum(1 for number in glyphs.numbers if font.face.box(number)) == 1


def test_digits_are_never_taken_from_the_emoji_font_even_where_it_is_asked_first():
    assert _set_in("#1 of 2026") == [("NotoSans-Bold", "#1 of 2026")]


def test_without_an_emoji_font_emoji_are_left_out_and_reported():
    plain = stack_of("NotoSans-Bold")
    with_none = Stack(tuple(font for font in plain.fonts if not font.is_emoji))
    text, missing = with_none.keep_drawable(f"Gold {_FAMILY} for 🇫🇷 1\ufe0f\u20e3")

    assert text == "Gold  for  1"
    assert missing == {*"👨👩👧👦🇫🇷", "\u20e3"}


def test_punctuation_keeps_the_font_of_its_word():
    assert _set_in("प्रधानमंत्री, ताज़ा") == [("NotoSansDevanagari-Bold", "प्रधानमंत्री, ताज़ा")]


def test_a_bracket_that_opens_a_text_takes_the_font_of_its_word():
    assert _set_in("(प्रधानमंत्री)") == [("NotoSansDevanagari-Bold", "(प्रधानमंत्री)")]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        pytest.param("بقلم سارة 2026 حسن", "ar", ["Arabic"], id="after an Arabic word"),
        pytest.param("2026: बजट", "hi", ["Devanagari"], id="before a Hindi word"),
        pytest.param("“(बजट)”", "hi", ["Devanagari"], id="brackets and quotes"),
        pytest.param("🎉 12 बजट", "hi", ["Devanagari"], id="between a picture and a word"),
        pytest.param("₹35.5 করোড়", "bn", ["Bengali"], id="with its currency"),
        pytest.param("BBC 24 قناة", "ar", ["", "Arabic"], id="after a Latin word"),
        pytest.param("Town 24", "en", [""], id="in plain Latin"),
    ],
)
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_a_number_is_set_like_the_word_beside_it(text, language, expected, weight):
    runs = stack_of(f"NotoSans-{weight}").fonts_for(text, language)

    names = [font.name for font, _, _ in runs if not font.is_emoji]
    assert names == [f"NotoSans{script}-{weight}" for script in expected]


def test_no_font_ends_inside_of_a_number():
    runs = _set_in("أعلن 50/60 عن 4.5% في 10:30", stack_of("NotoSerif-Bold"), "ar")

    # Arabic's font has no slash and no percent sign.
    assert [part for name, part in runs if name == "NotoSans-Bold"] == ["50/60", "4.5%"]
    assert runs[-1] == ("NotoSansArabic-Bold", " في 10:30")


@pytest.mark.parametrize(
    ("template_font", "expected"),
    [
        pytest.param("NotoSerif-Bold", "NotoSans-Bold", id="no serifs beside Hebrew"),
        pytest.param("NotoSans-Regular", "NotoSans-Regular", id="quiet in a quiet line"),
    ],
)
@pytest.mark.parametrize("text", ["בשנת 2026", "2026: השנה"])
def test_a_number_that_the_words_font_lacks_comes_from_one_like_it(text, template_font, expected):
    runs = _set_in(text, stack_of(template_font))

    assert [part.rstrip(": ") for name, part in runs if name == expected] == ["2026"]


def test_a_number_beside_a_script_that_has_no_quiet_letters_is_as_heavy_as_they_are():
    (*_, (name, part)) = _set_in("ከ50", stack_of("NotoSans-Regular"), "am")

    assert (name, part) == ("NotoSans-Bold", "50")


def test_a_brands_numbers_stay_where_the_words_font_has_none():
    brand = font_from((FONTS_FOLDER / "NotoSerif-Bold.ttf").read_bytes(), "brand")

    assert _set_in("בשנת 2026", stack_of("NotoSans-Bold", (brand,)))[-1] == ("brand", "2026")


def test_a_letter_may_be_put_together_from_its_parts():
    bold = stack_of("NotoSans-Bold").fonts[0]

    assert bold.face.sets("ẹ̀")
    assert bold.face.sets("q\u0323\u0301")


def test_a_sign_that_stands_for_a_lost_character_is_reported_not_drawn():
    assert stack_of("NotoSans-Bold").keep_drawable("Caf\ufffd") == ("Caf", frozenset("\ufffd"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("China’s 港 opens", "China’s  opens", id="a word among many"),
        pytest.param("ab港", "ab", id="a third of the letters"),
        pytest.param("a港", "", id="half of the letters"),
        pytest.param("第28届奥运会：6.2303万人", "", id="all but the numbers"),
        pytest.param("2026 🎉🎉🎉", "2026 ", id="pictures are no letters"),
        pytest.param("٢٠٢٦", "٢٠٢٦", id="a number alone"),
    ],
)
def test_a_text_that_loses_too_many_letters_is_left_out_whole(text, expected):
    here = stack_of("NotoSans-Regular").fonts
    plain = Stack(tuple(font for font in here if not font.is_emoji and "Hani" not in font.scripts))

    kept, missing = plain.keep_drawable(text, "en")

    assert kept == expected
    assert missing == {sign for sign in text if sign in "港第届奥运会：万人🎉"}


def test_a_brands_font_is_asked_first_and_ours_draw_what_it_lacks():
    brand = font_from((FONTS_FOLDER / "NotoSerif-Bold.ttf").read_bytes(), "brand")
    stack = stack_of("NotoSans-Bold", (brand,))

    assert _set_in("Town ميناء", stack) == [("brand", "Town "), ("NotoSansArabic-Bold", "ميناء")]
    assert stack is stack_of("NotoSans-Bold", (brand,))


def test_what_is_no_font_is_refused():
    with pytest.raises(BadPayload, match="The font brand cannot be used"):
        font_from(b"GIF89a", "brand")


def test_a_font_that_is_not_listed_is_named():
    with pytest.raises(Misconfigured, match="There is no font Comic"):
        stack_of("Comic")


def test_a_quiet_font_is_helped_out_by_quiet_fonts_first():
    weights = [font.weight for font in stack_of("NotoSans-Regular").fonts]

    assert weights == sorted(weights)


@pytest.mark.parametrize("base", ["NotoSans", "NotoSerif"])
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("script", [*"مאअকதతก", *"漢あ한"])
def test_letters_of_the_great_scripts_are_as_heavy_as_the_latin_beside_them(script, weight, base):
    runs = stack_of(f"{base}-{weight}").fonts_for(f"Press {script}", "")

    assert [font.weight for font, _, _ in runs] == [
        stack_of(f"{base}-{weight}").fonts[0].weight
    ] * 2


def test_no_font_is_opened_that_the_text_has_no_letters_for():
    program = """
from service.cards.text.engine import ENGINE
from service.cards.text.fonts import stack_of
from service.cards.text.shaping import Paragraph
opened, really = [], ENGINE.open_face
ENGINE.open_face = lambda source: opened.append(source.stem) or really(source)
stack = stack_of("NotoSans-Regular")
for text in ("By Amara Osei, 2026", "अमारा ओसेई, 2026 में", "ผู้สื่อข่าว 25 คน"):
    Paragraph(text, stack, tracking=0.0)
    print(*opened)
"""

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.splitlines() == [
        "NotoSans-Regular",
        "NotoSans-Regular NotoSansDevanagari-Regular",
        "NotoSans-Regular NotoSansDevanagari-Regular NotoSansThai-Regular",
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param("ja", "ja", id="Japanese"),
        pytest.param("zh", "hans", id="Chinese without more"),
        pytest.param("zh-TW", "hant", id="Taiwan"),
        pytest.param("zh_Hant", "hant", id="traditional, with an underscore"),
        pytest.param("zh-HK", "hant", id="Hong Kong"),
        pytest.param("en", "hans", id="quoted by an English site"),
    ],
)
def test_chinese_characters_take_the_shape_of_their_language(language, expected):
    latin = stack_of("NotoSans-Bold").fonts[0]
    # Arabic stands in for characters that several fonts have and the template's own does not.
    data = (FONTS_FOLDER / "NotoSansArabic-Bold.ttf").read_bytes()
    made_for = {"ko": ["ko"], "ja": ["ja"], "hant": ["zh-Hant"], "hans": ["zh-Hans"]}
    others = [
        Font(name, lambda: font_from(data, "x").face, languages=languages)
        for name, languages in made_for.items()
    ]
    stack = Stack((latin, *others))

    assert _set_in("漢م", stack, language)[-1][0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("港の開港式", "ja", id="kana tell Japanese"),
        pytest.param("부산항 港", "ko", id="Hangul tells Korean"),
        pytest.param("新港口", "zh-Hans", id="nothing tells"),
        pytest.param("Harbour", "en", id="no such character"),
    ],
)
def test_the_text_tells_its_language_where_the_site_is_of_another(text, expected):
    assert east_asian_language(text, "en") == expected


@pytest.mark.parametrize(
    "tag",
    ["Latn", "Grek", "Cyrl", "Hebr", "Arab", "Deva", "Beng", "Taml", "Telu", "Thai", "Hang"],
)
def test_scripts_are_those_of_unicode(tag):
    # Modifiers, phonetic letters and signs like the kelvin's stand in blocks of others, and go with
    # the letters around them.
    pattern = regex.compile(
        rf"[\p{{Script={tag}}}--\p{{Lm}}--[\p{{Block=Phonetic_Extensions}}]]", regex.V1
    )
    codes = [*range(0x20, 0x2100), *range(0x2C00, 0xAB00), *range(0xAC00, 0xFB00)]
    letters = [chr(code) for code in codes if chr(code).isalpha()]

    wrong = [c for c in letters if pattern.match(c) and script_of(c) != tag]

    assert not wrong


def test_the_short_way_takes_only_text_without_surprises():
    surprising = regex.compile(
        r"[\p{Emoji_Presentation}\p{M}\p{Cc}\p{Cf}\p{Bidi_Class=R}\p{Bidi_Class=AL}]"
    )

    known = [chr(code) for code in range(0x11000) if unicodedata.category(chr(code)) != "Cn"]
    simple = [character for character in known if is_simple(character)]

    assert len(simple) > 1500
    assert not [character for character in simple if surprising.match(character)]
    assert all(len(regex.findall(r"\X", f"a{character}a")) == 3 for character in simple)
