"""One delivery, step by step: no answer of a channel and no death leads to a second post."""

import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.channels.base import Supports
from service.domain.delivery import Delivery, DeliveryState, HoldReason
from service.domain.errors import (
    ChannelError,
    Misconfigured,
    OutOfCredit,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from service.domain.plan import RuleMode
from service.domain.post import Payload, Receipt
from service.storage.channels import ChannelStore
from service.storage.database import DatabaseBusy
from service.storage.deliveries import DeliveryStore
from service.storage.overview import Overview
from service.storage.stories import StoryStore
from tests.conftest import TestClock
from tests.workers.newsroom import (
    BLIND,
    CONTENT,
    KEYED,
    REPEATABLE,
    SEARCHABLE,
    Newsroom,
    Platform,
    answer,
    carry_out_later,
    keep_processing,
    post_then_raise,
    refuse_with,
)

S = DeliveryState


def test_a_due_delivery_is_posted_once_and_keeps_its_receipt(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert newsroom.deliver(delivery_id) is None

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

    assert newsroom.deliver(delivery_id) is state

    with newsroom.house.database.read() as tx:
        [channel] = ChannelStore(tx).all()
        [attempt] = Overview(tx).attempts([delivery_id])[delivery_id]
    assert channel.is_paused is pauses
    assert attempt.outcome == state.value
    assert newsroom.delivery(delivery_id).problem == attempt.note != ""


def test_a_lost_answer_is_looked_for_before_anything_else(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    stopped_clock.advance(seconds=60)
    assert newsroom.deliver(delivery_id) is None
    stopped_clock.advance(seconds=61)
    assert newsroom.deliver(delivery_id) is S.DELIVERED

    assert platform.journal == [delivery_id]
    assert newsroom.delivery(delivery_id).remote_id == "seen"


def test_only_two_empty_looks_prove_that_a_post_is_absent(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    stopped_clock.advance(seconds=121)
    assert newsroom.deliver(delivery_id) is S.UNCONFIRMED
    assert newsroom.deliver(delivery_id) is None
    stopped_clock.advance(seconds=61)
    assert newsroom.deliver(delivery_id) is S.PLANNED
    assert newsroom.deliver(delivery_id) is S.DELIVERED

    assert platform.looks == 2
    assert platform.journal == [delivery_id]


def test_a_post_that_shows_late_is_not_posted_again(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    platform.is_hidden = True
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=121)
    newsroom.deliver(delivery_id)

    platform.is_hidden = False
    stopped_clock.advance(seconds=61)

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_channel_that_names_its_posts_is_settled_within_seconds(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", KEYED)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    stopped_clock.advance(seconds=3)

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_channel_that_knows_our_key_gets_the_same_request_again(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", REPEATABLE)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    stopped_clock.advance(seconds=3)

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]
    assert platform.looks == 0


def test_a_repeat_that_is_not_carried_out_proves_nothing_about_the_first_request(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", REPEATABLE)
    silence = Unconfirmed("no answer")
    platform.script = [refuse_with(silence), refuse_with(Unavailable("down")), refuse_with(silence)]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    waits = []
    for _ in range(2):
        stopped_clock.advance(minutes=5)
        assert newsroom.deliver(delivery_id) is S.UNCONFIRMED
        waits.append(newsroom.delivery(delivery_id).due_at - stopped_clock.now())

    assert waits[0] >= timedelta(seconds=15)
    assert waits[1] >= timedelta(seconds=60)


def test_a_repeat_that_is_refused_goes_to_a_person(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", REPEATABLE)
    platform.script = [post_then_raise(Unconfirmed("no answer")), refuse_with(Refused("rude"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=3)

    assert newsroom.deliver(delivery_id) is S.UNCONFIRMED

    assert newsroom.delivery(delivery_id).hold_reason is HoldReason.NEEDS_PERSON


def test_an_unclear_post_of_a_withdrawn_story_is_neither_repeated_nor_forgotten(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", REPEATABLE)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=3)
    newsroom.publish(kind="unpublished", content=None)
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=3)

    assert newsroom.publish() == []

    unclear = newsroom.delivery(delivery_id)
    assert (unclear.state, unclear.hold_reason) == (S.UNCONFIRMED, HoldReason.NEEDS_PERSON)
    assert platform.journal == [delivery_id]


def test_one_early_look_does_not_let_a_withdrawn_story_be_forgotten(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", KEYED)
    platform.script = [carry_out_later(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    newsroom.publish(kind="unpublished", content=None)

    stopped_clock.advance(seconds=3)
    assert newsroom.deliver(delivery_id) is S.UNCONFIRMED
    stopped_clock.advance(seconds=119)
    assert newsroom.deliver(delivery_id) is None
    stopped_clock.advance(seconds=2)
    assert newsroom.deliver(delivery_id) is S.DELIVERED

    assert platform.journal == [delivery_id]


def test_a_repeat_waits_for_a_held_story(newsroom: Newsroom, stopped_clock: TestClock) -> None:
    platform = newsroom.open_channel("alpha", REPEATABLE)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    _hold(newsroom, delivery_id, is_held=True)

    stopped_clock.advance(minutes=2)
    assert newsroom.deliver(delivery_id) is S.UNCONFIRMED
    assert platform.journal == []

    _hold(newsroom, delivery_id, is_held=False)
    stopped_clock.advance(minutes=2)
    assert newsroom.deliver(delivery_id) is S.DELIVERED


def test_a_blind_channel_leaves_an_unclear_post_to_a_person(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.script = [post_then_raise(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)

    stopped_clock.advance(hours=5)

    assert newsroom.deliver(delivery_id) is None
    assert newsroom.delivery(delivery_id).hold_reason is HoldReason.NEEDS_PERSON
    assert platform.journal == [delivery_id]


def test_a_post_in_processing_is_polled_not_sent_again(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    platform.script = [keep_processing]
    [delivery_id] = newsroom.publish()

    assert newsroom.deliver(delivery_id) is S.PENDING
    stopped_clock.advance(seconds=6)
    assert newsroom.deliver(delivery_id) is S.DELIVERED

    assert platform.journal == [delivery_id]
    assert newsroom.delivery(delivery_id).remote_id == "7"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(Refused("the film is broken"), S.FAILED, id="refused after all"),
        pytest.param(Unconfirmed("never heard of it"), S.UNCONFIRMED, id="lost on the way"),
        pytest.param(Unavailable("down"), S.PENDING, id="cannot be asked now"),
        pytest.param(KeyError("bug"), S.PENDING, id="a fault of ours"),
    ],
)
def test_polling_ends_when_the_channel_says_so(
    newsroom: Newsroom, stopped_clock: TestClock, error: ChannelError, state: DeliveryState
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script, platform.polls = [keep_processing], [error]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=6)

    assert newsroom.deliver(delivery_id) is state
    assert newsroom.deliver(delivery_id) is None


@pytest.mark.parametrize("supports", [KEYED, SEARCHABLE, BLIND], ids=["keyed", "searched", "blind"])
def test_a_worker_that_dies_after_the_intent_never_leads_to_a_second_post(
    newsroom: Newsroom, stopped_clock: TestClock, supports: object
) -> None:
    platform = newsroom.open_channel("alpha", supports)  # type: ignore[arg-type]
    platform.script = [post_then_raise(KeyboardInterrupt())]  # the process ends right here
    [delivery_id] = newsroom.publish()
    with pytest.raises(KeyboardInterrupt):
        newsroom.deliver(delivery_id)
    assert newsroom.delivery(delivery_id).state is S.SENDING

    for _ in range(20):
        stopped_clock.advance(seconds=40)
        _sweep(newsroom, stopped_clock)
        newsroom.deliver(delivery_id)

    delivery = newsroom.delivery(delivery_id)
    assert platform.journal == [delivery_id]
    assert delivery.state is (S.UNCONFIRMED if supports is BLIND else S.DELIVERED)


def test_a_worker_that_dies_before_the_intent_is_replaced_at_once(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.prepares = [KeyboardInterrupt()]
    [delivery_id] = newsroom.publish()
    with pytest.raises(KeyboardInterrupt):
        newsroom.deliver(delivery_id)

    stopped_clock.advance(seconds=76)
    _sweep(newsroom, stopped_clock)

    assert newsroom.deliver(delivery_id) is S.DELIVERED
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

    assert newsroom.deliver(delivery_id) is None
    assert newsroom.delivery(delivery_id).state is S.UNCONFIRMED
    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_worker_that_lost_its_claim_can_write_nothing_under_the_next_one(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    late = _claim(newsroom, delivery_id, stopped_clock)
    stopped_clock.advance(seconds=76)
    _sweep(newsroom, stopped_clock)
    present = _claim(newsroom, delivery_id, stopped_clock)
    assert late is not None
    assert present is not None

    with newsroom.house.database.write() as tx:
        store = DeliveryStore(tx)
        assert not store.keep_progress(late, {"media": "7"})
        assert store.begin(late, Payload({}), record_key="", now=stopped_clock.now()) is None
        assert not store.finish(late, S.FAILED, now=stopped_clock.now())

    assert newsroom.delivery(delivery_id) == present


def test_nobody_takes_up_what_another_worker_is_looking_for(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [refuse_with(Unconfirmed("no answer"))]
    [delivery_id] = newsroom.publish()
    newsroom.deliver(delivery_id)
    stopped_clock.advance(seconds=121)

    first = _claim(newsroom, delivery_id, stopped_clock)
    second = _claim(newsroom, delivery_id, stopped_clock)
    stopped_clock.advance(seconds=76)
    after_its_death = _claim(newsroom, delivery_id, stopped_clock)

    assert first is not None
    assert second is None
    assert after_its_death is not None


def test_a_dead_workers_post_is_not_looked_for_before_it_can_be_seen(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha", SEARCHABLE)
    platform.script = [post_then_raise(KeyboardInterrupt())]
    [delivery_id] = newsroom.publish()
    with pytest.raises(KeyboardInterrupt):
        newsroom.deliver(delivery_id)

    stopped_clock.advance(seconds=76)
    _sweep(newsroom, stopped_clock)
    stopped_clock.advance(seconds=119)
    assert newsroom.deliver(delivery_id) is None
    assert platform.looks == 0
    stopped_clock.advance(seconds=2)
    assert newsroom.deliver(delivery_id) is S.DELIVERED


def test_a_hint_for_a_paused_channel_sends_nothing(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    with newsroom.house.database.write() as tx:
        [channel] = ChannelStore(tx).all()
        ChannelStore(tx).pause(channel.id, "paused by ada")

    assert newsroom.deliver(delivery_id) is S.PLANNED

    assert platform.journal == []


def test_a_story_withdrawn_before_sending_is_never_posted(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    stopped_clock.advance(seconds=1)
    newsroom.publish(kind="unpublished", content=None)

    assert newsroom.deliver(delivery_id) is None

    assert newsroom.delivery(delivery_id).state is S.CANCELLED
    assert platform.journal == []


def test_a_held_story_waits(newsroom: Newsroom, stopped_clock: TestClock) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    _hold(newsroom, delivery_id, is_held=True)

    assert newsroom.deliver(delivery_id) is S.PLANNED
    assert platform.journal == []

    _hold(newsroom, delivery_id, is_held=False)
    stopped_clock.advance(minutes=2)
    assert newsroom.deliver(delivery_id) is S.DELIVERED


def test_what_changes_while_a_post_is_prepared_still_counts(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    stopped_clock.advance(seconds=1)
    platform.while_preparing = lambda: newsroom.publish(kind="unpublished", content=None)

    assert newsroom.deliver(delivery_id) is S.CANCELLED

    assert platform.journal == []


@pytest.mark.parametrize(
    ("error", "state", "pauses"),
    [
        pytest.param(DatabaseBusy("locked"), S.PLANNED, False, id="a busy database"),
        pytest.param(Unconfirmed("no answer"), S.PLANNED, False, id="an upload without an answer"),
        pytest.param(KeyError("bug"), S.PLANNED, False, id="a fault of ours"),
        pytest.param(Misconfigured("no key"), S.PLANNED, True, id="a setting that is missing"),
        pytest.param(Refused("too big"), S.FAILED, False, id="a picture that is refused"),
    ],
)
def test_what_goes_wrong_while_preparing_has_sent_nothing(
    newsroom: Newsroom, error: Exception, state: DeliveryState, *, pauses: bool
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    platform.prepares = [error]
    [delivery_id] = newsroom.publish()

    assert newsroom.deliver(delivery_id) is state

    with newsroom.house.database.read() as tx:
        [channel] = ChannelStore(tx).all()
    assert channel.is_paused is pauses
    assert platform.journal == []


def test_a_post_that_cannot_be_prepared_is_tried_less_and_less_often(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    platform.prepares = [Unavailable("down") for _ in range(4)]
    [delivery_id] = newsroom.publish()

    for _ in range(4):
        stopped_clock.advance(minutes=10)
        assert newsroom.deliver(delivery_id) is S.PLANNED

    assert newsroom.delivery(delivery_id).due_at - stopped_clock.now() >= timedelta(minutes=5)


def test_a_version_that_came_while_a_post_was_under_way_is_what_goes_out(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    corrected = replace(CONTENT, standfirst="The harbour of Westport reopened on Tuesday.")

    def be_overtaken(_platform: Platform, _job: object) -> Receipt:
        stopped_clock.advance(seconds=1)
        newsroom.publish(kind="updated", content=corrected)
        raise Unavailable("down")

    platform.script = [be_overtaken]
    [delivery_id] = newsroom.publish()
    for _ in range(3):
        newsroom.deliver(delivery_id)
        newsroom.sweep_events()
        stopped_clock.advance(seconds=20)

    delivery = newsroom.delivery(delivery_id)
    assert delivery.state is S.DELIVERED
    assert "Westport" in delivery.post.text
    assert platform.journal == [delivery_id]


def test_a_worker_that_was_stopped_after_the_intent_does_not_speak_when_it_goes_on(
    newsroom: Newsroom, stopped_clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    begin = DeliveryStore.begin

    def begin_and_stop(*how: Any, **more: Any) -> str | None:
        attempt = begin(*how, **more)
        stopped_clock.advance(seconds=100)
        return attempt

    monkeypatch.setattr(DeliveryStore, "begin", begin_and_stop)
    [delivery_id] = newsroom.publish()

    assert newsroom.deliver(delivery_id) is S.PLANNED

    assert platform.journal == []


def test_a_voice_begins_no_request_after_its_claim_is_over(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    opened = newsroom.house.settings.model_copy(
        update={"allow_private_hosts": frozenset({"127.0.0.1"})}
    )
    with newsroom.house.database.read() as tx:
        [channel] = ChannelStore(tx).all()
    until = stopped_clock.now() + timedelta(seconds=10)
    voice = newsroom.roster.voice(replace(newsroom.house, settings=opened), channel, until=until)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        stopped_clock.advance(seconds=11)
        with pytest.raises(Unavailable, match="could not be reached"):
            voice.call("POST", url, idempotent=False, json={})
        line, _ = server.accept()
        with line:
            assert line.recv(100) == b""


def test_a_receipt_outlives_a_database_that_does_not_listen(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = newsroom.open_channel("alpha", BLIND)
    finish, faults = DeliveryStore.finish, [DatabaseBusy("locked"), DatabaseBusy("gone")]

    def finish_at_last(*how: Any, **more: Any) -> bool:
        if faults:
            raise faults.pop()
        return finish(*how, **more)

    monkeypatch.setattr(DeliveryStore, "finish", finish_at_last)
    [delivery_id] = newsroom.publish()

    assert newsroom.deliver(delivery_id) is S.DELIVERED

    assert newsroom.delivery(delivery_id).remote_id == "r1"
    assert platform.journal == [delivery_id]


@pytest.mark.parametrize(
    "supports", [KEYED, SEARCHABLE, REPEATABLE, BLIND], ids=["keyed", "searched", "key", "blind"]
)
@pytest.mark.parametrize("ahead_s", [600, -600], ids=["ahead", "behind"])
def test_a_dispatcher_with_a_wrong_clock_leads_to_no_second_post(
    newsroom: Newsroom, stopped_clock: TestClock, supports: Supports, ahead_s: float
) -> None:
    platform = newsroom.open_channel("alpha", supports)

    def be_swept(*of: Any) -> Receipt:
        _sweep(newsroom, stopped_clock, ahead_s=ahead_s)
        return answer(*of)

    platform.script = [be_swept]
    [delivery_id] = newsroom.publish()

    for _ in range(20):
        newsroom.deliver(delivery_id)
        _sweep(newsroom, stopped_clock, ahead_s=ahead_s)
        stopped_clock.advance(seconds=60)

    assert set(platform.journal) == {delivery_id}
    assert supports.idempotency or len(platform.journal) == 1
    unclear = supports is BLIND and ahead_s > 0
    assert newsroom.delivery(delivery_id).state is (S.UNCONFIRMED if unclear else S.DELIVERED)


def test_news_that_waited_too_long_is_left_to_a_person(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()

    stopped_clock.advance(hours=7)

    assert newsroom.deliver(delivery_id) is S.MISSED
    assert platform.journal == []


def test_a_post_under_review_does_not_go_out(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha", mode=RuleMode.REVIEW)

    assert newsroom.publish() == []

    [delivery] = newsroom.deliveries()
    assert newsroom.deliver(delivery.id) is None
    assert (delivery.state, delivery.hold_reason) == (S.HELD, HoldReason.REVIEW)
    assert platform.journal == []


def _claim(newsroom: Newsroom, delivery_id: str, time: TestClock) -> Delivery | None:
    with newsroom.house.database.write() as tx:
        lease = timedelta(seconds=75)
        return DeliveryStore(tx).claim(delivery_id, now=time.now(), lease=lease)


def _hold(newsroom: Newsroom, delivery_id: str, *, is_held: bool) -> None:
    story_id = newsroom.delivery(delivery_id).story_id
    with newsroom.house.database.write() as tx:
        StoryStore(tx).hold(story_id, is_held=is_held)


def _sweep(newsroom: Newsroom, time: TestClock, *, ahead_s: float = 0) -> None:
    with newsroom.house.database.write() as tx:
        DeliveryStore(tx).release_expired(
            now=time.now() + timedelta(seconds=ahead_s),
            settle_delay=timedelta(seconds=120),
            quick_kinds=newsroom.roster.quick_kinds,
        )
