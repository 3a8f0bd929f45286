"""Times as people say them: "4 min ago", "in 2 h". The page's script says the same words."""

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_JUST_NOW_S = 45
_LONGEST_RELATIVE_S = 7 * _DAY


def relative(instant: datetime, now: datetime) -> str:
    """Say how far `instant` is from `now`; more than a week away, say the date."""
    away_s = (now - instant).total_seconds()
    size_s = abs(away_s)
    if size_s < _JUST_NOW_S:
        return "just now" if away_s >= 0 else "in a moment"
    if size_s >= _LONGEST_RELATIVE_S:
        return date(instant)
    amount = _amount(size_s)
    return f"{amount} ago" if away_s > 0 else f"in {amount}"


def exact(instant: datetime) -> str:
    """The instant in full, with its zone: instants are UTC until a page knows better."""
    return f"{date(instant)}, {instant:%H:%M:%S} UTC"


def date(instant: datetime) -> str:
    return f"{instant.day} {instant:%b %Y}"


def _amount(size_s: float) -> str:
    if size_s < _HOUR - _MINUTE / 2:
        return f"{max(1, _nearest(size_s / _MINUTE))} min"
    if size_s < _DAY - _HOUR / 2:
        return f"{max(1, _nearest(size_s / _HOUR))} h"
    days = max(1, _nearest(size_s / _DAY))
    return "1 day" if days == 1 else f"{days} days"


def _nearest(value: float) -> int:
    """Halves go up, as in the page's script; Python's own `round` takes them to even numbers."""
    return int(value + 0.5)
