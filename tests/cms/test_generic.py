"""Generic JSON: what a notice becomes, and what a bad one is told."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import cms
from service.cms.base import WebhookRequest
from service.cms.generic import ADAPTER, StoryPayload
from service.discovery import discover
from service.domain.errors import BadPayload
from service.domain.story import StoryEventKind, StoryImage

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STORY = {
    "id": "4711",
    "headline": "Ferry returns to Skerry Bay",
    "url": "https://news.example/ferry",
    "updated_at": "2026-11-22T11:00:00Z",
}


def parse(notice, *, headers=None):
    body = notice if isinstance(notice, bytes) else json.dumps(notice).encode()
    request = WebhookRequest({"webhook-id": "msg_1"} | (headers or {}), body)
    return ADAPTER.parse(request, source="desk", now=NOW)


def published(**changes):
    return parse({"event": "published", "story": STORY | changes})


def test_the_adapter_is_found_by_its_file_name():
    assert discover(cms, "ADAPTER")["generic"] is ADAPTER
    assert {name: adapter.kind for name, adapter in discover(cms, "ADAPTER").items()} == {
        "generic": "generic",
        "ghost": "ghost",
    }


def test_a_whole_story_arrives_whole():
    event = published(
        standfirst="After three years.",
        body="The ferry sails again.\n\nIt left at dawn.",
        section="Local",
        kicker="Transport",
        tags=["Ferry", {"name": "Skerry Bay"}],
        authors=[{"name": "Ada Obi"}, "Jo Li"],
        language="pt_BR",
        image={"url": "https://news.example/ferry.jpg", "alt": "A ferry", "credit": "Jo Li"},
        published_at="2026-11-22T12:00:00+02:00",
        site_name="The Skerry Post",
    )

    assert (event.source, event.external_id, event.kind) == (
        "desk",
        "4711",
        StoryEventKind.PUBLISHED,
    )
    assert event.stamp == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert event.content.body == "The ferry sails again.\n\nIt left at dawn."
    assert event.content.tags == ("Ferry", "Skerry Bay")
    assert event.content.byline == "Ada Obi, Jo Li"
    assert event.content.language == "pt-BR"
    assert event.content.image == StoryImage("https://news.example/ferry.jpg", "A ferry", "Jo Li")
    assert event.content.published_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_html_becomes_text_and_share_buttons_stay_outside():
    html = (
        "<p>The ferry sails again.</p><script>x()</script><p>Share on whatsapp</p><p>It left.</p>"
    )

    assert published(html_body=html).content.body == "The ferry sails again.\n\nIt left."


@pytest.mark.parametrize("word", ["public", "is_public"])
def test_the_text_of_a_story_for_members_is_not_taken(word):
    event = published(body="For members only, this.", **{word: False})

    assert event.content.body == ""
    assert not event.content.is_public


def test_title_is_another_word_for_headline():
    story = {key: value for key, value in STORY.items() if key != "headline"}

    event = parse({"event": "updated", "story": story | {"title": "A new pier"}})

    assert event.content.headline == "A new pier"


def test_empty_fields_may_be_null():
    event = published(standfirst=None, section=None, tags=None, authors=None, image=None)

    assert (event.content.standfirst, event.content.tags, event.content.image) == ("", (), None)


@pytest.mark.parametrize("kind", ["unpublished", "deleted"])
def test_a_story_that_goes_away_needs_only_its_id(kind):
    event = parse({"event": kind, "story": {"id": "4711"}})

    assert (event.external_id, event.kind.value, event.content) == ("4711", kind, None)


def test_a_repeated_notice_has_the_same_key_and_another_has_not():
    again = parse({"event": "published", "story": STORY}, headers={"Webhook-Id": "msg_1"})
    other = parse({"event": "published", "story": STORY}, headers={"webhook-id": "msg_2"})

    assert published().dedupe_key == again.dedupe_key != other.dedupe_key


def test_without_updated_at_the_time_of_the_request_orders_versions():
    sent_at = NOW - timedelta(minutes=2)
    story = {key: value for key, value in STORY.items() if key != "updated_at"}

    event = parse(
        {"event": "published", "story": story},
        headers={"webhook-timestamp": str(int(sent_at.timestamp()))},
    )

    assert event.stamp == sent_at


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b"{", "not JSON", id="half of it"),
        pytest.param(b"\xff\xfe", "not JSON", id="no text"),
        pytest.param(b"[" * 100_000, "not JSON", id="a hundred thousand brackets"),
        pytest.param(b"[]", "not an object", id="a list"),
        pytest.param({"event": "published"}, "story is missing", id="no story"),
        pytest.param({"event": "burnt", "story": STORY}, "event should be", id="unknown event"),
        pytest.param({"event": "deleted", "story": {}}, "story.id is missing", id="no id"),
    ],
)
def test_a_bad_notice_is_told_what_is_wrong(body, told):
    with pytest.raises(BadPayload, match=told):
        parse(body)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"headline": " \x00 "}, "story.headline is empty", id="blank headline"),
        pytest.param(
            {"headline": "x" * 501}, "story.headline is longer than 500", id="endless one"
        ),
        pytest.param({"body": "x" * 200_001}, "story.body is longer than 200000", id="long body"),
        pytest.param({"url": "javascript:alert(1)"}, "story.url must be a whole web", id="script"),
        pytest.param({"url": "/ferry"}, "story.url must be a whole web address", id="half a url"),
        pytest.param(
            {"url": "https://me:pw@x.example/"}, "story.url must be", id="password in url"
        ),
        pytest.param(
            {"image": "file:///etc/passwd"}, "story.image.url must be", id="file as image"
        ),
        pytest.param({"language": "English, please"}, "must be a language tag", id="no language"),
        pytest.param({"updated_at": "2026-11-22T11:00:00"}, "timezone", id="time without zone"),
        pytest.param(
            {"updated_at": "2126-01-01T00:00:00Z"}, "lies in the future", id="a century on"
        ),
        pytest.param(
            {"published_at": "0001-01-01T00:00:00+14:00"}, "in UTC", id="before time began"
        ),
        pytest.param({"authors": ["x"] * 51}, "story.authors is longer than 50", id="a crowd"),
    ],
)
def test_a_bad_field_is_named(change, told):
    with pytest.raises(BadPayload, match=told):
        published(**change)


def test_what_was_sent_is_not_repeated_in_the_answer():
    with pytest.raises(BadPayload) as told:
        published(url="hunter2 is my password")

    assert "hunter2" not in str(told.value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    changes=st.dictionaries(st.sampled_from(sorted(StoryPayload.model_fields)), _json, max_size=4)
)
def test_no_field_value_does_more_than_be_refused(changes):
    try:
        told = published(**changes).content.headline
    except BadPayload as problem:
        told = str(problem)

    assert "\x00" not in told
    assert told
