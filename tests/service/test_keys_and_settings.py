"""Keys, settings and logs: refused at start when they cannot work, and never leaking."""

import io
import json
import stat
import sys
from pathlib import Path

import pytest
import structlog

from service import logs
from service.config import load_settings
from service.domain.errors import Misconfigured
from service.house import build
from service.keys import (
    load_keys,
    lock,
    new_private_key,
    new_secret,
    public_half,
    unlock,
    with_new_card_key,
)


def test_an_embedded_installation_makes_its_keys_once(tmp_path: Path) -> None:
    settings = load_settings({"KINDLY_DATA_DIR": str(tmp_path)})

    first, second = load_keys(settings), load_keys(settings)

    assert (first.secret, first.private) == (second.secret, second.private)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}


def test_a_web_process_is_not_given_the_private_key(tmp_path: Path) -> None:
    environment = {
        "KINDLY_DATA_DIR": str(tmp_path),
        "KINDLY_DATABASE_URL": "postgresql://db/kindly",
        "KINDLY_SECRET_KEY": new_secret(),
        "KINDLY_SEAL_PUBLIC_KEY": public_half(new_private_key()),
    }

    assert load_keys(load_settings(environment)).private is None


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param({"KINDLY_PORT": "no"}, "KINDLY_PORT", id="a port that is no number"),
        pytest.param({"KINDLY_LOG_FORMAT": "xml"}, "KINDLY_LOG_FORMAT", id="an unknown format"),
        pytest.param(
            {"KINDLY_SECRET_KEY_FILE": "/nowhere/key"}, "cannot be read", id="a missing file"
        ),
    ],
)
def test_a_setting_that_cannot_work_is_named(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        load_settings(environment)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param(
            {"KINDLY_DATABASE_URL": "postgresql://db/kindly"},
            "kindly keys",
            id="production, no keys",
        ),
        pytest.param({"KINDLY_SECRET_KEY": "short"}, "shorter than 32", id="a weak key"),
        pytest.param({"KINDLY_SEAL_PUBLIC_KEY": "xyz"}, "not hexadecimal", id="not hexadecimal"),
        pytest.param({"KINDLY_SEAL_PUBLIC_KEY": "abcd"}, "not 64 hex digits", id="too short"),
    ],
)
def test_keys_that_cannot_protect_anything_are_refused(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    settings = load_settings({"KINDLY_DATA_DIR": str(tmp_path), **environment})

    with pytest.raises(Misconfigured, match=sentence):
        load_keys(settings)


def test_a_new_card_key_signs_and_the_old_ones_stay_good(tmp_path: Path) -> None:
    environment = {"KINDLY_DATA_DIR": str(tmp_path)}
    before = load_keys(load_settings(environment))

    once = environment | {"KINDLY_CARD_KEYS": with_new_card_key(before)}
    after = load_keys(load_settings(once))
    twice = load_keys(load_settings(once | {"KINDLY_CARD_KEYS": with_new_card_key(after)}))

    assert [card.name for card in before.cards] == ["c1"]
    assert [card.name for card in after.cards] == ["c2", "c1"]
    assert [card.name for card in twice.cards] == ["c3", "c2", "c1"]
    assert len({card.key for card in twice.cards}) == 3
    assert after.cards[1].key == before.cards[0].key


def test_listed_card_keys_outlive_the_secret_key(tmp_path: Path) -> None:
    listed = with_new_card_key(load_keys(load_settings({"KINDLY_DATA_DIR": str(tmp_path)})))
    environment = {"KINDLY_DATA_DIR": str(tmp_path), "KINDLY_CARD_KEYS": listed}

    one, other = (
        load_keys(load_settings(environment | {"KINDLY_SECRET_KEY": new_secret()}))
        for _ in range(2)
    )

    assert [card.key for card in one.cards] == [card.key for card in other.cards]


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        pytest.param("c2:t0psecret", "not name:64 hex digits", id="too short"),
        pytest.param("t0psecret" * 8, "not name:64 hex digits", id="no name"),
        pytest.param(f"c 2:{'ab' * 32}", "not name:64 hex digits", id="a name with a space"),
        pytest.param(f"c2:{'ab' * 32},c2:{'cd' * 32}", "names a key twice", id="one name twice"),
    ],
)
def test_card_keys_that_cannot_sign_are_refused(listed: str, sentence: str, tmp_path: Path) -> None:
    settings = load_settings({"KINDLY_DATA_DIR": str(tmp_path), "KINDLY_CARD_KEYS": listed})

    with pytest.raises(Misconfigured, match=sentence) as refused:
        load_keys(settings)

    assert "t0psecret" not in str(refused.value) + repr(settings)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param({"KINDLY_STORAGE_URL": "gs://pictures"}, "names no bucket", id="not s3"),
        pytest.param(
            {"KINDLY_STORAGE_URL": "s3://pictures", "KINDLY_STORAGE_KEY": "AKID"},
            "belong together",
            id="a key without its secret",
        ),
    ],
)
def test_a_place_for_pictures_that_cannot_work_stops_the_boot(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    settings = load_settings({"KINDLY_DATA_DIR": str(tmp_path), **environment})

    with pytest.raises(Misconfigured, match=sentence):
        build(settings)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n", encoding="utf-8")

    settings = load_settings({"KINDLY_SECRET_KEY_FILE": str(tmp_path / "key")})

    assert settings.secret_key.get_secret_value() == "k" * 40
    assert "kkkk" not in repr(settings)


def test_locked_secrets_open_for_their_owner_only(tmp_path: Path) -> None:
    keys = load_keys(load_settings({"KINDLY_DATA_DIR": str(tmp_path)}))
    locked = lock(["one", "two"], owner="source:ghost", keys=keys)

    assert unlock(locked, owner="source:ghost", keys=keys) == ["one", "two"]
    with pytest.raises(Misconfigured, match="locked with another"):
        unlock(locked, owner="source:other", keys=keys)


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param({"access_token": "t0psecret"}, id="a telling name"),
        pytest.param({"reason": "Authorization: Bearer t0psecret"}, id="a bearer token"),
        pytest.param(
            {"url": "https://api.telegram.org/bot123:t0psecret-and-long-enough"}, id="url"
        ),
        pytest.param({"address": "redis://user:t0psecret@10.0.0.1/0"}, id="a password in a url"),
        pytest.param({"note": "signed with whsec_t0psecret"}, id="a webhook secret"),
    ],
)
def test_no_secret_reaches_a_log(leak: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.set_up("json")

    structlog.get_logger().info("something happened", **leak)

    line = json.loads(written.getvalue())
    assert line["event"] == "something happened"
    assert "t0psecret" not in written.getvalue()
    assert logs.MASK in written.getvalue()
