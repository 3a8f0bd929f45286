"""Speaks to Mastodon and to servers with the same API.

The one thing a reader gets wrong: the `Idempotency-Key` is sent, and not relied on. Two of three
servers ignore it, and the third forgets it after an hour, so a lost answer is settled by reading
the account's latest posts.
"""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from service.channels.mastodon import MastodonSecrets, MastodonSettings
from service.domain.card import Rendition
from service.domain.errors import ChannelError, Refused, Unauthorized, Unavailable, Unconfirmed
from service.domain.post import Receipt
from service.platforms.facts import limits_of
from workers.channels.base import Absent, Answer, Job, Voice

_LOOK_THROUGH = 20
# How far the server's clock may be behind ours, whole seconds cut off included.
_SKEW = timedelta(seconds=60)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_HREF = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class MastodonVoice(Voice):
    kind = "mastodon"

    def prepare(self, job: Job) -> dict[str, Any]:
        if job.picture is None or "media_id" in job.progress:
            return dict(job.progress)
        return {**job.progress, **self._upload(job.picture, job.picture_alt)}

    def publish(self, job: Job) -> Receipt:
        media_id = job.progress.get("media_id")
        if media_id and job.progress.get("is_processing"):
            self._require_ready(str(media_id))
        try:
            return self._create(job, media_id)
        except Unauthorized:
            raise
        except Refused:
            if media_id and (earlier := self._because_of_picture(job, str(media_id))):
                return earlier
            raise

    def look(self, job: Job) -> Receipt | Absent:
        try:
            statuses = self._latest()
        except Unauthorized:
            raise
        except Refused as error:
            raise Unconfirmed(f"mastodon did not let us look: {error}") from error
        ours = _Ours.of(job)
        found = [status for status in statuses if ours.is_in(status)]
        # Should there be two, the older one is the first try's.
        return _receipt(found[-1]) if found else Absent()

    def check(self) -> str:
        account = self._get("/api/v1/accounts/verify_credentials")
        return f"@{self.required(account, 'acct', idempotent=True)}"

    def verdict(self, answer: Answer) -> ChannelError | None:
        said = self.quote(f"mastodon answered {answer.status}: {answer.text('error')}")
        if answer.status == HTTPStatus.FORBIDDEN:
            return Unauthorized(f"{said} (the account is limited, or a scope is missing)")
        if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
            return Refused(said)
        return None

    def _upload(self, picture: Rendition, alt: str) -> dict[str, Any]:
        most = limits_of(self.kind).limits.image_bytes
        if len(picture.data) > most:
            raise Refused(f"the card has {len(picture.data)} bytes, mastodon takes {most}")
        name = f"card.{picture.format.value}"
        answer = self._ask(
            "POST",
            "/api/v2/media",
            idempotent=True,
            files={"file": (name, picture.data, picture.media_type)},
            data={"description": alt},
        )
        media_id = self.required(answer, "id", idempotent=True)
        return {"media_id": media_id, "is_processing": answer.status == HTTPStatus.ACCEPTED}

    def _require_ready(self, media_id: str) -> None:
        """Raises Unavailable while the server still works on the picture, Refused if it failed."""
        answer = self._get(f"/api/v1/media/{media_id}")
        if answer.status == HTTPStatus.PARTIAL_CONTENT:
            raise Unavailable("mastodon is still processing the card")

    def _create(self, job: Job, media_id: Any) -> Receipt:
        body = dict(job.payload.body)
        if media_id:
            body["media_ids"] = [media_id]
        answer = self._ask(
            "POST",
            "/api/v1/statuses",
            idempotent=False,
            json=body,
            headers={"Idempotency-Key": job.delivery_id},
        )
        self.required(answer, "id", idempotent=False)
        return _receipt(answer.data)

    def _because_of_picture(self, job: Job, media_id: str) -> Receipt | None:
        """Find out whether a post was refused for its picture's sake.

        A picture that is not ready yet is refused like any other fault (then: Unavailable), and
        so is one that an earlier try of ours has used already (then: its receipt). The words
        differ from server to server and language to language, so we ask what is the case.
        """
        found = self.look(job)
        if isinstance(found, Receipt):
            return found
        with suppress(Refused):
            self._require_ready(media_id)
        return None

    def _latest(self) -> list[dict[str, Any]]:
        account = self._get("/api/v1/accounts/verify_credentials")
        account_id = self.required(account, "id", idempotent=True)
        params = {
            "limit": str(_LOOK_THROUGH),
            "exclude_replies": "true",
            "exclude_reblogs": "true",
        }
        answer = self._get(f"/api/v1/accounts/{account_id}/statuses", params=params)
        if not isinstance(listed := answer.data.get("list"), list):
            raise Unavailable("mastodon answered our question with something unreadable")
        return [status for status in listed if isinstance(status, dict)]

    def _get(self, path: str, **request: Any) -> Answer:
        return self._ask("GET", path, idempotent=True, **request)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        idempotent: bool,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        assert isinstance(self.settings, MastodonSettings)
        assert isinstance(self.secrets, MastodonSecrets)
        token = self.secrets.access_token.get_secret_value()
        signed = {**(headers or {}), "Authorization": f"Bearer {token}"}
        address = f"{self.settings.instance}{path}"
        return self.call(method, address, idempotent=idempotent, headers=signed, **body)


@dataclass(frozen=True, slots=True)
class _Ours:
    """What a post of ours looks like in the account's list."""

    words: str
    links: frozenset[str]
    since: datetime

    @classmethod
    def of(cls, job: Job) -> "_Ours":
        text = str(job.payload.body.get("status", ""))
        return cls(
            words=_words(text),
            links=frozenset(_addresses(text)),
            since=(job.sent_at or job.created_at) - _SKEW,
        )

    def is_in(self, status: dict[str, Any]) -> bool:
        """The links decide, because servers reword text (emoji, spaces, shortened addresses)."""
        content = str(status.get("content") or "")
        written_at = _instant(status.get("created_at"))
        if status.get("reblog") or written_at is None or written_at < self.since:
            return False
        if self.links:
            shown = {html.unescape(address) for address in _HREF.findall(content)}
            return self.links <= shown or self.words == _words(_plain(content))
        return self.words == _words(_plain(content))


def _addresses(text: str) -> Iterator[str]:
    for match in _ADDRESS.findall(text):
        yield match.rstrip(".,;:!?'")


def _plain(content: str) -> str:
    return html.unescape(_TAG.sub("", re.sub(r"<(?:br|/p)\b[^>]*>", " ", content)))


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


def _instant(value: Any) -> datetime | None:
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _receipt(status: dict[str, Any]) -> Receipt:
    address = status.get("url") or status.get("uri") or ""
    return Receipt(remote_id=str(status["id"]), url=str(address))


VOICE = MastodonVoice
