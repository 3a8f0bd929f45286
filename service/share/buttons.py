"""The share bar: plain links that work with scripts off, and ask nobody anything before a click.

Copying needs a script, so without one the address stands in a field to be selected. A link
named “Copy” that copies nothing would be a lie to those who cannot see what it did.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.errors import Misconfigured
from service.domain.share import ShareLink
from service.domain.words.tidying import one_line
from service.share.networks import network_named

_ASSETS = Path(__file__).resolve().parents[2] / "assets" / "button"
_FALLBACK = "en"
_COPY = "copy"


class BarWords(BaseModel):
    """What the bar says in one language. words.toml explains the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    direction: Literal["ltr", "rtl"] = "ltr"
    heading: str
    copy_label: str
    new_tab: str
    names: dict[str, str] = {}


def share_bar(links: Sequence[ShareLink], *, language: str = "en") -> str:
    """The bar with its stylesheet: a snippet that looks right wherever it is pasted."""
    return f"<style>\n{bar_css()}</style>\n{bar_nav(links, language=language)}"


def bar_nav(links: Sequence[ShareLink], *, language: str = "en") -> str:
    """The bar alone, for pages that take `bar_css` into a stylesheet of theirs."""
    words = _words_for(language)
    items = "\n".join(_item(link, words) for link in links if link.network != _COPY)
    fields = "".join(_field(link, words) for link in links if link.network == _COPY)
    heading = escape(words.heading)
    return (
        f'<nav class="kindly-share" aria-label="{heading}" lang="{words.language}"'
        f' dir="{words.direction}">\n<h2>{heading}</h2>\n'
        f'<ul role="list">\n{items}\n</ul>\n{fields}</nav>\n'
    )


@cache
def bar_css() -> str:
    return _read("bar.css")


def icon_svg(network: str) -> str:
    """The mark of a network, in the colour of the text beside it, silent when read aloud."""
    return _icon(network_named(network).key)


def _item(link: ShareLink, words: BarWords) -> str:
    row = network_named(link.network)
    label = escape(one_line(words.names.get(row.key, link.label)))
    tab = "" if row.opens_app else ' target="_blank"'
    spoken = "" if row.opens_app else f" <span>({escape(words.new_tab)})</span>"
    return (
        f'<li><a href="{escape(link.address)}" rel="noopener nofollow"{tab}>'
        f"{_icon(row.key)}{label}{spoken}</a></li>"
    )


def _field(link: ShareLink, words: BarWords) -> str:
    return (
        f"<label>{escape(words.copy_label)} "
        f'<input type="url" readonly dir="ltr" value="{escape(link.address)}"></label>\n'
    )


def _words_for(language: str) -> BarWords:
    """The words of a language or of its parent: `de-AT` is read as `de`."""
    table = _words()
    tag = language.replace("_", "-").lower()
    while tag and tag not in table:
        tag = tag.rpartition("-")[0]
    return table[tag or _FALLBACK]


@cache
def _words() -> MappingProxyType[str, BarWords]:
    return MappingProxyType(parse_words(_read("words.toml")))


def parse_words(text: str) -> dict[str, BarWords]:
    """Read the tables of words.toml. A missing word is named together with its language."""
    try:
        tables = tomllib.loads(text)
        return {tag: _language(tag, table) for tag, table in tables.items()}
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"words.toml is not valid TOML: {error}") from error


def _language(tag: str, table: dict[str, object]) -> BarWords:
    try:
        return BarWords.model_validate({**table, "language": tag})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"words.toml, [{tag}], {where}: {first['msg']}") from error


@cache
def _icon(key: str) -> str:
    svg = _read(f"icons/{key}.svg").strip().replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return svg.replace(
        "<svg", '<svg width="20" height="20" aria-hidden="true" focusable="false"', 1
    )


def _read(name: str) -> str:
    try:
        return (_ASSETS / name).read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"assets/button/{name} cannot be read ({error.strerror})") from error
