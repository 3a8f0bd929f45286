"""Transactions on SQLite and PostgreSQL, with the settings that keep them honest.

The one thing a reader gets wrong: SQLite under Python's driver opens no transaction for a
SELECT, and read-modify-write then loses updates without an error. Writers therefore start with
BEGIN IMMEDIATE here, and readers with their own snapshot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service import clock
from service.domain.errors import HouseError

# The busy handler is not fair: under four writers single waits of 2 to 6 seconds were measured.
_SQLITE_BUSY_MS = 30_000

_BEGIN = "kindly_begin"

_POSTGRES_OPTIONS = (
    "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
)


class DatabaseBusy(HouseError):
    """The database did not let us in within its time limits, or hung up.

    Nothing was written, unless it hung up just while committing: whoever asks again finds out.
    """


class Database:
    """Hands out transactions. Safe to share between threads; make one per process."""

    def __init__(self, address: str, *, busy_ms: int = _SQLITE_BUSY_MS) -> None:
        self.is_sqlite = make_url(address).get_backend_name() == "sqlite"
        self.engine = _sqlite(address, busy_ms) if self.is_sqlite else _postgres(address)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; commits at the end, rolls back on any error."""
        with _busy_is_named(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot to read from."""
        reader = self.engine.execution_options(**{_BEGIN: "BEGIN DEFERRED"})
        with _busy_is_named(), reader.begin() as connection:
            yield connection

    def after_fork(self) -> None:
        """Drop inherited connections without closing them: they belong to the parent."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        self.engine.dispose()


def _sqlite(address: str, busy_ms: int) -> Engine:
    path = make_url(address).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(
        address,
        hide_parameters=True,  # a failed statement is logged, what it carried is not
        connect_args={"timeout": busy_ms / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we write BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={busy_ms}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(
            connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE")
        )

    return engine


def _postgres(address: str) -> Engine:
    url = make_url(address)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_recycle=900,
        connect_args={"options": _POSTGRES_OPTIONS, "connect_timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def set_the_clock(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            clock.follow(cursor.fetchone()[0])
        connection.rollback()

    return engine


@contextmanager
def _busy_is_named() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise _busy(error) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise _busy(error) from error  # the server hung up on us, whatever it called that


def _busy(error: Exception) -> DatabaseBusy:
    reason = type(getattr(error, "orig", error)).__name__
    return DatabaseBusy(f"the database did not answer in time ({reason})")
