"""The press: from a story to its card and pictures.

The photo is fetched once per address, by a worker and never inside a web request. A photo that
cannot be had costs the card its picture, not the story its card; the reason stays with the story.
"""

import structlog

from service.cards.address import sign_path
from service.cards.alt import alt_text
from service.cards.picture.decode import PHOTO_BYTES, PHOTO_TYPES
from service.cards.shelves import PicturesAway
from service.domain.card import Card, CardSize, ImageFormat
from service.domain.errors import BadPayload, ChannelError
from service.domain.post import Picture
from service.domain.story import Story, StoryContent
from service.house import House
from service.storage.stories import Photo, StoryStore

_log = structlog.get_logger()


def ensure_photo(house: House, story: Story) -> Photo:
    """Fetch the photo of the story's present version, unless it is here or known to be unusable."""
    wanted = story.content.image.url if story.content.image else ""
    with house.database.read() as tx:
        known = StoryStore(tx).photo(story.id)
    if known.url == wanted:
        return known
    photo = _fetch(house, wanted) if wanted else Photo()
    if photo.problem:
        _log.warning("photo not used", story=story.id, reason=photo.problem)
    with house.database.write() as tx:
        StoryStore(tx).keep_photo(story.id, photo)
    return photo


def _fetch(house: House, url: str) -> Photo:
    try:
        found = house.fetcher.fetch(url, max_bytes=PHOTO_BYTES, accept=PHOTO_TYPES)
        return Photo(url=url, digest=house.renditions.put_photo(found.body))
    except PicturesAway:
        # Nothing is wrong with the photo: whoever asked comes again.
        raise
    except (BadPayload, ChannelError) as problem:
        return Photo(url=url, problem=str(problem))


def card_of(house: House, content: StoryContent, photo: Photo) -> Card:
    """The card of a story, known to the rendition store so that its address can be drawn.

    Where the pictures are away it is kept the next time: pages and answers do without.
    """
    card = Card(
        headline=content.headline,
        kicker=content.kicker or content.section,
        byline=content.byline,
        site_name=content.site_name or house.settings.site_name,
        language=content.language,
        photo=photo.digest,
    )
    try:
        house.renditions.put_card(card)
    except (PicturesAway, OSError) as problem:
        _log.warning("card not kept yet", card=card.digest, reason=str(problem))
    return card


def picture_of(card: Card, size: CardSize) -> Picture:
    return Picture(card_digest=card.digest, size=size, alt=alt_text(card))


def card_path(house: House, digest: str, size: CardSize) -> str:
    """The signed path of one rendition, as JPEG."""
    keys = card_keys(house)
    return sign_path(digest, size, ImageFormat.JPEG, keys=keys, current=next(iter(keys)))


def card_url(house: House, digest: str, size: CardSize) -> str:
    return house.settings.public_address + card_path(house, digest, size)


def card_keys(house: House) -> dict[str, bytes]:
    """The keys by name; the first one signs."""
    return {card.name: card.key for card in house.keys.cards}
