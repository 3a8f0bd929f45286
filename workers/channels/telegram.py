"""Speaks to Telegram's Bot API.

The bot's token is part of every address, so no address may ever reach a message or a log. A bot
cannot read what it posted: a lost answer stays lost, and a person has to look.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from service.channels.telegram import TelegramSecrets, TelegramSettings
from service.domain.errors import ChannelError, RateLimited, Refused, Unauthorized
from service.domain.post import Receipt
from service.domain.retry import clamp
from service.platforms.facts import limits_of
from workers.channels.base import Answer, Job, Voice, pause_asked

# Telegram puts this before the number of a channel; its addresses leave it out.
_CHANNEL_MARK = "-100"


class TelegramVoice(Voice):
    kind = "telegram"

    def publish(self, job: Job) -> Receipt:
        body = job.payload.body
        if "caption" not in body:
            answer = self._ask("sendMessage", idempotent=False, json=body)
        elif job.picture is None:
            raise Refused("the post has a caption, but its card could not be drawn")
        else:
            picture = job.picture
            self._check_size(len(picture.data))
            name = f"card.{picture.format.value}"
            files = {"photo": (name, picture.data, picture.media_type)}
            answer = self._ask("sendPhoto", idempotent=False, data=body, files=files)
        return self._receipt(answer)

    def check(self) -> str:
        bot = self._ask("getMe", idempotent=True)
        chat = self._ask("getChat", idempotent=True, json={"chat_id": self._settings.chat_id})
        if chat.text("result", "type") == "channel":
            self._require_posting_right(self.required(bot, "result", "id", idempotent=True))
        title = chat.text("result", "title") or self._settings.chat_id
        return f"@{bot.text('result', 'username')} in {title}"

    def verdict(self, answer: Answer) -> ChannelError | None:
        """Telegram repeats the status in `error_code`; its sentences are for people only."""
        said = self.quote(f"telegram answered {answer.status}: {answer.text('description')}")
        if moved_to := answer.text("parameters", "migrate_to_chat_id"):
            return Refused(f"the group has become {moved_to}: set this as the channel's chat_id")
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(said, retry_after=_pause(answer))
        if answer.status == HTTPStatus.FORBIDDEN:
            return Unauthorized(f"{said} (let the bot post in the chat, then resume the channel)")
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            return Unauthorized(f"{said} (the bot's token is not known)")
        if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            return Refused(said)
        return None

    def _require_posting_right(self, bot_id: str) -> None:
        member = self._ask(
            "getChatMember",
            idempotent=True,
            json={"chat_id": self._settings.chat_id, "user_id": int(bot_id)},
        ).data.get("result")
        rights: Mapping[str, Any] = member if isinstance(member, dict) else {}
        if rights.get("status") != "creator" and not rights.get("can_post_messages"):
            raise Unauthorized("the bot may not post: make it an administrator of the channel")

    def _check_size(self, size: int) -> None:
        most = limits_of(self.kind).limits.image_bytes
        if size > most:
            raise Refused(f"the card has {size} bytes, telegram takes {most}")

    def _receipt(self, answer: Answer) -> Receipt:
        message_id = self.required(answer, "result", "message_id", idempotent=False)
        chat_id = answer.text("result", "chat", "id")
        public_name = answer.text("result", "chat", "username")
        return Receipt(
            remote_id=message_id,
            url=_address(message_id, chat_id=chat_id, public_name=public_name),
            facts={"chat_id": chat_id},
        )

    def _ask(self, method: str, *, idempotent: bool, **body: Any) -> Answer:
        assert isinstance(self.secrets, TelegramSecrets)
        token = self.secrets.bot_token.get_secret_value()
        address = f"{self._settings.api_base}/bot{token}/{method}"
        return self.call("POST", address, idempotent=idempotent, **body)

    @property
    def _settings(self) -> TelegramSettings:
        assert isinstance(self.settings, TelegramSettings)
        return self.settings


def _pause(answer: Answer) -> timedelta:
    try:
        return clamp(timedelta(seconds=float(answer.text("parameters", "retry_after"))))
    except (ValueError, OverflowError):
        return pause_asked(answer.headers)


def _address(message_id: str, *, chat_id: str, public_name: str) -> str:
    if public_name:
        return f"https://t.me/{public_name}/{message_id}"
    if chat_id.startswith(_CHANNEL_MARK):
        return f"https://t.me/c/{chat_id.removeprefix(_CHANNEL_MARK)}/{message_id}"
    return ""


VOICE = TelegramVoice
