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

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from service.domain.errors import BadPayload

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
MIN_SIDE = 64

# What a photo may be when it is fetched: the kinds that are opened here, and a little less than
# the most, so that whatever was fetched can also be opened.
PHOTO_BYTES = 10_000_000
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")

_FORMATS = ("JPEG", "PNG", "WEBP")
# Pillow refuses before it tells the size otherwise than in its message.
_PIXELS = re.compile(r"\((\d+) pixels\)")
_FLATTENED_ON = (251, 250, 247)
_TURNED_BY_A_QUARTER = frozenset({5, 6, 7, 8})
_SRGB = ImageCms.createProfile("sRGB")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError)

# Set once at import and not around each call: the filters belong to the process, and threads
# that set and restore them undo each other's.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a picture's header says."""

    width: int
    height: int
    format: str


def inspect(data: bytes) -> PhotoFacts:
    """Judge a picture by its header alone; raises BadPayload."""
    with _opened(data) as image:
        return PhotoFacts(image.width, image.height, image.format or "")


def decode(data: bytes, *, covering: tuple[int, int]) -> Image.Image:
    """Return the picture upright, in sRGB, without transparency.

    It is at least as large as `covering` needs when that is smaller than the original: a large
    JPEG is scaled down while it is decoded, which is three times faster.
    """
    with _opened(data) as image:
        try:
            turned = _orientation(image) in _TURNED_BY_A_QUARTER
            if image.format in {"JPEG", "MPO"}:
                image.draft(None, _needed(image.size, covering, turned=turned))
            image.load()
            # A smaller picture is quicker to turn and to convert, but only whole steps are exact.
            return _flat(_in_srgb(_upright(image)))
        except _BROKEN as error:
            raise BadPayload(
                "The picture is damaged and cannot be read to its end: upload it again."
            ) from error


def _opened(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise BadPayload(
            f"The picture has {len(data) / 1024 / 1024:.1f} MiB and the limit is "
            f"{MAX_BYTES // 1024 // 1024} MiB: send a smaller one."
        )
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = _PIXELS.search(str(error))
        size = f"{int(found[1]) // 1_000_000} megapixels" if found else "too many pixels"
        raise BadPayload(_too_large(size)) from error
    except UnidentifiedImageError as error:
        raise BadPayload(
            "The picture is not a JPEG, PNG or WebP file: send one of these."
        ) from error
    except _BROKEN as error:
        raise BadPayload("The picture is damaged and cannot be opened: upload it again.") from error
    _check_header(image)
    return image


def _check_header(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise BadPayload(_too_large(f"{width} x {height} px"))
    if min(width, height) < MIN_SIDE:
        raise BadPayload(
            f"The picture has {width} x {height} px and a card needs at least {MIN_SIDE} px "
            "on each side: send a larger one."
        )
    # Phones put a second picture (depth, brightness) behind the photo: that is no animation.
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise BadPayload("The picture is animated and a card stands still: send a still one.")


def _too_large(found: str) -> str:
    return (
        f"The picture has {found} and the limit is {MAX_PIXELS // 1_000_000} megapixels and "
        f"{MAX_SIDE} px a side: send a smaller one."
    )


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (*_BROKEN, TypeError):
        # A broken note about the photo is no reason to refuse the photo.
        return 1


def _needed(size: tuple[int, int], covering: tuple[int, int], *, turned: bool) -> tuple[int, int]:
    width, height = size
    wide, high = reversed(covering) if turned else covering
    scale = min(1.0, max(wide / width, high / height))
    return math.ceil(width * scale), math.ceil(height * scale)


def _upright(image: Image.Image) -> Image.Image:
    if _orientation(image) == 1:
        return image
    return ImageOps.exif_transpose(image)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert by the embedded colour profile; a profile that does not fit is left out."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted or image


def _flat(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits a sample: Pillow's own conversion clips all but the darkest.
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (*_FLATTENED_ON, 255))
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    return image.convert("RGB")
