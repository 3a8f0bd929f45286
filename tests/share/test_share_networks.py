"""The table of share networks: what is in it, what is refused, and how a wrong row is named."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from service.domain.errors import Misconfigured, NotFound, Rejected
from service.share.networks import (
    default_networks,
    network_named,
    parse_networks,
    share_networks,
)

ICONS = Path(__file__).resolve().parents[2] / "assets" / "button" / "icons"
USABLE = [row.key for row in share_networks().values() if row.status.is_usable]
CLOSED = [row.key for row in share_networks().values() if not row.status.is_usable]

ROW = """
[post]
label = "Post"
status = "active"
tier = 1
endpoint = "https://post.example/share"
params = { u = "url", t = "text" }
counted = ["text"]
brand = "#112233"
text_on_brand = "#ffffff"
evidence = "Invented for this test."
verified_on = 2026-11-22
"""


def test_the_default_bar_begins_with_the_five_that_readers_know():
    keys = [row.key for row in default_networks()]

    assert keys[:5] == ["whatsapp", "facebook", "x", "linkedin", "telegram"]
    assert {"bluesky", "mastodon", "threads", "email", "copy"} < set(keys)


@pytest.mark.parametrize("key", ["twitter", "Twitter", " X "])
def test_the_old_name_of_x_still_finds_it(key):
    assert network_named(key).label == "X"


def test_an_unknown_network_is_answered_with_the_known_ones():
    with pytest.raises(NotFound, match="called “friendster”: choose from whatsapp, facebook, x"):
        network_named("friendster")


@pytest.mark.parametrize("key", CLOSED)
def test_a_network_without_share_address_is_refused_with_the_reason(key):
    row = share_networks()[key]

    with pytest.raises(Rejected) as refusal:
        network_named(key)

    assert str(refusal.value).startswith(f"{row.label} cannot be shared to, {row.reason}")


def test_pocket_is_still_in_the_table_so_that_nobody_adds_it_again():
    assert share_networks()["pocket"].status == "dead"


@pytest.mark.parametrize("key", USABLE)
def test_every_network_that_is_offered_has_an_icon_of_one_colour(key):
    icon = ET.fromstring((ICONS / f"{key}.svg").read_text())

    colours = {part.get(name) for part in icon.iter() for name in ("fill", "stroke")}
    assert icon.get("viewBox") == "0 0 24 24"
    assert colours <= {"currentColor", "none", None}


def test_no_icon_is_left_over_from_a_network_that_went_away():
    assert {path.stem for path in ICONS.glob("*.svg")} == set(USABLE)


@pytest.mark.parametrize("key", list(share_networks()))
def test_the_text_on_a_brand_colour_can_be_read(key):
    row = share_networks()[key]

    assert contrast(row.brand, row.text_on_brand) >= 4.5


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        pytest.param("tier = 1", "tier = 9", r"\[post\], tier", id="unknown tier"),
        pytest.param('label = "Post"', "", r"\[post\], label", id="label missing"),
        pytest.param('"active"', '"dead"', r"\[post\]: status is dead, say why", id="no reason"),
        pytest.param('u = "url"', 'u = "link"', r"\[post\]: params: link is not", id="meaning"),
        pytest.param('["text"]', '["via"]', r"\[post\]: counted: via is not", id="counted"),
        pytest.param("/share", "/{page}", r"\[post\]: endpoint: {page} is not", id="endpoint"),
        pytest.param("tier = 1", 'tier = 1\ncolor = "red"', r"\[post\], color", id="new column"),
        pytest.param(
            "tier = 1", 'tier = 1\nplatform = "mars"', "platform mars has no", id="limits"
        ),
        pytest.param("tier = 1", "tier =", "not valid TOML", id="not TOML"),
    ],
)
def test_a_wrong_row_stops_the_start_and_is_named(line, instead, message):
    assert line in ROW

    with pytest.raises(Misconfigured, match=message):
        parse_networks(ROW.replace(line, instead))


def test_two_rows_cannot_answer_to_one_name():
    second = ROW.replace("[post]", "[other]").replace("tier = 1", 'tier = 1\naliases = ["post"]')

    with pytest.raises(Misconfigured, match=r"\[other\]: post is called post too"):
        parse_networks(ROW + second)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
