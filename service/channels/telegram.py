"""Telegram: a picture with a caption, or a message with a large link preview.

The limit depends on the picture: a caption holds a quarter of what a message holds. A bot cannot
read back what it posted, so a lost answer can only be settled by a person.
"""

import html
import re
from typing import Annotated, Any

from pydantic import AfterValidator, SecretStr

from service.channels.base import ChannelSecrets, ChannelSettings, Face, ServerAddress, Supports
from service.domain.post import Limits, Payload, Post
from service.platforms.facts import limits_of

_FACTS = limits_of("telegram")
_CHAT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-?[0-9]{1,20}")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")


def _chat(value: str) -> str:
    chat = value.strip()
    if not _CHAT.fullmatch(chat):
        raise ValueError("must be @channelname, or the chat's number such as -1001234567890")
    return chat


def _token(value: SecretStr) -> SecretStr:
    # The token becomes part of an address: anything else in it could change where we go.
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("must look like 123456:ABC-DEF, as @BotFather shows it")
    return value


class TelegramSettings(ChannelSettings):
    """`chat_id` is @channelname or a number; `api_base` differs where one runs one's own server."""

    chat_id: Annotated[str, AfterValidator(_chat)]
    api_base: ServerAddress = "https://api.telegram.org"


class TelegramSecrets(ChannelSecrets):
    bot_token: Annotated[SecretStr, AfterValidator(_token)]


class TelegramFace(Face):
    kind = "telegram"
    label = _FACTS.label
    verified_on = _FACTS.verified_on
    limits = _FACTS.limits
    supports = Supports()
    settings_model = TelegramSettings
    secrets_model = TelegramSecrets

    def limits_for(self, settings: ChannelSettings, *, has_picture: bool = True) -> Limits:  # noqa: ARG002 - the same for every chat
        return _FACTS.limits if has_picture else _FACTS.limits_without_picture

    def render(self, post: Post, settings: ChannelSettings) -> Payload:
        assert isinstance(settings, TelegramSettings)
        common = {"chat_id": settings.chat_id, "parse_mode": "HTML"}
        # Markup is counted after it is parsed, so that escaping costs no characters.
        text = html.escape(post.text, quote=False)
        if post.picture:
            return Payload({**common, "caption": text}, post.picture)
        return Payload({**common, "text": text, "link_preview_options": _preview(post)})


def _preview(post: Post) -> dict[str, Any]:
    if not post.link:
        return {"is_disabled": True}
    return {"url": post.link, "prefer_large_media": True}


FACE = TelegramFace()
