"""Posts: within the limits to the unit, in the story's own words, and never with page furniture."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.card import CardSize
from service.domain.errors import BadPayload
from service.domain.post import Limits, LinkPlacement, Picture, TextUnit
from service.domain.story import StoryContent
from service.domain.words import clean_body, compose, count_text, split_sentences
from service.domain.words.counting import graphemes
from service.domain.words.reading import read

URL = "https://news.example.com/2026/11/22/bridge"
HEADLINE = "Redford closes its old bridge for two years"
LEAD = "The city council of Redford voted on Monday to close the old bridge for two years."
PLATFORMS = (
    "x",
    "bluesky",
    "mastodon",
    "threads",
    "telegram",
    "linkedin",
    "facebook",
    "whatsapp",
)
FURNITURE = re.compile(
    r"kindly|share (this|on)|whatsapp|top news|related articles|facebook|telegram|linkedin",
    re.IGNORECASE,
)


def story(**fields):
    return StoryContent(
        **{"headline": HEADLINE, "url": URL, "body": LEAD, "language": "en"} | fields
    )


def limits(text=300, unit=TextUnit.GRAPHEMES, **others):
    return Limits(text=text, unit=unit, **others)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_seed_article_fits_every_platform_and_says_its_news(seed_story, all_limits, platform):
    post = compose(seed_story, all_limits[platform])

    assert count_text(post.text, all_limits[platform]).fits
    assert "US President Joe Biden has authorized Ukraine to use American-supplied" in post.text
    assert not FURNITURE.search(post.text.replace(seed_story.url, ""))
    assert "…" not in post.text


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_sentence_of_a_seed_post_is_the_storys_own(seed_story, all_limits, platform):
    post = compose(seed_story, all_limits[platform])

    prose = post.text.replace(seed_story.url, "").replace(" ".join(post.hashtags), "")
    own = {seed_story.headline, *split_sentences(clean_body(seed_story.body), language="en")}
    assert set(split_sentences(prose, language="en")) <= own


def test_the_seed_post_for_x_is_what_a_desk_would_send(seed_story, all_limits):
    post = compose(seed_story, all_limits["x"])

    assert post.text == (
        "US President Joe Biden has authorized Ukraine to use American-supplied weapons to strike "
        "targets in Russia, specifically near the Kharkiv region, according to US officials.\n\n"
        f"#Ukraine\n\n{seed_story.url}"
    )


def test_longer_channels_get_more_of_the_seed_article(seed_story, all_limits):
    lengths = [
        len(split_sentences(compose(seed_story, all_limits[platform]).text))
        for platform in ("x", "mastodon", "telegram", "linkedin")
    ]

    assert lengths == sorted(lengths)
    assert len(set(lengths)) == 4


def test_all_posts_of_an_article_are_written_in_a_moment(seed_story, all_limits):
    times = []
    for _ in range(5):
        read.cache_clear()
        started = time.process_time()
        for platform in PLATFORMS:
            compose(seed_story, all_limits[platform])
        times.append(time.process_time() - started)

    # About 14 ms where this was written; room for a slower machine, none for a slower algorithm.
    assert min(times) < 0.06


def test_the_link_stands_on_a_line_of_its_own_at_the_end():
    assert compose(story(), limits()).text == f"{LEAD}\n\n{URL}"


def test_a_link_that_goes_into_a_card_stays_out_of_the_text():
    post = compose(story(), limits(link_placement=LinkPlacement.IN_CARD))

    assert post.text == LEAD
    assert post.link == URL


def test_another_link_can_be_given():
    post = compose(story(), limits(), link="https://go.example.com/1")

    assert post.text.endswith("\n\nhttps://go.example.com/1")
    assert post.link == "https://go.example.com/1"


def test_a_roomy_channel_opens_with_the_headline():
    assert compose(story(), limits(text=1000)).text == f"{HEADLINE}\n\n{LEAD}\n\n{URL}"


def test_a_headline_is_not_said_twice_where_there_is_nothing_else_to_say():
    assert compose(story(body=""), limits(text=1000)).text == f"{HEADLINE}\n\n{URL}"


def test_hashtags_stand_before_the_link():
    post = compose(story(tags=("Redford", "Road works")), limits(hashtags=2))

    assert post.text == f"{LEAD}\n\n#Redford #RoadWorks\n\n{URL}"
    assert post.hashtags == ("#Redford", "#RoadWorks")


def test_the_news_is_not_given_up_for_a_hashtag():
    exactly = len(f"{LEAD}\n\n#Redford\n\n{URL}")

    post = compose(story(tags=("Redford", "Road works")), limits(text=exactly, hashtags=2))

    assert post.text == f"{LEAD}\n\n#Redford\n\n{URL}"
    assert post.hashtags == ("#Redford",)


def test_a_post_may_fill_the_limit_to_the_last_unit():
    exactly = len(f"{LEAD}\n\n{URL}")

    assert compose(story(), limits(text=exactly)).text == f"{LEAD}\n\n{URL}"
    assert compose(story(), limits(text=exactly - 1)).text == f"{HEADLINE}\n\n{URL}"


def test_title_and_description_feed_the_link_card():
    with_standfirst = compose(story(standfirst="Cracks in two pillars forced it."), limits())
    without = compose(story(), limits())
    headline_only = compose(story(body=""), limits())

    assert (without.title, without.description) == (HEADLINE, LEAD)
    assert with_standfirst.description == "Cracks in two pillars forced it."
    assert headline_only.description == ""


def test_a_long_description_is_cut_at_three_hundred_characters_a_reader_sees():
    post = compose(story(standfirst="न्यूज़ " * 200), limits())

    assert 280 < len(graphemes(post.description)) <= 300
    assert post.description.endswith("…")


@pytest.mark.parametrize(
    ("longest", "alt"),
    [
        pytest.param(40, "A bridge with two cracked pillars", id="short enough"),
        pytest.param(12, "A bridge…", id="cut at a word"),
        pytest.param(0, "", id="a channel without descriptions"),
    ],
)
def test_the_pictures_description_fits(longest, alt):
    picture = Picture("ab" * 16, CardSize.OG, "A bridge with two cracked pillars")

    post = compose(story(), limits(alt_text=longest), picture=picture)

    assert post.picture == Picture("ab" * 16, CardSize.OG, alt)


def test_the_body_of_a_members_story_never_reaches_a_post(all_limits):
    secret = story(is_public=False, standfirst="Cracks forced the decision.")

    for channel_limits in all_limits.values():
        post = compose(secret, channel_limits)
        assert LEAD not in post.text + post.description


def test_an_address_longer_than_the_post_is_refused_in_words():
    with pytest.raises(BadPayload, match=r"address takes 84 UTF-8 bytes and the channel 60"):
        compose(
            story(url="https://example.com/" + "a" * 64),
            limits(text=60, unit=TextUnit.UTF8_BYTES),
        )


def test_characters_that_deceive_the_eye_reach_no_post():
    post = compose(story(headline="Bridge \u202eclosed\u0007\nfor good", body=""), limits())

    assert post.text == f"Bridge closed for good\n\n{URL}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("“" * 300_000, id="quotations that never end"),
        pytest.param("read also:" * 30_000, id="one endless label"),
        pytest.param("e" + "\u0301" * 300_000, id="one endless letter"),
        pytest.param("The bridge's owner said no. " * 20_000, id="one endless paragraph"),
    ],
)
def test_a_hostile_body_does_not_keep_us_busy(body):
    started = time.process_time()

    compose(story(body=body), limits(unit=TextUnit.X_WEIGHTED))

    assert time.process_time() - started < 2


LETTERS = 'aB eé.!?,“”’"()#@_0…\n\u202eбم中क\u094d\u0301👍🏽👨\u200d👩ß/:'
TEXTS = st.text(alphabet=st.sampled_from(LETTERS) | st.characters(), max_size=400)


@settings(max_examples=300, deadline=None)
@given(
    headline=TEXTS.filter(lambda text: bool(text.strip())),
    standfirst=TEXTS,
    body=TEXTS,
    tags=st.lists(TEXTS, max_size=4),
    unit=st.sampled_from(TextUnit),
    length=st.integers(min_value=60, max_value=1200),
    placement=st.sampled_from(LinkPlacement),
    sentences=st.integers(min_value=0, max_value=5),
)
def test_no_story_overflows_any_channel(
    headline, standfirst, body, tags, unit, length, placement, sentences
):
    content = StoryContent(
        headline=headline, url=URL, standfirst=standfirst, body=body, tags=tuple(tags)
    )
    narrow = limits(
        text=length,
        unit=unit,
        text_bytes=length * 3,
        link_placement=placement,
        hashtags=3,
        sentences=sentences,
    )

    post = compose(content, narrow)

    assert count_text(post.text, narrow).fits
    assert "\u202e" not in post.text
    assert post.text.endswith(URL) == (placement is LinkPlacement.IN_TEXT)
