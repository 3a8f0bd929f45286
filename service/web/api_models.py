"""What the API takes and answers. The OpenAPI document is made from these models.

The one thing a reader would get wrong: fields may be added to an answer at any time, and are
never taken away or given another meaning within /api/v1.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from service.cards.template.catalogue import CardTemplate
from service.cms.generic import StoryPayload
from service.domain.card import CardChoice, CardSize, Focus
from service.domain.delivery import Delivery, DeliveryState, HoldReason
from service.domain.post import Count, TextUnit
from service.domain.share import ShareLink
from service.domain.story import Effect, Story, StoryState
from service.fields import Identifier, Instant
from service.proofs import Proof, pictures_of
from service.storage.channels import Channel
from service.storage.stories import Photo

Digest = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]


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


class FocusBody(BaseModel):
    """The point of the photo that stays in view, in shares of its width and height."""

    model_config = ConfigDict(frozen=True)

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class CardChoiceBody(BaseModel):
    """All of what is chosen for a story's card; what is left out is left to Kindly."""

    # It takes the place of the choice before: a key with a slip in it would erase something.
    model_config = ConfigDict(frozen=True, extra="forbid")

    template: str = Field("", max_length=64, description="`name` of a card template")
    photo: Digest = Field("", description="a picture instead of the story's own")
    portrait: Digest = Field("", description="who speaks or writes")
    focus: FocusBody | None = None
    fields: dict[str, Annotated[str, Field(max_length=2000)]] = Field(
        {}, description="the template's own fields by their names", max_length=50
    )

    def to_choice(self) -> CardChoice:
        return CardChoice(
            template=self.template,
            photo=self.photo,
            portrait=self.portrait,
            focus=Focus(self.focus.x, self.focus.y) if self.focus else None,
            details=tuple(self.fields.items()),
        )


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


class FocusAnswer(Answer):
    x: float
    y: float


class CardChoiceAnswer(Answer):
    """What was chosen, in the form in which it is sent."""

    template: str
    photo: str
    portrait: str
    focus: FocusAnswer | None
    fields: dict[str, str]

    @classmethod
    def of(cls, choice: CardChoice) -> Self:
        focus = choice.focus
        return cls(
            template=choice.template,
            photo=choice.photo,
            portrait=choice.portrait,
            focus=FocusAnswer(x=focus.x, y=focus.y) if focus else None,
            fields=dict(choice.details),
        )


class FindingAnswer(Answer):
    """Something that a card breaks of what its template promises."""

    promise: str
    field: str
    message: str


class ProofAnswer(CardAnswer):
    findings: list[FindingAnswer]
    missing: list[str] = Field(description="characters that no font has; they are left out")
    is_shortened: bool = Field(description="a text did not fit and ends in an ellipsis")
    problem: str = Field(description="why it cannot be drawn; empty: nothing wrong")

    @classmethod
    def of_proof(cls, proof: Proof, url: str) -> Self:
        size = proof.size
        return cls(
            size=size,
            width=size.width,
            height=size.height,
            url=url,
            findings=[
                FindingAnswer(promise=one.promise, field=one.field, message=one.message)
                for one in proof.findings
            ],
            missing=list(proof.missing),
            is_shortened=proof.is_shortened,
            problem=proof.problem,
        )


class ChosenCardAnswer(Answer):
    """What is chosen for a story's card, and what it looks like in every size."""

    choice: CardChoiceAnswer
    template: str = Field(description="what it is drawn with; another may take over without photo")
    alt: str = Field(description="describes the card for those who do not see it")
    photo_problem: str = Field(description="why the photo is not in the card; empty: nothing wrong")
    cards: list[ProofAnswer]


class CardFieldAnswer(Answer):
    """A text that a template has of its own."""

    name: str
    label: str
    hint: str
    longest: int = Field(description="in characters (code points)")
    required: bool
    source: str = Field(description="what of the story stands here when it is left empty")


class CardTemplateAnswer(Answer):
    name: str
    label: str
    about: str
    pictures: list[Literal["photo", "portrait"]] = Field(description="those that it shows")
    needs: str = Field(description="the picture, or the field, that it is made around")
    without_photo: str = Field(description="the template that takes over without a photo, or empty")
    fields: list[CardFieldAnswer]

    @classmethod
    def of(cls, template: CardTemplate) -> Self:
        return cls.model_validate(
            {
                "name": template.name,
                "label": template.label,
                "about": template.about,
                "pictures": pictures_of(template),
                "needs": template.composition(CardSize.OG).needs,
                "without_photo": template.without_photo,
                "fields": [
                    {
                        "name": name,
                        "label": spec.label,
                        "hint": spec.hint,
                        "longest": spec.longest,
                        "required": spec.required,
                        "source": spec.source,
                    }
                    for name, spec in template.fields.items()
                ],
            }
        )


class CardTemplatesAnswer(Answer):
    templates: list[CardTemplateAnswer]


class PictureAnswer(Answer):
    digest: str = Field(description="names the picture; give it as `photo` or `portrait`")


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
