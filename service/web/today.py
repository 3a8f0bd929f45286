"""Today: the stories as they come, each with its card and where it went."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service import clock
from service.domain.story import Story
from service.storage.brands import BrandStore
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.overview import Overview
from service.storage.sources import Source, SourceStore
from service.storage.stories import StoryStore
from service.web import board, live
from service.web.parts import house

blueprint = Blueprint("today", __name__)

PAGE = 30
_MOST_NEWER = 20
_TICK = timedelta(microseconds=1)
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class _List:
    rows: list[board.Row]
    is_more: bool


@blueprint.get("/desk")
def page() -> ResponseReturnValue:
    before = _instant(request.args.get("before", ""))
    found = _read(before=before)
    first, last = (found.rows[0], found.rows[-1]) if found.rows else (None, None)
    return render_template(
        "today.html",
        rows=found.rows,
        is_first_page=before is None,
        since=first.story.created_at.isoformat() if first else "",
        older=last.story.created_at.isoformat() if last and found.is_more else "",
        start=_first_steps() if not found.rows and before is None else None,
    )


@blueprint.get("/desk/live")
def parts() -> ResponseReturnValue:
    """The changing parts of a page whose newest story came at `since`."""
    since = _instant(request.args.get("since", ""))
    found = _read(before=since + _TICK) if since else _List([], is_more=False)
    newer = _count_newer(since) if request.args.get("first") == "1" else 0
    named = {"news": render_template("parts/news.html", newer=newer, most=_MOST_NEWER)}
    for row in found.rows:
        named[f"chips-{row.story.id}"] = render_template("parts/chips.html", row=row)
        named[f"badge-{row.story.id}"] = render_template("parts/badge.html", badge=row.badge)
    return live.parts(named)


def _read(*, before: datetime | None) -> _List:
    """Five queries, however many stories, channels and deliveries a page shows."""
    with house().database.read() as tx:
        found = StoryStore(tx).newest(limit=PAGE + 1, before=before)
        stories: list[Story] = found[:PAGE]
        ids = [story.id for story in stories]
        deliveries = DeliveryStore(tx).of_stories(ids) if ids else {}
        photos = Overview(tx).photos(ids) if ids else {}
        brands = BrandStore(tx).digests()
        channels = {channel.id: channel for channel in ChannelStore(tx).all()}
    made = board.rows(
        house(),
        stories,
        deliveries=deliveries,
        photos=photos,
        brands=brands,
        channels=channels,
        now=clock.now(),
    )
    return _List(made, is_more=len(found) > PAGE)


def _count_newer(since: datetime | None) -> int:
    with house().database.read() as tx:
        return Overview(tx).count_newer(since, most=_MOST_NEWER)


def _first_steps() -> dict[str, str | list[Source]]:
    with house().database.read() as tx:
        sources = SourceStore(tx).all()
    name = sources[0].name if sources else "cms"
    return {
        "sources": sources,
        "name": name,
        "webhook": f"{house().settings.public_address}/webhooks/{name}",
        "api": f"{house().settings.public_address}/api/v1/stories",
    }


def _instant(value: str) -> datetime | None:
    """What the page itself wrote down; anything else is as good as nothing."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    # Near the ends of the calendar even adding a microsecond fails.
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
