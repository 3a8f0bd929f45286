"""Redis stopped: webhooks are still taken in, posts still go out, nothing is lost or said twice."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.domain.delivery import DeliveryState
from tests.peers.stack import Stack, eventually
from tests.servers.redis_server import RedisServer
from tests.standins.webhook import STAND_IN

PUBLISHED = "captures/ghost/008-published-POST.json"
_ANSWER_WITHIN_S = 2  # Ghost waits that long, and never sends again


@pytest.fixture
def stack(tmp_path: Path, redis_server: RedisServer) -> Iterator[Stack]:
    running = Stack(tmp_path, redis_url=redis_server.url)
    yield running
    running.close()


def test_stories_go_out_once_with_redis_there_away_and_back(
    stack: Stack, redis_server: RedisServer, shared: Callable[[str], Path]
) -> None:
    with STAND_IN() as receiver:
        stack.add_channel("partner", "webhook", *receiver.account())
        stack.add_ghost()
        stack.start()
        _publish(stack, shared, "there")
        eventually(lambda: _all_out(stack, 1), within_s=60, what="the post with Redis there")

        redis_server.kill()
        for name in ("away-1", "away-2", "away-3"):
            _publish(stack, shared, name)
        eventually(lambda: _all_out(stack, 4), within_s=60, what="the posts with Redis away")

        redis_server.start()
        _publish(stack, shared, "back")
        eventually(lambda: _all_out(stack, 5), within_s=60, what="the post with Redis back")

        told = [receiver.remote_id(post) for post in receiver.posts]
        assert sorted(told) == sorted(delivery.id for delivery in stack.deliveries())
        assert len(set(told)) == 5


def _publish(stack: Stack, shared: Callable[[str], Path], name: str) -> None:
    began = time.monotonic()
    answer = stack.post_as_ghost(
        shared(PUBLISHED), id=name, url=f"http://127.0.0.1:2368/{name}/", title=f"Story {name}"
    )
    assert answer.status_code == 202
    assert time.monotonic() - began < _ANSWER_WITHIN_S


def _all_out(stack: Stack, number: int) -> bool:
    states = [delivery.state for delivery in stack.deliveries()]
    return states == [DeliveryState.DELIVERED] * number
