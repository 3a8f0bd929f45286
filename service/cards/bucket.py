"""Pictures in a bucket that speaks S3, for installations of more than one host.

What a name holds never changes: a bucket that can is asked to refuse a name that it has. The one
thing a reader would get wrong: the client starts threads of its own, so a process must not be
divided (forked) after the bucket was first used; servers fork before they load the application.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlsplit

import structlog

from service.cards.shelves import Kept, PicturesAway
from service.domain.errors import Misconfigured

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential, S3Store

_log = structlog.get_logger()

SETTING = "KINDLY_STORAGE_URL"
_FORM = "write it as s3://bucket/folder?endpoint=https://host&region=name"
_OPTIONS = frozenset({"endpoint", "region"})
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_PROOF = "kindly-was-here"

# Somebody waits for what is read. A photo of ten megabytes goes up a slow line, and nobody waits.
_CONNECT = timedelta(seconds=1)
_TO_READ = timedelta(seconds=3)
_TO_WRITE = timedelta(seconds=30)
_RETRIES = 2
# A page shows fifty cards. After one of them has waited for a silent bucket, the others do not.
_REST_S = 5.0

# The client tells the status only in its message. Where that changes, an answer we cannot read
# counts as an outage, which stops nothing.
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAddress:
    """Where the pictures are: without an endpoint, at AWS."""

    bucket: str
    folder: str = ""
    endpoint: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What signs our requests. Without it the client looks where AWS's own tools look."""

    key: str
    secret: str

    def provide(self) -> "S3Credential":
        return {"access_key_id": self.key, "secret_access_key": self.secret, "expires_at": None}


