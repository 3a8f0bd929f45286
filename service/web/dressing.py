"""What every template may use: icons, times, checked addresses, the person at the desk."""

from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import g
from flask.sansio.app import App
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from service import clock
from service.web import static_files, times
from service.web.access import is_live_poll

_ASSETS = Path(__file__).resolve().parents[2] / "assets"
_ICONS = _ASSETS / "web" / "icons"
_NETWORK_ICONS = _ASSETS / "button" / "icons"


def install(app: App) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(when=when, web_address=web_address, sentence=sentence)
    app.jinja_env.globals.update(
        icon=icon,
        network_icon=network_icon,
        asset=static_files.address,
        person_here=person_here,
        form_token=form_token,
    )


def when(instant: datetime) -> Markup:
    """The time in words, with the instant for whoever wants it exactly."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.isoformat(timespec="seconds"),
        times.exact(instant),
        times.relative(instant, clock.now()),
    )


def web_address(value: str) -> str:
    """`value` where it may become a link. Stories and platforms may say `javascript:` as well."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in {"http", "https"} and parts.hostname else ""


def sentence(text: str) -> str:
    """What an error or a platform says, as a whole sentence."""
    text = text.strip()
    end = "" if text.endswith((".", "!", "?")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}" if text else ""


def person_here() -> str:
    """The address of the person signed in; empty on pages for everybody."""
    found = g.get("person")
    return found.email if found else ""


def form_token() -> str:
    """The token for a form; a polled part gets none, its page puts in the one that it has."""
    # A token holds the time. With it no two polls would be equal, and every part would look new.
    return "" if is_live_poll() else generate_csrf()


def icon(name: str) -> Markup:
    """One of our own icons, for use beside a word that says the same."""
    return _drawing(_ICONS / f"{name}.svg")


def network_icon(key: str) -> Markup:
    """A network's icon by its key; a plain channel icon for kinds that have none."""
    path = _NETWORK_ICONS / f"{key}.svg"
    is_known = key.replace("-", "").replace("_", "").isalnum() and path.is_file()
    own = _ICONS / f"{key}.svg" if key == "webhook" else _ICONS / "channel.svg"
    return _drawing(path if is_known else own)


@cache
def _drawing(path: Path) -> Markup:
    svg = path.read_text(encoding="utf-8").strip()
    # The files are part of this program, so what they hold is markup and not somebody's text.
    return Markup(  # noqa: S704
        svg.replace("<svg ", '<svg class="icon" aria-hidden="true" focusable="false" ', 1)
    )
