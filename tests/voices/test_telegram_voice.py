"""Telegram: the token is in the address, and a lost answer is a person's business."""

import logging
from dataclasses import replace

import pytest

from service.channels.telegram import FACE
from service.domain.errors import ChannelError, RateLimited, Refused, Unauthorized
from tests.standins.base import Fault, Said
from tests.standins.carrying import POST, carry, job_for, voice_at
from tests.standins.telegram import CHAT, TOKEN, TelegramStandIn, _error
from workers.channels import base
from workers.channels.telegram import VOICE

pytestmark = pytest.mark.servers


@pytest.fixture
def api():
    with TelegramStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def voice(api):
    return voice_at(api, FACE, VOICE)


def test_a_picture_goes_out_with_the_text_as_its_caption(api, voice):
    receipt = carry(FACE, voice, job_for(FACE, voice)).proof

    assert api.posts == [{"message_id": 41, "text": POST.text, "method": "sendPhoto"}]
    assert receipt.remote_id == "41"
    assert receipt.url == "https://t.me/themorning/41"
    assert receipt.facts == {"chat_id": "-1001234567890"}


def test_a_post_without_picture_is_a_message_with_a_preview(api, voice):
    carry(FACE, voice, job_for(FACE, voice, replace(POST, picture=None)))

    (asked,) = api.journal
    assert asked["path"].endswith("/sendMessage")
    assert asked["body"]["link_preview_options"]["url"] == POST.link


@pytest.mark.parametrize(
    ("chat", "url"),
    [
        pytest.param({"id": -1001234567890}, "https://t.me/c/1234567890/41", id="private channel"),
        pytest.param({"id": -4711}, "", id="small group"),
    ],
)
def test_a_chat_without_a_name_gets_the_address_it_can_have(chat, url):
    with TelegramStandIn(chat=chat) as api:
        voice = voice_at(api, FACE, VOICE)

        receipt = carry(FACE, voice, job_for(FACE, voice)).proof

    assert receipt.url == url


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        pytest.param(
            _error(400, "Bad Request: chat not found"), Refused, "chat not found", id="no such chat"
        ),
        pytest.param(
            _error(400, "group upgraded", parameters={"migrate_to_chat_id": -100777}),
            Refused,
            "the group has become -100777",
            id="group moved",
        ),
        pytest.param(
            _error(403, "Forbidden: bot was kicked"), Unauthorized, "bot was kicked", id="kicked"
        ),
        pytest.param(_error(401, "Unauthorized"), Unauthorized, "token is not known", id="token"),
        pytest.param(_error(404, "Not Found"), Unauthorized, "token is not known", id="bad token"),
        pytest.param(
            _error(413, "Request Entity Too Large"), Refused, "Too Large", id="picture too large"
        ),
    ],
)
def test_an_error_says_what_to_do(api, voice, monkeypatch, said, kind, words):
    monkeypatch.setattr(api, "carry_out", lambda _: said)

    with pytest.raises(kind, match=words):
        voice.publish(job_for(FACE, voice))


def test_the_pause_is_read_from_the_body(api, voice, monkeypatch):
    said = _error(429, "Too Many Requests", parameters={"retry_after": 33})
    monkeypatch.setattr(api, "carry_out", lambda _: said)

    with pytest.raises(RateLimited) as caught:
        voice.publish(job_for(FACE, voice))

    assert caught.value.retry_after.total_seconds() == 33


def test_a_lost_answer_waits_for_a_person_whether_it_was_posted_or_not(api, voice):
    api.script(Fault.RESET_AFTER)

    carried = carry(FACE, voice, job_for(FACE, voice))

    assert carried.met == ["Unconfirmed"]
    assert len(api.posts) == 1


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.value)
def test_the_token_is_in_no_error_and_in_no_log(api, voice, caplog, monkeypatch, fault):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(base, "READ_TIMEOUT_S", 0.4)
    api.script(fault)

    try:
        voice.publish(job_for(FACE, voice))
    except ChannelError:
        logging.getLogger("worker").exception("not delivered")

    assert TOKEN not in caplog.text


def test_a_server_that_repeats_the_address_does_not_get_the_token_into_a_message(
    api, voice, monkeypatch
):
    said = Said(400, {"ok": False, "description": f"no route /bot{TOKEN}/sendPhoto"})
    monkeypatch.setattr(api, "carry_out", lambda _: said)

    with pytest.raises(Refused) as caught:
        voice.publish(job_for(FACE, voice))

    assert TOKEN not in str(caught.value)
    assert "no route" in str(caught.value)


def test_checking_names_bot_and_channel(api, voice):
    assert voice.check() == "@morning_bot in The Morning"


def test_a_bot_that_may_not_post_is_found_out_before_the_first_post(api, voice):
    api.may_post = False

    with pytest.raises(Unauthorized, match="make it an administrator"):
        voice.check()


def test_in_a_group_no_special_right_is_needed():
    with TelegramStandIn(chat={**CHAT, "type": "supergroup"}) as api:
        api.may_post = False

        assert voice_at(api, FACE, VOICE).check()
