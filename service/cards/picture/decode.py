"""Opens pictures that strangers made: only what can be shown, and never more than fits in memory.

The header is judged before a single pixel is decoded, so a small file that unpacks into gigabytes
costs nothing. Every refusal is BadPayload with a sentence for the person who sent the picture.
"""

import io
import math
import re
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from service.cards.picture.colours import to_srgb
from service.cards.picture.cut import EXTENT, Box
from service.cards.picture.essence import UPRIGHT, Essence, essence, orientation_in
from service.domain.errors import BadPayload

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
MIN_SIDE = 64

# What a photo may be when it is fetched: the kinds that are opened here, and a little less than
# the most, so that whatever was fetched can also be opened.
PHOTO_BYTES = 10_000_000
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif")

DRAWN = ("JPEG", "PNG", "WEBP")
_NAMES = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "AVIF": "AVIF"}
# Their decoders hold four and more copies of all pixels at once: 24 megapixels are half a gigabyte.
_FEWER_PIXELS = {"WEBP": 24_000_000, "AVIF": 24_000_000}
# Pillow refuses before it tells the size otherwise than in its message.
_PIXELS = re.compile(r"\((\d+) pixels\)")
# How files of our kinds begin, however they go on.
_KNOWN = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|....ftypavi", re.DOTALL)
_DAMAGED = "The picture is damaged and cannot be opened: upload it again."
_FLATTENED_ON = (251, 250, 247)
_BAND = 512
# How much larger than needed a picture is made of whole squares of its pixels: the smooth scaling
# that follows needs something to choose from.
_SPARE = 1.5
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED_BY_A_QUARTER = frozenset({5, 6, 7, 8})
_FLIPPED_SIDEWAYS = frozenset({2, 3, 6, 7})
_FLIPPED_UPWARDS = frozenset({3, 4, 7, 8})

# Set once at import and not around each call: the filters belong to the process, and threads
# that set and restore them undo each other's.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a picture's header says; the size is that of the upright picture."""

    width: int
    height: int
    format: str


def inspect(data: bytes, *, formats: tuple[str, ...] = DRAWN) -> PhotoFacts:
    """Judge a picture by its header alone; raises BadPayload."""
    pure = _checked_essence(data)
    with _opened(pure.data, formats, min_side=MIN_SIDE) as image:
        width, height = _upright_size(image.size, _orientation(image, pure))
        return PhotoFacts(width, height, image.format or "")


def open_guarded(data: bytes, *, min_side: int = MIN_SIDE) -> Image.Image:
    """Open a picture whose header was judged, without its notes; its pixels are not read yet.

    Reading them can still find damage: OSError, SyntaxError or ValueError.
    """
    return _opened(_checked_essence(data).data, DRAWN, min_side=min_side)


