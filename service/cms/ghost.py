"""Ghost's webhooks (custom integrations), as Ghost 6 sends them; older ones name no event.

The one thing a reader would get wrong: the event's name is not what counts. Ghost sends one
change under several names, at once and in any order (publishing fires post.published and
post.edited), and most versions put no name into the body. What counts is the status of the post
now and before; a change that is told twice then changes nothing the second time.

Ghost tries once and waits two seconds, and an answer of 410 makes it delete the webhook.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from service.cms.base import (
    Adapter,
    WebhookRequest,
    check_age,
    digest,
    explain,
    read_json,
    require_signature,
)
from service.domain.errors import BadPayload, BadSignature
from service.domain.story import StoryContent, StoryEvent, StoryEventKind, StoryImage
from service.domain.words import clean_body
from service.fields import Headline, Identifier, Instant, WebAddress
from service.html_text import credit_in, plain_text, strip_tags

_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64}),\s?t=([0-9]{1,15})")
_GATE = re.compile(r"<!--\s*kg-gated-block:begin\b")
_GATE_END = re.compile(r"<!--\s*kg-gated-block:end\s*-->")
_FOR_ALL = re.compile(r"\bnonMember:[\"']?true\b")
_MILLISECOND = timedelta(milliseconds=1)
_LIVE = "published"
_PUBLIC = "public"
_BECOMES_LIVE = frozenset({"post.published", "post.added"})
_OTHER_SUBJECTS = frozenset({"event", "page", "tag", "member"})


def _as_list(value: Any) -> Any:
    return value or []


class _Tag(BaseModel):
    name: str = ""
    visibility: str = _PUBLIC

    @property
    def is_shown(self) -> bool:
        return bool(self.name) and self.visibility == _PUBLIC and not self.name.startswith("#")


class _Author(BaseModel):
    """Ghost sends each author's e-mail address, roles and habits; only the name enters here."""

    name: str = ""


class _Post(BaseModel):
    """What a post's notice says, without what changes from one notice of a change to the next."""

    id: Identifier
    title: Headline
    url: WebAddress
    updated_at: Instant
    published_at: Instant | None = None
    visibility: str = _PUBLIC
    html: str | None = None
    plaintext: str | None = None
    custom_excerpt: str | None = None
    feature_image: str | None = None
    feature_image_alt: str | None = None
    feature_image_caption: str | None = None
    primary_tag: _Tag | None = None
    tags: Annotated[tuple[_Tag, ...], BeforeValidator(_as_list)] = ()
    authors: Annotated[tuple[_Author, ...], BeforeValidator(_as_list)] = ()

    def to_content(self) -> StoryContent:
        # `url` and not `canonical_url`: the latter names the first publisher of a reprint.
        section = self._section()
        return StoryContent(
            headline=self.title,
            url=self.url,
            standfirst=strip_tags(self.custom_excerpt or ""),
            body=self._body(),
            kicker=section,
            section=section,
            authors=tuple(strip_tags(author.name) for author in self.authors if author.name),
            tags=tuple(strip_tags(tag.name) for tag in self.tags if tag.is_shown),
            image=self._image(),
            published_at=self.published_at,
            updated_at=self.updated_at,
            is_public=self.visibility == _PUBLIC,
        )

    def _body(self) -> str:
        # The notice of a story for members holds all of its text, and so would `excerpt`.
        if self.visibility != _PUBLIC:
            return ""
        text = plain_text(_open_part(self.html)) if self.html else self.plaintext or ""
        return clean_body(text, headline=self.title)

    def _section(self) -> str:
        shown = self.primary_tag is not None and self.primary_tag.is_shown
        return strip_tags(self.primary_tag.name) if self.primary_tag and shown else ""

    def _image(self) -> StoryImage | None:
        if not re.match(r"https?://", self.feature_image or ""):
            return None
        caption = plain_text(self.feature_image_caption or "")
        alt = strip_tags(self.feature_image_alt or "") or " ".join(caption.split())
        return StoryImage(url=self.feature_image or "", alt=alt, credit=credit_in(caption))


class _GonePost(BaseModel):
    id: Identifier
    updated_at: Instant


