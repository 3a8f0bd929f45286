"""The dispatcher: what it hints at, and what it does itself when nobody hears hints."""

from dataclasses import replace
from datetime import timedelta

import redis

from service import clock
from service.domain.delivery import DeliveryState
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.leases import DISPATCHER, LeaseStore
from tests.conftest import TestClock
from tests.servers.processes import free_port
from tests.workers.newsroom import Newsroom
from workers.sweeping import Dispatcher

S = DeliveryState
_PILE = "kindly:deliveries"


def test_without_a_broker_the_dispatcher_posts_with_its_own_hands(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha")
    newsroom.tell()
    dispatcher = _without_broker(newsroom)

    for _ in range(4):
        dispatcher.turn()
        dispatcher.wait_for_own_hands()
    dispatcher.finish()

    [delivery] = newsroom.deliveries()
    assert delivery.state is S.DELIVERED
    assert platform.journal == [delivery.id]


def test_own_hands_take_no_more_than_they_can_hold(newsroom: Newsroom) -> None:
    for name in ("alpha", "beta"):
        newsroom.open_channel(name)
    planned = newsroom.publish()
    newsroom.tell("updated")
    dispatcher = _without_broker(newsroom)

    dispatcher.turn()
    dispatcher.finish()

    states = sorted(newsroom.delivery(one).state for one in planned)
    assert states == [S.DELIVERED, S.PLANNED]


def test_a_broker_that_takes_hints_leaves_the_work_to_the_workers(
    newsroom: Newsroom, redis_url: str
) -> None:
    platform = newsroom.open_channel("alpha")
    newsroom.publish()
    dispatcher = _with_broker(newsroom, redis_url)

    dispatcher.turn()
    dispatcher.finish()

    assert redis.Redis.from_url(redis_url).llen(_PILE) == 1
    assert platform.journal == []


def test_hints_that_nobody_takes_stop_piling_up_and_the_work_is_done_all_the_same(
    newsroom: Newsroom, redis_url: str
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    with redis.Redis.from_url(redis_url) as client:
        client.rpush(_PILE, *["untaken"] * 1000)
        dispatcher = _with_broker(newsroom, redis_url)

        dispatcher.turn()
        dispatcher.finish()

        assert client.llen(_PILE) == 1000
    assert platform.journal == [delivery_id]


def test_only_the_leader_works(newsroom: Newsroom) -> None:
    platform = newsroom.open_channel("alpha")
    newsroom.publish()
    dispatcher = _without_broker(newsroom)
    with newsroom.house.database.write() as tx:
        LeaseStore(tx).take(DISPATCHER, "another", now=clock.now(), length=timedelta(seconds=15))

    dispatcher.turn()
    dispatcher.wait_for_own_hands()
    dispatcher.finish()

    assert platform.journal == []


def test_another_leads_when_the_leader_falls_silent(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    platform = newsroom.open_channel("alpha")
    newsroom.publish()
    dispatcher = _without_broker(newsroom)
    with newsroom.house.database.write() as tx:
        LeaseStore(tx).take(DISPATCHER, "another", now=clock.now(), length=timedelta(seconds=15))

    stopped_clock.advance(seconds=16)
    dispatcher.turn()
    dispatcher.wait_for_own_hands()
    dispatcher.finish()

    assert len(platform.journal) == 1


def test_work_is_handed_out_once_until_its_hint_grows_old(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()

    assert _due(newsroom) == [delivery_id]
    assert _due(newsroom) == []
    stopped_clock.advance(seconds=31)
    assert _due(newsroom) == [delivery_id]


def test_a_paused_channel_hands_out_nothing_until_its_pause_is_over(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    with newsroom.house.database.write() as tx:
        [channel] = ChannelStore(tx).all()
        until = clock.now() + timedelta(minutes=5)
        ChannelStore(tx).pause(channel.id, "slow down", until=until)

    assert _due(newsroom) == []
    stopped_clock.advance(minutes=6)
    assert _due(newsroom) == [delivery_id]


def test_a_short_pause_never_shortens_a_long_one(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    with newsroom.house.database.write() as tx:
        store = ChannelStore(tx)
        [channel] = store.all()
        store.pause(channel.id, "token lost")
        store.pause(channel.id, "slow down", until=clock.now() + timedelta(minutes=5))
        [channel] = store.all()

    assert (channel.pause_reason, channel.resumes_at) == ("token lost", None)


def _without_broker(newsroom: Newsroom) -> Dispatcher:
    return _with_broker(newsroom, f"redis://127.0.0.1:{free_port()}/0")


def _with_broker(newsroom: Newsroom, address: str) -> Dispatcher:
    settings = newsroom.house.settings.model_copy(update={"redis_url": address})
    return Dispatcher(replace(newsroom.house, settings=settings), newsroom.roster)


def _due(newsroom: Newsroom) -> list[str]:
    with newsroom.house.database.write() as tx:
        return DeliveryStore(tx).take_due(
            now=clock.now(), again_after=timedelta(seconds=30), limit=10
        )
