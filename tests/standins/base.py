"""What every stand-in is: a platform on loopback that keeps a journal and misbehaves on cue.

A stand-in is a class named `STAND_IN` in `tests/standins/<kind>.py`. It carries requests out as
its platform would, so that what readers would see can be counted: a fault decides only when the
line breaks and what is said, never whether the counting is honest.
"""

import argparse
import json
import socket
import struct
import sys
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit


class Fault(StrEnum):
    """What goes wrong with one creating request."""

    NONE = "nothing goes wrong"
    RESET_BEFORE = "reset before it is carried out"
    RESET_AFTER = "carried out, then reset"
    HALF_ANSWER = "carried out, half an answer"
    ERROR_BEFORE = "500, not carried out"
    ERROR_AFTER = "carried out, then 502"
    LIMITED_SECONDS = "429 with seconds"
    LIMITED_DATE = "429 with a date"
    UNAUTHORIZED = "401"
    GARBAGE = "carried out, unreadable answer"
    NO_ID = "carried out, answer without id"
    LATE = "carried out, answered too late"


_BEFORE = frozenset({
    Fault.RESET_BEFORE, Fault.ERROR_BEFORE, Fault.LIMITED_SECONDS, Fault.LIMITED_DATE,
    Fault.UNAUTHORIZED,
})  # fmt: skip
PAUSE = timedelta(seconds=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body as fields, however it is encoded; files are `Upload`s."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return _parts(kind, self.body)
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode()))
        found = json.loads(self.body or b"{}")
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. A dict or list is sent as JSON, text as it is."""

    status: int
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    created: str = ""

    @property
    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class StandIn(ABC):
    """A platform on 127.0.0.1. `posts` is what readers see, `journal` every request so far."""

    kind: ClassVar[str]
    #: The manners in which servers of this kind differ; each is tried.
    flavours: ClassVar[tuple[str, ...]] = ("",)

    def __init__(
        self, *, port: int = 0, journal_file: Path | None = None, delay_create_s: float = 0
    ) -> None:
        self.posts: list[dict[str, Any]] = []
        self.journal: list[dict[str, Any]] = []
        self.lock = threading.RLock()
        self._faults: deque[Fault] = deque()
        self._journal_file = journal_file
        self._delay_create_s = delay_create_s
        self._leaving = threading.Event()
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @abstractmethod
    def account(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Settings and secrets of a channel that posts here."""

    @abstractmethod
    def is_create(self, asked: Asked) -> bool:
        """Whether carrying `asked` out makes a post appear."""

    @abstractmethod
    def carry_out(self, asked: Asked) -> Said:
        """Do what was asked, as the platform does."""

    @abstractmethod
    def remote_id(self, post: dict[str, Any]) -> str:
        """What a receipt for `post` must name."""

    def limited(self, headers: Mapping[str, str]) -> Said:
        return Said(429, {"error": "Too many requests"}, headers)

    def unauthorized(self) -> Said:
        return Said(401, {"error": "The access token is invalid"})

    def script(self, *faults: Fault) -> None:
        """Let the next creating requests go wrong, one after the other; then none does."""
        self._faults.extend(faults)

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The journal's requests to `path`."""
        return [entry for entry in self.journal if entry["path"] == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def serve(self, asked: Asked, line: "_Handler") -> None:
        is_create = self.is_create(asked)
        with self.lock:
            fault = self._faults.popleft() if is_create and self._faults else Fault.NONE
            said = self._instead(fault) if fault in _BEFORE else self.carry_out(asked)
            self._note(asked, said, fault)
        if is_create and said.created:
            # The post is there and journaled; the answer is what is kept back.
            self._leaving.wait(self._delay_create_s)
        self._speak(line, said, fault)

    def _instead(self, fault: Fault) -> Said:
        if fault is Fault.LIMITED_SECONDS:
            return self.limited({"Retry-After": str(PAUSE.seconds)})
        if fault is Fault.LIMITED_DATE:
            return self.limited({"Retry-After": format_datetime(datetime.now(UTC) + PAUSE)})
        return self.unauthorized() if fault is Fault.UNAUTHORIZED else Said(500, "Internal error")

    def _speak(self, line: "_Handler", said: Said, fault: Fault) -> None:
        if fault in {Fault.RESET_BEFORE, Fault.RESET_AFTER}:
            line.reset()
        elif fault is Fault.HALF_ANSWER:
            line.say(said, cut_at=len(said.raw) // 2)
            line.reset()
        elif fault is Fault.LATE:
            self._leaving.wait(5)
            line.reset()
        else:
            line.say(_DISTORTED.get(fault, said))

    def _note(self, asked: Asked, said: Said, fault: Fault) -> None:
        entry = {
            "at": datetime.now(UTC).isoformat(),
            "method": asked.method,
            "path": asked.path,
            "query": dict(asked.query),
            "headers": dict(asked.headers),
            "body": _readable(asked),
            "fault": fault.value,
            "status": said.status,
            "created": said.created,
        }
        self.journal.append(entry)
        if self._journal_file:
            with self._journal_file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")


_DISTORTED = {
    Fault.ERROR_AFTER: Said(502, "<html>Bad gateway</html>"),
    Fault.GARBAGE: Said(200, "<html>Welcome to the hotel's network</html>"),
    Fault.NO_ID: Said(200, {}),
}


def options(doc: str) -> argparse.ArgumentParser:
    """The options of a stand-in that runs as a process of its own."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path, help="append every request as one line of JSON")
    parser.add_argument(
        "--delay-create",
        type=float,
        default=0,
        metavar="SECONDS",
        help="carry a post out and then hold the answer back",
    )
    return parser


def run(stand_in: StandIn) -> None:
    """Serve until the process is ended. Says on its first line where."""
    with stand_in:
        sys.stdout.write(f"ready on {stand_in.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Answers that are held back must not hold the test back.
    block_on_close = False

    def __init__(self, stand_in: StandIn, port: int) -> None:
        self.stand_in = stand_in
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        self.server.stand_in.serve(asked, self)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base looks for these names

    def say(self, said: Said, *, cut_at: int | None = None) -> None:
        self.send_response(said.status)
        headers = {"Content-Type": "application/json", **said.headers}
        for name, value in {**headers, "Content-Length": str(len(said.raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.raw[:cut_at])
        self.wfile.flush()

    def reset(self) -> None:
        """Break the line so that the other side sees a reset, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base
        """Stay silent: the journal holds it all."""


def _parts(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    return {
        str(part.get_param("name", header="Content-Disposition")): _part(part)
        for part in message.iter_parts()
    }


def _part(part: Message) -> Any:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    if name := part.get_filename():
        return Upload(name, part.get_content_type(), data)
    return data.decode()


def _readable(asked: Asked) -> Any:
    try:
        return {name: _shown(value) for name, value in asked.data.items()}
    except (ValueError, AssertionError):
        return f"{len(asked.body)} bytes"


def _shown(value: Any) -> Any:
    return f"{value.name}, {len(value.data)} bytes" if isinstance(value, Upload) else value
