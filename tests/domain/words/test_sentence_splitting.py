"""Sentences end where a reader says they do, in the news of many languages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.words import split_sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        pytest.param(
            "en", ["Gov. J.B. Pritzker met Dr. Roe at 10 a.m. on Jan. 5.", "He left."], id="titles"
        ),
        pytest.param(
            "en", ["They met in Washington, D.C.", "“Will it end?” he asked."], id="capital"
        ),
        pytest.param("en", ["“No!” she said.", "“We stay.”"], id="a shout inside a sentence"),
        pytest.param(
            "en", ["He spoke to me.", "She went on.", "Art won."], id="no foreign abbreviation"
        ),
        pytest.param(
            "fr", ["M. Roux a vu Mme. Blanc à 10 h.", "Qui paiera ?", "Personne !"], id="French"
        ),
        pytest.param(
            "es", ["La firma Sol S.A. cerró a las 10.30 h. en Lugo.", "¿Por qué?"], id="Spanish"
        ),
        pytest.param(
            "de", ["Der 3. Mai ist z. B. ein Feiertag.", "Die Fa. Kern hat geklagt."], id="German"
        ),
        pytest.param(
            "pt", ["Na av. Central, n.º 100, houve festa.", "Quem pagou?"], id="Portuguese"
        ),
        pytest.param("ru", ["Посол Дж. Смит прибыл.", "Он дал 3 млрд долл. Литве."], id="Russian"),
        pytest.param("ar", ["قال د. سالم إنه باق.", "هل ينجح؟"], id="Arabic"),
        pytest.param("hi", ["डॉ. राव ने कहा कि वर्षा होगी।", "क्या यह सच है?"], id="Hindi"),
        pytest.param("am", ["ሕጉ ጸደቀ።", "ይሳካ ይሆን?"], id="Amharic"),
        pytest.param("yo", ["Dókítà A. B. Òjó dé.", "Ṣé yóò dúró?"], id="Yoruba"),
    ],
)
def test_news_is_split_as_a_reader_would(language, sentences):
    assert split_sentences(" ".join(sentences), language=language) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(
            ["「退かない。」と大臣は述べた。", "雨が降った。", "2027年に始まる。"], id="Japanese"
        ),
        pytest.param(["“我们留下。”他对记者说。", "谁来付钱？", "没人知道！"], id="Chinese"),
    ],
)
def test_scripts_without_spaces_are_split_without_spaces(sentences):
    assert split_sentences("".join(sentences)) == sentences


def test_a_line_break_always_ends_a_sentence():
    assert split_sentences("A heading\nThe story begins.") == ["A heading", "The story begins."]


def test_news_paragraphs_of_sixteen_languages_are_split_right(shared):
    path = shared("vectors/text/segmentation/news_16lang.json")
    cases = json.loads(path.read_text(encoding="utf-8"))["data"]

    hits = found = wanted = 0
    for language, case in cases.items():
        got = _borders(split_sentences(case["text"], language=language))
        right = _borders(case["sentences"])
        hits, found, wanted = hits + len(got & right), found + len(got), wanted + len(right)

    assert 2 * hits / (found + wanted) >= 0.99


def test_golden_rules_of_twenty_three_languages_hold(shared):
    path = shared("vectors/text/segmentation/golden_rules_23lang.json")
    cases = json.loads(path.read_text(encoding="utf-8"))["data"]

    right = sum(
        split_sentences(case["text"], language=language) == [s.strip() for s in case["sentences"]]
        for language, rows in cases.items()
        for case in rows
    )

    assert right >= 262


@given(
    st.text(alphabet=st.sampled_from("aB .!?“”«»…。」と\n1é'")), st.sampled_from(["", "en", "ja"])
)
def test_splitting_loses_no_letter(text, language):
    joined = "".join(split_sentences(text, language=language))

    assert "".join(joined.split()) == "".join(text.split())


def _borders(sentences):
    """Where sentences end, counted without spaces so that the two ways of joining compare."""
    ends, end = set(), 0
    for sentence in sentences:
        end += len("".join(sentence.split()))
        ends.add(end)
    return ends
