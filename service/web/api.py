"""The JSON API: put stories in, read back what became of them.

A story is taken in the way a webhook's is (the same record, the same order of versions), only
that the answer waits until the story knows. Posts are planned by the workers.
The one thing a reader would get wrong: no cookie is read here, so nothing a browser sends by
itself can act, and the dashboard's protection against forged requests has nothing to do.
"""

import re
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection

from service import clock, intake, press
from service.cards.alt import alt_text
from service.cards.draw import template_of
from service.cards.picture.decode import MAX_BYTES
from service.cards.template.catalogue import templates
from service.cms.base import TOLERANCE, digest, explain, read_json
from service.desk import Desk
from service.domain.card import Card, CardSize
from service.domain.delivery import Delivery
from service.domain.errors import BadPayload, BadSignature, Conflict, NotFound
from service.domain.post import Count
from service.domain.share import SharePage
from service.domain.story import Effect, Story, StoryEvent, StoryEventKind
from service.proofs import proofs_of
from service.share.links import share_links
from service.share.metadata import head_html
from service.storage.brands import BrandStore
from service.storage.channels import Channel, ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore, RecordedEvent
from service.storage.staff import StaffStore
from service.storage.stories import Photo, StoryStore
from service.web.api_document import api_document
from service.web.api_models import (
    Answer,
    CardChoiceAnswer,
    CardChoiceBody,
    CardsAnswer,
    CardTemplateAnswer,
    CardTemplatesAnswer,
    ChosenCardAnswer,
    DeliveriesAnswer,
    DeliveryAnswer,
    LinkAnswer,
    LinksAnswer,
    PageQuery,
    PictureAnswer,
    ProofAnswer,
    StoryAnswer,
    StoryBody,
    StoryPage,
    StoryTaken,
    WithdrawalBody,
)
from service.web.bodies import raw_body
from service.web.faces import every, known
from service.web.parts import house

blueprint = Blueprint("api", __name__, url_prefix="/api")

_log = structlog.get_logger()
_SOURCE = "api"
_OPEN = frozenset({"api.describe"})
_LONGEST_KEY = 200
_CURSOR = re.compile(r"(\d{1,17})-([0-9a-f-]{36})")
_MICROSECONDS = 1_000_000
_Model = TypeVar("_Model", bound=BaseModel)


@blueprint.before_request
def require_token() -> None:
    """Let only holders of an API token in. The document is open: it tells nothing about stories."""
    if request.endpoint in _OPEN:
        return
    offered = request.authorization
    token = offered.token if offered and offered.type == "bearer" else None
    with house().database.read() as tx:
        client = StaffStore(tx).token_name(token) if token else None
    if client is None:
        raise BadSignature("no valid API token")
    g.client = client
    structlog.contextvars.bind_contextvars(client=client)


