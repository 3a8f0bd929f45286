"""Finding web addresses in a text, as the platforms that charge a fixed cost for them do.

X takes bare domains (`bbc.co.uk`) for addresses too; the others ask for a scheme. Both stop
at what cannot belong to an address, so that a full stop after one is counted as text.
"""

from collections.abc import Iterator

import regex

from service.domain.words.endings import ENDINGS

_LONGEST_LABEL = 63
_PUNYCODE = "xn--"

# Latin accents and Cyrillic are what X allows in a path; other scripts end the address.
_LETTERS = r"a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253-\u025b\u0300-\u036f\u1e00-\u1eff"
_PATH_LETTERS = _LETTERS + r"\u0400-\u04ff"
_PATH_CHARS = _PATH_LETTERS + r"!*';:=+,.$/%#\[\]\-\u2013_~@|&"
_BALANCED = rf"\((?:[{_PATH_CHARS}]+|[{_PATH_CHARS}]*\([{_PATH_CHARS}]+\)[{_PATH_CHARS}]*)\)"
_PATH_END = rf"(?:[{_PATH_LETTERS}=_#/+\-]|{_BALANCED})"
_PATH = rf"(?:/(?:(?:[{_PATH_CHARS}]|{_BALANCED})*{_PATH_END})?)?"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?"

# One class for each place and a bound on each repeat: otherwise a long word, which anybody can
# send, takes quadratic or even exponential time.
_SIGN = r"\p{L}\p{M}\p{N}\p{So}"
_SUBDOMAIN = rf"[{_SIGN}](?:[{_SIGN}_\-]{{0,61}}[{_SIGN}])?\."
_DOMAIN = rf"[{_SIGN}](?:[{_SIGN}\-]{{0,61}}[{_SIGN}])?\."
_ENDING = r"(?:\L<endings>|xn--[\-0-9a-z]+)(?![0-9a-z@+\-])"

_BEFORE = r"(?<![a-z0-9@＠$#＃])"
_HOST = rf"(?!t\.co/)(?P<host>(?:{_SUBDOMAIN}){{0,20}}{_DOMAIN}{_ENDING})"
_BARE = (
    rf"(?<![{_LETTERS}@＠$#＃_\-./])"
    rf"(?P<host>(?:[{_LETTERS}][{_LETTERS}_\-]{{0,62}}\.){{1,20}}{_ENDING})"
)
_TAIL = rf"(?::[0-9]+)?{_PATH}{_QUERY}"
_WITH_SCHEME = rf"{_BEFORE}https?://{_HOST}{_TAIL}"
# X's own short addresses end with their code, whatever stands behind.
_SHORT = rf"{_BEFORE}https?://(?P<host>t\.co)/[a-z0-9]{{1,40}}(?![a-z0-9]){_QUERY}"

_WORD = regex.compile(r"\S+")
# Not V1: its full case folding makes a long word of s and ss take exponential time.
_WEB_LINK = regex.compile(_WITH_SCHEME, flags=regex.IGNORECASE | regex.V0, endings=ENDINGS)
_X_LINK = regex.compile(
    rf"{_SHORT}|{_WITH_SCHEME}|{_BARE}{_TAIL}",
    flags=regex.IGNORECASE | regex.V0,
    endings=ENDINGS,
)


def web_links(text: str) -> Iterator[tuple[int, int]]:
    """Yield where addresses with a scheme start and end."""
    if "://" in text:
        for match in _WEB_LINK.finditer(text):
            yield match.span()


def x_links(text: str) -> Iterator[tuple[int, int]]:
    """Yield where X sees an address: bare domains too, but no label that DNS could not hold."""
    # Looking only at words with a dot inside is ten times as fast as looking everywhere.
    for word in _WORD.finditer(text):
        if "." not in word[0][:-1]:
            continue
        for match in _X_LINK.finditer(text, *word.span()):
            if _can_resolve(match["host"]):
                yield match.span()


def _can_resolve(host: str) -> bool:
    return all(_is_label(label) for label in host.split("."))


def _is_label(label: str) -> bool:
    if label.isascii():
        return len(label) <= _LONGEST_LABEL
    encoded = _PUNYCODE + label.encode("punycode").decode()
    return len(encoded) <= _LONGEST_LABEL and not label.lower().startswith(_PUNYCODE)
