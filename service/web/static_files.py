"""The dashboard's own style, script and pictures, kept by browsers until their content changes."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from service.web.access import open_to_all

blueprint = Blueprint("static_files", __name__)

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "web"
_FOREVER_S = 365 * 24 * 3600


@blueprint.get("/static/<path:name>")
@open_to_all
def file(name: str) -> ResponseReturnValue:
    response = send_from_directory(FOLDER, name)
    is_named_by_content = request.args.get("v") == version(name)
    response.headers["Cache-Control"] = (
        f"public, max-age={_FOREVER_S}, immutable" if is_named_by_content else "no-cache"
    )
    return response


def address(name: str) -> str:
    """Where a file is served, named by its content: a new release is a new address."""
    return url_for("dashboard.static_files.file", name=name, v=version(name))


def version(name: str) -> str:
    path = FOLDER / name
    return _digest(path, path.stat().st_mtime_ns)


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
