"""The `kindly` command as an operator meets it: what it prints, keeps, refuses and never shows."""

import importlib
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import structlog
from click.testing import CliRunner
from PIL import Image

import service.channels
import service.cms
from service import clock
from service.app import create_app
from service.cards.template import catalogue
from service.cards.text.fonts import FONTS_FOLDER
from service.cli import kindly
from service.config import load_settings
from service.discovery import discover
from service.domain.card import Card, CardSize
from service.domain.errors import Rejected
from service.house import build
from service.keys import load_keys, seal, unlock
from service.nudge import SilentNudger
from service.signing_in import sign_in
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore
from tests.cards.pictures import SAMPLE_PHOTO
from tests.standins.base import StandIn
from workers.credentials import unseal

KINDS = sorted(discover(service.channels, "FACE"))
PASSWORD = "a long walk along the pier"
SECRET = "whsec_" + "c2VjcmV0" * 4
OTHER_SECRET = "whsec_" + "b3RoZXIg" * 4
STAND_INS: dict[str, type[StandIn]] = {
    kind: importlib.import_module(f"tests.standins.{kind}").STAND_IN for kind in KINDS
}
SPOKEN_TO = [kind for kind in KINDS if STAND_INS[kind]]


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An installation of the test's own; what the command does to the logs ends with the test."""
    for name in os.environ:
        if name.startswith("KINDLY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KINDLY_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("KINDLY_ALLOW_PRIVATE_HOSTS", "127.0.0.1")
    root = logging.getLogger()
    before = root.handlers[:]
    yield tmp_path / "var"
    root.handlers[:] = before
    structlog.reset_defaults()


def run(*words, **environment):
    return CliRunner().invoke(kindly, words, env=environment)


def done(*words, **environment):
    """Run a command that must succeed; returns what it prints."""
    result = run(*words, **environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words, **environment):
    """Run a command that must fail as all do; returns its one sentence."""
    result = run(*words, **environment)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    sentence = result.stderr
    assert sentence.startswith("kindly: ")
    assert sentence.count("\n") == 1
    return sentence


def open_house():
    return build(load_settings(), nudger=SilentNudger())


def account_words(stand_in):
    """Return the words and the environment with which an operator adds a stand-in's account."""
    settings, secrets = stand_in.account()
    words = [word for pair in settings.items() for word in ("--set", "=".join(pair))]
    return words, {f"KINDLY_INPUT_{field.upper()}": value for field, value in secrets.items()}


@pytest.fixture(params=SPOKEN_TO)
def stand_in(request):
    with STAND_INS[request.param]() as running:
        yield running


def test_an_account_of_each_kind_is_added_with_its_secret_sealed(stand_in, data_dir):
    words, secrets = account_words(stand_in)

    said = done("channel", "add", "our desk", "--kind", stand_in.kind, *words, **secrets)
    listed = done("channel", "list")

    assert "kindly channel test 'our desk'" in said
    assert listed.split() == ["our", "desk", stand_in.kind, "open"]
    assert secrets
    kept = [path for path in data_dir.rglob("*") if path.is_file() and "keys" not in path.parts]
    assert any(b"our desk" in path.read_bytes() for path in kept)
    for secret in secrets.values():
        assert secret not in said + listed
        assert not any(secret.encode() in path.read_bytes() for path in kept)


def test_a_working_account_is_proved_without_posting(stand_in):
    words, secrets = account_words(stand_in)
    done("channel", "add", "our desk", "--kind", stand_in.kind, *words, **secrets)

    said = done("channel", "test", "our desk")

    assert re.fullmatch(r"our desk works: \S.*\n", said)
    assert stand_in.journal
    assert stand_in.posts == []


@pytest.mark.parametrize("kind", SPOKEN_TO)
def test_an_account_that_nobody_answers_for_is_told_in_one_sentence(kind):
    with STAND_INS[kind]() as stand_in:
        words, secrets = account_words(stand_in)
    done("channel", "add", "our desk", "--kind", kind, *words, **secrets)

    sentence = refused("channel", "test", "our desk")

    assert not any(secret in sentence for secret in secrets.values())


@pytest.mark.parametrize(
    ("kind", "field", "wrong"),
    [
        pytest.param("bluesky", "APP_PASSWORD", "aaaa-bbbb-cccc-dddd", id="bluesky"),
        pytest.param("mastodon", "ACCESS_TOKEN", "somebody-elses", id="mastodon"),
        pytest.param("telegram", "BOT_TOKEN", "1:AAH-somebody-elses", id="telegram"),
        pytest.param("webhook", "SECRET", OTHER_SECRET, id="webhook"),
    ],
)
def test_a_wrong_secret_is_told_in_one_sentence_without_it(kind, field, wrong):
    with STAND_INS[kind]() as stand_in:
        words, secrets = account_words(stand_in)
        secrets[f"KINDLY_INPUT_{field}"] = wrong
        done("channel", "add", "desk", "--kind", kind, *words, **secrets)

        sentence = refused("channel", "test", "desk")

    assert wrong not in sentence


def test_a_simulated_channel_needs_no_secret_and_works():
    done("channel", "add", "x", "--kind", "simulated", "--set", "style=x")

    assert done("channel", "test", "x") == "x works: simulated channel in the style of x\n"


def test_a_secret_is_asked_for_without_echo():
    command = ["channel", "add", "sky", "--kind", "bluesky", "--set", "identifier=desk.example.com"]

    asked = CliRunner().invoke(kindly, command, input="abcd-efgh-ijkl-mnop\n")

    assert asked.exit_code == 0
    assert "app password:" in asked.output
    assert "abcd-efgh" not in asked.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["--kind", "carrier-pigeon"], ", ".join(KINDS), id="unknown kind"),
        pytest.param(["--kind", "bluesky"], "identifier is missing", id="missing setting"),
        pytest.param(
            ["--kind", "mastodon", "--set", "instance=https://m.example", "--set", "colour=red"],
            "colour is unknown",
            id="unknown setting",
        ),
        pytest.param(
            ["--kind", "mastodon", "--set", "instance=http://m.example"],
            "instance must begin with https://",
            id="unusable setting",
        ),
        pytest.param(["--kind", "simulated", "--set", "style"], "not NAME=VALUE", id="no ="),
        pytest.param(
            ["--kind", "webhook", "--set", "url=https://a.example"], "secret must be whsec_",
            id="unusable secret",
        ),
        pytest.param(
            ["--kind", "telegram", "--set", "chat_id=@desk"], "bot_token is missing",
            id="empty secret",
        ),
    ],
)  # fmt: skip
def test_an_account_that_cannot_work_is_refused_and_nothing_is_kept(words, told):
    secrets = {"KINDLY_INPUT_SECRET": "canary-of-a-secret", "KINDLY_INPUT_BOT_TOKEN": ""}

    sentence = refused("channel", "add", "desk", *words, **secrets)

    assert told in sentence
    assert "canary" not in sentence
    assert "no channels yet" in done("channel", "list")


