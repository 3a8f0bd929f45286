"""The channels: which accounts we post from, how they are, and a way to stop each."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from service import clock
from service.desk import Desk
from service.domain.delivery import DeliveryState
from service.storage.channels import Channel, ChannelStore
from service.storage.overview import Overview
from service.web import faces, live
from service.web.access import person
from service.web.parts import house

blueprint = Blueprint("channels_page", __name__)

_S = DeliveryState
_COUNTED = {
    "waiting": (_S.HELD, _S.PLANNED, _S.SENDING, _S.PENDING),
    "unclear": (_S.UNCONFIRMED,),
    "failed": (_S.FAILED, _S.MISSED),
}


@dataclass(frozen=True, slots=True)
class _Account:
    channel: Channel
    label: str
    icon: str
    summary: list[tuple[str, str]]
    is_installed: bool
    is_waiting: bool
    counts: dict[str, int]


@blueprint.get("/desk/channels")
def page() -> ResponseReturnValue:
    return render_template("channels.html", accounts=_read())


@blueprint.get("/desk/channels/live")
def parts() -> ResponseReturnValue:
    return live.parts(
        {
            f"account-{account.channel.id}": render_template("parts/account.html", account=account)
            for account in _read()
        }
    )


@blueprint.post("/desk/channels/<channel_id>/pause")
def pause(channel_id: str) -> ResponseReturnValue:
    name = _name(channel_id)
    Desk(house(), actor=person().email).pause(channel_id, now=clock.now())
    flash(f"{name} is paused: its posts wait until it is resumed.", "done")
    return redirect(url_for(".page"), HTTPStatus.SEE_OTHER)


@blueprint.post("/desk/channels/<channel_id>/resume")
def resume(channel_id: str) -> ResponseReturnValue:
    name = _name(channel_id)
    Desk(house(), actor=person().email).resume(channel_id, now=clock.now())
    flash(f"{name} goes on: what waited goes out now.", "done")
    return redirect(url_for(".page"), HTTPStatus.SEE_OTHER)


def _name(channel_id: str) -> str:
    with house().database.read() as tx:
        return ChannelStore(tx).get(channel_id).name


def _read() -> list[_Account]:
    with house().database.read() as tx:
        channels = ChannelStore(tx).all()
        counts = Overview(tx).open_by_channel()
    return [_account(channel, counts.get(channel.id, {})) for channel in channels]


def _account(channel: Channel, counts: Mapping[DeliveryState, int]) -> _Account:
    known = faces.known(channel)
    return _Account(
        channel,
        known.label if known else channel.kind,
        faces.icon_key(channel),
        [(field.replace("_", " "), _said(value)) for field, value in channel.settings.items()],
        is_installed=known is not None,
        is_waiting=channel.waits(clock.now()),
        counts={
            name: sum(counts.get(state, 0) for state in states) for name, states in _COUNTED.items()
        },
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
