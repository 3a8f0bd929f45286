"""The mezzanine: a photo as it is kept, so that every later card begins with a cheap decode.

It is the size from which cards are quick to cut and not the smallest that would do: a JPEG twice as
wide as the og card is halved while it is decoded, for a third of the time of one in between.
"""

import io

from service.cards.picture.colours import is_srgb
from service.cards.picture.cut import cover
from service.cards.picture.decode import (
    DRAWN,
    PhotoFacts,
    decode,
    inspect,
    open_guarded,
)
from service.cards.picture.essence import UPRIGHT, essence, first_picture

ACCEPTED = (*DRAWN, "AVIF")

# Twice the og card. Tall photos go into tall cards, and these are at most 1200 wide, 1920 high.
_WIDE = (2400, 1260)
_TALL = (1200, 1920)
# With more than this a photo costs more to decode than what its pixels are worth.
_DEAR_BYTES_A_PIXEL = 0.6
_QUALITY = 92
_TRIAL = (64, 64)


def mezzanine(data: bytes) -> bytes:
    """Return a photo upright, in sRGB, without notes and no larger than cards need, as JPEG.

    A JPEG that is so already keeps its pixels, untouched but read to the end; raises BadPayload.
    """
    facts = inspect(data, formats=ACCEPTED)
    size = _kept_size(facts)
    if size == (facts.width, facts.height) and _is_cheap(data, facts):
        decode(data, covering=_TRIAL)
        return first_picture(essence(data).data)
    picture = cover(decode(data, covering=size, formats=ACCEPTED), size, focus=(0.5, 0.5))
    buffer = io.BytesIO()
    # Graphics have coloured edges, which halved colours would blur for the first of two times.
    subsampling = "4:2:0" if facts.format == "JPEG" else "4:4:4"
    picture.save(buffer, "JPEG", quality=_QUALITY, subsampling=subsampling)
    return buffer.getvalue()


def _kept_size(facts: PhotoFacts) -> tuple[int, int]:
    wide, high = _WIDE if facts.width >= facts.height else _TALL
    scale = min(1.0, max(wide / facts.width, high / facts.height))
    return max(1, round(facts.width * scale)), max(1, round(facts.height * scale))


def _is_cheap(data: bytes, facts: PhotoFacts) -> bool:
    if facts.format != "JPEG" or essence(data).orientation != UPRIGHT:
        return False
    with open_guarded(data) as image:
        profile = image.info.get("icc_profile")
        has_plain_colours = image.mode in {"RGB", "L"} and (not profile or is_srgb(profile))
        # All coefficients of a progressive file are held in memory, and decoded pass by pass.
        is_dear = "progressive" in image.info
    return has_plain_colours and not is_dear and len(data) <= _budget(facts)


def _budget(facts: PhotoFacts) -> float:
    return facts.width * facts.height * _DEAR_BYTES_A_PIXEL