@pytest.mark.parametrize("name", ["", "  desk", "a" * 65, "two\nlines"])
def test_a_name_that_nobody_could_type_is_refused(name):
    assert "name has 1 to 64 characters" in refused("channel", "add", name, "--kind", "simulated")


def test_a_name_is_given_once_and_the_second_time_before_any_secret_is_asked():
    done("channel", "add", "desk", "--kind", "simulated")

    sentence = refused(
        "channel", "add", "desk", "--kind", "webhook", "--set", "url=https://a.example"
    )

    assert "there is a channel desk already" in sentence
    assert done("channel", "list").count("desk") == 1


def test_a_channel_is_paused_and_resumed_by_name():
    done("channel", "add", "desk", "--kind", "simulated")

    done("channel", "pause", "desk")
    while_paused = done("channel", "list")
    done("channel", "resume", "desk")

    assert "paused: paused by the operator" in while_paused
    assert done("channel", "list").split() == ["desk", "simulated", "open"]
    with open_house().database.read() as tx:
        trail = StaffStore(tx).trail()
    assert [entry.action for entry in trail] == ["resume channel", "pause channel", "add channel"]
    assert len({entry.subject for entry in trail}) == 1


@pytest.mark.parametrize("verb", ["pause", "resume", "test"])
def test_a_channel_that_is_not_there_is_named(verb):
    assert "no channel nowhere" in refused("channel", verb, "nowhere")


