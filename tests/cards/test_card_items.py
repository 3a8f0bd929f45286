"""Items of a template: headings, points, and what a template is made around."""

import colorsys
from dataclasses import replace

import pytest

from service.cards.draw import is_bare, nothing, paint_card
from service.cards.layout.arrange import arrange
from service.cards.layout.dress import contrast, legible, readable_on
from service.cards.layout.places import Arrangement, PlacedFill, PlacedQr
from service.cards.template.catalogue import check, load_template
from service.domain.card import Card, CardSize
from service.domain.errors import Misconfigured

_TEMPLATE = """\
label: Points
needs: point
ground: paper
colours: {paper: "#FBFAF7", ink: "#16181D", accent: "#0B6E63"}
fonts: {text: NotoSans-Bold}
fields:
  point: {label: Point, source: kicker}
styles:
  plain: {kind: text, font: text, colour: ink, size: [20, 40], lines: 4}
layers:
  - kind: stack
    anchor: top
    items:
      - {style: plain, label: correction, only_with: point}
      - {style: plain, field: point, bullet: accent}
      - {style: plain, field: headline, at: {bare: {bullet: accent}}}
"""
_CARD = Card(
    headline="Tide",
    kicker="Harbour",
    language="en",
    details=(("point", "The quay is closed until the crane that fell on it has been lifted off."),),
)

_BELOW = ("headline", "credit", "byline")


def test_a_heading_is_not_shown_above_nothing(tmp_path):
    with_point = _laid(tmp_path, _CARD)
    without = _laid(tmp_path, replace(_CARD, kicker="", details=()))

    assert with_point.lines[0].line.text == "Correction"
    assert [line.line.text for line in without.lines] == ["Tide"]


