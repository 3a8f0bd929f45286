"""Keys and what is sealed with them.

Two kinds, on purpose. A channel's token is sealed with a public key: web can put it away and
never read it again, only a worker holds the private half. A webhook's secret is locked with the
web's own key, because web must read it to verify a sender.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from service.config import Settings
from service.domain.errors import Misconfigured

_SHORTEST_SECRET = 32
_CARD_KEY_BYTES = 32
_CARD_KEY = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,32}):(?P<key>[0-9a-fA-F]{64})", re.ASCII)
_FOR_CARDS = "card addresses"


@dataclass(frozen=True, slots=True, repr=False)
class CardKey:
    """A key of card addresses; its name is part of each."""

    name: str
    key: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`private` is None in processes that must not open tokens.

    `cards` sign the addresses of cards: the first one makes new addresses, all of them are good.
    """

    secret: bytes
    public: bytes
    private: bytes | None
    cards: tuple[CardKey, ...] = ()

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose; knowing it tells nothing about the others."""
        return hmac.new(self.secret, purpose.encode(), hashlib.sha256).digest()


def load_keys(settings: Settings) -> Keys:
    """Take the keys from the settings, or make them once for an embedded installation."""
    if settings.database_url and not (
        settings.secret_key.get_secret_value() and settings.seal_public_key
    ):
        raise Misconfigured(
            "KINDLY_SECRET_KEY and KINDLY_SEAL_PUBLIC_KEY must be set when KINDLY_DATABASE_URL is: "
            "run `kindly keys` and keep what it prints"
        )
    folder = settings.data_dir / "keys"
    secret = settings.secret_key.get_secret_value() or _kept(folder / "secret", new_secret)
    if len(secret) < _SHORTEST_SECRET:
        raise Misconfigured(
            f"KINDLY_SECRET_KEY is shorter than {_SHORTEST_SECRET} characters: run `kindly keys`"
        )
    private = settings.seal_private_key.get_secret_value()
    if not settings.seal_public_key:
        private = private or _kept(folder / "seal-private", new_private_key)
    public = settings.seal_public_key or public_half(private)
    keys = Keys(secret.encode(), _from_hex(public), _from_hex(private) if private else None)
    return replace(keys, cards=_card_keys(settings) or (CardKey("c1", keys.derive(_FOR_CARDS)),))


def with_new_card_key(keys: Keys) -> str:
    """Return what KINDLY_CARD_KEYS must say so that a new key signs and the old ones stay good."""
    taken = {card.name for card in keys.cards}
    name = next(name for n in count(1) if (name := f"c{n}") not in taken)
    listed = [CardKey(name, secrets.token_bytes(_CARD_KEY_BYTES)), *keys.cards]
    return ",".join(f"{card.name}:{card.key.hex()}" for card in listed)


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def new_private_key() -> str:
    return PrivateKey.generate().encode().hex()


def public_half(private: str) -> str:
    return PrivateKey(_from_hex(private)).public_key.encode().hex()


def seal(content: Mapping[str, str], *, owner: str, public: bytes) -> bytes:
    """Seal `content` so that only a worker can read it, and only for `owner`."""
    document = json.dumps({"owner": owner, "content": dict(content)})
    return SealedBox(PublicKey(public)).encrypt(document.encode())


def lock(values: list[str], *, owner: str, keys: Keys) -> bytes:
    """Lock web's own secrets; `owner` is part of the key, so a row cannot be swapped."""
    return bytes(SecretBox(keys.derive(f"lock:{owner}")).encrypt(json.dumps(values).encode()))


def unlock(locked: bytes, *, owner: str, keys: Keys) -> list[str]:
    try:
        opened = SecretBox(keys.derive(f"lock:{owner}")).decrypt(locked)
    except CryptoError as error:
        raise Misconfigured(
            f"the secrets of {owner} were locked with another KINDLY_SECRET_KEY: set them again"
        ) from error
    values: list[str] = json.loads(opened)
    return values


def _card_keys(settings: Settings) -> tuple[CardKey, ...]:
    entries = settings.card_keys.get_secret_value().split(",")
    found = [_CARD_KEY.fullmatch(entry.strip()) for entry in entries if entry.strip()]
    keys = [CardKey(one["name"], bytes.fromhex(one["key"])) for one in found if one]
    if len(keys) < len(found):
        # The entry is not repeated: it holds a secret.
        raise Misconfigured(
            "KINDLY_CARD_KEYS holds an entry that is not name:64 hex digits: run `kindly card key`"
        )
    if len({card.name for card in keys}) < len(keys):
        raise Misconfigured("KINDLY_CARD_KEYS names a key twice: each name may stand once")
    return tuple(keys)


def _from_hex(value: str) -> bytes:
    try:
        key = bytes.fromhex(value)
    except ValueError as error:
        raise Misconfigured("a KINDLY_SEAL key is not hexadecimal: run `kindly keys`") from error
    if len(key) != PrivateKey.SIZE:
        raise Misconfigured("a KINDLY_SEAL key is not 64 hex digits long: run `kindly keys`")
    return key


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Read a key, or make it: written whole or not at all, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass  # another process made the key first; its key is the key
        finally:
            temporary.unlink()
    return path.read_text().strip()
