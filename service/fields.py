"""What others may write into our fields: types that tidy, limit and check a value as it enters.

Control characters go everywhere: one NUL is enough for PostgreSQL to refuse the whole story.
`None` stands for an empty text, because that is what most CMSs make of an empty field.
"""

import ipaddress
import re
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field

from service.html_text import strip_tags

LONGEST_BODY = 200_000

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADDRESS = re.compile(r"[^\s\\<>\"{}|^`\x00-\x1f\x7f]+")
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def is_web_address(value: str) -> bool:
    """Whether a text is one whole http(s) address that can stand in a post."""
    try:
        parts = urlsplit(value)
        names_host = parts.port != 0 and _is_host(parts.hostname or "")
    except ValueError:
        return False
    is_clean = bool(_ADDRESS.fullmatch(value)) and "@" not in parts.netloc
    return names_host and is_clean and parts.scheme in {"http", "https"}


def is_language(value: str) -> bool:
    return bool(_LANGUAGE.fullmatch(value))


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOST.fullmatch(host))
    return True


def _key(value: Any) -> Any:
    return " ".join(_CONTROLS.sub("", value).split()) if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    if value is None:
        return ""
    return strip_tags(value) if isinstance(value, str) else value


def _several_lines(value: Any) -> Any:
    if value is None:
        return ""
    return _CONTROLS.sub("", value) if isinstance(value, str) else value


def _as_names(value: Any) -> Any:
    """Many CMSs give an author or a tag as an object with a name, or one where a list may be."""
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    return [item.get("name", item) if isinstance(item, dict) else item for item in items]


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError("must be a whole web address (https://…)")
    return value


def _language(value: str) -> str:
    if value and not is_language(value):
        raise ValueError("must be a language tag such as en or pt-BR")
    return value.replace("_", "-")


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must be a time that can be told in UTC") from error


class _Named(BaseModel):
    name: str


def _up_to(length: int) -> Any:
    """What the API's description says of a text that may be left empty."""
    return Annotated[str, Field(max_length=length)] | None


Identifier = Annotated[str, BeforeValidator(_key), Field(min_length=1, max_length=200)]
Headline = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=500)]
Line = Annotated[
    str, BeforeValidator(_one_line, json_schema_input_type=_up_to(200)), Field(max_length=200)
]
Sentences = Annotated[
    str, BeforeValidator(_one_line, json_schema_input_type=_up_to(2000)), Field(max_length=2000)
]
Text = Annotated[
    str,
    BeforeValidator(_several_lines, json_schema_input_type=_up_to(LONGEST_BODY)),
    Field(max_length=LONGEST_BODY),
]
Markup = Annotated[
    str,
    BeforeValidator(_several_lines, json_schema_input_type=_up_to(4 * LONGEST_BODY)),
    Field(max_length=4 * LONGEST_BODY),
]
WebAddress = Annotated[
    str, BeforeValidator(_key), Field(max_length=2000), AfterValidator(_web_address)
]
Names = Annotated[
    tuple[Line, ...],
    BeforeValidator(_as_names, json_schema_input_type=list[str | _Named] | str | None),
    Field(max_length=50),
]
Language = Annotated[
    str,
    BeforeValidator(_one_line, json_schema_input_type=_up_to(35)),
    Field(max_length=35),
    AfterValidator(_language),
]
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
