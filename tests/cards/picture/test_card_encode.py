"""Files stay within their bytes and tell nothing but the picture."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from service.cards.picture.encode import encode
from service.domain.card import CardSize, ImageFormat
from service.domain.errors import BadPayload
from tests.cards.pictures import noise


@pytest.mark.parametrize("size", list(CardSize), ids=lambda size: size.key)
def test_even_pure_noise_stays_under_the_limit(size):
    data = encode(noise((size.width, size.height)), ImageFormat.JPEG, max_bytes=300_000)

    assert len(data) <= 300_000
    assert Image.open(io.BytesIO(data)).size == (size.width, size.height)


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_every_format_can_be_read_back_and_carries_only_srgb(image_format):
    data = encode(Image.new("RGB", (300, 200), "teal"), image_format, max_bytes=300_000)

    picture = Image.open(io.BytesIO(data))
    assert picture.format == image_format.name
    assert picture.info["icc_profile"]
    assert not picture.getexif()
    assert "comment" not in picture.info


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
