"""Whatever a stranger sends: a clear answer, in little time, in less than a gigabyte.

Every file is opened as the service opens it, in a process of its own whose memory the system bounds
and measures.
"""

import io
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from service.cards.picture import quarantine
from service.cards.picture.decode import decode
from service.cards.picture.essence import essence
from service.cards.picture.quarantine import admit
from service.domain.errors import BadPayload
from tests.cards.picture.hostile import HOSTILE, TURNED, damaged_everywhere, kinds_of_photo
from tests.cards.pictures import SAMPLE_PHOTO, encoded

_ROOT = Path(__file__).parents[3]
# A process that decodes within 1 GiB of address space and tells its answer.
_WITHIN_A_GIBIBYTE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from service.cards.picture.decode import decode
from service.domain.errors import BadPayload
try:
    print(decode(sys.stdin.buffer.read(), covering=(1200, 630)).size)
except BadPayload as problem:
    print(problem)
# Not ru_maxrss, which begins with what the parent had.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.parametrize(("make", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_photo_gets_a_clear_answer_soon(make, reason):
    data = make()
    assert len(data) < 10 * 1024 * 1024
    started = resource.getrusage(resource.RUSAGE_CHILDREN)

    if reason is None:
        kept = Image.open(io.BytesIO(admit(data)))
        kept.load()
        assert kept.format == "JPEG"
    else:
        with pytest.raises(BadPayload, match=reason) as refusal:
            admit(data)
        assert str(refusal.value).startswith("The picture ")
        assert str(refusal.value).count(". ") == 0

    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime < 5


@pytest.mark.parametrize(
    "make", [make for make, _ in HOSTILE.values()], ids=HOSTILE
)  # fmt: skip
def test_decoding_alone_stays_under_a_gibibyte_too(make):
    child = subprocess.run(
        [sys.executable, "-c", _WITHIN_A_GIBIBYTE],
        input=make(), capture_output=True, check=False, cwd=_ROOT, timeout=60,
    )  # fmt: skip

    assert child.returncode == 0, child.stderr.decode()[-500:]
    answer, peak = child.stdout.decode().splitlines()
    assert answer.startswith(("The picture ", "("))
    assert int(peak) < 700 * 1024


@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param(b"junk", id="junk"),
        pytest.param(b"\xff\x00\x00\x80", id="an escaped 0xFF"),
        pytest.param(b"\xff\xf0\x00\x80", id="a reserved part"),
        pytest.param(b"\xff\xc8\x00\x80", id="an extension"),
        pytest.param(b"\xff\x01\xff\xd0", id="markers without a length"),
        pytest.param(b"\xff\xd9", id="an end"),
    ],
)
def test_notes_cannot_hide_behind_what_is_no_part_of_a_jpeg(disguise):
    exif = (b"Exif\0\0" + TURNED).ljust(0x80 - 2 - 4, b"\0")
    photo = encoded(Image.new("RGB", (200, 100), "teal"), exif=exif)
    start = photo.index(b"\xff\xe1")
    data = photo[:start] + disguise + photo[start:]

    seen = Image.open(io.BytesIO(essence(data).data))

    assert "exif" not in seen.info
    assert decode(data, covering=(64, 64)).size in {(200, 100), (100, 200)}


@pytest.mark.parametrize("kind", kinds_of_photo())
def test_a_file_damaged_anywhere_is_drawn_or_refused_and_nothing_else(kind):
    answers = set()
    for broken in damaged_everywhere(kinds_of_photo()[kind], times=150):
        try:
            answers.add(decode(broken, covering=(64, 64)).mode)
        except BadPayload as problem:
            answers.add(str(problem)[:11])

    assert answers <= {"RGB", "The picture"}
    assert "RGB" in answers


def test_a_sound_photo_comes_back_from_quarantine():
    kept = admit(SAMPLE_PHOTO.read_bytes())

    assert decode(kept, covering=(1200, 630)).width >= 1200


def test_a_limit_of_memory_is_an_answer_and_no_crash(monkeypatch):
    monkeypatch.setattr(quarantine, "CELL", replace(quarantine.CELL, memory_bytes=150_000_000))

    with pytest.raises(BadPayload, match=r"memory or time|damaged"):
        admit(encoded(Image.new("RGB", (8000, 4900)), "PNG"))
