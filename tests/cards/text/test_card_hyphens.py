"""Long words are divided where a reader of their language would divide them."""

import sys
from itertools import pairwise

import pytest

from service.cards.text.hyphens import _files, _patterns, division_points


def _divided(word: str, language: str) -> str:
    edges = [0, *division_points(word, language), len(word)]
    return "-".join(word[a:b] for a, b in pairwise(edges))


@pytest.mark.parametrize(
    ("language", "word"),
    [
        pytest.param("de", "Stra-ßen-ver-kehrs-ord-nung", id="German"),
        pytest.param("de-CH", "Wirt-schafts-mi-nis-te-rium", id="Swiss German"),
        pytest.param("en", "inter-na-tion-al-iza-tion", id="English"),
        pytest.param("fr", "anti-cons-ti-tu-tion-nel-le-ment", id="French"),
        pytest.param("nl", "arbeids-on-ge-schikt-heids-ver-ze-ke-ring", id="Dutch"),
        pytest.param("ru", "досто-при-ме-ча-тель-но-стями", id="Russian"),
        pytest.param("it", "pre-ci-pi-te-vo-lis-si-me-vol-mente", id="Italian"),
        pytest.param("hu", "asszonnyal", id="a Hungarian word that would change its spelling"),
        pytest.param("de", "Bürger", id="a short word"),
        pytest.param("fi", "epäjärjestelmällisyys", id="a language without a dictionary"),
        pytest.param("", "Straßenverkehrsordnung", id="no language"),
    ],
)
def test_a_word_is_divided_by_the_dictionary_of_its_language(language, word):
    assert _divided(word.replace("-", ""), language) == word


def test_neither_end_of_a_word_is_a_stump():
    points = division_points("Oberbürgermeisterin", "de")

    assert min(points) >= 3
    assert max(points) <= len("Oberbürgermeisterin") - 3


def test_places_are_counted_in_the_whole_piece_with_its_punctuation():
    piece = "„Straßenverkehrsordnung“,"

    assert {piece[at - 1] + piece[at] for at in division_points(piece, "de")} >= {"nv", "so", "aß"}


def test_every_dictionary_can_be_read():
    assert len(_files()) > 60
    for language in _files():
        assert _patterns.__wrapped__(language)


def test_no_code_of_the_dictionaries_package_is_run():
    division_points("Straßenverkehrsordnung", "de")

    assert "pyphen" not in sys.modules
