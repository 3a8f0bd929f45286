"""Stands in for Telegram's Bot API: it shows what a chat holds, which no bot could ask for."""

import html
import re
from collections.abc import Mapping
from typing import Any

from tests.standins.base import Asked, Said, StandIn, Upload

TOKEN = "123456789:AAH-telegram_bot_token_of_a_test"
CHAT = {"id": -1001234567890, "title": "The Morning", "username": "themorning", "type": "channel"}
_TAG = re.compile(r"<[^>]*>")


class TelegramStandIn(StandIn):
    kind = "telegram"

    def __init__(self, *, chat: dict[str, Any] | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.chat = chat or CHAT
        self.may_post = True

    def account(self) -> tuple[dict[str, Any], dict[str, str]]:
        return {"api_base": self.url, "chat_id": "@themorning"}, {"bot_token": TOKEN}

    def remote_id(self, post: dict[str, Any]) -> str:
        return str(post["message_id"])

    def is_create(self, asked: Asked) -> bool:
        return asked.path.rpartition("/")[2] in {"sendMessage", "sendPhoto"}

    def carry_out(self, asked: Asked) -> Said:
        start, _, method = asked.path.rpartition("/")
        if start != f"/bot{TOKEN}":
            return _error(401, "Unauthorized")
        if method == "getMe":
            return _result({"id": 123456789, "is_bot": True, "username": "morning_bot"})
        if method == "getChat":
            return _result(self.chat)
        if method == "getChatMember":
            return _result({"status": "administrator", "can_post_messages": self.may_post})
        return self._take(method, asked.data)

    def limited(self, headers: Mapping[str, str]) -> Said:
        # Telegram tells seconds in the body; a date can only be a proxy's, in the header.
        seconds = headers.get("Retry-After", "")
        more = {"parameters": {"retry_after": int(seconds)}} if seconds.isdigit() else {}
        said = _error(429, "Too Many Requests", **more)
        return Said(said.status, said.body, {} if more else headers)

    def unauthorized(self) -> Said:
        return _error(401, "Unauthorized")

    def _take(self, method: str, data: dict[str, Any]) -> Said:
        text = html.unescape(_TAG.sub("", str(data.get("caption") or data.get("text") or "")))
        most = 1024 if method == "sendPhoto" else 4096
        if data.get("chat_id") != "@themorning":
            return _error(400, "Bad Request: chat not found")
        if method == "sendPhoto" and not isinstance(data.get("photo"), Upload):
            return _error(400, "Bad Request: there is no photo in the request")
        if not text or len(text) > most:
            return _error(400, "Bad Request: message caption is too long")
        number = len(self.posts) + 41
        self.posts.append({"message_id": number, "text": text, "method": method})
        return _result({"message_id": number, "chat": self.chat, "date": 1795353922}, str(number))


def _result(result: dict[str, Any], created: str = "") -> Said:
    return Said(200, {"ok": True, "result": result}, created=created)


def _error(status: int, description: str, **more: Any) -> Said:
    body = {"ok": False, "error_code": status, "description": description, **more}
    return Said(status, body)


STAND_IN = TelegramStandIn
