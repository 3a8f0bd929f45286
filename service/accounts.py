"""Adds channel accounts: settings are checked by the kind's face, secrets sealed as they enter."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

import service.channels
from service.channels.base import Face
from service.discovery import discover
from service.domain.errors import BadPayload, Conflict, NotFound
from service.domain.plan import Rule, RuleMode
from service.house import House
from service.keys import seal
from service.storage.channels import ChannelStore
from service.storage.staff import StaffStore


def face_of(kind: str) -> Face:
    """Raises NotFound with the kinds there are."""
    faces: dict[str, Face] = discover(service.channels, "FACE")
    try:
        return faces[kind]
    except KeyError as error:
        raise NotFound(
            f"there is no channel kind {kind}: choose one of {', '.join(faces)}"
        ) from error


def secret_fields(kind: str) -> list[str]:
    """The secrets that an account of this kind needs."""
    return list(face_of(kind).secrets_model.model_fields)


def add_account(
    house: House,
    name: str,
    kind: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    *,
    mode: RuleMode | None,
    actor: str,
    now: datetime,
) -> str:
    """Add a channel, and with `mode` a rule that sends it every story; returns its id."""
    face = face_of(kind)
    try:
        checked = face.parse_settings(settings)
        face.secrets_model.model_validate(dict(secrets))
    except ValidationError as error:
        raise BadPayload(f"channel {name} was not added: {_faults(error)}") from error
    sealed = seal(secrets, owner=name, public=house.keys.public)
    with house.database.write() as tx:
        store = ChannelStore(tx)
        if store.find(name):
            raise Conflict(f"there is a channel {name} already: choose another name")
        document = checked.model_dump(mode="json")
        channel_id = store.add(name, kind, document, sealed=sealed, now=now)
        if mode is not None:
            store.add_rule(Rule(id="", channel_id=channel_id, mode=mode))
        StaffStore(tx).audit(actor, "add channel", channel_id, now=now, name=name, kind=kind)
    return channel_id


def _faults(error: ValidationError) -> str:
    """Field and reason, without the values: one of them may be a secret."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
