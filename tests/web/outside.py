"""What the tests of the outside share: a sender of signed notices, and looks into the store."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from service import clock, keys, press
from service.domain.card import CardSize
from service.domain.delivery import DeliveryState
from service.domain.post import Post
from service.domain.story import Story
from service.house import House
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore, RecordedEvent
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore
from service.storage.stories import Photo, StoryStore
from service.storage.tables import delivery

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STORY = {
    "id": "4711",
    "headline": "Ferry returns to Skerry Bay",
    "url": "https://news.example.org/ferry",
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


def recorded(house: House, answer: TestResponse) -> RecordedEvent:
    """What was written down for a notice that was taken."""
    assert answer.json is not None
    with house.database.read() as tx:
        found = EventStore(tx).get(answer.json["event"])
    assert found is not None
    return found


def story_of(house: House, story_id: str | None) -> Story:
    assert story_id is not None
    with house.database.read() as tx:
        return StoryStore(tx).get(story_id)


def in_state(house: House, delivery_id: str, state: DeliveryState, **changes: Any) -> None:
    """Put a delivery into a state that a worker would leave it in."""
    with house.database.write() as tx:
        tx.execute(
            update(delivery)
            .where(delivery.c.id == delivery_id)
            .values(state=state.value, **changes)
        )


def planned(house: House, story: Story, *, style: str = "bluesky", name: str = "our sky") -> str:
    """A simulated channel and a delivery on it, with the story's card."""
    card = press.card_of(house, story, Photo(), {})
    with house.database.write() as tx:
        channel_id = ChannelStore(tx).add(
            name, "simulated", {"style": style}, sealed=b"", now=clock.now()
        )
        delivery_id = DeliveryStore(tx).plan(
            story_id=story.id,
            story_version=story.version,
            channel_id=channel_id,
            state=DeliveryState.PLANNED,
            hold_reason=None,
            post=Post(
                text=f"{story.content.headline} {story.content.url}",
                link=story.content.url,
                title=story.content.headline,
                description=story.content.standfirst,
                language="en",
                picture=press.picture_of(card, CardSize.OG),
            ),
            now=clock.now(),
        )
    assert delivery_id is not None
    return delivery_id
