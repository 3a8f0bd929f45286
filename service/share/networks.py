"""The table of share networks: facts as data, read once from networks.toml and checked.

A network that closed stays in the table. Taking its row out would make it an unknown word, and
somebody would add it again; in the table it is refused with the reason.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from service.domain.errors import Misconfigured, NotFound, Rejected
from service.domain.post import Limits, TextUnit
from service.platforms.facts import limits_of, platforms

_FILE = "networks.toml"
FIXED = "="

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class NetworkStatus(StrEnum):
    ACTIVE = "active"
    UNDOCUMENTED = "undocumented"
    DEGRADED = "degraded"
    NONE = "none"
    DEAD = "dead"

    @property
    def is_usable(self) -> bool:
        return self not in {NetworkStatus.NONE, NetworkStatus.DEAD}


class Meaning(StrEnum):
    """What a parameter of a share address says."""

    URL = "url"
    TITLE = "title"
    TEXT = "text"
    SUMMARY = "summary"
    IMAGE = "image"
    VIA = "via"
    HASHTAGS = "hashtags"
    HASHTAG = "hashtag"


class ShareNetwork(BaseModel):
    """One row. networks.toml explains the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9]*$")
    label: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    status: NetworkStatus
    reason: str = ""
    tier: Literal[1, 2, 3, 4]
    endpoint: str = ""
    params: dict[str, str] = {}
    text_template: str = "{title}"
    counted: tuple[Meaning, ...] = ()
    platform: str = ""
    text_limit: int | None = Field(None, gt=0)
    limit_unit: TextUnit = TextUnit.CODE_POINTS
    address_limit: int | None = Field(None, gt=0)
    newline: Literal["\n", "\r\n"] = "\n"
    brand: Colour
    text_on_brand: Literal["#000000", "#ffffff"]
    evidence: str = Field(min_length=1)
    verified_on: date

    @property
    def limits(self) -> Limits | None:
        """How much text a reader's own post holds; None where nobody has named a limit."""
        if self.platform:
            return limits_of(self.platform).limits_without_picture
        if self.text_limit is None:
            return None
        return Limits(text=self.text_limit, unit=self.limit_unit)

    @property
    def opens_app(self) -> bool:
        """Mail and messages open a program of the device: there is no new tab to announce."""
        return self.endpoint.startswith(("mailto:", "sms:"))

    @model_validator(mode="after")
    def _check(self) -> Self:
        problem = next(_problems(self), "")
        if problem:
            raise ValueError(problem)
        return self


def share_networks() -> Mapping[str, ShareNetwork]:
    """Every row by its key, in the table's order, those that are refused included."""
    return _table()


def default_networks() -> list[ShareNetwork]:
    return [row for row in _table().values() if row.tier == 1 and row.status.is_usable]


def network_named(key: str) -> ShareNetwork:
    """The row for a key or alias. Raises NotFound for an unknown one, Rejected for a closed one."""
    wanted = key.strip().casefold()
    row = next((row for row in _table().values() if wanted in {row.key, *row.aliases}), None)
    if row is None:
        known = ", ".join(row.key for row in _table().values() if row.status.is_usable)
        raise NotFound(f"There is no share network called “{key}”: choose from {known}.")
    if not row.status.is_usable:
        raise Rejected(f"{row.label} cannot be shared to, {row.reason}: take it off the list.")
    return row


def parse_networks(text: str) -> dict[str, ShareNetwork]:
    """Read the tables of networks.toml. A wrong value is named together with its row."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{_FILE} is not valid TOML: {error}") from error
    rows = {key: _row(key, table) for key, table in tables.items()}
    _refuse_shared_names(rows)
    return rows


@cache
def _table() -> MappingProxyType[str, ShareNetwork]:
    text = files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    return MappingProxyType(parse_networks(text))


def _row(key: str, table: Any) -> ShareNetwork:
    if not isinstance(table, dict):
        raise Misconfigured(f"{_FILE}: {key} stands outside of a table, add a line [network] above")
    try:
        return ShareNetwork.model_validate({**table, "key": key})
    except ValidationError as error:
        first = error.errors()[0]
        where = "".join(f", {part}" for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise Misconfigured(f"{_FILE}, [{key}]{where}: {message}") from error


def _refuse_shared_names(rows: Mapping[str, ShareNetwork]) -> None:
    owners: dict[str, str] = {}
    for row in rows.values():
        for name in (row.key, *row.aliases):
            if name in owners:
                raise Misconfigured(f"{_FILE}, [{row.key}]: {owners[name]} is called {name} too")
            owners[name] = row.key


def _problems(row: ShareNetwork) -> Iterator[str]:
    """What a row says that cannot be true, as far as one can tell without the network."""
    if row.status.is_usable and not row.endpoint:
        yield "endpoint is missing"
    if not row.status.is_usable and not row.reason:
        yield f"status is {row.status.value}, say why in reason"
    if row.platform and row.platform not in platforms():
        yield f"platform {row.platform} has no limits in limits.toml"
    if row.platform and row.text_limit is not None:
        yield "platform and text_limit exclude each other"
    yield from _unknown(row.endpoint, {"url", "instance"}, "endpoint")
    yield from _unknown(row.text_template, {"title", "url"}, "text_template")
    meanings = {value for value in row.params.values() if not value.startswith(FIXED)}
    for value in sorted(meanings - set(Meaning)):
        yield f"params: {value} is not one of {', '.join(Meaning)}"
    for value in sorted(set(row.counted) - meanings):
        yield f"counted: {value} is not among the params"


def _unknown(template: str, known: set[str], column: str) -> Iterator[str]:
    for name in re.findall(r"\{(\w*)\}", template):
        if name not in known:
            yield f"{column}: {{{name}}} is not one of {', '.join(sorted(known))}"
