"""Health: whether this process lives, and whether it can do its work.

The one thing a reader would get wrong: without a dispatcher or without Redis this process is
degraded, not unready. It still writes every notice down, and a balancer that took it away would
make senders lose what they send only once.
"""

from datetime import timedelta

import redis
from flask import Blueprint, Response, jsonify, redirect
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as PlainResponse

from service import clock
from service.config import Settings
from service.domain.errors import HouseError
from service.storage.database import Database
from service.storage.leases import DISPATCHER, LeaseStore
from service.storage.migrating import is_current
from service.web.parts import house

blueprint = Blueprint("health", __name__)

_PROBE = "readiness probe"
_OK = "ok"
_REDIS_PATIENCE_S = 0.3


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer without looking at anything: a busy database must not get this process killed."""
    return jsonify({"state": "alive"})


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    vital = {"database": _writing(house().database), "schema": _schema(house().database)}
    others = {
        "dispatcher": _dispatcher(house().database),
        "redis": _redis(house().settings),
    }
    if any(found != _OK for found in vital.values()):
        return jsonify({"state": "not ready", "parts": vital | others}), 503
    is_whole = all(found == _OK for found in others.values())
    state = "ready" if is_whole else "degraded"
    return jsonify({"state": state, "parts": vital | others}), 200


@blueprint.get("/")
def front_door() -> PlainResponse:
    return redirect("/desk")


def _writing(database: Database) -> str:
    """Write and read back: a full or read-only disk shows only when something is written."""
    now = clock.now()
    try:
        with database.write() as tx:
            LeaseStore(tx).take(_PROBE, _PROBE, now=now, length=timedelta(minutes=1))
            return _OK if LeaseStore(tx).is_held(_PROBE, now=now) else "lost what was written"
    except (HouseError, SQLAlchemyError):
        return "cannot be written to"


def _schema(database: Database) -> str:
    try:
        return _OK if is_current(database) else "not migrated: run `kindly migrate`"
    except (HouseError, SQLAlchemyError):
        return "cannot be read"


def _dispatcher(database: Database) -> str:
    try:
        with database.read() as tx:
            is_held = LeaseStore(tx).is_held(DISPATCHER, now=clock.now())
    except (HouseError, SQLAlchemyError):
        return "unknown"
    return _OK if is_held else "not running: stories are taken in, posts wait"


def _redis(settings: Settings) -> str:
    try:
        with redis.Redis.from_url(
            settings.redis_address,
            socket_timeout=_REDIS_PATIENCE_S,
            socket_connect_timeout=_REDIS_PATIENCE_S,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "not reachable: posts go out slowly, by the dispatcher"
    return _OK
