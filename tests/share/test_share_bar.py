"""The share bar, read as a browser reads it: what is in the page, and what cannot get in."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]  # it ships no types

from service.domain.errors import Misconfigured
from service.domain.share import ShareLink, SharePage
from service.share.buttons import bar_css, bar_nav, icon_svg, parse_words, share_bar
from service.share.links import share_links

PAGE = SharePage(url="https://news.example/a?b=1&c=2", title='Rain "stops" <b>play</b> & wind')
LINKS = share_links(PAGE)
DRAWING = {"svg", "path", "circle", "rect"}


def read(bar: str) -> html.HtmlElement:
    return html.fragment_fromstring(bar, create_parent="body")


def test_the_bar_is_a_named_landmark_with_a_heading_and_a_list():
    nav = read(bar_nav(LINKS)).find("nav")

    assert nav.get("aria-label") == nav.findtext("h2") == "Kindly share this story"
    assert len(nav.findall("ul/li/a")) == len(LINKS) - 1


def test_every_button_is_a_plain_link_that_names_its_network():
    links = read(bar_nav(LINKS)).findall(".//li/a")

    assert [link.get("href") for link in links] == [link.address for link in LINKS[:-1]]
    assert links[0].text_content().split() == ["WhatsApp", "(opens", "in", "a", "new", "tab)"]
    assert {link.get("rel") for link in links} == {"noopener nofollow"}


def test_mail_opens_no_tab_and_announces_none():
    mail = read(bar_nav(share_links(PAGE, ["email"]))).find(".//a")

    assert mail.get("target") is None
    assert mail.text_content() == "Email"


def test_copying_works_without_a_script_from_a_labelled_field():
    body = read(bar_nav(LINKS))

    field = body.find(".//label/input")
    assert field.get("value") == PAGE.url
    assert field.get("readonly") is not None
    assert field.getparent().text.strip() == "Copy this link"


def test_the_bar_asks_nobody_anything_and_runs_nothing():
    body = read(share_bar(LINKS))

    tags = {element.tag for element in body.iter()} - DRAWING
    attributes = {name for element in body.iter() for name in element.attrib}
    assert tags == {"body", "style", "nav", "h2", "ul", "li", "a", "span", "label", "input"}
    assert not attributes & {"src", "srcset", "style", "ping"}
    assert not {name for name in attributes if name.startswith("on")}
    assert "url(" not in bar_css()
    assert "@import" not in bar_css()


def test_icons_say_nothing_and_take_the_colour_of_the_text():
    icon = ET.fromstring(icon_svg("twitter"))

    assert icon.get("aria-hidden") == "true"
    assert icon.get("stroke") == "currentColor"


def test_the_style_comes_once_with_the_snippet_and_not_with_the_bar_alone():
    assert share_bar(LINKS).count("<style>") == 1
    assert "<style>" not in bar_nav(LINKS)


@pytest.mark.parametrize(
    ("language", "heading", "said", "direction"),
    [
        pytest.param("de-AT", "Teilen Sie diesen Beitrag", "de", "ltr", id="a region falls back"),
        pytest.param("AR", "شارك هذا الخبر", "ar", "rtl", id="right to left"),
        pytest.param("tlh", "Kindly share this story", "en", "ltr", id="no words: English"),
        pytest.param("", "Kindly share this story", "en", "ltr", id="unknown: English"),
        pytest.param('"><script>', "Kindly share this story", "en", "ltr", id="hostile"),
    ],
)
def test_the_bar_speaks_the_language_of_the_story(language, heading, said, direction):
    nav = read(bar_nav(LINKS, language=language)).find("nav")

    assert (nav.findtext("h2"), nav.get("lang"), nav.get("dir")) == (heading, said, direction)


def test_a_language_without_a_heading_is_named():
    with pytest.raises(Misconfigured, match=r"words.toml, \[xx\], heading"):
        parse_words('[xx]\ncopy_label = "a"\nnew_tab = "b"')


@given(
    title=st.text(max_size=80).map(lambda text: f'"><script>alert(1)</script>{text}'),
    label=st.text(max_size=20).map(lambda text: f"<img src=x onerror=y>{text}"),
)
def test_nothing_that_a_headline_or_label_says_becomes_part_of_the_page(title, label):
    safe = share_links(SharePage(url=PAGE.url, title=title), ["whatsapp", "email", "x"])
    hostile = [ShareLink(link.network, label, f'{link.address}"><b onclick="') for link in safe]

    body = read(bar_nav(hostile))

    tags = {element.tag for element in body.iter()} - DRAWING
    assert tags == {"body", "nav", "h2", "ul", "li", "a", "span"}
    assert [link.get("href") for link in body.findall(".//a")] == [link.address for link in hostile]
