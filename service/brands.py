"""Takes in a site's brand: its colours, logo and fonts, checked before any card wears them.

A brand that looks bad is kept all the same: what it makes hard to read is told in sentences, and
whether that matters is for the newsroom to say.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from PIL import Image

from service.cards.checks import check_card
from service.cards.draw import paint_card, template_of
from service.cards.layout.dress import luminance, luminance_contrast
from service.cards.layout.places import PlacedLogo, Rgb
from service.cards.painting.brands import Read
from service.cards.painting.canvas import Source, paint_ground
from service.cards.picture.logo import decode_logo
from service.cards.template.brand import Brand
from service.cards.template.catalogue import CardTemplate, templates
from service.cards.text.uploads import FontFacts, check_font
from service.domain.card import Card, CardSize
from service.domain.errors import BadPayload, NotFound
from service.domain.words import one_line
from service.house import House
from service.storage.brands import EVERY_SITE, BrandStore, SiteBrand
from service.storage.staff import StaffStore

_LONGEST_SITE = 200
# What a mark needs to be made out on its ground (WCAG 2.2, success criterion 1.4.11).
_VISIBLE = 3.0
_TRIAL = CardSize.OG
# Neither dark nor light, so that a template has to bring its own contrast.
_GREY = (128, 132, 138)
_HALF = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBrand:
    """A brand as it is now worn; `fonts` tells of those that were brought this time."""

    site: str
    brand: Brand
    fonts: Mapping[str, FontFacts]
    warnings: tuple[str, ...]


def keep_brand(
    house: House,
    site: str,
    *,
    colours: Mapping[str, str],
    logo: bytes | None,
    fonts: Mapping[str, bytes],
    actor: str,
    now: datetime,
) -> KeptBrand:
    """Dress a site's cards; raises BadPayload. What is not named stays as the site had it.

    An empty `site` is every site that has no brand of its own. Cards that are out there keep the
    brand they were made with.
    """
    site = _checked_site(site)
    _check_names("colour", colours, _names("colours"))
    _check_names("font", fonts, _names("fonts"))
    facts = {role: _checked_font(role, data) for role, data in sorted(fonts.items())}
    if logo is not None:
        _check_logo(logo)
    worn = _worn(house, site)
    put = house.renditions.put_part
    brand = Brand(
        colours=_merged(worn.colours, colours),
        logo=worn.logo if logo is None else put(logo),
        fonts=_merged(worn.fonts, {role: put(data) for role, data in fonts.items()}),
    )
    digest = put(brand.to_bytes())
    with house.database.write() as tx:
        BrandStore(tx).keep(site, digest, now=now)
        StaffStore(tx).audit(actor, "set brand", site, now=now, brand=digest)
    warnings = tuple(dict.fromkeys(_warnings(digest, house.renditions.part)))
    return KeptBrand(site=site, brand=brand, fonts=facts, warnings=warnings)


def remove_brand(house: House, site: str, *, actor: str, now: datetime) -> None:
    """Take a site's brand off the cards that are made from now on."""
    site = _checked_site(site)
    with house.database.write() as tx:
        if not BrandStore(tx).remove(site):
            raise NotFound(f"{site_label(site)} has no brand: `kindly brand list` shows them")
        StaffStore(tx).audit(actor, "remove brand", site, now=now)


def brands(house: House) -> list[tuple[SiteBrand, Brand]]:
    """Every brand that is worn, by site."""
    with house.database.read() as tx:
        kept = BrandStore(tx).all()
    return [(each, _opened(house, each.digest)) for each in kept]


def site_label(site: str) -> str:
    return site if site != EVERY_SITE else "every other site"


def _checked_site(site: str) -> str:
    site = one_line(site)
    if len(site) > _LONGEST_SITE:
        raise BadPayload(f"a site's name has at most {_LONGEST_SITE} characters")
    return site


def _names(kind: str) -> list[str]:
    """What templates call their colours, or their fonts."""
    compositions = (template.composition(_TRIAL) for template in templates().values())
    return sorted({name for one in compositions for name in getattr(one, kind)})


def _check_names(what: str, given: Mapping[str, object], known: list[str]) -> None:
    for name in given:
        if name not in known:
            raise BadPayload(
                f"no card template has a {what} {name}: choose among {', '.join(known)}"
            )


