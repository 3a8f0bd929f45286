"""The body of a request as it came: whole, or refused.

The one thing a reader would get wrong: a body without a length (chunked) is cut off at the limit
by the library, in silence. Read on as if it were whole, it would be a broken notice (422) or a
forged one (401) instead of one that is too large.
"""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge


def raw_body() -> bytes:
    """Read the bytes once. Raises RequestEntityTooLarge above the application's limit."""
    body = request.get_data(cache=False)
    limit = request.max_content_length
    if request.content_length is None and limit is not None and len(body) >= limit:
        raise RequestEntityTooLarge
    return body
