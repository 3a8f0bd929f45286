"""Single flight: however many ask for a picture at once, one of them draws it."""

import ctypes
import io
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

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


# Draws one card after another until somebody ends it.
_DRAWING = """
import sys
from pathlib import Path
from service import logs
from service.cards.renditions import RenditionStore
from service.domain.card import Card, CardSize

logs.set_up("json")
store = RenditionStore(Path(sys.argv[1]))
for number in range(10_000):
    card = Card(headline=f"Ferry strike ends {number}")
    store.put_card(card)
    for size in CardSize:
        store.rendition(card, size)
    print(number, flush=True)
"""

# Has eight threads hold memory at once, and counts the heaps that it comes from.
_HOLDING = """
import ctypes, sys, threading
from pathlib import Path
from service.cards.turns import Turns

Turns(Path(sys.argv[1]))
together = threading.Barrier(8)

def hold():
    held = bytearray(100_000)
    together.wait()

threads = [threading.Thread(target=hold) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(f"{sys.argv[1]}/heaps".encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
"""


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


def test_a_process_that_is_killed_while_it_draws_leaves_nothing_half_written(tmp_path):
    for number in range(6):
        process = _start(_DRAWING, tmp_path)
        assert process.stdout.readline()
        time.sleep(0.03 * number)
        process.kill()
        process.communicate()

    store = RenditionStore(tmp_path)
    pictures = _kept(tmp_path / "renditions")
    assert len(pictures) >= 6
    for path in pictures:
        data = path.read_bytes()
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
        assert data.endswith(b"\xff\xd9")
    for path in _kept(tmp_path / "cards"):
        card = store.card(path.stem)
        assert card
        assert all(store.rendition(card, size, patience_s=2).data for size in CardSize)


def test_threads_that_draw_take_their_memory_from_one_heap(tmp_path):
    if not hasattr(ctypes.CDLL(None), "malloc_info"):
        pytest.skip("only glibc has a heap for each thread")

    subprocess.run([sys.executable, "-c", _HOLDING, str(tmp_path)], check=True)

    assert (tmp_path / "heaps").read_text().count("<heap nr=") == 1


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


def _kept(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if not path.name.startswith(".new-")]


def _seconds_until_taken(turns):
    started = time.monotonic()
    _take(turns, patience_s=10)
    return time.monotonic() - started


def _take(turns, name="a picture", *, patience_s):
    with turns.take(name, patience_s=patience_s):
        pass