def _checked_font(role: str, data: bytes) -> FontFacts:
    try:
        return check_font(data)
    except BadPayload as problem:
        raise BadPayload(f"The font for {role} cannot be used: {problem}") from problem


def _check_logo(data: bytes) -> None:
    try:
        decode_logo(data)
    except BadPayload as problem:
        raise BadPayload(f"The logo cannot be used: {problem}") from problem


def _worn(house: House, site: str) -> Brand:
    with house.database.read() as tx:
        digest = BrandStore(tx).digests().get(site, "")
    return _opened(house, digest) if digest else Brand()


def _opened(house: House, digest: str) -> Brand:
    """Return a brand; one whose parts were lost is as good as none."""
    data = house.renditions.part(digest)
    return Brand.from_bytes(data) if data else Brand()


def _merged(
    worn: tuple[tuple[str, str], ...], given: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**dict(worn), **given}.items()))


# -- what a brand makes of the templates --------------------------------------------------------


def _warnings(digest: str, part: Read) -> Iterator[str]:
    """Say which templates no longer keep their promises, and where the logo is hard to see."""
    grey = _grey_picture()
    name = hashlib.sha256(grey).hexdigest()

    def read(wanted: str) -> bytes | None:
        return grey if wanted == name else part(wanted)

    hidden_on: list[str] = []
    for template in templates().values():
        for picture in (name, ""):
            card = _plain_card(template, picture=picture)
            dressed = replace(card, brand=digest)
            before, after = _broken(card, read), _broken(dressed, read)
            yield from (f"{template.label}: {after[key]}" for key in after if key not in before)
            if _hides_logo(dressed, read):
                hidden_on.append(template.label)
    if hidden_on:
        named = ", ".join(dict.fromkeys(hidden_on))
        yield (
            f"The logo is hard to see on {named}: most of it has a contrast of less than "
            f"{_VISIBLE:g} with the ground there. Bring one that stands on a ground of its own."
        )


def _broken(card: Card, read: Read) -> dict[tuple[str, str], str]:
    """What a card breaks, by promise and field: one sentence each."""
    found = reversed(check_card(card, _TRIAL, read=read))
    return {(each.promise, each.field): each.message for each in found}


def _plain_card(template: CardTemplate, *, picture: str) -> Card:
    gives_way = template.without_photo and not picture
    fields = {} if gives_way else template.fields
    return Card(
        headline="The harbour opens again after the storm",
        kicker="Harbour",
        byline="Ann Example",
        site_name="The Gazette",
        language="en",
        template=template.name,
        photo=picture,
        portrait=picture,
        details=tuple(
            (name, fields[name].label[: fields[name].longest]) for name in sorted(fields)
        ),
    )


def _hides_logo(card: Card, read: Read) -> bool:
    """Tell whether most of the logo can hardly be told from what is behind it."""
    places = paint_card(card, _TRIAL, template=template_of(card), read=read).arrangement
    logos = [shape for shape in places.shapes if isinstance(shape, PlacedLogo)]
    others = tuple(shape for shape in places.shapes if not isinstance(shape, PlacedLogo))
    ground = paint_ground(replace(places, shapes=others), _TRIAL, Source(card=card, read=read))
    return any(_is_hidden(logo, ground, read(logo.digest)) for logo in logos)


def _is_hidden(placed: PlacedLogo, ground: Image.Image, data: bytes | None) -> bool:
    if data is None:
        return False
    behind = ground.crop(placed.box.pixels)
    logo = decode_logo(data).resize(behind.size)
    inks, grounds = _colours(logo.convert("RGB")), _colours(behind)
    solid = [alpha > _HALF for alpha in logo.getchannel("A").tobytes()]
    visible = [
        luminance_contrast(luminance(ink), luminance(paper)) >= _VISIBLE
        for ink, paper, is_there in zip(inks, grounds, solid, strict=True)
        if is_there
    ]
    return sum(visible) * 2 < len(visible)


def _colours(image: Image.Image) -> Iterator[Rgb]:
    data = iter(image.tobytes())
    return zip(data, data, data, strict=True)


def _grey_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (1200, 800), _GREY).save(buffer, "JPEG")
    return buffer.getvalue()
