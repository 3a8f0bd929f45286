"""What is particular to the faces of Mastodon, Telegram, webhook and simulated."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from service.channels import mastodon, simulated, telegram, webhook
from service.domain.post import TextUnit
from tests.standins.carrying import ALT, LINK, POST


def test_an_instance_s_own_numbers_count():
    settings = mastodon.FACE.parse_settings(
        {
            "instance": "https://social.example",
            "max_characters": 1000,
            "characters_reserved_per_url": 25,
        }
    )

    limits = mastodon.FACE.limits_for(settings)

    assert (limits.text, limits.link_cost) == (1000, 25)
    assert mastodon.FACE.validate(replace(POST, text="a" * 974 + f" {LINK}"), settings) == []
    assert mastodon.FACE.validate(replace(POST, text="a" * 975 + f" {LINK}"), settings)


@pytest.mark.parametrize(
    ("tag", "language"), [("en-GB", "en"), ("pt_BR", "pt"), ("English", None), ("", None)]
)
def test_mastodon_is_told_the_primary_language(tag, language):
    settings = mastodon.FACE.parse_settings({"instance": "https://social.example"})

    body = mastodon.FACE.render(replace(POST, language=tag), settings).body

    assert body.get("language") == language


def test_a_visibility_that_mastodon_does_not_know_is_refused():
    with pytest.raises(ValidationError, match="visibility"):
        mastodon.FACE.parse_settings({"instance": "https://s.example", "visibility": "everyone"})


def test_mastodon_does_not_claim_the_idempotency_that_servers_ignore():
    assert not mastodon.FACE.supports.idempotency
    assert mastodon.FACE.supports.looking


_TELEGRAM = telegram.FACE.parse_settings({"chat_id": "@themorning"})


def test_a_caption_holds_a_quarter_of_a_message():
    long = replace(POST, text="a" * 2000)

    assert telegram.FACE.validate(long, _TELEGRAM)
    assert telegram.FACE.validate(replace(long, picture=None), _TELEGRAM) == []


def test_markup_in_a_story_is_text_to_telegram():
    body = telegram.FACE.render(replace(POST, text="A & B <b>x</b> “q”"), _TELEGRAM).body

    assert body["caption"] == "A &amp; B &lt;b&gt;x&lt;/b&gt; “q”"
    assert body["parse_mode"] == "HTML"


@pytest.mark.parametrize(
    ("link", "options"),
    [
        pytest.param(LINK, {"url": LINK, "prefer_large_media": True}, id="with a link"),
        pytest.param("", {"is_disabled": True}, id="without"),
    ],
)
def test_a_message_without_picture_has_a_preview_of_its_link(link, options):
    payload = telegram.FACE.render(replace(POST, picture=None, link=link), _TELEGRAM)

    assert payload.body["link_preview_options"] == options
    assert payload.picture is None


@pytest.mark.parametrize("chat", ["@themorning", "-1001234567890", "4711"])
def test_a_chat_is_a_name_or_a_number(chat):
    assert telegram.FACE.parse_settings({"chat_id": chat}).model_dump()["chat_id"] == chat


@pytest.mark.parametrize("chat", ["themorning", "https://t.me/themorning", "@a", "-", ""])
def test_anything_else_is_no_chat(chat):
    with pytest.raises(ValidationError, match="must be @channelname"):
        telegram.FACE.parse_settings({"chat_id": chat})


def test_a_channel_that_cannot_look_and_knows_no_keys_is_blind():
    assert telegram.FACE.supports.is_blind
    assert not webhook.FACE.supports.is_blind


def test_a_web_hook_names_the_card_instead_of_sending_it():
    settings = webhook.FACE.parse_settings({"url": "https://cms.example/in"})

    payload = webhook.FACE.render(POST, settings)

    assert payload.body["picture"] == {"card_digest": "d" * 32, "size": "og", "alt": ALT}
    assert payload.picture is None


@pytest.mark.parametrize(
    ("style", "label", "unit", "limit"),
    [
        ("x", "X (simulated)", TextUnit.X_WEIGHTED, 280),
        ("bluesky", "Bluesky (simulated)", TextUnit.GRAPHEMES, 300),
        ("linkedin", "LinkedIn (simulated)", TextUnit.LINKEDIN_ESCAPED, 3000),
        ("telegram", "Telegram (simulated)", TextUnit.UTF16, 1024),
        ("simulated", "Simulated", TextUnit.GRAPHEMES, 500),
    ],
)
def test_a_style_brings_the_platform_s_limits_and_name(style, label, unit, limit):
    settings = simulated.FACE.parse_settings({"style": style})

    limits = simulated.FACE.limits_for(settings)

    assert simulated.FACE.label_for(settings) == label
    assert (limits.unit, limits.text) == (unit, limit)


def test_telegram_s_style_knows_about_captions_too():
    settings = simulated.FACE.parse_settings({"style": "telegram"})

    assert simulated.FACE.limits_for(settings, has_picture=False).text == 4096


def test_a_style_that_nobody_knows_is_answered_with_the_list():
    with pytest.raises(ValidationError, match="must be one of x, bluesky"):
        simulated.FACE.parse_settings({"style": "myspace"})
