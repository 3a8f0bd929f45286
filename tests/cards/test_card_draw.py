"""Finished cards: everything readable, in its place, and the same every time."""

import io
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from structlog.testing import capture_logs

from service.cards.draw import contrast, cover, draw, luminance, paint
from service.cards.layout import PlacedBox, PlacedLine, arrange
from service.cards.template.schema import template_for
from service.domain.card import Card, CardSize, ImageFormat
from service.domain.errors import BadPayload
from tests.cards.pictures import SAMPLE_PHOTO, encoded, noise, plain

_PHOTO = SAMPLE_PHOTO.read_bytes()
_CARD = Card(
    headline="Council votes to reopen the old library after ten years",
    kicker="City",
    byline="By Amara Osei and Lena Hoff",
    site_name="The Harbour Post",
    language="en",
)
_STORIES = [
    pytest.param(_CARD, id="ordinary"),
    pytest.param(replace(_CARD, headline="OK"), id="one word"),
    pytest.param(replace(_CARD, headline="talks about the barrier go on " * 10), id="300 letters"),
    pytest.param(replace(_CARD, headline="W" * 80), id="one word of 80 letters"),
    pytest.param(replace(_CARD, headline="j" * 12 + " ÅÄÖ ǺṤ́ qyg"), id="far up and far down"),
    pytest.param(
        replace(
            _CARD,
            headline="رئيس البلدية يعلن عن افتتاح الميناء الجديد في 12 نوفمبر 2026 بحضور BBC",
            kicker="سياسة",
            byline="بقلم ليلى حداد",
            language="ar",
        ),
        id="Arabic with numbers",
    ),
    pytest.param(
        replace(_CARD, headline="புதிய துறைமுகத்தை முதலமைச்சர் திறந்து வைத்தார்; மீனவர்கள் எதிர்ப்பு"),
        id="Tamil",
    ),
    pytest.param(
        replace(_CARD, kicker="kicker " * 30, byline="name, " * 40, site_name="Gazette " * 20),
        id="endless labels",
    ),
    pytest.param(Card(headline="Nothing but a headline"), id="nothing else"),
]
_SIZES = pytest.mark.parametrize("size", list(CardSize), ids=lambda size: size.key)


@_SIZES
@pytest.mark.parametrize("card", _STORIES)
def test_no_text_leaves_the_safe_area(card, size):
    for photo in (None, _PHOTO):
        composition = template_for("standard", has_photo=photo is not None).compositions[size]
        arrangement = arrange(card, composition, size)
        bare = replace(
            arrangement,
            placed=tuple(
                thing
                for thing in arrangement.placed
                if not isinstance(thing, PlacedLine | PlacedBox)
            ),
        )

        full = paint(card, composition, arrangement, size=size, photo=photo)
        without = paint(card, composition, bare, size=size, photo=photo)

        left, top, right, bottom = ImageChops.difference(full, without).getbbox() or (0, 0, 0, 0)
        safe, rtl = composition.safe, arrangement.direction
        start, end = (safe.end, safe.start) if rtl else (safe.start, safe.end)
        # A pixel of softness around the ink is not text.
        assert left >= start - 1
        assert top >= safe.top - 1
        assert right <= size.width - end + 1
        assert bottom <= size.height - safe.bottom + 1


@_SIZES
@pytest.mark.parametrize("card", _STORIES)
def test_nothing_on_a_card_covers_anything_else(card, size):
    for has_photo in (False, True):
        composition = template_for("standard", has_photo=has_photo).compositions[size]

        lines = sorted(arrange(card, composition, size).lines, key=lambda line: line.baseline)

        for upper, lower in pairwise(lines):
            is_beside = upper.baseline == lower.baseline
            if is_beside:
                apart = upper.box.right < lower.box.left or lower.box.right < upper.box.left
                assert apart
            else:
                assert upper.baseline < lower.baseline - 0.5 * lower.size


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=200), st.sampled_from(list(CardSize)))
def test_any_headline_can_be_laid_out(headline, size):
    composition = template_for("standard", has_photo=True).compositions[size]

    arrangement = arrange(replace(_CARD, headline=headline), composition, size)

    assert all(line.box.right <= size.width - 55 for line in arrangement.lines)
    assert all(line.box.left >= 55 for line in arrangement.lines)


@_SIZES
def test_a_card_has_its_size_and_stays_under_300_000_bytes(size):
    hard = encoded(noise((1400, 1400)), quality=70)

    rendition = draw(_CARD, size, photo=hard)

    picture = Image.open(io.BytesIO(rendition.data))
    assert picture.size == (size.width, size.height)
    assert picture.format == "JPEG"
    assert len(rendition.data) <= 300_000
    assert rendition.media_type == "image/jpeg"


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_equal_cards_are_equal_bytes(image_format):
    first = draw(_CARD, CardSize.OG, image_format=image_format)
    second = draw(replace(_CARD), CardSize.OG, image_format=image_format)

    assert first.data == second.data


