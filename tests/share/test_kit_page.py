"""The page of a whole share kit: everything on it, nothing from elsewhere, nothing injected."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html  # type: ignore[import-untyped]  # it ships no types

from service.domain.share import SharePage
from service.domain.story import StoryContent
from service.share.buttons import share_bar
from service.share.links import share_links
from service.share.metadata import head_html

ASSETS = Path(__file__).resolve().parents[2] / "assets"
STORY = StoryContent(
    headline="Rain stops play",
    url="https://news.example/2026/rain",
    authors=("Ada Okafor",),
    published_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
)
ALT = "Headline card: “Rain stops play”."


def kit(story: StoryContent = STORY, *, words: str = "Rain.", used: int = 5) -> html.HtmlElement:
    links = share_links(SharePage(url=story.url, title=story.headline))
    # No escaping by default: the page has to see to that itself.
    environment = Environment(loader=FileSystemLoader(ASSETS), undefined=StrictUndefined)
    page = environment.get_template("kit/index.html.jinja").render(
        story=story,
        cards=[
            {"file": f"cards/{name}.jpg", "label": name, "width": width, "height": height,
             "bytes": 187_400, "alt": ALT}
            for name, width, height in [("og", 1200, 630), ("story", 1080, 1920)]
        ],
        links=links,
        bar_html=share_bar(links),
        posts=[
            {"kind": kind, "label": words, "text": words, "used": used, "limit": 280,
             "unit": "characters", "alt": alt, "link": story.url}
            for kind, alt in [("x", ALT), ("pigeon post", "Another picture.")]
        ],
        head_html=head_html(story, card_url="cards/og.jpg", card_alt=ALT, width=1200, height=630),
        made_at=datetime(2026, 11, 22, 15, 4, tzinfo=UTC),
        version="0.1.0",
    )  # fmt: skip
    return html.document_fromstring(page)


def test_the_page_shows_each_card_in_its_own_proportion_with_its_words():
    pictures = kit().findall(".//img")

    assert [picture.get("src") for picture in pictures] == ["cards/og.jpg", "cards/story.jpg"]
    assert [picture.get("width") for picture in pictures] == ["1200", "1080"]
    assert {picture.get("alt") for picture in pictures} == {ALT}
    assert "188 KB" in pictures[0].getparent().getparent().text_content()


def test_what_is_copied_is_whole_even_where_it_is_shown_shortened():
    page = kit()

    copied = [page.get_element_by_id(button.get("data-copy")).text_content()
              for button in page.iter("button")]  # fmt: skip

    whole = [link.address for link in share_links(SharePage(url=STORY.url, title=STORY.headline))]
    metadata = head_html(STORY, card_url="cards/og.jpg", card_alt=ALT, width=1200, height=630)
    assert copied == [ALT, *whole, "Rain.", "Rain.", metadata.strip()]


def test_a_post_says_how_much_room_is_left():
    said = " ".join(kit(used=270).find(".//*[@class='count']").text_content().split())

    assert said == "270 of 280 characters 10 left"


def test_a_post_that_is_too_long_says_so_in_words_and_fills_its_meter():
    post = kit(used=1298).get_element_by_id("post-1").getparent()

    assert "over" in post.get("class").split()
    assert "✕ 1,018 too long" in post.text_content()
    assert post.find(".//i").get("style") == "inline-size: 100%"


def test_a_description_is_written_out_only_where_it_differs_from_the_cards():
    posts = [item.text_content() for item in kit().findall(".//ul[@class='posts']/li")]

    assert ALT not in posts[0]
    assert "Another picture." in posts[1]


def test_the_page_fetches_nothing_but_its_own_pictures():
    page = kit()

    fetched = [element.get("src") for element in page.iter() if element.get("src")]
    assert fetched == ["cards/og.jpg", "cards/story.jpg"]
    assert [link.get("href") for link in page.iter("link")] == ["data:,"]
    assert not any("url(" in (style.text or "") for style in page.iter("style"))


def test_nothing_that_a_story_or_post_says_becomes_part_of_the_page():
    hostile = "</p></script><script>alert(1)</script><img src=x onerror=y>\"'"
    story = StoryContent(headline=hostile, url=STORY.url, standfirst=hostile, authors=(hostile,),
                         kicker=hostile, site_name=hostile, language=hostile)  # fmt: skip

    page = kit(story, words=hostile)

    assert len(page.findall(".//script")) == 1
    assert {picture.get("src") for picture in page.iter("img")} == {
        "cards/og.jpg",
        "cards/story.jpg",
    }
    assert page.findtext(".//h1") == hostile
