"""Webhooks: what a sender is told, and that nothing is half-written after any of it."""

import base64
import hmac
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from werkzeug.test import EnvironBuilder

from service import clock, cms, press
from service.app import create_app
from service.config import Settings
from service.discovery import discover
from service.house import build
from service.intake import apply
from service.keys import load_keys, new_private_key, new_secret, public_half
from service.nudge import Nudger, SilentNudger
from service.storage.database import Database
from service.storage.migrating import migrate
from service.web import webhooks
from tests.web.outside import (
    SECRET,
    Sender,
    add_source,
    add_token,
    counts,
    notice,
    recorded,
    signed,
    story_of,
    what,
)

FIVE_MB = 5 * 1024 * 1024


@pytest.fixture
def sender(house, client):
    add_source(house)
    return Sender(client)


def test_a_signed_notice_is_taken_and_written_down_once(house, sender):
    answer = sender.send(notice())

    assert answer.status_code == 202
    event = recorded(house, answer).event
    assert event.external_id == "4711"
    assert event.content
    assert event.content.headline == "Ferry returns to Skerry Bay"
    assert counts(house) == (1, 0)


def test_a_repeated_webhook_changes_nothing(house, sender):
    sender.send(notice())

    repeated = sender.send(notice())

    assert (repeated.status_code, repeated.json) == (200, {"duplicate": True})
    assert counts(house) == (1, 0)


def test_eight_copies_at_the_same_moment_are_one_notice(house, app):
    add_source(house)

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: Sender(app.test_client()).send(notice()).status_code, range(8))
        )

    assert sorted(answers) == [200] * 7 + [202]
    assert counts(house) == (1, 0)


def test_the_workers_are_nudged_once_and_only_for_news(house, app):
    nudged = []

    class Listening(SilentNudger):
        def take_in(self, event_id):
            nudged.append(event_id)

    add_source(house)
    sender = Sender(create_app(house=replace(house, nudger=Listening())).test_client())

    first = sender.send(notice())
    sender.send(notice())

    assert nudged == [recorded(house, first).id]


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda _headers: {}, id="no signature at all"),
        pytest.param(
            lambda headers: headers | {"webhook-signature": "v1,AAAA"}, id="a wrong signature"
        ),
        pytest.param(
            lambda headers: headers | {"webhook-id": "msg_2"}, id="another message's signature"
        ),
        pytest.param(
            lambda headers: headers | {"webhook-timestamp": "1000000000"}, id="an old time"
        ),
    ],
)
def test_a_sender_that_proves_nothing_learns_nothing(house, sender, forge):
    answer = sender.client.post("/webhooks/desk", data=notice(), headers=forge(signed(notice())))

    assert answer.status_code == 401
    assert what(answer).startswith("This request does not prove who sent it")
    assert counts(house) == (0, 0)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b'{"event": "published", ', "is not JSON", id="broken JSON"),
        pytest.param(b"[" * 200_000, "is not JSON", id="JSON that nests without end"),
        pytest.param(b"[]", "not an object", id="JSON that is no object"),
        pytest.param(b"\xff\xfe{}", "is not JSON", id="bytes that are no text"),
        pytest.param(b"", "is not JSON", id="nothing"),
        pytest.param(
            b'{"event": "published", "story": {"id": "1", "url": "https://news.example/1"}}',
            "story.headline is missing",
            id="a story without title",
        ),
        pytest.param(
            b'{"event": "exploded", "story": {"id": "1"}}', "event ", id="an unknown event"
        ),
        pytest.param(notice(url="javascript:alert(1)"), "story.url must be", id="no web address"),
        pytest.param(notice(id="x" * 201), "story.id ", id="an id too long to keep"),
        pytest.param(
            notice(updated_at="0001-01-01T00:00:00+14:00"), "story.updated_at ", id="no such time"
        ),
        pytest.param(
            notice(published_at="9999-12-31T23:59:59-14:00"),
            "story.published_at ",
            id="a time after the last",
        ),
        pytest.param(notice(updated_at="2126-01-01T00:00:00Z"), "future", id="a time to come"),
    ],
)
def test_a_notice_that_cannot_be_used_is_told_what_is_wrong_and_where(
    house, sender, body, sentence
):
    headers = _signed_bytes(body)

    answer = sender.client.post("/webhooks/desk", data=body, headers=headers)

    assert answer.status_code == 422
    assert sentence in what(answer)
    assert counts(house) == (0, 0)


def test_a_body_of_five_megabytes_is_refused(house, sender):
    answer = sender.client.post("/webhooks/desk", data=b" " * FIVE_MB)

    assert answer.status_code == 413
    assert "at most 1 MiB" in what(answer)
    assert counts(house) == (0, 0)


@pytest.mark.parametrize("path", ["/webhooks/desk", "/api/v1/stories"])
def test_a_body_that_hides_its_length_is_refused_at_the_same_limit(house, app, path):
    add_source(house)
    token = {"Authorization": f"Bearer {add_token(house)}"}

    answer = _sent_in_chunks(app, path, b" " * FIVE_MB, headers=token)

    assert answer.status_code == 413
    assert "at most 1 MiB" in what(answer)
    assert counts(house) == (0, 0)


