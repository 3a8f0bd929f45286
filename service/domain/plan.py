"""Planning: which channels a story goes to, by the desk's rules. Planning twice changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.delivery import DeliveryState, HoldReason
from service.domain.retry import is_too_late
from service.domain.story import StoryContent, StoryEvent, StoryEventKind

OLD_NEWS = "edited long after it was published: posting it now is for a person to decide"


class RuleMode(StrEnum):
    AUTOMATIC = "automatic"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which stories go to which channel, and how.

    An empty condition takes every story; several conditions must all hold. Words are compared
    without regard to case. A language condition `de` also takes `de-AT`.
    """

    id: str
    channel_id: str
    mode: RuleMode = RuleMode.AUTOMATIC
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    position: int = 0  # 0: after those that are there

    def takes(self, content: StoryContent) -> bool:
        return (
            _any_of(self.sections, (content.section,))
            and _any_of(self.tags, content.tags)
            and _any_of(self.languages, _language_and_parents(content.language))
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """One delivery that the rules ask for."""

    channel_id: str
    state: DeliveryState
    hold_reason: HoldReason | None
    rule_id: str
    note: str = ""


def plan(
    content: StoryContent, rules: Iterable[Rule], *, is_old_news: bool = False
) -> list[Planned]:
    """Choose channels for a live story: the first rule of a channel that takes it decides."""
    chosen: dict[str, Planned] = {}
    for rule in sorted(rules, key=lambda rule: rule.position):
        if rule.channel_id not in chosen and rule.takes(content):
            chosen[rule.channel_id] = _planned(rule, is_old_news=is_old_news)
    return list(chosen.values())


def is_old_news(event: StoryEvent, content: StoryContent, *, first_seen: datetime) -> bool:
    """Tell an edit of an old story from news.

    A comma mended in a story of last year must not post it, though the source, the channel or
    its rule be new. A publication is news whatever its date says: the CMS says so now. Only the
    CMS's own times are compared, so a notice that was long under way is judged as when it left.
    """
    if event.kind is not StoryEventKind.UPDATED:
        return False
    return is_too_late(content.published_at or first_seen, now=event.stamp)


def _planned(rule: Rule, *, is_old_news: bool) -> Planned:
    if is_old_news:
        return Planned(rule.channel_id, DeliveryState.MISSED, None, rule.id, note=OLD_NEWS)
    if rule.mode is RuleMode.REVIEW:
        return Planned(rule.channel_id, DeliveryState.HELD, HoldReason.REVIEW, rule.id)
    return Planned(rule.channel_id, DeliveryState.PLANNED, None, rule.id)


def _any_of(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return not wanted or bool(
        {word.casefold() for word in wanted} & {word.casefold() for word in found}
    )


def _language_and_parents(language: str) -> tuple[str, ...]:
    parts = language.replace("_", "-").split("-")
    return tuple("-".join(parts[:length]) for length in range(1, len(parts) + 1))
