"""Webhook: signed so that the standard's own library accepts it, and safe to send again."""

import base64

import pytest

from service.channels.webhook import FACE
from service.domain.errors import Refused, Unauthorized
from tests.standins.base import Fault
from tests.standins.carrying import ALT, DELIVERY_ID, POST, carry, job_for, voice_at
from tests.standins.webhook import WebhookStandIn
from workers.channels.webhook import VOICE

pytestmark = pytest.mark.servers


@pytest.fixture
def receiver():
    with WebhookStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def voice(receiver):
    return voice_at(receiver, FACE, VOICE)


def test_the_receiver_gets_the_post_under_the_delivery_s_id(receiver, voice):
    receipt = carry(FACE, voice, job_for(FACE, voice)).proof

    (message,) = receiver.posts
    assert message["id"] == DELIVERY_ID
    assert message["type"] == "post.publish"
    assert message["data"]["text"] == POST.text
    assert message["data"]["picture"]["alt"] == ALT
    assert receipt.remote_id == DELIVERY_ID


def test_a_lost_answer_is_sent_again_and_taken_once(receiver, voice):
    receiver.script(Fault.RESET_AFTER, Fault.ERROR_AFTER)

    carried = carry(FACE, voice, job_for(FACE, voice))

    assert carried.met == ["Unavailable", "Unavailable", "Receipt"]
    assert len(receiver.journal) == 3
    assert len(receiver.posts) == 1


def test_a_receiver_with_another_secret_pauses_the_channel(receiver):
    voice = voice_at(receiver, FACE, VOICE)
    other = "whsec_" + base64.b64encode(b"not the secret of this receiver!").decode()
    voice.secrets = FACE.secrets_model.model_validate({"secret": other})

    with pytest.raises(Unauthorized):
        voice.publish(job_for(FACE, voice))


def test_a_receiver_that_is_gone_is_named_as_such(receiver, voice):
    receiver.is_gone = True

    with pytest.raises(Refused, match="gone"):
        voice.publish(job_for(FACE, voice))


def test_checking_sends_a_signed_message_without_a_post(receiver, voice):
    name = voice.check()

    (asked,) = receiver.journal
    assert name == "127.0.0.1"
    assert asked["body"]["type"] == "channel.check"
    assert asked["status"] == 200