def test_a_body_that_hides_its_length_may_be_small(house, app):
    add_source(house)

    answer = _sent_in_chunks(app, "/webhooks/desk", notice(), headers=signed(notice()))

    assert answer.status_code == 202


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/webhooks/nobody", id="an unknown source"),
        pytest.param("/webhooks/%00", id="a name that no database takes"),
        pytest.param("/webhooks/" + "x" * 300, id="a name without end"),
        pytest.param("/webhooks/desk/", id="a slash too many at the end"),
        pytest.param("/webhooks//desk", id="a slash too many in the middle"),
        pytest.param("/webhooks/", id="no name"),
    ],
)
def test_an_unknown_source_is_answered_like_any_address_that_does_not_exist(house, sender, path):
    answer = sender.client.post(path, data=notice(), headers=signed(notice()))

    assert answer.status_code == 404
    assert what(answer) == what(sender.client.post("/webhooks/x/y"))
    assert counts(house) == (0, 0)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_post_is_taken(sender, method):
    answer = getattr(sender.client, method)("/webhooks/desk")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_notice_about_something_else_is_thanked_for(house, client):
    add_source(house, "ghost", kind="ghost", secret="a ghost's secret")
    body = b'{"post": {"current": {"id": "1", "status": "draft"}, "previous": {}}}'

    answer = client.post("/webhooks/ghost", data=body, headers=_signed_by_ghost(body))

    assert answer.status_code == 200
    assert "not about a published story" in answer.json["ignored"]
    assert counts(house) == (0, 0)


def test_a_photo_on_a_private_address_costs_the_picture_and_not_the_story(house, sender):
    taken = sender.send(notice(image="http://169.254.169.254/latest/meta-data"))

    story_id = apply(house.database, recorded(house, taken).id, now=clock.now())
    photo = press.ensure_photo(house, story_of(house, story_id))

    assert taken.status_code == 202
    assert photo.digest == ""
    assert "169.254.169.254" in photo.problem


def test_a_notice_is_taken_while_redis_is_down(house, closed_port):
    settings = house.settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{closed_port}/0"})
    add_source(house)
    without_redis = replace(house, settings=settings, nudger=Nudger(settings))
    sender = Sender(create_app(house=without_redis).test_client())

    started = time.monotonic()
    answers = [sender.send(notice(), message=f"msg_{number}") for number in range(5)]
    spent_s = time.monotonic() - started

    assert [answer.status_code for answer in answers] == [202] * 5
    assert spent_s < 1
    assert counts(house) == (5, 0)


def test_a_busy_database_asks_the_sender_to_come_back(tmp_path):
    house = _hasty_house(tmp_path)
    add_source(house)
    sender = Sender(create_app(house=house).test_client())

    with closing(sqlite3.connect(tmp_path / "kindly.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused = sender.send(notice())
        other.rollback()
    taken = sender.send(notice())

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "send it again" in what(refused)
    assert taken.status_code == 202
    assert counts(house) == (1, 0)
    house.database.close()


def test_secrets_that_cannot_be_opened_are_our_fault_and_not_the_senders(house, client, capfd):
    add_source(house, "desk")
    stranger = replace(house, keys=replace(house.keys, secret=b"another secret of the same house"))
    sender = Sender(create_app(house=stranger).test_client())

    answer = sender.send(notice())

    assert answer.status_code == 503
    assert "KINDLY_SECRET_KEY" not in what(answer)
    assert "KINDLY_SECRET_KEY" in capfd.readouterr().err
    assert counts(house) == (0, 0)


def test_every_adapter_is_loaded_before_the_first_webhook(monkeypatch, house):
    asked = []

    def listening(package, name):
        asked.append((package, name))
        return discover(package, name)

    monkeypatch.setattr(webhooks, "discover", listening)
    webhooks.adapters.cache_clear()
    create_app(house=house)

    assert asked == [(cms, "ADAPTER")]


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_fields = ("id", "headline", "url", "body", "tags", "authors", "image", "language", "updated_at")


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(odd=st.dictionaries(st.sampled_from(_fields), _json, max_size=3))
def test_no_story_however_odd_breaks_a_webhook(sender, odd):
    answer = sender.send(notice(**odd), message="msg_odd")

    assert answer.status_code in {200, 202, 422}


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=200))
def test_no_bytes_however_odd_break_a_webhook(sender, body):
    answer = sender.client.post("/webhooks/desk", data=body, headers=_signed_bytes(body))

    assert answer.status_code == 422


def _sent_in_chunks(app, path, body, *, headers):
    """Past the test client, which tells every body's length."""
    builder = EnvironBuilder(path=path, method="POST", data=body, headers=headers)
    environ = builder.get_environ()
    del environ["CONTENT_LENGTH"]
    return Response.from_app(app, environ | {"wsgi.input_terminated": True})


def _signed_bytes(body):
    """As `signed`, for bytes that are no text."""
    stamp = str(int(clock.now().timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = hmac.digest(key, b".".join((b"msg_1", stamp.encode(), body)), "sha256")
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _signed_by_ghost(body):
    stamp = str(int(clock.now().timestamp() * 1000))
    mac = hmac.new(b"a ghost's secret", body + stamp.encode(), "sha256").hexdigest()
    return {"X-Ghost-Signature": f"sha256={mac}, t={stamp}"}


def _hasty_house(folder):
    """A house that waits a fifth of a second for its database, not half a minute."""
    private = new_private_key()
    chosen = Settings(
        data_dir=folder,
        secret_key=SecretStr(new_secret()),
        seal_public_key=public_half(private),
    )
    database = Database(chosen.database_address, busy_ms=200)
    migrate(database)
    return replace(build(chosen, nudger=SilentNudger()), database=database, keys=load_keys(chosen))
