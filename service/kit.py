"""The share kit: everything that one story needs to be shared, written into a folder.

The main job without a server. The kit is made in a hidden folder and moved to its place when it is
whole, so that a failure leaves nothing behind. A folder that holds anything else is never touched.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from service import clock
from service.cards.alt import alt_text
from service.cards.draw import draw
from service.cards.picture.quarantine import admit
from service.config import Settings
from service.domain.card import Card, CardSize, Rendition
from service.domain.errors import BadPayload
from service.domain.post import Picture
from service.domain.share import ShareLink, SharePage
from service.domain.story import StoryContent
from service.domain.words import compose, count_text
from service.fetching import Fetcher
from service.platforms.facts import limits_of
from service.reading import StoryDraft, read_story
from service.share.buttons import share_bar
from service.share.links import share_links
from service.share.metadata import head_html

SIZES = {
    CardSize.OG: "Link preview",
    CardSize.SQUARE: "Square",
    CardSize.STORY: "Story",
    CardSize.PIN: "Pin",
}
PLATFORMS = (
    "x",
    "bluesky",
    "mastodon",
    "threads",
    "telegram",
    "whatsapp",
    "facebook",
    "linkedin",
)
CONTENTS = frozenset(
    {"buttons.html", "cards", "head.html", "index.html", "links.json", "posts.json"}
)
_ASSETS = Path(__file__).parent.parent / "assets"
_NO_ADDRESS = "https://www.example.com"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the source may not tell, said by whoever asks for the kit."""

    site_name: str = ""
    url: str = ""
    photo: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KitPost:
    """The words for one platform, and how much of its measure they use."""

    kind: str
    label: str
    text: str
    count: int
    limit: int
    unit: str
    alt: str
    link: str


def make_kit(source: str, out: Path, *, wishes: Wishes, settings: Settings, tell: Tell) -> Path:
    """Write the kit of the story at `source` into `out`; returns the page that shows all of it.

    Raises BadPayload with one sentence when the source or the place cannot be used.
    """
    _check_place(out)
    tell(f"reading {source}")
    draft = read_story(source, fetcher=Fetcher(allow_private=settings.allow_private_hosts))
    content = _as_wished(draft, wishes, settings, tell)
    photo = _photo(draft, wishes, tell)
    try:
        with tempfile.TemporaryDirectory(dir=_nearest_folder(out), prefix=".kindly-") as folder:
            _write(Path(folder), content, photo, settings=settings, tell=tell)
            _put_in_place(Path(folder), out)
    except OSError as error:
        raise BadPayload(f"the kit cannot be written to {out} ({error.strerror})") from error
    return out / "index.html"


# -- the story ----------------------------------------------------------------------------------


def _as_wished(draft: StoryDraft, wishes: Wishes, settings: Settings, tell: Tell) -> StoryContent:
    for note in draft.notes:
        tell(f"note: {note}")
    content = replace(
        draft.content,
        site_name=wishes.site_name or draft.content.site_name,
        url=wishes.url or draft.content.url,
    )
    if not content.site_name:
        content = replace(content, site_name=settings.site_name)
        tell(f"note: the site is called {content.site_name} until --site says better")
    if not content.url:
        content = replace(content, url=_stand_in_address(content.headline, settings))
        tell(f"note: links lead to {content.url} until --url says better")
    return content


def _stand_in_address(headline: str, settings: Settings) -> str:
    base = settings.public_address if settings.public_url else _NO_ADDRESS
    words = regex.findall(r"[\p{L}\p{N}]+", headline.casefold())
    return f"{base}/{'-'.join(words)[:80] or 'story'}"


def _photo(draft: StoryDraft, wishes: Wishes, tell: Tell) -> bytes | None:
    """Return the photo to draw: one that somebody named must be good, the story's own may be."""
    if wishes.photo is not None:
        return _named_photo(wishes.photo)
    if draft.photo is None:
        return None
    try:
        return admit(draft.photo)
    except BadPayload as problem:
        tell(f"note: The picture was left out: {problem}")
        return None


def _named_photo(path: Path) -> bytes:
    try:
        return admit(path.read_bytes())
    except OSError as error:
        raise BadPayload(f"{path} cannot be read ({error.strerror})") from error
    except BadPayload as problem:
        raise BadPayload(f"{path} cannot be used: {problem}") from problem


# -- the files ----------------------------------------------------------------------------------


