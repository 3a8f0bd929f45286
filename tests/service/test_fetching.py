"""The guarded fetcher: where it goes, where it never goes, and when it stops."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from pytest_socket import SocketConnectBlockedError

from service.domain.errors import BadPayload, Unavailable
from service.fetching import (
    Fetcher,
    RefusedAddress,
    _next_address,
    check_address,
    guarded_session,
    is_public,
)

PAGE = ("text/html",)


class Server(ThreadingHTTPServer):
    """A loopback server that answers as `answers` says and remembers who asked for what."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = {}
        self.asked = []

    @property
    def port(self):
        return self.server_address[1]

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def fetcher(self, *hosts, **options):
        names = hosts or ("127.0.0.1",)
        return Fetcher(
            allow_private=frozenset(f"{name}:{self.port}" for name in names),
            resolve=options.pop("resolve", lambda *_: ["127.0.0.1"]),
            **options,
        )


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path, (200, {"Content-Type": "text/html"}, b"hello"))
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server():
    with running(Server()) as started:
        yield started


@pytest.fixture
def ssrf(shared):
    return json.loads(shared("vectors/webhooks/ssrf-cases.json").read_text("utf-8"))


def refuse(*_):
    raise AssertionError("nothing may be resolved")


def test_a_page_is_read_with_its_type_and_charset(server):
    server.answers["/a"] = (200, {"Content-Type": "text/html; charset=ISO-8859-2"}, b"\xbf")

    found = server.fetcher().fetch(server.url("/a"), max_bytes=10, accept=PAGE)

    assert (found.url, found.media_type) == (server.url("/a"), "text/html")
    assert found.body.decode(found.charset) == "ż"


def test_no_address_of_the_closed_list_is_public(ssrf):
    for address in (
        ssrf["block_ip"] + ssrf["passes_ipaddress_is_global_on_py3_11_7_and_must_still_be_blocked"]
    ):
        assert not is_public(address), address
    for address in ssrf["allow_ip"]:
        assert is_public(address), address


def test_a_name_on_a_closed_address_is_refused_before_any_line_is_opened(ssrf):
    for address in ssrf["block_ip"]:
        fetcher = Fetcher(resolve=lambda *_, found=address: [found])

        with pytest.raises(BadPayload, match="is not a public address"):
            fetcher.fetch("http://news.example/", max_bytes=10, accept=PAGE)


def test_a_closed_address_written_out_is_refused(ssrf):
    for address in ssrf["block_ip"]:
        host = f"[{address}]" if ":" in address else address

        with pytest.raises(BadPayload, match="was refused"):
            Fetcher().fetch(f"http://{host}/", max_bytes=10, accept=PAGE)


def test_numbers_that_the_c_library_takes_for_addresses_are_refused(ssrf):
    for host in ssrf["numeric_hosts_that_libc_resolves_to_loopback_or_any"]:
        with pytest.raises(BadPayload, match="was refused"):
            Fetcher(resolve=refuse).fetch(f"http://{host}/", max_bytes=10, accept=PAGE)


def test_other_schemes_are_refused(ssrf):
    for url in ssrf["schemes_block"]:
        with pytest.raises(BadPayload, match="only http and https"):
            Fetcher(resolve=refuse).fetch(url, max_bytes=10, accept=PAGE)


def test_addresses_that_two_parsers_read_differently_never_reach_the_hidden_host(ssrf):
    asked = []

    def resolve(host, _):
        asked.append(host)
        return ["10.0.0.1"]

    for url, _ in ssrf["parser"]:
        with pytest.raises(BadPayload, match="was refused"):
            Fetcher(resolve=resolve).fetch(url, max_bytes=10, accept=PAGE)

    assert set(asked) <= {"evil.example", "::ffff:7f00:1"}


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://news.example:8080/", id="another port"),
        pytest.param("http://news.example:22/", id="the port of ssh"),
        pytest.param("http://news.example:0/", id="port nought"),
        pytest.param("http://news.example:99999/", id="no port at all"),
        pytest.param("http://me@news.example/", id="user name"),
        pytest.param("http://news.example\\@x.example/", id="backslash"),
        pytest.param("http://news.example/\r\nHost: x", id="line break"),
        pytest.param("http://127.0.0.1%2f.example/", id="percent sign in the host"),
        pytest.param("http://[fe80::1%25eth0]/", id="zone in the address"),
        pytest.param("http://127｡0｡0｡1/", id="dots of another script"),
        pytest.param("http://①②⑦.0.0.1/", id="digits in circles"),
        pytest.param("http:///x", id="no host"),
        pytest.param("http://", id="nothing"),
        pytest.param("news.example", id="no scheme"),
        pytest.param("http://[::1/", id="open bracket"),
    ],
)
def test_an_odd_address_is_refused_by_its_text(url):
    with pytest.raises(RefusedAddress, match="was refused"):
        check_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a?b=c#d",
        "http://news.example:80/",
        "https://zażółć.example/ż",
        "https://NEWS.example/a b",
        "https://[2606:4700::1111]/",
        "https://8.8.8.8:443/",
    ],
)
def test_an_ordinary_address_passes(url):
    check_address(url)


