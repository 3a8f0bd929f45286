"""The studio: one card from what somebody says about it, written to a file.

Without a server and without the store, so that a template or a headline can be tried at once. What
is said on the command line wins over what the source tells.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from service.cards.draw import Drawing, draw
from service.cards.picture.quarantine import admit
from service.cards.shelves import Folder
from service.config import Settings
from service.domain.card import Card, CardSize, Focus, ImageFormat
from service.domain.errors import BadPayload
from service.domain.story import StoryContent
from service.fetching import Fetcher
from service.reading import StoryDraft, read_story

_MODE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWishes:
    """What is wanted. Empty texts are taken from the source, where there is one."""

    source: str = ""
    headline: str = ""
    kicker: str = ""
    byline: str = ""
    site_name: str = ""
    credit: str = ""
    url: str = ""
    language: str = ""
    template: str = "standard"
    photo: Path | None = None
    portrait: Path | None = None
    focus: Focus | None = None
    details: tuple[tuple[str, str], ...] = ()


def make_card(
    wishes: CardWishes,
    out: Path,
    *,
    size: CardSize,
    image_format: ImageFormat | None,
    settings: Settings,
) -> Drawing:
    """Draw one card into the file `out`; raises BadPayload with one sentence.

    Without a format the file's ending decides.
    """
    chosen = image_format or format_of(out)
    pictures: dict[str, bytes] = {}
    card = _card(wishes, _draft(wishes, settings), pictures, settings)
    drawing = draw(card, size, read=pictures.get, image_format=chosen)
    _write(out, drawing.rendition.data)
    return drawing


def focus_from(text: str) -> Focus:
    """Read `x,y`, the shares of width and height from 0 to 1."""
    try:
        x, y = (float(share) for share in text.split(","))
    except ValueError:
        x = y = -1.0
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise BadPayload(f"the focus {text} is not x,y from 0 to 1: write for example 0.5,0.3")
    return Focus(x, y)


def format_of(path: Path) -> ImageFormat:
    ending = path.suffix.removeprefix(".").lower().replace("jpeg", "jpg")
    try:
        return ImageFormat(ending)
    except ValueError as error:
        known = ", ".join(f".{known.value}" for known in ImageFormat)
        raise BadPayload(
            f"{path} tells no format: end it with one of {known}, or say --format"
        ) from error


def details_from(pairs: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read the template's own fields, each `name=value`."""
    details: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadPayload(
                f"--field {pair} is not NAME=VALUE: write for example --field role=..."
            )
        if name.strip() in details:
            raise BadPayload(f"--field {name.strip()} is given twice: say it once.")
        details[name.strip()] = value
    return tuple(sorted(details.items()))


def _draft(wishes: CardWishes, settings: Settings) -> StoryDraft:
    if wishes.source:
        return read_story(
            wishes.source, fetcher=Fetcher(allow_private=settings.allow_private_hosts)
        )
    if not wishes.headline:
        raise BadPayload("a card needs words: say --headline, or --from a story")
    return StoryDraft(StoryContent(headline=wishes.headline, url=wishes.url))


def _card(
    wishes: CardWishes, draft: StoryDraft, pictures: dict[str, bytes], settings: Settings
) -> Card:
    photo = "" if wishes.photo else _own(draft, pictures)
    own = draft.content.card(photo=photo, site_name=settings.site_name)
    return replace(
        own,
        headline=wishes.headline or own.headline,
        kicker=wishes.kicker or own.kicker,
        byline=wishes.byline or own.byline,
        site_name=wishes.site_name or own.site_name,
        credit=wishes.credit or own.credit,
        url=wishes.url or own.url,
        language=wishes.language or own.language,
        template=wishes.template,
        photo=_read(wishes.photo, pictures) if wishes.photo else photo,
        portrait=_read(wishes.portrait, pictures) if wishes.portrait else "",
        focus=wishes.focus,
        details=wishes.details,
    )


def _read(path: Path, pictures: dict[str, bytes]) -> str:
    try:
        return _kept(path.read_bytes(), pictures)
    except OSError as error:
        raise BadPayload(f"{path} cannot be read ({error.strerror})") from error
    except BadPayload as problem:
        raise BadPayload(f"{path} cannot be used: {problem}") from problem


def _own(draft: StoryDraft, pictures: dict[str, bytes]) -> str:
    try:
        return _kept(draft.photo, pictures) if draft.photo else ""
    except BadPayload as problem:
        raise BadPayload(f"the story's picture cannot be used, say --photo: {problem}") from problem


def _kept(data: bytes, pictures: dict[str, bytes]) -> str:
    digest = hashlib.sha256(data).hexdigest()
    # As photos come into the store: what is tried here is what will be published.
    pictures[digest] = admit(data)
    return digest


def _write(out: Path, data: bytes) -> None:
    try:
        Folder(out.parent).write(out.name, data)
        out.chmod(_MODE)
    except OSError as error:
        raise BadPayload(f"{out} cannot be written ({error.strerror})") from error
