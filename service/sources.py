"""Adds webhook sources: CMSs that may send stories, and the secret that proves it is them."""

import base64
import re
import secrets
from datetime import datetime

import service.cms
from service.cms.base import Adapter
from service.discovery import discover
from service.domain.errors import BadPayload, Conflict, NotFound
from service.house import House
from service.keys import lock, unlock
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore

# The name becomes part of an address that people copy into their CMS.
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def adapters() -> dict[str, Adapter]:
    """Every kind of CMS there is."""
    found: dict[str, Adapter] = discover(service.cms, "ADAPTER")
    return found


def check_source(house: House, name: str, kind: str) -> Adapter:
    """Refuse a source that cannot be added, before anybody is asked for its secret."""
    if not _NAME.fullmatch(name):
        raise BadPayload(
            "a source's name becomes part of an address: use up to 64 letters, digits, "
            "hyphens, dots and underscores"
        )
    known = adapters()
    if kind not in known:
        raise NotFound(f"there is no CMS kind {kind}: choose one of {', '.join(known)}")
    with house.database.read() as tx:
        _require_new(SourceStore(tx), name)
    return known[kind]


def add_webhook_source(
    house: House, name: str, kind: str, secret: str, *, actor: str, now: datetime
) -> str:
    """Let a CMS send stories to /webhooks/<name>; returns the secret, a new one if need be."""
    adapter = check_source(house, name, kind)
    secret = secret or new_secret()
    adapter.check_secret(secret)
    with house.database.write() as tx:
        store = SourceStore(tx)
        _require_new(store, name)
        locked = lock([secret], owner=source_owner(name), keys=house.keys)
        store.add(name, kind, locked, now=now)
        StaffStore(tx).audit(actor, "add source", name, now=now, kind=kind)
    return secret


def rotate_secret(house: House, name: str, secret: str, *, actor: str, now: datetime) -> str:
    """Give a source a new secret; the one before it stays good until the next rotation.

    So the CMS can be changed over without a notice being refused.
    """
    with house.database.write() as tx:
        store = SourceStore(tx)
        found = store.find(name)
        if found is None:
            raise NotFound(f"there is no source {name}: `kindly source list` shows them")
        secret = secret or new_secret()
        adapters()[found.kind].check_secret(secret)
        known = unlock(found.sealed_secrets, owner=source_owner(name), keys=house.keys)
        locked = lock([secret, known[0]], owner=source_owner(name), keys=house.keys)
        store.replace_secrets(name, locked)
        StaffStore(tx).audit(actor, "rotate secret", name, now=now)
    return secret


def source_owner(name: str) -> str:
    """Whose secrets they are, as the lock knows it."""
    return f"source:{name}"


def new_secret() -> str:
    """A secret in the form of Standard Webhooks, which any other scheme takes as well."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _require_new(store: SourceStore, name: str) -> None:
    if store.find(name):
        raise Conflict(f"there is a source {name} already: choose another name")
