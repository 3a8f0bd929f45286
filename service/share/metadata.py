"""What a page says about itself to networks, in the order that their crawlers forgive most.

None of them runs scripts, several read only the beginning of a page, and Mastodon takes the
JSON-LD only as one plain object with one plain `@type`. So: Open Graph early, JSON-LD last.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

from service.domain.errors import Rejected
from service.domain.story import StoryContent
from service.domain.words.cutting import cut
from service.domain.words.tidying import one_line

# Facebook shows less and Google cuts near here; what is longer is read by nobody.
_LONGEST_DESCRIPTION = 200
_MEDIA_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

# A closing tag inside of a headline must not close the script that quotes it.
_UNSAFE_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def head_html(
    content: StoryContent, *, card_url: str, card_alt: str, width: int, height: int
) -> str:
    """The lines for a page's `<head>`. A relative `card_url` is taken from the story's address.

    Raises Rejected where the story has no web address: crawlers take whole addresses only.
    """
    url = _whole(content.url, content.url)
    card = _whole(url, card_url)
    lines = [
        *_basics(content),
        *_open_graph(content, url),
        *_picture(card, one_line(card_alt), width=width, height=height),
        *_article(content),
        *_x_card(one_line(card_alt)),
        f'<link rel="canonical" href="{escape(url)}">',
        _meta("name", "robots", "max-image-preview:large"),
        _script(_news_article(content, url=url, card=card)),
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _whole(base: str, address: str) -> str:
    whole = urljoin(base, address)
    if urlsplit(whole).scheme not in {"http", "https"} or one_line(whole) != whole or " " in whole:
        raise Rejected(
            f"“{one_line(address)[:80]}” is not a web address: "
            "metadata needs one that begins with https://."
        )
    return whole


def _basics(content: StoryContent) -> Iterator[str]:
    yield '<meta charset="utf-8">'
    yield f"<title>{escape(one_line(content.headline))}</title>"
    yield _meta("name", "description", _description(content))


def _open_graph(content: StoryContent, url: str) -> Iterator[str]:
    yield _meta("property", "og:title", one_line(content.headline))
    yield _meta("property", "og:description", _description(content))
    yield _meta("property", "og:url", url)
    yield _meta("property", "og:type", "article")
    yield _meta("property", "og:site_name", one_line(content.site_name))
    yield _meta("property", "og:locale", _locale(content.language))


def _picture(card: str, alt: str, *, width: int, height: int) -> Iterator[str]:
    ending = urlsplit(card).path.rpartition(".")[2].lower()
    yield _meta("property", "og:image", card)
    yield _meta("property", "og:image:type", _MEDIA_TYPES.get(ending, ""))
    yield _meta("property", "og:image:width", str(width))
    yield _meta("property", "og:image:height", str(height))
    yield _meta("property", "og:image:alt", alt)


def _article(content: StoryContent) -> Iterator[str]:
    yield _meta("property", "article:published_time", _instant(content.published_at))
    yield _meta("property", "article:modified_time", _instant(content.updated_at))
    for author in content.authors:
        yield _meta("property", "article:author", one_line(author))
    yield _meta("property", "article:section", one_line(content.section))
    for tag in content.tags:
        yield _meta("property", "article:tag", one_line(tag))


def _x_card(alt: str) -> Iterator[str]:
    # Title, text and picture fall back to Open Graph; without the card's type X may draw it small.
    yield _meta("name", "twitter:card", "summary_large_image")
    yield _meta("name", "twitter:image:alt", alt)


def _news_article(content: StoryContent, *, url: str, card: str) -> dict[str, Any]:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": one_line(content.headline),
        "description": _description(content),
        "image": [card],
        "datePublished": _instant(content.published_at),
        "dateModified": _instant(content.updated_at or content.published_at),
        "inLanguage": content.language,
        "articleSection": one_line(content.section),
        "author": [{"@type": "Person", "name": one_line(name)} for name in content.authors],
        "publisher": _publisher(one_line(content.site_name)),
        "mainEntityOfPage": url,
    }
    said = {name: value for name, value in facts.items() if value}
    return {**said, "isAccessibleForFree": content.is_public}


def _publisher(site_name: str) -> dict[str, str]:
    return {"@type": "NewsMediaOrganization", "name": site_name} if site_name else {}


def _description(content: StoryContent) -> str:
    """The standfirst, or the first paragraph of a story that everybody may read."""
    opening = content.body.partition("\n\n")[0] if content.is_public else ""
    text = one_line(content.standfirst) or one_line(opening)
    return cut(text, fits=lambda shortened: len(shortened) <= _LONGEST_DESCRIPTION)


def _locale(language: str) -> str:
    """`de-AT` as `de_AT`. Nothing where the region is unknown: networks ignore a bare language."""
    match = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z]{4})?[-_]([a-z]{2})", language, re.IGNORECASE)
    return f"{match[1].lower()}_{match[2].upper()}" if match else ""


def _instant(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _meta(attribute: str, name: str, value: str) -> str:
    """One tag, or none: an empty value would claim that there is nothing to say."""
    return f'<meta {attribute}="{name}" content="{escape(value)}">' if value else ""


def _script(facts: dict[str, Any]) -> str:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _UNSAFE_IN_SCRIPT.items():
        text = text.replace(character, escaped)
    return f'<script type="application/ld+json">{text}</script>'
