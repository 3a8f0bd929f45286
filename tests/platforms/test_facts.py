"""The platforms' limits are one file, and every number in it says when it was checked."""

import pytest

from service.domain.errors import Misconfigured
from service.domain.post import LinkPlacement, TextUnit
from service.platforms.facts import limits_of, parse_facts, platforms

_TABLE = """
[somewhere]
label = "Somewhere"
verified_on = 2026-01-31
source = "Its documentation."
[somewhere.limits]
text = 100
unit = "graphemes"
"""


def test_every_network_that_posts_are_written_for_has_its_limits():
    wanted = {"x", "bluesky", "mastodon", "threads", "telegram", "linkedin", "facebook", "whatsapp"}

    assert wanted <= set(platforms())


@pytest.mark.parametrize(
    ("platform", "text", "unit"),
    [
        pytest.param("x", 280, TextUnit.X_WEIGHTED, id="X weighs characters"),
        pytest.param("bluesky", 300, TextUnit.GRAPHEMES, id="Bluesky counts what people see"),
        pytest.param("mastodon", 500, TextUnit.GRAPHEMES, id="Mastodon counts what people see"),
        pytest.param("threads", 500, TextUnit.UTF8_BYTES, id="Threads counts bytes"),
        pytest.param("telegram", 1024, TextUnit.UTF16, id="Telegram counts a caption"),
        pytest.param("linkedin", 3000, TextUnit.LINKEDIN_ESCAPED, id="LinkedIn counts escapes"),
    ],
)
def test_a_platform_counts_in_its_own_unit(platform, text, unit):
    facts = limits_of(platform)

    assert (facts.limits.text, facts.limits.unit) == (text, unit)


def test_a_telegram_message_without_picture_may_be_four_times_as_long():
    facts = limits_of("telegram")

    assert facts.limits_without_picture.text == 4 * facts.limits.text


def test_only_bluesky_takes_the_link_outside_of_the_text():
    in_card = [
        name
        for name in platforms()
        if limits_of(name).limits.link_placement is LinkPlacement.IN_CARD
    ]

    assert in_card == ["bluesky"]


def test_a_new_platform_is_one_more_table():
    facts = parse_facts(_TABLE)["somewhere"]

    assert facts.label == "Somewhere"
    assert facts.limits == facts.limits_without_picture


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(
            _TABLE.replace("verified_on = 2026-01-31", ""),
            "[somewhere], verified_on: Field required",
            id="nobody says when it was checked",
        ),
        pytest.param(
            _TABLE.replace("graphemes", "letters"),
            "[somewhere], limits.unit",
            id="a unit that nobody counts in",
        ),
        pytest.param(
            _TABLE.replace("text = 100", "txt = 100"),
            "[somewhere], limits.text: Field required",
            id="a misspelt limit",
        ),
        pytest.param("[somewhere", "is not valid TOML", id="broken TOML"),
    ],
)
def test_a_wrong_table_is_named(table, words):
    with pytest.raises(Misconfigured) as caught:
        parse_facts(table)

    assert words in str(caught.value)
