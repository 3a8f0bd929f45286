"""Sends posts to a receiver of one's own, signed after Standard Webhooks.

The receiver tells repeats by the message's id, which is the delivery's: so whatever happens on
the way, sending it again is safe.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from service import clock
from service.channels.webhook import WebhookSecrets, WebhookSettings, signing_key
from service.domain.errors import ChannelError, Refused
from service.domain.post import Receipt
from workers.channels.base import Answer, Job, Voice


class WebhookVoice(Voice):
    kind = "webhook"

    def publish(self, job: Job) -> Receipt:
        answer = self._send(
            "post.publish",
            message_id=job.delivery_id,
            created_at=job.created_at,
            data=job.payload.body,
        )
        return Receipt(remote_id=job.delivery_id, facts={"status": answer.status})

    def check(self) -> str:
        """Send a message that carries no post; the receiver answers it like any other."""
        now = clock.now()
        message_id = f"check-{now.timestamp():.0f}"
        self._send("channel.check", message_id=message_id, created_at=now, data={})
        return urlsplit(self._settings.url).hostname or ""

    def verdict(self, answer: Answer) -> ChannelError | None:
        if answer.status == HTTPStatus.GONE:
            return Refused("the receiver says that it is gone (410): remove or correct the channel")
        return None

    def _send(
        self, event: str, *, message_id: str, created_at: datetime, data: dict[str, Any]
    ) -> Answer:
        message = {
            "id": message_id,
            "type": event,
            "created_at": created_at.astimezone(UTC).isoformat(),
            "data": data,
        }
        # Signed as bytes and sent as those very bytes: encoding twice could differ.
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", **self._signature(message_id, body)}
        return self.call("POST", self._settings.url, idempotent=True, data=body, headers=headers)

    def _signature(self, message_id: str, body: bytes) -> dict[str, str]:
        assert isinstance(self.secrets, WebhookSecrets)
        stamp = str(int(clock.now().timestamp()))
        signed = b".".join((message_id.encode(), stamp.encode(), body))
        digest = hmac.digest(signing_key(self.secrets.secret), signed, hashlib.sha256)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }

    @property
    def _settings(self) -> WebhookSettings:
        assert isinstance(self.settings, WebhookSettings)
        return self.settings


VOICE = WebhookVoice
