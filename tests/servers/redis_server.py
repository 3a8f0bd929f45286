"""A Redis of the test's own: the embedded server, which can be stopped, killed and come back."""

import contextlib
from pathlib import Path

import redis

from service import broker
from tests.servers import processes


class RedisServer:
    """One server on one port and folder; starting it again finds the data it kept."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.port = processes.free_port()
        self.url = f"redis://{processes.HOST}:{self.port}/0"
        self.start()

    def start(self) -> None:
        log = self.directory / "redis.log"
        self._process = processes.start(
            broker.command(port=self.port, directory=self.directory), log=log
        )
        processes.wait_until(
            lambda: broker.is_ours(port=self.port, directory=self.directory),
            what="Redis",
            process=self._process,
            log=log,
            within_s=20,
        )

    @property
    def process_id(self) -> int:
        return self._process.pid

    def empty(self) -> None:
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            client.flushall()

    def stop(self) -> None:
        """End it in good order; its port refuses connections from now on."""
        processes.end(self._process)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()
