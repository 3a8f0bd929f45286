"""Help: the product's own pages, written in Markdown beside this file."""

from functools import cache
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markupsafe import Markup

from service.domain.errors import NotFound
from service.web.access import open_to_all

blueprint = Blueprint("help_pages", __name__)

FOLDER = Path(__file__).parent / "help"
_FIRST = "index"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@blueprint.get("/help")
@open_to_all
def index() -> ResponseReturnValue:
    return _shown(_FIRST)


@blueprint.get("/help/<name>")
@open_to_all
def page(name: str) -> ResponseReturnValue:
    return _shown(name)


def titles() -> dict[str, str]:
    """The pages by name, the first page first, each with its headline."""
    names = sorted(path.stem for path in FOLDER.glob("*.md"))
    ordered = sorted(names, key=lambda name: name != _FIRST)
    return {name: _source(name).partition("\n")[0].removeprefix("# ").strip() for name in ordered}


def _shown(name: str) -> str:
    # Only names that are there: what was asked for never becomes part of a path.
    found = titles()
    if name not in found:
        raise NotFound("There is no such help page: the first one lists them all.")
    return render_template(
        "help.html", page_name=name, title=found[name], titles=found, body=_body(name)
    )


def _source(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@cache
def _body(name: str) -> Markup:
    # Our own pages, and the renderer escapes any markup in them.
    return Markup(_MARKDOWN.render(_source(name)))  # noqa: S704
