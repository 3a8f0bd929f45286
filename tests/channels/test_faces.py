"""What holds for every face, and the shared rules of settings and secrets."""

import importlib
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import service.channels
from service.channels.base import Face, ServerAddress, WebAddress
from service.discovery import discover
from service.platforms.facts import limits_of
from tests.standins.carrying import POST

_FACES: dict[str, Face] = discover(service.channels, "FACE")


def _settings_of(kind: str) -> dict[str, Any]:
    """Those of the account at the kind's stand-in, so that a new kind joins by itself."""
    stand_in = importlib.import_module(f"tests.standins.{kind}").STAND_IN
    if stand_in is None:
        return {}
    with stand_in() as platform:
        return dict(platform.account()[0])


_SETTINGS = {kind: _settings_of(kind) for kind in _FACES}


@pytest.mark.parametrize("kind", _FACES)
def test_a_face_takes_its_numbers_from_the_platform_s_facts(kind):
    face, facts = _FACES[kind], limits_of(kind)

    assert (face.limits, face.label, face.verified_on) == (
        facts.limits,
        facts.label,
        facts.verified_on,
    )


@pytest.mark.parametrize("kind", _FACES)
def test_an_ordinary_post_is_taken_as_it_is(kind):
    face = _FACES[kind]

    assert face.validate(POST, face.parse_settings(_SETTINGS[kind])) == []


@pytest.mark.parametrize("kind", _FACES)
def test_a_text_that_is_too_long_is_named_with_both_numbers(kind):
    face = _FACES[kind]
    settings = face.parse_settings(_SETTINGS[kind])
    limit = face.limits_for(settings).text

    (finding,) = face.validate(replace(POST, text="a" * (limit + 3)), settings)

    assert finding.field == "text"
    assert f"3 {face.limits.unit.value} too long ({limit + 3} of {limit})" in finding.problem


@pytest.mark.parametrize("kind", _FACES)
def test_a_post_without_words_is_not_taken(kind):
    face = _FACES[kind]

    (finding,) = face.validate(replace(POST, text=" \n"), face.parse_settings(_SETTINGS[kind]))

    assert "no text" in finding.problem


@pytest.mark.parametrize("kind", _FACES)
def test_a_description_is_measured_where_there_is_a_place_for_it(kind):
    face = _FACES[kind]
    assert POST.picture
    wordy = replace(POST, picture=replace(POST.picture, alt="x" * (face.limits.alt_text + 1)))

    findings = face.validate(wordy, face.parse_settings(_SETTINGS[kind]))

    assert [finding.field for finding in findings] == ["alt"] * face.supports.alt_text


@pytest.mark.parametrize("kind", _FACES)
def test_rendering_twice_gives_the_same_payload(kind):
    face = _FACES[kind]
    settings = face.parse_settings(_SETTINGS[kind])

    assert face.render(POST, settings) == face.render(POST, settings)


@pytest.mark.parametrize("kind", _FACES)
def test_an_unknown_setting_is_refused(kind):
    with pytest.raises(ValidationError, match="nonsense"):
        _FACES[kind].parse_settings({**_SETTINGS[kind], "nonsense": 1})


@pytest.mark.parametrize(
    ("kind", "secrets"),
    [
        ("bluesky", {"app_password": ["hunter-2222"]}),
        ("mastodon", {"access_token": "hunter-2222 with spaces\n"}),
        ("telegram", {"bot_token": "12345:hunter-2222/../../x"}),
        ("webhook", {"secret": "whsec_hunter-2222"}),
        ("webhook", {"secret": "whsec_aHVudGVyMjIyMg=="}),
    ],
)
def test_a_secret_that_is_refused_is_not_repeated(kind, secrets):
    with pytest.raises(ValidationError) as caught:
        _FACES[kind].secrets_model.model_validate(secrets)

    assert "hunter" not in str(caught.value)
    assert "aHVudGVy" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param("https://social.example/", "https://social.example", id="slash cut off"),
        pytest.param(" https://social.example:8443", "https://social.example:8443", id="port"),
        pytest.param("http://127.0.0.1:8085", "http://127.0.0.1:8085", id="own machine"),
        pytest.param("http://[::1]:8085", "http://[::1]:8085", id="own machine, IPv6"),
        pytest.param("http://gotosocial:8080", "http://gotosocial:8080", id="own network"),
    ],
)
def test_a_server_is_named_by_its_address_alone(value, kept):
    assert TypeAdapter(ServerAddress).validate_python(value) == kept


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("http://social.example", "must begin with https://", id="in the clear"),
        pytest.param("http://8.8.8.8", "must begin with https://", id="in the clear, by number"),
        pytest.param("social.example", "must be a web address", id="no scheme"),
        pytest.param("ftp://social.example", "must be a web address", id="another scheme"),
        pytest.param("https://", "must be a web address", id="no host"),
        pytest.param("https://social.example/@news", "name the server only", id="a path"),
        pytest.param("https://a:b@social.example", "name the server only", id="a password"),
        pytest.param("https://social.example?x=1", "name the server only", id="a query"),
    ],
)
def test_anything_else_is_not_a_server(value, words):
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(ServerAddress).validate_python(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("http://cms.example/in", "must begin with https://", id="in the clear"),
        pytest.param("https://a:b@cms.example/in", "must not hold", id="a password"),
        pytest.param("https://cms.example/in#x", "must not hold", id="a fragment"),
        pytest.param("cms.example/in", "must be a web address", id="no scheme"),
    ],
)
def test_a_web_hook_s_address_is_checked(value, words):
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(WebAddress).validate_python(value)


def test_a_web_hook_s_address_may_have_path_and_query():
    url = "https://cms.example/in?site=1"

    assert TypeAdapter(WebAddress).validate_python(url) == url
