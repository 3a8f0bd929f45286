"""The quarantine: a stranger's photo is first opened in a process of its own.

Decoders are large programs in C that read what anyone may send. Whatever a file makes them do
happens in a child with 1 GiB, 20 seconds and none of our secrets; what comes back is a JPEG that
was read to its end within these limits. It costs about 0.1 s, once per photo.
"""

import os
import subprocess
import sys
from pathlib import Path

from service.domain.errors import BadPayload

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S = 20
# A machine may be busy with other things; time on the clock is more than time of work.
_PATIENCE_S = 60

_ROOT = Path(__file__).resolve().parents[3]
# The child begins from nothing instead of as a copy of us: a copy of a process with threads may
# stand still for ever, and it would hold our keys.
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from service.cards.picture.quarantine import answer; answer()"
)
_PASSED_ON = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")
_GOOD, _BAD = b"+", b"-"


def admit(data: bytes) -> bytes:
    """Return a stranger's photo as its mezzanine; raises BadPayload."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD, str(_ROOT)],
            input=data,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise _gave_up("took too long") from error
    verdict, said = child.stdout[:1], child.stdout[1:]
    if child.returncode == 0 and verdict == _GOOD:
        return said
    if child.returncode == 0 and verdict == _BAD:
        raise BadPayload(said.decode())
    raise _gave_up("took more memory or time than a photo may")


def _gave_up(what: str) -> BadPayload:
    return BadPayload(f"The picture {what} to open: save it again as a plain JPEG and send that.")


def answer() -> None:
    """Be the child: read a photo from standard input, write the verdict to standard output."""
    _bind_ourselves()
    data = sys.stdin.buffer.read()
    # The limits come first.
    from PIL import AvifImagePlugin  # noqa: PLC0415

    from service.cards.picture.mezzanine import mezzanine  # noqa: PLC0415

    # One for each core by default, and each takes room of its own.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    try:
        said = _GOOD + mezzanine(data)
    except BadPayload as problem:
        said = _BAD + str(problem).encode()
    sys.stdout.buffer.write(said)


def _bind_ourselves() -> None:
    import resource  # noqa: PLC0415 - the parent has no use for it

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    # Nothing is to be written into any file; pipes do not count.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
