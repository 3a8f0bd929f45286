"""Logs for a tired person: one event, one line, ids after the sentence, never a secret."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET_KEYS = re.compile(
    r"authorization|cookie|session|token|secret|password|signature|api_?key|private",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"(?i:bearer\s+\S+)"  # an Authorization header that slipped into a message
    r"|whsec_\S+|kindly_[\w-]{20,}"
    r"|\bbot\d+:[\w-]{20,}"  # Telegram's token is part of its address
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    # What a failed SQL statement would have written, as SQLAlchemy tells it.
    r"|(?<=\[parameters: )[\s\S]*?(?=\]\n\(Background|\]\Z)"
    r"|(?i:(?<=token=)|(?<=secret=)|(?<=password=)|(?<=signature=))[^&\s\"']+"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TRACEBACK = "exception"
MASK = "[hidden]"


def mask_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide values under telling names, and values that look like credentials anywhere."""
    for key, value in event.items():
        event[key] = MASK if _SECRET_KEYS.search(key) else _masked(value)
    return event


def keep_to_one_line(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Write control characters out: what a stranger sent must not look like a line of ours."""
    for key, value in event.items():
        if isinstance(value, str) and key != _TRACEBACK:
            event[key] = _CONTROLS.sub(_written_out, value)
    return event


def set_up(log_format: str, *, level: int = logging.INFO) -> None:
    """Send our logs from `level` on, and the libraries' warnings, through one pipe to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_secrets,
        # JSON writes them out by itself.
        *([] if log_format == "json" else [keep_to_one_line]),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _masked(value: Any) -> Any:
    """`value` without what looks like a credential, however deep it lies."""
    if isinstance(value, bytes):
        return _masked(value.decode("utf-8", "backslashreplace"))
    if isinstance(value, str):
        return _SECRET_VALUES.sub(MASK, value)
    if isinstance(value, Mapping):
        return {
            name: MASK if _SECRET_KEYS.search(str(name)) else _masked(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    return value


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
