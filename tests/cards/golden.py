"""Golden pictures: one sheet for each template and size, with a cell for every awkward story.

Run `python -m tests.cards.golden` after the drawing was changed on purpose, look at the sheets
(`kindly card gallery` shows the same cards larger) and commit what is right. Beside them stand
the lines of text of every card, because a small picture does not show where a line breaks.
"""

import hashlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from service.cards.awkward import awkward_stories
from service.cards.checks import Finding, check_card
from service.cards.draw import paint_card, template_of
from service.cards.template.catalogue import names, template_for
from service.domain.card import CardSize
from service.gallery import story_card

FOLDER = Path(__file__).parent / "golden"
COLUMNS = 6
_QUALITY = 45
# A cell's longer side, in pixels.
_CELL = 160


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cards of one template in one size, small, and the lines on each of them."""

    template: str
    size: CardSize
    image: Image.Image
    lines: dict[str, list[str]]
    findings: dict[str, list[Finding]]

    @property
    def file(self) -> Path:
        return FOLDER / self.template / f"{self.size.key}.webp"

    def cell(self, index: int) -> Image.Image:
        return self.image.crop(_box(index, self.size))

    def as_kept(self) -> Image.Image:
        """The sheet as it comes out of its file, so that both sides have lost the same."""
        return Image.open(io.BytesIO(self._encoded())).convert("RGB")

    def keep(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(self._encoded())

    def _encoded(self) -> bytes:
        buffer = io.BytesIO()
        self.image.save(buffer, "WEBP", quality=_QUALITY, method=4)
        return buffer.getvalue()


def make_sheet(name: str, size: CardSize) -> Sheet:
    """Draw every awkward story with one template in one size."""
    stories = awkward_stories()
    wide, high = _extent(size)
    rows = -(-len(stories) // COLUMNS)
    image = Image.new("RGB", (wide * COLUMNS, high * rows), "#888888")
    lines, findings = {}, {}
    for index, story in enumerate(stories):
        card = story_card(story, template_for(name, has_photo=True))
        sketch = paint_card(card, size, template=template_of(card), read=story.pictures.get)
        cell = sketch.image.resize((wide, high), Image.Resampling.BOX)
        image.paste(cell, _box(index, size)[:2])
        lines[story.name] = [line.line.text for line in sketch.arrangement.lines]
        findings[story.name] = check_card(card, size, read=story.pictures.get)
    return Sheet(name, size, image, lines, findings)


def kept_lines(name: str) -> dict[str, dict[str, list[str]]]:
    """Return the lines that were looked at: by size, then by story."""
    whole = json.loads((FOLDER / name / "lines.json").read_text("utf-8"))
    assert isinstance(whole, dict)
    return whole


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return how far two cells are apart: on average, and in their worst block (0 to 255)."""
    apart = ImageChops.difference(one, other).convert("L")
    blocks = apart.reduce(8)
    return ImageStat.Stat(apart).mean[0], float(max(blocks.tobytes()))


def main(wanted: list[str]) -> None:
    for name in wanted or names():
        sheets = [make_sheet(name, size) for size in CardSize]
        for sheet in sheets:
            sheet.keep()
        lines = {sheet.size.key: sheet.lines for sheet in sheets}
        text = json.dumps(lines, ensure_ascii=False, indent=1)
        (FOLDER / name / "lines.json").write_text(text + "\n", encoding="utf-8")
        weight = sum(sheet.file.stat().st_size for sheet in sheets)
        told = hashlib.sha256(text.encode()).hexdigest()[:8]
        sys.stdout.write(f"{name}: {len(sheets)} sheets, {weight // 1000} kB, lines {told}\n")


def _extent(size: CardSize) -> tuple[int, int]:
    scale = _CELL / max(size.width, size.height)
    return round(size.width * scale), round(size.height * scale)


def _box(index: int, size: CardSize) -> tuple[int, int, int, int]:
    wide, high = _extent(size)
    row, column = divmod(index, COLUMNS)
    return column * wide, row * high, (column + 1) * wide, (row + 1) * high


if __name__ == "__main__":
    main(sys.argv[1:])
