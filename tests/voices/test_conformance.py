"""Every kind of channel against its faulty stand-in: whatever happens, one post, not two.

A new kind joins by itself: its files and its stand-in are found by name. What each fault means
is written here once, from the meaning of the verdicts, and not per platform.
"""

import importlib
import traceback
from typing import Any

import pytest
from pydantic import SecretStr

import service.channels
import workers.channels
from service.channels.base import Face
from service.discovery import discover
from service.domain.errors import RateLimited
from tests.standins.base import PAUSE, Fault, StandIn
from tests.standins.carrying import Carried, carry, job_for, voice_at
from workers.channels import base

pytestmark = pytest.mark.servers

_FACES: dict[str, Face] = discover(service.channels, "FACE")
_VOICES = discover(workers.channels, "VOICE")
# A kind whose stand-in is missing ends the collection with the name of the missing module.
_STAND_INS: dict[str, Any] = {
    kind: importlib.import_module(f"tests.standins.{kind}").STAND_IN for kind in _VOICES
}
_SPEAKING = [kind for kind, stand_in in _STAND_INS.items() if stand_in]

_NOT_SENT, _UNCLEAR = "Unavailable", "Unconfirmed"
_FIRST_WORD = {
    Fault.NONE: "Receipt",
    Fault.RESET_BEFORE: _UNCLEAR,
    Fault.RESET_AFTER: _UNCLEAR,
    Fault.HALF_ANSWER: _UNCLEAR,
    Fault.ERROR_BEFORE: _UNCLEAR,
    Fault.ERROR_AFTER: _UNCLEAR,
    Fault.LIMITED_SECONDS: "RateLimited",
    Fault.LIMITED_DATE: "RateLimited",
    Fault.UNAUTHORIZED: "Unauthorized",
    Fault.GARBAGE: _UNCLEAR,
    Fault.NO_ID: _UNCLEAR,
    Fault.LATE: _UNCLEAR,
}
_CARRIED_OUT = frozenset({
    Fault.NONE, Fault.RESET_AFTER, Fault.HALF_ANSWER, Fault.ERROR_AFTER, Fault.GARBAGE,
    Fault.NO_ID, Fault.LATE,
})  # fmt: skip


_ROWS = [
    pytest.param(kind, flavour, fault, id=f"{kind} {flavour}".strip() + f": {fault.value}")
    for kind in _SPEAKING
    for flavour in _STAND_INS[kind].flavours
    for fault in Fault
]


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    monkeypatch.setattr(base, "READ_TIMEOUT_S", 0.4)


def _stand_in(kind: str, flavour: str) -> StandIn:
    stand_in: StandIn = _STAND_INS[kind](**({"flavour": flavour} if flavour else {}))
    return stand_in


def _carry(kind: str, stand_in: StandIn) -> Carried:
    face = _FACES[kind]
    voice = voice_at(stand_in, face, _VOICES[kind])
    return carry(face, voice, job_for(face, voice))


def _expected_first(face: Face, fault: Fault) -> str:
    """Where a repeat is told by its key at the first request, a lost answer means: send again."""
    repeats = face.supports.idempotency and not face.supports.looking
    if repeats and fault in {Fault.GARBAGE, Fault.NO_ID}:
        return "Receipt"
    first = _FIRST_WORD[fault]
    return _NOT_SENT if repeats and first == _UNCLEAR else first


def test_a_face_and_its_voice_go_by_one_name():
    for kind, voice in _VOICES.items():
        assert voice.kind == _FACES[kind].kind == kind


@pytest.mark.parametrize(("kind", "flavour", "fault"), _ROWS)
def test_a_fault_gets_its_verdict_and_never_a_second_post(kind, flavour, fault):
    face = _FACES[kind]
    with _stand_in(kind, flavour) as stand_in:
        stand_in.script(fault)

        carried = _carry(kind, stand_in)

    assert carried.met[0] == _expected_first(face, fault)
    if fault is Fault.UNAUTHORIZED:
        assert stand_in.posts == []
    elif face.supports.is_blind and _FIRST_WORD[fault] == _UNCLEAR:
        assert carried.met == [_UNCLEAR], "a blind channel waits for a person"
        assert len(stand_in.posts) == (fault in _CARRIED_OUT)
    else:
        assert len(stand_in.posts) == 1
        assert carried.receipt


@pytest.mark.parametrize(("kind", "flavour", "fault"), _ROWS)
def test_a_receipt_names_the_very_post_even_after_two_faults(kind, flavour, fault):
    with _stand_in(kind, flavour) as stand_in:
        stand_in.script(fault, fault)

        receipt = _carry(kind, stand_in).receipt

    assert len(stand_in.posts) <= 1
    if receipt:
        assert receipt.remote_id == stand_in.remote_id(stand_in.posts[0])


@pytest.mark.parametrize("kind", _SPEAKING)
@pytest.mark.parametrize("fault", [Fault.LIMITED_SECONDS, Fault.LIMITED_DATE])
def test_the_pause_is_the_one_that_was_asked_for(kind, fault):
    with _stand_in(kind, "") as stand_in:
        stand_in.script(fault)

        error = _carry(kind, stand_in).first_error

    assert isinstance(error, RateLimited)
    assert abs(error.retry_after - PAUSE).total_seconds() < 3


@pytest.mark.parametrize("kind", _SPEAKING)
def test_a_closed_door_means_that_nothing_was_sent(kind):
    face = _FACES[kind]
    with _stand_in(kind, "") as stand_in:
        voice = voice_at(stand_in, face, _VOICES[kind], url="http://127.0.0.1:9")
        carried = carry(face, voice, job_for(face, voice))

    assert set(carried.met) == {_NOT_SENT}
    assert stand_in.journal == []


@pytest.mark.parametrize(("kind", "flavour", "fault"), _ROWS)
def test_no_error_holds_a_secret(kind, flavour, fault):
    with _stand_in(kind, flavour) as stand_in:
        stand_in.script(fault)

        error = _carry(kind, stand_in).first_error

    written = "".join(traceback.format_exception(error)) if error else ""
    for secret in _secrets(kind, stand_in):
        assert secret not in written
        assert secret not in repr(_chain(error))


@pytest.mark.parametrize("kind", _SPEAKING)
def test_checking_an_account_posts_nothing_and_gives_its_name(kind):
    face = _FACES[kind]
    with _stand_in(kind, "") as stand_in:
        name = voice_at(stand_in, face, _VOICES[kind]).check()

    assert name
    assert stand_in.posts == []


def _secrets(kind: str, stand_in: StandIn) -> list[str]:
    secrets = _FACES[kind].secrets_model.model_validate(stand_in.account()[1])
    return [value.get_secret_value() for _, value in secrets if isinstance(value, SecretStr)]


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
