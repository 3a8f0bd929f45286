"""One drawer at a time: what many ask for at once is drawn by one of them.

It holds for all threads and processes of a host, by locks on a few files; a lock ends with its
process, however that ends. Being refused a turn is never a reason to draw something wrong: whoever
waited looks again before drawing, and two hosts that draw the same picture draw the same bytes.
"""

import ctypes
import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import structlog

from service.domain.errors import Unavailable

_log = structlog.get_logger()
# Pictures share the files. Two that meet wait for each other, which is rare and does no harm.
_FILES = 64
# Memory: the pixels of a large photo take a hundred megabytes while it is decoded.
_AT_ONCE = 2
_PAUSE_S = 0.01
# The most heaps that threads may have, as glibc numbers its options (malloc.h).
_M_ARENA_MAX = -8


class Turns:
    """Who may draw. Safe to use from many threads and processes."""

    def __init__(self, folder: Path) -> None:
        _share_one_heap()
        self._folder = folder
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    @contextmanager
    def take(self, name: str, *, patience_s: float) -> Iterator[None]:
        """Wait until nobody else draws `name`; raises Unavailable when patience runs out."""
        give_up_at = time.monotonic() + patience_s
        with self._alone_with(name, give_up_at), self._place(give_up_at):
            yield

    @contextmanager
    def _alone_with(self, name: str, give_up_at: float) -> Iterator[None]:
        file = self._open(zlib.crc32(name.encode()) % _FILES)
        try:
            while file is not None and not _is_locked_now(file):
                _pause(give_up_at)
            yield
        finally:
            if file is not None:
                # Unlocked before it is closed: a child that is just being started has it open too.
                fcntl.flock(file, fcntl.LOCK_UN)
                os.close(file)

    def _open(self, number: int) -> int | None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(self._folder / f"{number:02}", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            # A picture drawn twice is better than none.
            _log.warning("drawing without a lock", reason=error.strerror)
            return None

    @contextmanager
    def _place(self, give_up_at: float) -> Iterator[None]:
        if not self._places.acquire(timeout=max(0.0, give_up_at - time.monotonic())):
            raise _too_late()
        try:
            yield
        finally:
            self._places.release()


@cache
def _share_one_heap() -> None:
    """Let all threads of this process take memory from one heap; a libc that cannot stays as it is.

    With a heap each, eight threads that draw in turn hold four hundred megabytes, most of it freed.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _is_locked_now(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pause(give_up_at: float) -> None:
    left = give_up_at - time.monotonic()
    if left <= 0:
        raise _too_late()
    time.sleep(min(left, _PAUSE_S))


def _too_late() -> Unavailable:
    return Unavailable("others are drawing, and their pictures take too long: ask again later")
