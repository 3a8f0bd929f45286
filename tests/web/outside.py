"""What the tests of the outside share: a sender of signed notices, and looks into the store."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask.testing import FlaskClient
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from service import clock, keys
from service.house import House
from service.storage.events import EventStore
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore
from service.storage.stories import StoryStore

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STORY = {
    "id": "4711",
    "headline": "Ferry returns to Skerry Bay",
    "url": "https://news.example/ferry",
    "standfirst": "After three years the boat sails again.",
    "updated_at": "2026-11-22T11:00:00Z",
}


def add_source(house: House, name: str = "desk", *, kind: str = "generic", secret: str = SECRET):
    locked = keys.lock([secret], owner=f"source:{name}", keys=house.keys)
    with house.database.write() as tx:
        SourceStore(tx).add(name, kind, locked, now=clock.now())


def add_token(house: House, name: str = "newsroom") -> str:
    with house.database.write() as tx:
        return StaffStore(tx).add_token(name, now=clock.now())


def counts(house: House) -> tuple[int, int]:
    """Events and stories written down."""
    with house.database.read() as tx:
        return EventStore(tx).count(), StoryStore(tx).count()


def notice(**changes) -> bytes:
    return json.dumps({"event": "published", "story": STORY | changes}).encode()


def signed(body: bytes, *, message: str = "msg_1", now: datetime | None = None) -> dict[str, str]:
    """The headers that a sender of Standard Webhooks adds, made by its own library."""
    at = now or clock.now()
    signature = Webhook(SECRET).sign(message, at, body.decode("utf-8", "surrogateescape"))
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


@dataclass(frozen=True)
class Sender:
    client: FlaskClient
    path: str = "/webhooks/desk"

    def send(self, body: bytes, *, message: str = "msg_1", **headers: str) -> TestResponse:
        return self.client.post(
            self.path, data=body, headers=signed(body, message=message) | headers
        )


def what(answer: TestResponse) -> str:
    """The one sentence of an error."""
    assert answer.json is not None
    sentence: str = answer.json["error"]["what"]
    assert "Traceback" not in sentence
    return sentence
