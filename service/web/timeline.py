"""Everything that happened to a story, in one list: what came, what we did, what people did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.story import Effect
from service.storage.deliveries import Attempt
from service.storage.events import RecordedEvent
from service.storage.staff import AuditEntry
from service.storage.stories import Version

_EFFECTS = {
    Effect.CREATE.value: "the story begins",
    Effect.NEW_VERSION.value: "a new version",
    Effect.WITHDRAW.value: "the story is withdrawn",
    Effect.NOTHING.value: "nothing changed",
    Effect.STALE.value: "older than what we know: not applied",
}
_OUTCOMES = {
    "delivered": "out",
    "pending": "taken, still processing",
    "planned": "not sent, tried later",
    "failed": "refused",
    "unconfirmed": "no clear answer",
    "cancelled": "cancelled",
    "missed": "too late",
}
_VERBS = {"publish": "Send", "poll": "Ask", "look": "Look"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` is the source, the channel or the person that this line is about."""

    at: datetime
    icon: str
    who: str
    what: str
    note: str = ""


def entries(
    events: Iterable[RecordedEvent],
    versions: Iterable[Version],
    trail: Iterable[AuditEntry],
    *,
    attempts: Mapping[str, Iterable[Attempt]],
    channel_names: Mapping[str, str],
) -> list[Entry]:
    """Newest first."""
    told = [
        *(_event(event) for event in events),
        *(_version(version) for version in versions),
        *(_act(act, channel_names) for act in trail),
        *(
            _attempt(attempt, channel_names[delivery_id])
            for delivery_id, tries in attempts.items()
            for attempt in tries
        ),
    ]
    return sorted(told, key=lambda entry: entry.at, reverse=True)


def _event(recorded: RecordedEvent) -> Entry:
    effect = _EFFECTS.get(recorded.effect, "not applied yet")
    what = f"said “{recorded.event.kind.value}”: {effect}"
    return Entry(recorded.received_at, "arrow", recorded.event.source, what, recorded.problem)


def _version(version: Version) -> Entry:
    what = f"Version {version.number} ({version.state.value})"
    return Entry(version.created_at, "today", "", what, version.content.headline)


def _act(act: AuditEntry, channel_names: Mapping[str, str]) -> Entry:
    on = channel_names.get(act.subject)
    what = f"{act.action} ({on})" if on else act.action
    return Entry(act.at, "hand", act.actor, what, str(act.details.get("text", "")))


def _attempt(attempt: Attempt, channel_name: str) -> Entry:
    verb = _VERBS.get(attempt.verb, attempt.verb)
    outcome = _OUTCOMES.get(attempt.outcome, attempt.outcome) or "no answer noted yet"
    return Entry(attempt.started_at, "channel", channel_name, f"{verb}: {outcome}", attempt.note)
