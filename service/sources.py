"""Adds webhook sources: CMSs that may send stories, and the secret that proves it is them."""

import base64
import secrets
from datetime import datetime

import service.cms
from service.discovery import discover
from service.domain.errors import Conflict, NotFound
from service.house import House
from service.keys import lock
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore


def add_webhook_source(
    house: House, name: str, kind: str, secret: str, *, actor: str, now: datetime
) -> str:
    """Let a CMS send stories to /webhooks/<name>; returns the secret, a new one if need be."""
    adapters = discover(service.cms, "ADAPTER")
    if kind not in adapters:
        raise NotFound(f"there is no CMS kind {kind}: choose one of {', '.join(adapters)}")
    secret = secret or new_secret()
    with house.database.write() as tx:
        store = SourceStore(tx)
        if store.find(name):
            raise Conflict(f"there is a source {name} already: choose another name")
        locked = lock([secret], owner=source_owner(name), keys=house.keys)
        store.add(name, kind, locked, now=now)
        StaffStore(tx).audit(actor, "add source", name, now=now, kind=kind)
    return secret


def source_owner(name: str) -> str:
    """Whose secrets they are, as the lock knows it."""
    return f"source:{name}"


def new_secret() -> str:
    """A secret in the form of Standard Webhooks, which any other scheme takes as well."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
