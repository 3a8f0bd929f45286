"""How far punctuation hangs out of a text, so that the letters seem to stand in line.

A quotation mark in line with the capitals below it looks like a dent in the margin.
"""

from enum import Enum

# The share of a sign that hangs out on the side where lines begin, and where they end.
_AT_START = {
    **dict.fromkeys("“‘„‚\"'«‹‟‛", 1.0),
    **dict.fromkeys("([{–—-‐", 0.5),
    **dict.fromkeys("¿¡…", 0.3),
}
_AT_END = {
    **dict.fromkeys("”’“‘\"'»›.,-‐،۔", 1.0),
    **dict.fromkeys("–—;:؛…।", 0.6),
    **dict.fromkeys(")]}", 0.5),
    **dict.fromkeys("!?؟", 0.2),
}
# Between a French quotation mark and its word.
_AIR = "\u00a0\u202f"
# In em: more would fall out of the margin of a card.
FURTHEST = 0.6


class Hang(Enum):
    """The edge that the lines of a text stand on; punctuation hangs out over it."""

    NONE = "none"
    START = "start"
    CENTRE = "centre"
    END = "end"


def hung_at_start(text: str) -> tuple[int, float]:
    """Return how many characters hang out where a line begins, and which share of them."""
    return _hung(text, _AT_START)


def hung_at_end(text: str) -> tuple[int, float]:
    """Return how many characters hang out where a line ends, and which share of them."""
    return _hung(text[::-1], _AT_END)


def _hung(text: str, shares: dict[str, float]) -> tuple[int, float]:
    count = 0
    while count < len(text) - 1 and (text[count] in shares or (count and text[count] in _AIR)):
        count += 1
    if not count:
        return 0, 0.0
    # The sign that stands next to the letters leads: what is beyond it is further out anyway.
    return count, max(shares.get(character, 0.0) for character in text[:count])
