"""The page's metadata, read back as a crawler reads it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]  # it ships no types

from service.domain.errors import Rejected
from service.domain.story import StoryContent
from service.share.metadata import head_html

STORY = StoryContent(
    headline="Rain stops play",
    url="https://news.example/2026/rain?a=1&b=2",
    standfirst="Umpires left the field at noon.",
    body="First paragraph.\n\nSecond paragraph.",
    section="Sport",
    authors=("Ada Okafor", "Jo Rao"),
    tags=("cricket", "weather"),
    language="en-GB",
    site_name="Kindly Gazette",
    published_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    updated_at=datetime(2026, 11, 22, 10, 0, 5, 7, tzinfo=UTC),
)


def head(content: StoryContent = STORY, **changes: object) -> html.HtmlElement:
    card = {
        "card_url": "https://cards.example/abc/og.jpg",
        "card_alt": "Headline card: “Rain stops play”.",
        "width": 1200,
        "height": 630,
        **changes,
    }
    return html.document_fromstring(
        f"<html><head>{head_html(content, **card)}</head><body></body></html>"  # type: ignore[arg-type]
    ).find("head")


def metas(element: html.HtmlElement) -> list[tuple[str, str]]:
    return [
        (meta.get("property") or meta.get("name"), meta.get("content"))
        for meta in element.findall("meta")
        if meta.get("charset") is None
    ]


def linked_data(element: html.HtmlElement) -> dict[str, object]:
    return dict(json.loads(element.findtext("script[@type='application/ld+json']")))


def test_tags_come_in_the_order_that_crawlers_forgive_most():
    assert metas(head()) == [
        ("description", "Umpires left the field at noon."),
        ("og:title", "Rain stops play"),
        ("og:description", "Umpires left the field at noon."),
        ("og:url", "https://news.example/2026/rain?a=1&b=2"),
        ("og:type", "article"),
        ("og:site_name", "Kindly Gazette"),
        ("og:locale", "en_GB"),
        ("og:image", "https://cards.example/abc/og.jpg"),
        ("og:image:type", "image/jpeg"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:image:alt", "Headline card: “Rain stops play”."),
        ("article:published_time", "2026-11-22T09:30:00+00:00"),
        ("article:modified_time", "2026-11-22T10:00:05+00:00"),
        ("article:author", "Ada Okafor"),
        ("article:author", "Jo Rao"),
        ("article:section", "Sport"),
        ("article:tag", "cricket"),
        ("article:tag", "weather"),
        ("twitter:card", "summary_large_image"),
        ("twitter:image:alt", "Headline card: “Rain stops play”."),
        ("robots", "max-image-preview:large"),
    ]


def test_the_page_has_its_encoding_title_and_canonical_address():
    found = head()

    assert found[0].get("charset") == "utf-8"
    assert found.findtext("title") == "Rain stops play"
    assert found.find("link[@rel='canonical']").get("href") == STORY.url


def test_the_linked_data_is_one_plain_news_article():
    found = linked_data(head())

    assert found == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Rain stops play",
        "description": "Umpires left the field at noon.",
        "image": ["https://cards.example/abc/og.jpg"],
        "datePublished": "2026-11-22T09:30:00+00:00",
        "dateModified": "2026-11-22T10:00:05+00:00",
        "inLanguage": "en-GB",
        "articleSection": "Sport",
        "author": [
            {"@type": "Person", "name": "Ada Okafor"},
            {"@type": "Person", "name": "Jo Rao"},
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": "Kindly Gazette"},
        "mainEntityOfPage": STORY.url,
        "isAccessibleForFree": True,
    }


def test_what_is_unknown_is_left_out_instead_of_said_to_be_empty():
    bare = head(StoryContent(headline="Rain", url="https://news.example/rain"), card_alt="")

    assert {name for name, _ in metas(bare)} == {
        "og:title", "og:url", "og:type", "og:image", "og:image:type", "og:image:width",
        "og:image:height", "twitter:card", "robots",
    }  # fmt: skip
    assert set(linked_data(bare)) == {
        "@context", "@type", "headline", "image", "mainEntityOfPage", "isAccessibleForFree",
    }  # fmt: skip


def test_a_story_without_standfirst_is_described_by_its_first_paragraph():
    assert ("description", "First paragraph.") in metas(head(replace(STORY, standfirst="")))


def test_the_body_of_a_story_for_members_is_not_given_away():
    members_only = replace(STORY, standfirst="", is_public=False)

    found = head_html(
        members_only, card_url="https://c.example/og.png", card_alt="", width=1200, height=630
    )

    assert "First paragraph" not in found
    assert '"isAccessibleForFree":false' in found


def test_a_long_description_ends_at_a_word():
    description = dict(metas(head(replace(STORY, standfirst="rain and wind " * 30))))["description"]

    assert 180 < len(description) <= 200
    assert description.endswith(("rain…", "and…", "wind…"))


def test_a_card_beside_the_story_gets_a_whole_address():
    found = dict(metas(head(card_url="cards/og.webp")))

    assert found["og:image"] == "https://news.example/2026/cards/og.webp"
    assert found["og:image:type"] == "image/webp"


@pytest.mark.parametrize("language", ["en", "", "tlh", 'en"><b>', "zh-Hans"])
def test_a_language_without_region_is_not_told_as_a_locale(language):
    assert "og:locale" not in dict(metas(head(replace(STORY, language=language))))


def test_a_script_tag_between_language_and_region_is_skipped():
    assert dict(metas(head(replace(STORY, language="zh-hant-tw"))))["og:locale"] == "zh_TW"


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "/rain", "https://a.example/x y"])
def test_a_story_without_web_address_has_no_metadata(url):
    with pytest.raises(Rejected, match="is not a web address: metadata needs one"):
        head(replace(STORY, url=url))


@given(text=st.text(max_size=60))
def test_nothing_that_a_story_says_becomes_part_of_the_page(text):
    hostile = f"<!--<script></script ><script>alert(1)</script>\"'--><img src=x onerror=y>{text}"
    story = replace(
        STORY,
        headline=hostile,
        standfirst=hostile,
        section=hostile,
        site_name=hostile,
        language=hostile,
        authors=(hostile,),
        tags=(hostile,),
    )

    found = head(story, card_alt=hostile)

    assert {element.tag for element in found} == {"meta", "title", "link", "script"}
    assert len(found.findall("script")) == 1
    assert "</script>" in str(linked_data(found)["author"])
