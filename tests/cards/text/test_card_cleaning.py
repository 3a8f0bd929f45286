"""Whatever a CMS calls a headline becomes one clean line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cards.text.cleaning import clean, without_soft_hyphens

_ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        pytest.param("  two   spaces ", "two spaces", id="doubled spaces"),
        pytest.param("One\u2028two\n\n three\x00four", "One two three four", id="separators"),
        pytest.param("four\u202e five\u202c\ufeff", "four five", id="an override"),
        pytest.param("e\u0301cole", "école", id="letters in two parts"),
        pytest.param("10\u202f000\u00a0€", "10\u202f000\u00a0€", id="spaces that mean something"),
        pytest.param("\u0301a \u0301b", "a b", id="marks with nothing to stand on"),
        pytest.param("a" + "\u0316" * 40 + "b", "a" + "\u0316" * 4 + "b", id="a tower of marks"),
        pytest.param(f"for {_ENGLAND}!", f"for {_ENGLAND}!", id="the flag of England"),
        pytest.param("a\U000e0067b", "ab", id="a tag without a flag"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="a Persian word with its joiner"),
        pytest.param("\u2067עברית\u2069 text", "\u2067עברית\u2069 text", id="an isolate"),
        pytest.param("a\ud800b", "ab", id="half a character"),
    ],
)
def test_a_headline_is_one_clean_line(dirty, expected):
    assert clean(dirty) == expected


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


def test_soft_hyphens_are_taken_out_and_their_places_kept():
    assert without_soft_hyphens("Do\u00adnau\u00addampf") == ("Donaudampf", frozenset({2, 5}))
