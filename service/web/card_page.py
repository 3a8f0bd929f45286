"""A story's card: choosing its template, words, pictures and what stays in view.

Everything is one form, which also works without a script. Looking keeps nothing: what was typed,
chosen and uploaded travels with the form until somebody keeps it, also the words of templates that
were looked at on the way.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from PIL import Image
from werkzeug.datastructures import FileStorage

from service import clock, press
from service.cards.alt import alt_text
from service.cards.draw import template_of
from service.cards.picture.decode import MAX_BYTES, decode
from service.cards.picture.focus import find_focus
from service.cards.template.catalogue import CardTemplate, template_for, templates
from service.cards.template.schema import FieldSpec
from service.desk import Desk
from service.domain.card import NO_CHOICE, PLAIN_TEMPLATE, Card, CardChoice, CardSize, Focus
from service.domain.delivery import DeliveryState
from service.domain.errors import BadPayload, Conflict, NotFound, Rejected
from service.domain.story import Story
from service.proofs import Proof, pictures_of, proofs_of
from service.storage.brands import BrandStore
from service.storage.deliveries import DeliveryStore
from service.storage.stories import Photo, StoryStore
from service.web import faces
from service.web.access import person, takes_bodies
from service.web.dressing import sentence
from service.web.parts import house

blueprint = Blueprint("card_page", __name__)

_STORY = "dashboard.story_page.page"
_CARD = "dashboard.card_page.page"
_PICTURES = ("photo", "portrait")
# Two pictures, and room for the words around them.
_MOST_BYTES = 2 * MAX_BYTES + 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PER_CENT = 100
# A click is told in pixels of the picture as it is shown, so it is shown in a size we know; it
# fits on the narrowest phone.
_SHOWN = (248, 280)
_FOR_PERSON = "private, max-age=86400, immutable"
_OPEN = {DeliveryState.HELD, DeliveryState.PLANNED, DeliveryState.FAILED, DeliveryState.MISSED}
_SIZE_NAMES = {
    CardSize.OG: "Link preview",
    CardSize.X: "X",
    CardSize.SQUARE: "Square",
    CardSize.PORTRAIT: "Portrait",
    CardSize.STORY: "Story",
    CardSize.PIN: "Pin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What the form holds; `texts` are of all templates that were looked at."""

    template: str = PLAIN_TEMPLATE
    photo: str = ""
    portrait: str = ""
    focus: Focus | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    def to_choice(self, template: CardTemplate) -> CardChoice:
        details = tuple((name, self.texts.get(name, "")) for name in template.fields)
        return CardChoice(
            template=self.template,
            photo=self.photo,
            portrait=self.portrait,
            focus=self.focus,
            details=details,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """One text of the template, as the form asks for it."""

    name: str
    spec: FieldSpec
    text: str
    stand_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """The photo as it is shown to be clicked on, and the point that stays in view."""

    digest: str
    width: int
    height: int
    focus: Focus
    is_automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exhibit:
    """One size of the card, and what is wrong with it."""

    name: str
    proof: Proof
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    story: Story
    draft: _Draft
    template: CardTemplate
    templates: list[CardTemplate]
    fields: list[_Field]
    others: dict[str, str]
    pictures: tuple[str, ...]
    photo: Photo
    spot: _Spot | None
    exhibits: list[_Exhibit]
    alt: str
    substitute: str
    waiting: int
    problem: str
    fault: str
    is_kept: bool


@blueprint.get("/desk/stories/<story_id>/card")
def page(story_id: str) -> ResponseReturnValue:
    story, photo = _story(story_id)
    return _shown(story, photo, _draft_of(story.choice, photo), is_kept=True)


@blueprint.post("/desk/stories/<story_id>/card")
@takes_bodies(_MOST_BYTES)
def take(story_id: str) -> ResponseReturnValue:
    """Keep the card, give it back to the story, or only look at it."""
    story, photo = _story(story_id)
    act = request.form.get("act", "look")
    if act == "reset":
        return _kept(story, NO_CHOICE, said="The card is the story's own again.")
    draft, problem = _draft_from_form(), ""
    try:
        draft = _with_uploads(draft)
        if act == "keep":
            choice = draft.to_choice(_template(draft))
            return _kept(story, choice, said="The card is kept.")
    except Rejected as error:
        problem = sentence(str(error))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(error, Conflict):
            status, (story, photo) = HTTPStatus.CONFLICT, _story(story_id)
        return _shown(story, photo, draft, problem=problem), status
    return _shown(story, photo, draft)


@blueprint.get("/desk/pictures/<digest>")
def picture(digest: str) -> ResponseReturnValue:
    """A photo as the form shows it, twice as large for sharp screens."""
    image = _opened(digest)
    image.thumbnail((2 * _SHOWN[0], 2 * _SHOWN[1]))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    answer = Response(buffer.getvalue(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = _FOR_PERSON
    return answer


@blueprint.teardown_request
def close_files(_error: BaseException | None) -> None:
    """What was uploaded lay in a file of its own; nobody else closes it."""
    request.close()


# -- what comes in ------------------------------------------------------------------------------


def _story(story_id: str) -> tuple[Story, Photo]:
    with house().database.read() as tx:
        stories = StoryStore(tx)
        return stories.get(story_id), stories.photo(story_id)


def _draft_of(choice: CardChoice, photo: Photo) -> _Draft:
    is_of_this_photo = choice.focused == (choice.photo or photo.digest)
    return _Draft(
        template=choice.template or PLAIN_TEMPLATE,
        photo=choice.photo,
        portrait=choice.portrait,
        focus=choice.focus if is_of_this_photo else None,
        texts=dict(choice.details),
    )


def _draft_from_form() -> _Draft:
    form = request.form
    named = {key.removeprefix("field-"): text for key, text in form.items() if "field-" in key}
    return _Draft(
        template=form.get("template", PLAIN_TEMPLATE),
        photo=_digest("photo"),
        portrait=_digest("portrait"),
        # The point was put on the photo that goes.
        focus=None if "no-photo" in form else _clicked() or _typed_focus(),
        texts={name: text for name, text in named.items() if _NAME.fullmatch(name)},
    )


def _digest(name: str) -> str:
    found = request.form.get(name, "")
    is_dropped = f"no-{name}" in request.form
    return found if _DIGEST.fullmatch(found) and not is_dropped else ""


def _clicked() -> Focus | None:
    """Where somebody clicked on the photo. A browser without a pointer says 0, 0."""
    number = request.form.get
    x, y = number("spot.x", 0, type=int), number("spot.y", 0, type=int)
    width, height = number("spot-width", 0, type=int), number("spot-height", 0, type=int)
    if not (width > 0 and height > 0 and (x or y)):
        return None
    return Focus(_share(min(x, width) / width), _share(min(y, height) / height))


def _typed_focus() -> Focus | None:
    across, down = (request.form.get(f"focus-{axis}", type=float) for axis in "xy")
    if across is None or down is None:
        return None
    return Focus(_share(across / _PER_CENT), _share(down / _PER_CENT))


def _share(value: float) -> float:
    # A number that is none (the form can say "nan") is the middle.
    return round(min(1.0, max(0.0, value)), 3) if value == value else 0.5  # noqa: PLR0124


def _with_uploads(draft: _Draft) -> _Draft:
    """Keep the pictures that came with the form; a focus on another photo says nothing."""
    digests = {name: _uploaded(request.files.get(f"{name}-file")) for name in _PICTURES}
    if digests["photo"]:
        draft = replace(draft, photo=digests["photo"], focus=None)
    return replace(draft, portrait=digests["portrait"] or draft.portrait)


def _uploaded(file: FileStorage | None) -> str:
    if file is None or not file.filename:
        return ""
    return house().renditions.put_photo(file.stream.read(MAX_BYTES + 1))


# -- what is done -------------------------------------------------------------------------------


def _kept(story: Story, choice: CardChoice, *, said: str) -> ResponseReturnValue:
    desk = Desk(house(), actor=person().email)
    changed = desk.choose_card(story.id, choice, faces=faces.every(), now=clock.now())
    posts = "1 post" if changed == 1 else f"{changed} posts"
    flash(f"{said} {posts} will show it." if changed else said, "done")
    return redirect(url_for(_STORY, story_id=story.id), HTTPStatus.SEE_OTHER)


# -- what is shown ------------------------------------------------------------------------------


def _shown(
    story: Story, photo: Photo, draft: _Draft, *, problem: str = "", is_kept: bool = False
) -> str:
    template = _template(draft)
    card, fault = _card(story, photo, draft, template)
    pictures = pictures_of(template)
    shown = draft.photo or photo.digest
    fields = _fields(template, draft, story)
    found = _Page(
        story=story,
        draft=draft,
        template=template,
        templates=list(templates().values()),
        fields=fields,
        others={name: text for name, text in draft.texts.items() if name not in template.fields},
        pictures=pictures,
        photo=photo,
        spot=_spot(shown, draft.focus) if shown and "photo" in pictures else None,
        exhibits=_exhibits(card) if card else [],
        alt=alt_text(card) if card else "",
        substitute=_substitute(card, template) if card else "",
        waiting=_waiting(story),
        problem=problem,
        fault=fault,
        is_kept=is_kept,
    )
    return render_template("story_card.html", page=found)


def _template(draft: _Draft) -> CardTemplate:
    """The template that is being looked at; one that is gone gives way to the plain one."""
    try:
        return template_for(draft.template, has_photo=True)
    except BadPayload:
        return template_for(PLAIN_TEMPLATE, has_photo=True)


def _card(
    story: Story, photo: Photo, draft: _Draft, template: CardTemplate
) -> tuple[Card | None, str]:
    """The card as it would be, or why it cannot be drawn yet."""
    try:
        choice = press.checked_choice(house(), story, photo, draft.to_choice(template))
    except BadPayload as error:
        return None, sentence(str(error))
    with house().database.read() as tx:
        brands = BrandStore(tx).digests()
    return press.card_of(house(), replace(story, choice=choice), photo, brands), ""


def _fields(template: CardTemplate, draft: _Draft, story: Story) -> list[_Field]:
    content = story.content
    told = {"headline": content.headline, "byline": content.byline, "url": content.url}
    return [
        _Field(
            name=name,
            spec=spec,
            text=draft.texts.get(name, ""),
            stand_in=told.get(spec.source, ""),
        )
        for name, spec in template.fields.items()
    ]


def _spot(digest: str, focus: Focus | None) -> _Spot | None:
    try:
        image = _opened(digest)
    except (NotFound, BadPayload):
        return None
    scale = min(_SHOWN[0] / image.width, _SHOWN[1] / image.height)
    return _Spot(
        digest=digest,
        width=max(1, round(image.width * scale)),
        height=max(1, round(image.height * scale)),
        focus=focus or find_focus(image),
        is_automatic=focus is None,
    )


def _opened(digest: str) -> Image.Image:
    data = house().renditions.drawable(digest)
    if data is None:
        raise NotFound("There is no such picture.")
    # It may be shared with whoever draws cards: a copy is what may be changed.
    return decode(data, covering=(2 * _SHOWN[0], 2 * _SHOWN[1])).copy()


def _exhibits(card: Card) -> list[_Exhibit]:
    return [
        _Exhibit(
            name=_SIZE_NAMES[proof.size],
            proof=proof,
            path=press.card_path(house(), card.digest, proof.size),
        )
        for proof in proofs_of(house(), card)
    ]


def _substitute(card: Card, template: CardTemplate) -> str:
    """The label of the template that takes over because there is no photo."""
    used = template_of(card)
    return used.label if used.name != template.name else ""


def _waiting(story: Story) -> int:
    """How many posts would show the new card."""
    with house().database.read() as tx:
        found = DeliveryStore(tx).of_story(story.id)
    return sum(one.state in _OPEN and one.post.picture is not None for one in found)
