"""What each platform takes, read once from limits.toml.

A platform is not a kind of channel: people share to X or WhatsApp by hand long before Kindly can
post there, and those texts must fit as well. A kind's face takes its Limits from here.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from service.domain.errors import Misconfigured
from service.domain.post import Limits

_FILE = "limits.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFacts:
    """One platform as far as its documentation and our own measurements go.

    `limits` are those of a post with its card attached, as ours are; `limits_without_picture`
    differ where a platform counts a caption more strictly than a message. `also` holds further
    numbers that only this platform's face and voice need.
    """

    platform: str
    label: str
    verified_on: date
    source: str
    limits: Limits
    limits_without_picture: Limits
    also: Mapping[str, int] = field(default_factory=dict)


_FACTS = TypeAdapter(PlatformFacts)


def limits_of(platform: str) -> PlatformFacts:
    """The facts about one platform. Raises KeyError for one that has no table in limits.toml."""
    return _facts()[platform]


def platforms() -> list[str]:
    """The names of all platforms we know limits of, in the file's order."""
    return list(_facts())


@cache
def _facts() -> MappingProxyType[str, PlatformFacts]:
    text = files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    return MappingProxyType(parse_facts(text))


def parse_facts(text: str) -> dict[str, PlatformFacts]:
    """Read the tables of limits.toml. A wrong value is named together with its platform."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{_FILE} is not valid TOML: {error}") from error
    return {platform: _one(platform, dict(table)) for platform, table in tables.items()}


def _one(platform: str, table: dict[str, Any]) -> PlatformFacts:
    limits = table.pop("limits", {})
    without_picture = {**limits, **table.pop("without_picture", {})}
    try:
        return _FACTS.validate_python(
            {
                **table,
                "platform": platform,
                "limits": limits,
                "limits_without_picture": without_picture,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{_FILE}, [{platform}], {where}: {first['msg']}") from error
