"""Starts and ends the processes that tests need, and waits for them without guessing.

A process ends with the test run, even when the run is killed: see service/supervisor.py.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from service.supervisor import leashed

HOST = "127.0.0.1"


class ServerError(Exception):
    """A server that a test needs does not run."""


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def is_open(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def start(
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start `argv` in a process group of its own; what it says goes to `log`."""
    with log.open("ab") as out:
        return subprocess.Popen(
            leashed(argv),
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until(
    ready: Callable[[], bool],
    *,
    what: str,
    process: "subprocess.Popen[bytes]",
    log: Path,
    within_s: float,
) -> None:
    """Wait for `ready`; raise ServerError with the log's end when it does not come true."""
    deadline = time.monotonic() + within_s
    while not ready():
        if process.poll() is not None:
            raise ServerError(f"{what} ended with code {process.returncode}: {_end_of(log)}")
        if time.monotonic() > deadline:
            end(process)
            raise ServerError(f"{what} did not answer within {within_s:g} s: {_end_of(log)}")
        time.sleep(0.05)


def end(
    process: "subprocess.Popen[bytes]",
    *,
    by: signal.Signals = signal.SIGTERM,
    within_s: float = 10,
) -> None:
    """Ask the process to end, insist after `within_s`, and leave none of its children behind."""
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(within_s)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-1500:].strip() or "it said nothing"
