"""What comes in as a photo, and what is turned away at the door."""

import tracemalloc

import pytest
from PIL import Image

from service.cards.picture.decode import decode, inspect
from service.domain.errors import BadPayload
from tests.cards.pictures import claiming_png, encoded, noise, plain

_OG = (1200, 630)
_JPEG = encoded(noise((800, 600)))


def _animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "not a JPEG, PNG or WebP", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG", id="SVG"),
        pytest.param(plain((100, 100), kind="GIF"), "not a JPEG", id="GIF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", "not a JPEG", id="EPS"),
        pytest.param(_animated("PNG"), "animated", id="moving PNG"),
        pytest.param(_animated("WEBP"), "animated", id="moving WebP"),
        pytest.param(_JPEG[: len(_JPEG) // 2], "damaged", id="half a JPEG"),
        pytest.param(_JPEG[:150], "damaged", id="a JPEG's first bytes"),
        pytest.param(encoded(noise((300, 300)), "PNG")[:5000], "damaged", id="part of a PNG"),
        pytest.param(encoded(noise((300, 300)), "WEBP")[:2000], "damaged", id="part of a WebP"),
        pytest.param(plain((1, 1), kind="PNG"), "at least 64 px", id="tracking pixel"),
        pytest.param(claiming_png(30_000, 100), "30000 x 100 px", id="too wide"),
        pytest.param(claiming_png(7000, 6000), "7000 x 6000 px", id="too many pixels"),
        pytest.param(claiming_png(60_000, 60_000), "3600 megapixels", id="bomb"),
        pytest.param(_JPEG + bytes(11 * 1024 * 1024), "MiB", id="too many bytes"),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_with_one_sentence(data, reason):
    with pytest.raises(BadPayload, match=reason) as refusal:
        decode(data, covering=_OG)

    assert str(refusal.value).startswith("The picture ")
    assert str(refusal.value).count(". ") == 0


@pytest.mark.parametrize("size", [(2400, 1600), (2400, 1601), (2401, 1603), (1605, 2400)], ids=str)
def test_a_photo_twice_as_large_as_its_card_is_halved_while_it_is_read(size):
    half = (1200, 630) if size[0] > size[1] else (800, 1080)

    decoded = decode(encoded(Image.new("RGB", size)), covering=half)

    assert decoded.size == (-(-size[0] // 2), -(-size[1] // 2))


def test_a_picture_of_144_megapixels_is_refused_without_being_unpacked():
    bomb = claiming_png(12_000, 12_000)
    tracemalloc.start()

    with pytest.raises(BadPayload, match="144 megapixels"):
        inspect(bomb)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("data", "size", "colour"),
    [
        pytest.param(
            encoded(Image.new("CMYK", (200, 100), (0, 255, 255, 0))), (200, 100), (255, 0, 0),
            id="CMYK",
        ),
        pytest.param(
            encoded(Image.new("I;16", (200, 100), 40_000), "PNG"), (200, 100), (155, 155, 155),
            id="16 bits of grey",
        ),
        pytest.param(
            encoded(Image.new("RGBA", (200, 100), (255, 0, 0, 0)), "PNG"),
            (200, 100), (251, 250, 247), id="transparent",
        ),
        pytest.param(
            encoded(Image.new("LA", (200, 100), (0, 255)), "PNG"), (200, 100), (0, 0, 0),
            id="grey with alpha",
        ),
        pytest.param(
            encoded(Image.new("RGB", (200, 100), "red"), icc_profile=b"nonsense"),
            (200, 100), (254, 0, 0), id="broken colour profile",
        ),
        pytest.param(
            encoded(
                Image.new("RGB", (200, 100), "red"), "MPO",
                save_all=True, append_images=[Image.new("RGB", (200, 100), "blue")],
            ),
            (200, 100), (254, 0, 0), id="phone photo with a second picture",
        ),
    ],
)  # fmt: skip
def test_unusual_photos_come_out_as_plain_rgb(data, size, colour):
    picture = decode(data, covering=_OG)

    assert (picture.mode, picture.size, picture.getpixel((5, 5))) == ("RGB", size, colour)


def test_a_photo_taken_upright_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.new("RGB", (200, 100), "white")
    photo.paste("black", (0, 0, 100, 100))

    picture = decode(encoded(photo, exif=exif), covering=_OG)

    assert picture.size == (100, 200)
    assert picture.getpixel((50, 20)) == (0, 0, 0)
    assert picture.getpixel((50, 180)) == (255, 255, 255)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_broken_note_about_a_photo_does_not_cost_the_photo():
    photo = encoded(Image.new("RGB", (200, 100)), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")

    assert decode(photo, covering=_OG).size == (200, 100)


def test_a_large_photo_is_scaled_while_it_is_read_but_never_below_what_is_needed():
    photo = encoded(Image.new("RGB", (6000, 4000), "green"), quality=50)

    picture = decode(photo, covering=_OG)

    assert 1200 <= picture.width < 6000
    assert picture.height >= 630
