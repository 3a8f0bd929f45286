"""HTML as plain text. What comes out is text for people to read, never safe HTML."""

import html as entities
import re

from lxml import etree, html  # type: ignore[import-untyped]  # lxml carries no types


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _words(
    "aside audio button canvas embed figure iframe input link map math meta nav noscript "
    "object script select style svg template textarea title video"
)
_BLOCKS = _words(
    "address article blockquote body center dd details div dl dt fieldset footer h1 h2 h3 h4 h5 "
    "h6 header hr li main ol p pre section summary table tr ul"
)
# Posts of others and cards of the CMS's own that stand inside of an article without being it.
_FOREIGN = _words(
    "twitter-tweet instagram-media tiktok-embed fb-post bluesky-embed mastodon-embed sharedaddy "
    "kg-audio-card kg-bookmark-card kg-button-card kg-cta-card kg-embed-card kg-file-card "
    "kg-header-card kg-product-card kg-signup-card kg-video-card"
)
_FORMATTING = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|br|cite|code|del|div|em|i|ins|mark|p|q|s|small|span|strong|sub|sup|u|wbr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PICTURE = r"(?:photo|photograph|picture|image|foto|fot|bild|imagen)s?"
_CREDIT = re.compile(
    rf"(?:\b(?:{_PICTURE}(?:\s+credit)?|credit)\s*[:/©]\s*|©\s*"
    rf"|(?:\A|[.(|]\s*){_PICTURE}\s+(?:by|courtesy\s+of)\s+)(.+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_BREAK, _LINE = "\n\n", "\n"


def plain_text(markup: str) -> str:
    """The text of an article's HTML: paragraphs apart by a blank line, nothing of its furniture.

    Scripts, forms, figures with their captions, and embedded posts of others are left out.
    """
    root = parse_html(markup)
    if root is None:
        return ""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        is_element = event in {"start", "end"}
        drops = not is_element or is_foreign(element)
        if event == "start":
            if drops:
                walk.skip_subtree()
                continue
            pieces.append(_break_at(element.tag) + _flat(element.text))
        else:
            pieces.append(
                ("" if drops else _break_at(element.tag, ends=True)) + _flat(element.tail)
            )
    return _paragraphs("".join(pieces))


def strip_tags(title: str) -> str:
    """One line of text from a title that may carry formatting or entities.

    A title is text to most CMSs, so `a < b` and a bare `&` stay; only what is certainly markup
    goes: formatting tags by name, and entities that are written out in full.
    """
    without = _FORMATTING.sub(_gap, _CONTROLS.sub("", title))
    return " ".join(_ENTITY.sub(lambda found: entities.unescape(found[0]), without).split())


def credit_in(caption: str) -> str:
    """The photographer's or agency's name in a caption, empty where it states none."""
    found = _CREDIT.search(caption)
    return " ".join(found[1].split()).rstrip(" .)") if found else ""


def parse_html(markup: str) -> html.HtmlElement | None:
    """The tree of a page or a fragment; None where there is nothing in it."""
    clean = _CONTROLS.sub("", markup)
    if not clean.strip():
        return None
    # Bytes, because libxml2 refuses text that states an encoding.
    parser = html.HTMLParser(encoding="utf-8")
    try:
        return html.document_fromstring(clean.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def is_foreign(element: html.HtmlElement) -> bool:
    """Whether an element stands inside of an article without being its text."""
    return element.tag in _DROPPED or not _FOREIGN.isdisjoint(element.get("class", "").split())


def _gap(tag: re.Match[str]) -> str:
    return " " if re.match(r"</?(?:br|p|div)\b", tag[0], re.IGNORECASE) else ""


def _break_at(tag: str, *, ends: bool = False) -> str:
    if tag in _BLOCKS:
        return _BREAK
    if tag == "br":
        return "" if ends else _LINE
    return " " if tag in {"td", "th"} else ""


def _flat(text: str | None) -> str:
    """HTML's own line ends mean nothing; only elements break lines."""
    return re.sub(r"\s+", " ", text or "")


def _paragraphs(text: str) -> str:
    paragraphs = re.split(r"\n[ \t]*\n\s*", text)
    tidy = (
        _LINE.join(" ".join(line.split()) for line in paragraph.split(_LINE))
        for paragraph in paragraphs
    )
    return _BREAK.join(paragraph.strip() for paragraph in tidy if paragraph.strip())
