"""Transactions and migrations, on both databases."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from service import clock
from service.storage.database import Database, DatabaseBusy
from service.storage.migrating import is_current, migrate
from service.storage.tables import metadata


@pytest.fixture
def database(database_address: str) -> Iterator[Database]:
    opened = Database(database_address)
    yield opened
    opened.close()


def test_read_and_write_back_by_many_loses_nothing(database: Database) -> None:
    with database.write() as tx:
        tx.execute(text("CREATE TABLE counter (n INTEGER)"))
        tx.execute(text("INSERT INTO counter VALUES (0)"))

    def count_up() -> None:
        for _ in range(25):
            with database.write() as tx:
                lock = "" if database.is_sqlite else " FOR UPDATE"
                n = tx.scalar(text(f"SELECT n FROM counter{lock}"))
                tx.execute(text("UPDATE counter SET n = :n"), {"n": (n or 0) + 1})

    writers = [threading.Thread(target=count_up) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with database.read() as tx:
        assert tx.scalar(text("SELECT n FROM counter")) == 100


def test_an_error_leaves_nothing_half_written(database: Database) -> None:
    migrate(database)

    def write_and_break() -> None:
        with database.write() as tx:
            tx.execute(text("INSERT INTO lease VALUES ('a', 'b', '2026-11-22 12:00:00')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_break()

    with database.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM lease")) == 0


def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    migrate(database)

    assert is_current(database)
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_migrating_from_several_processes_at_once_migrates_once(database_address: str) -> None:
    databases = [Database(database_address) for _ in range(3)]

    with ThreadPoolExecutor(3) as processes:
        list(processes.map(migrate, databases))

    assert "delivery" in inspect(databases[0].engine).get_table_names()
    for database in databases:
        database.close()


def test_machines_whose_clocks_differ_go_by_the_clock_of_their_database(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = clock.machine_time
    monkeypatch.setattr(clock, "_ahead", timedelta())
    monkeypatch.setattr(clock, "machine_time", lambda: right() + timedelta(minutes=10))
    database = Database(postgres_url)

    with database.read():
        now = clock.now()

    assert abs(now - right()) < timedelta(seconds=2)
    database.close()


def test_a_database_that_hangs_up_is_named_busy_and_asked_again(postgres_url: str) -> None:
    database = Database(postgres_url)

    with pytest.raises(DatabaseBusy, match="did not answer in time"), database.write() as tx:
        tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with database.read() as tx:
        assert tx.scalar(text("SELECT 1")) == 1
    database.close()


def test_a_database_that_stays_locked_is_named_busy(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'busy.db'}"
    holder, waiter = Database(address), Database(address, busy_ms=100)

    with (
        holder.write(),
        pytest.raises(DatabaseBusy, match="did not answer in time"),
        waiter.write(),
    ):
        pass

    holder.close()
    waiter.close()
