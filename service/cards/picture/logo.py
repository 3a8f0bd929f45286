"""Opens a brand's logo: guarded like every picture, and with its transparency kept."""

from functools import lru_cache

from PIL import Image

from service.cards.picture.decode import open_guarded
from service.domain.errors import BadPayload

# A logo is drawn at most 180 pixels wide in og; this is enough for the largest size, twice over.
_LARGEST = (800, 320)


@lru_cache(maxsize=8)
def decode_logo(data: bytes) -> Image.Image:
    """Return a logo as RGBA; raises BadPayload. It is kept and must not be painted on."""
    with open_guarded(data, min_side=16) as image:
        try:
            logo = image.convert("RGBA")
        except (OSError, SyntaxError, ValueError) as error:
            raise BadPayload("The logo is damaged and cannot be read: upload it again.") from error
    box = logo.getchannel("A").getbbox()
    if box is None:
        raise BadPayload("The logo is wholly transparent: upload one that can be seen.")
    logo = logo.crop(box)
    logo.thumbnail(_LARGEST, Image.Resampling.LANCZOS)
    return logo
