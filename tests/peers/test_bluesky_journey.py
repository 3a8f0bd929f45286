"""From a recorded Ghost webhook to exactly one post on a real Bluesky server."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from service.domain.delivery import Delivery, DeliveryState
from tests.peers.holding_proxy import HoldingProxy
from tests.peers.stack import Stack, eventually
from tests.servers.bluesky import Account, Pds

PUBLISHED = "captures/ghost/008-published-POST.json"
EDITED = "captures/ghost/009-published-POST.json"
COLLECTION = "app.bsky.feed.post"


@pytest.fixture
def stack(tmp_path: Path, database_address: str, redis_url: str) -> Iterator[Stack]:
    address = "" if database_address.startswith("sqlite") else database_address
    running = Stack(tmp_path, database_url=address, redis_url=redis_url)
    yield running
    running.close()


@pytest.fixture
def account(pds: Pds) -> Account:
    return pds.create_account(f"desk{secrets.token_hex(4)}.test")


def test_one_webhook_makes_one_post_with_card_and_facets(
    stack: Stack, pds: Pds, account: Account, shared: Callable[[str], Path]
) -> None:
    _open(stack, pds.url, account)
    stack.start()

    first = stack.post_as_ghost(shared(PUBLISHED))
    repeated = stack.post_as_ghost(shared(PUBLISHED))
    concurrent = stack.post_as_ghost(shared(EDITED))

    assert first.status_code == 202
    assert repeated.status_code == 200
    assert concurrent.status_code in {200, 202}
    delivery = eventually(lambda: _delivered(stack), within_s=60, what="the post")
    [post] = _posts(pds, account)
    record = post["value"]
    assert post["uri"] == delivery.remote_id
    assert record["embed"]["external"]["uri"].startswith("http://127.0.0.1:2368/")
    assert record["embed"]["external"]["thumb"]["mimeType"] == "image/jpeg"
    assert _tagged(record) == {"Elections": "#Elections"}
    assert _blob(pds, account, record["embed"]["external"]["thumb"])[:3] == b"\xff\xd8\xff"


def test_a_worker_killed_while_the_answer_is_under_way_leaves_one_post(
    stack: Stack, pds: Pds, account: Account, shared: Callable[[str], Path]
) -> None:
    line = HoldingProxy(pds.url, hold="putRecord")
    _open(stack, line.url, account)
    stack.start()
    stack.post_as_ghost(shared(PUBLISHED))
    assert line.carried_out.wait(60), "the post never reached the server"
    assert len(_posts(pds, account)) == 1

    stack.kill("worker")
    line.let_go()
    [killed] = stack.deliveries()
    assert killed.state is DeliveryState.SENDING
    stack.start("worker")

    delivery = eventually(lambda: _delivered(stack), within_s=90, what="the settling")
    [post] = _posts(pds, account)
    assert post["uri"] == delivery.remote_id
    line.close()


def _open(stack: Stack, pds_url: str, account: Account) -> None:
    settings = {"pds": pds_url, "identifier": account.handle}
    stack.add_channel("our-bluesky", "bluesky", settings, {"app_password": account.app_password})
    stack.add_ghost()


def _delivered(stack: Stack) -> Delivery | None:
    out = [one for one in stack.deliveries() if one.state is DeliveryState.DELIVERED]
    return out[0] if out else None


def _posts(pds: Pds, account: Account) -> list[dict[str, Any]]:
    answer = requests.get(
        f"{pds.url}/xrpc/com.atproto.repo.listRecords",
        params={"repo": account.did, "collection": COLLECTION},
        timeout=10,
    )
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def _tagged(record: dict[str, Any]) -> dict[str, str]:
    """Each tag facet with the words that it covers, cut out by its byte offsets."""
    raw = record["text"].encode()
    return {
        feature["tag"]: raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        for facet in record.get("facets", [])
        for feature in facet["features"]
        if "tag" in feature
    }


def _blob(pds: Pds, account: Account, blob: dict[str, Any]) -> bytes:
    answer = requests.get(
        f"{pds.url}/xrpc/com.atproto.sync.getBlob",
        params={"did": account.did, "cid": blob["ref"]["$link"]},
        timeout=10,
    )
    return answer.content
