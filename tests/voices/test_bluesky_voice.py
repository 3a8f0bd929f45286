"""Bluesky: one record key per delivery, one sign-in for a long time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.channels.bluesky import FACE
from service.domain.card import CardSize, ImageFormat, Rendition
from service.domain.errors import Refused, Unauthorized, Unconfirmed
from service.domain.post import Receipt
from tests.standins.base import Said
from tests.standins.bluesky import APP_PASSWORD, DID, BlueskyStandIn
from tests.standins.carrying import DELIVERY_ID, LINK, POST, KeptSession, carry, job_for, voice_at
from workers.channels.base import Absent
from workers.channels.bluesky import VOICE

pytestmark = pytest.mark.servers
_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_PUT = "/xrpc/com.atproto.repo.putRecord"
_UPLOAD = "/xrpc/com.atproto.repo.uploadBlob"


@pytest.fixture
def pds():
    with BlueskyStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def voice(pds):
    return voice_at(pds, FACE, VOICE)


def test_the_record_key_follows_from_the_delivery_alone(voice):
    key = voice.record_key(DELIVERY_ID, _NOON)

    assert key == voice.record_key(DELIVERY_ID, _NOON)
    assert len(key) == 13
    assert key != voice.record_key(DELIVERY_ID[::-1], _NOON)


def test_record_keys_sort_by_the_time_of_their_deliveries(voice):
    times = [_NOON + timedelta(microseconds=1000**power) for power in range(5)]

    keys = [voice.record_key(DELIVERY_ID, when) for when in times]

    assert keys == sorted(keys)


def test_a_known_instant_gives_the_known_key(voice):
    """A PDS named a record 3n2vpfjvvlc2j at this instant; the last two letters are its clock's."""
    key = voice.record_key(DELIVERY_ID, datetime(2026, 11, 22, 13, 20, 23, 785000, tzinfo=UTC))

    assert key[:11] == "3n2vpfjvvlc"


def test_a_post_appears_with_its_card_and_its_facets(pds, voice):
    job = job_for(FACE, voice)

    receipt = carry(FACE, voice, job).proof

    record = pds.record(job.record_key)
    assert receipt == Receipt(
        remote_id=f"at://{DID}/app.bsky.feed.post/{job.record_key}",
        url=f"https://bsky.app/profile/{DID}/post/{job.record_key}",
        facts=receipt.facts,
    )
    assert record["text"] == POST.text
    assert record["embed"]["external"]["uri"] == LINK
    assert record["embed"]["external"]["thumb"]["mimeType"] == "image/jpeg"
    assert record["langs"] == ["en-GB"]
    assert len(record["facets"]) == 2


def test_a_repeat_is_byte_for_byte_the_same_request(pds, voice):
    job = job_for(FACE, voice)

    first = carry(FACE, voice, job)
    second = carry(FACE, voice, job)

    one, other = pds.asked(_PUT)
    assert one["body"] == other["body"]
    assert first.receipt == second.receipt
    assert len(pds.posts) == 1


def test_a_post_that_is_there_is_never_overwritten(pds, voice):
    """The official app would go on showing the first text over the second record."""
    job = job_for(FACE, voice)
    voice.publish(job)
    other = job_for(FACE, voice, replace(POST, text="Another text for the same delivery."))

    receipt = voice.publish(replace(other, record_key=job.record_key, created_at=job.created_at))

    assert receipt.remote_id.endswith(job.record_key)
    assert pds.record(job.record_key)["text"] == POST.text


def test_one_sign_in_serves_many_posts(pds, voice):
    for _ in range(3):
        carry(FACE, voice, job_for(FACE, voice))

    assert pds.sign_ins == 1


def test_an_old_access_token_is_refreshed_not_signed_in_again(pds, voice):
    carry(FACE, voice, job_for(FACE, voice))
    pds.expire_access()

    carried = carry(FACE, voice, job_for(FACE, voice))

    assert carried.met == ["Receipt"]
    assert (pds.sign_ins, pds.refreshes) == (1, 1)


def test_a_revoked_refresh_token_leads_to_a_new_sign_in(pds, voice):
    carry(FACE, voice, job_for(FACE, voice))
    pds.revoke_refresh()

    carried = carry(FACE, voice, job_for(FACE, voice))

    assert carried.met == ["Receipt"]
    assert pds.sign_ins == 2


def test_tokens_of_another_account_are_not_used(pds):
    voice = voice_at(pds, FACE, VOICE)
    voice.session = KeptSession({
        "access": "x", "refresh": "y", "did": "did:plc:other", "pds": pds.url,
        "account": f"other.test at {pds.url}",
    })  # fmt: skip

    carried = carry(FACE, voice, job_for(FACE, voice))

    assert carried.proof.remote_id.startswith(f"at://{DID}/")


def test_a_wrong_app_password_pauses_the_channel(pds):
    voice = voice_at(pds, FACE, VOICE, identifier="somebody-else.test")

    with pytest.raises(Unauthorized) as caught:
        voice.publish(job_for(FACE, voice))

    assert APP_PASSWORD not in str(caught.value)


def test_a_picture_is_uploaded_once_per_delivery(pds, voice):
    job = job_for(FACE, voice)
    job = replace(job, progress=voice.prepare(job))

    again = voice.prepare(job)

    assert again == job.progress
    assert len(pds.asked(_UPLOAD)) == 1


def test_a_picture_that_the_server_forgot_is_uploaded_again(pds, voice):
    job = job_for(FACE, voice)
    job = replace(job, progress=voice.prepare(job))
    pds.forget_blobs()

    receipt = voice.publish(job)

    assert receipt.remote_id
    assert len(pds.posts) == 1


def test_a_picture_too_large_for_a_card_is_refused_before_it_is_sent(pds, voice):
    heavy = Rendition(CardSize.OG, ImageFormat.JPEG, b"x" * 1_000_001)

    with pytest.raises(Refused, match="1000001 bytes, bluesky takes 1000000"):
        voice.prepare(replace(job_for(FACE, voice), picture=heavy))

    assert pds.asked(_UPLOAD) == []


def test_looking_tells_present_from_absent(pds, voice):
    job = job_for(FACE, voice)

    before = voice.look(job)
    published = voice.publish(job)

    assert before == Absent()
    assert voice.look(job) == published


def test_a_question_that_is_refused_says_nothing_about_the_post(pds, voice, monkeypatch):
    monkeypatch.setattr(
        pds, "_show", lambda _: Said(400, {"error": "InvalidRequest", "message": "No such repo"})
    )

    with pytest.raises(Unconfirmed, match="did not let us look"):
        voice.look(job_for(FACE, voice))


def test_a_text_that_the_server_finds_too_long_is_refused_in_its_words(pds, voice):
    job = job_for(FACE, voice, replace(POST, text="a" * 301))

    with pytest.raises(Refused, match=r"maximum 300, got 301"):
        voice.publish(job)


def test_checking_names_the_account(voice):
    assert voice.check() == "@news.test"


def test_the_entryway_sends_us_to_the_server_of_the_account(monkeypatch):
    with BlueskyStandIn() as pds:
        voice = voice_at(pds, FACE, VOICE)
        assert isinstance(voice, VOICE)
        document = {"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://pds.example"}]}
        pair = pds._new_pair().body
        monkeypatch.setattr(pds, "_new_pair", lambda: Said(200, {**pair, "didDoc": document}))
        monkeypatch.setattr("workers.channels.bluesky._ENTRYWAY", pds.url)

        tokens = voice.session.renew({}, voice._renewed)

    assert tokens["pds"] == "https://pds.example"
