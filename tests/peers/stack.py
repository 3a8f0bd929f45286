"""Kindly's own processes, started as an operator starts them: web, worker and dispatcher.

Every process is ended by its number, the worker with its whole group, so that a kill here is the
kill that an operator or the kernel would give.
"""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import requests
from pydantic import SecretStr

from service import clock
from service.accounts import add_account
from service.config import Settings
from service.domain.delivery import Delivery
from service.domain.plan import RuleMode
from service.house import House, build
from service.keys import new_private_key, new_secret, public_half
from service.nudge import SilentNudger
from service.sources import add_webhook_source
from service.storage.deliveries import DeliveryStore
from service.storage.migrating import migrate
from service.storage.stories import StoryStore
from service.up import web_command, worker_command
from tests.servers import processes

GHOST_SECRET = "ghost-webhook-secret"
_T = TypeVar("_T")


class Stack:
    """One installation. `lease_s` is as short as a send allows: tests wait for it to be over."""

    def __init__(self, home: Path, *, database_url: str = "", redis_url: str) -> None:
        self._logs = home
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        private = new_private_key()
        self.settings = Settings(
            secret_key=SecretStr(new_secret()),
            seal_public_key=public_half(private),
            seal_private_key=SecretStr(private),
            data_dir=home / "data",
            redis_url=redis_url,
            port=processes.free_port(),
            allow_private_hosts=frozenset({"127.0.0.1", "localhost"}),
            lease_s=40,
            settle_delay_s=3,
            second_look_s=1,
            database_url=database_url,
        )
        self.house: House = build(self.settings, nudger=SilentNudger())
        migrate(self.house.database)

    @property
    def url(self) -> str:
        return self.settings.public_address

    def start(self, *names: str) -> None:
        """Start the named parts; all of them if none is named."""
        for name in names or ("web", "worker", "dispatcher"):
            log = self._logs / f"{name}.log"
            command = self._command(name)
            self._running[name] = processes.start(command, log=log, env=self._environment())
        if "web" in (names or ("web",)):
            self._wait_for_web()

    def kill(self, name: str) -> None:
        """SIGKILL the part and everything that it started."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> None:
        processes.end(self._running.pop(name), within_s=30)

    def close(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self.house.database.close()

    def _command(self, name: str) -> list[str]:
        commands = {
            "web": web_command(self.settings),
            "worker": worker_command(),
            "dispatcher": [str(Path(sys.executable).with_name("kindly")), "dispatcher"],
        }
        return commands[name]

    def _environment(self) -> dict[str, str]:
        chosen = self.settings
        return {
            "KINDLY_DATABASE_URL": chosen.database_url,
            "KINDLY_SECRET_KEY": chosen.secret_key.get_secret_value(),
            "KINDLY_SEAL_PUBLIC_KEY": chosen.seal_public_key,
            "KINDLY_SEAL_PRIVATE_KEY": chosen.seal_private_key.get_secret_value(),
            "KINDLY_DATA_DIR": str(chosen.data_dir),
            "KINDLY_REDIS_URL": chosen.redis_url,
            "KINDLY_PORT": str(chosen.port),
            "KINDLY_ALLOW_PRIVATE_HOSTS": ",".join(chosen.allow_private_hosts),
            "KINDLY_LEASE_S": str(chosen.lease_s),
            "KINDLY_SETTLE_DELAY_S": str(chosen.settle_delay_s),
            "KINDLY_SECOND_LOOK_S": str(chosen.second_look_s),
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_for_web(self) -> None:
        processes.wait_until(
            lambda: _answers(f"{self.url}/healthz"),
            what="Kindly's web",
            process=self._running["web"],
            log=self._logs / "web.log",
            within_s=60,
        )

    # -- what an operator and a CMS do --------------------------------------------------------

    def add_channel(
        self, name: str, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> None:
        add_account(
            self.house, name, kind, settings, secrets,
            mode=RuleMode.AUTOMATIC, actor="test", now=clock.now(),
        )  # fmt: skip

    def add_ghost(self) -> None:
        add_webhook_source(
            self.house, "ghost", "ghost", GHOST_SECRET, actor="test", now=clock.now()
        )

    def post_as_ghost(self, recorded: Path, **changes: str) -> requests.Response:
        """Send a recorded request of a real Ghost, with its signature made anew for today."""
        body = json.loads(recorded.read_text(encoding="utf-8"))["body"]
        if changes:
            document = json.loads(body)
            document["post"]["current"].update(changes)
            body = json.dumps(document)
        stamp = str(time.time_ns() // 1_000_000)
        signed = hmac.new(GHOST_SECRET.encode(), (body + stamp).encode(), hashlib.sha256)
        return requests.post(
            f"{self.url}/webhooks/ghost",
            data=body.encode(),
            headers={
                "Content-Type": "application/json",
                "X-Ghost-Signature": f"sha256={signed.hexdigest()}, t={stamp}",
            },
            timeout=10,
        )

    # -- what the database says ---------------------------------------------------------------

    def deliveries(self) -> list[Delivery]:
        with self.house.database.read() as tx:
            stories = StoryStore(tx).newest(limit=100)
            grouped = DeliveryStore(tx).of_stories(story.id for story in stories)
        return [delivery for found in grouped.values() for delivery in found]

    def log_of(self, name: str) -> str:
        return (self._logs / f"{name}.log").read_text(encoding="utf-8")


def eventually(find: Callable[[], _T | None], *, within_s: float, what: str) -> _T:
    """Ask again until `find` gives something, or fail saying `what` never came."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {within_s:g} seconds")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