def test_one_closed_answer_among_public_ones_condemns_the_name():
    fetcher = Fetcher(resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])

    with pytest.raises(BadPayload, match=r"news\.example is at 10\.0\.0\.1"):
        fetcher.fetch("http://news.example/", max_bytes=10, accept=PAGE)


def test_the_checked_address_is_the_one_connected_to():
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    fetcher = Fetcher(resolve=lambda *_: next(answers))

    # The test's own fence stops the line; what counts is where it was going.
    with (
        pytest.warns(UserWarning, match=r"8\.8\.8\.8"),
        pytest.raises(SocketConnectBlockedError),
    ):
        fetcher.fetch("http://news.example/", max_bytes=10, accept=PAGE)
    assert next(answers) == ["127.0.0.1"]


def test_the_host_is_asked_by_its_name_without_cookies_or_credentials(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.answers["/"] = (
        302,
        {"Location": "/b", "Set-Cookie": "a=1; Path=/", "Content-Type": "text/html"},
        b"",
    )

    found = server.fetcher("news.example").fetch(
        server.url("/", "news.example"), max_bytes=10, accept=PAGE
    )

    (_, first), (path, second) = server.asked
    assert (found.url, path) == (server.url("/b", "news.example"), "/b")
    assert first["Host"] == f"news.example:{server.port}"
    assert not {"Cookie", "Authorization", "Referer"} & set(second)


def test_a_private_host_is_open_only_as_the_operator_named_it(server):
    fetcher = server.fetcher("news.example")

    with pytest.raises(BadPayload, match="port"):
        fetcher.fetch(server.url("/", "other.example"), max_bytes=10, accept=PAGE)
    with pytest.raises(BadPayload, match="not a public address"):
        fetcher.fetch("http://news.example/", max_bytes=10, accept=PAGE)
    assert server.asked == []


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param("http://169.254.169.254/latest", "was refused", id="the cloud's own data"),
        pytest.param("http://[::1]/", "was refused", id="this machine"),
        pytest.param("file:///etc/passwd", "only http and https", id="a file"),
        pytest.param("//me:pw@news.example/", "user name", id="a user name"),
        pytest.param("http://[", "is no address", id="half an address"),
    ],
)
def test_a_redirect_is_checked_like_any_address(server, target, told):
    server.answers["/"] = (302, {"Location": target}, b"")
    fetcher = server.fetcher(resolve=lambda host, _: [host])

    with pytest.raises(BadPayload, match=told):
        fetcher.fetch(server.url(), max_bytes=10, accept=PAGE)
    assert len(server.asked) == 1


def test_three_redirects_are_followed_and_no_more(server):
    for step in range(9):
        server.answers[f"/{step}"] = (302, {"Location": f"/{step + 1}"}, b"")

    assert server.fetcher().fetch(server.url("/6"), max_bytes=10, accept=PAGE).body == b"hello"
    with pytest.raises(BadPayload, match="more than 3 redirects"):
        server.fetcher().fetch(server.url("/0"), max_bytes=10, accept=PAGE)


def test_a_body_that_is_too_large_is_not_read_to_its_end(server):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        try:
            for _ in range(100_000):
                handler.wfile.write(b"x" * 10_000)
        except OSError:
            handler.server.asked.append("hung up")

    server.answers["/"] = endless

    with pytest.raises(BadPayload, match=r"is larger than 0\.05 MB"):
        server.fetcher().fetch(server.url(), max_bytes=50_000, accept=PAGE)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"X-Slow: ", id="in its headers"),
        pytest.param(b"\r\n", id="in its body"),
        pytest.param(b"Content-Length: 99999\r\n\r\n", id="in a body of stated length"),
    ],
)
def test_a_host_that_drips_is_cut_off(server, rest):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n" + rest)
        try:
            while True:
                handler.wfile.write(b"x")
                time.sleep(0.02)
        except OSError:
            return

    server.answers["/"] = drip
    started = time.monotonic()

    with pytest.raises(Unavailable, match="did not answer in time"):
        server.fetcher(total_s=0.4).fetch(server.url(), max_bytes=100_000, accept=PAGE)
    assert time.monotonic() - started < 3


