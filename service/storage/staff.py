"""Staff, their sessions, API tokens, and the trail of what people did.

Session and token values are stored as SHA-256: whoever reads the table cannot sign in with it.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from service.storage.ids import new_id
from service.storage.tables import api_token, audit, staff_session
from service.storage.tables import staff as table

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    email: str
    name: str
    password_hash: str
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


class StaffStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def add(self, email: str, name: str, password_hash: str, *, now: datetime) -> str:
        person_id = new_id()
        self._tx.execute(
            insert(table).values(
                id=person_id,
                email=email.strip().lower(),
                name=name,
                password_hash=password_hash,
                created_at=now,
            )
        )
        return person_id

    def find(self, email: str) -> Person | None:
        row = self._tx.execute(
            select(table).where(table.c.email == email.strip().lower())
        ).one_or_none()
        return _person(row) if row else None

    def count(self) -> int:
        return self._tx.scalar(select(func.count()).select_from(table)) or 0

    def set_password(self, person_id: str, password_hash: str) -> None:
        """Change the password and end every session of this person."""
        self._tx.execute(
            update(table).where(table.c.id == person_id).values(password_hash=password_hash)
        )
        self._tx.execute(delete(staff_session).where(staff_session.c.staff_id == person_id))

    def note_failure(self, person_id: str, *, locked_until: datetime | None) -> None:
        self._tx.execute(
            update(table)
            .where(table.c.id == person_id)
            .values(failures=table.c.failures + 1, locked_until=locked_until)
        )

    def forget_failures(self, person_id: str) -> None:
        self._tx.execute(
            update(table).where(table.c.id == person_id).values(failures=0, locked_until=None)
        )

    def open_session(self, person_id: str, *, now: datetime) -> str:
        """Start a session and return its value, which only the browser keeps."""
        value = secrets.token_urlsafe(32)
        self._tx.execute(
            insert(staff_session).values(
                token_hash=_hash(value), staff_id=person_id, created_at=now, seen_at=now
            )
        )
        return value

    def who(self, session: str, *, now: datetime) -> Person | None:
        """The person behind a session that is neither idle for too long nor too old."""
        row = self._tx.execute(
            select(table, staff_session.c.seen_at)
            .join(staff_session, staff_session.c.staff_id == table.c.id)
            .where(
                staff_session.c.token_hash == _hash(session),
                staff_session.c.seen_at > now - IDLE,
                staff_session.c.created_at > now - LONGEST,
            )
        ).one_or_none()
        return _person(row) if row else None

    def seen_at(self, session: str) -> datetime | None:
        """When this session was last touched."""
        query = select(staff_session.c.seen_at).where(staff_session.c.token_hash == _hash(session))
        return self._tx.scalar(query)

    def touch_session(self, session: str, *, now: datetime) -> None:
        self._tx.execute(
            update(staff_session)
            .where(staff_session.c.token_hash == _hash(session))
            .values(seen_at=now)
        )

    def close_session(self, session: str) -> None:
        self._tx.execute(delete(staff_session).where(staff_session.c.token_hash == _hash(session)))

    def add_token(self, name: str, *, now: datetime) -> str:
        """Make an API token and return it; it cannot be read again."""
        value = f"kindly_{secrets.token_urlsafe(32)}"
        self._tx.execute(
            insert(api_token).values(
                id=new_id(), name=name, token_hash=_hash(value), created_at=now
            )
        )
        return value

    def tokens(self) -> list[str]:
        """The names of all API tokens."""
        return list(self._tx.scalars(select(api_token.c.name).order_by(api_token.c.name)))

    def remove_token(self, name: str) -> bool:
        return self._tx.execute(delete(api_token).where(api_token.c.name == name)).rowcount == 1

    def token_name(self, value: str) -> str | None:
        query = select(api_token.c.name).where(api_token.c.token_hash == _hash(value))
        return self._tx.scalar(query)

    def audit(
        self, actor: str, action: str, subject: str, *, now: datetime, **details: Any
    ) -> None:
        self._tx.execute(
            insert(audit).values(
                at=now, actor=actor, action=action, subject=subject, details=details
            )
        )

    def trail(
        self, *, subjects: Collection[str] | None = None, limit: int = 200
    ) -> list[AuditEntry]:
        """What people did, to any of `subjects` if they are named; newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if subjects is not None:
            query = query.where(audit.c.subject.in_(subjects))
        return [
            AuditEntry(
                at=row.at,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                details=row.details,
            )
            for row in self._tx.execute(query)
        ]


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        password_hash=row.password_hash,
        failures=row.failures,
        locked_until=row.locked_until,
    )
