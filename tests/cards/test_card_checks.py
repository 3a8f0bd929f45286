"""What a template promises is measured on the finished card."""

import hashlib
from dataclasses import replace

import msgspec
import pytest

from service.cards.checks import check_card
from service.cards.draw import nothing
from service.cards.painting.canvas import forget_layers
from service.cards.template.catalogue import load_template, template_for
from service.domain.card import Card, CardSize
from tests.cards.pictures import plain

_WHITE = plain((1600, 1000), "white")
_CARD = Card(
    headline="Council votes to reopen the old library",
    byline="By Lena Hoff",
    language="en",
    photo=hashlib.sha256(_WHITE).hexdigest(),
)
_GREY = """\
label: Grey
ground: paper
colours: {paper: "#FFFFFF", ink: "INK"}
fonts: {text: NotoSans-Bold}
layers:
  - kind: stack
    anchor: top
    items:
      - {kind: text, field: headline, font: text, colour: ink, size: [20, 40], lines: 4}
"""


@pytest.fixture(autouse=True)
def _as_just_started():
    forget_layers()
    yield
    forget_layers()


def test_text_that_cannot_be_read_is_found(monkeypatch):
    monkeypatch.setattr("service.cards.painting.scrim._DARKEST", 0.0)

    found = check_card(_CARD, CardSize.OG, read={_CARD.photo: _WHITE}.get)

    assert {finding.promise for finding in found} == {"contrast"}
    assert {"headline", "byline"} <= {finding.field for finding in found}


@pytest.mark.parametrize(
    ("ink", "fields"),
    [
        pytest.param("#7A7A7A", {"headline"}, id="4.3 to 1"),
        pytest.param("#757575", set(), id="4.6 to 1"),
    ],
)
def test_a_contrast_that_is_a_little_too_weak_is_found(monkeypatch, tmp_path, ink, fields):
    path = tmp_path / "grey.yaml"
    path.write_text(_GREY.replace("INK", ink), encoding="utf-8")
    monkeypatch.setattr("service.cards.checks.template_of", lambda _: load_template(path))

    found = check_card(Card(headline="Ferry strike ends"), CardSize.OG, read=nothing)

    assert {finding.field for finding in found} == fields


def test_text_that_a_square_crop_would_cut_is_found():
    composition = template_for("standard", has_photo=True).composition(CardSize.OG)
    promised = msgspec.structs.replace(
        composition, checks=msgspec.structs.replace(composition.checks, centre=("headline",))
    )
    template = template_for("standard", has_photo=True)
    template._composed[CardSize.OG, False] = promised

    try:
        found = check_card(_CARD, CardSize.OG, read={_CARD.photo: _WHITE}.get)
        square = check_card(_CARD, CardSize.SQUARE, read={_CARD.photo: _WHITE}.get)
    finally:
        template._composed[CardSize.OG, False] = composition

    assert {finding.promise for finding in found} == {"centre"}
    assert square == []


def test_a_good_card_has_no_findings():
    card = replace(_CARD, photo="")

    assert [check_card(card, size, read=lambda _digest: None) for size in CardSize] == [[]] * 6
