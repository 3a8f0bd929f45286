"""Sealed tokens, and tokens that may be renewed only once."""

import threading
from dataclasses import replace

import pytest

from service.domain.errors import Misconfigured
from service.keys import seal
from service.storage.channels import ChannelStore
from tests.workers.newsroom import Newsroom
from workers.credentials import StoredSession, unseal


def session(newsroom: Newsroom) -> StoredSession:
    with newsroom.house.database.read() as tx:
        [channel] = ChannelStore(tx).all()
    return StoredSession(newsroom.house, channel)


def test_a_token_is_opened_only_with_the_private_key(newsroom: Newsroom) -> None:
    keys = newsroom.house.keys
    sealed = seal({"token": "t0p"}, owner="alpha", public=keys.public)

    assert b"t0p" not in sealed
    assert unseal(sealed, owner="alpha", keys=keys) == {"token": "t0p"}
    with pytest.raises(Misconfigured, match="KINDLY_SEAL_PRIVATE_KEY is not set"):
        unseal(sealed, owner="alpha", keys=replace(keys, private=None))


def test_a_token_that_was_swapped_between_channels_is_refused(newsroom: Newsroom) -> None:
    keys = newsroom.house.keys
    sealed = seal({"token": "t"}, owner="alpha", public=keys.public)

    with pytest.raises(Misconfigured, match="belong to another channel"):
        unseal(sealed, owner="beta", keys=keys)


def test_a_renewed_token_is_kept_before_it_is_used(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")

    renewed = session(newsroom).renew({}, lambda _stored: {"access": "1"})

    assert renewed == session(newsroom).read() == {"access": "1"}


def test_workers_that_renew_together_renew_once(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    session(newsroom).renew({}, lambda _stored: {"refresh": "0"})
    asked: list[dict[str, str]] = []

    def fetch(stored: dict[str, str]) -> dict[str, str]:
        asked.append(stored)
        return {"refresh": str(int(stored["refresh"]) + 1)}

    got: list[dict[str, str]] = []
    workers = [
        threading.Thread(
            target=lambda: got.append(session(newsroom).renew({"refresh": "0"}, fetch))
        )
        for _ in range(5)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert asked == [{"refresh": "0"}]
    assert got == [{"refresh": "1"}] * 5


def test_a_renewal_that_fails_lets_the_next_one_try(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")

    def fail(_stored: dict[str, str]) -> dict[str, str]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        session(newsroom).renew({}, fail)

    assert session(newsroom).renew({}, lambda _stored: {"a": "1"}) == {"a": "1"}
