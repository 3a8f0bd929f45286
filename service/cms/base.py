"""What every CMS adapter is: a proof of who speaks, and a reading of what was said. Pure.

An adapter is a module-level object named `ADAPTER` in `service/cms/<kind>.py`.

The one thing a reader would get wrong: a signature covers the bytes that came, so `verify` sees
the raw body and runs before anything is parsed. JSON that was read and written again is not what
the sender signed.
"""

import base64
import binascii
import hashlib
import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from service.domain.errors import BadPayload, BadSignature, Misconfigured
from service.domain.story import StoryEvent

# How far the sender's clock may be from ours, in both directions: a copy of a notice that
# somebody caught on its way is worthless afterwards.
TOLERANCE = timedelta(minutes=5)
SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A notice as it came in. Header names are read without regard to case."""

    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value, empty where it is missing."""
        wanted = name.lower()
        return next((text for key, text in self.headers.items() if key.lower() == wanted), "")


class Adapter(ABC):
    """How one kind of CMS signs and words its notices."""

    kind: ClassVar[str]
    label: ClassVar[str]

    def check_secret(self, secret: str) -> None:
        """Refuse a secret that cannot protect anything, when it is configured."""
        if len(secret) < SHORTEST_SECRET:
            raise Misconfigured(
                f"The secret of a {self.label} source needs at least {SHORTEST_SECRET} characters."
            )

    @abstractmethod
    def verify(self, request: WebhookRequest, secrets: Sequence[str], *, now: datetime) -> None:
        """Raise BadSignature unless the body is signed with one of `secrets`, and recently.

        Two secrets are live while one is being replaced.
        """

    @abstractmethod
    def parse(self, request: WebhookRequest, *, source: str, now: datetime) -> StoryEvent | None:
        """Read a verified notice; None for one that is not about a published story.

        Raises BadPayload with what is wrong and where.
        """


def verify_standard_webhook(
    request: WebhookRequest, secrets: Sequence[str], *, now: datetime
) -> None:
    """Verify a signature by the Standard Webhooks specification (its Svix dialect too).

    Whatever the headers hold, the outcome is BadSignature or nothing.
    """
    message_id, timestamp, offered = (
        request.header(f"webhook-{part}") or request.header(f"svix-{part}")
        for part in ("id", "timestamp", "signature")
    )
    if not (message_id and timestamp and offered):
        raise BadSignature("webhook-id, webhook-timestamp or webhook-signature is missing.")
    check_age(timestamp, now=now)
    signed = b".".join((message_id.encode(), timestamp.encode(), request.body))
    expected = [
        base64.b64encode(hmac.digest(key, signed, "sha256"))
        for key in (standard_webhook_key(secret) for secret in secrets)
        if key
    ]
    # Senders list one signature per secret while they replace one; `v1a` and later are not ours.
    versions = (part.partition(",") for part in offered.split(" "))
    signatures = [text for version, _, text in versions if version == "v1"]
    require_signature(signatures, expected)


def standard_webhook_key(secret: str) -> bytes:
    """The key that a secret (`whsec_` and base64, padded or not) stands for; empty for none."""
    text = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def check_age(timestamp: str, *, now: datetime, unit: timedelta = timedelta(seconds=1)) -> None:
    """Refuse a signed time (a count of `unit`) that is too far from ours, in both directions."""
    if not re.fullmatch(r"[0-9]{1,15}", timestamp):
        raise BadSignature("The time of the signature is not a number.")
    seconds = int(timestamp) * unit.total_seconds()
    if abs(now.timestamp() - seconds) > TOLERANCE.total_seconds():
        raise BadSignature("The signature is too old, or a clock is wrong.")


def require_signature(offered: Sequence[str], expected: Sequence[bytes]) -> None:
    """Raise BadSignature unless one is among the other, in a time that tells nothing."""
    signatures = [text.encode("utf-8", "replace") for text in offered]
    matches = [hmac.compare_digest(one, other) for one in signatures for other in expected]
    if not any(matches):
        raise BadSignature("The signature does not match.")


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Deep nesting is refused, not followed until the stack ends."""
    try:
        found = from_json(body)
    except ValueError as error:
        raise BadPayload(f"The body is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise BadPayload("The body is JSON, but not an object: send {…}.")
    return found


def explain(error: ValidationError) -> str:
    """What is wrong and where, for whoever sent it; never the value itself."""
    return "; ".join(_faults(error)) + "."


def digest(*parts: str) -> str:
    """A short name for what `parts` say, equal for equal parts only."""
    joined = b"".join(len(part).to_bytes(8, "big") + part.encode() for part in parts)
    return hashlib.sha256(joined).hexdigest()


def _faults(error: ValidationError) -> Iterator[str]:
    faults = error.errors(include_url=False, include_input=False)
    for fault in faults[:3]:
        yield _sentence(fault)
    if len(faults) > 3:  # noqa: PLR2004 - three faults are as many as anybody reads at once
        yield f"and {len(faults) - 3} more"


def _sentence(fault: ErrorDetails) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "the body"
    if fault["type"] == "missing":
        return f"{where} is missing"
    if fault["type"] in {"too_short", "string_too_short"}:
        return f"{where} is empty"
    if fault["type"] in {"too_long", "string_too_long"}:
        return f"{where} is longer than {fault['ctx']['max_length']}"
    if fault["type"] == "value_error":
        return f"{where} {fault['ctx']['error']}"
    message = fault["msg"].removeprefix("Input ").removeprefix("Value ").removeprefix("String ")
    return f"{where} {message[:1].lower()}{message[1:]}"
