"""The server that really runs: what senders who are slow on purpose can do to everybody else."""

import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.web.serving import PatientWorker

ROOT = Path(__file__).parents[2]
THREADS = 2

APPLICATION = """
def app(environ, start_response):
    read = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d bytes" % len(read)]
"""
SETTINGS = f"""
from service.web import serving
serving.PATIENCE_S = 1.0
worker_class = serving.PatientWorker
workers = 1
threads = {THREADS}
control_socket_disable = True
"""
SLOW = {
    "head": b"POST / HTTP/1.1\r\nHost: x\r\n",
    "body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
    "chunks": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """Serve a tiny application with our worker; gives its port."""
    (tmp_path / "tiny.py").write_text(APPLICATION)
    (tmp_path / "settings.py").write_text(SETTINGS)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = ["-m", "gunicorn", "--config", "settings.py", "--bind", f"127.0.0.1:{port}"]
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, *command, "tiny:app"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, running, tmp_path / "log")
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)


@pytest.mark.servers
@pytest.mark.parametrize("part", SLOW)
def test_senders_who_stop_half_way_do_not_keep_everybody_else_out(server: int, part: str) -> None:
    slow = [socket.create_connection(("127.0.0.1", server)) for _ in range(4 * THREADS)]
    for line in slow:
        line.sendall(SLOW[part])
    time.sleep(0.5)

    answered = _ask(server, patience_s=20)

    for line in slow:
        line.close()
    assert answered == b"4 bytes"


@pytest.mark.servers
def test_a_request_that_comes_in_pieces_is_read_to_its_end(server: int) -> None:
    with socket.create_connection(("127.0.0.1", server), timeout=10) as line:
        for piece in (b"POST / HTTP/1.1\r\nHost: x\r\n", b"Content-Length: 4\r\n\r\na", b"bcd"):
            line.sendall(piece)
            time.sleep(0.2)
        answer = line.recv(4096)

    assert answer.startswith(b"HTTP/1.1 200")
    assert b"4 bytes" in answer


def test_the_server_is_set_to_lose_its_patience_and_to_believe_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KINDLY_DATA_DIR", str(tmp_path))

    chosen = runpy.run_path(str(ROOT / "gunicorn.conf.py"))

    room, _, name = chosen["worker_class"].rpartition(".")
    assert (room, name) == (PatientWorker.__module__, PatientWorker.__name__)
    assert (chosen["forwarded_allow_ips"], chosen["forwarder_headers"]) == ("", "")


def _ask(port: int, *, patience_s: float) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=b"abcd")
    with urllib.request.urlopen(request, timeout=patience_s) as answer:
        found: bytes = answer.read()
    return found


def _wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at and running.poll() is None:
        try:
            _ask(port, patience_s=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"gunicorn did not start: {log.read_text()}", pytrace=False)
