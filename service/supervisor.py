"""The supervisor: starts the parts of Kindly, keeps them running and stops them in order.

It is what `kindly up` uses on one machine; in production systemd or containers do this work. It
knows programs only by their command line, so that the service never imports the workers.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from service.domain.errors import HouseError, Misconfigured
from service.logtail import LogTail

_TURN_S = 0.1

# Run in the child before the program itself: the kernel then ends the child when its parent is
# killed, even by SIGKILL. The second look at the parent closes the gap before prctl took effect.
# Only Linux has prctl; elsewhere an orphan is left to the operator (Redis is adopted).
_LEASH = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() != int(sys.argv[1]):
    sys.exit("the supervisor is gone")
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"cannot start {sys.argv[2]}: {error.strerror}")
"""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One part: how to start it, when it counts as started, and when to stop it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    #: Finds this program already running from an earlier life and returns its process number.
    adopt: Callable[[], int | None] | None = None
    #: Programs with a low number stop first; those that others lean on come last.
    stop_order: int = 0
    #: Whether warnings in its log are also shown in the terminal.
    speaks: bool = True


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait, and how often to try, before giving a program up."""

    #: Longer than the longest send may take, so that a receipt is still written.
    grace_s: float = 35.0
    ready_within_s: float = 60.0
    crashes: int = 5
    crashes_within_s: float = 60.0
    #: Before the first new start; it doubles with every crash.
    first_pause_s: float = 0.5


class PartError(HouseError):
    """A part does not stay up, so everything else is stopped too."""


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; a second holder raises Misconfigured.

    The kernel drops the lock with the process, so a crash leaves nothing to clean up.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)  # stories, and keys beside them
    with (data_dir / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Misconfigured(
                f"Kindly already runs on {data_dir.absolute()} (process {lock.read().strip()}): "
                "stop it first, or set KINDLY_DATA_DIR to another folder"
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def leashed(argv: Sequence[str]) -> list[str]:
    """The command line that runs `argv` for as long as this process lives.

    To the kernel the parent is the thread that starts it: start it from the main thread.
    """
    return [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid()), *argv]


def run(
    programs: Sequence[Program],
    *,
    log_dir: Path,
    on_ready: Callable[[], object] = lambda: None,
    patience: Patience = Patience(),
) -> int:
    """Run `programs` until Ctrl-C or SIGTERM (0), a second Ctrl-C (130), or one fails (1)."""
    supervisor = Supervisor(programs, log_dir=log_dir, patience=patience)
    with supervisor.hearing_signals():
        try:
            supervisor.start()
            if not supervisor.asked_to_stop:
                on_ready()
            supervisor.watch()
        except PartError as error:
            click.echo(str(error), err=True)
            return 1
        finally:
            supervisor.stop()
    return 130 if supervisor.forced else 0


class Supervisor:
    """The running programs. Use `run` unless you need the steps one by one.

    One thread, one loop: signals only count up, and every turn of the loop looks at the count.
    """

    def __init__(self, programs: Sequence[Program], *, log_dir: Path, patience: Patience) -> None:
        log_dir.mkdir(parents=True, exist_ok=True)
        self._patience = patience
        self._parts = [_Part(program, log_dir, patience) for program in programs]
        self._signals = 0

    @property
    def asked_to_stop(self) -> bool:
        return self._signals > 0

    @property
    def forced(self) -> bool:
        """Asked twice: no more waiting."""
        return self._signals > 1

    @contextlib.contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Count the signals that ask for the end; one that is ignored (nohup) stays ignored."""
        before = {
            number: signal.signal(number, self._count)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def start(self) -> None:
        """Start in order; the next part starts when the one before says it is ready."""
        for part in self._parts:
            if self.asked_to_stop:
                return
            part.start()
            self._wait_until_ready(part)

    def _wait_until_ready(self, part: "_Part") -> None:
        limit_s = self._patience.ready_within_s
        deadline = time.monotonic() + limit_s
        while not self.asked_to_stop and not part.is_ready():
            if time.monotonic() > deadline:
                raise PartError(part.obituary(f"was not ready within {limit_s:g} seconds"))
            self._turn()

    def watch(self) -> None:
        """Keep everything running until somebody asks for the end."""
        while not self.asked_to_stop:
            self._turn()

    def _turn(self) -> None:
        for part in self._parts:
            part.mend()
            part.tail.echo()
        time.sleep(_TURN_S)

    def stop(self) -> None:
        """Stop all parts, the ones that others lean on last; nothing is left behind."""
        for order in sorted({part.program.stop_order for part in self._parts}):
            stage = [part for part in self._parts if part.program.stop_order == order]
            for part in stage:
                part.ask_to_end()
            self._wait_for_end(stage)
            for part in stage:
                part.kill()
                part.tail.echo()

    def _wait_for_end(self, parts: "list[_Part]") -> None:
        deadline = time.monotonic() + self._patience.grace_s
        while any(part.is_alive() for part in parts):
            if self.forced or time.monotonic() > deadline:
                return
            time.sleep(_TURN_S)


class _Part:
    """A program and, while it lives, its process: ours, or one adopted by number."""

    def __init__(self, program: Program, log_dir: Path, patience: Patience) -> None:
        self.program = program
        self._patience = patience
        self.tail = LogTail(program.name, log_dir / f"{program.name}.log", echoes=program.speaks)
        self._process: subprocess.Popen[bytes] | None = None
        self._adopted: int | None = None
        self._started = False
        self._crashes: deque[float] = deque()
        self._rises_at = 0.0

    def start(self) -> None:
        self._started = True
        self._adopted = self.program.adopt() if self.program.adopt else None
        if self._adopted is None:
            self._process = self._spawn()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        # Written straight to its file: if we die, the child can still say its last words.
        with self.tail.path.open("ab") as log:
            return subprocess.Popen(
                leashed(self.program.argv),
                env={**os.environ, **self.program.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C in the terminal reaches us alone, and we
                # pass it on in the right order.
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        if self._adopted is not None:
            return _process_exists(self._adopted)
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        return self.is_alive() and (self.program.ready is None or self.program.ready())

    def mend(self) -> None:
        """Start again what ended by itself, after a pause that doubles; raise PartError at last."""
        if not self._started or self.is_alive():
            return
        now = time.monotonic()
        if self._process is not None or self._adopted is not None:
            self._note_crash(now)
        elif now >= self._rises_at:
            self.start()

    def _note_crash(self, now: float) -> None:
        ending = self._ending()
        self.kill()
        while self._crashes and now - self._crashes[0] > self._patience.crashes_within_s:
            self._crashes.popleft()
        self._crashes.append(now)
        if len(self._crashes) >= self._patience.crashes:
            window_s = self._patience.crashes_within_s
            raise PartError(
                self.obituary(f"{ending}, {len(self._crashes)} times within {window_s:g} seconds")
            )
        self._rises_at = now + self._patience.first_pause_s * 2 ** (len(self._crashes) - 1)
        click.echo(f"{self.program.name} {ending}; starting it again", err=True)

    def _ending(self) -> str:
        code = self._process.returncode if self._process is not None else None
        if code is None:
            return "ended"
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    def obituary(self, what: str) -> str:
        """What happened, in one sentence, and where to read more."""
        self.tail.echo()
        words = self.tail.last_line()
        said = f'; its last words were "{words}"' if words else ""
        return f"{self.program.name} {what}{said}: read {self.tail.path}"

    def ask_to_end(self) -> None:
        pid = self._adopted if self._process is None else self._process.pid
        if pid is not None and self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def kill(self) -> None:
        """End what is left, children of the program too, and forget the process."""
        if self._process is not None:
            # The group outlives its first process as long as one child is in it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        elif self._adopted is not None and self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._adopted, signal.SIGKILL)
        self._process = self._adopted = None


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
