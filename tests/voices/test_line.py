"""The line to a platform, over real sockets: what each way of breaking means.

The other side is a bare socket that breaks as told. A verdict of Unavailable where bytes may have
been acted upon would post twice, and one of Unconfirmed where none left would call a person out.
"""

import gzip
import socket
import ssl
import struct
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Self

import pytest
import requests
from pydantic import SecretStr

from service.channels.base import ChannelSecrets, ChannelSettings
from service.domain.errors import ChannelError, Refused, Unavailable, Unconfirmed
from service.domain.post import Receipt
from service.fetching import guarded_session
from tests.standins.carrying import KeptSession
from workers.channels import base
from workers.channels.base import Answer, Job, Voice, judge, pause_asked, retry_after

pytestmark = pytest.mark.servers

_TOKEN = "token-that-must-not-be-seen"
_LOOPBACK = frozenset({"127.0.0.1"})
_CERTIFICATE = Path(__file__).with_name("loopback.pem")
_REQUEST = b'{"text": "A post."}'

Behaviour = Callable[[socket.socket], None]


class PlainSecrets(ChannelSecrets):
    token: SecretStr


class PlainVoice(Voice):
    """A kind with no codes of its own and its token in the address."""

    kind = "plain"

    def publish(self, job: Job) -> Receipt:
        raise NotImplementedError

    def check(self) -> str:
        raise NotImplementedError

    def post(self, url: str, *, idempotent: bool) -> Answer:
        address = f"{url}/bot{_TOKEN}/post"
        return self.call("POST", address, idempotent=idempotent, data=_REQUEST)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    monkeypatch.setattr(base, "CONNECT_TIMEOUT_S", 0.5)
    monkeypatch.setattr(base, "READ_TIMEOUT_S", 0.5)
    monkeypatch.setattr(base, "TOTAL_TIMEOUT_S", 1.0)


@pytest.fixture
def voice():
    http = guarded_session(allow_private=_LOOPBACK | {"platform.example"}, resolve=_resolve)
    http.verify = str(_CERTIFICATE)
    secrets = PlainSecrets(token=SecretStr(_TOKEN))
    return PlainVoice(settings=ChannelSettings(), secrets=secrets, session=KeptSession(), http=http)


def _resolve(host: str, _: int) -> list[str]:
    if host[0].isdigit():
        return [host]
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


class Breaker:
    """Takes one line after the other and does to each what it was told."""

    def __init__(self, behaviour: Behaviour, *, scheme: str = "http") -> None:
        self._behaviour = behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with closing(line):
                try:
                    self._behaviour(line)
                except OSError:
                    continue


def _hear(line: socket.socket) -> None:
    heard = b""
    while not heard.endswith(_REQUEST):
        more = line.recv(65_536)
        if not more:
            return
        heard += more


def _answer(body: bytes, *, length: int | None = None, more: str = "") -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n{more}\r\n".encode() + body


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _greets_and_resets(line: socket.socket) -> None:
    line.recv(1)
    _reset(line)


def _says(data: bytes) -> Behaviour:
    def behave(line: socket.socket) -> None:
        _hear(line)
        line.sendall(data)

    return behave


def _says_and_resets(data: bytes) -> Behaviour:
    def behave(line: socket.socket) -> None:
        _says(data)(line)
        # Gives the other side time to read, so that the reset meets it in mid-answer.
        time.sleep(0.1)
        _reset(line)

    return behave


def _drips(data: bytes) -> Behaviour:
    def behave(line: socket.socket) -> None:
        _hear(line)
        line.sendall(_answer(b"", length=1000))
        for byte in data:
            line.sendall(bytes([byte]))
            time.sleep(0.1)

    return behave


def _stays_silent(line: socket.socket) -> None:
    while line.recv(65_536):
        pass


_BROKEN_ANSWERS = [
    pytest.param(_says(b""), id="closed before an answer"),
    pytest.param(_says_and_resets(b""), id="reset before an answer"),
    pytest.param(_says_and_resets(b"HTTP/1.1 200 OK\r\nContent-"), id="reset in the headers"),
    pytest.param(_says_and_resets(_answer(b'{"id"', length=50)), id="reset in the body"),
    pytest.param(_says(_answer(b'{"id": "1"}', length=50)), id="body shorter than announced"),
    pytest.param(
        _says(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"id"'),
        id="chunk shorter than announced",
    ),
    pytest.param(
        _says(_answer(gzip.compress(b"{}")[:9] + b"!!!!!!", more="Content-Encoding: gzip\r\n")),
        id="unreadable compression",
    ),
    pytest.param(_says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), id="not HTTP at all"),
    pytest.param(_drips(b"x" * 100), id="a byte now and then, without end"),
    pytest.param(_stays_silent, id="silence"),
    pytest.param(_says(_answer(b"x" * 1_100_000)), id="an answer without bounds"),
]


