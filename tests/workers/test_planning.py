"""From story events to planned deliveries."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service import clock, intake, press
from service.desk import Desk
from service.domain.card import Card
from service.domain.delivery import DeliveryState
from service.domain.story import StoryImage
from service.storage.events import EventState, EventStore
from service.storage.stories import StoryStore
from tests.conftest import TestClock
from tests.workers.newsroom import CONTENT, Newsroom
from workers import planning

S = DeliveryState


def test_a_published_story_is_planned_once_per_channel(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    newsroom.open_channel("beta")
    event = newsroom.tell()
    assert event is not None

    planned = planning.take_in(newsroom.house, newsroom.roster, event)
    again = planning.take_in(newsroom.house, newsroom.roster, event)

    assert len(planned) == 2
    assert again == []
    assert len(newsroom.deliveries()) == 2


def test_a_repeated_notice_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish(key="same")

    assert newsroom.tell(key="same") is None

    with newsroom.house.database.read() as tx:
        assert EventStore(tx).count() == 1


def test_one_notice_taken_in_by_many_workers_plans_one_delivery(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    event = newsroom.tell()
    assert event is not None

    with ThreadPoolExecutor(6) as workers:
        tries = [
            workers.submit(planning.take_in, newsroom.house, newsroom.roster, event)
            for _ in range(6)
        ]

    assert sum(len(one.result()) for one in tries) == 1
    assert len(newsroom.deliveries()) == 1


def test_a_worker_that_fails_after_another_has_planned_breaks_nothing(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    event = newsroom.tell()
    assert event is not None
    planning.take_in(newsroom.house, newsroom.roster, event)

    with newsroom.house.database.write() as tx:
        EventStore(tx).postpone(event, problem="too late", until=clock.now())
        recorded = EventStore(tx).get(event)

    assert recorded is not None
    assert recorded.state is EventState.DONE


def test_a_card_that_was_drawn_for_an_older_version_is_not_planned(
    newsroom: Newsroom, stopped_clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.open_channel("alpha")
    newest: list[str | None] = []
    draw = press.card_of

    def draw_slowly(*of: Any) -> Card:
        card = draw(*of)
        if not newest:
            stopped_clock.advance(seconds=5)
            newest.append(newsroom.tell("updated", content=replace(CONTENT, headline="New head")))
            intake.apply(newsroom.house.database, str(newest[0]), now=stopped_clock.now())
        return card

    monkeypatch.setattr(press, "card_of", draw_slowly)
    assert newsroom.publish() == []
    planning.take_in(newsroom.house, newsroom.roster, str(newest[0]))

    [delivery] = newsroom.deliveries()
    card = newsroom.house.renditions.card(delivery.post.picture.card_digest)
    assert card is not None
    assert (card.headline, delivery.story_version) == ("New head", 2)


def test_what_has_not_gone_out_says_what_the_newest_version_says(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    stopped_clock.advance(seconds=10)

    corrected = replace(CONTENT, standfirst="The harbour of Westport reopened on Tuesday.")
    newsroom.publish(kind="updated", content=corrected)

    delivery = newsroom.delivery(delivery_id)
    assert "Westport" in delivery.post.text
    assert "Eastport" not in delivery.post.text
    assert delivery.story_version == 2


def test_an_update_after_posting_posts_nothing_new(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=10)

    assert newsroom.publish(kind="updated", content=replace(CONTENT, headline="New head")) == []

    assert platform.journal == [delivery_id]


def test_a_story_that_comes_back_before_posting_is_planned_anew(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()
    stopped_clock.advance(seconds=1)
    newsroom.publish(kind="unpublished", content=None)
    stopped_clock.advance(seconds=1)

    [planned] = newsroom.publish()

    states = [delivery.state for delivery in newsroom.deliveries()]
    assert sorted(states) == [S.CANCELLED, S.PLANNED]
    assert newsroom.delivery(planned).state is S.PLANNED


def test_an_edit_of_an_old_story_is_not_posted_as_news(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    last_year = replace(CONTENT, published_at=stopped_clock.now() - timedelta(days=365))

    assert newsroom.publish(kind="updated", content=last_year) == []

    [delivery] = newsroom.deliveries()
    assert delivery.state is S.MISSED
    assert "for a person to decide" in delivery.problem
    Desk(newsroom.house, "ada").retry(delivery.id, now=stopped_clock.now())
    assert newsroom.deliver(delivery.id) is S.DELIVERED


def test_a_channel_that_opens_later_does_not_post_the_archive(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()
    stopped_clock.advance(days=3)
    newsroom.open_channel("beta")

    newsroom.publish(kind="updated", content=replace(CONTENT, headline="Harbour reopened"))

    assert [delivery.state for delivery in newsroom.deliveries()] == [S.PLANNED, S.MISSED]


@pytest.mark.parametrize(
    ("kind", "hours"),
    [
        pytest.param("published", 9000, id="a publication, whatever its date says"),
        pytest.param("updated", 5, id="an edit within hours, its publication notice lost"),
    ],
)
def test_news_is_planned(
    newsroom: Newsroom, stopped_clock: TestClock, kind: str, hours: int
) -> None:
    newsroom.open_channel("alpha")
    dated = replace(CONTENT, published_at=stopped_clock.now() - timedelta(hours=hours))

    assert len(newsroom.publish(kind=kind, content=dated)) == 1


def test_a_channel_that_cannot_take_a_story_does_not_keep_it_from_the_others(
    newsroom: Newsroom,
) -> None:
    newsroom.open_channel("alpha")
    newsroom.open_channel("beta")
    too_long = replace(CONTENT, url=f"https://news.example/{'x' * 400}")

    newsroom.publish(content=too_long)

    for delivery in newsroom.deliveries():
        assert delivery.state is S.FAILED
        assert delivery.problem != ""


def test_a_photo_on_a_private_address_costs_the_picture_and_not_the_story(
    newsroom: Newsroom,
) -> None:
    newsroom.open_channel("alpha")
    private = {"url": "http://169.254.169.254/latest/meta-data", "alt": ""}

    [delivery_id] = newsroom.publish(content=replace(CONTENT, image=StoryImage(**private)))

    with newsroom.house.database.read() as tx:
        photo = StoryStore(tx).photo(newsroom.delivery(delivery_id).story_id)
    assert photo.digest == ""
    assert "169.254.169.254" in photo.problem
    assert newsroom.delivery(delivery_id).state is S.PLANNED
