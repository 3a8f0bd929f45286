"""What is kept in memory between two cards: within its bytes, and never in the wrong card."""

import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from service.cards.draw import Sketch, paint_card
from service.cards.layout.places import Box
from service.cards.painting.canvas import forget_layers
from service.cards.painting.layers import LayerCache
from service.cards.template.catalogue import load_template
from service.domain.card import Card, CardSize, Focus
from tests.cards.pictures import encoded, noise

_PLAIN = """\
label: Plain
ground: paper
safe: {top: 60, bottom: 60, start: 200, end: 40}
colours: {paper: "#FBFAF7", ink: "#16181D"}
fonts: {text: NotoSans-Bold}
layers:
  - kind: stack
    anchor: top
    items:
      - {kind: text, field: headline, font: text, colour: ink, size: [20, 40], lines: 4}
"""
_WITH_PICTURES = _PLAIN.replace(
    "layers:\n",
    "layers:\n"
    "  - {kind: photo, frame: {height: 50%}}\n"
    "  - {kind: photo, picture: portrait, frame: {bottom: 0, end: 0, width: 300, height: 300}}\n",
)
_BYTES_A_PICTURE = 100 * 100 * 4


def _photo(seed: int) -> bytes:
    small = noise((30, 20)).rotate(random.Random(seed).randint(1, 359))
    return encoded(small.resize((1800, 1200), Image.Resampling.BICUBIC))


_PHOTOS = {sha256(data).hexdigest(): data for data in map(_photo, range(2))}
_ONE, _OTHER = _PHOTOS
_CARD = Card(headline="Ferry strike ends", photo=_ONE, portrait=_ONE, focus=Focus(0.2, 0.5))


@pytest.fixture(autouse=True)
def _forgetful():
    forget_layers()
    yield
    forget_layers()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(_CARD, photo=_OTHER), id="photo"),
        pytest.param(replace(_CARD, portrait=_OTHER), id="portrait"),
        pytest.param(replace(_CARD, focus=Focus(0.5, 0.95)), id="focus"),
        pytest.param(replace(_CARD, focus=None), id="no focus"),
    ],
)
def test_a_card_shows_nothing_of_the_one_before_it(tmp_path, other):
    alone = _painted(tmp_path, _WITH_PICTURES, other)
    forget_layers()

    before = _painted(tmp_path, _WITH_PICTURES, _CARD)
    after = _painted(tmp_path, _WITH_PICTURES, other)

    assert ImageChops.difference(before, after).getbbox()
    assert after.tobytes() == alone.tobytes()


def test_a_card_without_any_shape_has_its_own_ground_and_size(tmp_path):
    _painted(tmp_path, _PLAIN, _CARD)

    dark = _painted(tmp_path, _PLAIN.replace("#FBFAF7", "#123264"), _CARD)
    tall = _painted(tmp_path, _PLAIN, _CARD, CardSize.STORY)

    assert dark.getpixel((5, 5)) == (0x12, 0x32, 0x64)
    assert tall.size == (1080, 1920)


@pytest.mark.parametrize(
    ("headline", "safe"),
    [
        pytest.param("Ferry strike ends", Box(200, 60, 1160, 570), id="English"),
        pytest.param("ميناء جديد", Box(40, 60, 1000, 570), id="Arabic"),
    ],
)
def test_the_safe_area_lies_on_the_side_where_reading_starts(tmp_path, headline, safe):
    arrangement = _sketch(tmp_path, _PLAIN, Card(headline=headline), CardSize.OG).arrangement

    assert arrangement.safe == safe


def test_the_memory_for_layers_is_bounded_by_bytes():
    cache = LayerCache(3 * _BYTES_A_PICTURE)

    for key in range(50):
        cache.get(key, _picture)

    assert len(_known(cache, range(50))) == 3


def test_what_was_wanted_last_stays():
    cache = LayerCache(2 * _BYTES_A_PICTURE)

    for key in ("often", "once", "often", "new"):
        cache.get(key, _picture)

    assert _known(cache, ("often", "once", "new")) == ["often", "new"]


def test_one_layer_is_kept_however_large_it_is():
    cache = LayerCache(1)

    cache.get("small", _picture)
    cache.get("large", _picture)

    assert _known(cache, ("small", "large")) == ["large"]


def test_what_is_forgotten_makes_room():
    cache = LayerCache(2 * _BYTES_A_PICTURE)
    for key in range(2):
        cache.get(key, _picture)

    cache.clear()
    for key in range(2):
        cache.get(key, _picture)

    assert _known(cache, range(2)) == [0, 1]


def _picture() -> Image.Image:
    return Image.new("RGB", (100, 100))


def _known(cache, keys):
    return [key for key in keys if cache.find(lambda kept, _, wanted=key: kept == wanted)]


def _painted(folder: Path, text: str, card: Card, size: CardSize = CardSize.OG) -> Image.Image:
    return _sketch(folder, text, card, size).image


def _sketch(folder: Path, text: str, card: Card, size: CardSize) -> Sketch:
    path = folder / "plain.yaml"
    path.write_text(text, encoding="utf-8")
    return paint_card(card, size, template=load_template(path), read=_PHOTOS.get)
