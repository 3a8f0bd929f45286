"""What every voice is: small verbs over one guarded line, and the only place that makes a call.

A voice is a class named `VOICE` in `workers/channels/<kind>.py`. It never retries and never
sleeps: each verb ends in a receipt, in "still processing", or in one class of the error tree,
and the delivery engine decides what that means.

The one thing a reader gets wrong: a time-out or a 5xx on a request that is not idempotent is
`Unconfirmed`, never `Unavailable`. Reading it as "not sent" is how other tools post twice.
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Protocol

import requests

from service.channels.base import ChannelSecrets, ChannelSettings
from service.domain.card import Rendition
from service.domain.errors import (
    ChannelError,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from service.domain.post import Payload, Receipt
from service.domain.retry import clamp

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 30.0
ANSWER_BYTES = 1_000_000
_TOO_MANY_REQUESTS = 429
_DEFAULT_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One delivery as its voice sees it.

    `created_at` and `record_key` never change for a delivery, so a repeat is byte for byte the
    same request. `progress` is what `prepare` returned, committed before `publish` is called.
    `picture` is the rendition to upload, None where the payload has no picture.
    """

    delivery_id: str
    created_at: datetime
    payload: Payload
    record_key: str = ""
    picture: Rendition | None = None
    picture_alt: str = ""
    progress: Mapping[str, Any] = field(default_factory=dict)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """Accepted, not yet visible: poll again with `progress` after `wait`."""

    progress: dict[str, Any]
    wait: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Absent:
    """We looked where the post would be, and it is not there."""


class Session(Protocol):
    """What a platform hands out and takes back: rotating tokens, sealed between uses."""

    def read(self) -> dict[str, str]:
        """The tokens as last committed; empty before the first sign-in."""

    def renew(
        self, stale: Mapping[str, str], fetch: Callable[[dict[str, str]], dict[str, str]]
    ) -> dict[str, str]:
        """Replace `stale` tokens, once, whoever asks.

        Takes the credential's lock and reads again: tokens that somebody else has renewed
        meanwhile are returned as they are. Otherwise `fetch` gets the stored tokens, and what it
        returns is committed before it is used.
        """


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform said. `data` is its JSON object, empty where it sent none."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - the HTTP success class

    @property
    def data(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {"list": found}


class Voice(ABC):
    """How one kind of channel is spoken to, on behalf of one account."""

    kind: ClassVar[str]

    def __init__(
        self,
        *,
        settings: ChannelSettings,
        secrets: ChannelSecrets,
        session: Session,
        http: requests.Session,
    ) -> None:
        self.settings = settings
        self.secrets = secrets
        self.session = session
        self._http = http

    def record_key(self, delivery_id: str, created_at: datetime) -> str:  # noqa: ARG002 - most platforms name records themselves
        """Our own name for the remote record, where the platform takes one."""
        return ""

    def prepare(self, job: Job) -> dict[str, Any]:  # noqa: ARG002 - nothing to upload by default
        """Do what must precede publishing and shows nothing to readers (uploads)."""
        return {}

    @abstractmethod
    def publish(self, job: Job) -> Receipt | Processing:
        """Make the post appear. Raises one class of ChannelError otherwise."""

    def poll(self, job: Job) -> Receipt | Processing:
        """Ask again about a post that was accepted. Read-only."""
        raise Unconfirmed(f"{self.kind} posts are never left processing, but {job.delivery_id} is")

    def look(self, job: Job) -> Receipt | Absent:
        """Find out whether the post exists, without creating it."""
        raise NotImplementedError(f"{self.kind} cannot look; its face says so")

    @abstractmethod
    def check(self) -> str:
        """Prove that the account works, without posting. Returns its name for people."""

    def verdict(self, answer: Answer) -> ChannelError | None:  # noqa: ARG002 - for platforms with error codes
        """What this platform's own error code means; None: judge by the HTTP status."""
        return None

    def call(
        self,
        method: str,
        url: str,
        *,
        idempotent: bool,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """Make one request and return the answer if it is a success.

        `idempotent` says that repeating this very request cannot create a second post (reads,
        uploads that nobody sees, puts under a key of ours). `body` is passed on to `requests`.
        """
        answer = self._exchange(method, url, idempotent=idempotent, headers=headers, **body)
        if answer.is_success:
            return answer
        raise self.verdict(answer) or judge(answer, idempotent=idempotent)

    def _exchange(self, method: str, url: str, *, idempotent: bool, **request: Any) -> Answer:
        deadline = time.monotonic() + TOTAL_TIMEOUT_S
        try:
            with self._http.request(
                method, url, timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                allow_redirects=False, stream=True, **request,
            ) as response:
                body = _read(response, deadline)
                return Answer(response.status_code, response.headers, body)
        except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise Unavailable(f"{self.kind} could not be reached ({_name(error)})") from error
        except requests.RequestException as error:
            # A ConnectionError is raised for a refused connection and for one that broke half way.
            if idempotent or _never_connected(error):
                raise Unavailable(f"{self.kind} could not be reached ({_name(error)})") from error
            raise Unconfirmed(f"{self.kind} did not answer ({_name(error)})") from error


def judge(answer: Answer, *, idempotent: bool) -> ChannelError:
    """Turn an HTTP status into a verdict where the platform's own codes say nothing."""
    status = answer.status
    said = f"the channel answered {status}"
    if status == _TOO_MANY_REQUESTS:
        return RateLimited(said, retry_after=retry_after(answer.headers) or _DEFAULT_PAUSE)
    if status == 401:  # noqa: PLR2004 - judged by number, as the protocol names them
        return Unauthorized(f"{said}: the credential is not accepted, connect the channel again")
    if status == 425 or (status == 408 and idempotent):  # noqa: PLR2004
        return Unavailable(said)
    if status == 408 or status < 300:  # noqa: PLR2004
        return Unconfirmed(said)
    if status >= 500:  # noqa: PLR2004
        return Unavailable(said) if idempotent else Unconfirmed(said)
    if status < 400:  # noqa: PLR2004
        return Refused(f"{said}: the address has moved, correct the channel's address")
    return Refused(said)


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Read `Retry-After` in seconds or as a date; None where it is missing or nonsense."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        return clamp(timedelta(seconds=float(value)))
    except (ValueError, OverflowError):
        pass
    try:
        return clamp(parsedate_to_datetime(value) - datetime.now(UTC))
    except (ValueError, TypeError):
        return None


def _read(response: requests.Response, deadline: float) -> bytes:
    """Read the answer within its size and the request's total time."""
    body = bytearray()
    for chunk in response.iter_content(16_384):
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise requests.exceptions.ContentDecodingError("the answer is too long")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer took too long")
    return bytes(body)


def _never_connected(error: requests.RequestException) -> bool:
    """True where the line was never open, so nothing can have been posted."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"} or isinstance(
        error, requests.exceptions.ProxyError | requests.exceptions.InvalidURL
    )


def _name(error: Exception) -> str:
    """The kind of fault only: the message of a connection error holds the address, and with
    some platforms the address holds the token."""
    return type(error).__name__