def test_a_new_channel_gets_every_story_unless_told_otherwise():
    done("channel", "add", "all", "--kind", "simulated")
    done("channel", "add", "careful", "--kind", "simulated", "--review")
    done("channel", "add", "silent", "--kind", "simulated", "--no-rule")

    said = [line.split("  ")[1] for line in done("rule", "list").splitlines()]

    assert said == ["every story -> all (automatic)", "every story -> careful (review)"]


def test_a_rule_is_added_shown_in_its_order_and_removed():
    done("channel", "add", "desk", "--kind", "simulated", "--no-rule")
    done("rule", "add", "desk", "--position", "2")
    done(
        "rule",
        "add",
        "desk",
        "--section",
        "Sport",
        "--language",
        "de",
        "--review",
        "--position",
        "1",
    )

    first, second = done("rule", "list").splitlines()
    done("rule", "remove", first.split()[0])

    assert first.endswith("  Sport, de -> desk (review)")
    assert second.endswith("  every story -> desk (automatic)")
    assert done("rule", "list").splitlines() == [second]
    assert "no rule" in refused("rule", "remove", first.split()[0])
    assert "no channel nowhere" in refused("rule", "add", "nowhere")


def test_a_source_is_told_its_address_and_shown_its_new_secret_once():
    said = done("source", "add", "blog", "--kind", "ghost", KINDLY_INPUT_WEBHOOK_SECRET="")

    secret = re.search(r"shown this once: (whsec_\S+)", said)
    assert "http://127.0.0.1:8020/webhooks/blog" in said
    assert secret
    listed = done("source", "list")
    assert listed.split() == ["blog", "ghost", "http://127.0.0.1:8020/webhooks/blog"]
    house = open_house()
    with house.database.read() as tx:
        source = SourceStore(tx).find("blog")
    assert source
    assert unlock(source.sealed_secrets, owner="source:blog", keys=house.keys) == [secret[1]]


def test_a_secret_that_a_source_brings_is_not_repeated():
    said = done("source", "add", "cms", "--kind", "generic", KINDLY_INPUT_WEBHOOK_SECRET=SECRET)

    assert "secret" not in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["my blog", "--kind", "ghost"], "part of an address", id="unusable name"),
        pytest.param(["blog", "--kind", "typewriter"], "generic, ghost", id="unknown kind"),
        pytest.param(["cms", "--kind", "generic"], "secret", id="weak secret"),
        pytest.param(["taken", "--kind", "ghost"], "source taken already", id="taken name"),
    ],
)
def test_a_source_that_cannot_work_is_refused(words, told):
    done("source", "add", "taken", "--kind", "generic", KINDLY_INPUT_WEBHOOK_SECRET=SECRET)

    assert told in refused("source", "add", *words, KINDLY_INPUT_WEBHOOK_SECRET="x")
    assert len(done("source", "list").splitlines()) == 1


def test_a_person_who_was_added_may_sign_in():
    said = done("staff", "add", "ann@example.org", KINDLY_INPUT_PASSWORD=PASSWORD)

    assert PASSWORD not in said
    house = open_house()
    assert sign_in(house, email="ann@example.org", password=PASSWORD, now=clock.now())
    assert "already" in refused("staff", "add", "ann@example.org", KINDLY_INPUT_PASSWORD=PASSWORD)
    assert "12 to" in refused("staff", "add", "bo@example.org", KINDLY_INPUT_PASSWORD="short")


