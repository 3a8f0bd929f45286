"""Speaks to a Bluesky account's server (PDS) over XRPC.

Each post has a record key of our own that follows from the delivery, and is put there only if
nothing is there yet. A repeat therefore meets the first post instead of making a second one.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from service.channels.bluesky import COLLECTION, BlueskySecrets, BlueskySettings
from service.domain.card import Rendition
from service.domain.errors import ChannelError, RateLimited, Refused, Unauthorized, Unconfirmed
from service.domain.post import Receipt
from service.platforms.facts import limits_of
from workers.channels.base import Absent, Answer, Job, Voice, pause_asked

_ENTRYWAY = "https://bsky.social"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LENGTH = 13
_CLOCK_BITS = 10


class StaleToken(Unauthorized):
    """The access token is over; a new one may be had."""


class RecordExists(Refused):
    """Something is at our record key already."""


class RecordMissing(Refused):
    """Nothing is at our record key."""


class BlobMissing(Refused):
    """The server has dropped the picture that we uploaded, because no record named it in time."""


class BlueskyVoice(Voice):
    kind = "bluesky"

    def record_key(self, delivery_id: str, created_at: datetime) -> str:
        """A TID: microseconds since 1970, then ten bits that keep deliveries apart."""
        microseconds = (created_at - _EPOCH) // timedelta(microseconds=1)
        digest = int.from_bytes(hashlib.sha256(delivery_id.encode()).digest()[:2])
        number = microseconds << _CLOCK_BITS | digest & ((1 << _CLOCK_BITS) - 1)
        places = range(_TID_LENGTH - 1, -1, -1)
        return "".join(_TID_ALPHABET[number >> 5 * place & 31] for place in places)

    def prepare(self, job: Job) -> dict[str, Any]:
        if job.picture is None or "blob" in job.progress:
            return dict(job.progress)
        return {**job.progress, "blob": self._upload(job.picture)}

    def publish(self, job: Job) -> Receipt:
        try:
            return self._put(job, job.progress.get("blob"))
        except RecordExists:
            pass
        except BlobMissing:
            if job.picture is None:
                raise
            return self._put(job, self._upload(job.picture))
        return self._own_record(job)

    def look(self, job: Job) -> Receipt | Absent:
        did = self._tokens()["did"]
        place = {"repo": did, "collection": COLLECTION, "rkey": job.record_key}
        try:
            answer = self._query("com.atproto.repo.getRecord", place)
        except RecordMissing:
            return Absent()
        except Unauthorized:
            raise
        except Refused as error:
            raise Unconfirmed(f"bluesky did not let us look: {error}") from error
        return self._receipt(answer, did)

    def check(self) -> str:
        account = self._query("com.atproto.server.getSession", {})
        if account.data.get("active") is False:
            raise Unauthorized(f"the account is {self.quote(account.text('status'))}")
        return f"@{self.required(account, 'handle', idempotent=True)}"

    def verdict(self, answer: Answer) -> ChannelError | None:
        """XRPC names its errors; the name decides, not the status: an old token is a 400."""
        name = answer.text("error")
        said = self.quote(f"bluesky answered {name}: {answer.text('message')}")
        if name == "RateLimitExceeded":
            return RateLimited(said, retry_after=pause_asked(answer.headers))
        if named := _NAMED_ERRORS.get(name):
            return named(said)
        is_refusal = name and answer.status in {400, 403, 404, 413}
        return Refused(said) if is_refusal else None

    def _put(self, job: Job, blob: Any) -> Receipt:
        did = self._tokens()["did"]
        record = {**job.payload.body, "createdAt": _instant(job.created_at)}
        if blob and "embed" in record:
            record["embed"] = _with_thumb(record["embed"], blob)
        answer = self._procedure(
            "com.atproto.repo.putRecord",
            {
                "repo": did,
                "collection": COLLECTION,
                "rkey": job.record_key,
                "record": record,
                # Nothing may be there yet. Without this a put overwrites, and the official app
                # goes on showing the old text under the new record.
                "swapRecord": None,
            },
        )
        return self._receipt(answer, did)

    def _own_record(self, job: Job) -> Receipt:
        """The record that an earlier try has left: the key is ours alone, so the post is too."""
        try:
            found = self.look(job)
        except ChannelError as error:
            raise Unconfirmed(f"the post is there, but could not be read: {error}") from error
        if isinstance(found, Absent):
            raise Unconfirmed("bluesky holds a record at our key, but does not show it")
        return found

    def _upload(self, picture: Rendition) -> Any:
        most = limits_of(self.kind).limits.image_bytes
        if len(picture.data) > most:
            raise Refused(f"the card has {len(picture.data)} bytes, bluesky takes {most}")
        answer = self._as_account(
            "POST",
            "com.atproto.repo.uploadBlob",
            idempotent=True,
            data=picture.data,
            headers={"Content-Type": picture.media_type},
        )
        self.required(answer, "blob", "ref", "$link", idempotent=True)
        return answer.data["blob"]

    def _receipt(self, answer: Answer, did: str) -> Receipt:
        uri = self.required(answer, "uri", idempotent=False)
        key = uri.rpartition("/")[2]
        return Receipt(
            remote_id=uri,
            url=f"https://bsky.app/profile/{did}/post/{key}",
            facts={"cid": answer.text("cid")},
        )

    def _query(self, method: str, params: dict[str, str]) -> Answer:
        return self._as_account("GET", method, idempotent=True, params=params)

    def _procedure(self, method: str, body: dict[str, Any]) -> Answer:
        return self._as_account("POST", method, idempotent=False, json=body)

    def _as_account(
        self,
        verb: str,
        method: str,
        *,
        idempotent: bool,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """Call with the account's token; with one that is over, renew it and call once more."""

        def ask(tokens: Mapping[str, str]) -> Answer:
            signed = {**(headers or {}), "Authorization": f"Bearer {tokens['access']}"}
            address = f"{tokens['pds']}/xrpc/{method}"
            return self.call(verb, address, idempotent=idempotent, headers=signed, **body)

        tokens = self._tokens()
        try:
            return ask(tokens)
        except StaleToken:
            tokens = self.session.renew(tokens, self._renewed)
        return ask(tokens)

    def _tokens(self) -> Mapping[str, str]:
        tokens = self.session.read()
        # Tokens of the account that this channel had before it was configured anew do not count.
        if tokens.get("account") == self._account_name():
            return tokens
        return self.session.renew(tokens, self._renewed)

    def _renewed(self, stored: dict[str, str]) -> dict[str, str]:
        """Refresh if that is possible. Signing in is scarce: the server allows few a day."""
        if stored.get("account") != self._account_name():
            return self._signed_in()
        try:
            answer = self._server_call("refreshSession", bearer=stored["refresh"])
        except Unauthorized:
            return self._signed_in()
        return self._pair(answer, pds=stored["pds"])

    def _signed_in(self) -> dict[str, str]:
        settings, secrets = self._account()
        credentials = {
            "identifier": settings.identifier,
            "password": secrets.app_password.get_secret_value(),
        }
        answer = self._server_call("createSession", json=credentials)
        return self._pair(answer, pds=_home(answer, settings.pds))

    def _server_call(self, name: str, *, bearer: str = "", **body: Any) -> Answer:
        settings, _ = self._account()
        address = f"{settings.pds}/xrpc/com.atproto.server.{name}"
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        # Nothing that readers see comes of it, so it may be repeated.
        return self.call("POST", address, idempotent=True, headers=headers, **body)

    def _pair(self, answer: Answer, *, pds: str) -> dict[str, str]:
        return {
            "access": self.required(answer, "accessJwt", idempotent=True),
            "refresh": self.required(answer, "refreshJwt", idempotent=True),
            "did": self.required(answer, "did", idempotent=True),
            "pds": pds,
            "account": self._account_name(),
        }

    def _account_name(self) -> str:
        settings, _ = self._account()
        return f"{settings.identifier} at {settings.pds}"

    def _account(self) -> tuple[BlueskySettings, BlueskySecrets]:
        assert isinstance(self.settings, BlueskySettings)
        assert isinstance(self.secrets, BlueskySecrets)
        return self.settings, self.secrets


