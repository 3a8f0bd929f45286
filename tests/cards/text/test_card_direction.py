"""Which way words run. Small letters stand for Latin, capitals are turned into Hebrew letters."""

import pytest

from service.cards.text.direction import Direction, base_direction, levels_of, visual_order


def _hebrew(text: str) -> str:
    return "".join(chr(0x05D0 + ord(c) - ord("A")) if c.isupper() else c for c in text)


def _seen(text: str) -> str:
    """The text as it stands on paper, read from left to right."""
    levels = levels_of(_hebrew(text), base_direction(_hebrew(text)))
    return "".join(text[index] for index in visual_order(levels))


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        pytest.param("Ferry strike ends", "", Direction.LEFT_TO_RIGHT, id="Latin"),
        pytest.param("ميناء", "", Direction.RIGHT_TO_LEFT, id="Arabic"),
        pytest.param("« 12: נמל", "", Direction.RIGHT_TO_LEFT, id="Hebrew after a number"),
        pytest.param("BBC: ميناء", "", Direction.LEFT_TO_RIGHT, id="the first letter decides"),
        pytest.param("BBC: ميناء", "ar", Direction.RIGHT_TO_LEFT, id="a name comes first"),
        pytest.param("نور means light", "en", Direction.LEFT_TO_RIGHT, id="a foreign word first"),
        pytest.param("ميناء BBC", "en", Direction.RIGHT_TO_LEFT, id="the language is wrong"),
        pytest.param("BBC ميناء", "en", Direction.LEFT_TO_RIGHT, id="the language is wrong twice"),
        pytest.param("2026", "ar-EG", Direction.RIGHT_TO_LEFT, id="language, where no letter does"),
        pytest.param("2026", "en", Direction.LEFT_TO_RIGHT, id="a bare number"),
        pytest.param("\u2068BBC\u2069: ميناء", "", Direction.RIGHT_TO_LEFT, id="behind an isolate"),
        pytest.param("\U0001faea נמל", "", Direction.RIGHT_TO_LEFT, id="a quite new emoji"),
    ],
)
def test_the_direction_comes_from_the_text_then_from_the_language(text, language, direction):
    assert base_direction(text, language) is direction


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        pytest.param("ABC DEF", "FED CBA", id="only right to left"),
        pytest.param("ABC 123 DEF", "FED 123 CBA", id="a number keeps its order"),
        pytest.param("ABC bbc news DEF", "FED bbc news CBA", id="Latin words keep theirs"),
        pytest.param("ABC 3.5% DEF", "FED 3.5% CBA", id="point and percent stay with the number"),
        pytest.param("abc DEF GHI jkl", "abc IHG FED jkl", id="Hebrew inside of Latin"),
        pytest.param("ABC bbc (news) DEF", "FED bbc (news) CBA", id="brackets go with their words"),
        pytest.param("ABC-123", "123-CBA", id="a number after a hyphen"),
        pytest.param("ABC.", ".CBA", id="the full stop ends the line"),
        pytest.param("ABC c++\u200e DEF", "FED c++\u200e CBA", id="a mark keeps c++ together"),
        pytest.param("ABC c++ DEF", "FED ++c CBA", id="without it"),
        pytest.param(
            "A \u2066bbc.\u2069 B", "B \u2069bbc.\u2066 A", id="an isolate keeps its full stop"
        ),
        pytest.param(
            "A bbc \u3008news\u232a B", "B bbc \u3008news\u232a A", id="one bracket, two codes"
        ),
    ],
)
def test_pieces_stand_where_a_reader_expects_them(logical, visual):
    assert _seen(logical) == visual


def test_a_mark_stays_with_its_letter():
    text = "\u05e9\u05b8\u05dc"

    assert levels_of(text, Direction.RIGHT_TO_LEFT) == [1, 1, 1]


def test_what_the_algorithm_removes_tears_no_word_apart():
    assert levels_of("\u05e9\u200d\u05dc\u200f", Direction.LEFT_TO_RIGHT) == [1, 1, 1, 1]


def test_an_override_turns_what_is_inside_of_it():
    assert levels_of("a\u202ebc\u202cd", Direction.LEFT_TO_RIGHT) == [0, 0, 1, 1, 1, 0]


def test_every_paragraph_starts_anew():
    assert levels_of("\u202ea\nb \u05d0", Direction.LEFT_TO_RIGHT) == [0, 1, 0, 0, 0, 1]


def test_what_overflows_in_an_isolate_is_forgotten_behind_it():
    too_deep = "\u202b\u202a" * 70

    assert levels_of(f"\u2067{too_deep}\u2069\u202ba", Direction.LEFT_TO_RIGHT)[-1] == 2
