"""What a card says to those who do not see it: all of its words, in their order, and no others."""

import pytest

from service.cards.alt import alt_text
from service.cards.awkward import awkward_stories
from service.cards.template.catalogue import names, template_for
from service.domain.card import Card
from service.gallery import story_card

_CARD = Card(
    headline="Lighthouse shines again",
    kicker="Harbour",
    byline="Mara Lindqvist",
    site_name="Bay Courier",
    language="en",
)


def test_the_words_stand_in_the_order_in_which_they_are_read():
    assert alt_text(_CARD) == "Harbour. Lighthouse shines again. Mara Lindqvist. Bay Courier."


def test_a_quotation_mark_by_itself_is_an_ornament():
    card = Card(headline="The sea took it", byline="Joan Petrie", template="quote", language="en")

    assert alt_text(card).startswith("The sea took it. Joan Petrie")


def test_a_sentence_keeps_its_own_end():
    card = Card(headline="Who pays for the bridge?", site_name="“Courier”")

    assert alt_text(card) == "Who pays for the bridge? “Courier”"


def test_what_the_card_shortens_is_said_whole():
    long = "The council talks about the barrier " * 12

    assert alt_text(Card(headline=long)) == f"{long.strip()}."


def test_a_right_to_left_card_is_read_in_its_own_order():
    card = Card(headline="ميناء جديد", kicker="سياسة", site_name="الميناء", language="ar")

    assert alt_text(card) == "سياسة. ميناء جديد. الميناء."


@pytest.mark.parametrize("name", names())
def test_every_template_says_its_headline_or_what_stands_for_it(name):
    for story in awkward_stories():
        card = story_card(story, template_for(name, has_photo=True))

        said = alt_text(card)

        assert said, story.name
        assert said == " ".join(said.split()), story.name


def test_labels_are_said_in_the_storys_language():
    card = Card(
        headline="Der Hafen öffnet am Montag", language="de", template="correction", byline="dpa"
    )

    assert "Der Hafen öffnet am Montag." in alt_text(card)
    assert alt_text(card).split(".")[0] in {"Korrektur", "Berichtigung", "Richtigstellung"}
