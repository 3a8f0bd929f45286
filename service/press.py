"""The press: from a story to its card and pictures.

The photo is fetched once per address, by a worker and never inside a web request. A photo that
cannot be had costs the card its picture, not the story its card; the reason stays with the story.
"""

from collections.abc import Mapping
from dataclasses import replace

import structlog

from service.cards.address import sign_path
from service.cards.alt import alt_text
from service.cards.picture.decode import PHOTO_BYTES, PHOTO_TYPES
from service.cards.shelves import PicturesAway
from service.cards.template.catalogue import check_fields, template_for
from service.domain.card import PLAIN_TEMPLATE, Card, CardChoice, CardSize, ImageFormat
from service.domain.errors import BadPayload, ChannelError
from service.domain.post import Picture
from service.domain.story import Story
from service.domain.words import one_line
from service.house import House
from service.storage.brands import brand_of
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


def card_of(house: House, story: Story, photo: Photo, brands: Mapping[str, str]) -> Card:
    """The card of a story, known to the rendition store so that its address can be drawn.

    Where the pictures are away it is kept the next time: pages and answers do without. A choice
    that cannot be drawn, because its template has changed since, is left aside.
    """
    plain = _plain_card(house, story, photo, brands)
    try:
        card = _as_chosen(plain, story.choice)
    except BadPayload as problem:
        _log.warning("card not as chosen", story=story.id, reason=str(problem))
        card = plain
    try:
        house.renditions.put_card(card)
    except (PicturesAway, OSError) as problem:
        _log.warning("card not kept yet", card=card.digest, reason=str(problem))
    return card


def checked_choice(house: House, story: Story, photo: Photo, choice: CardChoice) -> CardChoice:
    """Tidy what somebody chose for a story's card; raises BadPayload where it can't be drawn."""
    for name, digest in (("photo", choice.photo), ("portrait", choice.portrait)):
        if digest and house.renditions.drawable(digest) is None:
            raise BadPayload(f"The {name} is not kept here: bring the picture once more.")
    details = {name: one_line(text) for name, text in choice.details}
    tidy = replace(
        choice,
        focused=_focused(choice, photo),
        details=tuple(sorted((name, text) for name, text in details.items() if text)),
    )
    _check_details(story, tidy)
    _as_chosen(_plain_card(house, replace(story, choice=tidy), photo, {}), tidy)
    return tidy


def _check_details(story: Story, choice: CardChoice) -> None:
    """Hold the texts to the template that was chosen, whichever takes over without a photo."""
    template = template_for(choice.template or PLAIN_TEMPLATE, has_photo=True)
    said = Card(headline=story.content.headline, byline=story.content.byline)
    check_fields(replace(said, details=choice.details), template)


def _focused(choice: CardChoice, photo: Photo) -> str:
    """Return the photo on which the focus was put."""
    if choice.focus is None:
        return ""
    if not (0 <= choice.focus.x <= 1 and 0 <= choice.focus.y <= 1):
        raise BadPayload("The focus lies outside of the photo: give shares of its sides, 0 to 1.")
    shown = choice.photo or photo.digest
    if not shown:
        raise BadPayload("The card has no photo, so nothing of it can be kept in view.")
    return shown


def _plain_card(house: House, story: Story, photo: Photo, brands: Mapping[str, str]) -> Card:
    choice = story.choice
    own = story.content.card(photo=photo.digest, site_name=house.settings.site_name)
    shown = choice.photo or own.photo
    return replace(
        own,
        photo=shown,
        portrait=choice.portrait,
        credit=own.credit if shown == own.photo else "",
        brand=brand_of(own.site_name, brands),
        focus=choice.focus if choice.focused == shown else None,
    )


def _as_chosen(card: Card, choice: CardChoice) -> Card:
    if not (choice.template or choice.details):
        return card
    name = choice.template or PLAIN_TEMPLATE
    template = template_for(name, has_photo=bool(card.photo))
    # Another template may take over without a photo; it has no use for the first one's texts.
    details = tuple((field, text) for field, text in choice.details if field in template.fields)
    chosen = replace(card, template=name, details=details)
    check_fields(chosen, template)
    return chosen


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
