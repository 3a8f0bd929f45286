"""Configured accounts and the rules that feed them.

Secrets and sessions are stored sealed and leave this store sealed; only workers can open them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from service.domain.errors import NotFound
from service.domain.plan import Rule, RuleMode
from service.storage.ids import new_id
from service.storage.tables import channel as table
from service.storage.tables import rule as rule_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One account we post from. `settings` is what its kind's settings model takes."""

    id: str
    name: str
    kind: str
    settings: Mapping[str, Any]
    is_paused: bool
    pause_reason: str
    resumes_at: datetime | None
    created_at: datetime

    def waits(self, now: datetime) -> bool:
        """True while nothing may be sent: paused, and not for a time that is over."""
        return self.is_paused and (self.resumes_at is None or now < self.resumes_at)


class ChannelStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def add(
        self, name: str, kind: str, settings: Mapping[str, Any], *, sealed: bytes, now: datetime
    ) -> str:
        channel_id = new_id()
        self._tx.execute(
            insert(table).values(
                id=channel_id,
                name=name,
                kind=kind,
                settings=dict(settings),
                sealed_secrets=sealed,
                created_at=now,
            )
        )
        return channel_id

    def get(self, channel_id: str) -> Channel:
        row = self._tx.execute(select(table).where(table.c.id == channel_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no channel {channel_id}")
        return _channel(row)

    def find(self, name: str) -> Channel | None:
        row = self._tx.execute(select(table).where(table.c.name == name)).one_or_none()
        return _channel(row) if row else None

    def all(self) -> list[Channel]:
        return [_channel(row) for row in self._tx.execute(select(table).order_by(table.c.name))]

    def pause(self, channel_id: str, reason: str, *, until: datetime | None = None) -> None:
        """Stop sending; `until` lets it go on by itself. A longer pause is never shortened."""
        current = self._lock(channel_id)
        if current.is_paused and _outlasts(current.resumes_at, until):
            return
        self._tx.execute(
            update(table)
            .where(table.c.id == channel_id)
            .values(is_paused=True, pause_reason=reason, resumes_at=until)
        )

    def _lock(self, channel_id: str) -> Channel:
        """Read a channel that nobody else pauses before the transaction ends."""
        query = select(table).where(table.c.id == channel_id).with_for_update(key_share=True)
        return _channel(self._tx.execute(query).one())

    def resume(self, channel_id: str) -> None:
        self._tx.execute(
            update(table)
            .where(table.c.id == channel_id)
            .values(is_paused=False, pause_reason="", resumes_at=None)
        )

    def sealed_secrets(self, channel_id: str) -> bytes:
        row = self._tx.execute(select(table.c.sealed_secrets).where(table.c.id == channel_id)).one()
        return bytes(row.sealed_secrets)

    def sealed_session(self, channel_id: str) -> bytes | None:
        row = self._tx.execute(select(table.c.sealed_session).where(table.c.id == channel_id)).one()
        return bytes(row.sealed_session) if row.sealed_session is not None else None

    def keep_session(self, channel_id: str, sealed: bytes) -> None:
        self._tx.execute(
            update(table).where(table.c.id == channel_id).values(sealed_session=sealed)
        )

    def rules(self) -> list[Rule]:
        rows = self._tx.execute(select(rule_table).order_by(rule_table.c.position, rule_table.c.id))
        return [_rule(row) for row in rows]

    def add_rule(self, rule: Rule) -> str:
        """`rule.id` is ignored; the new one is returned. Position 0: after all that are there."""
        rule_id = new_id()
        last = self._tx.scalar(select(func.max(rule_table.c.position))) or 0
        self._tx.execute(
            insert(rule_table).values(
                id=rule_id,
                channel_id=rule.channel_id,
                mode=rule.mode.value,
                sections=list(rule.sections),
                tags=list(rule.tags),
                languages=list(rule.languages),
                position=rule.position or last + 1,
            )
        )
        return rule_id

    def remove_rule(self, rule_id: str) -> bool:
        return self._tx.execute(delete(rule_table).where(rule_table.c.id == rule_id)).rowcount == 1


def _outlasts(current: datetime | None, wanted: datetime | None) -> bool:
    return current is None or (wanted is not None and wanted <= current)


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        id=row.id,
        name=row.name,
        kind=row.kind,
        settings=row.settings,
        is_paused=row.is_paused,
        pause_reason=row.pause_reason,
        resumes_at=row.resumes_at,
        created_at=row.created_at,
    )


def _rule(row: Row[Any]) -> Rule:
    return Rule(
        id=row.id,
        channel_id=row.channel_id,
        mode=RuleMode(row.mode),
        sections=tuple(row.sections),
        tags=tuple(row.tags),
        languages=tuple(row.languages),
        position=row.position,
    )