def decode(
    data: bytes, *, covering: tuple[int, int], formats: tuple[str, ...] = DRAWN
) -> Image.Image:
    """Return the picture upright, in sRGB, without transparency.

    It is at least as large as `covering` needs when that is smaller than the original: a large
    JPEG is scaled down while it is decoded, which is three times faster. `cover` knows which part
    of the last row and column is picture.
    """
    pure = _checked_essence(data)
    with _opened(pure.data, formats, min_side=MIN_SIDE) as image:
        orientation = _orientation(image, pure)
        wide, high = _upright_size(covering, orientation)
        ratio = max(1.0, min(image.width / wide, image.height / high))
        original = image.size
        try:
            # In whole steps: asked for the size itself, it would read an odd number of rows whole.
            image.draft(None, (image.width // int(ratio), image.height // int(ratio)))
            image.load()
            step = 1 if image.size != original else max(1, int(ratio / _SPARE))
            plain = _plain(image, step=step)
        except _BROKEN as error:
            raise BadPayload(
                "The picture is damaged and cannot be read to its end: upload it again."
            ) from error
    return _upright(plain, _extent(original, plain.size), orientation)


# -- at the door --------------------------------------------------------------------------------


def _checked_essence(data: bytes) -> Essence:
    if len(data) > MAX_BYTES:
        raise BadPayload(
            f"The picture has {len(data) / 1024 / 1024:.1f} MiB and the limit is "
            f"{MAX_BYTES // 1024 // 1024} MiB: send a smaller one."
        )
    _check_webp_canvas(data[:30])
    return essence(data)


def _opened(data: bytes, formats: tuple[str, ...], *, min_side: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = _PIXELS.search(str(error))
        size = f"{int(found[1]) // 1_000_000} megapixels" if found else "too many pixels"
        raise BadPayload(_too_large(size, MAX_PIXELS)) from error
    except UnidentifiedImageError as error:
        if _KNOWN.match(data):
            raise BadPayload(_DAMAGED) from error
        names = [_NAMES[name] for name in formats]
        raise BadPayload(
            f"The picture is not a {', '.join(names[:-1])} or {names[-1]} file: send one of these."
        ) from error
    except _BROKEN as error:
        raise BadPayload(_DAMAGED) from error
    _check_header(image, min_side)
    return image


def _check_header(image: Image.Image, min_side: int) -> None:
    width, height = image.size
    most = _FEWER_PIXELS.get(image.format or "", MAX_PIXELS)
    if width * height > most or max(width, height) > MAX_SIDE:
        raise BadPayload(_too_large(f"{width} x {height} px", most))
    if min(width, height) < min_side:
        raise BadPayload(
            f"The picture has {width} x {height} px and a card needs at least {min_side} px "
            "on each side: send a larger one."
        )
    if getattr(image, "is_animated", False):
        raise BadPayload("The picture is animated and a card stands still: send a still one.")


def _check_webp_canvas(head: bytes) -> None:
    """Refuse a large canvas before it is opened: the decoder makes room for it at once."""
    if head[:4] != b"RIFF" or head[12:16] != b"VP8X":
        return
    width = int.from_bytes(head[24:27], "little") + 1
    height = int.from_bytes(head[27:30], "little") + 1
    if width * height > _FEWER_PIXELS["WEBP"]:
        raise BadPayload(_too_large(f"{width} x {height} px", _FEWER_PIXELS["WEBP"]))


def _too_large(found: str, most: int) -> str:
    return (
        f"The picture has {found} and the limit is {most // 1_000_000} megapixels and "
        f"{MAX_SIDE} px a side: send a smaller one."
    )


# -- colours ------------------------------------------------------------------------------------


def _plain(image: Image.Image, *, step: int) -> Image.Image:
    """Return RGB in sRGB without transparency, each `step` x `step` pixels made one.

    Row by row in bands, so that no second picture of full size is ever in memory.
    """
    profile = image.info.get("icc_profile") or b""
    if image.mode == "RGB" and step == 1 and not image.has_transparency_data:
        convert = to_srgb(profile, "RGB")
        return convert(image) if convert else image
    width, height = image.size
    plain = Image.new("RGB", (math.ceil(width / step), math.ceil(height / step)))
    rows = max(1, _BAND // step) * step
    painter = _Painter(image, profile)
    for top in range(0, height, rows):
        band = painter.painted(image.crop((0, top, width, min(height, top + rows))))
        plain.paste(band.reduce(step) if step > 1 else band, (0, top // step))
    return plain


class _Painter:
    """Turns bands of a picture into opaque sRGB."""

    def __init__(self, image: Image.Image, profile: bytes) -> None:
        self._is_transparent = image.has_transparency_data
        self._mode = {"LA": "L", "La": "L"}.get(image.mode, image.mode)
        if image.mode.startswith("I") or image.mode == "1":
            self._mode = "L"
        elif self._mode not in {"L", "CMYK"}:
            self._mode = "RGB"
        self._convert = to_srgb(profile, self._mode)

    def painted(self, band: Image.Image) -> Image.Image:
        if band.mode.startswith("I"):
            # 16 bits a sample: Pillow's own conversion clips all but the darkest.
            band = band.convert("I").point(lambda value: value / 257).convert("L")
        if not self._is_transparent:
            return self._in_srgb(band)
        seen = band.convert("RGBA")
        ground = Image.new("RGB", band.size, _FLATTENED_ON)
        ground.paste(self._in_srgb(seen.convert(self._mode)), mask=seen.getchannel("A"))
        return ground

    def _in_srgb(self, band: Image.Image) -> Image.Image:
        if self._convert is None:
            return band.convert("RGB")
        return self._convert(band.convert(self._mode))


# -- upright ------------------------------------------------------------------------------------


def _orientation(image: Image.Image, pure: Essence) -> int:
    if image.format != "AVIF":
        return pure.orientation
    # AVIF turns pictures in its own way, which Pillow translates into EXIF's.
    return orientation_in(image.info.get("exif", b"").removeprefix(b"Exif\0\0")) or UPRIGHT


def _upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if orientation in _TURNED_BY_A_QUARTER else size


def _extent(original: tuple[int, int], size: tuple[int, int]) -> tuple[float, float]:
    """Return which part of a scaled picture is picture: 2667 rows halved are 1333.5 of 1334."""
    # The same whole number for both sides: rounded up, a short side alone could tell another.
    step = round(max(original) / max(size))
    return original[0] / step, original[1] / step


def _upright(image: Image.Image, extent: tuple[float, float], orientation: int) -> Image.Image:
    """Turn the picture as its camera was held, and say which box of it is picture."""
    turn = _TURNS.get(orientation)
    upright = image.transpose(turn) if turn is not None else image
    wide, high = (extent[1], extent[0]) if orientation in _TURNED_BY_A_QUARTER else extent
    left = upright.width - wide if orientation in _FLIPPED_SIDEWAYS else 0.0
    top = upright.height - high if orientation in _FLIPPED_UPWARDS else 0.0
    # Nothing of the stranger's notes goes on with the pixels.
    upright.info = {EXTENT: Box(left, top, left + wide, top + high)}
    return upright
