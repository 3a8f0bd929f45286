"""Summaries say the news in the story's own sentences; none leans on one that is missing."""

import subprocess
import sys

import pytest

from service.domain.story import StoryContent
from service.domain.words import clean_body, split_sentences, summarise

HEADLINE = "Redford closes its old bridge for two years"
LEAD = "The city council of Redford voted on Monday to close the old bridge for two years."


def anything(_text):
    return True


def within(length):
    return lambda text: len(text) <= length


def story(body="", **fields):
    return StoryContent(
        **{"headline": HEADLINE, "url": "https://example.com/a", "language": "en", "body": body}
        | fields
    )


def test_a_summary_opens_with_the_lead():
    summary = summarise(
        story(f"{LEAD}\n\nMayor Ada Obi said buses will cross at Milltown."),
        fits=anything,
        max_sentences=1,
    )

    assert summary == LEAD


def test_a_scene_set_first_does_not_take_the_place_of_the_news():
    body = f"It was a cold night.\n\n{LEAD}\n\nWill the shops of Redford survive it?"

    summary = summarise(story(body), fits=within(100), max_sentences=3)

    assert LEAD in summary
    assert "Will the shops" not in summary


def test_the_standfirst_comes_first():
    standfirst = "Cracks in two pillars forced the decision."

    summary = summarise(story(LEAD, standfirst=standfirst), fits=anything, max_sentences=2)

    assert summary == f"{standfirst} {LEAD}"


def test_a_standfirst_without_a_full_stop_does_not_run_into_the_next_sentence():
    summary = summarise(
        story(LEAD, standfirst="Cracks in two pillars forced it"), fits=anything, max_sentences=2
    )

    assert summary == f"Cracks in two pillars forced it\n{LEAD}"


def test_a_standfirst_that_repeats_the_headline_is_passed_over():
    summary = summarise(story(LEAD, standfirst=f"{HEADLINE}."), fits=anything, max_sentences=1)

    assert summary == LEAD


def test_of_a_long_standfirst_whole_sentences_are_kept():
    standfirst = "Cracks forced it. Shopkeepers had fought the plan since the spring of last year."

    assert (
        summarise(story(standfirst=standfirst), fits=within(30), max_sentences=3)
        == "Cracks forced it."
    )


def test_the_body_of_a_members_story_is_never_read():
    closed = story(LEAD, is_public=False)
    with_standfirst = story(LEAD, is_public=False, standfirst="Cracks forced the decision.")

    assert summarise(closed, fits=anything, max_sentences=3) == HEADLINE
    assert (
        summarise(with_standfirst, fits=anything, max_sentences=3) == "Cracks forced the decision."
    )


def test_without_a_body_the_headline_says_it():
    assert summarise(story(), fits=anything, max_sentences=3) == HEADLINE


def test_a_lead_that_does_not_fit_gives_way_to_the_headline_not_to_background():
    background = "Ada Obi became mayor in May."

    assert summarise(story(f"{LEAD}\n\n{background}"), fits=within(60), max_sentences=3) == HEADLINE


def test_a_headline_that_does_not_fit_is_cut_at_a_word():
    assert summarise(story(), fits=within(20), max_sentences=3) == "Redford closes its…"


