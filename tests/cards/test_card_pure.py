"""A card is what it is: the same bytes whatever else its process draws, before it or beside it."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import permutations

import pytest
from PIL import Image

from service.cards.draw import draw
from service.cards.painting.canvas import forget_layers
from service.cards.template.catalogue import names, template_for
from service.domain.card import Card, CardSize, ImageFormat
from tests.cards.pictures import encoded, noise

_THREADS = 20
# A process that has just started, and whose first cards are asked for in the same moment.
_AT_ONCE = """
import sys, threading
from service.cards.draw import draw
from service.domain.card import Card, CardSize

sys.setswitchinterval(1e-6)
together = threading.Barrier(12)

def first():
    together.wait()
    draw(Card(headline="Ferry strike ends"), CardSize.OG)

threads = [threading.Thread(target=first) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
_HEADLINES = {
    "en": "Council votes to reopen the old library after ten years",
    "ar": "رئيس البلدية يعلن عن افتتاح الميناء الجديد في 12 نوفمبر",
    "hi": "सरकार ने बंदरगाह के लिए नई नीति की घोषणा की",
    "th": "รัฐบาลประกาศนโยบายใหม่เพื่อช่วยเหลือเกษตรกร",
    "he": "ראש העיר הודיע על BBC",
    "de": "Donaudampfschifffahrtsgesellschaft gewinnt 👨‍👩‍👧 🇩🇪",
}


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    forget_layers()
    yield
    forget_layers()


@pytest.mark.parametrize("photo_size", [(2400, 1600), (2400, 1601), (1200, 1920)], ids=str)
def test_a_card_is_the_same_whichever_size_was_drawn_before_it(photo_size):
    photo = _photo(photo_size)
    card = Card(headline="Ferry strike ends", photo=_digest(photo))

    def drawn(size: CardSize) -> str:
        return _digest(draw(card, size, read={card.photo: photo}.get).rendition.data)

    alone = {}
    for size in (CardSize.OG, CardSize.SQUARE, CardSize.STORY):
        forget_layers()
        alone[size] = drawn(size)

    for before, size in permutations(alone, 2):
        forget_layers()
        drawn(before)
        assert drawn(size) == alone[size], f"{size} after {before}"


def test_a_photo_that_is_decoded_serves_every_size_that_wants_it_as_large():
    photo = _photo((2400, 1600))
    card = Card(headline="Ferry strike ends", photo=_digest(photo))
    reads = []

    def read(digest: str) -> bytes:
        reads.append(digest)
        return photo

    for size in (CardSize.OG, CardSize.X, CardSize.SQUARE, CardSize.STORY, CardSize.PIN):
        draw(card, size, read=read)

    assert len(reads) == 2  # halved for og and x, whole for all others


def test_twenty_threads_draw_what_one_draws():
    photos = {_digest(data): data for data in (_photo((2400, 1600)), _photo((1300, 1700)))}
    wanted = list(_different_cards(list(photos)))
    switching = sys.getswitchinterval()

    def drawn(wish: tuple[Card, CardSize, ImageFormat]) -> str:
        card, size, image_format = wish
        drawing = draw(card, size, read=photos.get, image_format=image_format)
        return _digest(drawing.rendition.data)

    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(_THREADS) as threads:
            together = list(threads.map(drawn, wanted))
    finally:
        sys.setswitchinterval(switching)
    forget_layers()

    assert together == [drawn(wish) for wish in wanted]
    assert len(set(together)) == len(wanted)


def test_a_process_survives_that_its_first_cards_are_asked_for_at_once():
    ended = [subprocess.run([sys.executable, "-c", _AT_ONCE], check=False) for _ in range(4)]

    assert [each.returncode for each in ended] == [0] * 4


def _different_cards(photos: list[str]) -> Iterator[tuple[Card, CardSize, ImageFormat]]:
    sizes, formats = list(CardSize), [ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP]
    for number, name in enumerate([*names(), *names()]):
        language, headline = list(_HEADLINES.items())[number % len(_HEADLINES)]
        fields = template_for(name, has_photo=True).fields
        card = Card(
            headline=f"{headline} {number}",
            kicker="City",
            byline="Amara Osei",
            site_name="The Harbour Post",
            language=language,
            photo=photos[number % 2],
            portrait=photos[1 - number % 2],
            template=name,
            details=tuple((field, "12") for field in sorted(fields)),
        )
        yield card, sizes[number % len(sizes)], formats[number % len(formats)]


def _photo(size: tuple[int, int]) -> bytes:
    soft = noise((size[0] // 40, size[1] // 40)).resize(size, Image.Resampling.BICUBIC)
    return encoded(soft, quality=88)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
