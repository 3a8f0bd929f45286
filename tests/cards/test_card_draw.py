"""Finished cards: everything readable, in its place, and the same every time."""

import hashlib
import io
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from service.cards.draw import Drawing, is_bare, template_of
from service.cards.draw import draw as draw_card
from service.cards.layout.arrange import arrange
from service.cards.layout.dress import LINEAR, luminance, luminance_contrast
from service.cards.layout.places import Arrangement
from service.cards.painting.canvas import Source, forget_layers, paint, paint_ground
from service.cards.picture.cut import cover
from service.domain.card import Card, CardSize, Focus, ImageFormat
from service.domain.errors import BadPayload
from tests.cards.pictures import SAMPLE_PHOTO, encoded, noise, plain


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


PHOTO = _digest(SAMPLE_PHOTO.read_bytes())
_KEPT = {PHOTO: SAMPLE_PHOTO.read_bytes()}
# Nothing is harder to compress, and hardly anything is written over it.
_NOISIEST = encoded(noise((2400, 1600)), quality=92, subsampling="4:4:4")
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
    for photo in ("", PHOTO):
        laid = _laid(replace(card, photo=photo), size)

        full = paint(laid.arrangement, size, laid.source)
        without = paint_ground(laid.arrangement, size, laid.source)

        left, top, right, bottom = ImageChops.difference(full, without).getbbox() or (0, 0, 0, 0)
        safe = laid.arrangement.safe
        # A pixel of softness around the ink is not text, and punctuation may hang a little.
        hang = 0.02 * size.width
        assert left >= safe.left - 1 - hang
        assert top >= safe.top - 1
        assert right <= safe.right + 1 + hang
        assert bottom <= safe.bottom + 1


@_SIZES
@pytest.mark.parametrize("card", _STORIES)
def test_nothing_on_a_card_covers_anything_else(card, size):
    for photo in ("", PHOTO):
        laid = _laid(replace(card, photo=photo), size)

        lines = sorted(laid.arrangement.lines, key=lambda line: line.baseline)

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
    arrangement = _laid(replace(_CARD, headline=headline, photo=PHOTO), size).arrangement

    assert all(line.box.right <= size.width - 30 for line in arrangement.lines)
    assert all(line.box.left >= 30 for line in arrangement.lines)


@_SIZES
def test_a_card_has_its_size_and_stays_within_its_bytes(size):
    hard = encoded(noise((1400, 1400)), quality=70)

    rendition = _drawn(_CARD, size, photo=hard).rendition

    picture = Image.open(io.BytesIO(rendition.data))
    assert picture.size == (size.width, size.height)
    assert picture.format == "JPEG"
    assert len(rendition.data) <= size.max_bytes
    assert rendition.media_type == "image/jpeg"


@_SIZES
@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_the_noisiest_photo_stays_within_its_bytes_in_every_format(image_format, size):
    bare = Card(headline="Noise")
    rendition = _drawn(bare, size, photo=_NOISIEST, image_format=image_format).rendition

    assert len(rendition.data) <= size.max_bytes
    assert Image.open(io.BytesIO(rendition.data)).size == (size.width, size.height)


def test_link_previews_never_weigh_more_than_whatsapp_shows():
    assert CardSize.OG.max_bytes <= 300_000
    assert CardSize.X.max_bytes <= 300_000


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_equal_cards_are_equal_bytes(image_format):
    first = _drawn(_CARD, CardSize.OG, image_format=image_format)
    forget_layers()
    second = _drawn(replace(_CARD), CardSize.OG, image_format=image_format)

    assert first.rendition.data == second.rendition.data


def test_every_word_of_a_card_changes_its_picture():
    pictures = {
        _drawn(card, CardSize.OG).rendition.data
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
        pytest.param(SAMPLE_PHOTO.read_bytes(), id="dusk"),
        pytest.param(encoded(noise((1600, 1000)), quality=60), id="noise"),
    ],
)
@_SIZES
def test_text_stands_out_from_the_photo_behind_it(photo, size):
    laid = _laid(replace(_CARD, photo=_digest(photo)), size, {_digest(photo): photo})

    ground = paint_ground(laid.arrangement, size, laid.source).convert("L")

    for line in laid.arrangement.lines:
        if line.ground is None:
            behind = ground.crop(line.box.pixels)
            brightness = LINEAR[round(_brightness(behind))]
            assert luminance_contrast(luminance(line.colour), brightness) >= 4.5


