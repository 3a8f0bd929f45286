"""A newcomer's first minutes: the real `kindly up`, its real parts, and Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from service.config import load_settings
from service.domain.delivery import DeliveryState, HoldReason
from service.house import build
from service.nudge import SilentNudger
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.staff import StaffStore
from service.storage.stories import StoryStore
from tests.servers import processes

pytestmark = pytest.mark.servers

_KINDLY = str(Path(sys.executable).with_name("kindly"))
# On an idle machine a start takes five seconds; this one is shared with other tests.
_START_S = 90
_HEADLINE = "Saltmere relights its harbour lighthouse"


class Installation:
    """A data folder with its settings, and what `kindly up` does there."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "var"
        self._outputs = folder
        self._started: list[subprocess.Popen[bytes]] = []
        self.chosen = {
            "KINDLY_DATA_DIR": str(self.data_dir),
            "KINDLY_PORT": str(processes.free_port()),
            "KINDLY_REDIS_PORT": str(processes.free_port()),
        }
        self.house = build(load_settings(self.chosen), nudger=SilentNudger())

    @property
    def url(self) -> str:
        return self.house.settings.public_address

    def up(self) -> "Up":
        output = self._outputs / f"up-{len(self._started)}.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [_KINDLY, "up"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return Up(process, output)

    def refused(self) -> str:
        """Start where that must fail; returns what was said."""
        ended = subprocess.run(
            [_KINDLY, "up"],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=_START_S,
            check=False,
        )
        assert ended.returncode == 2, ended.stdout + ended.stderr
        return ended.stderr

    def close(self) -> None:
        for process in self._started:
            processes.end(process, by=signal.SIGINT, within_s=60)
        self.house.database.close()

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KINDLY_")}
        return {**inherited, **self.chosen}


class Up:
    """One running `kindly up`."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def said(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        processes.wait_until(
            lambda: words in self.said,
            what="kindly up",
            process=self.process,
            log=self._output,
            within_s=_START_S,
        )

    def interrupt(self) -> int:
        """Press Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def family(self) -> set[int]:
        """Every process that was started from this one, directly or not."""
        parents = _parents()
        family = {self.process.pid}
        while found := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= found
        return family - {self.process.pid}


def _parents() -> dict[int, int]:
    told = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    return {int(pid): int(parent) for pid, parent in map(str.split, told.stdout.splitlines())}


@pytest.fixture
def installation(tmp_path):
    found = Installation(tmp_path)
    yield found
    found.close()


def states_of(house, story_id):
    """The state of every delivery of the story, by its channel's name."""
    with house.database.read() as tx:
        names = {channel.id: channel.name for channel in ChannelStore(tx).all()}
        return {
            names[delivery.channel_id]: (delivery.state, delivery.hold_reason)
            for delivery in DeliveryStore(tx).of_story(story_id)
        }


def sign_in(url, email, password):
    """Sign in as a browser does; returns the page that comes after it."""
    with requests.Session() as browser:
        form = browser.get(f"{url}/sign-in", timeout=10).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert token
        fields = {"email": email, "password": password, "csrf_token": token[1]}
        return browser.post(f"{url}/sign-in", data=fields, timeout=20)


def test_a_first_start_shows_a_story_with_its_receipts_and_a_second_finds_it(installation):
    first = installation.up()
    first.wait_for("See it: ")

    said = first.said
    login = re.search(r"sign in as (\S+) with the password (\S+) \(shown this once\)", said)
    story_id = said.split("/desk/stories/")[1].split()[0]
    states = states_of(installation.house, story_id)
    assert f"Kindly runs: {installation.url}/desk\n" in said
    assert said.count("\n") < 20
    assert len(states) == 6
    assert states.pop("our-linkedin") == (DeliveryState.HELD, HoldReason.REVIEW)
    assert set(states.values()) == {(DeliveryState.DELIVERED, None)}
    receipts = re.findall(r"out: (\S+)", said)
    assert len(receipts) == 5
    assert all(requests.get(receipt, timeout=10).status_code == 200 for receipt in receipts)
    assert login
    page = sign_in(installation.url, login[1], login[2])
    assert (page.url, page.status_code) == (f"{installation.url}/desk", 200)
    assert _HEADLINE in page.text
    assert "do not match" in sign_in(installation.url, login[1], "another password").text

    twin = installation.refused()
    assert "already runs" in twin
    assert twin.count("\n") == 1

    family = first.family()
    assert len(family) >= 4
    assert first.interrupt() == 0
    assert family & _parents().keys() == set()
    assert first.said.endswith("\nKindly has stopped\n")

    second = installation.up()
    second.wait_for("Kindly runs: ")
    page = sign_in(installation.url, login[1], login[2])
    assert _HEADLINE in page.text
    assert second.interrupt() == 0
    assert "password" not in second.said
    assert "sample" not in second.said
    with installation.house.database.read() as tx:
        assert StoryStore(tx).count() == 1


def test_a_start_that_is_broken_off_leaves_nothing_and_keeps_the_first_login(installation):
    started = installation.up()
    started.wait_for("Kindly starts: redis")
    processes.wait_until(
        lambda: bool(started.family()), what="a part", process=started.process,
        log=installation.data_dir / "logs" / "redis.log", within_s=_START_S,
    )  # fmt: skip

    family = started.family()
    code = started.interrupt()

    assert code == 0
    assert family & _parents().keys() == set()
    assert "password" not in started.said
    assert "Traceback" not in started.said
    with installation.house.database.read() as tx:
        assert StaffStore(tx).count() == 0


@pytest.mark.parametrize("setting", ["KINDLY_PORT", "KINDLY_REDIS_PORT"])
def test_a_port_that_another_program_holds_is_told_in_one_sentence(installation, setting):
    with socket.create_server(("127.0.0.1", int(installation.chosen[setting]))):
        said = installation.refused()

    assert said.count("\n") == 1
    assert installation.chosen[setting] in said
    assert f"set {setting} to a free port" in said
    with installation.house.database.read() as tx:
        assert not tx.dialect.has_table(tx, "staff") or StaffStore(tx).count() == 0


def test_an_address_of_another_machine_is_told_in_one_sentence(installation):
    installation.chosen["KINDLY_HOST"] = "192.0.2.1"

    said = installation.refused()

    assert said.count("\n") == 1
    assert "set KINDLY_HOST" in said
