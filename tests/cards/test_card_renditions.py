"""The store: what was drawn once is found again, by any process."""

import os
from dataclasses import replace

import pytest

from service.cards.draw import draw
from service.cards.renditions import RenditionStore
from service.domain.card import Card, CardSize, ImageFormat
from service.domain.errors import BadPayload
from tests.cards.pictures import SAMPLE_PHOTO, claiming_png

_CARD = Card(headline="Ferry strike ends", kicker="Transport", site_name="The Harbour Post")


@pytest.fixture
def store(tmp_path):
    return RenditionStore(tmp_path)


@pytest.fixture
def drawings(monkeypatch):
    """Count how often a card is really drawn."""
    seen = []

    def counted(card, size, **rest):
        seen.append((card.headline, size))
        return draw(card, size, **rest)

    monkeypatch.setattr("service.cards.renditions.draw", counted)
    return seen


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_card_is_drawn_once_and_then_read(store, tmp_path, drawings):
    first = store.rendition(_CARD, CardSize.OG)
    again = RenditionStore(tmp_path).rendition(_CARD, CardSize.OG)

    assert first == again
    assert len(drawings) == 1


def test_sizes_formats_and_limits_are_kept_apart(store, drawings):
    store.rendition(_CARD, CardSize.OG)
    store.rendition(_CARD, CardSize.PIN)
    store.rendition(_CARD, CardSize.OG, ImageFormat.PNG)
    store.rendition(_CARD, CardSize.OG, max_bytes=100_000)

    assert len(drawings) == 4


def test_a_card_can_be_drawn_by_a_process_that_knows_only_its_digest(store, tmp_path):
    photo = store.put_photo(SAMPLE_PHOTO.read_bytes())
    digest = store.put_card(replace(_CARD, photo=photo))

    other = RenditionStore(tmp_path)
    found = other.card(digest)

    assert found == replace(_CARD, photo=photo)
    assert other.photo(photo) == SAMPLE_PHOTO.read_bytes()


def test_keeping_the_same_twice_changes_nothing(store, tmp_path):
    store.put_photo(SAMPLE_PHOTO.read_bytes())
    store.put_card(_CARD)
    before = [(path, path.stat().st_mtime_ns) for path in _files(tmp_path)]

    store.put_photo(SAMPLE_PHOTO.read_bytes())
    store.put_card(_CARD)

    assert [(path, path.stat().st_mtime_ns) for path in _files(tmp_path)] == before


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(claiming_png(12_000, 12_000), id="bomb"),
        pytest.param(SAMPLE_PHOTO.read_bytes()[:50_000], id="cut off"),
        pytest.param(b"<svg/>", id="not a photo"),
    ],
)
def test_a_photo_that_cannot_be_drawn_is_not_kept(store, tmp_path, data):
    with pytest.raises(BadPayload):
        store.put_photo(data)

    assert _files(tmp_path) == []


@pytest.mark.parametrize("digest", ["", "0" * 32, "../../etc/passwd", "0" * 31 + "/", "A" * 32])
def test_what_was_never_kept_is_not_found(store, digest):
    assert store.card(digest) is None
    assert store.photo(digest) is None


def test_a_lost_photo_costs_the_photo_and_comes_back_with_it(store):
    data = SAMPLE_PHOTO.read_bytes()
    photo = store.put_photo(data)
    card = replace(_CARD, photo=photo)
    with_photo = store.rendition(card, CardSize.OG)
    other = RenditionStore(store._shelf._root / "elsewhere")

    without = other.rendition(card, CardSize.OG)
    other.put_photo(data)

    assert without.data != with_photo.data
    assert other.rendition(card, CardSize.OG).data == with_photo.data


def test_a_full_disk_leaves_no_half_written_file(store, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        store.put_card(_CARD)

    assert _files(tmp_path) == []


def test_a_kept_card_that_was_damaged_is_as_good_as_gone(store, tmp_path):
    digest = store.put_card(_CARD)
    _files(tmp_path)[0].write_text('{"headline": 1')

    assert store.card(digest) is None