def test_a_new_password_ends_the_old_one_and_every_session():
    done("staff", "add", "ann@example.org", KINDLY_INPUT_PASSWORD=PASSWORD)
    house = open_house()
    session = sign_in(house, email="ann@example.org", password=PASSWORD, now=clock.now())

    done("staff", "password", "ann@example.org", KINDLY_INPUT_PASSWORD="another long password")

    with house.database.read() as tx:
        assert StaffStore(tx).who(session, now=clock.now()) is None
    assert sign_in(
        house, email="ann@example.org", password="another long password", now=clock.now()
    )
    with pytest.raises(Rejected):
        sign_in(house, email="ann@example.org", password=PASSWORD, now=clock.now())
    assert "no member of staff" in refused(
        "staff", "password", "bo@example.org", KINDLY_INPUT_PASSWORD=PASSWORD
    )


def test_a_source_is_given_a_new_secret_at_the_command_line():
    first = done("source", "add", "ghost", "--kind", "ghost", KINDLY_INPUT_WEBHOOK_SECRET="")
    second = done("source", "rotate", "ghost", KINDLY_INPUT_WEBHOOK_SECRET="")

    assert "shown this once: whsec_" in second
    assert first.split("whsec_")[1] != second.split("whsec_")[1]
    assert "no source nobody" in refused(
        "source", "rotate", "nobody", KINDLY_INPUT_WEBHOOK_SECRET=""
    )


def test_a_password_is_typed_twice():
    command = ["staff", "add", "ann@example.org"]

    typed = CliRunner().invoke(kindly, command, input=f"{PASSWORD}\n{PASSWORD}\n")

    assert typed.exit_code == 0
    assert "Repeat" in typed.output


def test_a_token_opens_the_api_and_its_name_is_given_once():
    value = done("token", "add", "the CMS").strip()

    client = create_app(house=open_house()).test_client()
    with_token = client.get("/api/v1/stories", headers={"Authorization": f"Bearer {value}"})
    without = client.get("/api/v1/stories")

    assert (with_token.status_code, without.status_code) == (200, 401)
    assert "already" in refused("token", "add", "the CMS")
    assert "the CMS" in done("token", "list")
    done("token", "remove", "the CMS")
    after = client.get("/api/v1/stories", headers={"Authorization": f"Bearer {value}"})
    assert after.status_code == 401
    assert "no token the CMS" in refused("token", "remove", "the CMS")
    assert "1 to 64" in refused("token", "add", " ")


# -- one card -----------------------------------------------------------------------------------


def test_a_card_is_drawn_from_what_is_said(tmp_path):
    out = tmp_path / "card.png"
    words = ("--headline", "Ferry returns to Skerry Bay", "--photo", str(SAMPLE_PHOTO))

    said = done("card", *words, "--size", "square", "--focus", "0.5,0.3", "--output", str(out))

    with Image.open(out) as picture:
        assert (picture.format, picture.size) == ("PNG", (1080, 1080))
    assert said == f"{out}: 1080x1080, {out.stat().st_size} bytes\n"


def test_a_card_tells_what_it_could_not_show(tmp_path):
    headline = "Runes \U0001e5d0 " + "and very many more words " * 40

    said = done("card", "--headline", headline, "--output", str(tmp_path / "card.jpg"))

    assert "ends in an ellipsis" in said
    assert "left out: U+1E5D0\n" in said


