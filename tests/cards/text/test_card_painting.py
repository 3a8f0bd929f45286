"""Lines on a picture: where they belong, in their colour, and the same whether kept or new."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from service.cards.text import painting
from service.cards.text.engine import ENGINE
from service.cards.text.fitting import TextBlock, TextStyle, fit
from service.cards.text.fonts import font_from, stack_of
from service.cards.text.painting import paint_line
from service.cards.text.shaping import pixel_box

_EMOJI = font_from((Path(__file__).parent / "emoji_sample.ttf").read_bytes(), "emoji")
_STYLE = TextStyle(stack=stack_of("NotoSans-Bold", (_EMOJI,)), max_size=64, min_size=64)
_BLUE, _WHITE = (20, 40, 120), (255, 255, 255)


def _block(text: str) -> TextBlock:
    return fit(text, _STYLE, width=1000, height=200, language="en")


def _painted(text: str, *, left: float = 40, colour: painting.Rgb = _WHITE) -> Image.Image:
    image = Image.new("RGB", (1000, 120), _BLUE)
    block = _block(text)
    for line in block.lines:
        paint_line(image, line, size=block.size, left=left, baseline=80, colour=colour)
    return image


def _changed(image: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(image, Image.new("RGB", image.size, _BLUE)).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("text", ["Harbour", "“Taxes”", "j and y", "Á l’eau"])
@pytest.mark.parametrize("left", [40, 40.5, 41.3])
def test_the_ink_begins_where_it_should(text, left):
    seen = _changed(_painted(text, left=left))

    line = _block(text).lines[0]
    assert seen[0] == pytest.approx(left, abs=1.2)
    assert seen[2] == pytest.approx(left + (line.ink.right - line.ink.left) * 64, abs=1.2)
    assert seen[1] == pytest.approx(80 - line.ink.top * 64, abs=1.2)
    assert seen[3] == pytest.approx(80 - line.ink.bottom * 64, abs=1.2)


@pytest.mark.parametrize("colour", [_WHITE, (0, 0, 0), (200, 17, 90)])
def test_the_quick_way_to_blend_gives_the_same_pixels_as_the_plain_one(colour):
    line = _block("Council votes to reopen").lines[0]
    box = pixel_box(line.ink, 64, 0.0)
    assert box is not None
    mask = ENGINE.mask(line.pieces, 64, box, 0.0)
    origin = round(40 - line.ink.left * 64)
    plain = Image.new("RGB", (1000, 120), _BLUE)
    plain.paste(colour, (origin + box[0], 80 - box[3]), mask)

    quick = Image.new("RGB", (1000, 120), _BLUE)
    paint_line(quick, line, size=64, left=origin + line.ink.left * 64, baseline=80, colour=colour)

    # One level of rounding is nothing that anybody could see.
    assert max(ImageChops.difference(plain, quick).tobytes()) <= 1


def test_a_line_painted_again_is_the_same_line():
    first = _painted("Ferry strike ends")

    assert _painted("Ferry strike ends").tobytes() == first.tobytes()


def test_a_line_in_another_colour_is_in_that_colour():
    _painted("Ferry", colour=_WHITE)

    red = _painted("Ferry", colour=(255, 0, 0))

    assert (255, 0, 0) in {colour for _, colour in red.getcolors(10_000) or []}


def test_emoji_keep_their_own_colours():
    flag = _painted("🇫🇷")

    colours = [colour for _, colour in flag.getcolors(100_000) or [] if isinstance(colour, tuple)]
    assert any(red > 180 and blue < 90 for red, _, blue in colours)
    assert any(min(colour) > 230 for colour in colours)
    assert any(blue > 120 and red < 30 and blue != _BLUE[2] for red, _, blue in colours)


def test_letters_beside_an_emoji_are_in_the_colour_of_the_text():
    picture = _painted("Gold 🚢 ends", colour=(0, 255, 0))

    left, _, right, _ = _changed(picture)
    for side in (
        picture.crop((left, 0, left + 100, 120)),
        picture.crop((right - 90, 0, right, 120)),
    ):
        assert (0, 255, 0) in {colour for _, colour in side.getcolors(10_000) or []}


@pytest.mark.parametrize(
    ("left", "baseline"), [(-200, 80), (900, 80), (40, -20), (40, 130), (5000, 5000)]
)
def test_what_reaches_over_the_edge_is_cut_off(left, baseline):
    image = Image.new("RGB", (1000, 120), _BLUE)
    for text in ("Ferry strike ends", "🚢🚢🚢"):
        block = _block(text)

        paint_line(image, block.lines[0], size=64, left=left, baseline=baseline, colour=_WHITE)

    assert image.size == (1000, 120)


@pytest.mark.parametrize("mode", ["RGBA", "L"])
def test_pictures_of_other_modes_can_be_painted_on(mode):
    image = Image.new(mode, (1000, 120))
    block = _block("Ferry")

    paint_line(image, block.lines[0], size=64, left=40, baseline=80, colour=_WHITE)

    assert image.getbbox() is not None


def test_drawn_lines_are_kept_within_bounds():
    for number in range(200):
        _painted(f"Ferry strike ends after {number} days of talks")

    weight = sum(part.weight for parts in painting._kept.values() for part in parts)
    assert weight == painting._weight
    assert weight <= painting._MOST_BYTES


def test_text_that_shows_nothing_paints_nothing():
    assert ImageChops.difference(_painted("\u200b"), _painted("")).getbbox() is None
