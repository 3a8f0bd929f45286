"""What goes on in a cell when a file goes wrong: openers that tests send into one."""

import os
import resource
import time
from pathlib import Path

from service.domain.errors import BadPayload


def sleep(_: bytes) -> bytes:
    time.sleep(30)
    return b""


def work_for_ever(_: bytes) -> bytes:
    while True:
        pass


def abort(_: bytes) -> bytes:
    os.abort()


def take_much_memory(_: bytes) -> bytes:
    return bytes(10**9)[:1]


def write(path: bytes) -> bytes:
    Path(path.decode()).write_bytes(b"x" * 9)
    return b""


def tell(_: bytes) -> bytes:
    """Say what can be seen from inside."""
    return f"{sorted(os.environ)} {resource.getrlimit(resource.RLIMIT_AS)}".encode()


def refuse(data: bytes) -> bytes:
    raise BadPayload(f"Not {data.decode()}, thank you.")
