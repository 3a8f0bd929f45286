"""Logs for a tired person: one event, one line, ids after the sentence, never a secret."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_KEYS = re.compile(
    r"authorization|cookie|token|secret|password|signature|api_?key|private", re.IGNORECASE
)
_SECRET_VALUES = re.compile(
    r"(?i:bearer\s+\S+)"  # an Authorization header that slipped into a message
    r"|whsec_\S+|kindly_[\w-]{20,}"
    r"|\bbot\d+:[\w-]{20,}"  # Telegram's token is part of its address
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
MASK = "[hidden]"


def mask_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide values under telling names, and values that look like credentials anywhere."""
    for key, value in event.items():
        if _SECRET_KEYS.search(key):
            event[key] = MASK
        elif isinstance(value, str):
            event[key] = _SECRET_VALUES.sub(MASK, value)
    return event


def set_up(log_format: str, *, level: int = logging.INFO) -> None:
    """Send our logs from `level` on, and the libraries' warnings, through one pipe to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_secrets,
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
