"""The queue: what has not gone out, why, and since when. First what waits for a person."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service import clock
from service.domain.delivery import Delivery, DeliveryState
from service.domain.waiting import needs_person
from service.storage.channels import ChannelStore
from service.storage.events import EventStore, RecordedEvent
from service.storage.overview import Overview
from service.web import board, live
from service.web.parts import house

blueprint = Blueprint("queue_page", __name__)

_S = DeliveryState
_MOST = 100
_UNDECIDED = (_S.HELD, _S.UNCONFIRMED)
_MOVING = (_S.PLANNED, _S.SENDING, _S.PENDING)
_STOPPED = (_S.FAILED, _S.MISSED)


@dataclass(frozen=True, slots=True)
class _Group:
    key: str
    title: str
    empty: str
    lines: list[board.Line]


@blueprint.get("/desk/queue")
def page() -> ResponseReturnValue:
    return render_template("queue.html", groups=_read(), stuck=_stuck(), most=_MOST)


@blueprint.get("/desk/queue/live")
def parts() -> ResponseReturnValue:
    return live.parts(
        {
            f"group-{group.key}": render_template("parts/group.html", group=group, most=_MOST)
            for group in _read()
        }
        | {"group-stuck": render_template("parts/stuck.html", stuck=_stuck())}
    )


def _stuck() -> list[RecordedEvent]:
    """What a CMS told and no worker could take in so far; the desk must know, not only a log."""
    with house().database.read() as tx:
        return EventStore(tx).stuck(_MOST)


def _read() -> list[_Group]:
    """Five queries, each with a limit of its own, so that no group pushes another out."""
    now = clock.now()
    with house().database.read() as tx:
        overview = Overview(tx)
        undecided = overview.newest_in(_UNDECIDED, limit=_MOST)
        moving = overview.newest_in(_MOVING, limit=_MOST)
        stopped = overview.newest_in(_STOPPED, limit=_MOST)
        channels = {channel.id: channel for channel in ChannelStore(tx).all()}
        stories = overview.stories({one.story_id for one in (*undecided, *moving, *stopped)})

    def lines(deliveries: list[Delivery]) -> list[board.Line]:
        return board.lines(deliveries, stories=stories, channels=channels, now=now)

    person = [one for one in undecided if needs_person(one)]
    looking = [one for one in undecided if not needs_person(one)]
    return [
        _Group("person", "Needs a person", "Nothing waits for you.", lines(person)),
        _Group("failed", "Failed or too late", "Nothing has failed.", lines(stopped)),
        _Group("waiting", "On its way", "Nothing is on its way.", lines([*looking, *moving])),
    ]
