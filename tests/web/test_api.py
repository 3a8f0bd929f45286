"""The API: what its clients can do, and what they are told when they cannot."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from service import clock
from service.domain.delivery import DeliveryState
from service.storage.events import EventStore
from service.storage.stories import Photo, StoryStore
from tests.web.outside import STORY, add_token, counts, in_state, planned, story_of, what

STORIES = "/api/v1/stories"


class Api:
    def __init__(self, client, token):
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        return self._client.get(path, headers=self._headers)

    def put_in(self, *, key="", **changes):
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        return self._client.post(STORIES, json=STORY | changes, headers=headers)

    def post(self, body, **headers):
        return self._client.post(STORIES, data=body, headers=self._headers | headers)


@pytest.fixture
def api(house, client):
    return Api(client, add_token(house))


def test_a_new_story_is_there_at_once(house, api):
    created = api.put_in(tags=["Ferry"], authors=["Ada Obi"])

    shown = api.get(f"{STORIES}/{created.json['id']}")

    assert created.status_code == 201
    assert created.json["effect"] == "create"
    assert shown.status_code == 200
    assert shown.json == {key: created.json[key] for key in created.json if key != "effect"}
    assert (shown.json["headline"], shown.json["version"]) == (STORY["headline"], 1)
    assert (shown.json["tags"], shown.json["authors"]) == (["Ferry"], ["Ada Obi"])
    assert counts(house) == (1, 1)


def test_a_changed_story_gets_its_next_version(api):
    api.put_in()

    changed = api.put_in(headline="Ferry is back", updated_at="2026-11-22T11:30:00Z")

    assert (changed.status_code, changed.json["effect"]) == (200, "new version")
    assert (changed.json["headline"], changed.json["version"]) == ("Ferry is back", 2)


def test_an_older_version_that_comes_late_changes_nothing(api):
    api.put_in()

    late = api.put_in(headline="Ferry may return", updated_at="2026-11-22T10:00:00Z")

    assert (late.status_code, late.json["effect"]) == (200, "stale")
    assert late.json["headline"] == STORY["headline"]


def test_the_same_request_twice_is_one_request(house, api):
    api.put_in()

    repeated = api.put_in()

    assert repeated.status_code in {200, 201}
    assert repeated.json["version"] == 1
    assert counts(house) == (1, 1)


def test_a_story_without_a_time_may_change_there_and_back(api):
    first = {"updated_at": None}
    api.put_in(**first)
    api.put_in(**first, headline="Ferry delayed")

    back = api.put_in(**first)

    assert (back.json["headline"], back.json["version"]) == (STORY["headline"], 3)


def test_a_repeated_key_answers_again_and_does_nothing(house, api):
    first = api.put_in(key="k-1", updated_at=None)

    repeated = api.put_in(key="k-1", updated_at=None)

    assert repeated.json["id"] == first.json["id"]
    assert counts(house) == (1, 1)


def test_eight_copies_at_the_same_moment_are_one_story(house, app):
    token = add_token(house)

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: Api(app.test_client(), token).put_in(updated_at=None), range(8))
        )

    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert {answer.json["version"] for answer in answers} == {1}


def test_a_key_is_good_for_one_request_only(house, api):
    api.put_in(key="k-1")

    other = api.put_in(key="k-1", headline="Something else")

    assert other.status_code == 409
    assert "Idempotency-Key" in what(other)
    assert counts(house) == (1, 1)


@pytest.mark.parametrize(
    ("event", "state"), [("unpublished", "unpublished"), ("deleted", "deleted")]
)
def test_a_withdrawn_story_takes_its_unsent_posts_along(house, api, event, state):
    created = api.put_in()
    delivery_id = planned(house, story_of(house, created.json["id"]))

    gone = api.post(json.dumps({"event": event, "id": STORY["id"]}))
    (delivery,) = api.get(f"{STORIES}/{created.json['id']}/deliveries").json["deliveries"]

    assert (gone.status_code, gone.json["state"]) == (200, state)
    assert (delivery["id"], delivery["state"]) == (delivery_id, "cancelled")
    assert event in delivery["problem"]


def test_what_is_not_known_cannot_be_withdrawn(api):
    answer = api.post(json.dumps({"event": "deleted", "id": "unknown"}))

    assert answer.status_code == 404
    assert what(answer) == "There is no story “unknown” to withdraw."


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        pytest.param(b"{", 422, "not JSON", id="broken JSON"),
        pytest.param(b'{"id": "1"}', 422, "headline is missing", id="no headline"),
        pytest.param(b'{"event": ["deleted"], "id": "1"}', 422, "event ", id="an odd event"),
        pytest.param(b'{"event": "deleted"}', 422, "id is missing", id="a withdrawal of nothing"),
        pytest.param(
            json.dumps(STORY | {"updated_at": "2126-01-01T00:00:00Z"}).encode(),
            422,
            "future",
            id="a time to come",
        ),
        pytest.param(
            json.dumps(STORY | {"headline": "a\ud800"}).encode(),
            422,
            "not JSON",
            id="half a letter",
        ),
        pytest.param(b" " * (1024 * 1024 + 1), 413, "at most 1 MiB", id="too large"),
    ],
)
def test_what_cannot_be_used_is_named_and_leaves_nothing(house, api, body, status, sentence):
    answer = api.post(body)

    assert answer.status_code == status
    assert sentence in what(answer)
    assert counts(house) == (0, 0)


def test_a_key_without_end_is_refused(house, api):
    answer = api.put_in(key="k" * 201)

    assert answer.status_code == 422
    assert counts(house) == (0, 0)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Authorization": "Bearer kindly_made-up"}, id="a made-up token"),
        pytest.param({"Authorization": "Bearer"}, id="no token"),
        pytest.param({"Authorization": "Bearer \u00ff"}, id="no letters of ours"),
        pytest.param({"Authorization": "Basic Ym9iOmJvYg=="}, id="another scheme"),
        pytest.param({"Cookie": "session={token}"}, id="a cookie"),
    ],
)
def test_without_a_token_nobody_reads_or_writes(house, client, headers):
    token = add_token(house)
    offered = {name: value.format(token=token) for name, value in headers.items()}

    written = client.post(STORIES, json=STORY, headers=offered)
    read = client.get(STORIES, headers=offered)

    assert (written.status_code, read.status_code) == (401, 401)
    assert read.headers["WWW-Authenticate"] == "Bearer"
    assert what(read).startswith("This request does not prove who sent it")
    assert counts(house) == (0, 0)


def test_pages_hold_every_story_once_even_of_one_instant(house, api, stopped_clock):
    for number in range(7):
        api.put_in(id=str(number))
        if number % 3 == 0:
            stopped_clock.advance(seconds=1)

    page = api.get(f"{STORIES}?limit=2").json
    seen = [story["external_id"] for story in page["stories"]]
    while page["next"]:
        page = api.get(f"{STORIES}?limit=2&cursor={page['next']}").json
        seen += [story["external_id"] for story in page["stories"]]

    assert len(seen) == 7
    assert set(seen) == set("0123456")
    assert set(seen[:3]) == {"4", "5", "6"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=0", "limit "),
        ("limit=x", "limit "),
        ("limit=101", "limit "),
        ("cursor=x", "cursor "),
    ],
)
def test_a_page_that_cannot_be_is_refused(api, query, sentence):
    answer = api.get(f"{STORIES}?{query}")

    assert answer.status_code == 422
    assert sentence in what(answer)


@pytest.mark.parametrize("part", ["", "/cards", "/links", "/deliveries", "/head"])
@pytest.mark.parametrize("story_id", [str(uuid4()), "1", "%00"])
def test_an_unknown_story_has_no_parts(api, story_id, part):
    answer = api.get(f"{STORIES}/{story_id}{part}")

    assert answer.status_code == 404
    assert what(answer)


def test_the_cards_of_a_story_come_in_every_size_and_can_be_fetched(house, client, api):
    created = api.put_in()

    found = api.get(f"{STORIES}/{created.json['id']}/cards").json
    (card,) = [card for card in found["cards"] if card["size"] == "og"]
    picture = client.get(card["url"].removeprefix(house.settings.public_address))

    assert {card["size"] for card in found["cards"]} >= {"og", "square", "story", "pin"}
    assert STORY["headline"] in found["alt"]
    assert (card["width"], card["height"]) == (1200, 630)
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")


def test_a_photo_that_could_not_be_used_says_why_beside_the_cards(house, api):
    created = api.put_in(image="http://10.0.0.1/photo.jpg")
    with house.database.write() as tx:
        StoryStore(tx).keep_photo(created.json["id"], Photo("http://10.0.0.1/x", "", "is private"))

    found = api.get(f"{STORIES}/{created.json['id']}/cards").json

    assert found["photo_problem"] == "is private"


def test_the_links_of_a_story_lead_to_the_networks_with_its_address(api):
    created = api.put_in()

    links = api.get(f"{STORIES}/{created.json['id']}/links").json["links"]

    by_network = {link["network"]: link["address"] for link in links}
    assert {"whatsapp", "facebook", "x", "linkedin", "telegram", "bluesky"} <= set(by_network)
    assert "https%3A%2F%2Fnews.example.org%2Fferry" in by_network["facebook"]


def test_the_deliveries_of_a_story_tell_words_count_and_receipt(house, api):
    created = api.put_in()
    story = story_of(house, created.json["id"])
    waiting = planned(house, story, style="mastodon", name="our server")
    sent = planned(house, story)
    in_state(
        house,
        sent,
        DeliveryState.DELIVERED,
        remote_id="r-1",
        remote_url="https://sky.example/r-1",
        sent_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )

    found = api.get(f"{STORIES}/{story.id}/deliveries").json["deliveries"]

    told = {delivery["id"]: delivery for delivery in found}
    assert told[waiting]["state"] == "planned"
    assert told[waiting]["receipt"] is None
    assert told[waiting]["channel"]["name"] == "our server"
    assert told[waiting]["count"] == {
        # Mastodon counts any address as 23.
        "used": len(STORY["headline"]) + 1 + 23,
        "limit": 500,
        "unit": "graphemes",
        "fits": True,
    }
    assert told[sent]["state"] == "delivered"
    assert told[sent]["receipt"] == {"remote_id": "r-1", "url": "https://sky.example/r-1"}
    assert told[sent]["text"] == f"{STORY['headline']} {STORY['url']}"


def test_the_head_of_a_story_is_a_fragment_to_paste(api):
    created = api.put_in(headline="Ferry & back")

    answer = api.get(f"{STORIES}/{created.json['id']}/head")

    assert answer.mimetype == "text/html"
    assert "<title>Ferry &amp; back</title>" in answer.text
    assert '<meta property="og:image:width" content="1200">' in answer.text
    assert "/cards/" in answer.text


def test_a_story_taken_in_waits_for_the_workers_to_plan_it(house, api):
    api.put_in()

    later = clock.now() + timedelta(seconds=1)
    with house.database.write() as tx:
        due = EventStore(tx).take_due(now=later, again_after=timedelta(minutes=1), limit=10)
    assert len(due) == 1
