"""Counting: how long a text is for the channel that takes it, in that channel's own measure.

Where a platform's rule is not certain we count the larger number: a text that is a unit shorter
than it could be is no loss, one that is refused is.
"""

import unicodedata
from collections.abc import Callable, Iterator

import regex

from service.domain.post import Count, Limits, TextUnit
from service.domain.words.addresses import web_links, x_links
from service.domain.words.emoji import X_EMOJI

X_LINK_COST = 23
_LINKEDIN_RESERVED = frozenset("\\|{}@[]()<>#*_~")

# The ranges that X counts as one (configuration 3); everything else is two.
_X_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_X_EMOJI_COST = 2


def count_text(text: str, limits: Limits) -> Count:
    """Measure `text` as its channel does; with a second limit in bytes, the tighter one is told."""
    count = Count(_MEASURES[limits.unit](text, limits), limits.text, limits.unit)
    if limits.text_bytes is None:
        return count
    size = Count(_utf8(text), limits.text_bytes, TextUnit.UTF8_BYTES)
    return size if size.used * count.limit > count.used * size.limit else count


def graphemes(text: str) -> list[str]:
    """Split `text` where a reader sees one character end and the next begin."""
    return _GRAPHEME.findall(text)


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", errors="surrogatepass"))


def _utf16(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _graphemes(text: str) -> int:
    # In ASCII only a line break of two characters makes them differ.
    if text.isascii() and "\r\n" not in text:
        return len(text)
    return sum(1 for _ in _GRAPHEME.finditer(text))


def _escaped(text: str) -> int:
    return _utf16(text) + sum(char in _LINKEDIN_RESERVED for char in text)


def _x_weighted(text: str, limits: Limits) -> int:
    cost = X_LINK_COST if limits.link_cost is None else limits.link_cost
    normal = unicodedata.normalize("NFC", text)
    return _with_links(normal, x_links(normal), cost=cost, measure=_x_plain)


def _x_plain(text: str) -> int:
    if text.isascii() and "\u20e3" not in text:
        return len(text)
    emoji = 0
    rest = []
    end = 0
    for match in X_EMOJI.finditer(text):
        emoji += _X_EMOJI_COST
        rest.append(text[end : match.start()])
        end = match.end()
    rest.append(text[end:])
    return emoji + sum(_x_weight(char) for part in rest for char in part)


def _x_weight(char: str) -> int:
    code = ord(char)
    return 1 if any(first <= code <= last for first, last in _X_LIGHT) else 2


def _measured_by(measure: Callable[[str], int]) -> Callable[[str, Limits], int]:
    def used(text: str, limits: Limits) -> int:
        if limits.short_mentions:
            text = _MENTION.sub(r"\g<local>", text)
        if limits.link_cost is None:
            return measure(text)
        return _with_links(text, web_links(text), cost=limits.link_cost, measure=measure)

    return used


_MEASURES: dict[TextUnit, Callable[[str, Limits], int]] = {
    TextUnit.GRAPHEMES: _measured_by(_graphemes),
    TextUnit.CODE_POINTS: _measured_by(len),
    TextUnit.UTF16: _measured_by(_utf16),
    TextUnit.UTF8_BYTES: _measured_by(_utf8),
    TextUnit.LINKEDIN_ESCAPED: _measured_by(_escaped),
    TextUnit.X_WEIGHTED: _x_weighted,
}


def _with_links(
    text: str, links: Iterator[tuple[int, int]], *, cost: int, measure: Callable[[str], int]
) -> int:
    used = 0
    rest = []
    end = 0
    for start, stop in links:
        used += cost
        rest.append(text[end:start])
        end = stop
    rest.append(text[end:])
    return used + sum(measure(part) for part in rest)


_GRAPHEME = regex.compile(r"\X")
_MENTION = regex.compile(r"(?<![\w/@])(?P<local>@\w[\w.\-]*)@[\w\-]+(?:\.[\w\-]+)+")
