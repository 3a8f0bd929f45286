"""Our place in the bench of all card renderers: the bench's card, drawn as the service draws it.

The bench starts this file beside its other workers and hands it photos; `base`, its line protocol,
comes from the bench's own folder through PYTHONPATH. Nothing is tuned here: what a setting could
make faster is for the service to set. See README.md.
"""

import base  # type: ignore[import-not-found]  # the bench's, not ours

from service.cards.draw import draw
from service.cards.template.brand import Brand
from service.domain.card import Card, CardSize, ImageFormat

# The house names pictures and brands by their content when they come in, before any card is drawn:
# so does the bench, with its key.
_LOGO = "bench logo"
_BRAND = Brand(logo=_LOGO)
_BRAND_DIGEST = _BRAND.digest
_PARTS = {_BRAND_DIGEST: _BRAND.to_bytes(), _LOGO: base.LOGO}
_FORMATS = {"jpeg": ImageFormat.JPEG, "png": ImageFormat.PNG, "webp": ImageFormat.WEBP}
# Where the others write a PNG of any size, ours must not be let off with a smaller palette.
_UNBOUNDED = 10_000_000


def render(fmt: str, hero: bytes, byline: str, hero_key: int) -> bytes:
    """Draw one card; `hero_key` is the same for the same photo, whose text alone has changed."""
    card = Card(
        headline=base.CARD["headline"],
        kicker=base.CARD["kicker"],
        byline=byline,
        language="en",
        photo=f"bench hero {hero_key}",
        brand=_BRAND_DIGEST,
    )
    drawing = draw(
        card,
        CardSize.OG,
        read={card.photo: hero, **_PARTS}.get,
        image_format=_FORMATS[fmt],
        max_bytes=_UNBOUNDED,
    )
    return drawing.rendition.data


base.serve(render, list(_FORMATS))
