"""Our own verifier against the official vectors, with the reference library as an oracle."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from service.cms.base import WebhookRequest, verify_standard_webhook
from service.cms.generic import ADAPTER
from service.domain.errors import BadSignature, Misconfigured

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes  ok").decode()
OTHER = "whsec_" + base64.b64encode(b"another one of thirty-two bytes ").decode()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"headline": "Żółć 🦊"}'


def signed(secret=SECRET, *, body=BODY, at=NOW, message_id="msg_1"):
    signature = standardwebhooks.Webhook(secret).sign(message_id, at, body)
    headers = {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": signature,
    }
    return WebhookRequest(headers, body.encode())


def is_accepted(request, secrets, now=NOW):
    try:
        verify_standard_webhook(request, secrets, now=now)
    except BadSignature:
        return False
    return True


def test_every_official_vector_is_judged_as_its_makers_say(shared):
    cases = json.loads(shared("vectors/webhooks/standard-webhooks.json").read_text("utf-8"))[
        "cases"
    ]

    for case in cases:
        body = (
            base64.b64decode(case["body_base64"])
            if "body_base64" in case
            else case["body"].encode()
        )
        request = WebhookRequest(case["headers"], body)
        accepted = is_accepted(request, [case["secret"]], datetime.fromtimestamp(case["now"], UTC))
        assert accepted is (case["expect"] == "valid"), case["name"]
    assert len(cases) > 20


def test_what_the_reference_library_signs_is_accepted():
    assert is_accepted(signed(), [SECRET])


def test_both_secrets_count_while_one_is_being_replaced():
    assert is_accepted(signed(OTHER), [SECRET, OTHER])
    assert not is_accepted(signed(OTHER), [SECRET])


def test_without_a_secret_nothing_is_accepted():
    empty_key = WebhookRequest(signed().headers, signed().body)

    assert not is_accepted(signed(), [])
    assert not is_accepted(empty_key, ["whsec_", "", "not base64!"])


@pytest.mark.parametrize(
    ("shift", "accepted"),
    [
        pytest.param(timedelta(seconds=300), True, id="five minutes old"),
        pytest.param(timedelta(seconds=301), False, id="older than five minutes"),
        pytest.param(timedelta(seconds=-300), True, id="five minutes ahead"),
        pytest.param(timedelta(seconds=-301), False, id="further ahead than five minutes"),
    ],
)
def test_a_signature_is_good_for_five_minutes_on_both_sides(shift, accepted):
    assert is_accepted(signed(), [SECRET], NOW + shift) is accepted


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@given(value=st.text(max_size=60))
def test_no_header_value_does_more_than_fail(header, value):
    headers = {name.lower(): text for name, text in signed().headers.items()}
    request = WebhookRequest(headers | {header: value}, BODY.encode())

    assert is_accepted(request, [SECRET]) is (value == headers[header])


@given(body=st.binary(max_size=200))
def test_another_body_is_never_accepted(body):
    request = WebhookRequest(signed().headers, body)

    assert is_accepted(request, [SECRET]) is (body == BODY.encode())


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("", id="no secret"),
        pytest.param("whsec_", id="nothing behind whsec_"),
        pytest.param("whsec_c2hvcnQ=", id="five bytes"),
        pytest.param("my password!", id="not base64"),
    ],
)
def test_a_secret_that_protects_nothing_is_refused_when_it_is_configured(secret):
    with pytest.raises(Misconfigured, match="at least 16 random bytes"):
        ADAPTER.check_secret(secret)


def test_a_good_secret_may_be_configured():
    ADAPTER.check_secret(SECRET)
