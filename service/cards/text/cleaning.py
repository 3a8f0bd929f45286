"""Makes one clean line out of whatever a CMS calls a headline."""

import unicodedata

from service.cards.text.scripts import is_simple

SOFT_HYPHEN = "\u00ad"
# Spaces that are more than a place to break a line.
_KEPT_SPACES = frozenset("\u00a0\u2007\u202f")
# They steer what stands beside them: joiners, direction marks and isolates. Embeddings and
# overrides are not here: in a headline they are leftovers of copying, or somebody's trick.
_KEPT_CONTROLS = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069"
)
_JOINERS = frozenset("\u200c\u200d")
# The flags of England, Scotland and Wales are spelled in invisible letters after this one.
_BLACK_FLAG = "\U0001f3f4"
_FLAG_TAGS = ("\U000e0020", "\U000e007f")
# No orthography stacks more on one letter; text that does is made to spill over its lines.
_MOST_MARKS = 4
_SPACE_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc"})


def clean(text: str) -> str:
    """Return `text` in one line: composed letters, plain spaces, no controls, no stray marks."""
    if not (is_simple(text) and unicodedata.is_normalized("NFC", text)):
        text = "".join(_kept(unicodedata.normalize("NFC", text)))
    return " ".join([word for word in text.split(" ") if word])


def _kept(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    is_flag = False
    for character in text:
        category = unicodedata.category(character)
        is_tag = _FLAG_TAGS[0] <= character <= _FLAG_TAGS[1]
        is_flag = character == _BLACK_FLAG or (is_flag and is_tag)
        if category[0] == "M" or character in _JOINERS:
            # A mark with nothing to stand on, such as that of an emoji that was taken out.
            marks += 1
            if kept and kept[-1] != " " and marks <= _MOST_MARKS:
                kept.append(character)
            continue
        marks = 0
        if character in _KEPT_SPACES or character in _KEPT_CONTROLS or (is_flag and is_tag):
            kept.append(character)
        elif category in _SPACE_CATEGORIES:
            kept.append(" ")
        elif category not in {"Cf", "Cs"}:
            kept.append(character)
    return kept


def without_soft_hyphens(text: str) -> tuple[str, frozenset[int]]:
    """Return a text without its soft hyphens, and where they allowed to divide a word."""
    if SOFT_HYPHEN not in text:
        return text, frozenset()
    parts = text.split(SOFT_HYPHEN)
    places = []
    length = 0
    for part in parts[:-1]:
        length += len(part)
        places.append(length)
    return "".join(parts), frozenset(places)