def bucket_address(url: str) -> BucketAddress:
    """Read the setting; raises Misconfigured with the form that it must have."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Misconfigured(f"{SETTING} is no address: {_FORM}") from error
    options = dict(parse_qsl(parts.query))
    if parts.username or parts.password:
        # The address is not repeated: it holds a secret.
        raise Misconfigured(
            f"{SETTING} must hold no key: set KINDLY_STORAGE_KEY and KINDLY_STORAGE_SECRET"
        )
    if parts.scheme != "s3" or not _BUCKET_NAME.fullmatch(parts.netloc):
        raise Misconfigured(f"{SETTING} names no bucket: {_FORM}")
    if unknown := sorted(set(options) - _OPTIONS):
        raise Misconfigured(f"{SETTING} has an unknown option {unknown[0]}: {_FORM}")
    endpoint = options.get("endpoint", "")
    if endpoint and not re.fullmatch(r"https?://[^/?#@\s]+/?", endpoint):
        raise Misconfigured(f"{SETTING} has an endpoint that is not https://host: {_FORM}")
    return BucketAddress(
        bucket=parts.netloc,
        folder=parts.path.strip("/"),
        endpoint=endpoint.rstrip("/"),
        region=options.get("region", ""),
    )


class Bucket:
    """A shelf in a bucket. Opened when it is first used."""

    def __init__(self, address: BucketAddress, credentials: Credentials | None = None) -> None:
        self._address = address
        self._credentials = credentials
        self._refuses_overwriting = True
        self._away_until = 0.0

    def prove(self) -> None:
        """Write and read back; raises Misconfigured where waiting would not help.

        A bucket that does not answer is only logged: stories must come in all the same.
        """
        try:
            self._put(_PROOF, b"Kindly keeps its pictures here.\n", mode="overwrite")
            self.read(_PROOF)
            # Who may not list is told "forbidden" instead of "not there".
            self.read(f"{_PROOF}-not")
        except _Trouble as trouble:
            if trouble.is_lasting:
                raise Misconfigured(f"{SETTING}: {trouble}") from trouble
            _log.warning("pictures cannot be reached yet", reason=str(trouble))

    def read(self, name: str) -> bytes | None:
        import obstore  # noqa: PLC0415 - only installations with a bucket pay for the client

        try:
            with self._asking():
                return bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        try:
            self._put(name, data, mode="create" if self._refuses_overwriting else "overwrite")
        except FileExistsError:
            return
        except _Trouble as trouble:
            if trouble.status != HTTPStatus.NOT_IMPLEMENTED or not self._refuses_overwriting:
                raise
            # Some makes cannot. A name is only ever written with the same content anyway.
            self._refuses_overwriting = False
            self.write(name, data)

    def _put(self, name: str, data: bytes, *, mode: Literal["create", "overwrite"]) -> None:
        import obstore  # noqa: PLC0415 - as above

        with self._asking():
            obstore.put(self._patient_store, name, data, mode=mode, use_multipart=False)

    def remove(self, name: str) -> None:
        import obstore  # noqa: PLC0415 - as above

        with suppress(FileNotFoundError), self._asking():
            obstore.delete(self._store, name)

    def kept(self, folder: str) -> Iterator[Kept]:
        import obstore  # noqa: PLC0415 - as above

        with self._asking():
            for found in obstore.list(self._store, folder, chunk_size=1000):
                for one in found:
                    yield Kept(one["path"], one["size"], one["last_modified"])

    @cached_property
    def _store(self) -> "S3Store":
        return self._opened(_TO_READ)

    @cached_property
    def _patient_store(self) -> "S3Store":
        return self._opened(_TO_WRITE)

    def _opened(self, patience: timedelta) -> "S3Store":
        from obstore.store import S3Store  # noqa: PLC0415 - as above

        address = self._address
        chosen: S3Config = {}
        if address.endpoint:
            chosen["endpoint"] = address.endpoint
        if address.region:
            chosen["region"] = address.region
        return S3Store(
            address.bucket,
            config=chosen,
            prefix=address.folder or None,
            client_options={
                "allow_http": address.endpoint.startswith("http://"),
                "connect_timeout": _CONNECT,
                "timeout": patience,
            },
            # No new try once patience has run out: one call never takes longer than twice that.
            retry_config={"max_retries": _RETRIES, "retry_timeout": patience},
            # Not as plain options: those are mixed with what AWS_... variables say.
            credential_provider=self._credentials.provide if self._credentials else None,
        )

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn the client's errors into ours; FileNotFoundError and FileExistsError stay."""
        from obstore.exceptions import AlreadyExistsError, BaseError  # noqa: PLC0415 - as above

        _stay_in_one_process()
        if time.monotonic() < self._away_until:
            raise _Trouble(self._address.bucket, "")
        try:
            yield
        except AlreadyExistsError as error:
            raise FileExistsError from error
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise _Trouble(self._address.bucket, str(error)) from error
            raise
        except BaseError as error:
            trouble = _Trouble(self._address.bucket, str(error))
            if not trouble.status:
                self._away_until = time.monotonic() + _REST_S
            raise trouble from error


class _Trouble(PicturesAway):
    """Why a bucket did not do what it was asked, without the client's long words."""

    def __init__(self, bucket: str, said: str) -> None:
        status, code = _STATUS.search(said), _CODE.search(said)
        self.status = int(status[1]) if status else 0
        reason = f" ({code[1] if code else self.status})" if status else ""
        super().__init__(f"the bucket {bucket} {self._sentence()}{reason}")

    @property
    def is_lasting(self) -> bool:
        """Whether a person must change something before it works."""
        passing = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
        is_refusal = HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return is_refusal and self.status not in passing

    def _sentence(self) -> str:
        if self.status == HTTPStatus.NOT_FOUND:
            return "does not exist: make it, or correct its name"
        if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return (
                "does not let us in: check KINDLY_STORAGE_KEY and KINDLY_STORAGE_SECRET, "
                "which must be allowed to list the bucket and to get, put and delete objects"
            )
        if self.is_lasting:
            return "refuses our requests: check endpoint and region"
        return "does not answer"


_used_by = 0


def _stay_in_one_process() -> None:
    """Raise instead of crashing: the client's threads are missing in a forked process."""
    global _used_by  # noqa: PLW0603 - a fact about the process, of which there is one
    _used_by = _used_by or os.getpid()
    if _used_by != os.getpid():
        raise Misconfigured(
            "the pictures' bucket was used before this process was forked: load the application "
            "in each process of its own (gunicorn without --preload, Celery with -P threads)"
        )
