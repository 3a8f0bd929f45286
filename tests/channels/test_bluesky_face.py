"""Bluesky's facets, held against the cases of the protocol's own library, and its record."""

import json
from dataclasses import replace

import pytest

from service.channels.bluesky import FACE, facets_of
from tests.standins.carrying import LINK, POST

_SETTINGS = FACE.parse_settings({"identifier": "@news.test"})


def _shown(text):
    """What is clickable in `text`, cut out by its bytes."""
    raw = text.encode()
    return [
        (raw[place["byteStart"] : place["byteEnd"]].decode(), list(feature.values())[-1])
        for place, feature in ((facet["index"], facet["features"][0]) for facet in facets_of(text))
    ]


@pytest.mark.parametrize(
    ("text", "clickable"),
    [
        pytest.param(
            "Zażółć 🦊 https://example.com/a #News.",
            [("https://example.com/a", "https://example.com/a"), ("#News", "News")],
            id="after letters of several bytes",
        ),
        pytest.param(
            "(https://example.com/a_(b))",
            [("https://example.com/a_(b)", "https://example.com/a_(b)")],
            id="brackets",
        ),
        pytest.param("See bbc.co.uk.", [("bbc.co.uk", "https://bbc.co.uk")], id="without scheme"),
        pytest.param("#速報 ニュース", [("#速報", "速報")], id="another script"),
        pytest.param("C# and F#, issue #1, #?", [], id="number signs that are no tags"),
        pytest.param("https://example.com/#part", [("https://example.com/#part",) * 2], id="part"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_links_and_hashtags_are_clickable(text, clickable):
    assert _shown(text) == clickable


def _cases(shared, part):
    return json.loads(shared("vectors/text/atproto/facets.json").read_text())[part]


def test_every_link_of_the_library_s_cases_is_found(shared):
    cases = [case for case in _cases(shared, "segments") if "@" not in case["text"]]
    assert len(cases) == 30

    for case in cases:
        wanted = [(part[0], part[1]) for part in case["segments"] if len(part) > 1]
        assert _shown(case["text"]) == wanted, case["text"]


def test_every_hashtag_of_the_library_s_cases_is_found(shared):
    cases = _cases(shared, "tags")
    assert len(cases) == 39

    for case in cases:
        found = [
            (facet["features"][0]["tag"], facet["index"])
            for facet in facets_of(case["text"])
            if "tag" in facet["features"][0]
        ]
        assert found == list(zip(case["tags"], case["indices"], strict=True)), case["text"]


def test_the_record_carries_our_own_card():
    body = FACE.render(POST, _SETTINGS).body

    assert body["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {"uri": LINK, "title": POST.title, "description": POST.description},
    }


def test_a_post_without_link_has_no_card_and_needs_no_picture():
    payload = FACE.render(replace(POST, link=""), _SETTINGS)

    assert "embed" not in payload.body
    assert payload.picture is None


@pytest.mark.parametrize(
    ("language", "languages"),
    [
        pytest.param("en", ["en"], id="language"),
        pytest.param("pt_BR", ["pt-BR"], id="underscore of a CMS"),
        pytest.param("zh-Hant-TW", ["zh-Hant-TW"], id="script and region"),
        pytest.param("English", None, id="a name"),
        pytest.param("x", None, id="too short"),
        pytest.param("", None, id="unknown"),
    ],
)
def test_only_a_language_that_the_record_may_hold_is_told(language, languages):
    body = FACE.render(replace(POST, language=language), _SETTINGS).body

    assert body.get("langs") == languages


def test_letters_of_many_bytes_meet_the_second_limit():
    (finding,) = FACE.validate(replace(POST, text="👨‍👩‍👧‍👦" * 299), _SETTINGS)

    assert "UTF-8 bytes" in finding.problem


def test_an_account_may_be_written_with_its_at_sign():
    assert _SETTINGS.model_dump()["identifier"] == "news.test"
