"""Colours look as they were meant, whatever profile a photo brings."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from service.cards.picture.colours import is_srgb, srgb_profile
from service.cards.picture.decode import decode
from tests.cards.pictures import SAMPLE_PHOTO, encoded

_ROOT = Path(__file__).parents[3]
_BOX = (100, 100)
_LITTLE_CMS_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _with_red_and_green_exchanged() -> bytes:
    profile = srgb_profile().replace("sRGB".encode("utf-16-be"), "odd ".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")


def _grey_with_linear_tones() -> bytes:
    profile = srgb_profile().replace(b"RGB ", b"GRAY", 1).replace(b"rTRC", b"kTRC")
    place = profile.index(b"para")
    linear = struct.pack(">4sIHHi", b"para", 0, 0, 0, 65536)
    return profile[:place] + linear + profile[place + len(linear) :]


def test_a_profile_of_other_colours_is_taken_at_its_word():
    photo = encoded(
        Image.new("RGB", (200, 100), "red"), "PNG", icc_profile=_with_red_and_green_exchanged()
    )

    assert decode(photo, covering=_BOX).getpixel((5, 5)) == pytest.approx((0, 255, 0), abs=3)


def test_so_it_is_under_transparency_and_when_scaled_down():
    clear = Image.new("RGBA", (1200, 900), (255, 0, 0, 255))
    clear.paste((0, 0, 255, 0), (0, 0, 600, 900))
    photo = encoded(clear, "PNG", icc_profile=_with_red_and_green_exchanged())

    picture = decode(photo, covering=_BOX)

    assert picture.width < 300
    assert picture.getpixel((5, 5)) == (251, 250, 247)
    right = picture.getpixel((picture.width - 5, 5))
    assert right == pytest.approx((0, 255, 0), abs=3)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_photo_has_its_own_tones(mode):
    photo = Image.new("L", (200, 100), 128).convert(mode)

    picture = decode(encoded(photo, "PNG", icc_profile=_grey_with_linear_tones()), covering=_BOX)

    assert picture.getpixel((5, 5)) == pytest.approx((188, 188, 188), abs=2)


def test_a_profile_for_other_kinds_of_colour_is_left_out():
    photo = encoded(Image.new("RGB", (200, 100), "red"), icc_profile=_grey_with_linear_tones())

    assert decode(photo, covering=_BOX).getpixel((5, 5)) == (254, 0, 0)


def test_a_palette_with_a_clear_colour_is_flattened():
    photo = Image.new("P", (200, 100), 1)
    photo.putpalette([255, 0, 0, 0, 0, 255])
    photo.paste(0, (0, 0, 100, 100))

    picture = decode(encoded(photo, "PNG", transparency=0), covering=_BOX)

    assert picture.getpixel((5, 5)) == (251, 250, 247)
    assert picture.getpixel((195, 5)) == (0, 0, 255)


@pytest.mark.parametrize(
    ("profile", "is_so"),
    [
        pytest.param(srgb_profile(), True, id="ours"),
        pytest.param(_LITTLE_CMS_SRGB, True, id="Little CMS's"),
        pytest.param(_with_red_and_green_exchanged(), False, id="another"),
        pytest.param(b"", False, id="none"),
        pytest.param(b"sRGB" * 100, False, id="nonsense"),
    ],
)
def test_srgb_is_known_by_its_description(profile, is_so):
    assert is_srgb(profile) is is_so


def test_a_cold_card_loads_neither_colour_management_nor_numpy():
    ask = (
        "import sys; from service.cards.picture.decode import decode;"
        "from service.cards.picture.cut import cover;"
        "from service.cards.picture.focus import find_focus;"
        "from service.cards.picture.encode import encode;"
        "from service.domain.card import ImageFormat;"
        f"p = decode(open({str(SAMPLE_PHOTO)!r}, 'rb').read(), covering=(1200, 630));"
        "find_focus(p);"
        "encode(cover(p, (1200, 630), focus=(.5, .5)), ImageFormat.JPEG, max_bytes=300000);"
        "print(*sorted({'PIL.ImageCms', 'numpy', 'urllib.request', 'pydantic'}"
        " & set(sys.modules)))"
    )

    child = subprocess.run(
        [sys.executable, "-c", ask], cwd=_ROOT, check=True, capture_output=True, text=True
    )

    assert child.stdout.strip() == ""
