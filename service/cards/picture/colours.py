"""Colours as a screen shows them: any profile into sRGB, and the note that a file is in sRGB.

Little CMS is loaded for the first picture that needs it: most are in sRGB already, and making a
profile costs a cold card 20 milliseconds.
"""

import io
import struct
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, cast

from PIL import Image

if TYPE_CHECKING:
    from PIL import ImageCms

_Convert = Callable[[Image.Image], Image.Image]

# The largest profiles of printing presses have two and a half megabytes.
_MAX_PROFILE = 4 * 1024 * 1024
_MAX_TAGS = 100
# What a profile's own header calls the colours it is for.
_SPACES = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}


def is_srgb(profile: bytes) -> bool:
    """Tell by its description alone whether a profile is one of the many of sRGB."""
    description = _tag(profile, b"desc")
    plain = description[12:60].lstrip(b"\0 ") if description[:4] == b"desc" else b""
    wide = description[12:120].decode("utf-16-be", "ignore")
    return plain.startswith(b"sRGB") or (description[:4] == b"mluc" and "sRGB" in wide)


def to_srgb(profile: bytes, mode: str) -> _Convert | None:
    """Return what converts pictures of a mode from `profile` to sRGB (as RGB).

    None when nothing has to be done, or when the profile is broken or made for other colours: then
    the picture is better off without it.
    """
    if (
        not profile
        or len(profile) > _MAX_PROFILE
        or profile[16:20] != _SPACES.get(mode)
        or (mode == "RGB" and is_srgb(profile))
    ):
        return None
    from PIL import ImageCms  # noqa: PLC0415 - most pictures never need it

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, _little_cms_srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
    # Without a place to write into there is always a new picture.
    return lambda image: cast("Image.Image", ImageCms.applyTransform(image, transform))


@cache
def _little_cms_srgb() -> "ImageCms.ImageCmsProfile":
    from PIL import ImageCms  # noqa: PLC0415 - as above

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _tag(profile: bytes, name: bytes) -> bytes:
    """Return the body of a profile's tag, empty when there is none (ICC.1:2022, 7.3)."""
    count = min(int.from_bytes(profile[128:132], "big"), _MAX_TAGS)
    for position in range(132, 132 + 12 * count, 12):
        if profile[position : position + 4] == name:
            start = int.from_bytes(profile[position + 4 : position + 8], "big")
            length = int.from_bytes(profile[position + 8 : position + 12], "big")
            return profile[start : start + length]
    return b""


# -- the note -----------------------------------------------------------------------------------

# sRGB's primaries and white as seen under D50, which is what profiles are written for
# (IEC 61966-2-1, adapted by Bradford's method), and the curve of its tones (ICC.1:2022, 10.18).
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
    b"wtpt": (0.96420, 1.0, 0.82491),
}
_ADAPTED = (
    (1.04788, 0.02292, -0.05022),
    (0.02959, 0.99048, -0.01707),
    (-0.00925, 0.01508, 0.75168),
)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_VERSION = 0x04300000


@cache
def srgb_profile() -> bytes:
    """Return the smallest complete profile of sRGB; the same bytes in every process."""
    curve = struct.pack(">4sIHH5i", b"para", 0, 3, 0, *map(_fixed, _CURVE))
    bodies = {
        b"desc": _words("sRGB"),
        b"cprt": _words("CC0"),
        b"chad": struct.pack(">4sI9i", b"sf32", 0, *(_fixed(n) for row in _ADAPTED for n in row)),
        **{
            name: struct.pack(">4sI3i", b"XYZ ", 0, *map(_fixed, xyz))
            for name, xyz in _PRIMARIES.items()
        },
        # Three tags, one body.
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    places: dict[bytes, int] = {}
    table, tail = b"", b""
    for name, body in bodies.items():
        place = places.setdefault(body, 132 + 12 * len(bodies) + len(tail))
        table += struct.pack(">4sII", name, place, len(body))
        if place == 132 + 12 * len(bodies) + len(tail):
            tail += body
    total = 132 + len(table) + len(tail)
    return _header(total) + struct.pack(">I", len(bodies)) + table + tail


def _header(total: int) -> bytes:
    made = struct.pack(">6H", 2025, 1, 1, 0, 0, 0)
    white = struct.pack(">3i", *map(_fixed, _PRIMARIES[b"wtpt"]))
    return (
        struct.pack(">I4sI4s4s4s", total, b"\0" * 4, _VERSION, b"mntr", b"RGB ", b"XYZ ")
        + made
        + b"acsp"
        + bytes(28)
        + white
    ).ljust(128, b"\0")


def _words(text: str) -> bytes:
    wide = text.encode("utf-16-be")
    body = struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(wide), 28) + wide
    return body + bytes(-len(body) % 4)


def _fixed(number: float) -> int:
    return round(number * 65536)
