"""A cell: a process of its own, in which a stranger's file is opened for the first time.

Readers of pictures and fonts are large programs in C, and whatever a file makes them do happens in
here, with little memory and time and none of our secrets. A cell costs about 0.1 s, once per file.
"""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from service.domain.errors import BadPayload

_ROOT = Path(__file__).resolve().parents[2]
# The child begins from nothing instead of as a copy of us: a copy of a process with threads may
# stand still for ever, and it would hold our keys.
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from service.cards.cell import answer; answer(*sys.argv[2:])"
)
_PASSED_ON = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")
_GOOD, _BAD = b"+", b"-"
# Sixteen threads may be sent sixteen files at once, and each cell may take a gigabyte.
_PLACES = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Who opens a file, and within which bounds.

    `opener` is "module:function", and the child is the first to import it. The function takes the
    file's bytes and returns bytes, or raises BadPayload. `failure` is the sentence for a file that
    goes beyond the bounds or makes its reader fail.
    """

    opener: str
    memory_bytes: int
    cpu_s: int
    # A machine may be busy with other things; time on the clock is more than time of work.
    patience_s: float
    failure: str

    def open(self, data: bytes) -> bytes:
        """Return what the opener makes of a file, when a cell is free; raises BadPayload."""
        with _PLACES:
            return self._opened(data)

    def _opened(self, data: bytes) -> bytes:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        bounds = (str(self.memory_bytes), str(self.cpu_s))
        try:
            child = subprocess.run(
                [sys.executable, "-I", "-c", _CHILD, str(_ROOT), self.opener, *bounds],
                input=data,
                capture_output=True,
                timeout=self.patience_s,
                check=False,
                env=environment,
            )
        except subprocess.TimeoutExpired as error:
            raise BadPayload(self.failure) from error
        verdict, said = child.stdout[:1], child.stdout[1:]
        if child.returncode == 0 and verdict == _GOOD:
            return said
        if child.returncode == 0 and verdict == _BAD:
            raise BadPayload(said.decode())
        raise BadPayload(self.failure)


def answer(opener: str, memory_bytes: str, cpu_s: str) -> None:
    """Be the child: read a file from standard input, write the verdict to standard output."""
    _bind_ourselves(int(memory_bytes), int(cpu_s))
    module, function = opener.split(":")
    data = sys.stdin.buffer.read()
    try:
        said = _GOOD + getattr(import_module(module), function)(data)
    except BadPayload as problem:
        said = _BAD + str(problem).encode()
    sys.stdout.buffer.write(said)


def _bind_ourselves(memory_bytes: int, cpu_s: int) -> None:
    import resource  # noqa: PLC0415 - the parent has no use for it

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    # Nothing is to be written into any file; pipes do not count.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
