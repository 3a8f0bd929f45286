"""Whose photo it is, written where photo desks look: EXIF, IPTC and XMP.

The three say the same in three generations of programs. The words come from a CMS, so they are
escaped and cut to each format's length; without words there are no notes at all.
"""

import struct
import unicodedata
from dataclasses import dataclass

from service.cards.picture.png import Chunk, text_chunk

# IPTC IIM 4.2: the longest a credit (2:110) and a copyright notice (2:116) may be, in bytes.
_IPTC_CREDIT = 32
_IPTC_NOTICE = 128
_LONGEST = 300
# Python's own escape brings half of its networking along, 40 ms at the start of a cold card.
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_COPYRIGHT_TAG = 0x8298
_ASCII = 2


@dataclass(frozen=True, slots=True)
class Notes:
    """One credit in all the forms that files take; all empty for none."""

    exif: bytes = b""
    xmp: bytes = b""
    iptc_segment: bytes = b""
    png_chunks: tuple[Chunk, ...] = ()


def notes_for(credit: str) -> Notes:
    """Return the notes that carry a credit line; control characters are left out."""
    words = _one_line(credit)
    if not words:
        return Notes()
    packet = _xmp(words)
    return Notes(
        exif=_exif(words),
        xmp=packet.encode(),
        iptc_segment=_iptc_segment(words),
        png_chunks=(text_chunk("Copyright", words), text_chunk("XML:com.adobe.xmp", packet)),
    )


def _one_line(credit: str) -> str:
    # Surrogates (Cs) cannot be written, and control characters (Cc) make XML invalid.
    kept = "".join(
        " " if char.isspace() else char
        for char in credit
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cs", "Cn"}
    )
    return " ".join(kept.split())[:_LONGEST].rstrip()


def _exif(words: str) -> bytes:
    """Return a directory of one entry. EXIF wants ASCII; everybody writes and reads UTF-8."""
    text = words.encode() + b"\0"
    body = text.ljust(4, b"\0") if len(text) <= 4 else struct.pack(">I", 8 + 2 + 12 + 4)  # noqa: PLR2004 - what fits into an entry
    entry = struct.pack(">HHI", _COPYRIGHT_TAG, _ASCII, len(text)) + body
    tail = text if len(text) > 4 else b""  # noqa: PLR2004 - as above
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4) + tail


def _xmp(words: str) -> str:
    safe = words.translate(_ESCAPED)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="{safe}">'
        f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{safe}</rdf:li></rdf:Alt></dc:rights>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )


def _iptc_segment(words: str) -> bytes:
    """Return JPEG's APP13 with three records: that it is UTF-8, the credit, the notice."""
    records = (
        _record(1, 90, b"\x1b%G")
        + _record(2, 110, _cut(words, _IPTC_CREDIT))
        + _record(2, 116, _cut(words, _IPTC_NOTICE))
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    body = b"Photoshop 3.0\0" + block + bytes(len(records) % 2)
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def _record(group: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, group, number, len(value)) + value


def _cut(words: str, length: int) -> bytes:
    """Cut to a number of bytes without leaving half a letter."""
    return words.encode()[:length].decode(errors="ignore").rstrip().encode()
