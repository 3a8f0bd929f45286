"""Keeps photos, cards and their finished pictures, so that each picture is drawn once.

A card is kept beside its pictures: any process that is asked for a signed address later can draw
it, without the story. Files are named by their content and never change, so they may be cached
for ever; deleting all renditions loses nothing but time.
"""

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from service.cards.draw import DRAWING, draw
from service.cards.picture.decode import decode
from service.cards.shelves import Folder, Shelf
from service.cards.template.schema import template_for
from service.domain.card import Card, CardSize, ImageFormat, Rendition

_log = structlog.get_logger()
_HEX = re.compile(r"[0-9a-f]{32,64}", re.ASCII)
_CARD = TypeAdapter(Card)
# Decoding to this size reads a photo to its end without keeping all of its pixels.
_TRIAL = (400, 400)


class RenditionStore:
    """All pictures of the house. Safe to use from many threads and processes."""

    def __init__(self, directory: Path, *, shelf: Shelf | None = None) -> None:
        self._shelf = shelf or Folder(directory)

    def put_photo(self, data: bytes) -> str:
        """Keep a photo and return its SHA-256; raises BadPayload for one that cannot be drawn."""
        decode(data, covering=_TRIAL)
        digest = hashlib.sha256(data).hexdigest()
        if self.photo(digest) is None:
            self._shelf.write(_named("photos", digest), data)
        return digest

    def photo(self, digest: str) -> bytes | None:
        return self._shelf.read(_named("photos", digest)) if _HEX.fullmatch(digest) else None

    def put_card(self, card: Card) -> str:
        """Keep what a card shows and return its digest. Keeping it twice changes nothing."""
        name = _named("cards", card.digest, ".json")
        if self._shelf.read(name) is None:
            text = json.dumps(asdict(card), ensure_ascii=False, sort_keys=True, indent=1)
            self._shelf.write(name, text.encode())
        return card.digest

    def card(self, digest: str) -> Card | None:
        """Return the card of a digest, or None when it was never kept here."""
        if not _HEX.fullmatch(digest):
            return None
        data = self._shelf.read(_named("cards", digest, ".json"))
        if data is None:
            return None
        try:
            return _CARD.validate_json(data)
        except ValidationError:
            _log.exception("A kept card cannot be read", card=digest)
            return None

    def rendition(
        self,
        card: Card,
        size: CardSize,
        image_format: ImageFormat = ImageFormat.JPEG,
        *,
        max_bytes: int = 300_000,
    ) -> Rendition:
        """Return a card's picture, drawing it only when it was not drawn before."""
        photo = self.photo(card.photo) if card.photo else None
        template = template_for(card.template, has_photo=photo is not None)
        revision = f"{DRAWING}-{template.name}-{template.revision}"
        name = _named(
            "renditions",
            card.digest,
            f"-{size.key}-{max_bytes}-{revision}.{image_format.value}",
        )
        kept = self._shelf.read(name)
        if kept is not None:
            return Rendition(size, image_format, kept)
        if card.photo and photo is None:
            _log.warning("The card's photo is not here; drawn without it", card=card.digest)
        drawn = draw(card, size, photo=photo, image_format=image_format, max_bytes=max_bytes)
        self._shelf.write(name, drawn.data)
        return drawn


def _named(kind: str, digest: str, ending: str = "") -> str:
    # Two letters of folder: a million files in one folder are slow to list and to back up.
    return f"{kind}/{digest[:2]}/{digest}{ending}"
