"""One delivery, step by step: no answer of a channel and no death leads to a second post."""

from datetime import timedelta

import pytest

from service.domain.delivery import DeliveryState, HoldReason
from service.domain.errors import (
    OutOfCredit,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from service.domain.plan import RuleMode
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.stories import StoryStore
from tests.conftest import TestClock
from tests.workers.newsroom import (
    BLIND,
    KEYED,
    REPEATABLE,
    SEARCHABLE,
    Newsroom,
    answer,
    keep_processing,
    post_then_raise,
    refuse_with,
)
from workers.delivering import deliver

S = DeliveryState


def test_a_due_delivery_is_posted_once_and_keeps_its_receipt(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is None

    delivery = newsroom.delivery(delivery_id)
    assert platform.journal == [delivery_id]
    assert (delivery.remote_id, delivery.remote_url) == ("r1", "https://social.example/1")
    assert delivery.problem == ""


@pytest.mark.parametrize(
    ("error", "state", "pauses"),
    [
        pytest.param(Refused("too rude"), S.FAILED, False, id="refused fails"),
        pytest.param(Unavailable("down"), S.PLANNED, False, id="unavailable waits"),
        pytest.param(
            RateLimited("slow down", retry_after=timedelta(minutes=5)),
            S.PLANNED,
            True,
            id="rate limited waits and pauses the channel",
        ),
        pytest.param(Unauthorized("token"), S.PLANNED, True, id="a lost token waits, never fails"),
        pytest.param(OutOfCredit("pay"), S.PLANNED, True, id="no credit waits"),
        pytest.param(Unconfirmed("no answer"), S.UNCONFIRMED, False, id="no answer is unclear"),
        pytest.param(KeyError("bug"), S.UNCONFIRMED, False, id="a fault of ours is unclear"),
    ],
)
def test_an_error_says_what_happens_next(
    newsroom: Newsroom, error: Exception, state: DeliveryState, *, pauses: bool
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [refuse_with(error)]  # type: ignore[arg-type]
    [delivery_id] = newsroom.publish()

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is state

    with newsroom.house.database.read() as tx:
        [channel] = ChannelStore(tx).all()
        [attempt] = DeliveryStore(tx).attempts_of(delivery_id)
    assert channel.is_paused is pauses
    assert attempt.outcome == state.value
    assert newsroom.delivery(delivery_id).problem == attempt.note != ""


def test_a_lost_answer_is_looked_for_before_anything_else(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    deliver(newsroom.house, newsroom.roster, delivery_id)

    stopped_clock.advance(seconds=60)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is None
    stopped_clock.advance(seconds=61)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED

    assert platform.journal == [delivery_id]
    assert newsroom.delivery(delivery_id).remote_id == "seen"


def test_only_two_empty_looks_prove_that_a_post_is_absent(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    deliver(newsroom.house, newsroom.roster, delivery_id)

    stopped_clock.advance(seconds=121)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.UNCONFIRMED
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is None
    stopped_clock.advance(seconds=61)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.PLANNED
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED

    assert platform.looks == 2
    assert platform.journal == [delivery_id]


def test_a_post_that_shows_late_is_not_posted_again(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    platform.is_hidden = True
    [delivery_id] = newsroom.publish()
    deliver(newsroom.house, newsroom.roster, delivery_id)
    stopped_clock.advance(seconds=121)
    deliver(newsroom.house, newsroom.roster, delivery_id)

    platform.is_hidden = False
    stopped_clock.advance(seconds=61)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_channel_that_names_its_posts_is_settled_within_seconds(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", KEYED)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    deliver(newsroom.house, newsroom.roster, delivery_id)

    stopped_clock.advance(seconds=3)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_channel_that_knows_our_key_gets_the_same_request_again(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", REPEATABLE)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    deliver(newsroom.house, newsroom.roster, delivery_id)

    stopped_clock.advance(seconds=3)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.PLANNED
    stopped_clock.advance(seconds=31)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED
    assert platform.looks == 0


def test_a_blind_channel_leaves_an_unclear_post_to_a_person(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    deliver(newsroom.house, newsroom.roster, delivery_id)

    stopped_clock.advance(hours=5)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is None
    assert newsroom.delivery(delivery_id).hold_reason is HoldReason.NEEDS_PERSON
    assert platform.journal == [delivery_id]


def test_a_post_in_processing_is_polled_not_sent_again(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    platform.script = [keep_processing]
    [delivery_id] = newsroom.publish()

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.PENDING
    stopped_clock.advance(seconds=6)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED

    assert platform.journal == [delivery_id]
    assert newsroom.delivery(delivery_id).remote_id == "7"


@pytest.mark.parametrize("supports", [KEYED, SEARCHABLE, BLIND], ids=["keyed", "searched", "blind"])
def test_a_worker_that_dies_after_the_intent_never_leads_to_a_second_post(
    newsroom: Newsroom, stopped_clock: TestClock, supports: object
) -> None:
    platform = newsroom.open_channel("alpha", supports)  # type: ignore[arg-type]
    platform.script = [post_then_raise(KeyboardInterrupt())]  # the process ends right here
    [delivery_id] = newsroom.publish()
    with pytest.raises(KeyboardInterrupt):
        deliver(newsroom.house, newsroom.roster, delivery_id)
    assert newsroom.delivery(delivery_id).state is S.SENDING

    for _ in range(20):
        stopped_clock.advance(seconds=40)
        _sweep(newsroom, stopped_clock)
        deliver(newsroom.house, newsroom.roster, delivery_id)

    delivery = newsroom.delivery(delivery_id)
    assert platform.journal == [delivery_id]
    assert delivery.state is (S.UNCONFIRMED if supports is BLIND else S.DELIVERED)


def test_a_worker_that_dies_before_the_intent_is_replaced_at_once(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.prepares = [KeyboardInterrupt()]  # type: ignore[list-item]
    [delivery_id] = newsroom.publish()
    with pytest.raises(KeyboardInterrupt):
        deliver(newsroom.house, newsroom.roster, delivery_id)

    stopped_clock.advance(seconds=76)
    _sweep(newsroom, stopped_clock)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_an_answer_that_comes_after_the_lease_is_over_counts_for_nothing(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", KEYED)

    def sleep_through_the_lease(*of: object) -> object:
        stopped_clock.advance(seconds=100)
        _sweep(newsroom, stopped_clock)
        return answer(*of)  # type: ignore[arg-type]

    platform.script = [sleep_through_the_lease]  # type: ignore[list-item]
    [delivery_id] = newsroom.publish()

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is None
    assert newsroom.delivery(delivery_id).state is S.UNCONFIRMED
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_story_withdrawn_before_sending_is_never_posted(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    stopped_clock.advance(seconds=1)
    newsroom.publish(kind="unpublished", content=None)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is None

    assert newsroom.delivery(delivery_id).state is S.CANCELLED
    assert platform.journal == []


def test_a_held_story_waits(newsroom: Newsroom, stopped_clock: TestClock) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    story_id = newsroom.delivery(delivery_id).story_id
    with newsroom.house.database.write() as tx:
        StoryStore(tx).hold(story_id, is_held=True)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.PLANNED
    assert platform.journal == []

    with newsroom.house.database.write() as tx:
        StoryStore(tx).hold(story_id, is_held=False)
    stopped_clock.advance(minutes=2)
    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.DELIVERED


def test_news_that_waited_too_long_is_left_to_a_person(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()

    stopped_clock.advance(hours=7)

    assert deliver(newsroom.house, newsroom.roster, delivery_id) is S.MISSED
    assert platform.journal == []


def test_a_post_under_review_does_not_go_out(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha", mode=RuleMode.REVIEW)

    assert newsroom.publish() == []

    [delivery] = newsroom.deliveries()
    assert deliver(newsroom.house, newsroom.roster, delivery.id) is None
    assert (delivery.state, delivery.hold_reason) == (S.HELD, HoldReason.REVIEW)
    assert platform.journal == []


def _sweep(newsroom: Newsroom, time: TestClock) -> None:
    with newsroom.house.database.write() as tx:
        DeliveryStore(tx).release_expired(
            now=time.now(),
            settle_delay=timedelta(seconds=120),
            quick_kinds=newsroom.roster.quick_kinds,
        )