@pytest.mark.parametrize("behaviour", _BROKEN_ANSWERS)
def test_a_line_that_breaks_after_we_spoke_leaves_a_create_unconfirmed(voice, behaviour):
    with Breaker(behaviour) as platform:
        error = _error_of(voice, platform.url, idempotent=False)

    assert type(error) is Unconfirmed


@pytest.mark.parametrize("behaviour", _BROKEN_ANSWERS)
def test_the_same_break_of_a_repeatable_request_means_later(voice, behaviour):
    with Breaker(behaviour) as platform:
        error = _error_of(voice, platform.url, idempotent=True)

    assert type(error) is Unavailable


@pytest.mark.parametrize("behaviour", [_drips(b"x" * 100), _stays_silent])
def test_a_slow_platform_holds_us_no_longer_than_we_allow(voice, behaviour):
    with Breaker(behaviour) as platform:
        started = time.monotonic()
        _error_of(voice, platform.url, idempotent=False)

    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("behaviour", "scheme"),
    [
        pytest.param(_stays_silent, "https", id="silence in the TLS handshake"),
        pytest.param(lambda line: line.sendall(b"HTTP/1.1 400 Bad\r\n\r\n"), "https", id="no TLS"),
        pytest.param(_greets_and_resets, "https", id="reset in the TLS handshake"),
    ],
)
def test_a_handshake_that_fails_means_that_nothing_was_sent(voice, behaviour, scheme):
    with Breaker(behaviour, scheme=scheme) as platform:
        error = _error_of(voice, platform.url, idempotent=False)

    assert type(error) is Unavailable


def test_a_certificate_that_we_do_not_trust_means_that_nothing_was_sent(voice):
    voice._http.verify = True

    with Breaker(_over_tls(_says(_answer(b"{}"))), scheme="https") as platform:
        error = _error_of(voice, platform.url, idempotent=False)

    assert type(error) is Unavailable


def test_a_trusted_line_over_tls_carries_an_answer(voice):
    with Breaker(_over_tls(_says(_answer(b'{"id": "7"}'))), scheme="https") as platform:
        answer = voice.post(platform.url, idempotent=False)

    assert answer.text("id") == "7"


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"\x17\x03\x03\x00\x20" + b"?" * 32, id="a record that does not decrypt"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="plain text within TLS"),
        pytest.param(b"", id="an end without a farewell"),
    ],
)
def test_tls_that_breaks_after_we_spoke_leaves_a_create_unconfirmed(voice, garbage):
    def behave(line: socket.socket) -> None:
        with _wrapped(line) as secure:
            _hear(secure)
            plain = socket.socket(fileno=secure.detach())
        with closing(plain):
            plain.sendall(garbage)

    with Breaker(behave, scheme="https") as platform:
        error = _error_of(voice, platform.url, idempotent=False)

    assert type(error) is Unconfirmed


def test_a_closed_port_means_that_nothing_was_sent(voice):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    error = _error_of(voice, f"http://127.0.0.1:{port}", idempotent=False)

    assert type(error) is Unavailable


def test_a_name_that_does_not_resolve_means_that_nothing_was_sent(voice):
    error = _error_of(voice, "https://platform.example", idempotent=False)

    assert type(error) is Unavailable


def test_a_port_that_answers_nobody_means_that_nothing_was_sent(voice):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [_knock(full.getsockname()) for _ in range(3)]

        error = _error_of(voice, f"http://127.0.0.1:{full.getsockname()[1]}", idempotent=False)

        for line in waiting:
            line.close()

    assert type(error) is Unavailable
    assert "Timeout" in str(error)


def test_a_break_is_not_excused_by_an_earlier_one_that_is_being_handled(voice):
    """The second request runs while the first's fault is handled, as after a renewed token."""
    with Breaker(_says_and_resets(b"")) as platform:
        try:
            requests.post("http://127.0.0.1:9", timeout=1)
        except requests.ConnectionError:
            error = _error_of(voice, platform.url, idempotent=False)

    assert type(error) is Unconfirmed


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1", "http://user@127.0.0.1", "ftp://127.0.0.1", "http://[::1"]
)
def test_an_address_that_we_do_not_go_to_is_refused(voice, url):
    error = _error_of(voice, url, idempotent=False)

    assert type(error) is Refused
    assert "correct the channel's address" in str(error)