LEANING = [
    pytest.param("en", "She said the shops of Redford would be paid by May.", id="a pronoun"),
    pytest.param("en", "However, the shops of Redford will be paid by the county.", id="however"),
    pytest.param("en", "Shopkeepers in Redford had fought this decision since spring.", id="this"),
    pytest.param("en", "The county of Milltown has resisted such changes until now.", id="such"),
    pytest.param(
        "en", "“The shops of Redford will be paid in full,” he told reporters.", id="he told"
    ),
    pytest.param(
        "en", "“And so the shops of Redford will all be paid in full.”", id="a bare quotation"
    ),
    pytest.param(
        "en", "One official told Redford Radio that shops will be paid.", id="one official"
    ),
    pytest.param("es", "Esta decisión afecta a las tiendas de Redford.", id="Spanish this"),
    pytest.param(
        "es", "Añadió que las tiendas de Redford cobrarán.", id="Spanish without a subject"
    ),
    pytest.param("fr", "Cette décision touche les commerces de Redford.", id="French this"),
    pytest.param("de", "Diese Entscheidung trifft die Läden von Redford.", id="German this"),
    pytest.param("de", "Die Läden von Redford sollen dort Geld erhalten.", id="German there"),
    pytest.param(
        "pt", "Ela disse que as lojas de Redford receberão dinheiro.", id="Portuguese she"
    ),
    pytest.param("ru", "Это решение касается магазинов города Редфорда.", id="Russian this"),
    pytest.param("ar", "وأضافت أن متاجر المدينة ستحصل على أموال من المقاطعة.", id="Arabic and she"),
    pytest.param("hi", "उन्होंने कहा कि दुकानों को पूरा पैसा दिया जाएगा।", id="Hindi they"),
    pytest.param("zh", "这项决定影响到城里所有的商店和居民。", id="Chinese this"),
    pytest.param("ja", "この決定は町のすべての商店に影響を与える。", id="Japanese this"),
    pytest.param("tr", "Bu karar Redford dükkânlarını da etkileyecek.", id="Turkish this"),
]


@pytest.mark.parametrize(("language", "sentence"), LEANING)
def test_a_sentence_that_leans_stands_only_behind_its_neighbour(language, sentence):
    neighbour = "Is it right, one may ask oneself at this point, to close it?"
    content = story(f"{LEAD}\n\n{neighbour}\n\n{sentence}", language=language)

    assert sentence not in summarise(content, fits=anything, max_sentences=2)


def test_a_sentence_that_leans_follows_the_one_it_leans_on():
    follower = "She said the shops of Redford would be paid from the county's budget for roads."

    summary = summarise(story(f"{LEAD} {follower}"), fits=anything, max_sentences=2)

    assert summary == f"{LEAD} {follower}"


def test_this_week_points_at_nothing():
    sentence = "Engineers from Milltown will inspect the pillars this week, Mayor Ada Obi said."

    assert sentence in summarise(story(f"{LEAD}\n\n{sentence}"), fits=anything, max_sentences=2)


def test_a_quotation_that_names_its_speaker_stands_alone():
    quote = (
        "“We lost half our customers already,” said Ben Adu, who sells fish by the Redford bridge."
    )

    assert quote in summarise(story(f"{LEAD}\n\n{quote}"), fits=anything, max_sentences=2)


def test_the_same_news_is_not_told_twice():
    again = (
        "The Redford city council on Monday voted to close the old bridge for two years, it said."
    )

    assert summarise(story(f"{LEAD}\n\n{again}"), fits=anything, max_sentences=3) == LEAD


def test_sentences_keep_the_order_of_the_story(seed_story):
    summary = summarise(seed_story, fits=anything, max_sentences=5)

    body = " ".join(clean_body(seed_story.body).split())
    places = [body.index(sentence) for sentence in split_sentences(summary, language="en")]
    assert len(places) == 5
    assert places == sorted(places)
    assert places[0] == 0


def test_the_summary_is_the_same_in_every_process():
    body = "\n\n".join(
        [LEAD, *(f"Person {n} of Redford spoke in hall {n}, then left." for n in range(30))]
    )
    script = (
        "import sys;"
        "from service.domain.story import StoryContent;"
        "from service.domain.words import summarise;"
        "content = StoryContent(headline=sys.argv[1], url='u', body=sys.argv[2]);"
        "print(summarise(content, fits=lambda text: len(text) < 300, max_sentences=5))"
    )

    answers = {
        subprocess.run(
            [sys.executable, "-c", script, HEADLINE, body],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }

    assert len(answers) == 1
    assert LEAD in answers.pop()
