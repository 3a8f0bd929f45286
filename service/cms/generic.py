"""Our own notices, for every CMS that has no adapter: plain JSON, signed as a Standard Webhook.

    {"event": "published", "story": {"id": "4711", "headline": "…", "url": "https://…", …}}

`event` is published, updated, unpublished or deleted; the last two need only the story's `id`.

The one thing a reader would get wrong: `updated_at` orders the versions of a story. A sender
that leaves it out is ordered by the times of its requests, and a repeated request is a later one.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from service.cms.base import (
    TOLERANCE,
    Adapter,
    WebhookRequest,
    explain,
    read_json,
    standard_webhook_key,
    verify_standard_webhook,
)
from service.domain.errors import BadPayload, Misconfigured
from service.domain.story import StoryContent, StoryEvent, StoryEventKind, StoryImage
from service.domain.words import clean_body
from service.fields import (
    Headline,
    Identifier,
    Instant,
    Language,
    Line,
    Markup,
    Names,
    Sentences,
    Text,
    WebAddress,
)
from service.html_text import plain_text

SHORTEST_KEY = 16


class ImagePayload(BaseModel):
    """The story's picture where it can be fetched."""

    model_config = ConfigDict(frozen=True)

    url: WebAddress
    alt: Sentences = ""
    credit: Line = ""


def as_image(value: Any) -> Any:
    """An image may be given by its address alone."""
    return {"url": value} if isinstance(value, str) else value


class StoryText(BaseModel):
    """What a story says. Fields that we do not know are left out."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    headline: Headline = Field(validation_alias=AliasChoices("headline", "title"))
    standfirst: Sentences = ""
    body: Text = ""
    html_body: Markup = ""
    section: Line = ""
    kicker: Line = ""
    tags: Names = ()
    authors: Names = ()
    language: Language = ""
    published_at: Instant | None = None
    updated_at: Instant | None = None
    site_name: Line = ""
    # Our own API answers with `is_public`: who sends that back must not open the story by it.
    public: bool = Field(True, validation_alias=AliasChoices("public", "is_public"))

    def content_at(self, url: str, image: StoryImage | None) -> StoryContent:
        """The story as the house knows it. The text of a story that is not public stays outside."""
        return StoryContent(
            headline=self.headline,
            url=url,
            standfirst=self.standfirst,
            body=self._body() if self.public else "",
            kicker=self.kicker,
            section=self.section,
            authors=tuple(name for name in self.authors if name),
            tags=tuple(name for name in self.tags if name),
            language=self.language,
            image=image,
            site_name=self.site_name,
            published_at=self.published_at,
            updated_at=self.updated_at,
            is_public=self.public,
        )

    def _body(self) -> str:
        return clean_body(self.body or plain_text(self.html_body), headline=self.headline)


class StoryPayload(StoryText):
    """A story as its sender describes it: its text, its name with the sender, its address."""

    id: Identifier
    url: WebAddress
    image: Annotated[
        ImagePayload | None,
        BeforeValidator(as_image, json_schema_input_type=ImagePayload | WebAddress | None),
    ] = None

    def to_content(self) -> StoryContent:
        image = self.image
        known = StoryImage(url=image.url, alt=image.alt, credit=image.credit) if image else None
        return self.content_at(self.url, known)


class _Gone(BaseModel):
    """All that needs to be said of a story that went away."""

    id: Identifier
    updated_at: Instant | None = None


class _StoryNotice(BaseModel):
    event: Literal["published", "updated"]
    story: StoryPayload


class _GoneNotice(BaseModel):
    event: Literal["unpublished", "deleted"]
    story: _Gone


class _Event(BaseModel):
    event: StoryEventKind


class GenericAdapter(Adapter):
    kind: ClassVar[str] = "generic"
    label: ClassVar[str] = "Generic JSON"

    def check_secret(self, secret: str) -> None:
        if len(standard_webhook_key(secret)) < SHORTEST_KEY:
            raise Misconfigured(
                f"The secret of a {self.label} source must be whsec_ and at least {SHORTEST_KEY} "
                "random bytes in base64."
            )

    def verify(self, request: WebhookRequest, secrets: Sequence[str], *, now: datetime) -> None:
        verify_standard_webhook(request, secrets, now=now)

    def parse(self, request: WebhookRequest, *, source: str, now: datetime) -> StoryEvent:
        notice = _read(request.body)
        story = notice.story
        return StoryEvent(
            source=source,
            external_id=story.id,
            kind=StoryEventKind(notice.event),
            dedupe_key=_message_id(request),
            stamp=_stamp(story.updated_at, request, now),
            content=story.to_content() if isinstance(story, StoryPayload) else None,
        )


def _read(body: bytes) -> _StoryNotice | _GoneNotice:
    found = read_json(body)
    try:
        kind = _Event.model_validate(found).event
        if kind in {StoryEventKind.UNPUBLISHED, StoryEventKind.DELETED}:
            return _GoneNotice.model_validate(found)
        return _StoryNotice.model_validate(found)
    except ValidationError as error:
        raise BadPayload(f"The notice cannot be used: {explain(error)}") from error


def _message_id(request: WebhookRequest) -> str:
    name = request.header("webhook-id") or request.header("svix-id")
    if not 0 < len(name) <= 200:  # noqa: PLR2004 - what storage keeps of it
        raise BadPayload("webhook-id must have 1 to 200 characters.")
    return name


def _stamp(updated_at: datetime | None, request: WebhookRequest, now: datetime) -> datetime:
    """When the change was made; it may not lie ahead, or it would outrank all later ones."""
    if updated_at is None:
        sent_at = request.header("webhook-timestamp") or request.header("svix-timestamp")
        return datetime.fromtimestamp(int(sent_at), UTC) if _SECONDS.fullmatch(sent_at) else now
    if updated_at > now + TOLERANCE:
        raise BadPayload("The notice cannot be used: story.updated_at lies in the future.")
    return updated_at


_SECONDS = re.compile(r"[0-9]{1,11}")


ADAPTER = GenericAdapter()
