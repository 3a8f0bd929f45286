"""Stands in for Mastodon-compatible servers, in two flavours taken from recorded answers.

`strict` is like GoToSocial: it checks everything and refuses a picture that a post uses already.
`lenient` is like snac: it checks nothing and makes a second post of a repeated request. Neither
honours the Idempotency-Key. Runs alone too:

    python -m tests.standins.mastodon --port 8085 --journal requests.jsonl --flavour strict
"""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.standins.base import Asked, Said, StandIn, Upload, options, run

TOKEN = "mastodon-access-token-of-a-test"
_ACCOUNT = {"id": "01CH535FJTR1STS0A7RNJ6GC9B", "username": "news", "acct": "news"}
_STRICT_MOST = 500
_STRICT_LINK = 25
_LINK = re.compile(r"https?://\S+")
_HASHTAG = re.compile(r"(?<!\S)#(\w+)")


class MastodonStandIn(StandIn):
    """`processing` is how many questions about an upload are answered with "not yet"."""

    kind = "mastodon"
    flavours = ("strict", "lenient")

    def __init__(self, *, flavour: str = "strict", processing: int = 0, **more: Any) -> None:
        super().__init__(**more)
        self.is_strict = flavour == "strict"
        self._processing = processing
        self._media: dict[str, dict[str, Any]] = {}

    def account(self) -> tuple[dict[str, Any], dict[str, str]]:
        return {"instance": self.url}, {"access_token": TOKEN}

    def remote_id(self, post: dict[str, Any]) -> str:
        return str(post["id"])

    def is_create(self, asked: Asked) -> bool:
        return (asked.method, asked.path) == ("POST", "/api/v1/statuses")

    def carry_out(self, asked: Asked) -> Said:
        if asked.path.startswith("/api/v2/instance"):
            return self._instance()
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return self._refusal(401, "Unauthorized: token not supplied")
        said = self._signed_in(asked)
        return Said(said.status, said.body, {**self._pace(), **said.headers}, said.created)

    def limited(self, headers: Any) -> Said:
        return self._refusal(429, "rate limit reached", headers)

    def unauthorized(self) -> Said:
        return self._refusal(401, "Unauthorized: token not supplied")

    def _signed_in(self, asked: Asked) -> Said:
        match asked.method, asked.path.strip("/").split("/")[1:]:
            case "GET", ["v1", "accounts", "verify_credentials"]:
                return Said(200, _ACCOUNT)
            case "GET", ["v1", "accounts", account_id, "statuses"] if account_id == _ACCOUNT["id"]:
                limit = int(asked.query.get("limit", "20"))
                return Said(200, [*reversed(self.posts)][:limit])
            case "POST", ["v2", "media"]:
                return self._take_media(asked)
            case "GET", ["v1", "media", media_id]:
                return self._show_media(media_id)
            case "POST", ["v1", "statuses"]:
                return self._take_status(asked)
            case "GET", ["v1", "statuses", status_id]:
                found = [post for post in self.posts if post["id"] == status_id]
                return Said(200, found[0]) if found else self._refusal(404, "Not Found")
        return self._refusal(404, "Not Found")

    def _take_media(self, asked: Asked) -> Said:
        upload = asked.data.get("file")
        if self.is_strict and not _is_picture(upload):
            return self._refusal(422, "Unprocessable Entity: could not process uploaded file")
        media_id = f"{'01M' if self.is_strict else 'post-'}{len(self._media) + 1:06}"
        description = asked.data.get("description", "")
        self._media[media_id] = {"wait": self._processing, "status": "", "alt": description}
        return Said(202 if self._processing else 200, self._media_document(media_id))

    def _show_media(self, media_id: str) -> Said:
        media = self._media.get(media_id)
        if media is None or not self.is_strict:
            return self._refusal(404, "Not Found")
        if media["wait"]:
            media["wait"] -= 1
            return Said(206, self._media_document(media_id))
        return Said(200, self._media_document(media_id))

    def _take_status(self, asked: Asked) -> Said:
        data = asked.data
        text, media_ids = str(data.get("status", "")), list(data.get("media_ids") or [])
        if self.is_strict and (refusal := self._objection(text, media_ids)):
            return refusal
        status = self._status(text, media_ids, visibility=str(data.get("visibility", "public")))
        for media_id in media_ids:
            self._media.get(media_id, {})["status"] = status["id"]
        self.posts.append(status)
        return Said(200, status, created=status["id"])

    def _objection(self, text: str, media_ids: list[str]) -> Said | None:
        if not text and not media_ids:
            return self._refusal(400, "Bad Request: no status, media, or poll provided")
        length = len(_LINK.sub("x" * _STRICT_LINK, text))
        if length > _STRICT_MOST:
            return self._refusal(
                400, f"Bad Request: status too long, {length} characters but limit is 500"
            )
        for media_id in media_ids:
            media = self._media.get(media_id)
            if media is None:
                return self._refusal(400, f"Bad Request: media {media_id} not found")
            if media["status"]:
                return self._refusal(
                    400, f"Bad Request: media {media_id} already attached to status"
                )
            if media["wait"]:
                return self._refusal(422, "Impossible de joindre les fichiers en cours")
        return None

    def _status(self, text: str, media_ids: list[str], *, visibility: str) -> dict[str, Any]:
        now = datetime.now(UTC)
        status_id = f"01M81QA{len(self.posts) + 1:06}"
        address = f"{self.url}/@news/statuses/{status_id}"
        # snac cuts the time to the second, so a post can seem older than its request.
        timespec = "milliseconds" if self.is_strict else "seconds"
        created_at = now.isoformat(timespec=timespec).replace("+00:00", "Z")
        return {
            "id": status_id,
            "created_at": created_at,
            "uri": address,
            "url": address,
            "visibility": visibility,
            "content": self._content(text),
            "text": text,
            "reblog": None,
            "account": _ACCOUNT,
            "media_attachments": [self._media_document(one) for one in media_ids],
        }

    def _content(self, text: str) -> str:
        shown = html.escape(text, quote=False)
        relation = ' rel="nofollow noreferrer noopener"' if self.is_strict else ""
        shown = _LINK.sub(
            lambda link: f'<a href="{link[0]}"{relation} target="_blank">{link[0]}</a>', shown
        )
        shown = _HASHTAG.sub(
            rf'<a href="{self.url}/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>',
            shown,
        )
        return f"<p>{shown}</p>" if self.is_strict else f"{shown}<br>"

    def _media_document(self, media_id: str) -> dict[str, Any]:
        media = self._media.get(media_id, {"alt": ""})
        return {"id": media_id, "type": "image", "url": None, "description": media["alt"]}

    def _instance(self) -> Said:
        statuses = {
            "max_characters": _STRICT_MOST,
            "characters_reserved_per_url": _STRICT_LINK,
        }
        if not self.is_strict:
            return self._refusal(404, "Not Found")
        return Said(200, {"configuration": {"statuses": statuses}})

    def _refusal(self, status: int, words: str, headers: Any = None) -> Said:
        if self.is_strict:
            return Said(status, {"error": words}, {**self._pace(), **(headers or {})})
        page = {"Content-Type": "text/html; charset=utf-8"}
        return Said(
            status, "" if status == 401 else f"<h1>{status}</h1>", {**page, **(headers or {})}
        )

    def _pace(self) -> dict[str, str]:
        if not self.is_strict:
            return {}
        reset = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="milliseconds")
        return {
            "X-Ratelimit-Limit": "300",
            "X-Ratelimit-Remaining": "287",
            "X-Ratelimit-Reset": reset.replace("+00:00", "Z"),
        }


def _is_picture(upload: Any) -> bool:
    return isinstance(upload, Upload) and upload.media_type.startswith("image/")


STAND_IN = MastodonStandIn


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--flavour", choices=MastodonStandIn.flavours, default="strict")
    chosen = parser.parse_args()
    journal: Path | None = chosen.journal
    run(
        MastodonStandIn(
            flavour=chosen.flavour,
            port=chosen.port,
            journal_file=journal,
            delay_create_s=chosen.delay_create,
        )
    )


if __name__ == "__main__":
    main()
