"""Single flight: however many ask for a picture at once, one of them draws it."""

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.cards.renditions import RenditionStore
from service.cards.turns import Turns
from service.domain.card import Card, CardSize
from service.domain.errors import Unavailable

_CARD = Card(headline="Ferry strike ends", site_name="The Harbour Post")

# Says `ready`, waits for a line, and then asks for the same card from many threads.
_ASKING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from service import logs
from service.cards.renditions import RenditionStore
from service.domain.card import Card, CardSize

logs.set_up("json")
store = RenditionStore(Path(sys.argv[1]))
card = Card(headline="Ferry strike ends", site_name="The Harbour Post")
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(25) as threads:
    answers = list(threads.map(lambda _: store.rendition(card, CardSize.OG).data, range(25)))
print(len(answers), len(set(answers)), len(answers[0]), flush=True)
"""

# Takes the turn of a picture, and then hangs for ever.
_HANGING = """
import sys, time
from pathlib import Path
from service.cards.turns import Turns

with Turns(Path(sys.argv[1])).take("a picture", patience_s=5):
    print("mine", flush=True)
    time.sleep(600)
"""


def _start(program, folder):
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def hanging(tmp_path):
    process = _start(_HANGING, tmp_path)
    assert process.stdout.readline() == "mine\n"
    yield process
    process.kill()
    process.communicate()


def test_a_hundred_requests_to_four_processes_make_one_drawing(tmp_path):
    processes = [_start(_ASKING, tmp_path) for _ in range(4)]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4

    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120) for process in processes]

    traces = [json.loads(line) for _, errors in said for line in errors.splitlines()]
    assert [trace["event"] for trace in traces] == ["card drawn"]
    answers = {answer.strip() for answer, _ in said}
    size = len(RenditionStore(tmp_path).rendition(_CARD, CardSize.OG).data)
    assert answers == {f"25 1 {size}"}


def test_a_drawer_that_is_killed_keeps_nobody_waiting(tmp_path, hanging):
    turns = Turns(tmp_path)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(_seconds_until_taken, turns)
        time.sleep(0.2)

        hanging.send_signal(signal.SIGKILL)

        assert 0.2 <= waiting.result(timeout=10) < 5


def test_a_drawer_that_hangs_is_waited_for_no_longer_than_said(tmp_path, hanging):
    started = time.monotonic()

    with pytest.raises(Unavailable, match="ask again later"):
        _take(Turns(tmp_path), patience_s=0.5)

    assert 0.5 <= time.monotonic() - started < 3


def test_pictures_are_drawn_beside_each_other_but_not_all_at_once(tmp_path):
    turns = Turns(tmp_path)

    with (
        turns.take("one", patience_s=1),
        turns.take("two", patience_s=1),
        pytest.raises(Unavailable),
    ):
        _take(turns, "three", patience_s=0.1)


def test_without_a_place_for_locks_it_is_drawn_all_the_same(tmp_path):
    (tmp_path / "turns").write_text("a file where a folder should be")

    drawn = RenditionStore(tmp_path).rendition(_CARD, CardSize.OG)

    assert drawn.data


def _seconds_until_taken(turns):
    started = time.monotonic()
    _take(turns, patience_s=10)
    return time.monotonic() - started


def _take(turns, name="a picture", *, patience_s):
    with turns.take(name, patience_s=patience_s):
        pass
