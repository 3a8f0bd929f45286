"""Webhooks: a CMS says that something happened to a story.

Verify the bytes as they came, read them, write one row, answer. Everything slow (fetching the
photo, drawing, planning) is left to a worker, because senders wait two seconds and many never
repeat a notice. The one thing a reader would get wrong: nothing here may redirect.
"""

import re
from collections.abc import Mapping
from functools import cache

import structlog
from flask import Blueprint, Response, jsonify, request
from flask.blueprints import BlueprintSetupState

from service import clock, cms, intake, keys
from service.cms.base import Adapter, WebhookRequest
from service.discovery import discover
from service.domain.errors import BadPayload, BadSignature, Misconfigured, NotFound
from service.house import House
from service.storage.sources import Source, SourceStore
from service.web.bodies import raw_body
from service.web.parts import house

blueprint = Blueprint("webhooks", __name__)

_log = structlog.get_logger()
_SOURCE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@cache
def adapters() -> Mapping[str, Adapter]:
    return discover(cms, "ADAPTER")


@blueprint.record
def load_adapters(_state: BlueprintSetupState) -> None:
    """Boot is where a broken file stops us, not the first webhook."""
    adapters()


@blueprint.post("/webhooks/<name>")
def take_notice(name: str) -> tuple[Response, int]:
    now = clock.now()
    notice = WebhookRequest(dict(request.headers), raw_body())
    source = _source(house(), name)
    adapter = _adapter(source)
    secrets = keys.unlock(source.sealed_secrets, owner=f"source:{name}", keys=house().keys)
    try:
        adapter.verify(notice, secrets, now=now)
        event = adapter.parse(notice, source=name, now=now)
    except (BadSignature, BadPayload) as problem:
        # The sender is told less than the operator, who must find out which of the two is wrong.
        _log.warning("notice refused", source=name, reason=str(problem))
        raise
    if event is None:
        return jsonify({"ignored": "The notice is not about a published story."}), 200
    event_id = intake.receive(house().database, event, now=now)
    if event_id is None:
        return jsonify({"duplicate": True}), 200
    house().nudger.take_in(event_id)
    return jsonify({"event": event_id}), 202


def _source(rooms: House, name: str) -> Source:
    """Find the source. An unknown name gets the answer of any address that does not exist."""
    found = None
    if _SOURCE_NAME.fullmatch(name):
        with rooms.database.read() as tx:
            found = SourceStore(tx).find(name)
    if found is None:
        raise NotFound("There is nothing at this address.")
    return found


def _adapter(source: Source) -> Adapter:
    if source.kind not in adapters():
        raise Misconfigured(f"source {source.name} speaks {source.kind}, which has no adapter")
    return adapters()[source.kind]
