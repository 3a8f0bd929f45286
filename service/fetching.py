"""The one way out to addresses that others give us: pictures, pages, instances, web hooks.

The one thing a reader would get wrong: checking a name and then connecting to it is no check at
all, because the name may answer differently the second time. Names are resolved once, when the
line is opened, and the line goes to the very address that was checked.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.connection import create_connection

from service.domain.errors import BadPayload, Unavailable

CONNECT_S = 3.0
TOTAL_S = 15.0
MOST_REDIRECTS = 3
USER_AGENT = "Kindly/0.1"

Resolver = Callable[[str, int], Sequence[str]]
"""Every IP address of a host, as text. Raises OSError when it has none."""


class RefusedAddress(BadPayload, requests.exceptions.InvalidURL):
    """The address is not one that we go to.

    It is both of its parents so that whoever speaks through a guarded session meets it as any
    other fault of `requests` in which nothing was sent.
    """


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. `url` is where the redirects ended; `charset` may be empty."""

    url: str
    media_type: str
    body: bytes
    charset: str = ""


def resolve_host(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Reads addresses given by others, within their bounds of place, time and size.

    `allow_private` names the hosts (`host` or `host:port`) that the operator opens: they may be
    on private addresses and use any port.
    """

    def __init__(
        self,
        *,
        allow_private: frozenset[str] = frozenset(),
        resolve: Resolver = resolve_host,
        total_s: float = TOTAL_S,
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._total_s = total_s

    def fetch(self, url: str, *, max_bytes: int, accept: tuple[str, ...]) -> Fetched:
        """Read `url` if its media type begins with one of `accept`.

        Raises BadPayload for what will never be read, Unavailable for what may be later.
        """
        with _cut_off(self._total_s) as transfer:
            guard = _Guard(self._allow_private, self._resolve, on_open=transfer.watch)
            with _GuardedSession(guard) as session:
                for _ in range(MOST_REDIRECTS + 1):
                    answer = _ask(session, url, max_bytes=max_bytes, accept=accept, of=transfer)
                    if isinstance(answer, Fetched):
                        return answer
                    url = answer
        raise BadPayload(f"{_shown(url)} was not read: more than {MOST_REDIRECTS} redirects.")


def guarded_session(
    *,
    allow_private: frozenset[str] = frozenset(),
    resolve: Resolver = resolve_host,
    on_open: Callable[[socket.socket], None] | None = None,
) -> requests.Session:
    """A session that goes to public addresses only, keeps no cookies and follows no redirects.

    It has no timeouts of its own: each request states them. `on_open` sees every line before
    its first byte, and may raise.
    """
    return _GuardedSession(_Guard(allow_private, resolve, on_open=on_open))


def check_address(url: str, *, allow_private: frozenset[str] = frozenset()) -> None:
    """Refuse an address that its text alone condemns; where its name leads is checked later."""
    if _FORBIDDEN.search(url):
        raise _refused(url, "it holds a backslash or a control character")
    parts, scheme = _parts(url), url.partition(":")[0].lower()
    if scheme not in _PORTS:
        raise _refused(url, "only http and https addresses are read")
    if not parts.hostname:
        raise _refused(url, "it names no host")
    if "@" in parts.netloc:
        raise _refused(url, "it holds a user name")
    host = _host_connected_to(url, parts.hostname)
    if not _is_opened(host, parts.port or _PORTS[scheme], allow_private):
        _check_host(url, host)
        if parts.port not in {None, *_PORTS.values()}:
            raise _refused(url, f"port {parts.port} is not a port of the web (80, 443)")


def is_public(address: str) -> bool:
    """Whether an IP address is on the open internet.

    `ipaddress.is_global` is not asked: it takes translated and tunnelled addresses (64:ff9b::,
    2002::, ::127.0.0.1), multicast and others for public, and with them what they stand for.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _CLOSED_V4)
    return ip in _GLOBAL_V6 and not any(ip in network for network in _CLOSED_V6)


_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 16_384

