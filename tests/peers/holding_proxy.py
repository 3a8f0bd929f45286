"""A line to a peer that is cut at the worst moment: carried out there, never answered here."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "host", "content-encoding"}


class HoldingProxy:
    """Passes everything on to `target`.

    Answers to requests that contain `hold` are kept back until `let_go`; `carried_out` says that
    the first of them has reached the target.
    """

    def __init__(self, target: str, *, hold: str = "") -> None:
        self.carried_out = threading.Event()
        self._target = target
        self._hold = hold
        self._let_go = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def let_go(self) -> None:
        """From now on nothing is held."""
        self._hold = ""
        self._let_go.set()

    def close(self) -> None:
        self.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                proxy._pass_on(self)

            do_GET = do_POST = _pass_on  # noqa: N815 - the names that the base class looks for

            def log_message(self, *_: Any) -> None:
                """Say nothing: the test's own journal is the peer."""

        return Handler

    def _pass_on(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        answer = requests.request(
            request.command,
            self._target + request.path,
            data=body,
            headers={k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP},
            timeout=30,
        )
        if self._hold and self._hold in request.path:
            self.carried_out.set()
            self._let_go.wait(120)
        try:
            self._answer(request, answer)
        except OSError:
            request.close_connection = True  # the asker is gone, as the test wants it

    @staticmethod
    def _answer(request: BaseHTTPRequestHandler, answer: requests.Response) -> None:
        request.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.content)))
        request.end_headers()
        request.wfile.write(answer.content)
