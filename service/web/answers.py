"""How every request ends: errors as one sentence, headers that protect, one line in the log.

Machines (the API, webhooks, cards) get JSON, people get a page; neither ever sees a stack trace.
The one thing a reader would get wrong: a webhook sender treats a redirect as success and 410 as
farewell, and many repeat only what ends in 5xx. So a fault of ours is 503, never 3xx, never 410.
"""

import time
from http import HTTPStatus
from urllib.parse import quote

import structlog
from flask import Flask, Response, current_app, g, jsonify, render_template, request
from jinja2 import TemplateNotFound
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from service.domain.delivery import ImpossibleMove
from service.domain.errors import (
    BadPayload,
    BadSignature,
    Conflict,
    HouseError,
    Misconfigured,
    NotFound,
    Rejected,
    Unavailable,
)
from service.storage.database import DatabaseBusy

_log = structlog.get_logger()
_RETRY_AFTER_S = 2
_FOR_MACHINES = ("/api/", "/webhooks/", "/cards/")
_UNLOGGED = ("/healthz", "/readyz")

# A subclass that is not listed answers as its nearest parent does.
_STATUS_OF: dict[type[HouseError], HTTPStatus] = {
    HouseError: HTTPStatus.INTERNAL_SERVER_ERROR,
    Rejected: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadPayload: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadSignature: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    ImpossibleMove: HTTPStatus.CONFLICT,
    DatabaseBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    Misconfigured: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

# Where our own words would tell a stranger too much, or a library's words say too little.
_SENTENCES = {
    HTTPStatus.BAD_REQUEST: "The request is broken: it ended early or cannot be read.",
    HTTPStatus.UNAUTHORIZED: "This request does not prove who sent it: check its signature "
    "(webhooks) or its bearer token (API).",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here; it has been noted. "
    "Please try again later.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Kindly cannot take this right now: send it again in a moment.",
}

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


def install(app: Flask) -> None:
    """Answer for the whole application."""
    # By default `//webhooks/x` is redirected to `/webhooks/x`, and senders do not follow.
    app.url_map.merge_slashes = False
    app.register_error_handler(HouseError, _house_error)
    app.register_error_handler(HTTPException, _http_error)
    app.before_request(_start_clock)
    app.after_request(_protect)
    app.after_request(_log_request)


def _house_error(error: HouseError) -> Response:
    status = next(_STATUS_OF[kind] for kind in type(error).__mro__ if kind in _STATUS_OF)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request not answered as asked", reason=str(error), path=_path())
    is_ours_alone = status is HTTPStatus.UNAUTHORIZED or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    answer = _answer(status, _SENTENCES[status] if is_ours_alone else str(error))
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(_RETRY_AFTER_S)
    if status is HTTPStatus.UNAUTHORIZED and request.path.startswith("/api/"):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask refused by itself, or what nobody foresaw (Flask has logged it)."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    # A description that was written for this one case says more than the general sentence.
    is_special = error.description != type(error).description
    what = str(error.description) if is_special else _sentence(status)
    answer = _answer(status, what)
    kept = ("Allow", "Retry-After", "Content-Range")
    answer.headers.extend([pair for pair in error.get_headers() if pair[0] in kept])
    return answer


def _sentence(status: HTTPStatus) -> str:
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.max_content_length:
        most = request.max_content_length // (1024 * 1024)
        return f"The body is too large: at most {most} MiB is taken."
    return _SENTENCES.get(status, status.description)


def _answer(status: HTTPStatus, what: str) -> Response:
    if _asks_for_page():
        answer = current_app.make_response(_page(status, what))
    else:
        answer = jsonify({"error": {"status": status.value, "what": what}})
    answer.status_code = status.value
    return answer


def _asks_for_page() -> bool:
    kinds = ["application/json", "text/html"]
    wanted = request.accept_mimetypes.best_match(kinds, default=kinds[0])
    return wanted == "text/html" and not request.path.startswith(_FOR_MACHINES)


def _page(status: HTTPStatus, what: str) -> str:
    try:
        return render_template("error.html", status=status.value, title=status.phrase, what=what)
    except TemplateNotFound:
        return f"<!doctype html><title>{escape(status.phrase)}</title><p>{escape(what)}</p>"


def _start_clock() -> None:
    g.started = time.perf_counter()


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure or _is_https():
        response.headers.setdefault("Strict-Transport-Security", _HSTS)
    return response


def _is_https() -> bool:
    """Whether readers come by https, also where the proxy before us does not tell how they came."""
    address: str = current_app.config["KINDLY"].settings.public_address
    return address.startswith("https://")


def _log_request(response: Response) -> Response:
    if request.path not in _UNLOGGED:
        spent_s = time.perf_counter() - g.get("started", time.perf_counter())
        _log.info(
            "request answered",
            method=request.method,
            path=_path(),
            status=response.status_code,
            ms=round(spent_s * 1000, 1),
        )
    return response


def _path() -> str:
    """Without its query, which may hold what nobody should read, and always on one line."""
    return quote(request.path)[:200]
