"""Punctuation hangs out of the text, so that the letters stand in line."""

import pytest

from service.cards.text.fitting import TextBlock, TextStyle, fit
from service.cards.text.fonts import stack_of
from service.cards.text.hanging import FURTHEST, Hang


def _fit(text: str, hang: Hang) -> TextBlock:
    stack = stack_of("NotoSans-Bold")
    style = TextStyle(stack=stack, max_size=60, min_size=30, lines=3, hang=hang)
    return fit(text, style, width=700, height=400, language="en")


@pytest.mark.parametrize(
    ("text", "hang", "left", "right"),
    [
        pytest.param("“Never again”", Hang.START, True, False, id="a quote at the start"),
        pytest.param("“Never again”", Hang.END, False, True, id="a quote at the end"),
        pytest.param("“Never again”", Hang.CENTRE, True, True, id="both sides of a centred line"),
        pytest.param("“Never again”", Hang.NONE, False, False, id="where it is not asked for"),
        pytest.param("Never again.", Hang.END, False, True, id="a full stop"),
        pytest.param("Never again", Hang.CENTRE, False, False, id="letters do not hang"),
        pytest.param("« Jamais »", Hang.START, True, False, id="a French quote and its space"),
        pytest.param("“לעולם לא”", Hang.START, False, True, id="Hebrew starts at the right"),
        pytest.param("قال: لا.", Hang.END, True, False, id="Arabic ends at the left"),
        pytest.param("“”", Hang.CENTRE, False, False, id="nothing but punctuation"),
    ],
)
def test_punctuation_hangs_out_on_the_side_that_the_lines_stand_on(text, hang, left, right):
    line = _fit(text, hang).lines[0]

    assert (line.hang[0] > 0, line.hang[1] > 0) == (left, right)
    assert max(line.hang) <= FURTHEST


def test_the_letter_behind_a_quote_stands_where_it_would_without_it():
    quoted = _fit("“Never again”", Hang.START).lines[0]
    plain = _fit("Never again”", Hang.START).lines[0]

    inset = quoted.ink.left - quoted.reach.left
    first_letter = quoted.pieces[0].xs[1] - plain.pieces[0].xs[0]
    assert quoted.ink.left == pytest.approx(plain.ink.left + first_letter)
    assert inset > 0.2


def test_punctuation_takes_no_more_of_the_margin_than_it_may():
    stack = stack_of("NotoSans-Bold")
    style = TextStyle(stack=stack, max_size=60, min_size=60, hang=Hang.START, hang_room=20)

    block = fit("“‘No’ means no”", style, width=700, height=400, language="en")

    assert block.lines[0].hang[0] * block.size == pytest.approx(20)


def test_hanging_changes_where_a_line_stands_and_not_how_it_is_drawn():
    hung, plain = _fit("“Never again”", Hang.CENTRE), _fit("“Never again”", Hang.NONE)

    assert hung.lines[0].reach == pytest.approx(plain.lines[0].ink)
    assert hung.width < plain.width
