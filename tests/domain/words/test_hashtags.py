"""Hashtags come from the CMS and can be read aloud."""

import pytest

from service.domain.story import StoryContent
from service.domain.words import hashtags


def of(*tags, limit=5):
    return hashtags(StoryContent(headline="A", url="https://example.com", tags=tags), limit)


@pytest.mark.parametrize(
    ("tag", "hashtag"),
    [
        pytest.param("kharkiv region", "#KharkivRegion", id="words become camel case"),
        pytest.param("NATO", "#NATO", id="capitals stay"),
        pytest.param("iPhone", "#iPhone", id="a brand keeps its spelling"),
        pytest.param("women's rights", "#WomensRights", id="an apostrophe goes"),
        pytest.param("COVID-19", "#COVID19", id="a hyphen goes"),
        pytest.param("Tempo 30", "#Tempo30", id="a number at the end"),
        pytest.param("Salario mínimo", "#SalarioMínimo", id="accents stay"),
        pytest.param("выборы президента", "#ВыборыПрезидента", id="Cyrillic"),
        pytest.param("الحد الأدنى", "#الحد_الأدنى", id="no case, an underscore"),
        pytest.param("न्यूनतम मजदूरी", "#न्यूनतम_मजदूरी", id="Hindi marks stay"),
        pytest.param("最低賃金", "#最低賃金", id="Japanese"),
        pytest.param("owó oṣù", "#OwóOṣù", id="Yoruba"),
    ],
)
def test_a_tag_becomes_a_hashtag(tag, hashtag):
    assert of(tag) == (hashtag,)


@pytest.mark.parametrize(
    "tag",
    [
        pytest.param("#front-page", id="internal"),
        pytest.param("2026", id="only digits"),
        pytest.param("2026 elections", id="begins with a digit"),
        pytest.param("???", id="only signs"),
        pytest.param("", id="empty"),
        pytest.param("a", id="one letter"),
        pytest.param("what you need to know today", id="a sentence"),
        pytest.param("x" * 65, id="too long for Bluesky"),
    ],
)
def test_what_makes_no_good_hashtag_is_left_out(tag):
    assert of(tag) == ()


def test_the_first_tags_win_and_none_stands_twice():
    assert of("Ghana", "ghana", "Floods", "Climate", limit=2) == ("#Ghana", "#Floods")


def test_a_channel_that_takes_none_gets_none():
    assert of("Ghana", limit=0) == ()
