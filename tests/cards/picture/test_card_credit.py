"""The credit of a photo reaches the programs of photo desks, and nothing else can ride on it."""

import io
import struct
import xml.etree.ElementTree as ET

import pytest
from PIL import Image, IptcImagePlugin

from service.cards.picture.credit import notes_for
from service.cards.picture.encode import encode
from service.domain.card import ImageFormat

_CREDIT = "Foto: Jäne Doe & Sons <Reuters> “写真”"
_TEAL = Image.new("RGB", (300, 200), "teal")
_NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_PHOTOSHOP_CREDIT = "{http://ns.adobe.com/photoshop/1.0/}Credit"


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_a_credit_is_found_in_every_format(image_format):
    data = encode(_TEAL, image_format, max_bytes=300_000, credit=_CREDIT)

    picture = Image.open(io.BytesIO(data))
    description = ET.fromstring(_packet(picture)).find(".//rdf:Description", _NAMES)
    assert description is not None
    assert description.get(_PHOTOSHOP_CREDIT) == _CREDIT
    rights = description.find("dc:rights/rdf:Alt/rdf:li", _NAMES)
    assert rights is not None
    assert rights.text == _CREDIT


@pytest.mark.parametrize("image_format", [ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.AVIF])
def test_cameras_programs_find_it_as_copyright(image_format):
    data = encode(_TEAL, image_format, max_bytes=300_000, credit=_CREDIT)

    found = Image.open(io.BytesIO(data)).getexif()

    assert {tag: text.encode("latin-1").decode() for tag, text in found.items()} == {
        0x8298: _CREDIT
    }


def test_old_programs_find_it_in_iptc_cut_between_letters():
    data = encode(_TEAL, ImageFormat.JPEG, max_bytes=300_000, credit="写" * 60)

    with Image.open(io.BytesIO(data)) as picture:
        assert isinstance(picture, Image.Image)
        found = IptcImagePlugin.getiptcinfo(picture)

    assert found == {
        (1, 90): b"\x1b%G",
        (2, 110): ("写" * 10).encode(),
        (2, 116): ("写" * 42).encode(),
    }


def test_a_png_says_it_in_words_too():
    data = encode(_TEAL, ImageFormat.PNG, max_bytes=300_000, credit=_CREDIT)

    assert Image.open(io.BytesIO(data)).info["Copyright"] == _CREDIT


@pytest.mark.parametrize("credit", ["", "  \n", "\x00\x01"])
def test_without_words_there_are_no_notes(credit):
    assert notes_for(credit) == notes_for("")
    assert not notes_for(credit).exif


@pytest.mark.parametrize(
    "credit",
    [
        pytest.param('"/><script>alert(1)</script>', id="markup"),
        pytest.param("a\x00b\x0cc\ud800d", id="control characters and half letters"),
        pytest.param("AP", id="short enough to stand in the table itself"),
        pytest.param("long " * 5000, id="very long"),
        pytest.param("]]> <?xpacket end='w'?>", id="ends of things"),
    ],
)
def test_odd_credits_make_sound_files(credit):
    data = encode(_TEAL, ImageFormat.JPEG, max_bytes=300_000, credit=credit)

    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert ET.fromstring(_packet(picture)).tag.endswith("xmpmeta")
    assert list(picture.getexif()) == [0x8298]
    assert len(data) < len(encode(_TEAL, ImageFormat.JPEG, max_bytes=300_000)) + 3000


def test_notes_count_towards_the_limit():
    plain = encode(_TEAL, ImageFormat.JPEG, max_bytes=300_000)

    data = encode(_TEAL, ImageFormat.JPEG, max_bytes=len(plain) + 1500, credit="Jane Doe / AP")

    assert struct.pack(">H", 0x8298) in data
    assert len(data) <= len(plain) + 1500


def _packet(picture: Image.Image) -> str:
    packet = picture.info["xmp"]
    return (packet if isinstance(packet, str) else packet.decode()).strip("\ufeff\0")
