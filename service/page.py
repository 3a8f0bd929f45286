"""A story from its web page: what the page declares about itself, and the text it shows.

The one thing a reader would get wrong: no single declaration can be trusted. Headlines are cut
in one place and carry the site's name in the next, so each field has an order of sources.
"""

import copy
import html as entities
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urljoin

import justext  # type: ignore[import-untyped]  # carries no types
import trafilatura
from lxml import etree  # type: ignore[import-untyped]  # lxml carries no types

from service.domain.errors import BadPayload
from service.domain.story import StoryContent, StoryImage
from service.domain.words import clean_body
from service.fields import is_language, is_web_address
from service.html_text import credit_in, is_foreign, parse_html, plain_text, strip_tags

MOST_TAGS = 20
LONGEST_HEADLINE = 500
_LONG_LINE = 1500
_MOST_NODES = 20_000

_ARTICLES = frozenset(
    {
        "AnalysisNewsArticle", "Article", "BackgroundNewsArticle", "BlogPosting", "LiveBlogPosting",
        "NewsArticle", "OpinionNewsArticle", "Report", "ReportageNewsArticle", "ReviewNewsArticle",
    }
)  # fmt: skip
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_BAR = " | "
_SEPARATORS = (_BAR, " - ", " – ", " — ", " · ", " :: ")
_BY = re.compile(r"\Aby\s+", re.IGNORECASE)
_CUT = ("…", "...")
_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ko": "Korean", "nl": "Dutch", "no": "Norwegian_Bokmal",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sv": "Swedish", "sw": "Swahili", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip


def read_page(markup: str, *, url: str, name: str) -> StoryContent:
    """Read a page. `url` is where it came from, empty for a file; `name` is what messages call it.

    Raises BadPayload for a page without a headline.
    """
    tree = parse_html(markup)
    if tree is None:
        raise BadPayload(f"{name} is empty.")
    page = _Page(tree, url)
    headline = page.headline()
    if not headline:
        raise BadPayload(f"{name} has no headline: it needs a title, an h1 or og:title.")
    is_public = page.is_public()
    return StoryContent(
        headline=headline,
        url=page.address(),
        standfirst=page.standfirst(headline),
        body=_body(page, headline) if is_public else "",
        section=page.section(),
        authors=page.authors(),
        tags=page.tags(),
        language=page.language(),
        image=page.image(),
        site_name=page.site_name(),
        published_at=_time(page.declared("datePublished"), page.meta("article:published_time")),
        updated_at=_time(page.declared("dateModified"), page.meta("article:modified_time")),
        is_public=is_public,
    )


def decode_page(body: bytes, *, charset: str = "") -> str:
    """The text of a page's bytes. What is whole UTF-8 is UTF-8, whatever the page says of it."""
    declared = _META_CHARSET.search(body[:4096])
    named = declared[1].decode("ascii") if declared else ""
    for encoding in (charset, "utf-8-sig", named):
        try:
            return body.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return body.decode("cp1252", "replace")


@dataclass(frozen=True, slots=True)
class _Declared:
    """The JSON-LD of a page: its article, and the site where that is described apart."""

    article: dict[str, Any]
    site: dict[str, Any]


