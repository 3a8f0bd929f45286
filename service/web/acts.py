"""What people do to a story and its posts: one small form each, which works without a script."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service import clock
from service.channels.base import Face
from service.desk import Desk
from service.domain.delivery import Delivery, ImpossibleMove
from service.domain.errors import Conflict, Rejected
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.stories import StoryStore
from service.web import faces, story_page
from service.web.access import person
from service.web.dressing import sentence, web_address
from service.web.parts import house

blueprint = Blueprint("acts", __name__)

_STORY = "dashboard.story_page.page"


@blueprint.post("/desk/stories/<story_id>/hold")
def hold_story(story_id: str) -> ResponseReturnValue:
    return _hold_story(story_id, is_held=True, said="Held: nothing more of this story goes out.")


@blueprint.post("/desk/stories/<story_id>/release")
def release_story(story_id: str) -> ResponseReturnValue:
    return _hold_story(story_id, is_held=False, said="Released: its posts go on.")


@blueprint.post("/desk/deliveries/<delivery_id>/approve")
def approve(delivery_id: str) -> ResponseReturnValue:
    return _act(delivery_id, Desk.approve, said="Approved: it goes out now.")


@blueprint.post("/desk/deliveries/<delivery_id>/hold")
def hold(delivery_id: str) -> ResponseReturnValue:
    return _act(delivery_id, Desk.hold, said="Held: it waits until somebody lets it go.")


@blueprint.post("/desk/deliveries/<delivery_id>/cancel")
def cancel(delivery_id: str) -> ResponseReturnValue:
    return _act(delivery_id, Desk.cancel, said="Cancelled: it will not go out.")


@blueprint.post("/desk/deliveries/<delivery_id>/retry")
def retry(delivery_id: str) -> ResponseReturnValue:
    return _act(delivery_id, Desk.retry, said="It is tried again now.")


@blueprint.post("/desk/deliveries/<delivery_id>/absent")
def absent(delivery_id: str) -> ResponseReturnValue:
    return _act(delivery_id, Desk.settle_as_absent, said="It goes out now.")


@blueprint.post("/desk/deliveries/<delivery_id>/sent")
def sent(delivery_id: str) -> ResponseReturnValue:
    typed = request.form.get("url", "").strip()
    if typed and not web_address(typed):
        flash(f"“{typed[:80]}” is no web address: copy it from the post's own page.", "problem")
        return _back(_delivery(delivery_id))
    return _act(delivery_id, Desk.settle_as_sent, said="Noted: it is out.", url=typed)


@blueprint.post("/desk/deliveries/<delivery_id>/reword")
def reword(delivery_id: str) -> ResponseReturnValue:
    delivery = _delivery(delivery_id)
    # Browsers send line breaks as two characters, and platforms count both.
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        _desk().reword(delivery_id, text, face=_face(delivery), now=clock.now())
    except Rejected as problem:
        status = (
            HTTPStatus.CONFLICT
            if isinstance(problem, Conflict)
            else HTTPStatus.UNPROCESSABLE_ENTITY
        )
        draft = story_page.Draft(delivery_id, text, sentence(str(problem)))
        return story_page.shown(delivery.story_id, draft=draft), status
    flash("The new words are kept.", "done")
    return _back(delivery)


def _act(
    delivery_id: str, act: Callable[..., None], *, said: str, **details: str
) -> ResponseReturnValue:
    """Do what was asked, or say what happened meanwhile."""
    delivery = _delivery(delivery_id)
    try:
        act(_desk(), delivery_id, now=clock.now(), **details)
    except (Conflict, ImpossibleMove) as problem:
        flash(sentence(str(problem)), "problem")
    else:
        flash(said, "done")
    return _back(delivery)


def _hold_story(story_id: str, *, is_held: bool, said: str) -> ResponseReturnValue:
    with house().database.read() as tx:
        StoryStore(tx).get(story_id)
    _desk().hold_story(story_id, is_held=is_held, now=clock.now())
    flash(said, "done")
    return redirect(url_for(_STORY, story_id=story_id), HTTPStatus.SEE_OTHER)


def _back(delivery: Delivery) -> ResponseReturnValue:
    """Where the form was: the queue, or the story with this delivery in view."""
    if request.form.get("from") == "queue":
        return redirect(url_for("dashboard.queue_page.page"), HTTPStatus.SEE_OTHER)
    anchor = f"delivery-{delivery.id}"
    address = url_for(_STORY, story_id=delivery.story_id, _anchor=anchor)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _desk() -> Desk:
    return Desk(house(), actor=person().email)


def _delivery(delivery_id: str) -> Delivery:
    with house().database.read() as tx:
        return DeliveryStore(tx).get(delivery_id)


def _face(delivery: Delivery) -> Face:
    with house().database.read() as tx:
        return faces.face_of(ChannelStore(tx).get(delivery.channel_id))
