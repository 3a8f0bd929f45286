"""Finding due work reads the due rows, however many stories have gone out before."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from service.storage.database import Database
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore
from service.storage.migrating import migrate

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOON = timedelta(seconds=30)


@pytest.fixture
def database(database_address: str) -> Iterator[Database]:
    opened = Database(database_address)
    migrate(opened)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(
            lambda tx: DeliveryStore(tx).take_due(now=NOON, again_after=SOON, limit=9), id="due"
        ),
        pytest.param(
            lambda tx: DeliveryStore(tx).release_expired(
                now=NOON, settle_delay=SOON, quick_kinds=["bluesky"]
            ),
            id="expired",
        ),
        pytest.param(
            lambda tx: EventStore(tx).take_due(now=NOON, again_after=SOON, limit=9), id="notices"
        ),
        pytest.param(lambda tx: EventStore(tx).gone_at("cms", "1"), id="withdrawals"),
        pytest.param(lambda tx: EventStore(tx).of_story("1"), id="notices of a story"),
        pytest.param(lambda tx: DeliveryStore(tx).unsent_of("1"), id="unsent"),
    ],
)
def test_no_question_of_the_engine_reads_a_whole_table(
    database: Database, ask: Callable[[Connection], object]
) -> None:
    asked: list[tuple[str, Any]] = []

    def listen(*said: Any) -> None:
        asked.append((said[2], said[3]))

    event.listen(database.engine, "before_cursor_execute", listen)
    with database.write() as tx:
        ask(tx)
    event.remove(database.engine, "before_cursor_execute", listen)

    plans = "\n".join(_plan(database, *question) for question in asked)
    assert asked
    for table in ("delivery", "story_event"):
        assert f"SCAN {table}" not in plans
        assert f"Seq Scan on {table}" not in plans


def _plan(database: Database, statement: str, values: Any) -> str:
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.write() as tx:
        if not database.is_sqlite:
            tx.execute(text("SET LOCAL enable_seqscan = off"))  # the tables are empty here
        rows = tx.exec_driver_sql(f"{explain} {statement}", values).all()
    return "\n".join(str(row[-1]) for row in rows)
