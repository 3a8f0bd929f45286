"""Finished pixels into a file that is never larger than its reader accepts.

Nothing of the photo's own metadata gets in (places, names, serial numbers): only the note that
colours are sRGB and, where the newsroom set one, its credit. Equal pixels give equal bytes on
every day. The first try is the quick one and nearly always fits; patience begins when it does not.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from PIL import Image

from service.cards.picture import png
from service.cards.picture.colours import srgb_profile
from service.cards.picture.credit import Notes, notes_for
from service.cards.picture.palette import in_palette
from service.domain.card import ImageFormat
from service.domain.errors import BadPayload

_JPEG_QUALITY = 85
_FLAT_JPEG_QUALITY = 88
_WEBP_QUALITY = 80
_AVIF_QUALITY = 62
_AVIF_SPEED = 9
_LEAST_QUALITY = 5
# Pure noise in the smallest file of x needs so few.
_FEWEST_COLOURS = 4

# A file may stay this far below its limit before another try for a better one is worth its time.
_NEARLY = 0.94
_AIM = 0.97
_TRIES = 8
_ENOUGH_TRIES = 3
_FLAT_COLOURS = 700
_SAMPLE = 11
_CHROMA_SPREAD = 48

_Attempt = Callable[[int], bytes]


def encode(
    image: Image.Image, image_format: ImageFormat, *, max_bytes: int, credit: str = ""
) -> bytes:
    """Return the best file of `image` (RGB) within `max_bytes`; raises BadPayload for none."""
    notes = notes_for(credit)
    match image_format:
        case ImageFormat.JPEG:
            data = _jpeg(image, notes, max_bytes)
        case ImageFormat.PNG:
            data = _png(image, notes, max_bytes)
        case ImageFormat.WEBP:
            data = _webp(image, notes, max_bytes)
        case ImageFormat.AVIF:
            data = _avif(image, notes, max_bytes)
    if len(data) > max_bytes:
        raise BadPayload(
            f"The card does not fit into {max_bytes} bytes as {image_format.value}: the smallest "
            f"is {len(data)}. Allow more or choose another format."
        )
    return data


def is_flat(image: Image.Image) -> bool:
    """Tell a picture of areas and letters from a photo, by the colours of every 11th pixel."""
    return _sample(image).getcolors(_FLAT_COLOURS) is not None


def _is_colourful(image: Image.Image) -> bool:
    """Tell whether halved colours would blur an edge: that between far apart colours."""
    _, *chroma = _sample(image).convert("YCbCr").split()
    spreads = (band.getextrema() for band in chroma)
    return any(cast("int", high) - cast("int", low) > _CHROMA_SPREAD for low, high in spreads)


def _sample(image: Image.Image) -> Image.Image:
    size = (max(1, image.width // _SAMPLE), max(1, image.height // _SAMPLE))
    return image.resize(size, Image.Resampling.NEAREST)


def _jpeg(image: Image.Image, notes: Notes, max_bytes: int) -> bytes:
    flat = is_flat(image)
    subsampling = "4:4:4" if flat and _is_colourful(image) else "4:2:0"

    def attempt(quality: int, *, optimize: bool = True) -> bytes:
        return _saved(
            image,
            "JPEG",
            quality=quality,
            subsampling=subsampling,
            optimize=optimize,
            # JPEG names no colours of its own accord, and viewers for print ask for them.
            icc_profile=srgb_profile(),
            exif=notes.exif,
            xmp=notes.xmp,
            extra=notes.iptc_segment,
        )

    quality = _FLAT_JPEG_QUALITY if flat else _JPEG_QUALITY
    quick = attempt(quality, optimize=False)
    if len(quick) <= max_bytes:
        return quick
    return _within(attempt, _JPEG_DIAL, (quality, quick), max_bytes=max_bytes)


def _webp(image: Image.Image, notes: Notes, max_bytes: int) -> bytes:
    def attempt(quality: int) -> bytes:
        # Method 0 takes a third of the time of 4 for a seventh more bytes and equal sharpness.
        # Without a profile a WebP is in sRGB (RFC 9649, 2.7.1.4).
        return _saved(image, "WEBP", quality=quality, method=0, exif=notes.exif, xmp=notes.xmp)

    first = attempt(_WEBP_QUALITY)
    if len(first) <= max_bytes:
        return first
    return _within(attempt, _WEBP_DIAL, (_WEBP_QUALITY, first), max_bytes=max_bytes)


def _avif(image: Image.Image, notes: Notes, max_bytes: int) -> bytes:
    options = {"speed": _AVIF_SPEED, "max_threads": 1, "exif": notes.exif, "xmp": notes.xmp}

    def attempt(quality: int) -> bytes:
        # Without a profile the file says sRGB in its own numbers (CICP). One thread: there is a
        # process for every core already.
        return _saved(image, "AVIF", quality=quality, **options)

    first = attempt(_AVIF_QUALITY)
    if len(first) <= max_bytes:
        return first
    return _within(attempt, _AVIF_DIAL, (_AVIF_QUALITY, first), max_bytes=max_bytes)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **{"icc_profile": b"", **options})
    return buffer.getvalue()


# -- the search for a quality -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Dial:
    """A format's dial of quality: where its numbers stand on a line of even steps.

    Over that line the logarithm of a file's bytes rises evenly, by about `slope`, so that one file
    tells where the next will land.
    """

    place: Callable[[int], float]
    slope: float


def _jpeg_place(quality: int) -> float:
    # How libjpeg makes its tables coarser.
    coarseness = 5000 / quality if quality < 50 else 200 - 2 * quality  # noqa: PLR2004 - libjpeg's
    return -math.log(max(1, coarseness))


def _webp_place(quality: int) -> float:
    # How libwebp makes its steps coarser.
    linear = quality * 2 / 300 if quality < 75 else quality / 50 - 1  # noqa: PLR2004 - libwebp's
    return math.cbrt(linear)


_JPEG_DIAL = _Dial(_jpeg_place, 0.56)
_WEBP_DIAL = _Dial(_webp_place, 2.4)
_AVIF_DIAL = _Dial(float, 0.031)


def _within(attempt: _Attempt, dial: _Dial, first: tuple[int, bytes], *, max_bytes: int) -> bytes:
    """Return the best file within the limit; when nothing fits, the smallest that there is."""
    quality, data = first
    tried = {quality: math.log(len(data))}
    best, lower, upper = b"", _LEAST_QUALITY - 1, quality
    for turn in range(_TRIES):
        if upper - lower <= 1 or (best and turn > _ENOUGH_TRIES):
            break
        wanted = _predicted(tried, dial, math.log(max_bytes * _AIM))
        quality = min(max(wanted, lower + 1), upper - 1)
        data = attempt(quality)
        tried[quality] = math.log(len(data))
        if len(data) > max_bytes:
            upper = quality
            continue
        best, lower = data, quality
        if len(data) >= max_bytes * _NEARLY:
            break
    return best or attempt(_LEAST_QUALITY)


def _predicted(tried: dict[int, float], dial: _Dial, wanted: float) -> int:
    """Return the quality at which a line through the two nearest tries meets the wanted size."""
    near, *next_best = sorted(tried, key=lambda quality: abs(tried[quality] - wanted))[:2]
    slope = dial.slope
    for other in next_best:
        rise = (tried[near] - tried[other]) / (dial.place(near) - dial.place(other))
        # Very small files bend the line; it never turns round.
        slope = max(rise, dial.slope / 3)
    place = dial.place(near) + (wanted - tried[near]) / slope
    fitting = (q for q in range(100, _LEAST_QUALITY, -1) if dial.place(q) <= place)
    return next(fitting, _LEAST_QUALITY)


# -- PNG ----------------------------------------------------------------------------------------


def _png(image: Image.Image, notes: Notes, max_bytes: int) -> bytes:
    data = png.write_rgb(image, extra=notes.png_chunks)
    exact = in_palette(image) if is_flat(image) else None
    if exact is not None:
        # Smooth shading is smaller as differences, letters on plain ground as few colours.
        data = min(data, png.write_palette(exact, extra=notes.png_chunks), key=len)
    colours = 256
    while len(data) > max_bytes and colours >= _FEWEST_COLOURS:
        fewer = image.quantize(colours, method=Image.Quantize.FASTOCTREE)
        data = png.write_palette(fewer, extra=notes.png_chunks, is_patient=True)
        colours //= 2
    return data