def test_a_card_of_a_story_may_be_said_otherwise(tmp_path):
    story = tmp_path / "story.txt"
    story.write_text("A headline of its own\n\nAnd a text.", encoding="utf-8")
    own, other = tmp_path / "own.webp", tmp_path / "other.webp"

    done("card", "--from", str(story), "--output", str(own))
    done("card", "--from", str(story), "--headline", "Another", "--output", str(other))

    assert own.read_bytes() != other.read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["--headline", "A"], "--output is missing", id="no file"),
        pytest.param(["--output", "x.jpg"], "say --headline, or --from", id="no words"),
        pytest.param(
            ["--headline", "A", "--output", "x.gif"], "x.gif tells no format", id="no format"
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--focus", "9,9"],
            "the focus 9,9 is not x,y from 0 to 1",
            id="a focus outside",
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--field", "role"],
            "--field role is not NAME=VALUE",
            id="a field without a value",
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--field", "a=1", "--field", "a=2"],
            "--field a is given twice",
            id="a field twice",
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--field", "shoe=43"],
            "no field 'shoe'",
            id="a field that the template lacks",
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--template", "none"],
            "no card template 'none'",
            id="no such template",
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--photo", "none.jpg"],
            "none.jpg cannot be read",
            id="no such photo",
        ),
        pytest.param(
            ["--headline", "A", "--output", "x.jpg", "--photo", "notes.txt"],
            "notes.txt cannot be used: The picture is not",
            id="a photo that is none",
        ),
    ],
)
def test_a_card_that_cannot_be_drawn_is_refused_in_a_sentence(
    words, sentence, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("not a photo", encoding="utf-8")

    assert sentence in refused("card", *words)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".txt"] == []


def test_a_new_card_key_keeps_old_addresses_good():
    before = load_keys(load_settings())

    name, _, value = done("card", "key").strip().partition("=")
    after = load_keys(load_settings(dict(os.environ) | {name: value}))

    assert [card.name for card in after.cards] == ["c2", "c1"]
    assert after.cards[1].key == before.cards[0].key


def test_pictures_are_cleared_away_only_when_it_is_said():
    card = Card(headline="Ferry returns to Skerry Bay")
    size = len(open_house().renditions.rendition(card, CardSize.OG).data)

    superseded = done("card", "sweep")
    rehearsed = done("card", "sweep", "--older-than", "0", "--dry-run")
    swept = done("card", "sweep", "--older-than", "0")

    assert superseded == "0 pictures, 0 bytes removed\n"
    assert rehearsed == f"1 pictures, {size} bytes would be removed\n"
    assert swept == f"1 pictures, {size} bytes removed\n"
    assert done("card", "sweep", "--older-than", "0") == superseded


# -- templates, the gallery and brands ----------------------------------------------------------


