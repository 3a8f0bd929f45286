"""Simulated posts: the page that a receipt of a simulated channel points to."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from service import clock
from service.app import create_app
from service.domain.delivery import DeliveryState
from service.domain.story import StoryContent, StoryEvent, StoryEventKind
from service.intake import apply, receive
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from tests.web.outside import in_state, planned, story_of

HEADLINE = "Ferry <b>returns</b> to Skerry Bay"


@pytest.fixture
def story(house):
    event = StoryEvent(
        source="desk",
        external_id="1",
        kind=StoryEventKind.PUBLISHED,
        dedupe_key="1",
        stamp=clock.now(),
        content=StoryContent(headline=HEADLINE, url="https://news.example/ferry"),
    )
    event_id = receive(house.database, event, now=clock.now())
    assert event_id
    return story_of(house, apply(house.database, event_id, now=clock.now()))


@pytest.fixture
def sent(house, story):
    delivery_id = planned(house, story)
    in_state(house, delivery_id, DeliveryState.DELIVERED, sent_at=datetime(2026, 1, 2, tzinfo=UTC))
    return delivery_id


def test_a_receipt_leads_to_the_post_as_it_went_out(client, sent):
    page = client.get(f"/simulated/{sent}")

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "Ferry &lt;b&gt;returns&lt;/b&gt; to Skerry Bay" in page.text
    assert '<a href="https://news.example/ferry"' in page.text
    assert "our sky" in page.text
    assert "Bluesky (simulated)" in page.text
    assert " of 300 graphemes" in page.text


def test_the_picture_of_the_page_can_be_fetched(client, sent):
    page = client.get(f"/simulated/{sent}")

    path = page.text.partition('<img src="')[2].partition('"')[0]
    picture = client.get(path)

    assert path.startswith("/cards/")
    assert picture.mimetype == "image/jpeg"


def test_a_post_that_has_not_gone_out_is_not_shown(house, client, story):
    waiting = planned(house, story)

    page = client.get(f"/simulated/{waiting}")

    assert page.status_code == 404
    assert "Skerry Bay" not in page.text


def test_what_real_channels_posted_is_not_shown_here(house, client, sent):
    with house.database.write() as tx:
        channel_id = ChannelStore(tx).add(
            "real",
            "webhook",
            {"url": "https://hooks.example/in"},
            sealed=b"",
            now=clock.now(),
        )
        simulated = DeliveryStore(tx).get(sent)
        real = DeliveryStore(tx).plan(
            story_id=simulated.story_id,
            story_version=1,
            channel_id=channel_id,
            state=DeliveryState.PLANNED,
            hold_reason=None,
            post=simulated.post,
            now=clock.now(),
        )
    assert real
    in_state(house, real, DeliveryState.DELIVERED)

    assert client.get(f"/simulated/{real}").status_code == 404


@pytest.mark.parametrize("name", [str(uuid4()), "1", "%00"])
def test_an_unknown_post_is_not_there(client, name):
    assert client.get(f"/simulated/{name}").status_code == 404


@pytest.mark.servers
def test_the_page_needs_no_script_and_loads_nothing_it_may_not(house, sent, chromium, serve):
    address = serve(create_app(house=house))
    with chromium.new_page() as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{address}/simulated/{sent}")

        picture = page.locator(".card img")
        shown = picture.evaluate("image => image.naturalWidth")

    assert shown == 1200
    assert complaints == []
