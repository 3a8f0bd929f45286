"""What the dashboard's tests share: a person with a session, and stories to look at."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import clock, intake
from service.domain.delivery import Delivery
from service.domain.story import Story, StoryContent, StoryEvent, StoryEventKind
from service.house import House
from service.storage.deliveries import DeliveryStore
from service.storage.staff import AuditEntry, StaffStore
from service.storage.stories import StoryStore

EMAIL = "ann@gazette.example"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Browser:
    """A client that holds a session and fills in the token of every form."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers, buffered=True)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def live(self, path: str) -> dict[str, str]:
        answer = self.client.get(path, headers={"Accept": "application/json"})
        assert answer.json is not None
        parts: dict[str, str] = answer.json["parts"]
        return parts

    def post(self, path: str, **form: str) -> TestResponse:
        """Send a form and follow where it leads."""
        token = token_of(self.client.get("/help").text)
        return self.client.post(path, data={"csrf_token": token, **form}, follow_redirects=True)


def token_of(page: str) -> str:
    found = _TOKEN.search(page)
    assert found is not None, "the page has no form"
    return found.group(1)


def signed_in(house: House, client: FlaskClient) -> Browser:
    """Somebody at the desk, without the work that a password costs."""
    with house.database.write() as tx:
        staff = StaffStore(tx)
        known = staff.find(EMAIL)
        person_id = known.id if known else staff.add(EMAIL, "Ann", "!", now=clock.now())
        value = staff.open_session(person_id, now=clock.now())
    client.set_cookie("session", value, domain="localhost")
    return Browser(client)


def told(
    house: House, headline: str, *, at: datetime | None = None, age: timedelta | None = None
) -> Story:
    """A story that the CMS has published, as the house knows it."""
    stamp = at or clock.now() - (age or timedelta())
    content = StoryContent(headline=headline, url="https://gazette.example/story", section="City")
    event = StoryEvent(
        source="cms",
        external_id=headline[:100],
        kind=StoryEventKind.PUBLISHED,
        dedupe_key=headline[:100],
        stamp=stamp,
        content=content,
    )
    event_id = intake.receive(house.database, event, now=stamp)
    assert event_id is not None
    story_id = intake.apply(house.database, event_id, now=stamp)
    assert story_id is not None
    with house.database.read() as tx:
        return StoryStore(tx).get(story_id)


def delivery_of(house: House, delivery_id: str) -> Delivery:
    with house.database.read() as tx:
        return DeliveryStore(tx).get(delivery_id)


def trail_of(house: House, subject: str) -> list[AuditEntry]:
    with house.database.read() as tx:
        return StaffStore(tx).trail(subjects=[subject])
