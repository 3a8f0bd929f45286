"""What staff do, and that two people at one button do the thing once."""

from dataclasses import replace

import pytest

from service import clock
from service.channels.base import Face
from service.desk import Desk
from service.domain.delivery import DeliveryState, HoldReason
from service.domain.errors import BadPayload, Conflict, Refused, Unconfirmed
from service.domain.plan import RuleMode
from service.domain.story import StoryContent
from service.house import House
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.staff import StaffStore
from tests.conftest import TestClock
from tests.workers.newsroom import BLIND, CONTENT, Newsroom, post_then_raise, refuse_with

S = DeliveryState


@pytest.fixture
def newsroom(house: House, stopped_clock: TestClock) -> Newsroom:
    return Newsroom(house)


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house, "ada@news.example")


def test_an_approved_post_goes_out(newsroom: Newsroom, desk: Desk) -> None:
    platform = newsroom.open_channel("alpha", mode=RuleMode.REVIEW)
    newsroom.publish()
    [held] = newsroom.deliveries()

    desk.approve(held.id, now=clock.now())

    assert newsroom.deliver(held.id) is S.DELIVERED
    assert platform.journal == [held.id]


def test_the_second_to_approve_is_told_what_happened(newsroom: Newsroom, desk: Desk) -> None:
    newsroom.open_channel("alpha", mode=RuleMode.REVIEW)
    newsroom.publish()
    [held] = newsroom.deliveries()
    desk.approve(held.id, now=clock.now())

    with pytest.raises(Conflict, match="planned now; nothing was changed"):
        desk.approve(held.id, now=clock.now())


def test_a_held_post_stays_and_may_be_cancelled(newsroom: Newsroom, desk: Desk) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()

    desk.hold(delivery_id, now=clock.now())
    assert newsroom.deliver(delivery_id) is None
    desk.cancel(delivery_id, now=clock.now())

    assert newsroom.delivery(delivery_id).state is S.CANCELLED
    assert platform.journal == []


def test_what_a_person_cancelled_stays_cancelled_whatever_the_cms_says(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    desk.cancel(delivery_id, now=clock.now())

    stopped_clock.advance(seconds=5)

    assert newsroom.publish(kind="updated", content=_changed()) == []
    assert [delivery.state for delivery in newsroom.deliveries()] == [S.CANCELLED]


def test_an_unclear_post_that_was_given_up_is_not_planned_anew(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    desk.cancel(delivery_id, now=clock.now())

    stopped_clock.advance(seconds=5)

    assert newsroom.publish(kind="updated", content=_changed()) == []
    assert platform.journal == [delivery_id]


def test_a_post_that_is_being_sent_cannot_be_cancelled_even_when_its_worker_is_late(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    platform.script = [post_then_raise(KeyboardInterrupt())]
    [delivery_id] = newsroom.publish()
    with pytest.raises(KeyboardInterrupt):
        newsroom.deliver(delivery_id)
    stopped_clock.advance(minutes=5)

    with pytest.raises(Conflict, match="sending now; nothing was changed"):
        desk.cancel(delivery_id, now=clock.now())


def test_a_failed_post_that_missed_a_version_goes_out_with_the_newest_words(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    platform.script = [refuse_with(Refused("too rude"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=5)
    newsroom.publish(kind="updated", content=_changed())

    desk.retry(delivery_id, now=clock.now())
    newsroom.deliver(delivery_id)
    newsroom.sweep_events()
    stopped_clock.advance(seconds=6)

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert "Westport" in newsroom.delivery(delivery_id).post.text


def test_a_failed_post_may_be_tried_again(newsroom: Newsroom, desk: Desk) -> None:
    platform = newsroom.open_channel("alpha")
    platform.script = [refuse_with(Refused("too rude"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    desk.retry(delivery_id, now=clock.now())

    assert newsroom.deliver(delivery_id) is S.DELIVERED


def test_an_unclear_post_cannot_be_retried_only_settled(newsroom: Newsroom, desk: Desk) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    with pytest.raises(Conflict, match="only failed ones are retried"):
        desk.retry(delivery_id, now=clock.now())
    desk.settle_as_sent(delivery_id, url="https://t.example/1", now=clock.now())

    settled = newsroom.delivery(delivery_id)
    assert (settled.state, settled.remote_url) == (S.DELIVERED, "https://t.example/1")
    assert platform.journal == [delivery_id]


def test_a_post_that_a_person_did_not_find_is_sent(newsroom: Newsroom, desk: Desk) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    desk.settle_as_absent(delivery_id, now=clock.now())

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_persons_words_survive_the_next_version(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha", mode=RuleMode.REVIEW)
    newsroom.publish()
    [held] = newsroom.deliveries()

    desk.reword(held.id, "The harbour is open.", face=_face(newsroom), now=clock.now())
    stopped_clock.advance(seconds=5)
    newsroom.publish(kind="updated", content=_changed())

    [renewed] = newsroom.deliveries()
    assert renewed.post.text == "The harbour is open."
    assert renewed.story_version == 2


def test_a_renewal_that_was_begun_before_a_person_wrote_changes_nothing(
    newsroom: Newsroom, desk: Desk
) -> None:
    newsroom.open_channel("alpha", mode=RuleMode.REVIEW)
    newsroom.publish()
    [read_before] = newsroom.deliveries()
    desk.reword(read_before.id, "The harbour is open.", face=_face(newsroom), now=clock.now())

    with newsroom.house.database.write() as tx:
        is_renewed = DeliveryStore(tx).renew_post(read_before, read_before.post, version=2)

    assert not is_renewed
    assert newsroom.delivery(read_before.id).post.text == "The harbour is open."


def test_words_that_do_not_fit_are_refused_and_nothing_changes(
    newsroom: Newsroom, desk: Desk
) -> None:
    newsroom.open_channel("alpha", mode=RuleMode.REVIEW)
    newsroom.publish()
    [held] = newsroom.deliveries()

    with pytest.raises(BadPayload, match="100 graphemes too long"):
        desk.reword(held.id, "x" * 400, face=_face(newsroom), now=clock.now())

    assert newsroom.deliveries() == [held]


def test_every_act_is_on_the_trail(newsroom: Newsroom, desk: Desk) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    with newsroom.house.database.read() as tx:
        [channel] = ChannelStore(tx).all()

    desk.hold(delivery_id, now=clock.now())
    desk.pause(channel.id, now=clock.now())
    desk.resume(channel.id, now=clock.now())

    with newsroom.house.database.read() as tx:
        trail = StaffStore(tx).trail()
    assert [(entry.actor, entry.action) for entry in trail] == [
        ("ada@news.example", "resume channel"),
        ("ada@news.example", "pause channel"),
        ("ada@news.example", "hold"),
    ]
    assert trail[0].details == {}
    assert newsroom.delivery(delivery_id).hold_reason is HoldReason.PERSON


def _face(newsroom: Newsroom) -> Face:
    return newsroom.roster.kinds["alpha"].face


def _changed() -> StoryContent:
    return replace(CONTENT, standfirst="The harbour of Westport reopened on Tuesday.")