@pytest.fixture
def own_template(tmp_path, monkeypatch):
    """A designer's file that stands anywhere, and is forgotten when the test ends."""
    monkeypatch.setattr(catalogue, "_tried", {})
    text = (catalogue.TEMPLATES_FOLDER / "words.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace('accent: "#0B6E63"', 'accent: "#AA0000"'), encoding="utf-8")
    yield path
    monkeypatch.undo()
    catalogue.names.cache_clear()


def test_every_template_is_listed_with_its_fields():
    said = done("card", "templates")

    assert re.search(r"^standard +Photo, kicker and headline", said, re.MULTILINE)
    assert re.search(r"^ +figure \(Figure, at most 28 characters, needed\): ", said, re.MULTILINE)


def test_a_template_file_is_tried_before_it_belongs_to_anybody(tmp_path, own_template):
    out = tmp_path / "card.png"

    done("card", "--headline", "Mine", "--template", str(own_template), "--output", str(out))

    with Image.open(out) as picture:
        red, green, _ = picture.convert("RGB").crop((600, 20, 601, 21)).tobytes()
    assert red > 150
    assert green < 50


def test_a_template_file_that_is_wrong_is_told_with_its_line(tmp_path, own_template):
    own_template.write_text(own_template.read_text("utf-8").replace("gap: 40", "gap: far"), "utf-8")
    out = tmp_path / "card.png"

    said = refused("card", "--headline", "A", "--template", str(own_template), "--output", str(out))

    assert "mine.yaml" in said
    assert "line " in said


def test_the_gallery_shows_what_was_asked_for_and_where_it_is(tmp_path, own_template):
    folder = tmp_path / "gallery"
    words = (
        "--output",
        str(folder),
        "--size",
        "og",
        "--story",
        "plain",
        "--story",
        "arabic-with-latin",
    )

    result = run(
        "card", "gallery", *words, "--template", "standard", "--template", str(own_template)
    )

    assert result.exit_code == 0
    assert result.stdout == f"4 cards, 0 with findings: open {folder / 'index.html'}\n"
    assert result.stderr == (
        "  standard: 2 cards, 0 with findings\n  mine: 2 cards, 0 with findings\n"
    )
    pictures = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg"))
    assert pictures[:2] == ["mine/og/arabic-with-latin.jpg", "mine/og/plain.jpg"]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert all(f'src="{picture}"' in page for picture in pictures)


def test_a_gallery_takes_the_place_of_a_gallery_and_of_nothing_else(tmp_path):
    folder, other = tmp_path / "gallery", tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("Dear", encoding="utf-8")
    words = ("--size", "og", "--story", "plain", "--template", "words", "--output")
    done("card", "gallery", *words, str(folder))

    done("card", "gallery", *words, str(folder))

    assert "holds other files" in refused("card", "gallery", *words, str(other))
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    assert "There is no story 'mine'" in refused(
        "card", "gallery", "--story", "mine", "--output", str(folder)
    )


def test_a_brand_is_set_listed_and_taken_off(tmp_path):
    logo = tmp_path / "logo.png"
    Image.new("RGBA", (300, 100), "#0B6E63").save(logo)
    font = FONTS_FOLDER / "NotoSerif-Bold.ttf"

    words = ("--colour", "accent=#C8102E", "--logo", str(logo), "--font", f"headline={font}")
    result = run("brand", "set", "The Harbour Post", *words)
    done("brand", "set", "--colour", "accent=#1D4ED8")

    assert result.exit_code == 0, result.output
    assert "The Harbour Post: accent #C8102E, logo, font headline\n" in result.stdout
    assert "headline: Noto Serif Bold, " in result.stdout
    assert "note: The logo is hard to see on " in result.stderr
    assert done("brand", "list").splitlines() == [
        "every other site         accent #1D4ED8",
        "The Harbour Post         accent #C8102E, logo, font headline",
    ]
    assert done("brand", "remove") == "every other site has no brand any more\n"
    assert "every other site has no brand: " in refused("brand", "remove")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param([], "nothing was named", id="nothing"),
        pytest.param(["--colour", "accent"], "--colour accent is not NAME=VALUE", id="no value"),
        pytest.param(["--colour", "accent=red"], "accent=red is no brand colour", id="no colour"),
        pytest.param(["--font", "headline=none.ttf"], "none.ttf cannot be used", id="no file"),
    ],
)
def test_a_brand_that_cannot_be_worn_is_refused_in_a_sentence(words, sentence):
    assert sentence in refused("brand", "set", "The Harbour Post", *words)
    assert "there are no brands yet" in done("brand", "list")


def test_the_printed_keys_run_a_production_environment(tmp_path):
    lines = [line for line in done("keys").splitlines() if not line.startswith("#")]

    printed = dict(line.split("=", 1) for line in lines)

    assert list(printed) == [
        "KINDLY_SECRET_KEY",
        "KINDLY_SEAL_PUBLIC_KEY",
        "KINDLY_SEAL_PRIVATE_KEY",
    ]
    address = {"KINDLY_DATABASE_URL": f"sqlite:///{tmp_path / 'production.db'}"}
    made = load_keys(load_settings(printed | address))
    sealed = seal({"token": "t"}, owner="desk", public=made.public)
    assert unseal(sealed, owner="desk", keys=made) == {"token": "t"}
    assert done("keys") != "\n".join(lines)


