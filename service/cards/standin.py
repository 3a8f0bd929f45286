"""What is shown in a card's place when the card cannot be drawn: its photo, or a plain ground.

Made by as few parts as possible, since it is wanted when others fail: no fonts, no template, no
storage. Always JPEG, whatever was asked for: every crawler takes it.
"""

from functools import cache

import structlog
from PIL import Image, ImageOps

from service.cards.picture.cut import cover
from service.cards.picture.decode import decode
from service.cards.picture.encode import encode
from service.domain.card import CardSize, Focus, ImageFormat, Rendition
from service.domain.errors import BadPayload

_log = structlog.get_logger()
_MIDDLE = Focus(0.5, 0.5)
# Near to each other: a long way between two colours shows as stripes in a JPEG.
_TOP, _BOTTOM = "#0D7A6E", "#0A5A51"


def stand_in(size: CardSize, photo: bytes | None, *, focus: Focus | None = None) -> Rendition:
    """Return the photo cut to `size`, or a plain ground where there is none that can be used."""
    data = _photo_alone(size, photo, focus or _MIDDLE) if photo else None
    return Rendition(size, ImageFormat.JPEG, data or _plain(size), is_whole=False)


def _photo_alone(size: CardSize, photo: bytes, focus: Focus) -> bytes | None:
    box = (size.width, size.height)
    try:
        picture = cover(decode(photo, covering=box), box, focus=(focus.x, focus.y))
        return encode(picture, ImageFormat.JPEG, max_bytes=size.max_bytes)
    except (BadPayload, OSError, ValueError, MemoryError) as error:
        _log.warning("the photo cannot stand in for its card", reason=str(error))
        return None


@cache
def _plain(size: CardSize) -> bytes:
    slope = Image.linear_gradient("L").resize((size.width, size.height))
    ground = ImageOps.colorize(slope, _TOP, _BOTTOM)
    return encode(ground, ImageFormat.JPEG, max_bytes=size.max_bytes)
