"""What the API takes and answers. The OpenAPI document is made from these models.

The one thing a reader would get wrong: fields may be added to an answer at any time, and are
never taken away or given another meaning within /api/v1.
"""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from service.cms.generic import StoryPayload
from service.domain.card import CardSize
from service.domain.delivery import Delivery, DeliveryState, HoldReason
from service.domain.post import Count, TextUnit
from service.domain.share import ShareLink
from service.domain.story import Effect, Story, StoryState
from service.fields import Identifier, Instant
from service.storage.channels import Channel
from service.storage.stories import Photo


class Answer(BaseModel):
    """Base of everything the API answers."""

    model_config = ConfigDict(frozen=True)


# -- taken in ---------------------------------------------------------------------------------


class StoryBody(StoryPayload):
    """A story to create, or the next version of one that we know by its `id`."""

    model_config = ConfigDict(title="StoryBody")

    event: Literal["published", "updated"] = "published"


class WithdrawalBody(BaseModel):
    """A story that is no longer public; what has not been posted yet is cancelled."""

    model_config = ConfigDict(frozen=True)

    event: Literal["unpublished", "deleted"]
    id: Identifier
    updated_at: Instant | None = None


class PageQuery(BaseModel):
    model_config = ConfigDict(frozen=True)

    limit: int = Field(50, ge=1, le=100, description="how many stories at most")
    cursor: str = Field("", max_length=100, description="`next` of the page before")


# -- answered ---------------------------------------------------------------------------------


class ErrorDetail(Answer):
    status: int
    what: str = Field(description="one sentence: what is wrong, where, what to do")


class ErrorAnswer(Answer):
    error: ErrorDetail


class ImageAnswer(Answer):
    url: str
    alt: str
    credit: str


class StoryAnswer(Answer):
    """One story in its newest version."""

    id: str
    source: str
    external_id: str = Field(description="the sender's own id of the story")
    version: int
    state: StoryState
    is_held: bool = Field(description="staff keep everything of this story from going out")
    headline: str
    url: str
    standfirst: str
    kicker: str
    section: str
    authors: list[str]
    tags: list[str]
    language: str
    image: ImageAnswer | None
    is_public: bool
    published_at: datetime | None
    updated_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, story: Story) -> Self:
        return cls.model_validate(_fields(story))


class StoryTaken(StoryAnswer):
    """The story after the notice was applied."""

    effect: Effect = Field(description="what the notice did; `stale`: a newer one came before it")

    @classmethod
    def after(cls, story: Story, effect: Effect) -> Self:
        return cls.model_validate({**_fields(story), "effect": effect})


class StoryPage(Answer):
    """Newest first."""

    stories: list[StoryAnswer]
    next: str | None = Field(description="cursor of the next page, null on the last one")


class CardAnswer(Answer):
    size: CardSize
    width: int
    height: int
    media_type: Literal["image/jpeg"] = "image/jpeg"
    url: str = Field(description="signed; it never changes its picture and may be kept for ever")


class CardsAnswer(Answer):
    """Every size of the story's card; a picture is drawn when it is first asked for."""

    alt: str = Field(description="describes the card for those who do not see it")
    photo_problem: str = Field(description="why the photo is not in the card; empty: nothing wrong")
    cards: list[CardAnswer]

    @classmethod
    def of(cls, urls: dict[CardSize, str], *, alt: str, photo: Photo) -> Self:
        cards = [
            CardAnswer(size=size, width=size.width, height=size.height, url=url)
            for size, url in urls.items()
        ]
        return cls(alt=alt, photo_problem=photo.problem, cards=cards)


class LinkAnswer(Answer):
    network: str
    label: str
    address: str

    @classmethod
    def of(cls, link: ShareLink) -> Self:
        return cls(network=link.network, label=link.label, address=link.address)


class LinksAnswer(Answer):
    links: list[LinkAnswer]


class ChannelAnswer(Answer):
    id: str
    name: str
    kind: str


class CountAnswer(Answer):
    """The post's text, measured as the channel measures it."""

    used: int
    limit: int
    unit: TextUnit
    fits: bool

    @classmethod
    def of(cls, count: Count) -> Self:
        return cls(used=count.used, limit=count.limit, unit=count.unit, fits=count.fits)


class ReceiptAnswer(Answer):
    """The channel's proof that the post exists."""

    remote_id: str
    url: str


class DeliveryAnswer(Answer):
    id: str
    channel: ChannelAnswer
    state: DeliveryState
    hold_reason: HoldReason | None
    story_version: int
    text: str
    link: str
    alt: str = Field(description="describes the picture; empty: the post has none")
    count: CountAnswer | None = Field(description="null: this kind of channel is not installed")
    attempts: int
    wanted_at: datetime
    due_at: datetime
    sent_at: datetime | None
    receipt: ReceiptAnswer | None
    problem: str = Field(description="one sentence, empty while all is well")

    @classmethod
    def of(cls, delivery: Delivery, channel: Channel, count: Count | None) -> Self:
        picture = delivery.post.picture
        return cls(
            id=delivery.id,
            channel=ChannelAnswer(id=channel.id, name=channel.name, kind=channel.kind),
            state=delivery.state,
            hold_reason=delivery.hold_reason,
            story_version=delivery.story_version,
            text=delivery.post.text,
            link=delivery.post.link,
            alt=picture.alt if picture else "",
            count=CountAnswer.of(count) if count else None,
            attempts=delivery.attempts,
            wanted_at=delivery.wanted_at,
            due_at=delivery.due_at,
            sent_at=delivery.sent_at,
            receipt=_receipt(delivery),
            problem=delivery.problem,
        )


class DeliveriesAnswer(Answer):
    deliveries: list[DeliveryAnswer]


def _receipt(delivery: Delivery) -> ReceiptAnswer | None:
    """PENDING has a remote id as well, but an id that is still processed proves nothing."""
    if delivery.state is not DeliveryState.DELIVERED:
        return None
    return ReceiptAnswer(remote_id=delivery.remote_id, url=delivery.remote_url)


def _fields(story: Story) -> dict[str, object]:
    said = story.content
    image = said.image
    return {
        "id": story.id,
        "source": story.source,
        "external_id": story.external_id,
        "version": story.version,
        "state": story.state,
        "is_held": story.is_held,
        "headline": said.headline,
        "url": said.url,
        "standfirst": said.standfirst,
        "kicker": said.kicker,
        "section": said.section,
        "authors": list(said.authors),
        "tags": list(said.tags),
        "language": said.language,
        "image": {"url": image.url, "alt": image.alt, "credit": image.credit} if image else None,
        "is_public": said.is_public,
        "published_at": said.published_at,
        "updated_at": said.updated_at,
        "created_at": story.created_at,
    }
