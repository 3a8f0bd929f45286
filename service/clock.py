"""The time, asked for in one place so that tests can stand in for it.

Where several machines share a database they go by its clock: a lease that one writes and another
reads means nothing between clocks that differ.
"""

from datetime import UTC, datetime, timedelta

# Below this a difference is the network's, and correcting it would only make the time jump.
_WORTH_FOLLOWING = timedelta(seconds=1)
_ahead = timedelta()


def now() -> datetime:
    """The current instant, in UTC."""
    return machine_time() + _ahead


def machine_time() -> datetime:
    """What this machine believes, right or wrong."""
    return datetime.now(UTC)


def follow(other: datetime) -> None:
    """Go by another clock, which says `other` at this moment."""
    global _ahead  # noqa: PLW0603 - a process has one clock
    difference = other - machine_time()
    _ahead = difference if abs(difference) > _WORTH_FOLLOWING else timedelta()