def test_every_word_of_a_card_changes_its_picture():
    pictures = {
        draw(card, CardSize.OG).data
        for card in (
            _CARD,
            replace(_CARD, headline="Council votes to close the old library after ten years"),
            replace(_CARD, kicker="Town"),
            replace(_CARD, byline="By Lena Hoff"),
            replace(_CARD, site_name="The Bay Post"),
        )
    }

    assert len(pictures) == 5


@pytest.mark.parametrize(
    "photo",
    [
        pytest.param(plain((1600, 1000), "white"), id="white"),
        pytest.param(plain((1600, 1000), "yellow"), id="yellow"),
        pytest.param(_PHOTO, id="dusk"),
        pytest.param(encoded(noise((1600, 1000)), quality=60), id="noise"),
    ],
)
@_SIZES
def test_text_stands_out_from_the_photo_behind_it(photo, size):
    composition = template_for("standard", has_photo=True).compositions[size]
    arrangement = arrange(_CARD, composition, size)
    bare = replace(
        arrangement,
        placed=tuple(t for t in arrangement.placed if not isinstance(t, PlacedLine | PlacedBox)),
    )

    ground = paint(_CARD, composition, bare, size=size, photo=photo).convert("L")

    for box in [line.box for line in arrangement.lines if line.is_on_photo]:
        behind = ground.crop((round(box.left), round(box.top), round(box.right), round(box.bottom)))
        assert contrast(0.79, luminance(_brightness(behind))) >= 4.5


def test_a_dark_photo_is_not_darkened_further():
    dark = plain((1200, 630), "#101820")
    composition = template_for("standard", has_photo=True).compositions[CardSize.OG]
    arrangement = arrange(_CARD, composition, CardSize.OG)

    picture = paint(_CARD, composition, arrangement, size=CardSize.OG, photo=dark)

    untouched = cover(Image.open(io.BytesIO(dark)), (1200, 630), focus=(0.5, 0.5))
    assert picture.getpixel((1190, 620)) == untouched.getpixel((1190, 620))


def test_an_arabic_card_is_the_mirror_of_a_latin_one_but_its_photo_is_not_mirrored():
    composition = template_for("standard", has_photo=True).compositions[CardSize.OG]
    arabic = Card(headline="ميناء جديد", kicker="سياسة", byline="ليلى حداد", language="ar")

    lines = arrange(arabic, composition, CardSize.OG).lines
    picture = Image.open(io.BytesIO(draw(arabic, CardSize.OG, photo=_PHOTO).data))
    latin = Image.open(io.BytesIO(draw(Card(headline="x"), CardSize.OG, photo=_PHOTO).data))

    assert {round(line.box.right) for line in lines[1:]} == {1200 - composition.safe.end}
    top = (0, 0, 1200, 60)
    assert _brightness(ImageChops.difference(picture.crop(top), latin.crop(top))) < 12


@pytest.mark.parametrize(
    "photo",
    [
        pytest.param(plain((3200, 600), "navy"), id="panorama"),
        pytest.param(plain((600, 3200), "navy"), id="portrait"),
        pytest.param(plain((64, 64), "navy"), id="tiny"),
        pytest.param(
            encoded(Image.new("RGBA", (700, 700), (200, 30, 30, 90)), "PNG"), id="transparent"
        ),
    ],
)
def test_photos_of_any_shape_fill_the_card(photo):
    picture = Image.open(io.BytesIO(draw(_CARD, CardSize.OG, photo=photo).data))

    corners = {picture.getpixel(corner) for corner in ((2, 2), (1197, 2))}
    assert len(corners) == 1


def test_the_focus_decides_what_is_cut():
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste("blue", (200, 0, 300, 100))

    assert cover(picture, (50, 50), focus=(0.0, 0.5)).getpixel((25, 25)) == (255, 0, 0)
    assert cover(picture, (50, 50), focus=(1.0, 0.5)).getpixel((25, 25)) == (0, 0, 255)


def test_missing_characters_are_told_to_the_log():
    with capture_logs() as logs:
        draw(replace(_CARD, headline="Harbour 😀 opens"), CardSize.OG)

    assert [entry["missing"] for entry in logs] == ["U+1F600"]


def test_a_broken_photo_is_refused_not_painted_over():
    with pytest.raises(BadPayload, match="damaged"):
        draw(_CARD, CardSize.OG, photo=_PHOTO[:5000])


def _brightness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]
