"""Opens what `service.keys` sealed, and keeps rotating tokens straight.

Some platforms hand out a refresh token that works once: two workers that refresh together would
lock the account out. So there is one lock per credential, the tokens are read again inside it,
and a new pair is committed before anybody uses it.
"""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from service import clock, keys
from service.domain.errors import Misconfigured, Unavailable
from service.house import House
from service.storage.channels import Channel, ChannelStore
from service.storage.leases import LeaseStore

_LOCK_LENGTH = timedelta(seconds=60)
_LOCK_WAIT_S = 20.0
_LOCK_POLL_S = 0.2


def unseal(sealed: bytes, *, owner: str, keys: keys.Keys) -> dict[str, str]:
    """Open what was sealed for `owner`; needs the private key, which only workers are given."""
    if keys.private is None:
        raise Misconfigured("KINDLY_SEAL_PRIVATE_KEY is not set: workers need it to open tokens")
    try:
        document = json.loads(SealedBox(PrivateKey(keys.private)).decrypt(sealed))
    except CryptoError as error:
        raise Misconfigured(
            f"the tokens of {owner} were sealed with another key: enter them again"
        ) from error
    if document["owner"] != owner:
        raise Misconfigured(f"the tokens stored with {owner} belong to another channel")
    content: dict[str, str] = document["content"]
    return content


@dataclass(frozen=True)
class StoredSession:
    """One channel's rotating tokens (the Session of `workers.channels.base`)."""

    house: House
    channel: Channel
    _holder: str = field(default_factory=lambda: str(uuid.uuid4()))

    def read(self) -> dict[str, str]:
        with self.house.database.read() as tx:
            sealed = ChannelStore(tx).sealed_session(self.channel.id)
        return unseal(sealed, owner=self.channel.name, keys=self.house.keys) if sealed else {}

    def renew(
        self, stale: Mapping[str, str], fetch: Callable[[dict[str, str]], dict[str, str]]
    ) -> dict[str, str]:
        self._lock()
        try:
            current = self.read()
            if current != dict(stale):
                return current
            renewed = fetch(current)
            self._keep(renewed)
            return renewed
        finally:
            self._unlock()

    def _keep(self, tokens: Mapping[str, str]) -> None:
        sealed = keys.seal(tokens, owner=self.channel.name, public=self.house.keys.public)
        with self.house.database.write() as tx:
            ChannelStore(tx).keep_session(self.channel.id, sealed)

    @property
    def _lock_name(self) -> str:
        return f"credential:{self.channel.id}"

    def _lock(self) -> None:
        give_up_at = time.monotonic() + _LOCK_WAIT_S
        while not self._try_lock():
            if time.monotonic() > give_up_at:
                raise Unavailable(f"another worker is renewing the tokens of {self.channel.name}")
            time.sleep(_LOCK_POLL_S)

    def _try_lock(self) -> bool:
        with self.house.database.write() as tx:
            return LeaseStore(tx).take(
                self._lock_name, self._holder, now=clock.now(), length=_LOCK_LENGTH
            )

    def _unlock(self) -> None:
        with self.house.database.write() as tx:
            LeaseStore(tx).give_back(self._lock_name, self._holder)
