"""Adds channel accounts: settings are checked by the kind's face, secrets sealed as they enter."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import ValidationError
from pydantic_core import ErrorDetails

import service.channels
from service.channels.base import ChannelSettings, Face
from service.discovery import discover
from service.domain.errors import BadPayload, Conflict, NotFound
from service.domain.plan import Rule, RuleMode
from service.house import House
from service.keys import seal
from service.storage.channels import ChannelStore
from service.storage.staff import StaffStore

LONGEST_NAME = 64


def faces() -> dict[str, Face]:
    """Every kind of channel there is."""
    found: dict[str, Face] = discover(service.channels, "FACE")
    return found


def face_of(kind: str) -> Face:
    """Raises NotFound with the kinds there are."""
    known = faces()
    try:
        return known[kind]
    except KeyError as error:
        raise NotFound(
            f"there is no channel kind {kind}: choose one of {', '.join(known)}"
        ) from error


def check_account(house: House, name: str, kind: str, settings: Mapping[str, str]) -> list[str]:
    """Refuse what cannot be added; returns the secrets that are still to be asked for."""
    _check_name(name)
    face = face_of(kind)
    _checked_settings(face, name, settings)
    with house.database.read() as tx:
        _require_new(ChannelStore(tx), name)
    return list(face.secrets_model.model_fields)


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
    _check_name(name)
    face = face_of(kind)
    checked = _checked_settings(face, name, settings)
    _check_secrets(face, name, secrets)
    sealed = seal(secrets, owner=name, public=house.keys.public)
    with house.database.write() as tx:
        store = ChannelStore(tx)
        _require_new(store, name)
        document = checked.model_dump(mode="json")
        channel_id = store.add(name, kind, document, sealed=sealed, now=now)
        if mode is not None:
            store.add_rule(Rule(id="", channel_id=channel_id, mode=mode))
        StaffStore(tx).audit(actor, "add channel", channel_id, now=now, name=name, kind=kind)
    return channel_id


def _check_name(name: str) -> None:
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        raise BadPayload(
            f"a channel's name has 1 to {LONGEST_NAME} characters, and no space at its ends"
        )


def _require_new(store: ChannelStore, name: str) -> None:
    if store.find(name):
        raise Conflict(f"there is a channel {name} already: choose another name")


def _checked_settings(face: Face, name: str, settings: Mapping[str, str]) -> ChannelSettings:
    try:
        return face.parse_settings(settings)
    except ValidationError as error:
        known = ", ".join(face.settings_model.model_fields) or "none"
        faults = "; ".join(_faults(error))
        raise BadPayload(
            f"channel {name} was not added: {faults} (settings of {face.kind}: {known})"
        ) from error


def _check_secrets(face: Face, name: str, secrets: Mapping[str, str]) -> None:
    faults = [f"{field} is missing" for field, value in secrets.items() if not value.strip()]
    if not faults:
        try:
            face.secrets_model.model_validate(dict(secrets))
        except ValidationError as error:
            faults = list(_faults(error))
    if faults:
        # Not from the other error, which still holds what was typed.
        raise BadPayload(f"channel {name} was not added: {'; '.join(faults)}")


def _faults(error: ValidationError) -> Iterator[str]:
    """Field and reason, without the values: one of them may be a secret."""
    for fault in error.errors(include_input=False, include_url=False):
        yield f"{'.'.join(str(part) for part in fault['loc'])} {_reason(fault)}"


def _reason(fault: ErrorDetails) -> str:
    known = {"missing": "is missing", "extra_forbidden": "is unknown"}
    told = fault["msg"].removeprefix("Value error, ")
    return known.get(fault["type"]) or told.replace("Input should be", "should be")
