"""Pages that stay true while they are open: each says its changing parts, named, as JSON.

The page's script asks every few seconds and replaces only the parts that differ, where they
stand. Nothing is remembered between two polls, so a restart of ours interrupts nothing.
"""

from collections.abc import Mapping

from flask import Response, jsonify, request


def parts(named: Mapping[str, str]) -> Response:
    """Answer a poll; 304 when the page has all of it already."""
    response = jsonify({"parts": dict(named)})
    response.add_etag()
    # Browsers keep it only to be able to ask again; what it says is for one person.
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