class GhostAdapter(Adapter):
    kind: ClassVar[str] = "ghost"
    label: ClassVar[str] = "Ghost"

    def verify(self, request: WebhookRequest, secrets: Sequence[str], *, now: datetime) -> None:
        found = _SIGNATURE.fullmatch(request.header("x-ghost-signature").strip())
        if not found:
            raise BadSignature("X-Ghost-Signature is missing, or not sha256=…, t=….")
        check_age(found[2], now=now, unit=_MILLISECOND)
        signed = request.body + found[2].encode()
        expected = [
            hmac.digest(secret.encode(), signed, "sha256").hex().encode()
            for secret in secrets
            if secret
        ]
        require_signature([found[1]], expected)

    def parse(
        self,
        request: WebhookRequest,
        *,
        source: str,
        now: datetime,  # noqa: ARG002 - Ghost tells the time of every change itself
    ) -> StoryEvent | None:
        found = read_json(request.body)
        if "post" not in found:
            _require_other_subject(found)
            return None
        event, current, previous = _told(found)
        kind = _kind(event, current, previous)
        if kind is None:
            return None
        try:
            if kind is StoryEventKind.DELETED:
                return _deleted(_GonePost.model_validate(previous), event, source)
            return _changed(_Post.model_validate(current), kind, event, source)
        except ValidationError as error:
            raise BadPayload(f"The post cannot be used: {explain(error)}") from error


def _open_part(markup: str) -> str:
    """What a visitor who is no member may read: a public post can hold blocks that are not.

    Ghost leaves them out of the page that a visitor gets, but a notice holds all of them.
    """
    before, *blocks = _GATE.split(markup)
    return before + "".join(_seen_by_all(block) for block in blocks)


def _seen_by_all(block: str) -> str:
    """A block up to the next one. Without an end, or without a clear word, it is for nobody."""
    rules, _, rest = block.partition("-->")
    inside, *after = _GATE_END.split(rest, maxsplit=1)
    return (inside if _FOR_ALL.search(rules) else "") + "".join(after)


def _require_other_subject(found: dict[str, Any]) -> None:
    """Pages, tags, members and the site are of no concern; anything else is not from Ghost."""
    if _OTHER_SUBJECTS.isdisjoint(found):
        raise BadPayload("The notice holds no post: is this address set in a Ghost integration?")


def _told(found: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    post = found["post"] if isinstance(found["post"], dict) else {}
    current, previous = post.get("current") or {}, post.get("previous") or {}
    if not (isinstance(current, dict) and isinstance(previous, dict) and (current or previous)):
        raise BadPayload("The notice cannot be used: post.current and post.previous are missing.")
    return str(found.get("event", "")), current, previous


def _kind(event: str, current: dict[str, Any], previous: dict[str, Any]) -> StoryEventKind | None:
    """What happened to readers. Deleting a live post fires post.unpublished too, with no post."""
    if not current:
        return StoryEventKind.DELETED
    was_live = previous.get("status") == _LIVE or event == "post.unpublished"
    # A post that goes out by e-mail only has no page to share.
    if current.get("status") != _LIVE or current.get("email_only"):
        return StoryEventKind.UNPUBLISHED if was_live else None
    became_live = event in _BECOMES_LIVE or previous.get("status", _LIVE) != _LIVE
    return StoryEventKind.PUBLISHED if became_live else StoryEventKind.UPDATED


def _changed(post: _Post, kind: StoryEventKind, event: str, source: str) -> StoryEvent:
    is_live = kind is not StoryEventKind.UNPUBLISHED
    return StoryEvent(
        source=source,
        external_id=post.id,
        kind=kind,
        dedupe_key=digest(event, kind, post.model_dump_json()),
        stamp=post.updated_at,
        content=post.to_content() if is_live else None,
    )


def _deleted(post: _GonePost, event: str, source: str) -> StoryEvent:
    """A deletion leaves the post's last `updated_at` as it was, and yet comes after that change."""
    return StoryEvent(
        source=source,
        external_id=post.id,
        kind=StoryEventKind.DELETED,
        dedupe_key=digest(event, StoryEventKind.DELETED, post.model_dump_json()),
        stamp=post.updated_at + timedelta(microseconds=1),
    )


ADAPTER = GhostAdapter()
