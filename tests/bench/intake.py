"""Intake: what a sender waits for when a notice is verified, read and written to SQLite.

The floor is the same request to a view that only reads the body.
"""

import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, request
from flask.testing import FlaskClient

from service import clock, logs
from service.app import create_app
from service.config import Settings
from service.house import House, build
from service.nudge import SilentNudger
from service.sources import add_webhook_source
from service.storage.migrating import migrate
from tests.bench.rounds import figure, medians
from tests.web.outside import SECRET, signed

_ROUNDS = 400
_PATH = "/webhooks/desk"
_SAMPLE = Path(__file__).parents[2] / "assets" / "sample" / "story.json"


def figures() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        house = build(Settings(data_dir=Path(folder)), nudger=SilentNudger())
        migrate(house.database)
        taking, trivial = _newsroom(house), _trivial()
        times = medians(
            _ROUNDS,
            floor=lambda number: _send(trivial, number),
            first=lambda number: _send(taking, number),
            again=lambda number: _send(taking, number),
        )
        house.database.close()
    for what, name in (("webhook, a new notice", "first"), ("webhook, a repeated one", "again")):
        yield figure(what, times[name], floor=times["floor"], against="a view that does nothing")


def _newsroom(house: House) -> FlaskClient:
    add_webhook_source(house, "desk", "generic", SECRET, actor="bench", now=clock.now())
    client = create_app(house=house).test_client()
    logs.set_up("text", level=logging.WARNING)
    return client


def _trivial() -> FlaskClient:
    app = Flask(__name__)

    @app.post(_PATH)
    def take() -> tuple[str, int]:
        return str(len(request.get_data())), 202

    return app.test_client()


def _send(client: FlaskClient, number: int) -> None:
    """Signing is part of every request alike."""
    story = {**json.loads(_SAMPLE.read_bytes()), "id": f"story-{number}", "image": None}
    body = json.dumps({"event": "published", "story": story}).encode()
    answer = client.post(_PATH, data=body, headers=signed(body, message=f"msg_{number}"))
    if answer.status_code not in {200, 202}:
        raise RuntimeError(f"the notice was answered {answer.status_code}: {answer.text}")
