"""New ids: random, so that any process may make one and none tells how many there are."""

import uuid


def new_id() -> str:
    return str(uuid.uuid4())
