"""A cut text ends in an ellipsis, at a word where it can, and never inside a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.words import cut
from service.domain.words.counting import graphemes


def within(length):
    return lambda text: len(text) <= length


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        pytest.param("Short enough", 12, "Short enough", id="what fits is left alone"),
        pytest.param("The bridge is closed", 14, "The bridge is…", id="at a word's end"),
        pytest.param("The bridge is closed", 16, "The bridge is…", id="back to the last word"),
        pytest.param("The bridge, closed", 12, "The bridge…", id="no comma before the ellipsis"),
        pytest.param("Donaudampfschifffahrt", 10, "Donaudamp…", id="a single long word"),
        pytest.param("政府は最低賃金を引き上げる", 6, "政府は最低…", id="no spaces to cut at"),
        pytest.param("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 10, "👨‍👩‍👧‍👦…", id="a family stays together"),
        pytest.param("नमस्ते", 2, "न…", id="marks stay with their letter"),
        pytest.param("Anything", 0, "", id="no room at all"),
        pytest.param("", 5, "", id="nothing"),
    ],
)
def test_cutting(text, length, expected):
    assert cut(text, fits=within(length)) == expected


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_cut_text_fits_and_begins_like_the_whole(text, length):
    shortened = cut(text, fits=within(length))

    assert len(shortened) <= length
    kept = graphemes(shortened.removesuffix("…")) if shortened != text else graphemes(text)
    assert graphemes(text)[: len(kept)] == kept
