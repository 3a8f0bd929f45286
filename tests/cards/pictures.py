"""Pictures for the card tests, made on the spot."""

import io
import random
import struct
import zlib
from pathlib import Path

from PIL import Image

SAMPLE_PHOTO = Path(__file__).parents[2] / "assets" / "sample" / "photo.jpg"


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def plain(size: tuple[int, int], colour: str = "white", kind: str = "JPEG") -> bytes:
    return encoded(Image.new("RGB", size, colour), kind)


def noise(size: tuple[int, int]) -> Image.Image:
    """The hardest picture to compress; the same one in every run."""
    width, height = size
    return Image.frombytes("RGB", size, random.Random(7).randbytes(width * height * 3))


def claiming_png(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
