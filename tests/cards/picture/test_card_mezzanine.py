"""What is kept of a photo is quick to draw from, and looks like the photo."""

import io

import pytest
from PIL import Image, ImageCms, ImageStat

from service.cards.picture.decode import decode, inspect
from service.cards.picture.mezzanine import mezzanine
from service.domain.errors import BadPayload
from tests.cards.pictures import SAMPLE_PHOTO, encoded, noise


def _soft(size: tuple[int, int]) -> Image.Image:
    return noise((12, 8)).resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        pytest.param((6000, 4000), (2400, 1600), id="camera: twice the og card"),
        pytest.param((3000, 6000), (1200, 2400), id="tall: what tall cards need"),
        pytest.param((8000, 2000), (5040, 1260), id="panorama: still twice as high as og"),
        pytest.param((2400, 1600), (2400, 1600), id="already right"),
        pytest.param((700, 500), (700, 500), id="small"),
    ],
)
def test_a_photo_is_kept_as_large_as_cards_need(size, kept):
    data = mezzanine(encoded(_soft(size), quality=80))

    facts = inspect(data)
    assert (facts.width, facts.height, facts.format) == (*kept, "JPEG")


def test_a_jpeg_that_is_right_already_keeps_its_very_pixels_and_loses_its_notes():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Jane"
    photo = encoded(_soft((1500, 1000)), exif=exif, comment="at home", dpi=(72, 72))

    data = mezzanine(photo + b"a film of several megabytes" * 1000)

    assert b"Jane" not in data
    assert b"at home" not in data
    assert data.endswith(b"\xff\xd9")
    assert len(data) < len(photo)
    assert _pixels(data) == _pixels(photo)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(_soft((900, 600)), "PNG"), id="PNG"),
        pytest.param(encoded(_soft((900, 600)), "WEBP", quality=95), id="WebP"),
        pytest.param(encoded(_soft((900, 600)), "AVIF", quality=95, speed=10), id="AVIF"),
        pytest.param(encoded(_soft((900, 600)), quality=95, progressive=True), id="progressive"),
        pytest.param(encoded(_soft((900, 600)), quality=100, subsampling="4:4:4"), id="dear"),
    ],
)
def test_every_kind_becomes_a_plain_jpeg_that_looks_the_same(data):
    kept = Image.open(io.BytesIO(mezzanine(data)))

    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (900, 600))
    assert "progressive" not in kept.info
    original = Image.open(io.BytesIO(data)).convert("RGB")
    for point in ((100, 100), (450, 300), (800, 500)):
        assert kept.getpixel(point) == pytest.approx(original.getpixel(point), abs=9)


def test_an_avif_held_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.new("RGB", (200, 100), "white")
    photo.paste("black", (0, 0, 100, 100))

    kept = Image.open(io.BytesIO(mezzanine(encoded(photo, "AVIF", exif=exif))))

    assert kept.size == (100, 200)
    assert kept.convert("L").getpixel((50, 20)) == pytest.approx(0, abs=6)


def test_a_photo_in_other_colours_is_kept_in_srgb():
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    photo = encoded(Image.new("RGB", (900, 600), "red"), icc_profile=wide.tobytes())

    kept = Image.open(io.BytesIO(mezzanine(photo)))

    assert "icc_profile" not in kept.info


def test_a_damaged_photo_is_not_kept_though_it_has_the_right_size():
    photo = SAMPLE_PHOTO.read_bytes()

    with pytest.raises(BadPayload, match="damaged"):
        mezzanine(photo[: len(photo) * 2 // 3])


def test_keeping_twice_changes_nothing():
    kept = mezzanine(encoded(_soft((5000, 3000)), "JPEG", quality=90))

    assert mezzanine(kept) == kept


def _pixels(data: bytes) -> bytes:
    picture = decode(data, covering=(1500, 1000))
    assert ImageStat.Stat(picture).mean
    return picture.tobytes()