class _Page:
    """One page's declarations, asked by subject."""

    def __init__(self, tree: Any, url: str) -> None:
        self.tree = tree
        self.url = url
        self._base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
        self._metas = _metas(tree)
        self._linked = _linked_data(tree)

    def meta(self, *names: str) -> str:
        return next((self._metas[name][0] for name in names if name in self._metas), "")

    def declared(self, name: str) -> str:
        return next(iter(_texts(self._linked.article.get(name))), "")

    def headline(self) -> str:
        shown = [" ".join(h1.itertext()) for h1 in self.tree.xpath("//h1")]
        declared = self.declared("headline")
        candidates = [
            "" if declared.endswith(_CUT) else declared,
            self.meta("og:title", "twitter:title"),
            shown[0] if len(shown) == 1 else "",
            *self.tree.xpath("//head/title/text()")[:1],
            *shown[:1],
        ]
        lines = (self._without_site(strip_tags(text)) for text in candidates)
        return next((line for line in lines if 0 < len(line) <= LONGEST_HEADLINE), "")

    def address(self) -> str:
        """The address that the page itself names: what a publisher wants shared."""
        for found in (*self.tree.xpath("//link[@rel='canonical']/@href"), self.meta("og:url")):
            address = urldefrag(self._absolute(found)).url if found else ""
            if is_web_address(address):
                return address
        return urldefrag(self.url).url

    def standfirst(self, headline: str) -> str:
        described = (
            self.declared("description"),
            self.meta("og:description"),
            self.meta("description"),
        )
        lines = (strip_tags(text) for text in described)
        return next((line for line in lines if line and line != headline), "")

    def section(self) -> str:
        return strip_tags(self.declared("articleSection") or self.meta("article:section"))

    def authors(self) -> tuple[str, ...]:
        declared = list(_texts(self._linked.article.get("author")))
        found = declared or [*self._all("author", "article:author", "parsely-author")]
        # article:author is often the address of a profile.
        return _distinct(_BY.sub("", name) for name in found if "://" not in name)

    def tags(self) -> tuple[str, ...]:
        declared = list(_texts(self._linked.article.get("keywords")))
        found = declared or [*self._all("article:tag", "news_keywords")]
        return _distinct(part for text in found for part in text.split(","))[:MOST_TAGS]

    def language(self) -> str:
        found = (
            self.declared("inLanguage"),
            self.tree.get("lang", ""),
            self.meta("og:locale", "content-language"),
        )
        tags = (str(text).strip().replace("_", "-") for text in found)
        return next((tag for tag in tags if is_language(tag)), "")

    def site_name(self) -> str:
        publisher = next(iter(_texts(self._linked.article.get("publisher"))), "")
        site = next(iter(_texts(self._linked.site.get("name"))), "")
        return strip_tags(self.meta("og:site_name") or publisher or site)

    def is_public(self) -> bool:
        return str(self._linked.article.get("isAccessibleForFree", "")).lower() != "false"

    def article_body(self) -> str:
        text = self.declared("articleBody")
        return plain_text(text) if "</" in text else text

    def image(self) -> StoryImage | None:
        """The declared photo; og:image is often a card already, with words in the picture."""
        declared = _first_object(self._linked.article.get("image"))
        found = (
            str(declared.get("url") or declared.get("contentUrl") or ""),
            self.meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image"),
        )
        address = next((self._absolute(text) for text in found if text.strip()), "")
        if not address:
            return None
        alt, caption = self._shown_image(address)
        told = next(iter(_texts(declared.get("caption"))), "")
        credit = next(iter(_texts(declared.get("creditText"))), "") or credit_in(caption or told)
        alt = alt or self.meta("og:image:alt", "twitter:image:alt") or told
        return StoryImage(url=address, alt=strip_tags(alt), credit=strip_tags(credit))

    def _shown_image(self, address: str) -> tuple[str, str]:
        """Alt text and caption of the same picture where the page shows it."""
        for img in self.tree.xpath("//img[@src]"):
            if self._absolute(img.get("src")) == address:
                captions = img.xpath("ancestor::figure[1]//figcaption")
                caption = " ".join(captions[0].itertext()) if captions else ""
                return img.get("alt", ""), " ".join(caption.split())
        return "", ""

    def _absolute(self, address: str) -> str:
        try:
            return str(urljoin(self._base, address.strip()))
        except ValueError:
            return ""

    def _all(self, *names: str) -> Iterator[str]:
        return (text for name in names for text in self._metas.get(name, ()))

    def _without_site(self, title: str) -> str:
        site = self.site_name().casefold()
        for separator in _SEPARATORS:
            head, found, tail = title.rpartition(separator)
            is_site = bool(site) and (site in tail.casefold() or tail.casefold() in site)
            # No headline holds a bar; a dash may be part of one.
            if found and (is_site or separator == _BAR):
                return head.strip()
        return title


