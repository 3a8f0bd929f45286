"""Every template, in every size, with every awkward story: as it was when somebody looked at it."""

from dataclasses import replace

import pytest
from PIL import Image

from service.cards.awkward import awkward_stories
from service.cards.template.catalogue import names
from service.domain.card import CardSize
from tests.cards.golden import difference, kept_lines, make_sheet

# Rounding differs a little between processors; a moved line or another colour is far above these.
_MEAN = 1.5
_WORST_BLOCK = 24.0

_SHEETS = [
    pytest.param(name, size, id=f"{name}-{size.key}") for name in names() for size in CardSize
]


@pytest.mark.parametrize(("name", "size"), _SHEETS)
def test_every_card_keeps_its_promises_and_is_as_it_was_when_looked_at(name, size):
    sheet = make_sheet(name, size)

    looked_at = Image.open(sheet.file).convert("RGB")

    drawn = replace(sheet, image=sheet.as_kept())
    kept = replace(sheet, image=looked_at)
    assert looked_at.size == sheet.image.size
    for index, story in enumerate(awkward_stories()):
        mean, worst = difference(drawn.cell(index), kept.cell(index))
        assert mean <= _MEAN, f"{story.name}: {mean:.1f} from the golden picture on average"
        assert worst <= _WORST_BLOCK, f"{story.name}: {worst:.0f} from it in one place"
    assert sheet.lines == kept_lines(name)[size.key]
    broken = {story: findings for story, findings in sheet.findings.items() if findings}
    assert broken == {}, "a promise of the template is broken"


def test_a_moved_line_is_noticed():
    sheet = make_sheet("standard", CardSize.OG)
    cell = sheet.cell(0)
    moved = cell.copy()
    moved.paste(cell.crop((0, 48, 160, 80)), (0, 45))

    mean, worst = difference(cell, moved)

    assert mean > _MEAN or worst > _WORST_BLOCK