@blueprint.teardown_request
def forget_client(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("client")


@blueprint.get("/openapi.json")
def describe() -> Response:
    return jsonify(api_document(house().settings.public_address))


@blueprint.post("/v1/stories")
def take_story() -> tuple[Response, int]:
    now = clock.now()
    recorded = _record(_event(now=now), now=now)
    story_id = intake.apply(house().database, recorded.id, now=now)
    house().nudger.take_in(recorded.id)
    with house().database.read() as tx:
        applied = EventStore(tx).get(recorded.id) or recorded
        if story_id is None:
            raise _without_story(applied)
        story = StoryStore(tx).get(story_id)
    effect = Effect(applied.effect)
    return _answer(StoryTaken.after(story, effect)), 201 if effect is Effect.CREATE else 200


@blueprint.get("/v1/stories")
def list_stories() -> Response:
    query = _parsed(PageQuery, request.args.to_dict(), "The query")
    before, after_id = _position(query.cursor)
    with house().database.read() as tx:
        found = StoryStore(tx).newest(limit=query.limit + 1, before=before, after_id=after_id)
    shown = found[: query.limit]
    onward = _cursor(shown[-1]) if len(found) > len(shown) else None
    return _answer(StoryPage(stories=[StoryAnswer.of(story) for story in shown], next=onward))


@blueprint.get("/v1/stories/<uuid:story_id>")
def show_story(story_id: object) -> Response:
    story, _, _ = _read(story_id)
    return _answer(StoryAnswer.of(story))


@blueprint.get("/v1/stories/<uuid:story_id>/cards")
def show_cards(story_id: object) -> Response:
    _, photo, card = _carded(story_id)
    urls = {size: press.card_url(house(), card.digest, size) for size in CardSize}
    return _answer(CardsAnswer.of(urls, alt=alt_text(card), photo=photo))


@blueprint.get("/v1/stories/<uuid:story_id>/card")
def show_card(story_id: object) -> Response:
    return _chosen(*_carded(story_id))


@blueprint.put("/v1/stories/<uuid:story_id>/card")
def choose_card(story_id: object) -> Response:
    """Take a choice in place of the one before; posts that have not gone out follow it."""
    body = _parsed(CardChoiceBody, read_json(raw_body()), "The card")
    desk = Desk(house(), actor=f"API: {g.client}")
    desk.choose_card(str(story_id), body.to_choice(), faces=every(), now=clock.now())
    return _chosen(*_carded(story_id))


@blueprint.get("/v1/card-templates")
def list_card_templates() -> Response:
    found = [CardTemplateAnswer.of(template) for template in templates().values()]
    return _answer(CardTemplatesAnswer(templates=found))


@blueprint.post("/v1/pictures")
def take_picture() -> tuple[Response, int]:
    """Keep a picture for a card: the body is the file itself."""
    request.max_content_length = MAX_BYTES
    return _answer(PictureAnswer(digest=house().renditions.put_photo(raw_body()))), 201


@blueprint.get("/v1/stories/<uuid:story_id>/links")
def show_links(story_id: object) -> Response:
    story, _, card = _carded(story_id)
    page = SharePage(
        url=story.content.url,
        title=story.content.headline,
        image_url=press.card_url(house(), card.digest, CardSize.PIN),
    )
    links = share_links(page)
    return _answer(LinksAnswer(links=[LinkAnswer.of(link) for link in links]))


@blueprint.get("/v1/stories/<uuid:story_id>/deliveries")
def show_deliveries(story_id: object) -> Response:
    with house().database.read() as tx:
        story = StoryStore(tx).get(str(story_id))
        deliveries = _deliveries(tx, story)
    return _answer(DeliveriesAnswer(deliveries=deliveries))


@blueprint.get("/v1/stories/<uuid:story_id>/head")
def show_head(story_id: object) -> Response:
    """The metadata for the story's own page, ready to be pasted into its head."""
    story, _, card = _carded(story_id)
    html = head_html(
        story.content,
        card_url=press.card_url(house(), card.digest, CardSize.OG),
        card_alt=alt_text(card),
        width=CardSize.OG.width,
        height=CardSize.OG.height,
    )
    return Response(html, mimetype="text/html")


# -- taking in --------------------------------------------------------------------------------


def _event(*, now: datetime) -> StoryEvent:
    body = _body(read_json(raw_body()))
    stamp = _stamp(body.updated_at, now=now)
    return StoryEvent(
        source=_SOURCE,
        external_id=body.id,
        kind=StoryEventKind(body.event),
        dedupe_key=_dedupe_key(body, stamp),
        stamp=stamp,
        content=body.to_content() if isinstance(body, StoryBody) else None,
    )


def _body(raw: dict[str, Any]) -> StoryBody | WithdrawalBody:
    if raw.get("event") in ("unpublished", "deleted"):
        return _parsed(WithdrawalBody, raw, "The story")
    return _parsed(StoryBody, raw, "The story")


def _stamp(updated_at: datetime | None, *, now: datetime) -> datetime:
    """When the change was made; it may not lie ahead, or it would outrank all later ones."""
    if updated_at is None:
        return now
    if updated_at > now + TOLERANCE:
        raise BadPayload("The story cannot be used: updated_at lies in the future.")
    return updated_at


def _dedupe_key(body: StoryBody | WithdrawalBody, stamp: datetime) -> str:
    """The sender's own key. Without one, two requests are the same if they say the same."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > _LONGEST_KEY:
        raise BadPayload(f"Idempotency-Key must have at most {_LONGEST_KEY} characters.")
    if key:
        return digest("key", key)
    return digest("body", stamp.isoformat(), body.model_dump_json())


def _record(event: StoryEvent, *, now: datetime) -> RecordedEvent:
    """Write the notice down, or find what it repeats: a try that died half-way is then finished."""
    intake.receive(house().database, event, now=now)
    with house().database.read() as tx:
        recorded = EventStore(tx).find(_SOURCE, event.dedupe_key)
    assert recorded is not None  # it was written, or stood there, and is never deleted this soon
    first = recorded.event
    same = (first.external_id, first.kind, first.content)
    if same != (event.external_id, event.kind, event.content):
        raise Conflict("This Idempotency-Key was used for another request: choose a new one.")
    return recorded


def _without_story(recorded: RecordedEvent) -> NotFound | Conflict:
    name = f"story “{recorded.event.external_id}”"
    if recorded.event.content is None:
        return NotFound(f"There is no {name} to withdraw.")
    if recorded.effect == Effect.STALE:
        return Conflict(f"A newer notice withdrew {name}: send it with a later updated_at.")
    return Conflict(f"An earlier try to take {name} in failed: staff must look at it.")


# -- reading ----------------------------------------------------------------------------------


def _carded(story_id: object) -> tuple[Story, Photo, Card]:
    story, photo, brands = _read(story_id)
    return story, photo, press.card_of(house(), story, photo, brands)


def _read(story_id: object) -> tuple[Story, Photo, dict[str, str]]:
    with house().database.read() as tx:
        stories = StoryStore(tx)
        story, photo = stories.get(str(story_id)), stories.photo(str(story_id))
        return story, photo, BrandStore(tx).digests()


def _chosen(story: Story, photo: Photo, card: Card) -> Response:
    answer = ChosenCardAnswer(
        choice=CardChoiceAnswer.of(story.choice),
        template=template_of(card).name,
        alt=alt_text(card),
        photo_problem="" if story.choice.photo else photo.problem,
        cards=[
            ProofAnswer.of_proof(proof, press.card_url(house(), card.digest, proof.size))
            for proof in proofs_of(house(), card)
        ],
    )
    return _answer(answer)


def _deliveries(tx: Connection, story: Story) -> list[DeliveryAnswer]:
    channels = {channel.id: channel for channel in ChannelStore(tx).all()}
    return [
        DeliveryAnswer.of(found, channels[found.channel_id], _count(found, channels))
        for found in DeliveryStore(tx).of_story(story.id)
    ]


def _count(delivery: Delivery, channels: dict[str, Channel]) -> Count | None:
    account = known(channels[delivery.channel_id])
    return account.count(delivery.post) if account else None


def _cursor(story: Story) -> str:
    microseconds = (story.created_at - datetime.fromtimestamp(0, UTC)).total_seconds()
    return f"{round(microseconds * _MICROSECONDS)}-{story.id}"


def _position(cursor: str) -> tuple[datetime | None, str]:
    if not cursor:
        return None, ""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadPayload("The query cannot be used: cursor must be the `next` of another page.")
    seconds, microseconds = divmod(int(match[1]), _MICROSECONDS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds), match[2]


def _parsed(model: type[_Model], raw: object, what: str) -> _Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise BadPayload(f"{what} cannot be used: {explain(error)}") from error


def _answer(answer: Answer) -> Response:
    return jsonify(answer.model_dump(mode="json"))
