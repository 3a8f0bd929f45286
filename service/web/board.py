"""What the pages show, put together from what the stores know: chips, rows, lines of the queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service import press
from service.domain.card import CardSize
from service.domain.delivery import Delivery, DeliveryState
from service.domain.story import Story, StoryState
from service.domain.waiting import Surroundings, Wait, wait_of
from service.house import House
from service.storage.channels import Channel
from service.storage.stories import Photo
from service.web.faces import icon_key
from service.web.states import Shown, shown

_GONE = {
    StoryState.UNPUBLISHED: "Unpublished",
    StoryState.DELETED: "Deleted",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One delivery in a few words."""

    delivery_id: str
    story_id: str
    channel_name: str
    icon: str
    state: Shown
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One story in a list."""

    story: Story
    thumbnail: str
    badge: str
    chips: list[Chip]


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery of the queue, and what it waits for."""

    chip: Chip
    delivery: Delivery
    headline: str
    wait: Wait
    acts: tuple[str, ...]


def rows(
    house: House,
    stories: Iterable[Story],
    *,
    deliveries: Mapping[str, list[Delivery]],
    photos: Mapping[str, Photo],
    brands: Mapping[str, str],
    channels: Mapping[str, Channel],
    now: datetime,
) -> list[Row]:
    return [
        Row(
            story,
            thumbnail(house, story, photos.get(story.id, Photo()), brands),
            badge(story),
            chips(story, deliveries.get(story.id, []), channels, now=now),
        )
        for story in stories
    ]


def thumbnail(house: House, story: Story, photo: Photo, brands: Mapping[str, str]) -> str:
    card = press.card_of(house, story, photo, brands)
    return press.card_path(house, card.digest, CardSize.OG)


def badge(story: Story) -> str:
    """What sets a story apart from a live one; empty for most."""
    return _GONE.get(story.state) or ("Held" if story.is_held else "")


def chips(
    story: Story, deliveries: Iterable[Delivery], channels: Mapping[str, Channel], *, now: datetime
) -> list[Chip]:
    """In the order of the channels' names, so that a chip never changes its place."""
    made = [chip(one, story, channels[one.channel_id], now=now) for one in deliveries]
    return sorted(made, key=lambda chip: chip.channel_name.casefold())


def chip(delivery: Delivery, story: Story, channel: Channel, *, now: datetime) -> Chip:
    wait = wait_of(delivery, surroundings(story, channel, now=now), now=now)
    return Chip(
        delivery.id,
        story.id,
        channel.name,
        icon_key(channel),
        shown(delivery, now=now, story_is_held=story.is_held),
        wait.reason if wait else delivery.problem,
    )


def surroundings(story: Story, channel: Channel, *, now: datetime) -> Surroundings:
    return Surroundings(
        story_is_held=story.is_held,
        channel_is_paused=channel.waits(now),
        pause_reason=channel.pause_reason,
        resumes_at=channel.resumes_at,
    )


def lines(
    deliveries: Iterable[Delivery],
    *,
    stories: Mapping[str, Story],
    channels: Mapping[str, Channel],
    now: datetime,
) -> list[Line]:
    found = []
    for delivery in deliveries:
        story, channel = stories[delivery.story_id], channels[delivery.channel_id]
        wait = wait_of(delivery, surroundings(story, channel, now=now), now=now)
        if wait is not None:
            one = chip(delivery, story, channel, now=now)
            found.append(Line(one, delivery, story.content.headline, wait, acts_of(delivery)))
    return found


def acts_of(delivery: Delivery) -> tuple[str, ...]:
    """What a person may do with a delivery in its state; `service.desk` has the last word."""
    match delivery.state:
        case DeliveryState.HELD:
            return ("approve", "cancel", "reword")
        case DeliveryState.PLANNED:
            return ("hold", "cancel", "reword")
        case DeliveryState.FAILED:
            return ("retry", "cancel")
        case DeliveryState.MISSED:
            return ("retry",)
        case DeliveryState.UNCONFIRMED if delivery.hold_reason:
            return ("sent", "absent")
        case _:
            return ()