def _write(
    folder: Path, content: StoryContent, photo: bytes | None, *, settings: Settings, tell: Tell
) -> None:
    card = content.card(photo=hashlib.sha256(photo).hexdigest() if photo else "")
    cards = _write_cards(folder, card, photo, tell)
    links = share_links(SharePage(url=content.url, title=content.headline))
    _write_json(folder / "links.json", {link.network: link.address for link in links})
    posts = _posts(content, alt=alt_text(card))
    _write_json(folder / "posts.json", {post.kind: _without_kind(post) for post in posts})
    tell(f"{len(links)} share links, {len(posts)} posts")
    head = _head(content, card, settings)
    bar = share_bar(links, language=content.language or "en")
    (folder / "head.html").write_text(head, encoding="utf-8")
    (folder / "buttons.html").write_text(bar, encoding="utf-8")
    page = _page(content, cards, links, posts, head=head, bar=bar, made_at=clock.now())
    (folder / "index.html").write_text(page, encoding="utf-8")


def _write_cards(
    folder: Path, card: Card, photo: bytes | None, tell: Tell
) -> dict[CardSize, Rendition]:
    (folder / "cards").mkdir()
    pictures = {card.photo: photo} if photo else {}
    drawn = {}
    for size in SIZES:
        rendition = draw(card, size, read=pictures.get).rendition
        (folder / "cards" / f"{size.key}.jpg").write_bytes(rendition.data)
        drawn[size] = rendition
        kilobytes = len(rendition.data) // 1000
        tell(f"card {size.key} {size.width}x{size.height}, {kilobytes} kB")
    return drawn


def _posts(content: StoryContent, *, alt: str) -> list[KitPost]:
    posts = []
    for platform in PLATFORMS:
        facts = limits_of(platform)
        picture = Picture(card_digest="", size=CardSize.OG, alt=alt)
        post = compose(content, facts.limits, picture=picture)
        count = count_text(post.text, facts.limits)
        posts.append(
            KitPost(
                kind=platform,
                label=facts.label,
                text=post.text,
                count=count.used,
                limit=count.limit,
                unit=count.unit.value,
                alt=post.picture.alt if post.picture else "",
                link=post.link,
            )
        )
    return posts


def _without_kind(post: KitPost) -> dict[str, object]:
    document = asdict(post)
    del document["kind"]
    return document


def _head(content: StoryContent, card: Card, settings: Settings) -> str:
    """Metadata as the story's page would carry it.

    The card's address is where the file is meant to be put: the kit itself has no server.
    """
    base = content.url if not settings.public_url else settings.public_address
    card_url = base.rstrip("/") + "/cards/og.jpg"
    return head_html(
        content,
        card_url=card_url,
        card_alt=alt_text(card),
        width=CardSize.OG.width,
        height=CardSize.OG.height,
    )


def _page(
    content: StoryContent,
    cards: dict[CardSize, Rendition],
    links: list[ShareLink],
    posts: list[KitPost],
    *,
    head: str,
    bar: str,
    made_at: datetime,
) -> str:
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
    )
    alt = alt_text(content.card())
    return environment.get_template("kit/index.html.jinja").render(
        story=content,
        cards=[
            {
                "file": f"cards/{size.key}.jpg",
                "label": SIZES[size],
                "width": size.width,
                "height": size.height,
                "bytes": len(rendition.data),
                "alt": alt,
            }
            for size, rendition in cards.items()
        ],
        links=links,
        bar_html=bar,
        posts=[{**asdict(post), "used": post.count} for post in posts],
        head_html=head,
        made_at=made_at,
        version=version("kindly"),
    )


def _write_json(path: Path, document: object) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


# -- the place ----------------------------------------------------------------------------------


def _check_place(out: Path) -> None:
    """Only a folder that is empty or holds a kit and nothing else is written to."""
    if not out.exists():
        return
    if not out.is_dir():
        raise BadPayload(f"{out} is a file: name a folder for the kit")
    found = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    if found and found != CONTENTS:
        raise BadPayload(f"{out} holds other files: name an empty folder for the kit")


def _nearest_folder(out: Path) -> Path:
    """Where files can be made that are then moved into `out` without copying."""
    return next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())


def _put_in_place(folder: Path, out: Path) -> None:
    # File by file: `out` itself may be a mount, or the folder in which somebody's shell stands.
    (out / "cards").mkdir(parents=True, exist_ok=True)
    for path in [*folder.glob("cards/*"), *folder.glob("*.*")]:
        path.replace(out / path.relative_to(folder))
