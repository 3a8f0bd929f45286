"""The time, asked for in one place so that tests can stand in for it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)
