"""The Bluesky voice at a real PDS: what the stand-in claims about it holds."""

from dataclasses import replace

import pytest
import requests

from service.channels.bluesky import FACE
from service.domain.card import CardSize, ImageFormat, Rendition
from service.domain.errors import Refused, Unauthorized
from service.fetching import guarded_session
from tests.standins.carrying import LINK, POST, KeptSession, carry, job_for
from workers.channels.base import Absent
from workers.channels.bluesky import VOICE

_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


@pytest.fixture(scope="module")
def account(pds):
    return pds.create_account("morning-voice.test")


@pytest.fixture
def voice(pds, account):
    return _voice(pds, account.handle, account.app_password)


def _voice(pds, handle, password):
    return VOICE(
        settings=FACE.parse_settings({"pds": pds.url, "identifier": handle}),
        secrets=FACE.secrets_model.model_validate({"app_password": password}),
        session=KeptSession(),
        http=guarded_session(allow_private=frozenset({"127.0.0.1"})),
    )


def _job(voice, post=POST):
    card = Rendition(CardSize.OG, ImageFormat.JPEG, _JPEG)
    return replace(job_for(FACE, voice, post), picture=card)


def _records(pds, did):
    """What everybody can read, asked without us."""
    query = {"repo": did, "collection": "app.bsky.feed.post", "limit": "100"}
    answer = requests.get(f"{pds.url}/xrpc/com.atproto.repo.listRecords", params=query, timeout=10)
    return {one["uri"]: one["value"] for one in answer.json()["records"]}


def test_a_post_can_be_read_back_with_card_and_facets(pds, account, voice):
    receipt = carry(FACE, voice, _job(voice)).proof

    record = _records(pds, account.did)[receipt.remote_id]
    assert record["text"] == POST.text
    assert record["embed"]["external"]["uri"] == LINK
    assert record["embed"]["external"]["thumb"]["size"] == len(_JPEG)
    (tag, link) = record["facets"]
    assert tag["features"][0]["tag"] == "News"
    raw = record["text"].encode()
    assert raw[link["index"]["byteStart"] : link["index"]["byteEnd"]].decode() == LINK


def test_a_repeat_finds_the_first_post_and_changes_nothing(pds, account, voice):
    job = _job(voice)
    first = carry(FACE, voice, job).proof
    before = _records(pds, account.did)
    other = replace(job, payload=_job(voice, replace(POST, text="Another text.")).payload)

    assert voice.publish(other) == first
    assert _records(pds, account.did) == before


def test_looking_tells_present_from_absent(voice):
    job = _job(voice)

    before = voice.look(job)
    published = carry(FACE, voice, job).proof

    assert before == Absent()
    assert voice.look(job) == published


def test_a_picture_that_was_never_uploaded_is_uploaded_after_all(pds, account, voice):
    job = _job(voice)
    blob = voice.prepare(job)["blob"]
    lost = {**blob, "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}

    receipt = voice.publish(replace(job, progress={"blob": lost}))

    record = _records(pds, account.did)[receipt.remote_id]
    assert record["embed"]["external"]["thumb"]["ref"] == blob["ref"]


def test_an_unusable_token_is_renewed(pds, account, voice):
    carry(FACE, voice, _job(voice))
    voice.session = KeptSession({**voice.session.read(), "access": "worn out"})

    assert carry(FACE, voice, _job(voice)).met == ["Receipt"]


def test_a_wrong_password_pauses_the_channel(pds, account):
    with pytest.raises(Unauthorized, match="Invalid identifier or password"):
        _voice(pds, account.handle, "not-the-password").check()


def test_a_text_too_long_is_refused_in_the_server_s_words(voice):
    with pytest.raises(Refused, match="maximum 300, got 301"):
        voice.publish(_job(voice, replace(POST, text="a" * 301)))


def test_checking_names_the_account(account, voice):
    assert voice.check() == f"@{account.handle}"
