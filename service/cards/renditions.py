"""Keeps photos, cards and their finished pictures, so that each picture is drawn once.

A card is kept beside its pictures: any process that is asked for a signed address later can draw
it, without the story. Files are named by their content and never change, so they may be cached
for ever; deleting all renditions loses nothing but time.
"""

import hashlib
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from service.cards.draw import DRAWING, Drawing, draw, template_of
from service.cards.picture.quarantine import admit
from service.cards.shelves import Folder, Shelf
from service.cards.standin import stand_in
from service.cards.template.catalogue import CardTemplate, templates
from service.cards.turns import Turns
from service.domain.card import Card, CardSize, ImageFormat, Rendition

_log = structlog.get_logger()
_HEX = re.compile(r"[0-9a-f]{32,64}", re.ASCII)
_CARD = TypeAdapter(Card)
# A card is asked for with every picture of it, and where pictures are far away so is the card.
_REMEMBERED = 1000
# Drawing takes a tenth of a second: who waits longer than this waits for something else.
_PATIENCE_S = 20.0


def _anybody_may() -> None:
    """Draw for whoever asks."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was, or would be, cleared away."""

    files: int = 0
    size: int = 0


class RenditionStore:
    """All pictures of the house. Safe to use from many threads and processes."""

    def __init__(self, directory: Path, *, shelf: Shelf | None = None) -> None:
        self._shelf = shelf or Folder(directory)
        self._turns = Turns(directory / "turns")
        self._cards: OrderedDict[str, Card] = OrderedDict()
        self._lock = threading.Lock()

    # -- what cards are made of -----------------------------------------------------------------

    def put_photo(self, data: bytes) -> str:
        """Keep a photo and return its SHA-256; raises BadPayload for one that cannot be drawn.

        Kept as it came, and in the form that is quickest to draw.
        """
        digest = hashlib.sha256(data).hexdigest()
        name = _named("mezzanines", digest)
        if self._shelf.read(name) is None:
            ready = admit(data)
            self._shelf.write(_named("photos", digest), data)
            # Last, because it says that both are here.
            self._shelf.write(name, ready)
        return digest

    def photo(self, digest: str) -> bytes | None:
        return self._shelf.read(_named("photos", digest)) if _HEX.fullmatch(digest) else None

    def put_part(self, data: bytes) -> str:
        """Keep a part of a brand (the brand itself, a logo, a font) and return its SHA-256."""
        digest = hashlib.sha256(data).hexdigest()
        name = _named("brands", digest)
        if self._shelf.read(name) is None:
            self._shelf.write(name, data)
        return digest

    def part(self, digest: str) -> bytes | None:
        return self._shelf.read(_named("brands", digest)) if _HEX.fullmatch(digest) else None

    def put_card(self, card: Card) -> str:
        """Keep what a card shows and return its digest. Keeping it twice changes nothing."""
        digest = card.digest
        if self._remembered(digest) is None:
            name = _named("cards", digest, ".json")
            if self._shelf.read(name) is None:
                text = json.dumps(asdict(card), ensure_ascii=False, sort_keys=True, indent=1)
                self._shelf.write(name, text.encode())
            self._remember(digest, card)
        return digest

    def card(self, digest: str) -> Card | None:
        """Return the card of a digest, or None when it was never kept here."""
        if not _HEX.fullmatch(digest):
            return None
        known = self._remembered(digest)
        data = None if known else self._shelf.read(_named("cards", digest, ".json"))
        if data is None:
            return known
        try:
            card = _CARD.validate_json(data)
        except ValidationError:
            _log.exception("A kept card cannot be read", card=digest)
            return None
        self._remember(digest, card)
        return card

    def _remembered(self, digest: str) -> Card | None:
        with self._lock:
            return self._cards.get(digest)

    def _remember(self, digest: str, card: Card) -> None:
        with self._lock:
            self._cards[digest] = card
            while len(self._cards) > _REMEMBERED:
                self._cards.popitem(last=False)

    # -- finished pictures ----------------------------------------------------------------------

    def rendition(
        self,
        card: Card,
        size: CardSize,
        image_format: ImageFormat = ImageFormat.JPEG,
        *,
        max_bytes: int | None = None,
        before_drawing: Callable[[], None] = _anybody_may,
        patience_s: float = _PATIENCE_S,
    ) -> Rendition:
        """Return a card's picture, drawing it only when it was not drawn before.

        However many ask at once, one of them draws and `before_drawing` is called for that one
        alone: by raising it forbids to draw. Raises Unavailable when waiting takes too long. A
        picture that lacks a photo it should have is given, and not kept.
        """
        limit = size.max_bytes if max_bytes is None else max_bytes
        name = _named(
            "renditions",
            card.digest,
            f"-{size.key}-{limit}-{_revision(template_of(card))}.{image_format.value}",
        )
        kept = self._shelf.read(name)
        if kept is None:
            with self._turns.take(name, patience_s=patience_s):
                kept = self._shelf.read(name)
                if kept is None:
                    before_drawing()
                    return self._drawn(name, card, size, image_format, limit)
        return Rendition(size, image_format, kept)

    def _drawn(
        self, name: str, card: Card, size: CardSize, image_format: ImageFormat, limit: int
    ) -> Rendition:
        started, reading = time.perf_counter(), _Reading(self, card)
        drawing = draw(card, size, read=reading, image_format=image_format, max_bytes=limit)
        ms = round((time.perf_counter() - started) * 1000)
        what = {"card": card.digest, "size": size.key, "format": image_format.value}
        _log.info("card drawn", **what, ms=ms, **_remarks(drawing))
        if reading.lacking:
            _log.warning("drawn without what is not kept", **what, lacking=sorted(reading.lacking))
            return replace(drawing.rendition, is_whole=False)
        self._shelf.write(name, drawing.rendition.data)
        return drawing.rendition

    def stand_in(self, card: Card | None, size: CardSize) -> Rendition:
        """Return what is shown where a card cannot be drawn: its photo alone, or a plain ground."""
        photo = None
        if card is not None and card.photo:
            try:
                photo = self.drawable(card.photo)
            except Exception as error:  # noqa: BLE001 - this is the way out: it must not fail too
                _log.warning("no photo to stand in", card=card.digest, reason=str(error))
        return stand_in(size, photo, focus=card.focus if card else None)

    def drawable(self, digest: str) -> bytes | None:
        """Return a picture in the form that is quickest to draw."""
        if not _HEX.fullmatch(digest):
            return None
        return self._shelf.read(_named("mezzanines", digest)) or self.photo(digest)

    def reader(self, card: Card) -> Callable[[str], bytes | None]:
        """Give whoever looks at a card its pictures and its brand."""
        return _Reading(self, card)

    # -- clearing away --------------------------------------------------------------------------

    def sweep(self, *, before: datetime | None = None, is_rehearsal: bool = False) -> Swept:
        """Remove finished pictures that nobody asks for by now, or that were drawn before a time.

        Superseded by a newer template or way of drawing; each is drawn again when it is wanted.
        Photos, cards and brands stay: without them an address that is out there could not be
        drawn.
        """
        current = {_revision(template) for template in templates().values()}
        swept = Swept()
        for kept in self._shelf.kept("renditions"):
            is_old = before is not None and kept.since < before
            if is_old or _revision_in(kept.name) not in current:
                swept = Swept(swept.files + 1, swept.size + kept.size)
                if not is_rehearsal:
                    self._shelf.remove(kept.name)
        return swept


