"""The supervisor with small programs of the test's own: start, crash, stop, give up, lock."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from service.domain.errors import Misconfigured
from service.logtail import LogTail
from service.supervisor import Patience, Program, only_one, run

_SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
_CRASHER = "import sys; print('out of paper'); sys.exit(3)"
_QUICK = Patience(grace_s=5, ready_within_s=10, crashes=3, first_pause_s=0.05)


def _python(name, code, **chosen):
    return Program(name=name, argv=[sys.executable, "-c", code], **chosen)


def _interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def _interrupt_when(condition):
    """Press Ctrl-C once `condition` holds; at the latest after ten seconds."""

    def wait():
        _wait_for(condition)
        _interrupt()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def _wait_for(condition, within_s=10):
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def _is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except FileNotFoundError:
        return False
    return state.split()[0] != "Z"


def test_programs_start_in_order_once_the_one_before_is_ready(tmp_path):
    marker = tmp_path / "ready"
    first = _python(
        "first",
        f"import time; time.sleep(0.4); open({str(marker)!r}, 'w').close(); time.sleep(60)",
        ready=marker.exists,
    )
    second = _python(
        "second",
        f"import os, time; print(os.path.exists({str(marker)!r}), flush=True); time.sleep(60)",
        ready=lambda: "\n" in (tmp_path / "logs/second.log").read_text(),
    )

    code = run([first, second], log_dir=tmp_path / "logs", on_ready=_interrupt, patience=_QUICK)

    assert code == 0
    assert (tmp_path / "logs/second.log").read_text() == "True\n"


def test_a_crashed_program_is_started_again(tmp_path, capsys):
    log = tmp_path / "logs/worker.log"
    crashes_once = (
        "import os, sys, time; print('born', flush=True); again = os.path.exists('"
        f"{tmp_path}/died'); open('{tmp_path}/died', 'w').close();"
        "time.sleep(60) if again else sys.exit(7)"
    )
    thread = _interrupt_when(lambda: log.exists() and log.read_text().count("born") == 2)

    code = run([_python("worker", crashes_once)], log_dir=tmp_path / "logs", patience=_QUICK)
    thread.join()

    assert code == 0
    assert log.read_text() == "born\nborn\n"
    assert "worker ended with code 7; starting it again" in capsys.readouterr().err


def test_a_program_that_keeps_crashing_ends_everything_with_one_sentence(tmp_path, capsys):
    pid = tmp_path / "pid"
    steady = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

    code = run(
        [_python("web", steady, ready=pid.exists), _python("worker", _CRASHER)],
        log_dir=tmp_path / "logs",
        patience=_QUICK,
    )

    assert code == 1
    assert not _is_alive(int(pid.read_text()))
    assert capsys.readouterr().err.splitlines()[-1] == (
        "worker ended with code 3, 3 times within 60 seconds; its last words were "
        f'"out of paper": read {tmp_path}/logs/worker.log'
    )


def test_a_program_that_never_gets_ready_is_named(tmp_path, capsys):
    patience = Patience(grace_s=5, ready_within_s=0.3)

    code = run(
        [_python("web", _SLEEPER, ready=lambda: False)],
        log_dir=tmp_path / "logs",
        patience=patience,
    )

    assert code == 1
    assert "web was not ready within 0.3 seconds" in capsys.readouterr().err


def test_a_program_that_does_not_exist_is_named(tmp_path, capsys):
    missing = Program(name="web", argv=["/nowhere/web"])

    code = run([missing], log_dir=tmp_path / "logs", patience=_QUICK)

    assert code == 1
    assert "cannot start /nowhere/web: No such file" in capsys.readouterr().err


def test_programs_that_others_lean_on_stop_last(tmp_path):
    ends = tmp_path / "ends"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    time.sleep({{wait}}); open({str(ends)!r}, 'a').write('{{name}} '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)"
    )

    def program(name, wait, **chosen):
        log = tmp_path / f"logs/{name}.log"
        return _python(
            name,
            code.format(name=name, wait=wait),
            ready=lambda: "up" in log.read_text(),
            **chosen,
        )

    run(
        [program("redis", 0, stop_order=1), program("worker", 0.5)],
        log_dir=tmp_path / "logs",
        on_ready=_interrupt,
        patience=_QUICK,
    )

    assert ends.read_text() == "worker redis "


@pytest.mark.parametrize(
    ("presses", "code", "grace_s"),
    [
        pytest.param(1, 0, 0.5, id="after the grace"),
        pytest.param(2, 130, 60, id="at once when Ctrl-C is pressed twice"),
    ],
)
def test_a_program_that_will_not_stop_is_killed_with_its_children(tmp_path, presses, code, grace_s):
    log = tmp_path / "logs/stubborn.log"
    stubborn = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(os.getpid(), child.pid, flush=True); time.sleep(60)"
    )
    started = time.monotonic()

    answer = run(
        [_python("stubborn", stubborn, ready=lambda: "\n" in log.read_text())],
        log_dir=tmp_path / "logs",
        on_ready=lambda: [_interrupt() for _ in range(presses)],
        patience=Patience(grace_s=grace_s),
    )

    pids = [int(word) for word in log.read_text().split()]
    assert answer == code
    assert len(pids) == 2
    assert _wait_for(lambda: not any(_is_alive(pid) for pid in pids))
    assert time.monotonic() - started < 20


def test_a_second_supervisor_on_the_same_folder_is_refused(tmp_path):
    refusal = pytest.raises(Misconfigured, match=rf"already runs on .*\(process {os.getpid()}\)")
    with only_one(tmp_path), refusal, only_one(tmp_path):
        pass

    with only_one(tmp_path):
        assert (tmp_path / "up.lock").read_text() == f"{os.getpid()}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_a_killed_supervisor_takes_its_programs_along_and_frees_the_folder(tmp_path):
    log = tmp_path / "logs/worker.log"
    code = (
        "import pathlib, sys; from service.supervisor import Program, only_one, run\n"
        f"home = pathlib.Path({str(tmp_path)!r})\n"
        "worker = [sys.executable, '-c',"
        " 'import os, time; print(os.getpid(), flush=True); time.sleep(60)']\n"
        "with only_one(home): run([Program(name='worker', argv=worker)], log_dir=home / 'logs')"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code])
    assert _wait_for(lambda: log.exists() and log.read_text().endswith("\n"))

    supervisor.kill()
    supervisor.wait()

    assert _wait_for(lambda: not _is_alive(int(log.read_text())))
    with only_one(tmp_path):
        pass


def test_an_adopted_program_is_watched_and_stopped_like_our_own(tmp_path):
    orphan = subprocess.Popen([sys.executable, "-c", _SLEEPER], stdout=subprocess.DEVNULL)
    program = _python("redis", _CRASHER, adopt=lambda: orphan.pid)
    reaper = threading.Thread(target=orphan.wait)
    reaper.start()

    code = run([program], log_dir=tmp_path / "logs", on_ready=_interrupt, patience=_QUICK)
    reaper.join(timeout=10)

    assert code == 0
    assert orphan.returncode == -signal.SIGTERM
    assert not (tmp_path / "logs/redis.log").exists()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("2026-11-22 [info     ] Story taken in\n", "", id="information stays quiet"),
        pytest.param(
            "\x1b[33m[warning  ] Channel paused\x1b[0m\n",
            "web | [warning  ] Channel paused\n",
            id="a coloured warning",
        ),
        pytest.param(
            '{"level": "error", "event": "No"}\n',
            'web | {"level": "error", "event": "No"}\n',
            id="an error as JSON",
        ),
        pytest.param(
            "[2026: ERROR/MainProcess] lost\n",
            "web | [2026: ERROR/MainProcess] lost\n",
            id="Celery",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  File x\nValueError: 1\nGET / 200\n",
            "web | Traceback (most recent call last):\nweb |   File x\nweb | ValueError: 1\n",
            id="a whole traceback and nothing after it",
        ),
        pytest.param("[error    ] half a li", "", id="a line waits until it is whole"),
    ],
)
def test_the_terminal_shows_what_needs_a_person(tmp_path, capsys, written, shown):
    log = tmp_path / "web.log"
    log.write_text("[error    ] from yesterday\n")
    tail = LogTail("web", log, echoes=True)

    with log.open("a") as file:
        file.write(written)
    tail.echo()

    assert capsys.readouterr().err == shown


def test_a_log_does_not_grow_for_ever(tmp_path):
    log = tmp_path / "web.log"
    tail = LogTail("web", log, echoes=True)

    with log.open("ab") as file, contextlib.suppress(OSError):
        file.write(b"x" * 10_000_001 + b"\n")
        file.flush()
        tail.echo()
        file.write(b"after\n")

    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "web.log.1").stat().st_size == 10_000_002
