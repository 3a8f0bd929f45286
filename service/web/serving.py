"""The web server's threads, kept from senders who never finish what they say.

The one thing a reader would get wrong: gunicorn's `timeout` is about a process that hangs, not
about a request. A thread that reads a request waits for its next byte for ever, so sixteen
connections that stop half-way would hold all threads, and every notice after them would be lost.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

# The largest body is 1 MiB: who needs longer for it is slower than 100 kB/s.
PATIENCE_S = 10.0


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # of an untyped library
    """Stops listening to a request that is not whole in time; an answer still goes out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience_ends: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Take one request; runs in a thread of the pool."""
        self._patience_ends[conn] = time.monotonic() + PATIENCE_S
        try:
            return super().handle(conn)
        finally:
            del self._patience_ends[conn]

    def notify(self) -> None:
        """Show a sign of life, at least once a second, and look for who is overdue."""
        super().notify()
        now = time.monotonic()
        for conn, end in list(self._patience_ends.items()):
            if now > end:
                # Reading ends as if the sender had hung up. Writing does not: a request that was
                # whole long ago and is still worked on gets its answer all the same.
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)
