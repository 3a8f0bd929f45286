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
_LINKEDIN_RESERVED = regex.compile(r"[\\|{}@\[\]()<>#*_~]")

# The ranges that X counts as one (configuration 3); everything else is two.
_X_HEAVY = regex.compile(r"[^\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")
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
    return list(_GRAPHEME.findall(text))


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", errors="surrogatepass"))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _graphemes(text: str) -> int:
    if _ONE_EACH.fullmatch(text):
        return len(text)
    return len(_GRAPHEME.findall(text))


def _escaped(text: str) -> int:
    return _utf16(text) + len(_LINKEDIN_RESERVED.findall(text))


def _x_weighted(text: str, limits: Limits) -> int:
    cost = X_LINK_COST if limits.link_cost is None else limits.link_cost
    normal = unicodedata.normalize("NFC", text)
    return _with_links(normal, x_links(normal), cost=cost, measure=_x_plain)


def _x_plain(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emoji = X_EMOJI.subn("", text)
    return len(rest) + len(_X_HEAVY.findall(rest)) + int(emoji) * _X_EMOJI_COST


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
# Characters that join with no neighbour: most news, and ten times as fast.
_ONE_EACH = regex.compile(r"[\p{GCB=Other}\n]*+")
_MENTION = regex.compile(r"(?<![\w/@])(?P<local>@\w[\w.\-]*)@[\w\-]+(?:\.[\w\-]+)+")
