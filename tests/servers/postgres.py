"""A throw-away PostgreSQL: one server for the test run, a fresh database for every test."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers import processes

_BINARIES = "/usr/lib/postgresql"
_OWNER = "kindly"
# PostgreSQL refuses to run as root, so root lends it the user that the Debian package made. The
# change of user drops the leash, so it is put on again (INT is PostgreSQL's quick way to stop).
_UNPRIVILEGED = "postgres"
_AS_UNPRIVILEGED = (
    "setpriv",
    f"--reuid={_UNPRIVILEGED}",
    f"--regid={_UNPRIVILEGED}",
    "--init-groups",
    "--pdeathsig=INT",
    "--",
)


class Postgres:
    """One server. Nothing is synced to disk: what it holds is gone after the run anyway."""

    def __init__(self) -> None:
        binaries = find_binaries()
        is_root = os.geteuid() == 0
        self._prefix = _AS_UNPRIVILEGED if is_root else ()
        self._home = _make_home(_UNPRIVILEGED if is_root else None)
        self._port = processes.free_port()
        self._numbers = itertools.count(1)
        self._initialise(binaries)
        log = self._home / "postgres.log"
        self._process = processes.start(
            [
                *self._prefix,
                str(binaries / "postgres"),
                "-D",
                f"{self._home}/data",
                *self._options(),
            ],
            log=log,
            cwd=self._home,
        )
        processes.wait_until(
            self._answers, what="PostgreSQL", process=self._process, log=log, within_s=30
        )

    def _initialise(self, binaries: Path) -> None:
        command = f"-D {self._home}/data -A trust -U {_OWNER} -E UTF8 --locale=C.UTF-8 --no-sync"
        result = subprocess.run(
            [*self._prefix, str(binaries / "initdb"), *command.split()],
            cwd=self._home,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise processes.ServerError(f"PostgreSQL cannot be set up: {result.stderr.strip()}")

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": processes.HOST,
            "port": self._port,
            "unix_socket_directories": self._home,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=processes.HOST,
            port=self._port,
            user=_OWNER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def create_database(self, template: str = "template1") -> str:
        """Make a database, a copy of `template` if named, and return its SQLAlchemy address."""
        name = f"kindly_{next(self._numbers)}"
        self._execute("create database {} template {}", name, template)
        return f"postgresql+psycopg://{_OWNER}@{processes.HOST}:{self._port}/{name}"

    def drop_database(self, address: str) -> None:
        """Drop the database even when a test forgot a connection to it."""
        self._execute("drop database if exists {} with (force)", address.rpartition("/")[2])

    def _execute(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))

    def stop(self) -> None:
        processes.end(self._process, by=signal.SIGINT)
        shutil.rmtree(self._home, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL on this machine."""
    found = [path.parent for path in Path(_BINARIES).glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    if on_path:
        return Path(on_path).resolve().parent
    raise processes.ServerError("PostgreSQL is not installed: run `make test` once to install it")


def _make_home(user: str | None) -> Path:
    # Not below pytest's own folders: the unprivileged user may not enter those.
    home = Path(tempfile.mkdtemp(prefix="kindly-postgres-"))
    if user is not None:
        owner = pwd.getpwnam(user)
        os.chown(home, owner.pw_uid, owner.pw_gid)
    return home
