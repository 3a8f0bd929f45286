"""Cutting a text to size without breaking a character that a reader sees as one."""

from collections.abc import Callable

from service.domain.words.counting import graphemes

ELLIPSIS = "…"
_LOOSE_END = " \t\n\u00a0\u202f,;:.…-–—([{“„«‘\"'"
# A word border further back than this would waste more room than it saves looks.
_BACK_TO_WORD = 0.3


def cut(text: str, *, fits: Callable[[str], bool]) -> str:
    """Return `text`, or its longest beginning with an ellipsis for which `fits` holds.

    Prefers to end at a word. Empty when not even one character and the ellipsis fit.
    """
    if fits(text):
        return text
    characters = graphemes(text)
    length = _longest(characters, fits=fits)
    whole_words = _at_word(characters, length)
    shortened = _ended(characters[:whole_words])
    return shortened if fits(shortened) else _ended(characters[:length])


def _longest(characters: list[str], *, fits: Callable[[str], bool]) -> int:
    shortest, longest = 0, len(characters) - 1
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if fits(_ended(characters[:middle])):
            shortest = middle
        else:
            longest = middle - 1
    # Half an address can count for more than the whole one, so the answer is checked.
    while shortest and not fits(_ended(characters[:shortest])):
        shortest -= 1
    return max(shortest, 0)


def _at_word(characters: list[str], length: int) -> int:
    """Step back to the last space, unless the cut stands at a word's end already."""
    if length >= len(characters) or characters[length].isspace():
        return length
    for at in range(length, int(length * (1 - _BACK_TO_WORD)), -1):
        if characters[at - 1].isspace():
            return at - 1
    return length


def _ended(characters: list[str]) -> str:
    beginning = "".join(characters).rstrip(_LOOSE_END)
    return beginning + ELLIPSIS if beginning else ""
