"""When to try again: a pure answer to "it was certainly not sent, what now?"."""

import random
from datetime import datetime, timedelta

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 7200, 21600))
SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=24)

# News that is this late is history: a person decides whether it still goes out.
NEWS_DEADLINE = timedelta(hours=6)


def clamp(wait: timedelta) -> timedelta:
    """Keep what a platform asks for between 1 second and 24 hours."""
    return min(max(wait, SHORTEST), LONGEST)


def next_try(attempts: int, *, now: datetime, asked: timedelta | None = None) -> datetime:
    """When to try again after `attempts` tries; `asked` is what the channel itself asked for.

    Between half and the whole of the step, at random, so that deliveries which failed together
    do not come back together.
    """
    if asked is not None:
        return now + clamp(asked)
    step = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return now + step * random.uniform(0.5, 1.0)  # noqa: S311 - spreading load, not a secret


def is_too_late(due_first_at: datetime, *, now: datetime) -> bool:
    return now - due_first_at > NEWS_DEADLINE
