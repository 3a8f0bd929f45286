"""Leases: who may do a thing right now, by the clock of whoever asks.

A lease keeps two processes from doing the same work at once as a rule; it is never what keeps a
post from going out twice. That is the fence on the delivery.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from service.storage.tables import lease as table

#: The lease of the dispatcher that leads; whoever holds it is alive.
DISPATCHER = "dispatcher"


class LeaseStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def take(self, name: str, holder: str, *, now: datetime, length: timedelta) -> bool:
        """Take or extend the lease; False while somebody else holds it."""
        taken = self._tx.execute(
            update(table)
            .where(table.c.name == name, or_(table.c.holder == holder, table.c.until < now))
            .values(holder=holder, until=now + length)
        )
        return taken.rowcount == 1 or self._create(name, holder, until=now + length)

    def _create(self, name: str, holder: str, *, until: datetime) -> bool:
        if self._tx.execute(select(table.c.name).where(table.c.name == name)).first():
            return False
        try:
            with self._tx.begin_nested():
                self._tx.execute(insert(table).values(name=name, holder=holder, until=until))
        except IntegrityError:
            return False
        return True

    def give_back(self, name: str, holder: str) -> None:
        self._tx.execute(delete(table).where(table.c.name == name, table.c.holder == holder))

    def is_held(self, name: str, *, now: datetime) -> bool:
        query = select(table.c.name).where(table.c.name == name, table.c.until >= now)
        return self._tx.execute(query).first() is not None
