"""Mastodon: the key is sent and not trusted; the account's own list settles what happened."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.channels.mastodon import FACE
from service.domain.errors import Refused, Unauthorized, Unavailable, Unconfirmed
from service.domain.post import Receipt
from tests.standins.base import Fault, Said
from tests.standins.carrying import ALT, DELIVERY_ID, LINK, POST, carry, job_for, voice_at
from tests.standins.mastodon import MastodonStandIn
from workers.channels.base import Absent
from workers.channels.mastodon import VOICE, _Ours

pytestmark = pytest.mark.servers
_MEDIA = "/api/v2/media"
_STATUSES = "/api/v1/statuses"


@pytest.fixture(params=MastodonStandIn.flavours)
def instance(request):
    with MastodonStandIn(flavour=request.param) as stand_in:
        yield stand_in


@pytest.fixture
def strict():
    with MastodonStandIn(flavour="strict") as stand_in:
        yield stand_in


@pytest.fixture
def voice(instance):
    return voice_at(instance, FACE, VOICE)


def _prepared(voice, post=POST):
    job = job_for(FACE, voice, post)
    return replace(job, progress=voice.prepare(job))


def test_a_post_appears_with_its_picture_described(instance, voice):
    receipt = carry(FACE, voice, job_for(FACE, voice)).receipt

    (status,) = instance.posts
    assert status["text"] == POST.text
    assert status["media_attachments"][0]["description"] == ALT
    assert receipt == Receipt(remote_id=status["id"], url=status["url"])


def test_the_delivery_is_the_idempotency_key(instance, voice):
    carry(FACE, voice, job_for(FACE, voice))

    (asked,) = instance.asked(_STATUSES)
    assert asked["headers"]["idempotency-key"] == DELIVERY_ID
    assert asked["body"]["language"] == "en"


def test_a_blind_repeat_would_post_twice_or_be_refused(strict):
    """Why we look: the stand-ins behave as the two real servers did."""
    with MastodonStandIn(flavour="lenient") as lenient:
        for stand_in in (strict, lenient):
            voice = voice_at(stand_in, FACE, VOICE)
            job = _prepared(voice)
            body = {**job.payload.body, "media_ids": [job.progress["media_id"]]}
            for _ in range(2):
                _post_bluntly(voice, body)

        assert len(lenient.posts) == 2
    assert len(strict.posts) == 1


def test_a_refusal_because_of_a_first_post_that_succeeded_is_its_receipt(strict):
    voice = voice_at(strict, FACE, VOICE)
    job = _prepared(voice)
    first = voice.publish(job)

    again = voice.publish(job)

    assert again == first
    assert len(strict.posts) == 1


def test_a_picture_that_is_still_processed_means_later():
    with MastodonStandIn(flavour="strict", processing=1) as instance:
        voice = voice_at(instance, FACE, VOICE)
        job = _prepared(voice)

        with pytest.raises(Unavailable, match="still processing"):
            voice.publish(job)
        receipt = voice.publish(job)

    assert receipt == Receipt(remote_id=instance.posts[0]["id"], url=instance.posts[0]["url"])
    assert len(instance.asked(_MEDIA)) == 1
    assert len(instance.asked(_STATUSES)) == 1


def test_a_picture_that_only_the_status_finds_unready_means_later_too():
    """The upload said 200 and the server still is not done: no word of its refusal is read."""
    with MastodonStandIn(flavour="strict", processing=3) as instance:
        voice = voice_at(instance, FACE, VOICE)
        job = job_for(FACE, voice)
        job = replace(job, progress={**voice.prepare(job), "is_processing": False})

        with pytest.raises(Unavailable, match="still processing"):
            voice.publish(job)

    assert instance.posts == []


def test_any_other_refusal_stays_one_in_the_server_s_words(strict):
    voice = voice_at(strict, FACE, VOICE)
    job = _prepared(voice, replace(POST, text="y" * 501))

    with pytest.raises(Refused, match="501 characters but limit is 500"):
        voice.publish(job)


def test_a_post_of_somebody_else_is_not_taken_for_ours(instance, voice):
    _post_bluntly(voice, {"status": "Another story https://example.com/2026/11/22/kharkiv"})

    assert voice.look(job_for(FACE, voice)) == Absent()


def test_an_older_post_with_the_same_link_is_not_taken_for_ours(instance, voice):
    voice.publish(_prepared(voice))
    later = job_for(FACE, voice)
    later = replace(later, sent_at=later.created_at + timedelta(minutes=10))

    assert voice.look(later) == Absent()


def test_a_post_without_a_link_is_known_by_its_words(instance, voice):
    job = _prepared(
        voice, replace(POST, text="Breaking:  the council &\nvoted <tonight>.", link="")
    )
    published = voice.publish(job)

    assert voice.look(job) == published


def test_a_forgotten_scope_pauses_the_channel(instance, voice, monkeypatch):
    monkeypatch.setattr(instance, "_take_status", lambda _: Said(403, {"error": "outside scope"}))

    with pytest.raises(Unauthorized, match="scope is missing"):
        voice.publish(_prepared(voice))


def test_a_question_that_is_refused_says_nothing_about_the_post(instance, voice, monkeypatch):
    job = job_for(FACE, voice)
    monkeypatch.setattr(instance, "_signed_in", lambda _: Said(410, "gone"))

    with pytest.raises(Unconfirmed, match="did not let us look"):
        voice.look(job)


def test_an_unreadable_list_is_not_read_as_absent(instance, voice, monkeypatch):
    job = job_for(FACE, voice)
    signed_in = instance._signed_in
    monkeypatch.setattr(
        instance,
        "_signed_in",
        lambda asked: Said(200, {}) if asked.path.endswith("/statuses") else signed_in(asked),
    )

    with pytest.raises(Unavailable, match="unreadable"):
        voice.look(job)


def test_the_first_of_two_posts_is_the_one_found(voice, instance):
    job = job_for(FACE, voice)
    for _ in range(2):
        _post_bluntly(voice, job.payload.body)

    assert voice.look(job).remote_id == instance.posts[0]["id"]


@pytest.mark.parametrize("recorded", ["mastodon_gotosocial.json", "mastodon_snac2.json"])
def test_a_real_server_s_post_is_known_again(shared, recorded):
    exchanges = json.loads(shared(f"captures/{recorded}").read_text())
    (posted,) = [one["body"] for one in exchanges if one["name"] == "post #1"]
    (other,) = [one["body"] for one in exchanges if one["name"] == "same key, other text"]
    ours = _Ours(
        words="",
        links=frozenset({"https://example.com/story"}),
        since=datetime.fromisoformat(posted["created_at"]) - timedelta(seconds=1),
    )

    assert ours.is_in(posted)
    assert not ours.is_in(other)


def test_a_lenient_server_ends_with_one_post_after_a_lost_answer():
    with MastodonStandIn(flavour="lenient") as instance:
        voice = voice_at(instance, FACE, VOICE)
        instance.script(Fault.RESET_AFTER)

        carried = carry(FACE, voice, job_for(FACE, voice))

    assert carried.met == ["Unconfirmed", "Receipt"]
    assert LINK in instance.posts[0]["content"]


def _post_bluntly(voice, body):
    with suppress(Refused):
        voice._ask("POST", _STATUSES, idempotent=False, json=body)
