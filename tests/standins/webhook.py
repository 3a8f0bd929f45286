"""Stands in for a receiver of web hooks: checks signatures with the standard's own library.

It remembers message ids, as the standard asks of receivers, so a repeat makes no second post.
"""

import base64
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.standins.base import Asked, Said, StandIn

SECRET = "whsec_" + base64.b64encode(b"a webhook secret of a test, 32 b").decode()


class WebhookStandIn(StandIn):
    kind = "webhook"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.is_gone = False
        self._seen: set[str] = set()

    def account(self) -> tuple[dict[str, Any], dict[str, str]]:
        return {"url": f"{self.url}/incoming"}, {"secret": SECRET}

    def remote_id(self, post: dict[str, Any]) -> str:
        return str(post["id"])

    def is_create(self, asked: Asked) -> bool:
        return asked.data.get("type") == "post.publish"

    def carry_out(self, asked: Asked) -> Said:
        if self.is_gone:
            return Said(410, "gone")
        try:
            message = Webhook(SECRET).verify(asked.body, dict(asked.headers))
        except WebhookVerificationError as error:
            return Said(401, str(error))
        if message["type"] == "post.publish" and message["id"] not in self._seen:
            self._seen.add(message["id"])
            self.posts.append(message)
        return Said(200, {"ok": True}, created=message["id"])


STAND_IN = WebhookStandIn