class _Reading:
    """Gives a card's pictures and its brand to whoever draws, and notes what is not kept."""

    def __init__(self, store: RenditionStore, card: Card) -> None:
        self._store = store
        self._pictures = {card.photo, card.portrait}
        self.lacking: set[str] = set()

    def __call__(self, digest: str) -> bytes | None:
        is_picture = digest in self._pictures
        data = self._store.drawable(digest) if is_picture else self._store.part(digest)
        if data is None:
            self.lacking.add(digest)
        return data


def _remarks(drawing: Drawing) -> dict[str, str]:
    """What somebody who looks after templates and fonts wants to know of a drawing."""
    remarks = {}
    if drawing.missing:
        remarks["no_font_for"] = drawing.missing_points
    if drawing.is_shortened:
        remarks["shortened"] = "yes"
    return remarks


def _revision(template: CardTemplate) -> str:
    return f"{DRAWING}-{template.name}-{template.revision}"


def _revision_in(name: str) -> str:
    """Read the revision back from a rendition's name: digest, size and limit stand before it."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return stem.split("-", 3)[-1]


def _named(kind: str, digest: str, ending: str = "") -> str:
    # Two letters of folder: a million files in one folder are slow to list and to back up.
    return f"{kind}/{digest[:2]}/{digest}{ending}"
