"""Reads one story from wherever a person has it: an address, a page, a text, a JSON file.

The one thing a reader would get wrong: a picture that cannot be had is a note, never an error.
The card is then drawn without it, and whoever asked is told why.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urldefrag, urljoin

from pydantic import BaseModel, BeforeValidator, ValidationError

from service.cards.picture.decode import PHOTO_BYTES, PHOTO_TYPES
from service.cms.base import explain, read_json
from service.cms.generic import StoryText, as_image
from service.domain.errors import BadPayload, ChannelError
from service.domain.story import StoryContent, StoryImage
from service.domain.words import clean_body
from service.fetching import Fetcher
from service.fields import Line, Sentences, WebAddress
from service.html_text import strip_tags
from service.page import decode_page, read_page

STORY_BYTES = 5_000_000
PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/json", "text/plain")
LONGEST_HEADLINE = 500


@dataclass(frozen=True, slots=True)
class StoryDraft:
    """A story that was read, its photo's bytes, and what a person should know about the reading.

    The address of `content.image` is as the source gave it: for a file it may be a path.
    """

    content: StoryContent
    photo: bytes | None = None
    notes: list[str] = field(default_factory=list)


def read_story(source: str, *, fetcher: Fetcher) -> StoryDraft:
    """Read the story at an address or in a file.

    Raises BadPayload for what cannot be used, Unavailable for a host that does not answer.
    """
    source = source.strip()
    if not source:
        raise BadPayload("No story was named: give a file or an address.")
    found = _fetch(source, fetcher) if _SCHEME.match(source) else _open(source)
    content, notes = _READERS[found.form](found)
    photo, trouble = _photo(content.image, found, fetcher)
    if trouble:
        notes.append(f"The picture was left out: {trouble}")
    if not content.body:
        notes.append("No text of the article was found; posts will say its headline only.")
    return StoryDraft(content=content, photo=photo, notes=notes)


class _Form(Enum):
    PAGE = "page"
    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a source held. `folder` is where a file lies, `url` where an address ended."""

    name: str
    body: bytes
    form: _Form
    url: str = ""
    charset: str = ""
    folder: Path | None = None


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SUFFIXES = {
    ".json": _Form.JSON,
    ".html": _Form.PAGE,
    ".htm": _Form.PAGE,
    ".xhtml": _Form.PAGE,
}
_MEDIA_TYPES = {
    "text/html": _Form.PAGE,
    "application/xhtml+xml": _Form.PAGE,
    "application/json": _Form.JSON,
}
_LOOKS_LIKE_A_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE
)
_LOOKS_LIKE_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*[\"}]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def _fetch(source: str, fetcher: Fetcher) -> _Found:
    page = fetcher.fetch(source, max_bytes=STORY_BYTES, accept=PAGE_TYPES)
    form = _MEDIA_TYPES.get(page.media_type) or _form_of(page.body)
    url = urldefrag(page.url).url
    return _Found(name="The page", body=page.body, form=form, url=url, charset=page.charset)


def _open(source: str) -> _Found:
    path = Path(source)
    try:
        if path.is_dir():
            raise BadPayload(f"{source} is a folder: name a file or an address.")
        if path.stat().st_size > STORY_BYTES:
            raise BadPayload(f"{source} is larger than {STORY_BYTES / 1_000_000:g} MB.")
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise BadPayload(f"There is no file {source}; an address begins with https://.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no file name"
        raise BadPayload(f"{source[:200]} cannot be read: {reason}.") from error
    form = _SUFFIXES.get(path.suffix.lower()) or _form_of(body)
    return _Found(name=path.name, body=body, form=form, folder=path.parent)


def _form_of(body: bytes) -> _Form:
    if _LOOKS_LIKE_A_PAGE.match(body):
        return _Form.PAGE
    return _Form.JSON if _LOOKS_LIKE_JSON.match(body) else _Form.TEXT


def _read_page(found: _Found) -> tuple[StoryContent, list[str]]:
    _require_text(found)
    markup = decode_page(found.body, charset=found.charset)
    return read_page(markup, url=found.url, name=found.name), []


def _read_text(found: _Found) -> tuple[StoryContent, list[str]]:
    _require_text(found)
    text, notes = _decoded(found)
    first, _, rest = text.strip().partition("\n")
    headline = strip_tags(first.lstrip("# "))
    if not headline:
        raise BadPayload(f"{found.name} has no headline: it belongs into the first line.")
    if len(headline) > LONGEST_HEADLINE:
        raise BadPayload(
            f"{found.name} has no headline: its first line, {len(headline)} characters long, "
            f"may have {LONGEST_HEADLINE}."
        )
    body = clean_body(rest, headline=headline)
    return StoryContent(headline=headline, url=found.url, body=body), notes


def _read_json(found: _Found) -> tuple[StoryContent, list[str]]:
    _require_text(found)
    try:
        told = read_json(found.body.removeprefix(b"\xef\xbb\xbf"))
        # A notice holds the same story one step further in.
        told = told["story"] if isinstance(told.get("story"), dict) else told
        story = _StoryFile.model_validate(told)
    except ValidationError as error:
        raise BadPayload(f"{found.name} cannot be used: {explain(error)}") from error
    except BadPayload as error:
        raise BadPayload(f"{found.name} cannot be used: {error}") from error
    image = story.image
    known = StoryImage(url=image.url, alt=image.alt, credit=image.credit) if image else None
    return story.content_at(story.url or found.url, known), _unknown_fields(told, found)


_READERS: dict[_Form, Callable[[_Found], tuple[StoryContent, list[str]]]] = {
    _Form.PAGE: _read_page,
    _Form.JSON: _read_json,
    _Form.TEXT: _read_text,
}


class _FileImage(BaseModel):
    url: Sentences
    alt: Sentences = ""
    credit: Line = ""


class _StoryFile(StoryText):
    """A story on somebody's disk: its address may be unknown, its picture may lie beside it."""

    url: WebAddress | Literal[""] = ""
    image: Annotated[_FileImage | None, BeforeValidator(as_image)] = None


def _unknown_fields(told: dict[str, Any], found: _Found) -> list[str]:
    known = {*_StoryFile.model_fields, "id", "title"}
    return [
        f"{found.name}: {name} is not a field of a story." for name in told if name not in known
    ]


def _require_text(found: _Found) -> None:
    if not found.body.strip():
        raise BadPayload(f"{found.name} is empty.")
    if b"\x00" in found.body and not found.body.startswith(_UTF16_MARKS):
        raise BadPayload(
            f"{found.name} is not text: name an article, an HTML page or a JSON story."
        )


def _decoded(found: _Found) -> tuple[str, list[str]]:
    marked = "utf-16" if found.body.startswith(_UTF16_MARKS) else "utf-8-sig"
    for encoding in (found.charset, marked, "cp1252"):
        try:
            text = found.body.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        guessed = [f"{found.name} is not UTF-8; it was read as Windows-1252."]
        return text, guessed if encoding == "cp1252" else []
    raise BadPayload(f"{found.name} is not text: save it as UTF-8.")


def _photo(image: StoryImage | None, found: _Found, fetcher: Fetcher) -> tuple[bytes | None, str]:
    """The picture's bytes, or why there are none."""
    if image is None or not image.url:
        return None, ""
    try:
        if found.folder is not None and not _SCHEME.match(image.url):
            return _local_photo(image.url, found.folder), ""
        address = urljoin(found.url, image.url)
        return fetcher.fetch(address, max_bytes=PHOTO_BYTES, accept=PHOTO_TYPES).body, ""
    except (BadPayload, ChannelError) as error:
        return None, str(error)


def _local_photo(address: str, folder: Path) -> bytes:
    """Read a picture beside its story. A page may not reach for other files of this machine."""
    try:
        path = (folder / unquote(address)).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BadPayload(f"{address} is not in the folder of its story.")
        if path.stat().st_size > PHOTO_BYTES:
            raise BadPayload(f"{address} is larger than {PHOTO_BYTES / 1_000_000:g} MB.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadPayload(f"There is no picture {address[:200]} beside the story.") from error