def test_the_database_is_brought_up_to_date_as_often_as_one_likes(data_dir):
    assert done("migrate") == done("migrate") == "the database is up to date\n"
    assert (data_dir / "kindly.db").exists()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        pytest.param({"KINDLY_PORT": "many"}, "KINDLY_PORT", id="port"),
        pytest.param({"KINDLY_LOG_FORMAT": "poem"}, "KINDLY_LOG_FORMAT", id="log format"),
        pytest.param({"KINDLY_SECRET_KEY": "short"}, "KINDLY_SECRET_KEY", id="secret key"),
        pytest.param(
            {"KINDLY_SECRET_KEY_FILE": "/nowhere/key"}, "KINDLY_SECRET_KEY_FILE", id="key file"
        ),
        pytest.param({"KINDLY_DATA_DIR": "/proc/nowhere"}, "/proc/nowhere", id="data folder"),
        pytest.param(
            {"KINDLY_DATABASE_URL": "postgresql://localhost/x"}, "`kindly keys`", id="no keys"
        ),
    ],
)
@pytest.mark.parametrize(
    "words", [["migrate"], ["up"], ["channel", "list"], ["dispatcher"]], ids=" ".join
)
def test_settings_that_cannot_work_are_told_in_one_sentence(words, environment, told):
    assert told in refused(*words, **environment)


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://desk:canary@db/kindly", "postgresql://desk:canary@[::1/x"]
)
def test_a_database_address_that_cannot_work_is_refused_without_its_password(address):
    keys = dict(line.split("=", 1) for line in done("keys").splitlines() if "#" not in line)

    sentence = refused("migrate", KINDLY_DATABASE_URL=address, **keys)

    assert "KINDLY_DATABASE_URL" in sentence
    assert "canary" not in sentence


def every_command():
    def walk(command, path):
        yield pytest.param(command, path, id=" ".join(path) or "kindly")
        if isinstance(command, click.Group):
            for name, each in command.commands.items():
                yield from walk(each, [*path, name])

    return list(walk(kindly, []))


@pytest.mark.parametrize(("command", "path"), every_command())
def test_every_command_explains_itself_even_when_the_settings_are_wrong(command, path):
    said = done(*path, "--help", KINDLY_PORT="many", KINDLY_DATA_DIR="/proc/nowhere")

    assert said.startswith("Usage: kindly")
    assert len(command.help.splitlines()[0]) > 10
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_list_of_commands_starts_with_what_a_newcomer_needs():
    listed = done("--help").partition("Commands:\n")[2]

    names = [line.split()[0] for line in listed.splitlines()]
    assert names[:2] == ["up", "share"]
    assert set(names) == {
        "up", "share", "card", "brand", "fonts", "channel", "rule", "source", "staff", "token",
        "keys", "migrate", "dispatcher",
    }  # fmt: skip
    assert "..." not in listed


def test_every_kind_says_what_it_must_be_told():
    said = done("channel", "kinds")

    assert [line.split()[0] for line in said.splitlines()] == KINDS
    assert "--set identifier=… [--set pds=…] (asks for app_password)" in said
    kinds = [line.split()[0] for line in done("source", "kinds").splitlines()]
    assert kinds == sorted(discover(service.cms, "ADAPTER"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(["migrate"], 2, "kindly: KINDLY_PORT", id="a setting"),
        pytest.param(["channel", "ad"], 2, "No such command 'ad'", id="a mistyped command"),
        pytest.param(["share", "story.txt"], 2, "'--out'", id="a missing option"),
        pytest.param(["--version"], 0, "", id="nothing wrong"),
    ],
)
def test_the_shell_sees_the_exit_code_and_no_traceback(words, code, told):
    command = Path(sys.executable).with_name("kindly")

    ended = subprocess.run(
        [command, *words], env={"KINDLY_PORT": "many"}, capture_output=True, text=True, check=False
    )

    assert ended.returncode == code
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
