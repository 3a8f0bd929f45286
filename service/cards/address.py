"""Addresses of cards that only we can make: `/cards/<key id>.<signature>/<digest>/<size>.<ext>`.

Without a signature anyone could have any size and format drawn, which costs us and not them. An
address stays good as long as its key is in the list, so keys are rotated by adding, not replacing.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.card import CardSize, ImageFormat
from service.domain.errors import BadSignature

_PATH = re.compile(
    r"/cards/(?P<key>[A-Za-z0-9_-]{1,32})\.(?P<signature>[A-Za-z0-9_-]{22})"
    r"/(?P<digest>[0-9a-f]{32})/(?P<size>[a-z]{1,16})\.(?P<format>[a-z]{3,4})",
    re.ASCII,
)
# Signed along with the address, so that a signature made for another purpose is worthless here.
_PURPOSE = b"kindly card address 1\n"
# 128 bits: far beyond guessing over a network, and the address stays short.
_SIGNATURE_BYTES = 16
_NO_KEY = b"\0" * 32
# Stands in for what is no address at all, so that it is judged like any other.
_NOWHERE = f"/cards/_.{'A' * 22}/{'0' * 32}/og.jpg"
_NOT_OURS = (
    "This card address was not made here or was altered: use the address that the story shows."
)


@dataclass(frozen=True, slots=True)
class CardAddress:
    """What a good address asks for."""

    digest: str
    size: CardSize
    image_format: ImageFormat


def sign_path(
    digest: str,
    size: CardSize,
    image_format: ImageFormat,
    *,
    keys: Mapping[str, bytes],
    current: str,
) -> str:
    """Return the path of one rendition, signed with the key named `current`."""
    wanted = f"{digest}/{size.key}.{image_format.value}"
    return f"/cards/{current}.{_signature(keys[current], current, wanted)}/{wanted}"


def check_path(path: str, *, keys: Mapping[str, bytes]) -> CardAddress:
    """Return what `path` asks for; raises BadSignature unless one of `keys` made exactly it.

    Every refusal takes the same steps: how near a guess came cannot be told from the time.
    """
    whole = _PATH.fullmatch(path)
    found = whole or _parts(_NOWHERE)
    key = found["key"]
    wanted = f"{found['digest']}/{found['size']}.{found['format']}"
    expected = _signature(keys.get(key, _NO_KEY), key, wanted)
    is_signed = hmac.compare_digest(expected, found["signature"])
    if not all((whole is not None, key in keys, is_signed)):
        raise BadSignature(_NOT_OURS)
    try:
        return CardAddress(
            found["digest"], CardSize.from_key(found["size"]), ImageFormat(found["format"])
        )
    except (KeyError, ValueError) as error:
        raise BadSignature(_NOT_OURS) from error


def _parts(path: str) -> re.Match[str]:
    found = _PATH.fullmatch(path)
    assert found
    return found


def _signature(key: bytes, name: str, wanted: str) -> str:
    message = _PURPOSE + f"{name}\n{wanted}".encode()
    mac = hmac.new(key, message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
