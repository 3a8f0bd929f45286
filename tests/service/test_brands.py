"""What a site's cards wear: what is taken, what is refused, and what is said of it."""

import io
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageChops

from service.brands import KeptBrand, brands, keep_brand, remove_brand
from service.cards.template.catalogue import templates
from service.cards.text.fonts import FONTS_FOLDER
from service.domain.card import Card, CardSize
from service.domain.errors import BadPayload, NotFound
from service.house import House
from service.storage.brands import BrandStore
from service.storage.staff import StaffStore
from service.web.help_pages import FOLDER

SITE = "The Harbour Post"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SERIF = (FONTS_FOLDER / "NotoSerif-Bold.ttf").read_bytes()


def keep(house, site=SITE, *, colours=None, logo=None, fonts=None) -> KeptBrand:
    return keep_brand(
        house, site, colours=colours or {}, logo=logo, fonts=fonts or {}, actor="ann", now=NOW
    )


def logo(colour: str, ground: str = "#00000000") -> bytes:
    """A bar of one colour on a ground of another, which may be none."""
    picture = Image.new("RGBA", (300, 100), ground)
    picture.paste(Image.new("RGBA", (200, 40), colour), (50, 30))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def drawn(house: House) -> Image.Image:
    """A card of the site, as the rendition store draws it."""
    with house.database.read() as tx:
        digest = BrandStore(tx).digests().get(SITE, "")
    card = Card(headline="Ferry returns", site_name=SITE, brand=digest)
    return Image.open(io.BytesIO(house.renditions.rendition(card, CardSize.OG).data))


def test_a_card_is_drawn_in_the_colour_logo_and_font_of_its_site(house: House) -> None:
    keep(house, colours={"accent": "#C8102E"})
    coloured = drawn(house)
    keep(house, logo=logo("#FFFFFF", "#FFDD00"))
    marked = drawn(house)
    keep(house, fonts={"headline": (FONTS_FOLDER / "NotoSans-Bold.ttf").read_bytes()})
    lettered = drawn(house)

    assert is_like(coloured, (600, 40), "#C8102E")
    # In the lower corner, where the site's name stood.
    assert is_like(marked, (1136, 540), "#FFDD00")
    assert is_like(lettered, (1136, 540), "#FFDD00")
    assert ImageChops.difference(marked, lettered).getbbox() is not None


def is_like(picture: Image.Image, place: tuple[int, int], colour: str) -> bool:
    """JPEG changes colours a little."""
    dot = Image.new("RGB", (1, 1), picture.getpixel(place))
    far = ImageChops.difference(dot, Image.new("RGB", (1, 1), colour))
    return max(far.tobytes()) < 16


def test_what_is_not_named_stays_as_it_was(house: House) -> None:
    keep(house, colours={"accent": "#C8102E", "ink": "#101010"}, fonts={"headline": SERIF})

    kept = keep(house, colours={"accent": "#0000AA"})

    assert kept.brand.colours == (("accent", "#0000AA"), ("ink", "#101010"))
    assert [role for role, _ in kept.brand.fonts] == ["headline"]


def test_a_font_tells_what_it_is(house: House) -> None:
    kept = keep(house, fonts={"headline": SERIF})

    assert kept.fonts["headline"].name == "Noto Serif Bold"


@pytest.mark.parametrize(
    ("brand", "said"),
    [
        pytest.param({"colours": {"acent": "#000000"}}, "no card template has a colour", id="name"),
        pytest.param({"colours": {"accent": "red"}}, "no brand colour", id="colour"),
        pytest.param({"logo": b"<svg/>"}, "logo cannot be used: The picture", id="logo"),
        pytest.param({"logo": logo("#00000000")}, "wholly transparent", id="nothing to see"),
        pytest.param({"fonts": {"title": SERIF}}, "no card template has a font title", id="role"),
        pytest.param({"fonts": {"headline": b"x" * 99}}, "font for headline cannot", id="font"),
        pytest.param({"site": "x" * 201}, "at most 200 characters", id="long name"),
    ],
)
def test_a_brand_that_cannot_be_worn_is_refused_and_nothing_is_kept(
    house: House, brand: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadPayload, match=said):
        keep(house, **brand)

    assert brands(house) == []


def test_colours_that_make_a_text_hard_to_read_are_kept_and_told(house: House) -> None:
    kept = keep(house, colours={"ink": "#C8C8C8"})

    told = " ".join(kept.warnings)
    assert "Number of the day: “What it counts” has a contrast of 1." in told
    assert dict(kept.brand.colours) == {"ink": "#C8C8C8"}


def test_an_ordinary_accent_is_worn_without_a_word(house: House) -> None:
    assert keep(house, colours={"accent": "#1D4ED8"}).warnings == ()


@pytest.mark.parametrize(
    ("mark", "is_hidden"),
    [
        pytest.param(logo("#0B6E63"), True, id="of the ground's own colour"),
        pytest.param(logo("#0B6E63", "#FFFFFF"), False, id="on a ground of its own"),
    ],
)
def test_a_logo_that_is_hard_to_see_is_told_with_its_templates(
    house: House, mark: bytes, *, is_hidden: bool
) -> None:
    told = [each for each in keep(house, logo=mark).warnings if "Words only" in each]

    assert bool(told) is is_hidden
    assert all("The logo is hard to see on" in each for each in told)


def test_a_brand_is_taken_off_and_both_acts_are_on_the_trail(house: House) -> None:
    keep(house, colours={"accent": "#C8102E"})

    remove_brand(house, SITE, actor="ann", now=NOW)

    assert brands(house) == []
    with house.database.read() as tx:
        trail = StaffStore(tx).trail(subjects=[SITE])
    assert sorted(entry.action for entry in trail) == ["remove brand", "set brand"]
    with pytest.raises(NotFound, match="The Harbour Post has no brand"):
        remove_brand(house, SITE, actor="ann", now=NOW)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        pytest.param("## Colours", "colours", id="colours"),
        pytest.param("## Fonts", "fonts", id="fonts"),
    ],
)
def test_the_help_names_what_templates_share_and_nothing_that_is_not_there(
    heading: str, kind: str
) -> None:
    page = (FOLDER / "brands.md").read_text(encoding="utf-8")
    section = page.partition(heading)[2].partition("\n## ")[0]
    compositions = [template.composition(CardSize.OG) for template in templates().values()]

    names = Counter(name for one in compositions for name in getattr(one, kind))

    told = set(re.findall(r"^\| ([a-z_]+) \|", section, re.MULTILINE)) - {"name"}

    assert told <= set(names)
    assert {name for name, templates_with in names.items() if templates_with > 1} <= told
