"""Webhook sources: which CMS may speak to us, and the secrets that prove it.

The secrets are sealed with the web's own key: web must read them to verify a request.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from service.storage.tables import source as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    name: str
    kind: str
    sealed_secrets: bytes
    created_at: datetime


class SourceStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def add(self, name: str, kind: str, sealed_secrets: bytes, *, now: datetime) -> None:
        self._tx.execute(
            insert(table).values(name=name, kind=kind, secrets=sealed_secrets, created_at=now)
        )

    def replace_secrets(self, name: str, sealed_secrets: bytes) -> bool:
        changed = self._tx.execute(
            update(table).where(table.c.name == name).values(secrets=sealed_secrets)
        )
        return changed.rowcount == 1

    def find(self, name: str) -> Source | None:
        row = self._tx.execute(select(table).where(table.c.name == name)).one_or_none()
        if row is None:
            return None
        return Source(
            name=row.name,
            kind=row.kind,
            sealed_secrets=bytes(row.secrets),
            created_at=row.created_at,
        )

    def all(self) -> list[Source]:
        names = list(self._tx.scalars(select(table.c.name).order_by(table.c.name)))
        return [found for name in names if (found := self.find(name))]
