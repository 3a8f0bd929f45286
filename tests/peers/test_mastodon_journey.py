"""Mastodon: one post on servers that ignore the Idempotency-Key; requests as the contract says."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.cards.draw import draw
from service.channels.mastodon import FACE
from service.domain.card import Card, CardSize, Rendition
from service.domain.delivery import Delivery, DeliveryState
from service.domain.post import Picture, Post
from service.fetching import guarded_session
from tests.peers.stack import Stack, eventually
from tests.servers import processes
from tests.standins.mastodon import TOKEN, MastodonStandIn
from workers.channels.base import Job
from workers.channels.mastodon import VOICE

PUBLISHED = "captures/ghost/008-published-POST.json"
_HOLD_S = 20


class StandInProcess:
    """A Mastodon stand-in that outlives our workers, with its journal in a file."""

    def __init__(self, home: Path, flavour: str) -> None:
        self.journal = home / "journal.jsonl"
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        log = home / "standin.log"
        self._process = processes.start(
            [
                *(sys.executable, "-m", "tests.standins.mastodon"),
                *("--port", str(self.port), "--journal", str(self.journal)),
                *("--flavour", flavour, "--delay-create", str(_HOLD_S)),
            ],
            log=log,
        )
        processes.wait_until(
            lambda: processes.is_open(self.port),
            what="the Mastodon stand-in",
            process=self._process,
            log=log,
            within_s=20,
        )

    def created(self) -> list[dict[str, Any]]:
        """The requests that made a post appear."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        return [entry for entry in map(json.loads, lines) if entry.get("created")]

    def close(self) -> None:
        processes.end(self._process)


@pytest.fixture(params=MastodonStandIn.flavours)
def mastodon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StandInProcess]:
    running = StandInProcess(tmp_path, request.param)
    yield running
    running.close()


@pytest.fixture
def stack(tmp_path: Path, redis_url: str) -> Iterator[Stack]:
    running = Stack(tmp_path, redis_url=redis_url)
    yield running
    running.close()


def test_a_worker_killed_while_mastodon_answers_leaves_one_post(
    stack: Stack, mastodon: StandInProcess, shared: Callable[[str], Path]
) -> None:
    stack.add_channel(
        "our-mastodon", "mastodon", {"instance": mastodon.url}, {"access_token": TOKEN}
    )
    stack.add_ghost()
    stack.start()
    stack.post_as_ghost(shared(PUBLISHED))
    eventually(mastodon.created, within_s=60, what="the post on the server")

    stack.kill("worker")
    stack.start("worker")

    delivery = eventually(lambda: _delivered(stack), within_s=90, what="the settling")
    [created] = mastodon.created()
    assert delivery.remote_id == created["created"]
    assert delivery.looks == 0


def test_every_request_is_one_that_the_official_contract_takes(
    prism: Callable[[str], str],
) -> None:
    instance = prism("mastodon/schema.json")
    settings = FACE.parse_settings({"instance": instance})
    voice = VOICE(
        settings=settings,
        secrets=FACE.secrets_model.model_validate({"access_token": TOKEN}),
        session=_NoSession(),
        http=guarded_session(allow_private=frozenset({"127.0.0.1"})),
    )
    card = Card(headline="Harbour reopens after the storm")
    post = Post(
        text="The harbour reopened.\n\nhttps://news.example.com/harbour",
        link="https://news.example.com/harbour",
        title=card.headline,
        language="en",
        picture=Picture(card.digest, CardSize.OG, "A card"),
    )
    job = _job(post, settings, draw(card, CardSize.OG).rendition)

    progress = voice.prepare(job)
    receipt = voice.publish(_job(post, settings, None, progress=progress))

    assert progress["media_id"]
    assert receipt.remote_id
    # The contract's example of an account has no name, so `check` itself would object.
    assert voice._get("/api/v1/accounts/verify_credentials").is_success


class _NoSession:
    """Mastodon's tokens do not rotate."""

    def read(self) -> dict[str, str]:
        return {}

    def renew(self, *_: Any) -> dict[str, str]:
        raise AssertionError("nothing to renew")


def _job(
    post: Post, settings: Any, picture: Rendition | None, *, progress: dict[str, Any] | None = None
) -> Job:
    return Job(
        delivery_id="6f1b4e0e-0000-4000-8000-000000000001",
        created_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        payload=FACE.render(post, settings),
        picture=picture,
        picture_alt="A card",
        progress=progress or {},
    )


def _delivered(stack: Stack) -> Delivery | None:
    out = [one for one in stack.deliveries() if one.state is DeliveryState.DELIVERED]
    return out[0] if out else None