def test_an_answer_that_breaks_off_is_not_taken_for_whole(server):
    def break_off(handler):
        handler.wfile.write(
            b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nhalf"
        )

    server.answers["/"] = break_off

    with pytest.raises(Unavailable):
        server.fetcher().fetch(server.url(), max_bytes=1000, accept=PAGE)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, BadPayload),
        (403, BadPayload),
        (204, BadPayload),
        (429, Unavailable),
        (503, Unavailable),
    ],
)
def test_a_status_tells_whether_it_is_worth_another_try(server, status, error):
    server.answers["/"] = (status, {"Content-Type": "text/html"}, b"")

    with pytest.raises(error, match=f"answered {status}"):
        server.fetcher().fetch(server.url(), max_bytes=10, accept=PAGE)


@pytest.mark.parametrize("headers", [{"Content-Type": "application/pdf"}, {}])
def test_another_media_type_is_refused(server, headers):
    server.answers["/"] = (200, headers, b"%PDF")

    with pytest.raises(BadPayload, match="holds"):
        server.fetcher().fetch(server.url(), max_bytes=10, accept=PAGE)


def test_a_host_that_is_not_there_may_be_asked_again_later():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    fetcher = Fetcher(allow_private=frozenset({"127.0.0.1"}))

    with pytest.raises(Unavailable, match="could not be reached"):
        fetcher.fetch(f"http://127.0.0.1:{port}/", max_bytes=10, accept=PAGE)


def test_a_name_without_an_address_may_be_asked_again_later():
    def unknown(*_):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Unavailable, match="could not be reached"):
        Fetcher(resolve=unknown).fetch("http://news.example/", max_bytes=10, accept=PAGE)


def test_messages_hold_no_query_and_no_password():
    with pytest.raises(BadPayload) as told:
        check_address("ftp://me:hunter2@news.example/a?token=hunter2#hunter2")

    assert "hunter2" not in str(told.value)
    assert "news.example/a" in str(told.value)


def test_a_guarded_session_refuses_as_an_address_that_requests_cannot_use():
    session = guarded_session(resolve=lambda *_: ["192.168.1.1"])

    with pytest.raises(requests.exceptions.InvalidURL, match="not a public address"):
        session.post("https://hooks.example/x", timeout=1)
    with pytest.raises(requests.exceptions.InvalidURL, match="only http and https"):
        session.get("ftp://hooks.example/x", timeout=1)


def test_a_guarded_session_follows_no_redirect(server):
    server.answers["/"] = (302, {"Location": "http://169.254.169.254/"}, b"")

    with guarded_session(allow_private=frozenset({"127.0.0.1"})) as session:
        answer = session.get(server.url(), timeout=2)

    assert answer.status_code == 302


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_certificates_are_checked_against_the_name_and_not_the_address(server, tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    names = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _, name, __: names.append(name)
    server.socket = context.wrap_socket(server.socket, server_side=True)

    with guarded_session(
        allow_private=frozenset({"news.example", "other.example"}),
        resolve=lambda *_: ["127.0.0.1"],
    ) as session:
        session.verify = str(certificate)
        answer = session.get(f"https://news.example:{server.port}/", timeout=5)
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://other.example:{server.port}/", timeout=5)

    assert answer.text == "hello"
    assert names == ["news.example", "other.example"]


def test_a_redirect_from_https_to_http_is_refused():
    with pytest.raises(BadPayload, match="from https to http"):
        _next_address("https://news.example/a", "HTTP://news.example/a")

    assert _next_address("https://news.example/a", "/b") == "https://news.example/b"
    assert _next_address("http://news.example/a", "https://news.example/b").startswith("https:")


def test_a_name_that_is_resolved_too_slowly_does_not_hold_us(monkeypatch):
    monkeypatch.setattr("service.fetching.CONNECT_S", 0.1)
    answered = threading.Event()

    def resolve(*_):
        answered.wait(5)
        return ["8.8.8.8"]

    with pytest.raises(Unavailable, match="did not answer in time"):
        Fetcher(resolve=resolve).fetch("http://news.example/", max_bytes=10, accept=PAGE)
    answered.set()