@pytest.mark.parametrize("behaviour", _BROKEN_ANSWERS)
def test_no_error_shows_the_address(voice, behaviour):
    with Breaker(behaviour) as platform:
        error = _error_of(voice, platform.url, idempotent=False)

    assert _TOKEN not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://platform.example", "ftp://x"])
def test_no_error_of_a_line_that_never_opened_shows_the_address(voice, url):
    error = _error_of(voice, url, idempotent=False)

    assert _TOKEN not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_platform_that_repeats_our_token_is_not_quoted(voice):
    words = f"Not Found: /bot{_TOKEN}/post\r\n\x1b[31m" + "and so on " * 50

    quoted = voice.quote(words)

    assert _TOKEN not in quoted
    assert "\n" not in quoted
    assert "\x1b" not in quoted
    assert len(quoted) <= 201


def test_a_line_is_never_used_twice(voice):
    """The server keeps lines open and says so; we close ours all the same."""
    closed = []

    def behave(line: socket.socket) -> None:
        _says(_answer(b"{}", more="Connection: keep-alive\r\n"))(line)
        line.settimeout(2)
        closed.append(line.recv(1) == b"")

    with Breaker(behave) as platform:
        voice.post(platform.url, idempotent=False)
        voice.post(platform.url, idempotent=False)

    assert closed == [True, True]


@pytest.mark.parametrize(
    ("status", "create", "repeatable"),
    [
        (302, "Refused", "Refused"),
        (400, "Refused", "Refused"),
        (401, "Unauthorized", "Unauthorized"),
        (402, "OutOfCredit", "OutOfCredit"),
        (403, "Refused", "Refused"),
        (404, "Refused", "Refused"),
        (408, "Unconfirmed", "Unavailable"),
        (409, "Refused", "Refused"),
        (410, "Refused", "Refused"),
        (413, "Refused", "Refused"),
        (422, "Refused", "Refused"),
        (425, "Unavailable", "Unavailable"),
        (429, "RateLimited", "RateLimited"),
        (500, "Unconfirmed", "Unavailable"),
        (502, "Unconfirmed", "Unavailable"),
        (503, "Unconfirmed", "Unavailable"),
        (504, "Unconfirmed", "Unavailable"),
        (599, "Unconfirmed", "Unavailable"),
    ],
)
def test_a_status_alone_has_this_meaning(status, create, repeatable):
    answer = Answer(status, {}, b"")

    assert type(judge(answer, idempotent=False)).__name__ == create
    assert type(judge(answer, idempotent=True)).__name__ == repeatable


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param("0.5", 1, id="less than we ever wait"),
        pytest.param("-30", 1, id="in the past"),
        pytest.param("1e9", 86_400, id="longer than we ever wait"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 1, id="a date long ago"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", 86_400, id="a date far away"),
        pytest.param("soon", None, id="a word"),
        pytest.param("nan", None, id="no number"),
        pytest.param("inf", None, id="without end"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_wait_is_read_defensively(value, seconds):
    asked = retry_after({"Retry-After": value})

    assert (asked and asked.total_seconds()) == seconds


@pytest.mark.parametrize(
    ("name", "write"),
    [
        pytest.param("RateLimit-Reset", lambda at: str(int(at)), id="Unix time"),
        pytest.param("X-RateLimit-Reset", lambda _: "600", id="seconds from now"),
        pytest.param(
            "X-RateLimit-Reset",
            lambda at: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at)),
            id="ISO 8601",
        ),
    ],
)
def test_every_dialect_of_slow_down_is_understood(name, write):
    asked = pause_asked({name: write(time.time() + 600)})

    assert 540 < asked.total_seconds() <= 601


def test_a_platform_that_asks_for_nothing_gets_five_minutes():
    assert pause_asked({"X-RateLimit-Reset": "whenever"}).total_seconds() == 300


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"id": null}'],
)
def test_an_unreadable_answer_tells_nothing(body):
    assert Answer(200, {}, body).text("id") == ""


def _error_of(voice: PlainVoice, url: str, *, idempotent: bool) -> ChannelError:
    try:
        answer = voice.post(url, idempotent=idempotent)
    except ChannelError as error:
        return error
    pytest.fail(f"an answer came through: {answer}")


def _over_tls(behaviour: Behaviour) -> Behaviour:
    def behave(line: socket.socket) -> None:
        with _wrapped(line) as secure:
            behaviour(secure)

    return behave


def _wrapped(line: socket.socket) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_CERTIFICATE)
    return context.wrap_socket(line, server_side=True)


def _knock(address: tuple[str, int]) -> socket.socket:
    line = socket.socket()
    line.setblocking(False)
    line.connect_ex(address)
    return line
