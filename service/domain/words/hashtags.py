"""Hashtags from the CMS's own tags: never invented, readable aloud, valid wherever they go."""

import unicodedata

import regex

from service.domain.story import StoryContent
from service.domain.words.counting import graphemes
from service.domain.words.tidying import one_line

# Bluesky takes 64 graphemes; a tag of more than four words is a sentence, not a tag.
_LONGEST = 64
_MOST_WORDS = 4


def hashtags(content: StoryContent, limit: int) -> tuple[str, ...]:
    """The first `limit` usable tags of a story, with their sign: `("#KharkivRegion",)`.

    Tags that begin with `#` are the CMS's internal ones and stay inside.
    """
    found: dict[str, str] = {}
    for tag in content.tags:
        hashtag = _hashtag(one_line(tag))
        if hashtag:
            found.setdefault(hashtag.casefold(), hashtag)
    return tuple(found.values())[: max(limit, 0)]


def _hashtag(tag: str) -> str:
    if tag.startswith("#"):
        return ""
    # An apostrophe belongs to its word; every other sign ends one.
    words = _WORD.findall(_APOSTROPHE.sub("", tag))
    name = _joined(words)
    is_usable = (
        0 < len(words) <= _MOST_WORDS
        and 1 < len(graphemes(name)) <= _LONGEST
        and not name[0].isdigit()
        and _LETTER.search(name)
    )
    return f"#{name}" if is_usable else ""


def _joined(words: list[str]) -> str:
    """CamelCase, which screen readers speak as words; an underscore where letters have no case."""
    text = ""
    for word in words:
        is_cased = word[0].lower() != word[0].upper() or word[0].isdigit()
        if text and not (is_cased and _ends_cased(text)):
            text += "_"
        text += _capitalised(word) if len(words) > 1 else word
    return unicodedata.normalize("NFC", text)


def _ends_cased(text: str) -> bool:
    last = unicodedata.normalize("NFD", graphemes(text)[-1])[0]
    return last.lower() != last.upper() or last.isdigit()


def _capitalised(word: str) -> str:
    return word[0].upper() + word[1:]


_APOSTROPHE = regex.compile(r"(?<=\p{L})['’ʼ](?=\p{L})")
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}_]+")
_LETTER = regex.compile(r"\p{L}")
