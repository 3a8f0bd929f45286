"""The store: what was drawn once is found again, by any process."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from service.cards.draw import draw
from service.cards.picture.decode import PhotoFacts, inspect
from service.cards.renditions import RenditionStore, Swept
from service.domain.card import Card, CardSize, ImageFormat
from service.domain.errors import BadPayload
from tests.cards.pictures import SAMPLE_PHOTO, claiming_png, encoded, noise

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


@pytest.mark.parametrize("kind", ["photos", "mezzanines", "brands", "cards"])
def test_no_name_leads_out_of_the_store(tmp_path, kind):
    store = RenditionStore(tmp_path / "store")
    (tmp_path / "store" / kind).mkdir(parents=True)
    for name in ("secret", "secret.json"):
        (tmp_path / name).write_text('{"headline": "secret"}')

    for digest in ("../secret", "../secret" + "0" * 30):
        found = (store.photo(digest), store.drawable(digest), store.part(digest))
        assert (*found, store.card(digest)) == (None,) * 4


def test_a_file_has_its_name_only_when_all_of_it_is_on_the_disk(store, tmp_path, monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.extend(path.name for path in _files(tmp_path)))

    store.put_card(_CARD)

    assert len(seen) == 1
    assert seen[0].startswith(".new-")


def test_a_lost_photo_costs_the_photo_and_comes_back_with_it(store):
    data = encoded(noise((640, 480)))
    card = replace(_CARD, photo=sha256(data).hexdigest())

    without = store.rendition(card, CardSize.OG)
    store.put_photo(data)
    complete = store.rendition(card, CardSize.OG)

    assert (without.is_whole, complete.is_whole) == (False, True)
    assert without.data != complete.data
    assert store.rendition(card, CardSize.OG) == complete


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

    assert RenditionStore(tmp_path).card(digest) is None


def test_a_photo_is_kept_as_it_came_and_ready_to_be_drawn(store):
    data = encoded(noise((3000, 2000)))

    digest = store.put_photo(data)

    assert store.photo(digest) == data
    assert inspect(store.drawable(digest)) == PhotoFacts(2400, 1600, "JPEG")


def test_a_photo_that_was_kept_before_there_were_mezzanines_is_drawn(store, tmp_path):
    data = encoded(noise((640, 480)))
    card = replace(_CARD, photo=store.put_photo(data))
    for path in _files(tmp_path / "mezzanines"):
        path.unlink()

    assert store.rendition(card, CardSize.OG).is_whole


def test_whoever_may_not_draw_still_gets_what_is_drawn(store):
    def forbid():
        raise PermissionError

    with pytest.raises(PermissionError):
        store.rendition(_CARD, CardSize.OG, before_drawing=forbid)
    store.rendition(_CARD, CardSize.OG)

    assert store.rendition(_CARD, CardSize.OG, before_drawing=forbid).data


def test_a_picture_keeps_the_measure_of_its_size(store, tmp_path):
    for size in CardSize:
        assert len(store.rendition(_CARD, size).data) <= size.max_bytes


# -- clearing away ------------------------------------------------------------------------------


def test_sweeping_removes_what_an_older_release_drew_and_nothing_else(store, tmp_path):
    store.put_card(_CARD)
    current = store.rendition(_CARD, CardSize.OG)
    path = next(path for path in _files(tmp_path / "renditions"))
    old = path.with_name(path.name.replace("-standard-", "-older-").replace("-words-", "-older-"))
    old.write_bytes(b"12345")
    others = [found for found in _files(tmp_path) if found != old]

    rehearsed = store.sweep(is_rehearsal=True)
    is_still_there = old.exists()
    swept = store.sweep()

    assert rehearsed == swept == Swept(files=1, size=5)
    assert is_still_there
    assert _files(tmp_path) == others
    assert store.rendition(_CARD, CardSize.OG) == current


def test_sweeping_by_age_costs_nothing_but_time(store, tmp_path):
    first = store.rendition(_CARD, CardSize.OG)
    now = datetime.now(UTC)

    kept = store.sweep(before=now - timedelta(days=1))
    swept = store.sweep(before=now + timedelta(seconds=5))

    assert (kept.files, swept.files) == (0, 1)
    assert _files(tmp_path / "renditions") == []
    assert store.rendition(_CARD, CardSize.OG) == first


def test_sweeping_clears_away_what_a_dead_process_left_half_written(store, tmp_path):
    store.rendition(_CARD, CardSize.OG)
    folder = _files(tmp_path / "renditions")[0].parent
    abandoned, written_now = folder / ".new-1", folder / ".new-2"
    for path in (abandoned, written_now):
        path.write_bytes(b"half")
    os.utime(abandoned, (0, 0))

    store.sweep()

    assert (abandoned.exists(), written_now.exists()) == (False, True)