def test_a_dark_photo_is_not_darkened_further():
    dark = plain((1200, 630), "#101820")
    laid = _laid(replace(_CARD, photo=_digest(dark)), CardSize.OG, {_digest(dark): dark})

    picture = paint(laid.arrangement, CardSize.OG, laid.source)

    untouched = cover(Image.open(io.BytesIO(dark)), (1200, 630), focus=(0.5, 0.5))
    assert picture.getpixel((1190, 620)) == untouched.getpixel((1190, 620))


@pytest.mark.parametrize(
    ("colour", "is_dusk"),
    [
        pytest.param("#EDF1F5", True, id="snow is no fog"),
        pytest.param("#E0A070", False, id="a sunset keeps its own warmth"),
        pytest.param("#6A6E72", False, id="a grey day stays grey"),
    ],
)
def test_a_bright_photo_without_a_hue_is_darkened_as_the_evening_would(colour, is_dusk):
    photo = plain((1200, 630), colour)
    laid = _laid(replace(_CARD, photo=_digest(photo)), CardSize.OG, {_digest(photo): photo})

    ground = paint_ground(laid.arrangement, CardSize.OG, laid.source)

    red, _, blue = ground.crop((1190, 620, 1191, 621)).tobytes()
    assert (blue - red > 20) == is_dusk
    assert (red + blue < 150) or not is_dusk


def test_an_arabic_card_is_the_mirror_of_a_latin_one_but_its_photo_is_not_mirrored():
    arabic = Card(headline="ميناء جديد", kicker="سياسة", byline="ليلى حداد", language="ar")
    photo = SAMPLE_PHOTO.read_bytes()

    lines = _laid(replace(arabic, photo=PHOTO), CardSize.OG).arrangement.lines
    picture = _picture(_drawn(arabic, CardSize.OG, photo=photo))
    latin = _picture(_drawn(Card(headline="x"), CardSize.OG, photo=photo))

    assert {round(line.box.right) for line in lines[1:]} == {1200 - 56}
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
    picture = _picture(_drawn(_CARD, CardSize.OG, photo=photo))

    corners = {picture.getpixel(corner) for corner in ((2, 2), (1197, 2))}
    assert len(corners) == 1


def test_the_focus_that_staff_chose_stays_in_the_picture():
    photo = Image.new("RGB", (3000, 630), "red")
    photo.paste("blue", (2800, 0, 3000, 630))
    data = encoded(photo)

    chosen = _picture(_drawn(replace(_CARD, focus=Focus(0.99, 0.5)), CardSize.OG, photo=data))

    red, _, blue = chosen.crop((1190, 20, 1191, 21)).tobytes()
    assert blue > 200 > red


def test_a_character_that_no_font_has_is_told():
    assert _drawn(replace(_CARD, headline="Harbour \U0001e900 opens"), CardSize.OG).missing == {
        "\U0001e900"
    }


def test_a_photo_that_is_not_kept_costs_the_card_its_photo_only():
    drawing = draw_card(replace(_CARD, photo="0" * 64), CardSize.OG)

    assert drawing.lacking == ("photo",)
    assert drawing.template.name == "words"


def test_the_template_that_takes_over_without_a_photo_needs_none_of_the_first_ones_fields():
    card = replace(_CARD, photo="0" * 64, template="live", details=(("updated", "14:05"),))

    assert draw_card(card, CardSize.OG).lacking == ("photo",)


def test_a_broken_photo_is_refused_not_painted_over():
    with pytest.raises(BadPayload, match="damaged"):
        _drawn(_CARD, CardSize.OG, photo=SAMPLE_PHOTO.read_bytes()[:5000])


@dataclass(frozen=True)
class _Laid:
    arrangement: Arrangement
    source: Source


def _laid(card: Card, size: CardSize, pictures: dict[str, bytes] = _KEPT) -> _Laid:
    template = template_of(card)
    composition = template.composition(size, is_bare=is_bare(card, template))
    return _Laid(arrange(card, composition), Source(card=card, read=pictures.get))


def _drawn(card: Card, size: CardSize, *, photo: bytes | None = None, **rest) -> Drawing:
    if photo is None:
        return draw_card(card, size, **rest)
    card = replace(card, photo=_digest(photo))
    return draw_card(card, size, read={card.photo: photo}.get, **rest)


def _picture(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(drawing.rendition.data))


def _brightness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]
