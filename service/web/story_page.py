"""One story: its cards, its share links, its posts, and everything that happened to it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service import clock, press
from service.cards.alt import alt_text
from service.domain.card import Card, CardSize
from service.domain.delivery import Delivery
from service.domain.errors import Rejected
from service.domain.post import Count, Payload
from service.domain.share import ShareLink, SharePage
from service.domain.story import Story
from service.domain.waiting import Wait, wait_of
from service.share.links import share_links
from service.storage.brands import BrandStore
from service.storage.channels import Channel, ChannelStore
from service.storage.deliveries import Attempt, DeliveryStore
from service.storage.events import EventStore
from service.storage.overview import Overview
from service.storage.staff import StaffStore
from service.storage.stories import Photo, StoryStore
from service.web import board, faces, live, timeline
from service.web.parts import house

blueprint = Blueprint("story_page", __name__)

_SIZE_NAMES = {
    CardSize.OG: "Link preview",
    CardSize.X: "X",
    CardSize.SQUARE: "Square",
    CardSize.PORTRAIT: "Portrait",
    CardSize.STORY: "Story",
    CardSize.PIN: "Pin",
}


@dataclass(frozen=True, slots=True)
class _Picture:
    size: CardSize
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class _Panel:
    """One delivery as its channel will show it."""

    delivery: Delivery
    chip: board.Chip
    label: str
    payload: Payload | None
    count: Count | None
    preview: str
    wait: Wait | None
    acts: tuple[str, ...]
    attempts: list[Attempt]


@dataclass(frozen=True, slots=True)
class _Page:
    story: Story
    badge: str
    card: Card
    pictures: list[_Picture]
    alt: str
    photo: Photo
    panels: list[_Panel]
    entries: list[timeline.Entry]


@dataclass(frozen=True, slots=True)
class Draft:
    """Words that could not be kept: shown again, so that nobody's text is lost."""

    delivery_id: str
    text: str
    problem: str


@blueprint.get("/desk/stories/<story_id>")
def page(story_id: str) -> ResponseReturnValue:
    return shown(story_id)


def shown(story_id: str, *, draft: Draft | None = None) -> str:
    """The page as HTML; with `draft`, words that were not kept stand where they were typed."""
    found = _read(story_id, now=clock.now())
    links, problem = _links(found)
    return render_template(
        "story.html", page=found, links=links, links_problem=problem, draft=draft
    )


@blueprint.get("/desk/stories/<story_id>/live")
def parts(story_id: str) -> ResponseReturnValue:
    found = _read(story_id, now=clock.now())
    more = len(found.panels) - request.args.get("posts", len(found.panels), type=int)
    named = {
        "more": render_template("parts/more.html", more=max(more, 0), story=found.story),
        "badge": render_template("parts/badge.html", badge=found.badge),
        "timeline": render_template("parts/timeline.html", entries=found.entries),
    }
    for panel in found.panels:
        one = panel.delivery.id
        named[f"state-{one}"] = render_template("parts/state.html", panel=panel)
        named[f"acts-{one}"] = render_template("parts/acts.html", panel=panel)
    return live.parts(named)


def _read(story_id: str, *, now: datetime) -> _Page:
    """Nine queries, however many channels and tries a story has."""
    with house().database.read() as tx:
        overview = Overview(tx)
        story = StoryStore(tx).get(story_id)
        versions = StoryStore(tx).versions(story_id)
        photo = StoryStore(tx).photo(story_id)
        brands = BrandStore(tx).digests()
        deliveries = DeliveryStore(tx).of_story(story_id)
        channels = {channel.id: channel for channel in ChannelStore(tx).all()}
        attempts = overview.attempts([one.id for one in deliveries])
        trail = StaffStore(tx).trail(subjects=[story_id, *(one.id for one in deliveries)])
        events = EventStore(tx).of_story(story_id)
    panels = [
        _panel(one, story, channels[one.channel_id], attempts.get(one.id, []), now=now)
        for one in deliveries
    ]
    card = press.card_of(house(), story, photo, brands)
    names = {one.id: channels[one.channel_id].name for one in deliveries}
    return _Page(
        story,
        board.badge(story),
        card,
        _pictures(card),
        alt_text(card),
        photo,
        sorted(panels, key=lambda panel: panel.chip.channel_name.casefold()),
        timeline.entries(events, versions, trail, attempts=attempts, channel_names=names),
    )


def _panel(
    delivery: Delivery, story: Story, channel: Channel, attempts: list[Attempt], *, now: datetime
) -> _Panel:
    known = faces.known(channel)
    picture = delivery.post.picture
    return _Panel(
        delivery,
        board.chip(delivery, story, channel, now=now),
        known.label if known else f"{channel.kind} (not installed)",
        known.face.render(delivery.post, known.settings) if known else None,
        known.count(delivery.post) if known else None,
        press.card_path(house(), picture.card_digest, picture.size) if picture else "",
        wait_of(delivery, board.surroundings(story, channel, now=now), now=now),
        board.acts_of(delivery),
        attempts,
    )


def _pictures(card: Card) -> list[_Picture]:
    return [
        _Picture(size, name, press.card_path(house(), card.digest, size))
        for size, name in _SIZE_NAMES.items()
    ]


def _links(found: _Page) -> tuple[list[ShareLink], str]:
    content = found.story.content
    page = SharePage(
        url=content.url,
        title=content.headline,
        text=content.standfirst,
        image_url=press.card_url(house(), found.card.digest, CardSize.PIN),
    )
    try:
        return share_links(page), ""
    except Rejected as problem:
        return [], str(problem)
