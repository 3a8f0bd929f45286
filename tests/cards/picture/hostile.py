"""Photos that strangers made to hurt us, built on the spot; each with words of the right answer."""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

from tests.cards.pictures import claiming_png, encoded, plain

Make = Callable[[], bytes]


def _animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def _with_jpeg_size(width: int, height: int) -> bytes:
    data = bytearray(plain((100, 100)))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _endless_png() -> bytes:
    """The most pixels that are allowed, at eight bytes each, and then the end is missing."""
    body = zlib.compress(bytes(250_000_000), 1)
    header = struct.pack(">IIBBBBB", 6000, 6000, 16, 6, 0, 0, 0)
    return _png([(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")])


def _webp_canvas(width: int, height: int) -> bytes:
    still = encoded(Image.new("RGB", (100, 100)), "WEBP")[12:]
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + still
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _many_passes(count: int) -> bytes:
    """A large progressive JPEG, most of whose passes say nothing about any pixel."""
    data = encoded(Image.new("L", (8000, 5000)), progressive=True)
    start = data.rindex(b"\xff\xda")
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    head = data[start : start + 2 + length]
    return data[:start] + head * count + data[start:]


def _many_segments() -> bytes:
    data = plain((100, 100))
    return data[:2] + b"\xff\xfe\0\2" * 10_000 + data[2:]


def _png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _around(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A sound PNG with more chunks before its pixels."""
    data = encoded(Image.new("RGB", (200, 200), "teal"), "PNG")
    return data[:33] + _png(chunks)[8:] + data[33:]


def _many_chunks() -> bytes:
    return _around([(b"tEXt", b"")] * 100_000)


def _packed_chunks(kind: bytes, head: bytes) -> bytes:
    return _around([(kind, head + zlib.compress(bytes(900_000), 9))] * 3000)


def _exif(entries: Iterator[tuple[int, int]], size: int, tail: bytes = b"") -> bytes:
    """A directory of texts, each of a length and at a place."""
    body = b"".join(
        struct.pack("<HHII", 0x9C00 + number % 1000, 2, length, place)
        for number, (length, place) in enumerate(entries)
    )
    return b"II*\0" + struct.pack("<IH", 8, len(body) // 12) + body + tail + bytes(size)


def _exif_bomb(kind: str) -> bytes:
    size = 8_000_000
    exif = _exif(((size, 8) for _ in range(60_000)), size)
    if kind == "PNG":
        return _around([(b"eXIf", exif)])
    if kind == "WEBP":
        return encoded(Image.new("RGB", (200, 200)), "WEBP", exif=exif)
    parts = [exif[place : place + 65_000] for place in range(0, len(exif), 65_000)]
    segments = b"".join(
        b"\xff\xe1" + struct.pack(">H", len(part) + 8) + b"Exif\0\0" + part for part in parts
    )
    data = plain((200, 200))
    return data[:2] + segments + data[2:]


def _looping_exif() -> bytes:
    # Entry 0x8769 says where the next directory is: here, at itself; and so does the end.
    return (
        b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 0x8769, 4, 1, 8)
        + struct.pack("<I", 8)
    )  # fmt: skip


# A directory of one entry: the camera was held upright on its side (6).
TURNED = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x0112, 3, 1, 6, 0)


def _with_exif(exif: bytes) -> bytes:
    return encoded(Image.new("RGB", (200, 200)), exif=b"Exif\0\0" + exif)


def _with_profile(profile: bytes) -> bytes:
    return encoded(Image.new("RGB", (200, 200)), icc_profile=profile)


def _profile_of_many_tags() -> bytes:
    head = struct.pack(">I4sI4s4s4s", 200_000, b"lcms", 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    table = b"".join(struct.pack(">4sII", b"A2B0", 128, 190_000) for _ in range(1000))
    start = head + bytes(12) + b"acsp" + bytes(88) + struct.pack(">I", 1_000_000) + table
    return start.ljust(200_000, b"\1")


# Refused, with these words; or taken in (None), which is as good an answer when it costs little.
HOSTILE: dict[str, tuple[Make, str | None]] = {
    "nothing": (lambda: b"", "is not a JPEG, PNG, WebP or AVIF file"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><a/></svg>", "is not a JPEG"),
    "HTML": (lambda: b"<!doctype html><img src=x onerror=alert(1)>", "is not a JPEG"),
    "GIF": (lambda: plain((100, 100), kind="GIF"), "is not a JPEG"),
    "EPS": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a JPEG"),
    "animated PNG": (lambda: _animated("PNG"), "is animated"),
    "animated WebP": (lambda: _animated("WEBP"), "is animated"),
    "animated AVIF": (lambda: _animated("AVIF"), "is animated"),
    "one pixel": (lambda: plain((1, 1), kind="PNG"), "at least 64 px"),
    "no pixel": (lambda: claiming_png(0, 0), "is damaged"),
    "JPEG of no height": (lambda: _with_jpeg_size(800, 0), "is damaged"),
    "JPEG of 65,500 pixels a side": (lambda: _with_jpeg_size(65_500, 65_500), "megapixels"),
    "30,000 wide": (lambda: encoded(Image.new("1", (30_000, 70)), "PNG"), "30000 x 70 px"),
    "PNG of 3.6 gigapixels": (lambda: claiming_png(60_000, 60_000), "3600 megapixels"),
    "PNG that unpacks for ever": (_endless_png, "damaged"),
    "PNG of full size": (lambda: encoded(Image.new("RGBA", (8000, 5000)), "PNG"), None),
    "PNG of 16 bits and full size": (lambda: encoded(Image.new("I;16", (8000, 5000)), "PNG"), None),
    "WebP with a huge canvas": (lambda: _webp_canvas(16_383, 16_383), "16383 x 16383 px"),
    "WebP of full size": (lambda: encoded(Image.new("RGBA", (6000, 4000)), "WEBP", lossless=True),
                          None),
    "AVIF of full size": (lambda: encoded(Image.new("RGB", (6000, 4000)), "AVIF", speed=10), None),
    "AVIF too large": (lambda: encoded(Image.new("RGB", (7000, 5000)), "AVIF", speed=10),
                       "7000 x 5000 px"),
    "half an AVIF": (lambda: encoded(Image.effect_noise((400, 400), 90), "AVIF")[:9000], "damaged"),
    "progressive JPEG of full size": (
        lambda: encoded(Image.new("RGB", (8000, 5000)), progressive=True, subsampling="4:4:4"),
        None,
    ),
    "CMYK JPEG of full size": (lambda: encoded(Image.new("CMYK", (8000, 5000))), None),
    "JPEG in 5,000 empty passes": (lambda: _many_passes(5000), "more than 64 passes"),
    "JPEG in 64 passes": (lambda: _many_passes(50), None),
    "JPEG of 10,000 parts": (_many_segments, "too many parts"),
    "PNG of 100,000 parts": (_many_chunks, "too many parts"),
    "EXIF that repeats megabytes": (lambda: _exif_bomb("JPEG"), None),
    "EXIF that repeats megabytes in a PNG": (lambda: _exif_bomb("PNG"), None),
    "EXIF that repeats megabytes in a WebP": (lambda: _exif_bomb("WEBP"), None),
    "EXIF that points at itself": (lambda: _with_exif(_looping_exif()), None),
    "texts that unpack into gigabytes": (lambda: _packed_chunks(b"zTXt", b"a\0\0"), None),
    "profiles that unpack into gigabytes": (lambda: _packed_chunks(b"iCCP", b"a\0\0"), None),
    "profile with a million tags": (lambda: _with_profile(_profile_of_many_tags()), None),
    "profile of noise": (lambda: _with_profile(random.Random(1).randbytes(60_000)), None),
    "profile of megabytes": (
        lambda: _with_profile(b"\0" * 16 + b"RGB XYZ " + bytes(5_000_000)), None
    ),
}  # fmt: skip


def damaged_everywhere(data: bytes, *, times: int) -> Iterator[bytes]:
    """A sound file with a few bytes overwritten, in many ways; the same ones in every run."""
    chance = random.Random(11)
    for _ in range(times):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        yield bytes(broken)


def kinds_of_photo() -> dict[str, bytes]:
    """A small photo as each kind of file, with the notes that files have."""
    noise = Image.effect_noise((96, 80), 60).convert("L")
    photo = Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)])
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", progressive=True, exif=exif)
    return {
        "JPEG": encoded(photo, exif=exif),
        "progressive JPEG": buffer.getvalue(),
        "PNG": encoded(photo.convert("RGBA"), "PNG", exif=exif),
        "PNG-8": encoded(photo.quantize(64), "PNG", transparency=3),
        "WebP": encoded(photo, "WEBP", exif=exif),
    }
