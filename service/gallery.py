"""The gallery: every template in every size with every awkward story, on one page.

For designers, before a template is used, and for us, before a change of the drawing is kept. What a
card breaks of its template's promises stands beneath it.
"""

import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from PIL import Image

from service.cards.awkward import AwkwardStory, awkward_stories
from service.cards.checks import Finding, check_card
from service.cards.draw import draw
from service.cards.template.catalogue import CardTemplate, template_for
from service.domain.card import Card, CardSize
from service.domain.errors import BadPayload

Tell = Callable[[str], None]

# Wide enough to read a byline, small enough for two thousand pictures on one page.
_WIDTH = 400
_QUALITY = 78
_PAGE = "index.html"
_TITLE = "<title>Card gallery</title>"
_ASSETS = Path(__file__).resolve().parents[1] / "assets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the gallery shows."""

    templates: Sequence[str]
    sizes: Sequence[CardSize] = tuple(CardSize)
    stories: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One card of the gallery."""

    template: str
    size: CardSize
    story: AwkwardStory
    file: str
    weight: int
    missing: str
    is_shortened: bool
    findings: tuple[Finding, ...]


def write_gallery(folder: Path, choice: Choice, *, tell: Tell) -> list[Exhibit]:
    """Draw all that is chosen and write the page into `folder`; returns what is on it.

    Raises BadPayload for a folder that holds anything but a gallery.
    """
    _check_place(folder)
    stories = _chosen(choice.stories)
    exhibits: list[Exhibit] = []
    for name in choice.templates:
        template = template_for(name, has_photo=True)
        shown = [
            _exhibit(folder, template, size, story) for size in choice.sizes for story in stories
        ]
        faulty = sum(bool(exhibit.findings) for exhibit in shown)
        tell(f"{name}: {len(shown)} cards, {faulty} with findings")
        exhibits += shown
    page = (
        _environment()
        .get_template("gallery/index.html.jinja")
        .render(
            exhibits=exhibits,
            templates=choice.templates,
            sizes=[size.key for size in choice.sizes],
            stories=stories,
        )
    )
    (folder / _PAGE).write_text(page, encoding="utf-8")
    return exhibits


def story_card(story: AwkwardStory, template: CardTemplate) -> Card:
    """Return an awkward story as a card of `template`."""
    longest = {name: spec.longest for name, spec in template.fields.items()}
    return story.card(template.name, fields=longest)


def _check_place(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
    if not folder.is_dir():
        raise BadPayload(f"{folder} is a file: name a folder for the gallery")
    page = folder / _PAGE
    is_gallery = page.is_file() and _TITLE in page.read_text("utf-8", errors="replace")
    if any(folder.iterdir()) and not is_gallery:
        raise BadPayload(f"{folder} holds other files: name an empty folder for the gallery")


def _chosen(names: Sequence[str]) -> list[AwkwardStory]:
    known = {story.name: story for story in awkward_stories()}
    for name in names:
        if name not in known:
            raise BadPayload(f"There is no story {name!r}: choose among {', '.join(known)}.")
    return [known[name] for name in names or known]


def _exhibit(folder: Path, template: CardTemplate, size: CardSize, story: AwkwardStory) -> Exhibit:
    card = story_card(story, template)
    drawing = draw(card, size, read=story.pictures.get)
    file = folder / template.name / size.key / f"{story.name}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(drawing.rendition.data))
    picture.thumbnail((_WIDTH, _WIDTH * 2))
    picture.save(file, quality=_QUALITY)
    return Exhibit(
        template=template.name,
        size=size,
        story=story,
        file=html.escape(file.relative_to(folder).as_posix()),
        weight=len(drawing.rendition.data),
        missing=drawing.missing_points,
        is_shortened=drawing.is_shortened,
        findings=tuple(check_card(card, size, read=story.pictures.get)),
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
    )
