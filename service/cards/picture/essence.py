"""Takes out of a stranger's file what makes its pixels, and leaves the rest behind.

Notes about a photo are where small files become large: a table of 65,535 entries that all point at
the same megabytes, ten thousand packed profiles. What Pillow never sees, it cannot unpack.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.errors import BadPayload

UPRIGHT = 1
# Cameras write one pass and progressive files about ten. Thousands of empty passes over a large
# picture fit into a few kilobytes and take hours to decode.
MAX_PASSES = 64

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112
_ORIENTATIONS = range(1, 9)

_SOS, _EOI, _APP0, _APP1, _APP2, _APP14 = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_SEQUENTIAL = frozenset({0xC0, 0xC1, 0xC9})
# Frames, tables and the interval of restarts. All else is left out: programs that read JPEG
# disagree on where reserved parts end, and behind such an end anything can hide from one of them.
_PIXEL_PARTS = (frozenset(range(0xC0, 0xD0)) - {0xC8}) | {0xDB, 0xDD}
# Markers without a length: temporary use, restarts, start and end of image.
_BARE = frozenset({0x01, *range(0xD0, 0xDA)})
# A marker before them: any number of 0xFF may stand before it, and 0xFF with a zero is none.
_IN_HEADER = re.compile(rb"\xff([^\x00\xff])", re.DOTALL)
# A marker amid coded pixels: 0xFF is followed by zero there, by a restart, or by another 0xFF.
_NEXT_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
_MAX_SEGMENTS = 4096

_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"})
# At most one of each is of use, and each more would be unpacked all the same.
_COLOUR_CHUNKS = frozenset({b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM"})
_MAX_CHUNKS = 65_536


@dataclass(frozen=True, slots=True)
class Essence:
    """A file with nothing but its pixels' parts, and how its camera was held (EXIF, 1 to 8)."""

    data: bytes
    orientation: int = UPRIGHT


def essence(data: bytes) -> Essence:
    """Strip a JPEG, PNG or WebP file; what is none of these comes back as it is."""
    if data.startswith(_JPEG):
        return _of_jpeg(data)
    if data.startswith(_PNG):
        return _of_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Essence(data, _orientation_of_webp(data))
    return Essence(data)


def first_picture(jpeg: bytes) -> bytes:
    """Cut a JPEG at its end: phones put second pictures and whole films behind it."""
    start = max((start for _, start, _ in _segments(jpeg)), default=0)
    for marker, position in _markers(jpeg, start):
        if marker == _EOI:
            return jpeg[: position + 2]
    return jpeg


# -- JPEG ---------------------------------------------------------------------------------------


def _of_jpeg(data: bytes) -> Essence:
    kept = [data[:2]]
    orientation = 0
    end = 2
    components = 0
    for marker, start, end in _segments(data):
        if marker in _SEQUENTIAL:
            components = int.from_bytes(data[start + 9 : min(end, start + 10)], "big")
        body = data[start + 4 : end]
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            orientation = orientation or orientation_in(body[6:])
        elif marker in _PIXEL_PARTS or _is_about_colour(marker, body):
            kept.append(data[start:end])
    # One pass over all components ends a sequential picture; only others are searched for more.
    if data[end + 4 : end + 5] != bytes((components,)):
        _refuse_many_passes(data, end)
    return Essence(b"".join((*kept, data[end:])), orientation or UPRIGHT)


def _is_about_colour(marker: int, body: bytes) -> bool:
    return (
        (marker == _APP0 and body.startswith(b"JFIF\0"))
        or (marker == _APP2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == _APP14 and body.startswith(b"Adobe"))
    )


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment; the last one is empty, where pixels begin.

    What stands between segments and is none is passed over, as all readers of JPEG do.
    """
    position = 2
    for _ in range(_MAX_SEGMENTS):
        found = _IN_HEADER.search(data, position)
        if not found:
            return
        marker, start, position = found[1][0], found.start(), found.end()
        if marker == _SOS:
            yield marker, start, start
            return
        if marker not in _BARE:
            position += int.from_bytes(data[position : position + 2], "big")
        yield marker, start, position
    raise BadPayload("The picture is made of too many parts: save it again as a plain JPEG.")


def _refuse_many_passes(data: bytes, start: int) -> None:
    passes = 0
    for marker, _ in _markers(data, start):
        passes += marker == _SOS
        if marker == _EOI:
            return
        if passes > MAX_PASSES:
            raise BadPayload(
                f"The picture is stored in more than {MAX_PASSES} passes, which no camera does: "
                "save it again as a plain JPEG."
            )


def _markers(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield the markers from the first coded pixel on, with their positions."""
    position = start
    while found := _NEXT_MARKER.search(data, position):
        marker = found[1][0]
        yield marker, found.start()
        position = found.end()
        if marker not in _BARE and marker != _EOI:
            position += int.from_bytes(data[position : position + 2], "big")


# -- PNG and WebP -------------------------------------------------------------------------------


def _of_png(data: bytes) -> Essence:
    kept = [_PNG]
    seen: set[bytes] = set()
    orientation = 0
    for kind, start, end in _chunks(data):
        if kind == b"eXIf":
            orientation = orientation or orientation_in(data[start + 8 : end - 4])
        if kind in _PIXEL_CHUNKS or (kind in _COLOUR_CHUNKS and kind not in seen):
            kept.append(data[start:end])
            seen.add(kind)
    return Essence(b"".join(kept), orientation or UPRIGHT)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    position = len(_PNG)
    for _ in range(_MAX_CHUNKS):
        if position + 8 > len(data):
            return
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        yield data[position + 4 : position + 8], position, end
        position = end
    raise BadPayload("The picture is made of too many parts: save it again as a plain PNG.")


def _orientation_of_webp(data: bytes) -> int:
    position = 12
    for _ in range(_MAX_SEGMENTS):
        if position + 8 > len(data):
            break
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if data[position : position + 4] == b"EXIF":
            body = data[position + 8 : position + 8 + length]
            return orientation_in(body.removeprefix(b"Exif\0\0")) or UPRIGHT
        # Chunks begin at even places.
        position += 8 + length + length % 2
    return UPRIGHT


# -- EXIF ---------------------------------------------------------------------------------------


def orientation_in(tiff: bytes) -> int:
    """Read the orientation out of an EXIF block; 0 when it says none that exists.

    Only the first directory is looked through and no pointer is followed, so there is no loop to
    fall into and nothing to unpack.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:  # noqa: PLR2004 - the length of TIFF's header
        return 0
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    if directory + 2 > len(tiff):
        return 0
    (count,) = struct.unpack_from(order + "H", tiff, directory)
    entry = struct.Struct(order + "HHIH")
    last = min(directory + 2 + 12 * count, len(tiff) - 11)
    for position in range(directory + 2, last, 12):
        tag, _, _, value = entry.unpack_from(tiff, position)
        if tag == _ORIENTATION:
            return value if value in _ORIENTATIONS else 0
    return 0
