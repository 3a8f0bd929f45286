"""Finished pixels into a file that is never larger than its reader accepts.

Nothing of the photo's own metadata gets in (places, names, serial numbers), only the note that
colours are sRGB. Equal pixels give equal bytes on every day.
"""

import io
from collections.abc import Iterator

from PIL import Image, ImageCms

from service.domain.card import ImageFormat
from service.domain.errors import BadPayload

_JPEG_QUALITIES = (88, 84, 80, 75, 70, 64, 58, 50, 42, 34, 26, 18, 10)
_WEBP_QUALITIES = (84, 78, 70, 60, 50, 40, 30, 20, 10)
_AVIF_QUALITIES = (62, 54, 46, 38, 30, 20, 10)
_PALETTE = 256


def encode(image: Image.Image, image_format: ImageFormat, *, max_bytes: int) -> bytes:
    """Return the best file of `image` within `max_bytes`; raises BadPayload when there is none."""
    smallest = 0
    for data in _files(image, image_format):
        if len(data) <= max_bytes:
            return data
        smallest = len(data)
    raise BadPayload(
        f"The card does not fit into {max_bytes} bytes as {image_format.value}: the smallest is "
        f"{smallest}. Allow more or choose another format."
    )


def _files(image: Image.Image, image_format: ImageFormat) -> Iterator[bytes]:
    """Yield files from the best to the smallest."""
    match image_format:
        case ImageFormat.JPEG:
            for quality in _JPEG_QUALITIES:
                yield _saved(image, "JPEG", quality=quality, subsampling="4:2:0")
        case ImageFormat.WEBP:
            for quality in _WEBP_QUALITIES:
                yield _saved(image, "WEBP", quality=quality, method=2)
        case ImageFormat.AVIF:
            for quality in _AVIF_QUALITIES:
                yield _saved(image, "AVIF", quality=quality, speed=9, max_threads=1)
        case ImageFormat.PNG:
            yield _saved(image, "PNG", compress_level=6)
            yield _saved(image.quantize(_PALETTE), "PNG", compress_level=9)


def _saved(image: Image.Image, kind: str, **options: int | str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, icc_profile=_SRGB_PROFILE, exif=b"", **options)
    return buffer.getvalue()


def _srgb_profile() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Bytes 24-35 are the moment of creation, 84-99 a checksum over it: with them no two processes
    # would write the same file (ICC.1:2022, 7.2). Zero means "not computed"; the date is free.
    profile[24:36] = bytes((0x07, 0xE9, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    profile[84:100] = bytes(16)
    return bytes(profile)


_SRGB_PROFILE = _srgb_profile()
