"""Fixtures that start real servers, each when the first test asks for it.

None of them skips: a server that cannot start fails the test with one sentence. A test that asks
for one is marked `servers` or `peers` here, so that `make check` leaves it out by itself.
"""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from service.config import Settings
from service.house import House, build
from service.keys import new_private_key, new_secret, public_half
from service.nudge import SilentNudger
from service.storage.migrating import migrate
from tests.servers.bluesky import Pds
from tests.servers.chromium import browser
from tests.servers.postgres import Postgres
from tests.servers.prism import Prism
from tests.servers.redis_server import RedisServer
from tests.servers.s3 import S3

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_REPOSITORY = Path(__file__).parents[1]
_MARKS = {
    "servers": {"postgres", "postgres_url", "redis_server", "redis_url", "chromium", "s3"},
    "peers": {"pds", "prism"},
}


def pytest_configure() -> None:
    """Hear Ctrl-C, and let the programs that tests start hear it.

    A shell that runs us in the background makes us ignore it, and children inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the servers it asks for, before `-m` chooses among them."""
    for item in items:
        for mark, fixtures in _MARKS.items():
            if fixtures.intersection(getattr(item, "fixturenames", ())):
                item.add_marker(mark)


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Find a file of the shared reference data: `shared("captures/ghost-6.65.json")`."""
    root = Path(os.environ.get("KINDLY_SHARED", _REPOSITORY.parent / "shared"))

    def find(path: str) -> Path:
        found = root / path
        if not found.exists():
            pytest.fail(
                f"{found} is not there: this test reads shared reference data; set KINDLY_SHARED "
                "to the folder that holds it",
                pytrace=False,
            )
        return found

    return find


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database that is this test's alone."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def _shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def redis_url(_shared_redis: RedisServer) -> str:
    """The address of an empty Redis that keeps running from test to test."""
    _shared_redis.empty()
    return _shared_redis.url


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, to stop, kill and start again."""
    server = RedisServer(tmp_path / "redis")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A bucket; what one test leaves there another one finds, so names are a test's own."""
    server = S3(tmp_path_factory.mktemp("s3"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """A browser. For one module only: Playwright keeps an event loop running while it is open."""
    with browser() as running:
        yield running


@pytest.fixture(scope="session")
def prism(
    shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Serve an official contract: `prism("mastodon/schema.json")` returns an address."""
    running = Prism(tmp_path_factory.mktemp("prism"))
    yield lambda contract: running.serve(shared(f"specs/{contract}"))
    running.close()


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    """A real Bluesky server; every test makes accounts of its own on it."""
    server = Pds(tmp_path_factory.mktemp("pds"))
    yield server
    server.close()


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)],
)
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either make: what holds on one must hold on the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kindly.db'}"
    return str(request.getfixturevalue("postgres_url"))


class TestClock:
    """A clock that stands until it is told to go on."""

    __test__ = False

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> TestClock:
    standing = TestClock()
    monkeypatch.setattr("service.clock.now", standing.now)
    return standing


@pytest.fixture
def house(database_address: str, tmp_path: Path) -> Iterator[House]:
    """One process's parts over an empty database; hints go nowhere."""
    private = new_private_key()
    built = build(
        Settings(
            data_dir=tmp_path,
            database_url=database_address,
            secret_key=SecretStr(new_secret()),
            seal_public_key=public_half(private),
            seal_private_key=SecretStr(private),
        ),
        nudger=SilentNudger(),
    )
    migrate(built.database)
    yield built
    built.database.close()
