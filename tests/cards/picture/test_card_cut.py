"""Photos fill their boxes with the right part, as sharp as the slow way would make them."""

import io
import math

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from service.cards.picture.cut import cover
from service.cards.picture.decode import decode
from tests.cards.pictures import encoded, noise

_OG = (1200, 630)


def _photo(size: tuple[int, int]) -> Image.Image:
    """Shapes of all sizes with soft edges and a little grain, as lenses draw them."""
    picture = Image.new("RGB", size)
    for cell, share in ((400, 1.0), (120, 0.4), (40, 0.25), (12, 0.12)):
        small = noise((size[0] // cell + 2, size[1] // cell + 2))
        picture = Image.blend(picture, small.resize(size, Image.Resampling.BICUBIC), share)
    return picture.filter(ImageFilter.GaussianBlur(0.6))


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((2400, 1600), id="halved while it is read"),
        pytest.param((3401, 2267), id="halved with half a pixel left over"),
        pytest.param((3000, 1999), id="halved and then scaled"),
        pytest.param((1987, 1325), id="scaled only"),
        pytest.param((1200, 800), id="cut only"),
        pytest.param((900, 600), id="smaller than the card"),
        pytest.param((1500, 4000), id="tall"),
        pytest.param((5000, 900), id="panorama"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_quick_way_looks_like_the_slow_one(size, kind):
    data = encoded(_photo(size), kind, quality=92, compress_level=1)

    quick = cover(decode(data, covering=_OG), _OG, focus=(0.5, 0.5))

    assert _psnr(quick, _slowly(data)) >= 41


def _slowly(data: bytes) -> Image.Image:
    """Decode in full, cut the exact middle, scale by the best there is."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    scale = max(_OG[0] / picture.width, _OG[1] / picture.height)
    width, height = _OG[0] / scale, _OG[1] / scale
    left, top = max(0, picture.width - width) / 2, max(0, picture.height - height) / 2
    box = (left, top, picture.width - left, picture.height - top)
    return picture.resize(_OG, Image.Resampling.LANCZOS, box=box)


def _psnr(one: Image.Image, other: Image.Image) -> float:
    # The outermost rows show what a way makes of the end of a picture, which nobody compares.
    inside = (4, 4, one.width - 4, one.height - 4)
    difference = ImageChops.difference(one.crop(inside), other.crop(inside))
    mean = sum(ImageStat.Stat(difference).sum2) / (3 * difference.width * difference.height)
    return 10 * math.log10(255**2 / max(mean, 1e-9))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_held_in_any_way_is_cut_alike(orientation):
    upright = _photo((2402, 1601))
    backwards = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = upright.transpose(backwards[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    picture = decode(encoded(held, quality=95, exif=exif), covering=(1100, 700))
    cut = cover(picture, (1100, 700), focus=(0.3, 0.4))

    straight = cover(upright, (1100, 700), focus=(0.3, 0.4))
    assert picture.size == (1201, 801)
    assert _psnr(cut, straight) >= 38


@pytest.mark.parametrize("place", [0.0, 0.1, 0.35, 0.5, 0.8, 1.0])
def test_the_point_of_focus_is_always_in_the_cut(place):
    wide = Image.new("RGB", (2000, 500), "navy")
    at = round(1999 * place)
    wide.paste("white", (max(0, at - 8), 0, at + 8, 500))

    cut = cover(wide, (400, 500), focus=(place, 0.5))

    assert cut.size == (400, 500)
    assert max(cut.convert("L").tobytes()) > 250


def test_a_thing_at_the_side_is_whole_in_the_cut():
    wide = Image.new("RGB", (2000, 500), "navy")
    wide.paste("white", (1300, 0, 1600, 500))

    cut = cover(wide, (500, 500), focus=(0.725, 0.5))

    white = cut.convert("L").point(lambda value: 255 * (value > 128)).getbbox()
    assert white is not None
    assert white[2] - white[0] == pytest.approx(300, abs=2)


def test_what_is_cut_carries_nothing_of_the_file():
    photo = encoded(Image.new("RGB", (1300, 700), "green"), dpi=(300, 300), comment="secret")

    cut = cover(decode(photo, covering=_OG), _OG, focus=(0.5, 0.5))

    assert cut.info == {}
