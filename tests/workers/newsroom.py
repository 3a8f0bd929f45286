"""A newsroom for tests: stories, and channels of made-up kinds over a platform that we can break.

The platform keeps a journal of what exists on it. That journal, not the database, says whether
something was posted twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from service import clock, intake
from service.channels.base import ChannelSettings, Face, Supports
from service.domain.delivery import DeliveryState
from service.domain.errors import ChannelError
from service.domain.plan import Rule, RuleMode
from service.domain.post import Limits, Payload, Post, Receipt, TextUnit
from service.domain.story import StoryContent, StoryEvent, StoryEventKind
from service.house import House
from service.keys import seal
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore
from service.storage.stories import StoryStore
from workers import planning
from workers.channels.base import Absent, Job, Processing, Voice
from workers.delivering import deliver
from workers.roster import Kind, Roster

CONTENT = StoryContent(
    headline="Harbour reopens after storm",
    url="https://news.example/harbour",
    standfirst="The harbour of Eastport reopened on Monday, two days after the storm.",
    section="Local",
    language="en",
)


@dataclass
class Platform:
    """What exists out there, and what the next requests meet."""

    journal: list[str] = field(default_factory=list)
    script: list[Callable[["Platform", Job], Receipt | Processing]] = field(default_factory=list)
    prepares: list[BaseException] = field(default_factory=list)
    while_preparing: Callable[[], object] = lambda: None
    polls: list[ChannelError] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    is_hidden: bool = False
    looks: int = 0

    def publish(self, job: Job) -> Receipt | Processing:
        act = self.script.pop(0) if self.script else answer
        return act(self, job)


def answer(platform: Platform, job: Job) -> Receipt:
    platform.journal.append(job.delivery_id)
    return Receipt(remote_id=f"r{len(platform.journal)}", url="https://social.example/1")


def refuse_with(error: ChannelError) -> Callable[[Platform, Job], Receipt]:
    def act(_platform: Platform, _job: Job) -> Receipt:
        raise error

    return act


def post_then_raise(error: BaseException) -> Callable[[Platform, Job], Receipt]:
    def act(platform: Platform, job: Job) -> Receipt:
        platform.journal.append(job.delivery_id)
        raise error

    return act


def carry_out_later(error: BaseException) -> Callable[[Platform, Job], Receipt]:
    """Take the request and lose the answer; the post appears with the next thing that is asked."""

    def act(platform: Platform, job: Job) -> Receipt:
        platform.late.append(job.delivery_id)
        raise error

    return act


def keep_processing(platform: Platform, job: Job) -> Processing:
    platform.journal.append(job.delivery_id)
    return Processing({"ticket": "7"}, wait=timedelta(seconds=5))


def make_kind(name: str, platform: Platform, supports: Supports) -> Kind:
    """A kind of channel whose platform is in our hands."""

    class TestFace(Face):
        kind = name
        label = name.title()
        verified_on = date(2026, 11, 22)
        limits = Limits(text=300, unit=TextUnit.GRAPHEMES)

        def render(self, post: Post, settings: ChannelSettings) -> Payload:  # noqa: ARG002
            return Payload({"text": post.text}, post.picture)

    TestFace.supports = supports

    class TestVoice(Voice):
        kind = name

        def prepare(self, job: Job) -> dict[str, Any]:  # noqa: ARG002
            if platform.prepares:
                raise platform.prepares.pop(0)
            platform.while_preparing()
            return {}

        def publish(self, job: Job) -> Receipt | Processing:
            return platform.publish(job)

        def poll(self, job: Job) -> Receipt | Processing:
            if platform.polls:
                raise platform.polls.pop(0)
            return Receipt(remote_id=str(job.progress["ticket"]))

        def look(self, job: Job) -> Receipt | Absent:
            platform.looks += 1
            is_there = job.delivery_id in platform.journal and not platform.is_hidden
            platform.journal += platform.late
            platform.late = []
            return Receipt(remote_id="seen") if is_there else Absent()

        def check(self) -> str:
            return name

    return Kind(TestFace(), TestVoice)


KEYED = Supports(idempotency=True, looking=True)
SEARCHABLE = Supports(looking=True)
BLIND = Supports()
REPEATABLE = Supports(idempotency=True)


@dataclass
class Newsroom:
    """A house with channels, and short words for what tests do with them."""

    house: House
    roster: Roster = field(default_factory=lambda: Roster({}))

    def open_channel(
        self, name: str, supports: Supports = KEYED, *, mode: RuleMode = RuleMode.AUTOMATIC
    ) -> Platform:
        platform = Platform()
        kinds = {**self.roster.kinds, name: make_kind(name, platform, supports)}
        self.roster = Roster(kinds)
        sealed = seal({}, owner=name, public=self.house.keys.public)
        with self.house.database.write() as tx:
            store = ChannelStore(tx)
            channel_id = store.add(name, name, {}, sealed=sealed, now=clock.now())
            store.add_rule(Rule(id="", channel_id=channel_id, mode=mode))
        return platform

    def tell(self, kind: str = "published", **changes: Any) -> str | None:
        """A notice from the CMS; returns the event's id, None if it is a repeat."""
        facts: dict[str, Any] = {
            "content": CONTENT,
            "key": f"{kind}-{clock.now().isoformat()}",
        } | changes
        event = StoryEvent(
            source="cms",
            external_id="1",
            kind=StoryEventKind(kind),
            dedupe_key=facts["key"],
            stamp=clock.now(),
            content=facts["content"],
        )
        return intake.receive(self.house.database, event, now=clock.now())

    def publish(self, **changes: Any) -> list[str]:
        """Publish the story and plan it; returns the deliveries that may go out."""
        event = self.tell(**changes)
        assert event is not None
        return planning.take_in(self.house, self.roster, event)

    def sweep_events(self) -> None:
        """Take in what the next sweep of the dispatcher would find."""
        with self.house.database.write() as tx:
            due = EventStore(tx).take_due(
                now=clock.now(), again_after=timedelta(seconds=30), limit=10
            )
        for event in due:
            planning.take_in(self.house, self.roster, event)

    def deliver(self, delivery_id: str) -> DeliveryState | None:
        """Let a worker do the next thing for a delivery."""
        return deliver(self.house, self.roster, delivery_id)

    def delivery(self, delivery_id: str) -> Any:
        with self.house.database.read() as tx:
            return DeliveryStore(tx).get(delivery_id)

    def deliveries(self) -> list[Any]:
        with self.house.database.read() as tx:
            [story] = StoryStore(tx).newest(limit=5)
            return DeliveryStore(tx).of_story(story.id)
