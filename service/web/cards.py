"""Card pictures at their signed addresses, for crawlers, readers and caches.

A picture is drawn when it is first asked for and then kept; its address never means another one.
An address that we did not make is answered like one that does not exist: neither the status nor
the time tells a guesser how near the guess was. An address that we made always shows a picture:
crawlers remember an error for days, so what cannot be drawn is stood in for, for a minute.
"""

import hashlib
import threading
import time
from collections import OrderedDict

import structlog
from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import TooManyRequests

from service import press
from service.cards.address import CardAddress, check_path
from service.domain.card import Card, Rendition
from service.domain.errors import BadSignature, HouseError, NotFound, Unavailable
from service.web.allowance import Allowance
from service.web.parts import house

blueprint = Blueprint("cards", __name__)

_log = structlog.get_logger()
_NOTHING_HERE = "There is no card at this address: use the address that the story shows."
_HEADERS = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"
# Crawlers hang up after a few seconds.
_PATIENCE_S = 5.0
# What could not be drawn is not tried again by every crawler that comes in the same moment.
_REST_S = 20.0
_RESTING = 1000


@blueprint.get("/cards/<path:_address>")
def show(_address: str) -> Response:
    picture = _picture(_checked(request.path))
    response = Response(picture.data, mimetype=picture.media_type, headers=_HEADERS)
    response.headers["Cache-Control"] = _FOR_EVER if picture.is_whole else _FOR_NOW
    # Named by the bytes: the same card may one day be drawn better at the same address.
    response.set_etag(hashlib.sha256(picture.data).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _checked(path: str) -> CardAddress:
    try:
        return check_path(path, keys=press.card_keys(house()))
    except BadSignature as error:
        raise NotFound(_NOTHING_HERE) from error


def _picture(address: CardAddress) -> Rendition:
    card, renditions = None, house().renditions
    try:
        card = renditions.card(address.digest)
        if card is not None and not _failed().is_resting(address):
            return _drawn(card, address)
    except TooManyRequests:
        raise
    except Exception as error:  # noqa: BLE001 - whatever broke, a crawler is shown a picture
        if not isinstance(error, Unavailable):
            _failed().rest(address)
        unforeseen = None if isinstance(error, HouseError | OSError) else error
        _log.warning(
            "card not drawn, something stands in for it",
            card=address.digest,
            size=address.size.key,
            reason=str(error) or type(error).__name__,
            exc_info=unforeseen,
        )
        return renditions.stand_in(card, address.size)
    if card is None:
        raise NotFound(_NOTHING_HERE)
    return renditions.stand_in(card, address.size)


def _drawn(card: Card, address: CardAddress) -> Rendition:
    return house().renditions.rendition(
        card,
        address.size,
        address.image_format,
        before_drawing=lambda: _allowance().take(request.remote_addr or ""),
        patience_s=_PATIENCE_S,
    )


class _Failed:
    """Remembers for a moment what could not be drawn."""

    def __init__(self) -> None:
        self._until: OrderedDict[CardAddress, float] = OrderedDict()
        self._lock = threading.Lock()

    def rest(self, address: CardAddress) -> None:
        with self._lock:
            self._until[address] = time.monotonic() + _REST_S
            while len(self._until) > _RESTING:
                self._until.popitem(last=False)

    def is_resting(self, address: CardAddress) -> bool:
        with self._lock:
            return self._until.get(address, 0.0) > time.monotonic()


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    """Each application counts by itself."""
    settings = state.app.config["KINDLY"].settings
    state.app.extensions["kindly card draws"] = Allowance(settings.draws_per_minute)
    state.app.extensions["kindly card failures"] = _Failed()


def _allowance() -> Allowance:
    found: Allowance = current_app.extensions["kindly card draws"]
    return found


def _failed() -> _Failed:
    found: _Failed = current_app.extensions["kindly card failures"]
    return found
