"""Domain values as JSON documents and back.

Fields that a later release adds have defaults, so documents written before it still load; a
field that a later release dropped is ignored.
"""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_document(value: Any) -> Any:
    return _adapter(type(value)).dump_python(value, mode="json")


def from_document(kind: type[T], document: Any) -> T:
    loaded: T = _adapter(kind).validate_python(document)
    return loaded


def to_json_time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