_NAMED_ERRORS: dict[str, type[ChannelError]] = {
    "ExpiredToken": StaleToken,
    "InvalidToken": StaleToken,
    "AuthMissing": Unauthorized,
    "AuthenticationRequired": Unauthorized,
    "AuthFactorTokenRequired": Unauthorized,
    "AccountTakedown": Unauthorized,
    "AccountDeactivated": Unauthorized,
    "AccountNotFound": Unauthorized,
    "InvalidSwap": RecordExists,
    "RecordNotFound": RecordMissing,
    "BlobNotFound": BlobMissing,
}


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _with_thumb(embed: dict[str, Any], blob: Any) -> dict[str, Any]:
    return {**embed, "external": {**embed["external"], "thumb": blob}}


def _home(answer: Answer, pds: str) -> str:
    """The server that holds the account.

    Whoever names a server of their own means that one. The public entryway stands before many,
    and says in the account's DID document which one it is.
    """
    document = answer.data.get("didDoc")
    if pds != _ENTRYWAY or not isinstance(document, dict):
        return pds
    for service in document.get("service") or []:
        endpoint = str(service.get("serviceEndpoint", "")) if isinstance(service, dict) else ""
        if endpoint.startswith("https://") and str(service.get("id", "")).endswith("#atproto_pds"):
            return endpoint.rstrip("/")
    return pds


VOICE = BlueskyVoice