def test_a_heading_is_not_shown_above_what_stands_in_for_its_text(tmp_path):
    laid = _laid(tmp_path, replace(_CARD, details=()))

    assert [line.line.text for line in laid.lines] == ["Harbour", "Tide"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_line_of_a_point_stands_back_from_its_square(tmp_path, language):
    headline = "Tide" if language == "en" else "المد"

    laid = _laid(tmp_path, replace(_CARD, headline=headline, language=language))

    (square,) = [shape for shape in laid.shapes if isinstance(shape, PlacedFill)]
    lines = [line.box for line in laid.lines if line.field == "point"]
    assert len(lines) > 1
    if language == "en":
        assert min(line.left for line in lines) > square.box.right
    else:
        assert max(line.right for line in lines) < square.box.left
    assert lines[0].top < square.box.top < square.box.bottom < lines[0].bottom


def test_a_template_can_be_made_around_a_field_of_its_own(tmp_path):
    template = _loaded(tmp_path)

    assert not is_bare(_CARD, template)
    assert is_bare(replace(_CARD, details=(("point", ""),)), template)


def test_stacks_whose_frames_overlap_keep_out_of_each_other(tmp_path):
    text = (
        _TEMPLATE
        + """\
  - {kind: stack, anchor: bottom, items: [{style: plain, field: byline}]}
  - kind: stack
    anchor: top
    gap: 30
    frame: {end: 70%}
    items: [{style: plain, field: credit, size: [12, 90], lines: 12}]
"""
    )
    card = replace(_CARD, byline="Mara Lindqvist", credit="Photo by the harbour office " * 6)

    laid = _laid(tmp_path, card, text)

    boxes = {field: [ln.box for ln in laid.lines if ln.field == field] for field in _BELOW}
    above, between, below = (boxes[field] for field in _BELOW)
    assert max(box.bottom for box in above) + 20 < min(box.top for box in between)
    assert max(box.bottom for box in between) + 20 < min(box.top for box in below)


def test_stacks_beside_each_other_both_begin_at_the_top(tmp_path):
    text = (
        _TEMPLATE.replace("anchor: top", "anchor: top\n    frame: {end: 50%}")
        + """\
  - kind: stack
    anchor: top
    frame: {start: 50%}
    items: [{style: plain, field: byline}]
"""
    )

    laid = _laid(tmp_path, replace(_CARD, byline="Correction"), text)

    tops = {line.line.text: line.baseline for line in laid.lines}
    assert len([line for line in laid.lines if line.baseline == tops["Correction"]]) == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_text_beside_a_chip_stands_on_its_line_and_after_it(tmp_path, language):
    text = _TEMPLATE.replace(
        "{style: plain, label: correction, only_with: point}",
        "{style: plain, kind: chip, lines: 1, label: correction, ground: accent, "
        "beside: {field: byline, font: text, colour: ink, size: [12, 30]}}",
    )

    headline = "Tide" if language == "en" else "المد"
    card = replace(_CARD, headline=headline, language=language, byline="Mara Lindqvist")

    laid = _laid(tmp_path, card, text)

    chip = next(shape.box for shape in laid.shapes if isinstance(shape, PlacedFill))
    (beside,) = [line for line in laid.lines if line.field == "byline"]
    (badge,) = [line for line in laid.lines if line.field == "correction"]
    assert beside.baseline == badge.baseline
    assert beside.reach == beside.box
    if language == "en":
        assert beside.box.left > chip.right
    else:
        assert beside.box.right < chip.left


def test_what_a_template_is_made_around_must_be_there(tmp_path):
    wrong = _TEMPLATE.replace("needs: point", "needs: pont")

    with pytest.raises(Misconfigured, match="needs: choose one of photo, portrait, point"):
        check(_loaded(tmp_path, wrong))


@pytest.mark.parametrize(
    ("accent", "named", "ink"),
    [
        pytest.param("#0B6E63", "on accent", (255, 255, 255), id="white on a dark accent"),
        pytest.param("#FFD400", "on accent", (22, 24, 29), id="black on a bright accent"),
        pytest.param("#0B6E63", "accent on paper", (11, 110, 99), id="a dark accent on paper"),
        pytest.param("#FFD400", "accent on paper", (134, 111, 0), id="a bright accent, darker"),
        pytest.param("#0B6E63", "accent on ink", (15, 145, 131), id="a dark accent, lighter"),
        pytest.param("#000000", "accent on ink", (134, 134, 134), id="a black accent, as grey"),
    ],
)
def test_a_text_can_be_read_whatever_accent_a_brand_has(tmp_path, accent, named, ink):
    text = _TEMPLATE.replace("#0B6E63", accent).replace("colour: ink", f"colour: {named}")

    laid = arrange(_CARD, _loaded(tmp_path, text).composition(CardSize.OG))

    assert {line.colour for line in laid.lines} == {ink}


@pytest.mark.parametrize("ground", [(251, 250, 247), (22, 24, 29), (128, 128, 128)])
@pytest.mark.parametrize("accent", [(255, 212, 0), (10, 30, 120), (227, 27, 35), (128, 128, 128)])
def test_a_colour_that_is_made_readable_keeps_its_hue(accent, ground):
    made = legible(accent, ground)

    assert contrast(made, ground) >= min(4.5, contrast(readable_on(ground), ground))
    if made not in {(22, 24, 29), (255, 255, 255)}:
        hues = [colorsys.rgb_to_hls(*(channel / 255 for channel in c))[0] for c in (accent, made)]
        assert hues[0] == pytest.approx(hues[1], abs=0.02)


def test_both_colours_of_a_pair_must_be_there(tmp_path):
    wrong = _TEMPLATE.replace("colour: ink", "colour: ink on papr")

    with pytest.raises(Misconfigured, match="there is no colour 'papr'"):
        check(_loaded(tmp_path, wrong))


@pytest.mark.parametrize("figure", ["40", "12 fjj", "120 ệ", "१२ क्ष्ट्र", "(4,5)"])
def test_a_figure_fills_its_room_and_no_more(tmp_path, figure):
    text = _TEMPLATE.replace("anchor: top", "anchor: top\n    frame: {height: 240, top: 100}")
    text = text.replace("size: [20, 40], lines: 4", "size: [20, 600], tight: true")

    laid = arrange(
        Card(headline=figure, language="en"), _loaded(tmp_path, text).composition(CardSize.OG)
    )

    (line,) = laid.lines
    assert line.box.top == pytest.approx(100, abs=1)
    assert 300 < line.box.bottom <= 341


@pytest.mark.parametrize("mark", ["“", "«", "「", "„"])
def test_a_single_mark_takes_no_more_height_than_its_ink(tmp_path, mark):
    text = _TEMPLATE.replace("size: [20, 40], lines: 4", "size: [20, 200], tight: true")
    text += "      - {style: plain, field: byline, size: [20, 40], tight: false}\n"
    card = Card(headline=mark, byline="Hm", language="en")

    above, below = arrange(card, _loaded(tmp_path, text).composition(CardSize.OG)).lines

    assert above.box.top == pytest.approx(56, abs=1)
    assert above.box.bottom == pytest.approx(below.box.top, abs=2)
    assert above.box.height < 0.6 * above.size or mark == "「"


def _loaded(folder, text=_TEMPLATE):
    path = folder / "points.yaml"
    path.write_text(text, "utf-8")
    return load_template(path)


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        pytest.param("https://example.com/harbour", 1, id="ordinary"),
        pytest.param("", 0, id="none"),
        pytest.param("https://example.com/" + "a" * 500, 0, id="long"),
        pytest.param("https://example.com/" + "港" * 2000, 0, id="more than any code holds"),
    ],
)
def test_an_address_that_no_camera_could_read_gets_no_code(tmp_path, address, codes):
    with_code = _TEMPLATE + "      - {kind: qr, colour: ink, ground: paper}\n"
    path = tmp_path / "coded.yaml"
    path.write_text(with_code, encoding="utf-8")
    card = replace(_CARD, url=address)

    sketch = paint_card(card, CardSize.OG, template=load_template(path), read=nothing)

    assert sum(isinstance(shape, PlacedQr) for shape in sketch.arrangement.shapes) == codes


def _laid(folder, card: Card, text: str = _TEMPLATE) -> Arrangement:
    template = _loaded(folder, text)
    return arrange(card, template.composition(CardSize.OG, is_bare=is_bare(card, template)))
