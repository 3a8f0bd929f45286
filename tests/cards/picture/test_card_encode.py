"""Files stay within their bytes and tell nothing but the picture."""

import io
import math
import subprocess
import sys

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont, ImageStat, JpegImagePlugin

from service.cards.picture.colours import srgb_profile
from service.cards.picture.encode import encode
from service.cards.picture.png import write_rgb
from service.domain.card import CardSize, ImageFormat
from service.domain.errors import BadPayload
from tests.cards.pictures import encoded, noise

# What Pillow finds beside the pixels: facts of the format and the note about colours.
_SAYS = {
    ImageFormat.JPEG: {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "icc_profile",
    },
    ImageFormat.PNG: {"srgb"},
    ImageFormat.WEBP: {"loop", "background", "timestamp", "duration"},
    ImageFormat.AVIF: {"timestamp", "duration"},
}  # fmt: skip


@pytest.mark.parametrize("size", list(CardSize), ids=lambda size: size.key)
def test_even_pure_noise_stays_under_the_limit(size):
    data = encode(noise((size.width, size.height)), ImageFormat.JPEG, max_bytes=300_000)

    assert len(data) <= 300_000
    assert Image.open(io.BytesIO(data)).size == (size.width, size.height)


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_every_format_can_be_read_back_and_carries_only_srgb(image_format):
    data = encode(Image.new("RGB", (300, 200), "teal"), image_format, max_bytes=300_000)

    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert picture.format == image_format.name
    assert not picture.getexif()
    assert set(picture.info) <= _SAYS[image_format]


def test_a_jpeg_says_that_it_is_srgb_and_a_png_too():
    teal = Image.new("RGB", (300, 200), "teal")

    jpeg = Image.open(io.BytesIO(encode(teal, ImageFormat.JPEG, max_bytes=300_000)))
    png = Image.open(io.BytesIO(encode(teal, ImageFormat.PNG, max_bytes=300_000)))

    profile = ImageCms.ImageCmsProfile(io.BytesIO(jpeg.info["icc_profile"]))
    assert ImageCms.getProfileDescription(profile).strip() == "sRGB"
    assert png.info["srgb"] == 0


def test_colours_told_by_our_profile_are_those_that_were_meant():
    ramps = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180)])
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))

    seen = ImageCms.profileToProfile(ramps, profile, ImageCms.createProfile("sRGB"))

    assert seen is not None
    assert all(max(band.tobytes()) <= 1 for band in ImageChops.difference(ramps, seen).split())


@pytest.mark.parametrize("image_format", [ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.AVIF])
@pytest.mark.parametrize("share", [0.7, 0.35])
def test_a_missed_limit_is_met_in_a_few_tries_and_made_use_of(image_format, share, monkeypatch):
    picture = _landscape()
    limit = round(len(encode(picture, image_format, max_bytes=9_000_000)) * share)
    tries = []
    save = Image.Image.save

    def counting(*args, **options):
        tries.append(options.get("quality"))
        save(*args, **options)

    monkeypatch.setattr(Image.Image, "save", counting)

    data = encode(picture, image_format, max_bytes=limit)

    assert limit * 0.8 <= len(data) <= limit
    assert len(tries) <= 6


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_a_byte_too_many_is_too_many(image_format):
    picture = _landscape()
    easily = encode(picture, image_format, max_bytes=9_000_000)

    exactly = encode(picture, image_format, max_bytes=len(easily))
    closely = encode(picture, image_format, max_bytes=len(easily) - 1)

    assert exactly == easily
    assert len(closely) < len(easily)


def test_coloured_letters_on_plain_ground_keep_their_edges():
    card = _letters("#FFD23F", ground="#123264")

    data = encode(card, ImageFormat.JPEG, max_bytes=300_000)

    halved = encoded(card, quality=97, subsampling="4:2:0")
    assert len(data) < len(halved)
    assert _psnr(data, card) > _psnr(halved, card) + 3


def test_a_photo_and_white_letters_need_no_full_colours():
    white = encode(_letters("white", ground="#123264"), ImageFormat.JPEG, max_bytes=300_000)
    photo = encode(_landscape(), ImageFormat.JPEG, max_bytes=300_000)

    assert _subsampling(white) == _subsampling(photo) == "4:2:0"


def test_a_card_of_few_colours_becomes_a_small_png_without_any_loss():
    card = _letters("white", ground="#123264")

    data = encode(card, ImageFormat.PNG, max_bytes=300_000)

    picture = Image.open(io.BytesIO(data))
    assert picture.mode == "P"
    assert picture.convert("RGB").tobytes() == card.tobytes()
    assert len(data) < len(write_rgb(card))


def test_an_easy_picture_keeps_its_quality():
    easy = encode(Image.new("RGB", (1200, 630), "teal"), ImageFormat.JPEG, max_bytes=300_000)
    tight = encode(noise((1200, 630)), ImageFormat.JPEG, max_bytes=300_000)

    assert _coarseness(easy) < _coarseness(tight)


def test_a_png_too_large_in_full_colour_comes_in_fewer_colours():
    picture = Image.radial_gradient("L").resize((500, 500)).convert("RGB")
    picture = Image.blend(picture, noise((500, 500)), 0.02)
    full = encode(picture, ImageFormat.PNG, max_bytes=10_000_000)

    small = encode(picture, ImageFormat.PNG, max_bytes=len(full) * 2 // 3)

    assert Image.open(io.BytesIO(small)).mode == "P"


def test_a_limit_that_nothing_can_meet_is_named():
    with pytest.raises(BadPayload, match="does not fit into 2000 bytes"):
        encode(noise((1200, 630)), ImageFormat.JPEG, max_bytes=2000)


def test_another_process_writes_the_same_bytes():
    ask = (
        "import sys; from PIL import Image; from service.cards.picture.encode import encode; "
        "from service.domain.card import ImageFormat; sys.stdout.buffer.write("
        "encode(Image.new('RGB', (300, 200), 'teal'), ImageFormat.JPEG, max_bytes=300000))"
    )

    theirs = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True).stdout

    assert theirs == encode(
        Image.new("RGB", (300, 200), "teal"), ImageFormat.JPEG, max_bytes=300_000
    )


def _coarseness(data: bytes) -> int:
    return sum(Image.open(io.BytesIO(data)).quantization[0])  # type: ignore[attr-defined]


def _letters(colour: str, *, ground: str) -> Image.Image:
    card = Image.new("RGB", (600, 315), ground)
    font = ImageFont.load_default(56)
    ImageDraw.Draw(card).text((30, 80), "Harbour lights\nshine again", fill=colour, font=font)
    return card


def _landscape() -> Image.Image:
    """Soft shapes with grain, which compress as photos do."""
    size = (600, 400)
    soft = noise((30, 20)).resize(size, Image.Resampling.BICUBIC)
    return Image.blend(soft, noise(size), 0.12)


def _psnr(data: bytes, original: Image.Image) -> float:
    difference = ImageChops.difference(Image.open(io.BytesIO(data)).convert("RGB"), original)
    mean = sum(ImageStat.Stat(difference).sum2) / (3 * original.width * original.height)
    return 10 * math.log10(255**2 / mean)


def _subsampling(data: bytes) -> str:
    picture = Image.open(io.BytesIO(data))
    return ("4:4:4", "4:2:2", "4:2:0")[JpegImagePlugin.get_sampling(picture)]
