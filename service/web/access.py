"""Who may see the dashboard: every view needs a session unless it says that it does not.

The one thing a reader would get wrong: nothing has to be done to protect a view. Its blueprint is
part of the dashboard, and the dashboard asks for a session; `open_to_all` is the exception.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, abort, current_app, flash, g, redirect, request, url_for
from flask.sansio.app import App
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as PlainResponse

from service import clock
from service.storage.staff import LONGEST, Person, StaffStore
from service.web.parts import house

View = TypeVar("View", bound=Callable[..., Any])

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ZERO = "\x00"
_OUR_OWN = frozenset({"same-origin", "none"})
_STALE_FORM = (
    "This page was open for too long, or your browser keeps no cookies: nothing was changed. "
    "Load it again and repeat what you did."
)

# A page view prolongs a session, but not each with a write of its own.
_TOUCH_AFTER = timedelta(minutes=1)

_csrf = CSRFProtect()


def open_to_all(view: View) -> View:
    """Declare that a view of the dashboard answers people who have not signed in."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def is_open_to_all(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "is_open_to_all", False))


def takes_bodies(most: int) -> Callable[[View], View]:
    """Declare how large a body a view takes from people who have signed in."""

    def mark(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def install(app: App) -> None:
    """Set the cookies up; forms are checked by `guard` and nowhere else."""
    is_https = _is_https(app)
    app.config.update(
        # Flask's own cookie holds the form token and the last message, never who somebody is.
        SESSION_COOKIE_NAME="__Host-form" if is_https else "form",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # webhooks and API read no cookie and carry no form token
        WTF_CSRF_TIME_LIMIT=None,  # a form stays good as long as the session is
        WTF_CSRF_SSL_STRICT=False,  # Sec-Fetch-Site, checked below, says the same more reliably
    )
    _csrf.init_app(app)


def guard() -> PlainResponse | None:
    """Run before each view of the dashboard: find the person, check the form, or send away."""
    now = clock.now()
    g.person = _who(now)
    view = current_app.view_functions[request.endpoint or ""]
    if g.person is not None:
        # Before anything reads the form. A stranger's stays as small as all bodies are.
        request.max_content_length = getattr(view, "most_bytes", None)
    _check_text()
    if request.method not in _SAFE:
        _check_form()
    if g.person is not None or is_open_to_all(view):
        return None
    return _send_to_sign_in()


def person() -> Person:
    """The person signed in; only for views that need a session."""
    found: Person = g.person
    return found


def session_value() -> str:
    return request.cookies.get(_cookie_name(), "")


def keep_session(response: Response | PlainResponse, value: str) -> None:
    response.set_cookie(
        _cookie_name(),
        value,
        max_age=LONGEST,
        secure=_is_https(current_app),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_session(response: Response | PlainResponse) -> None:
    response.delete_cookie(
        _cookie_name(), secure=_is_https(current_app), httponly=True, samesite="Lax", path="/"
    )


def is_live_poll() -> bool:
    """True for the page asking by itself; that must neither prolong a session nor be redirected."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _who(now: datetime) -> Person | None:
    value = session_value()
    if not value:
        return None
    with house().database.read() as tx:
        staff = StaffStore(tx)
        found = staff.who(value, now=now)
        seen_at = staff.seen_at(value) if found else None
    if seen_at and now - seen_at > _TOUCH_AFTER and not is_live_poll():
        with house().database.write() as tx:
            StaffStore(tx).touch_session(value, now=now)
    return found


def _check_text() -> None:
    """No name or text holds a zero byte, and PostgreSQL takes none: said here, once for all."""
    if any(_ZERO in value for value in (request.path, *request.form.values())):
        abort(HTTPStatus.BAD_REQUEST, "The request holds a zero byte: take it out and try again.")


def _check_form() -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OUR_OWN:
        abort(HTTPStatus.FORBIDDEN, "This form was sent from another site: nothing was changed.")
    try:
        _csrf.protect()
    except CSRFError:
        abort(HTTPStatus.BAD_REQUEST, _STALE_FORM)


def _send_to_sign_in() -> PlainResponse:
    if is_live_poll():
        abort(HTTPStatus.UNAUTHORIZED, "The session has ended: sign in again.")
    if request.method not in _SAFE:
        flash("Your session had ended, so nothing was changed: sign in and do it again.", "problem")
        return redirect(url_for("dashboard.signin.form"), HTTPStatus.SEE_OTHER)
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("dashboard.signin.form", next=wanted), HTTPStatus.SEE_OTHER)


def _cookie_name() -> str:
    # The prefix makes browsers refuse the cookie over plain http, where embedded set-ups live.
    return "__Host-session" if _is_https(current_app) else "session"


def _is_https(app: App) -> bool:
    is_https: bool = app.config["KINDLY"].settings.public_address.startswith("https://")
    return is_https