# IANA's special-purpose registries (RFC 6890 and its updates), as of 2026-11, and 168.63.129.16,
# through which a cloud talks to its own machines.
_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    )
)  # fmt: skip
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def _parts(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _refused(url, "it is not a web address") from error
    return parts


def _host_connected_to(url: str, host: str) -> str:
    """The host as `requests` will read it, refused where the two readings differ."""
    prepared = requests.PreparedRequest()
    try:
        prepared.prepare_url(url, None)
        connected = urlsplit(prepared.url or "").hostname or ""
    except (requests.RequestException, ValueError) as error:
        raise _refused(url, "it is not a web address") from error
    # A name in another script becomes its xn-- form; anything else that changes is a disguise.
    if connected != host.lower() and (host.isascii() or "xn--" not in str(connected)):
        raise _refused(url, "its host can be read in two ways")
    return str(connected)


def _check_host(url: str, host: str) -> None:
    if "%" in host:
        raise _refused(url, "its host holds a percent sign")
    # The C library reads 2130706433, 0x7f000001 and 127.1 as addresses; nobody means well by them.
    if _NUMBER.match(host.rstrip(".").rpartition(".")[2]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise _refused(url, "it writes an IP address in an unusual way") from error


def _is_opened(host: str, port: int, allow_private: frozenset[str]) -> bool:
    return not allow_private.isdisjoint({host, f"{host}:{port}", f"[{host}]:{port}"})


def _refused(url: str, why: str) -> RefusedAddress:
    return RefusedAddress(f"The address {_shown(url)} was refused: {why}.")


def _shown(url: str) -> str:
    """An address as messages may show it: query and user name can hold secrets."""
    bare = re.split(r"[?#]", url, maxsplit=1)[0]
    printable = "".join(letter if letter.isprintable() else "?" for letter in bare)
    return re.sub(r"//[^/]*@", "//", printable)[:200]


class _NotPublic(Exception):
    """urllib3 takes every OSError for a broken line, so within it the verdict is not one."""


class _Guard:
    """Opens lines, and only to addresses that it has checked."""

    def __init__(
        self,
        allow_private: frozenset[str],
        resolve: Resolver,
        *,
        on_open: Callable[[socket.socket], None] | None = None,
    ) -> None:
        self.allow_private = frozenset(entry.lower() for entry in allow_private)
        self._resolve = resolve
        self._on_open = on_open

    def open(self, connection: HTTPConnection) -> socket.socket:
        host, port = connection.host.strip("[]").lower(), int(connection.port or 0)
        addresses = self._addresses(connection, host, port)
        if not _is_opened(host, port, self.allow_private):
            # One bad answer condemns the name: which of them is taken must not be a lottery.
            closed = next((address for address in addresses if not is_public(address)), None)
            if closed is not None:
                raise _NotPublic(f"{host} is at {closed}, which is not a public address")
        line = _connect(connection, addresses, port)
        if self._on_open:
            self._on_open(line)
        return line

    def _addresses(self, connection: HTTPConnection, host: str, port: int) -> Sequence[str]:
        """Ask for the host's addresses; the C library's own patience is not ours."""
        answer: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        threading.Thread(target=ask, name="resolve", daemon=True).start()
        try:
            found = answer.get(timeout=CONNECT_S)
        except Empty as error:
            raise ConnectTimeoutError(connection, f"{host} was not resolved in time") from error
        if isinstance(found, Exception) or not found:
            raise NameResolutionError(host, connection, socket.gaierror(str(found)))
        return found


def _connect(connection: HTTPConnection, addresses: Sequence[str], port: int) -> socket.socket:
    """Try the addresses in their order; raises what urllib3 itself would raise."""
    fault: OSError = OSError("the host has no address")
    until = time.monotonic() + CONNECT_S
    for address in addresses:
        if time.monotonic() > until:
            break
        try:
            return create_connection(
                (address, port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            fault = error
    if isinstance(fault, TimeoutError):
        raise ConnectTimeoutError(connection, "the host did not answer in time") from fault
    raise NewConnectionError(connection, f"no line to the host: {fault}") from fault


class _GuardedAdapter(HTTPAdapter):
    """Speaks through lines that the guard opened. Certificates are checked against the name."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._guard)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        try:
            return super().send(request, **options)
        except _NotPublic as error:
            raise _refused(request.url or "", str(error)) from error


def _guarded_pools(guard: _Guard) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.open(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.open(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _GuardedSession(requests.Session):
    def __init__(self, guard: _Guard) -> None:
        super().__init__()
        # A proxy named in the environment would resolve names for us, past every check.
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["User-Agent"] = USER_AGENT
        self._guard = guard
        self.mount("http://", _GuardedAdapter(guard))
        self.mount("https://", _GuardedAdapter(guard))

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        check_address(str(request.url), allow_private=self._guard.allow_private)
        return super().prepare_request(request)

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - whatever it answers
        """Follow none: a redirect is a new address, and its asker decides about it."""
        return


class _Transfer:
    """Ends a transfer that outlives its time, however slowly its bytes drip in.

    A read timeout starts anew with every byte, so it bounds a silence and not a duration.
    """

    def __init__(self) -> None:
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self.is_over = False

    def watch(self, line: socket.socket) -> None:
        with self._lock:
            # The copy stays ours when TLS takes the original over.
            self._lines.append(line.dup())
        if self.is_over:
            self.cut()

    def cut(self) -> None:
        self.is_over = True
        with self._lock:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()


@contextmanager
def _cut_off(seconds: float) -> Iterator[_Transfer]:
    transfer = _Transfer()
    timer = threading.Timer(seconds, transfer.cut)
    timer.daemon = True
    timer.start()
    try:
        yield transfer
    finally:
        timer.cancel()
        transfer.close()


def _ask(
    session: requests.Session, url: str, *, max_bytes: int, accept: tuple[str, ...], of: _Transfer
) -> Fetched | str:
    """One request: what was fetched, or the address it sends us to."""
    try:
        with session.get(
            url,
            headers={"Accept": _accept_header(accept)},
            timeout=(CONNECT_S, TOTAL_S),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code in _REDIRECTS and "Location" in response.headers:
                return _next_address(url, response.headers["Location"])
            _check_status(url, response.status_code)
            media_type, charset = _media_type(response.headers.get("Content-Type", ""))
            if not media_type.startswith(accept):
                raise BadPayload(f"{_shown(url)} holds {media_type or 'something unnamed'}.")
            body = _body(url, response, max_bytes)
    except RefusedAddress:
        raise
    except (requests.RequestException, HTTPError, OSError) as error:
        raise Unavailable(_reason(url, error, of)) from error
    if of.is_over:
        # A line that we cut ends like one that was closed in good order.
        raise Unavailable(_reason(url, TimeoutError(), of))
    return Fetched(url=url, media_type=media_type, body=body, charset=charset)


def _next_address(url: str, location: str) -> str:
    # Header bytes reach us as Latin-1, whatever the server meant by them.
    meant = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        target = urljoin(url, meant)
    except ValueError as error:
        raise _refused(url, "it redirects to something that is no address") from error
    if url.lower().startswith("https:") and target.lower().startswith("http:"):
        raise _refused(target, "it was reached by a redirect from https to http")
    return target


def _check_status(url: str, status: int) -> None:
    if status == HTTPStatus.OK:
        return
    said = f"{_shown(url)} answered {status}."
    later = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
    if status in later or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unavailable(said)
    raise BadPayload(said)


def _media_type(content_type: str) -> tuple[str, str]:
    if not content_type:
        return "", ""
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_type(), header.get_content_charset("")


def _body(url: str, response: requests.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise BadPayload(f"{_shown(url)} is larger than {max_bytes / 1_000_000:g} MB.")
    return bytes(body)


def _accept_header(accept: tuple[str, ...]) -> str:
    return ", ".join(f"{prefix}*" if prefix.endswith("/") else prefix for prefix in accept)


def _reason(url: str, error: Exception, transfer: _Transfer) -> str:
    slow = (requests.Timeout, TimeoutError)
    if transfer.is_over or isinstance(error, slow):
        return f"{_shown(url)} did not answer in time."
    return f"{_shown(url)} could not be reached ({type(error).__name__})."
