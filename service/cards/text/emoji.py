"""Which characters are drawn as coloured pictures rather than as type (UTS #51).

Most signs that can be an emoji are also ordinary type: a digit, a copyright sign, a heart. What
decides is the variation selector behind it, and where there is none, the sign's own default.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

AS_TEXT, AS_EMOJI = "\ufe0e", "\ufe0f"
_KEYCAP = "\u20e3"
_JOINER = "\u200d"
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")
# All that can be an emoji without a selector behind it stands here, among other signs.
_SIGNS = re.compile("[\u2139-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001ffff]")


def is_emoji(cluster: str) -> bool:
    """Say whether one character, as readers see it, asks to be drawn as an emoji."""
    first, rest = cluster[0], cluster[1:]
    if AS_EMOJI in rest:
        return AS_TEXT not in rest[:1]
    if not _SIGNS.match(first) or AS_TEXT in rest or _KEYCAP in rest:
        return False
    if _FLAG_LETTERS[0] <= first <= _FLAG_LETTERS[1]:
        return bool(rest)
    all_emoji, by_default = _properties()
    if not all_emoji.match(first):
        return False
    return bool(_JOINER in rest or _SKIN_TONES & set(rest) or by_default.match(first))


@lru_cache
def _properties() -> "tuple[Pattern[str], Pattern[str]]":
    """Return what matches all emoji, and what matches those that are so by default."""
    import regex  # noqa: PLC0415 - 15 ms, for a headline in fifty

    return regex.compile(r"\p{Emoji}"), regex.compile(r"\p{Emoji_Presentation}")
