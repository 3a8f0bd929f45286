"""Opens a brand: from the digest that a card carries to colours, fonts and a logo."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from service.cards.layout.dress import PLAIN, Dress
from service.cards.picture.logo import decode_logo
from service.cards.template.brand import Brand
from service.cards.text.fonts import Font, font_from

Read = Callable[[str], bytes | None]

_KEPT = 16
_opened: OrderedDict[str, Dress] = OrderedDict()
_lock = threading.Lock()


def dress_for(digest: str, read: Read) -> Dress:
    """Return what a card with this brand wears; the plain dress where the brand is not kept."""
    if not digest:
        return PLAIN
    with _lock:
        if digest in _opened:
            _opened.move_to_end(digest)
            return _opened[digest]
    data = read(digest)
    if data is None:
        return PLAIN
    brand = Brand.from_bytes(data)
    dress = open_brand(brand, digest, read)
    if dress.logo != brand.logo or len(dress.fonts) < len(brand.fonts):
        # Not kept: whoever reads must be told each time that something lacks.
        return dress
    with _lock:
        _opened[digest] = dress
        while len(_opened) > _KEPT:
            _opened.popitem(last=False)
    return dress


def open_brand(brand: Brand, digest: str, read: Read) -> Dress:
    """Open fonts and logo; what is not kept any more is left to the template."""
    fonts = {role: font for role, font in _fonts(brand, read) if font}
    logo = read(brand.logo) if brand.logo else None
    return Dress(
        digest=digest,
        colours=dict(brand.colours),
        fonts=fonts,
        logo=brand.logo if logo else "",
        logo_size=decode_logo(logo).size if logo else (0, 0),
    )


def _fonts(brand: Brand, read: Read) -> list[tuple[str, Font | None]]:
    found = []
    for role, digest in brand.fonts:
        data = read(digest)
        found.append((role, font_from(data, f"brand-{digest[:12]}") if data else None))
    return found
