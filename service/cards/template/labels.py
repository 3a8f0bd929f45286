"""Words that a card says by itself, such as "Breaking", in the language of its story.

They are data in `assets/cards/house/labels.yaml`; its table `same_as` names the tags that say what
another tag says. A label may hold the name of a field in braces;
where that field is empty, the label is.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from service.cards.template.reading import HOUSE_FOLDER, Marked, read_table
from service.domain.errors import Misconfigured

_SAME = "same_as"
_BLANK = re.compile(r"\{([a-z_]+)\}")


def label_of(name: str, language: str, *, field: Callable[[str], str]) -> str:
    """Return the label in `language`, else in English, with its blanks filled from the card."""
    wording = _wording(name, language)
    blanks = {blank: field(blank) for blank in _BLANK.findall(wording)}
    if not all(blanks.values()):
        return ""
    return _BLANK.sub(lambda found: blanks[found[1]], wording)


def quotation_marks(language: str) -> tuple[str, str]:
    """Return how a quotation opens and closes."""
    marks = _wording("quotation_marks", language)
    opening, _, closing = marks.partition(" ")
    return opening, closing


def label_names() -> frozenset[str]:
    return frozenset(_labels())


@lru_cache(maxsize=512)
def _wording(name: str, language: str) -> str:
    known = _labels()
    if name not in known:
        raise Misconfigured(f"There is no label {name!r}: labels.yaml has {', '.join(known)}.")
    tag = next((tag for tag in _tags(language) if tag in known[name]), "en")
    return known[name][tag]


def _tags(language: str) -> Iterator[str]:
    """Yield a language's tag and those it may stand for, from the closest to the widest."""
    tag = language.lower()
    while tag:
        yield tag
        if tag in _same():
            yield _same()[tag]
        tag = tag.rpartition("-")[0]


@lru_cache
def _labels() -> dict[str, dict[str, str]]:
    table = _table().without(_SAME)
    for name, wordings in table.items():
        if not isinstance(wordings, dict) or "en" not in wordings:
            raise Misconfigured(f"labels.yaml, line {table.lines[name]}: {name} lacks English.")
    return {
        name: {tag.lower(): str(text) for tag, text in wordings.items()}
        for name, wordings in table.items()
    }


@lru_cache
def _same() -> dict[str, str]:
    return {tag.lower(): str(other).lower() for tag, other in _table().get(_SAME, {}).items()}


@lru_cache
def _table() -> Marked:
    return read_table(HOUSE_FOLDER / "labels.yaml")
