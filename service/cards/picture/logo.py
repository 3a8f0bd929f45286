"""Opens a brand's logo: guarded like every picture, and with its transparency kept."""

from functools import lru_cache

from PIL import Image

from service.cards.picture.decode import open_guarded
from service.domain.errors import BadPayload

# Every process that draws keeps some logos, and opens them again when they were pushed out.
_MOST_BYTES = 1_000_000
_MOST_PIXELS = 4_000_000
# A longer one is a line by the time it has the width of a card's corner.
_LONGEST = 20
# A logo is drawn at most 180 pixels wide in og; this is enough for the largest size, twice over.
_LARGEST = (800, 320)


@lru_cache(maxsize=8)
def decode_logo(data: bytes) -> Image.Image:
    """Return a logo as RGBA; raises BadPayload. It is kept and must not be painted on."""
    if len(data) > _MOST_BYTES:
        raise BadPayload(
            f"The logo has {len(data) / 1e6:.1f} MB and may have 1: send a smaller one."
        )
    with open_guarded(data, min_side=16) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise BadPayload(
                f"The logo has {image.width} x {image.height} px and may have 4 megapixels: "
                "send a smaller one."
            )
        try:
            logo = image.convert("RGBA")
        except (OSError, SyntaxError, ValueError) as error:
            raise BadPayload("The logo is damaged and cannot be read: upload it again.") from error
    box = logo.getchannel("A").getbbox()
    if box is None:
        raise BadPayload("The logo is wholly transparent: upload one that can be seen.")
    logo = logo.crop(box)
    if max(logo.size) > _LONGEST * min(logo.size):
        raise BadPayload(
            f"The logo's mark has {logo.width} x {logo.height} px and would be a line on a card: "
            "send a more compact one."
        )
    logo.thumbnail(_LARGEST, Image.Resampling.LANCZOS)
    return logo
