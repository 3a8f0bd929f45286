"""Card pictures at their signed addresses, for crawlers, readers and caches.

A picture is drawn when it is first asked for and then kept; its address never means another one.
An address that we did not make is answered like one that does not exist: neither the status nor
the time tells a guesser how near the guess was.
"""

import hashlib

from flask import Blueprint, Response, request

from service import press
from service.cards.address import CardAddress, check_path
from service.domain.card import Rendition
from service.domain.errors import BadSignature, NotFound
from service.web.parts import house

blueprint = Blueprint("cards", __name__)

_NOTHING_HERE = "There is no card at this address: use the address that the story shows."
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@blueprint.get("/cards/<path:_address>")
def show(_address: str) -> Response:
    picture = _picture(_checked(request.path))
    response = Response(picture.data, mimetype=picture.media_type, headers=_HEADERS)
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
    card = house().renditions.card(address.digest)
    if card is None:
        raise NotFound(_NOTHING_HERE)
    return house().renditions.rendition(card, address.size, address.image_format)