def _body(page: _Page, headline: str) -> str:
    """The article's own text, by a second and third opinion where the first one looks poor."""
    tree = copy.deepcopy(page.tree)
    for element in [found for found in tree.iter(etree.Element) if is_foreign(found)]:
        if element.getparent() is not None:
            element.drop_tree()
    # Before the extraction, which takes the tree apart.
    text = etree.tostring(tree, encoding="unicode", method="html")
    best = _cleaned(_extracted(tree), headline)
    if _looks_poor(best):
        others = (_rescued(text, page.language()), page.article_body())
        better = (_cleaned(other, headline) for other in others)
        best = max((best, *better), key=lambda body: (_paragraphs(body), len(body)))
    return best


def _extracted(tree: Any) -> str:
    found = trafilatura.extract(tree, fast=True, include_comments=False, include_tables=False)
    return "\n\n".join((found or "").split("\n"))


def _rescued(text: str, language: str) -> str:
    """Paragraphs by the density of ordinary words, for pages built of tables and line breaks."""
    known = _LANGUAGES.get(language.partition("-")[0].lower(), "English")
    try:
        paragraphs = justext.justext(text.encode(), justext.get_stoplist(known), encoding="utf-8")
    except (justext.core.JustextError, etree.ParserError, ValueError):
        return ""
    return "\n\n".join(found.text for found in paragraphs if not found.is_boilerplate)


def _cleaned(text: str, headline: str) -> str:
    return clean_body(text, headline=headline)


def _looks_poor(body: str) -> bool:
    """Whether there is nothing, or everything in one line."""
    # Few paragraphs are not poor: a brief is short, and asking again about one would only find
    # what stands around it.
    return not body or any(len(line) > _LONG_LINE for line in body.split("\n"))


def _paragraphs(body: str) -> int:
    return len([block for block in body.split("\n\n") if block])


def _metas(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("http-equiv") or ""
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _linked_data(tree: Any) -> _Declared:
    article: dict[str, Any] = {}
    site: dict[str, Any] = {}
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        for node in _nodes(script):
            kinds = {str(kind).rpartition("/")[2] for kind in _list(node.get("@type"))}
            if kinds & _ARTICLES and not article.get("headline"):
                article = node
            elif "WebSite" in kinds:
                site = site or node
    return _Declared(article, site)


def _nodes(script: str) -> Iterator[dict[str, Any]]:
    """Every object in a block of JSON-LD, outer ones first: an article may sit in a graph."""
    try:
        # Sites print line ends into their strings; `strict` would drop the whole block for it.
        waiting = deque([json.loads(script, strict=False)])
    except (ValueError, RecursionError):
        return
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, dict):
            yield node
            waiting.extend(value for value in node.values() if isinstance(value, dict | list))
        elif isinstance(node, list):
            waiting.extend(node)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> Iterator[str]:
    """The texts of a JSON-LD value: a string, an object with a name, or several of them."""
    for item in _list(value):
        text = item.get("name") or item.get("@value") if isinstance(item, dict) else item
        if isinstance(text, str) and text.strip():
            yield entities.unescape(text.strip())


def _first_object(value: Any) -> dict[str, Any]:
    first = next(iter(_list(value)), None)
    if isinstance(first, str):
        return {"url": first}
    return first if isinstance(first, dict) else {}


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    lines = (strip_tags(name) for name in names)
    return tuple(dict.fromkeys(line for line in lines if line))


def _time(*texts: str) -> datetime | None:
    """The first of `texts` that is a time. One without a zone is taken for UTC."""
    for text in texts:
        try:
            found = datetime.fromisoformat(text)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None
