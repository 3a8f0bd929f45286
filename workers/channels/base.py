"""What every voice is: small verbs over one guarded line, and the only place that makes a call.

A voice is a class named `VOICE` in `workers/channels/<kind>.py`. It never retries and never
sleeps: each verb ends in a receipt, in "still processing", or in one class of the error tree,
and the delivery engine decides what that means.

The one thing a reader gets wrong: a time-out or a 5xx on a request that is not idempotent is
`Unconfirmed`, never `Unavailable`. Reading it as "not sent" is how other tools post twice.
"""

import json
import logging
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, Protocol

import requests
import urllib3.exceptions
from pydantic import SecretStr

from service import clock
from service.channels.base import ChannelSecrets, ChannelSettings
from service.domain.card import Rendition
from service.domain.errors import (
    ChannelError,
    OutOfCredit,
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
_CHUNK = 16_384
_DEFAULT_PAUSE = timedelta(minutes=5)
_QUOTE_LENGTH = 200

# urllib3 writes the address of every request to its debug log, and the address may be a secret.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

# What every request says for itself. Answers come unpacked, so that their size is what we count.
_MANNERS = {"Connection": "close", "Accept-Encoding": "identity", "Accept": "application/json"}


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
        return HTTPStatus(200) <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def data(self) -> dict[str, Any]:
        """A JSON array is found under the key `list`."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {"list": found}

    def text(self, *path: str) -> str:
        """The string or number at `path`, empty where there is none."""
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        is_told = isinstance(found, str | int) and not isinstance(found, bool)
        return str(found) if is_told else ""


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
        """Do what must precede publishing and shows nothing to readers (uploads).

        Preparing again with the progress of an earlier try uploads nothing twice.
        """
        return {}

    @abstractmethod
    def publish(self, job: Job) -> Receipt | Processing:
        """Make the post appear. Raises one class of ChannelError otherwise."""

    def poll(self, job: Job) -> Receipt | Processing:
        """Ask again about a post that was accepted. Read-only."""
        raise Unconfirmed(f"{self.kind} posts are never left processing, but {job.delivery_id} is")

    def look(self, job: Job) -> Receipt | Absent:
        """Find out whether the post exists, without creating it.

        Never says Refused: that a question is refused tells nothing about the post.
        """
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
        manners = {**_MANNERS, **(headers or {})}
        answer = self._exchange(method, url, idempotent=idempotent, headers=manners, **body)
        if answer.is_success:
            return answer
        raise self.verdict(answer) or judge(answer, idempotent=idempotent)

    def required(self, answer: Answer, *path: str, idempotent: bool) -> str:
        """What a success must tell. One that tells nothing may still have been carried out."""
        if found := answer.text(*path):
            return found
        said = f"{self.kind} answered {answer.status}, but without {'.'.join(path)}"
        raise Unavailable(said) if idempotent else Unconfirmed(said)

    def quote(self, words: str) -> str:
        """A platform's own words, fit for a message: short, on one line, without our secrets."""
        for secret in self._secret_values():
            words = words.replace(secret, "•••")
        line = " ".join("".join(char if char.isprintable() else " " for char in words).split())
        return line if len(line) <= _QUOTE_LENGTH else f"{line[:_QUOTE_LENGTH]}…"

    def _secret_values(self) -> Iterator[str]:
        for _, value in self.secrets:
            if isinstance(value, SecretStr) and value.get_secret_value():
                yield value.get_secret_value()

    def _exchange(self, method: str, url: str, *, idempotent: bool, **request: Any) -> Answer:
        try:
            return self._speak(method, url, **request)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            fault: Exception = error
        # Raised out here and not chained: the fault's own message holds the address, and with
        # some platforms the address holds the token. Whatever logs our error must not find it.
        raise self._broken(fault, idempotent=idempotent)

    def _speak(self, method: str, url: str, **request: Any) -> Answer:
        deadline = time.monotonic() + TOTAL_TIMEOUT_S
        with self._http.request(
            method,
            url,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            allow_redirects=False,
            stream=True,
            **request,
        ) as response:
            line = response.raw.connection
            try:
                return Answer(response.status_code, response.headers, _read(response, deadline))
            finally:
                # No line is used twice. The other side may be closing an idle one at the very
                # moment we speak, and that reads like a post whose answer was lost. Saying
                # "Connection: close" is not enough: a server may close without saying so.
                if line:
                    line.close()

    def _broken(self, fault: Exception, *, idempotent: bool) -> ChannelError:
        """The verdict on an exchange that ended without a complete answer."""
        name = type(fault).__name__
        if isinstance(fault, _UNUSABLE):
            return Refused(f"{self.kind} cannot be asked ({name}): correct the channel's address")
        if _never_connected(fault):
            return Unavailable(f"{self.kind} could not be reached ({name})")
        said = f"{self.kind} did not answer completely ({name})"
        return Unavailable(said) if idempotent else Unconfirmed(said)


_MAY_PASS = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


def judge(answer: Answer, *, idempotent: bool) -> ChannelError:
    """Turn an HTTP status into a verdict where the platform's own codes say nothing."""
    status = answer.status
    said = f"the channel answered {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(said, retry_after=pause_asked(answer.headers))
    if status == HTTPStatus.UNAUTHORIZED:
        return Unauthorized(f"{said}: the credential is not accepted, connect the channel again")
    if status == HTTPStatus.PAYMENT_REQUIRED:
        return OutOfCredit(f"{said}: the account has no credit left")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Refused(f"{said}: the address has moved, correct the channel's address")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _MAY_PASS:
        # 425 says itself that nothing was done yet.
        is_safe = idempotent or status == HTTPStatus.TOO_EARLY
        return Unavailable(said) if is_safe else Unconfirmed(said)
    return Refused(said)


def pause_asked(headers: Mapping[str, str]) -> timedelta:
    """How long a platform wants to be left alone, in whichever header it says so."""
    asked = retry_after(headers)
    for name in ("RateLimit-Reset", "X-RateLimit-Reset"):
        asked = asked or _until(headers.get(name, ""))
    return asked or _DEFAULT_PAUSE


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Read `Retry-After` in seconds or as a date; None where it is missing or nonsense."""
    value = headers.get("Retry-After", "").strip()
    try:
        return clamp(timedelta(seconds=float(value)))
    except (ValueError, OverflowError):
        pass
    try:
        return clamp(parsedate_to_datetime(value) - clock.now())
    except (ValueError, TypeError, OverflowError):
        return None


# Numbers below this are seconds from now; a Unix time has not been so small since 1970.
_EPOCH_AT_LEAST = 1_000_000


def _until(value: str) -> timedelta | None:
    """Read a reset header: Unix time, seconds from now, or an ISO 8601 instant."""
    try:
        number = float(value)
        if number < _EPOCH_AT_LEAST:
            return clamp(timedelta(seconds=number))
        return clamp(datetime.fromtimestamp(number, UTC) - clock.now())
    except (ValueError, OverflowError, OSError):
        pass
    try:
        return clamp(datetime.fromisoformat(value.strip()) - clock.now())
    except (ValueError, TypeError, OverflowError):
        return None


def _read(response: requests.Response, deadline: float) -> bytes:
    """Read the answer within its size and the request's total time."""
    body = bytearray()
    # `read1` returns with whatever has come. Reading by full chunks would wait for each one to
    # fill, and a server that drips a byte now and then could hold us for hours.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise requests.exceptions.ContentDecodingError("the answer is too long")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer took too long")
    return bytes(body)


# What `requests` refuses to send at all: nothing leaves us, now or later.
_UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    urllib3.exceptions.LocationValueError,
)
_BEFORE_SPEAKING = (
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,
    urllib3.exceptions.ConnectTimeoutError,  # also NewConnectionError and NameResolutionError
    urllib3.util.ssl_match_hostname.CertificateError,
    ssl.SSLCertVerificationError,
)


def _never_connected(fault: BaseException) -> bool:
    """True where the line was never open, so nothing can have been posted.

    `requests` raises one ConnectionError (or SSLError, or ReadTimeout) for a line that did not
    open and for one that broke half way; only what it wraps tells them apart.
    """
    return any(
        isinstance(cause, _BEFORE_SPEAKING) or _broke_in_handshake(cause.__traceback__)
        for cause in _wrapped(fault)
    )


def _wrapped(fault: BaseException) -> Iterator[BaseException]:
    """The fault and those it names as its reason.

    `__context__` is left out: it may be the fault of an earlier request that was being handled
    while this one broke, and says nothing about this one.
    """
    yield fault
    reasons = [*fault.args, getattr(fault, "reason", None), fault.__cause__]
    for reason in reasons:
        if isinstance(reason, BaseException) and reason is not fault:
            yield from _wrapped(reason)


def _broke_in_handshake(trace: TracebackType | None) -> bool:
    """TLS faults look alike before and after the request; where they were raised differs."""
    while trace:
        if trace.tb_frame.f_code is ssl.SSLContext.wrap_socket.__code__:
            return True
        trace = trace.tb_next
    return False
