"""Reading web pages: what they declare, in which order it is believed, and their text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import BadPayload
from service.page import decode_page, read_page

PARAGRAPHS = (
    "The ferry to Skerry Bay sailed again on Monday, three years after the pier was closed.",
    "Around two hundred people came to see it off, and the school band played in the rain.",
    "The council said that the pier, which cost four million crowns, would last for fifty years.",
    "A second ferry is to follow in spring, when the new timetable comes into force on the island.",
)
TEXT = "\n\n".join(PARAGRAPHS)


def page(*, head="", body=None, linked=None, language="en"):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    script = f'<script type="application/ld+json">{json.dumps(linked)}</script>' if linked else ""
    shown = body if body is not None else f"<article><h1>Shown headline</h1>{text}</article>"
    return f"<html lang={language}><head>{head}{script}</head><body>{shown}</body></html>"


def read(markup, url="https://news.example/a"):
    return read_page(markup, url=url, name="the page")


def article(**fields):
    return {"@context": "https://schema.org", "@type": "NewsArticle", **fields}


def test_the_wordpress_like_page_gives_exactly_the_articles_paragraphs(shared):
    markup = decode_page(shared("vectors/text/extraction/page_wp.html").read_bytes())
    gold = json.loads(shared("vectors/text/extraction/seed_gold.json").read_text("utf-8"))

    found = read(markup)

    assert found.headline == gold["title"]
    assert found.body.split("\n\n") == gold["paras"]
    assert found.url == "https://punch.example/biden-authorizes/"
    assert (found.section, found.authors, found.language) == ("World", ("Ada Obi",), "en-NG")
    assert found.tags == ("Ukraine", "Biden", "Kharkiv")
    assert found.image.url == "https://cdn.example/kharkiv.jpg"
    assert (found.image.alt, found.image.credit) == ("A damaged building", "AFP via Getty Images")
    assert found.published_at.isoformat() == "2024-05-31T09:22:00+00:00"
    assert found.site_name == "Punch"


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param("<table><tr><td>{menu}</td><td>{text}</td></tr></table>", id="a table"),
        pytest.param("<form><div>{menu}</div><font>{text}</font></form>", id="a form"),
        pytest.param("<div>{menu}</div>{text}", id="bare line breaks"),
    ],
)
def test_an_old_page_of_line_breaks_gives_its_paragraphs(layout):
    menu = "<a href=/>Home</a> <a href=/s>Sport</a>"
    text = (
        "<b>Ferry returns</b><br><br>" + "<br><br>".join(PARAGRAPHS) + "<br><br>Share on facebook"
    )
    head = "<title>Ferry returns | The Skerry Post</title>"

    found = read(page(head=head, body=layout.format(menu=menu, text=text)))

    assert found.headline == "Ferry returns"
    assert found.body == TEXT


def test_a_page_that_is_drawn_by_a_script_gives_the_text_it_declares():
    linked = article(headline="Ferry returns", articleBody=TEXT)

    found = read(page(body="<div id=root>Please enable JavaScript</div>", linked=linked))

    assert found.body == TEXT


def test_a_brief_stays_brief():
    brief = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:2])
    others = "".join(f"<li><p>Reader: {paragraph}</p></li>" for paragraph in PARAGRAPHS[2:])
    body = f"<article><h1>Brief</h1>{brief}</article><ol id=comments>{others}</ol>"

    assert read(page(body=body)).body == "\n\n".join(PARAGRAPHS[:2])


@pytest.mark.parametrize(
    ("head", "linked", "headline"),
    [
        pytest.param(
            "", article(headline="Declared &amp; whole"), "Declared & whole", id="JSON-LD"
        ),
        pytest.param(
            '<meta property="og:title" content="In the graph">',
            article(headline="Declared but cut…"),
            "In the graph",
            id="a cut one is passed over",
        ),
        pytest.param(
            '<meta property="og:title" content="Ferry - The Post">'
            '<meta property="og:site_name" content="The Post">',
            None,
            "Ferry",
            id="the site's name goes",
        ),
        pytest.param("<title>Title | Site</title>", None, "Shown headline", id="h1 before title"),
        pytest.param('<meta property="og:title" content=" ">', None, "Shown headline", id="blank"),
    ],
)
def test_the_headline_is_taken_where_it_is_whole(head, linked, headline):
    assert read(page(head=head, linked=linked)).headline == headline


def test_an_article_inside_of_a_graph_is_found():
    linked = {"@graph": [{"@type": "WebSite", "name": "The Post"}, article(headline="Inside")]}

    found = read(page(linked=linked))

    assert (found.headline, found.site_name) == ("Inside", "The Post")


def test_a_page_for_members_gives_no_text():
    found = read(page(linked=article(headline="Paid", isAccessibleForFree="False")))

    assert (found.body, found.is_public) == ("", False)


def test_the_page_names_its_own_address_or_keeps_the_one_it_was_read_from():
    head = '<link rel="canonical" href="/clean">'

    assert (
        read(page(head=head), "https://news.example/a?utm_source=x#y").url
        == "https://news.example/clean"
    )
    assert read(page(), "https://news.example/a#y").url == "https://news.example/a"
    assert (
        read(page(head='<link rel="canonical" href="javascript:x">')).url
        == "https://news.example/a"
    )


def test_the_address_of_an_authors_profile_is_no_name():
    head = (
        '<meta name="author" content="By Ada Obi">'
        '<meta property="article:author" content="https://facebook.example/ada">'
    )

    assert read(page(head=head)).authors == ("Ada Obi",)


@pytest.mark.parametrize(
    "script",
    [
        "{",
        "[" * 50_000,
        '{"@type": "NewsArticle", "headline": "Two\nlines"}',
        "null",
        '{"@type": 1}',
    ],
)
def test_broken_declarations_do_not_stop_the_reading(script):
    head = f'<script type="application/ld+json">{script}</script>'

    assert read(page(head=head)).headline in {"Shown headline", "Two lines"}


@pytest.mark.parametrize("markup", ["", " ", "<!-- x -->", "<p>Text without a headline.</p>"])
def test_a_page_without_a_headline_is_refused(markup):
    with pytest.raises(BadPayload, match=r"has no headline|is empty"):
        read(markup)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        pytest.param("żółw".encode(), "", "żółw", id="nothing said, UTF-8"),
        pytest.param("żółw".encode("iso-8859-2"), "iso-8859-2", "żółw", id="said by the server"),
        pytest.param(
            '<meta charset="windows-1251">мир'.encode("cp1251"),
            "",
            '<meta charset="windows-1251">мир',
            id="said by the page",
        ),
        pytest.param(
            '<meta charset="latin1">ż'.encode(), "", '<meta charset="latin1">ż', id="lied"
        ),
        pytest.param("é".encode("cp1252"), "no-such-charset", "é", id="unknown charset"),
    ],
)
def test_bytes_become_the_text_that_was_meant(body, charset, text):
    assert decode_page(body, charset=charset) == text


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "url", "@type", "@value", "caption"]), inner)
    ),
    max_leaves=6,
)


@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["headline", "author", "image", "keywords", "publisher", "datePublished", "inLanguage"]
        ),
        _VALUES,
    )
)
def test_no_declaration_breaks_the_reading(fields):
    assert read(page(linked=article(**fields))).headline
