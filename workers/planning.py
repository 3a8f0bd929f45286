"""From a story event to planned deliveries. Planning twice changes nothing.

The deliveries are inserted in the same transaction that marks the event done, so a worker that
dies leaves either both or an event that the next sweep takes in again.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from service import clock, intake, press
from service.domain.card import Card
from service.domain.delivery import DeliveryState
from service.domain.errors import HouseError, Rejected
from service.domain.plan import Planned, is_old_news, plan
from service.domain.post import Post
from service.domain.retry import next_try
from service.domain.story import Story, StoryEvent
from service.domain.words import compose
from service.house import House
from service.storage.brands import BrandStore
from service.storage.channels import Channel, ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventState, EventStore
from service.storage.stories import StoryStore
from workers.roster import Roster

_log = structlog.get_logger()


class _Overtaken(Exception):
    """Somebody chose another card while this one was made."""


def take_in(house: House, roster: Roster, event_id: str) -> list[str]:
    """Apply one story event and plan its story; returns the deliveries that may go out now."""
    try:
        return _take_in_unless_met(house, roster, event_id)
    except Exception as error:
        _postpone(house, event_id, error)
        raise


def _take_in_unless_met(house: House, roster: Roster, event_id: str) -> list[str]:
    try:
        return _take_in(house, roster, event_id)
    except (IntegrityError, _Overtaken):
        # Another worker planned the same story at the same moment, and what it planned counts; or
        # somebody chose another card.
        return _take_in(house, roster, event_id)


def _take_in(house: House, roster: Roster, event_id: str) -> list[str]:
    story_id = intake.apply(house.database, event_id, now=clock.now())
    with house.database.read() as tx:
        recorded = EventStore(tx).get(event_id)
        story = StoryStore(tx).get(story_id) if story_id else None
    if recorded is None or recorded.state is EventState.DONE:
        return []
    card = _card(house, story) if story and story.is_live else None
    with house.database.write() as tx:
        EventStore(tx).mark_done(event_id)
        if story is None or card is None:
            return []
        planned = _plan_story(tx, roster, recorded.event, story, card)
    _log.info("story planned", story=story.id, deliveries=len(planned))
    return planned


def _card(house: House, story: Story) -> Card:
    photo = press.ensure_photo(house, story)
    with house.database.read() as tx:
        brands = BrandStore(tx).digests()
    card = press.card_of(house, story, photo, brands)
    # A post must find its card: where that cannot be kept now, the story is taken in later.
    house.renditions.put_card(card)
    return card


def _plan_story(
    tx: Connection, roster: Roster, event: StoryEvent, drawn: Story, card: Card
) -> list[str]:
    """Plan the version that the card was drawn for; a newer one has an event of its own."""
    story = StoryStore(tx).lock(drawn.id)
    if story.version != drawn.version:
        return []
    if story.choice != drawn.choice:
        raise _Overtaken
    channels = _channels(tx)
    _renew_unsent(tx, roster, story, channels, card)
    is_old = is_old_news(event, story.content, first_seen=story.created_at)
    planned = (
        (wanted, _plan_delivery(tx, roster, story, channels[wanted.channel_id], wanted, card))
        for wanted in plan(story.content, ChannelStore(tx).rules(), is_old_news=is_old)
    )
    return [
        delivery_id
        for wanted, delivery_id in planned
        if delivery_id and wanted.state is DeliveryState.PLANNED
    ]


def _channels(tx: Connection) -> dict[str, Channel]:
    return {channel.id: channel for channel in ChannelStore(tx).all()}


def _renew_unsent(
    tx: Connection, roster: Roster, story: Story, channels: dict[str, Channel], card: Card
) -> None:
    """What has not gone out yet says what the newest version says."""
    store = DeliveryStore(tx)
    for delivery in store.unsent_of(story.id):
        if delivery.story_version != story.version:
            post, _ = _compose(roster, story, channels[delivery.channel_id], card)
            store.renew_post(delivery, post, version=story.version)


def _plan_delivery(
    tx: Connection, roster: Roster, story: Story, channel: Channel, wanted: Planned, card: Card
) -> str | None:
    post, problem = _compose(roster, story, channel, card)
    return DeliveryStore(tx).plan(
        story_id=story.id,
        story_version=story.version,
        channel_id=channel.id,
        state=DeliveryState.FAILED if problem else wanted.state,
        hold_reason=None if problem else wanted.hold_reason,
        post=post,
        problem=problem or wanted.note,
        now=clock.now(),
    )


def _compose(roster: Roster, story: Story, channel: Channel, card: Card) -> tuple[Post, str]:
    """Make the post for one channel, or an empty one and the reason.

    One channel that cannot take a story must not keep the others from it.
    """
    face = roster.face(channel)
    try:
        limits = face.limits_for(face.parse_settings(channel.settings))
        picture = press.picture_of(card, face.card_size)
        return compose(story.content, limits, picture=picture), ""
    except (Rejected, ValueError) as error:
        return Post(text="", link=story.content.url, title=story.content.headline), str(error)


def _postpone(house: House, event_id: str, error: Exception) -> None:
    problem = str(error) if isinstance(error, HouseError) else type(error).__name__
    with house.database.write() as tx:
        recorded = EventStore(tx).get(event_id)
        tries = recorded.tries if recorded else 0
        EventStore(tx).postpone(
            event_id,
            problem=problem,
            until=_later(tries, now=clock.now()),
        )
    _log.error("story event not taken in", story_event=event_id, reason=problem, tries=tries + 1)


def _later(tries: int, *, now: datetime) -> datetime:
    return min(next_try(tries + 1, now=now), now + timedelta(minutes=10))
