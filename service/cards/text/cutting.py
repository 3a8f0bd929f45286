"""Where a text may be cut: with ICU, or by a few plain rules where ICU cannot be loaded.

The plain rules know no dictionary, so a script that is written without spaces cannot be set with
them; `knows_words_of` says so, and the fonts report its letters as missing.
"""

import unicodedata
from functools import lru_cache
from itertools import pairwise

from service.cards.text import breaks
from service.cards.text.scripts import EAST_ASIAN, WITHOUT_SPACES, script_of

_OPENING = "([{“‘«‹「『（〈《【〔"
_CLOSING = ")]}”’»›」』）〉》】〕、。，．！？：；・ー…ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;"
_JOINER = "\u200d"
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")


def segments(text: str, language: str) -> list[tuple[int, int]]:
    """Return the pieces that lines are made of: (start, end without the spaces that follow)."""
    try:
        return breaks.segments(text, language)
    except ImportError:
        return _plain_segments(text)


def phrases(text: str, language: str) -> list[tuple[int, int]]:
    """Return the larger pieces between which a headline reads best when it is broken."""
    try:
        return breaks.phrases(text, language)
    except ImportError:
        return _plain_segments(text)


def graphemes(text: str) -> list[tuple[int, int]]:
    """Return what readers call characters."""
    try:
        return breaks.graphemes(text)
    except ImportError:
        return _plain_graphemes(text)


def knows_words_of(script: str) -> bool:
    """Say whether lines of `script` can be broken between words."""
    return script not in WITHOUT_SPACES or _has_dictionaries()


@lru_cache
def _has_dictionaries() -> bool:
    try:
        import icu4py.breakers  # noqa: F401, PLC0415 - 14 ms, for scripts that need it
    except ImportError:
        return False
    return True


def _plain_segments(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(at for at in range(1, len(text)) if _may_break(text[at - 1], text[at])), len(text)]
    return [(start, start + len(text[start:end].rstrip(" "))) for start, end in pairwise(cuts)]


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if before in _OPENING or after in _CLOSING or unicodedata.category(after)[0] == "M":
        return False
    if before == "-":
        return after.isalpha()
    return bool({script_of(before), script_of(after)} & EAST_ASIAN) and after != " "


def _plain_graphemes(text: str) -> list[tuple[int, int]]:
    starts: list[int] = []
    flag_letters = 0
    for at, character in enumerate(text):
        is_flag = _FLAG_LETTERS[0] <= character <= _FLAG_LETTERS[1]
        flag_letters = flag_letters + 1 if is_flag else 0
        joins = (
            unicodedata.category(character)[0] == "M"
            or character in "\u200c\u200d"
            or _SKIN_TONES[0] <= character <= _SKIN_TONES[1]
            or "\U000e0020" <= character <= "\U000e007f"
            or text[at - 1 : at] == _JOINER
            or (is_flag and flag_letters % 2 == 0)
        )
        if not starts or not joins:
            starts.append(at)
    return list(pairwise([*starts, len(text)]))
