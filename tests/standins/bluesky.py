"""Stands in for a Bluesky PDS, after what version 0.5.35 was seen to answer.

Its oddities matter: an old access token is a 400, a put under a taken key with `swapRecord: null`
is an InvalidSwap, and a missing record is a 400 too.
"""

import hashlib
import re
from typing import Any

import regex

from tests.standins.base import Asked, Said, StandIn

DID = "did:plc:ypx5mwpgojn6ge463eipucjg"
HANDLE = "news.test"
APP_PASSWORD = "zumo-n6rx-dwoh-3r2w"
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_GRAPHEME = regex.compile(r"\X")


class BlueskyStandIn(StandIn):
    kind = "bluesky"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.sign_ins = 0
        self.refreshes = 0
        self._records: dict[str, dict[str, Any]] = {}
        self._blobs: dict[str, dict[str, Any]] = {}
        self._access = ""
        self._refresh = ""
        self._old_access: set[str] = set()

    def account(self) -> tuple[dict[str, Any], dict[str, str]]:
        return {"pds": self.url, "identifier": HANDLE}, {"app_password": APP_PASSWORD}

    def remote_id(self, post: dict[str, Any]) -> str:
        return str(post["uri"])

    def is_create(self, asked: Asked) -> bool:
        return asked.path == "/xrpc/com.atproto.repo.putRecord"

    def expire_access(self) -> None:
        """The access token is over; the refresh token still works."""
        self._old_access.add(self._access)

    def revoke_refresh(self) -> None:
        """The refresh token is over too: only signing in again helps."""
        self.expire_access()
        self._refresh = "revoked"

    def forget_blobs(self) -> None:
        """Drop uploads that no record names, as the server does after a while."""
        self._blobs.clear()

    def record(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self._records[key]["value"]
        return found

    def carry_out(self, asked: Asked) -> Said:
        method = asked.path.removeprefix("/xrpc/com.atproto.")
        if method == "server.createSession":
            return self._sign_in(asked)
        if method == "server.refreshSession":
            return self._refresh_session(asked)
        if method == "repo.getRecord":
            return self._show(asked)
        if objection := self._objection(asked):
            return objection
        verbs = {
            "server.getSession": self._session,
            "repo.uploadBlob": self._take_blob,
            "repo.putRecord": self._put,
        }
        return verbs[method](asked) if method in verbs else _error(400, "InvalidRequest")

    def limited(self, headers: Any) -> Said:
        return Said(429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers)

    def unauthorized(self) -> Said:
        return _error(401, "AuthenticationRequired")

    def _objection(self, asked: Asked) -> Said | None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            return _error(401, "AuthMissing")
        if token in self._old_access:
            return _error(400, "ExpiredToken", "Token has expired")
        return None if token == self._access else _error(400, "InvalidToken")

    def _sign_in(self, asked: Asked) -> Said:
        if asked.data != {"identifier": HANDLE, "password": APP_PASSWORD}:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        self.sign_ins += 1
        return self._new_pair()

    def _refresh_session(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {self._refresh}":
            return _error(400, "ExpiredToken", "Token has been revoked")
        self.refreshes += 1
        return self._new_pair()

    def _new_pair(self) -> Said:
        number = self.sign_ins + self.refreshes
        self._access, self._refresh = f"access-{number}", f"refresh-{number}"
        return Said(200, {
            "accessJwt": self._access, "refreshJwt": self._refresh, "did": DID,
            "handle": HANDLE, "active": True,
        })  # fmt: skip

    def _session(self, _: Asked) -> Said:
        return Said(200, {"did": DID, "handle": HANDLE, "active": True})

    def _take_blob(self, asked: Asked) -> Said:
        link = f"bafkrei{hashlib.sha256(asked.body).hexdigest()[:52]}"
        blob = {
            "$type": "blob", "ref": {"$link": link}, "size": len(asked.body),
            "mimeType": asked.headers.get("content-type", ""),
        }  # fmt: skip
        self._blobs[link] = blob
        return Said(200, {"blob": blob})

    def _put(self, asked: Asked) -> Said:
        data = asked.data
        key, record = data["rkey"], data["record"]
        if data["repo"] != DID:
            return _error(403, "AccountNotFound")
        if refusal := self._refusal_of(key, record):
            return refusal
        if key in self._records and "swapRecord" in data and data["swapRecord"] is None:
            return _error(400, "InvalidSwap", f"Record was at {self._records[key]['cid']}")
        digest = hashlib.sha256(repr(sorted(record.items())).encode()).hexdigest()
        document = {
            "uri": f"at://{DID}/{data['collection']}/{key}", "cid": f"bafyrei{digest[:52]}",
        }  # fmt: skip
        self._records[key] = {**document, "value": record}
        self.posts = list(self._records.values())
        return Said(200, {**document, "validationStatus": "valid"}, created=key)

    def _refusal_of(self, key: str, record: dict[str, Any]) -> Said | None:
        if not _TID.fullmatch(key):
            return _error(400, "InvalidRequest", f'Invalid TID string (got "{key}")')
        length = len(_GRAPHEME.findall(record["text"]))
        if length > 300:
            return _error(400, "InvalidRequest", f"grapheme too big (maximum 300, got {length})")
        thumb = record.get("embed", {}).get("external", {}).get("thumb")
        if thumb and thumb["ref"]["$link"] not in self._blobs:
            return _error(400, "BlobNotFound", "Could not find blob")
        if thumb and thumb["size"] > 1_000_000:
            return _error(400, "InvalidRequest", "blob too big (maximum 1000000)")
        return None

    def _show(self, asked: Asked) -> Said:
        found = self._records.get(asked.query["rkey"])
        return Said(200, found) if found else _error(400, "RecordNotFound", "Could not locate it")


def _error(status: int, name: str, message: str = "") -> Said:
    return Said(status, {"error": name, "message": message or name})


STAND_IN = BlueskyStandIn
