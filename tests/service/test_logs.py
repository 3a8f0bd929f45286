"""What stands in a log: one line for one event, and no secret, wherever it was put."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from service import logs

BOT = "999999:" + "AAcanary_" * 4


@pytest.fixture
def written() -> Iterator[Callable[[str], None]]:
    """Set the logs up anew and read what they write."""
    root = logging.getLogger()
    before = list(root.handlers), root.level

    def start(log_format: str) -> None:
        logs.set_up(log_format)

    yield start
    root.handlers, root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"bot_token": "canary"}, id="under a telling name"),
        pytest.param({"session": "canary"}, id="a session"),
        pytest.param({"headers": {"Authorization": "canary"}}, id="one level down"),
        pytest.param({"tries": [{"password": "canary"}]}, id="in a list"),
        pytest.param({"reason": "Bearer canary"}, id="in a sentence"),
        pytest.param({"reason": "whsec_canary"}, id="a webhook's secret"),
        pytest.param({"reason": f"https://api.telegram.example/bot{BOT}/x"}, id="a bot's address"),
        pytest.param({"reason": "https://ann:canary@cms.example/"}, id="a user's address"),
        pytest.param({"reason": "/media?access_token=canary&b=1"}, id="in a query"),
        pytest.param({"body": b"token=canary"}, id="in bytes"),
    ],
)
def test_a_secret_is_hidden_wherever_it_was_put(written, capsys, log_format, told):
    written(log_format)

    structlog.get_logger().warning("something happened", **told)

    line = capsys.readouterr().err
    assert "something happened" in line
    assert logs.MASK in line
    assert "canary" not in line


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_failed_statement_does_not_tell_what_it_would_have_written(written, capsys, log_format):
    written(log_format)
    engine = create_engine("sqlite://")

    try:
        with engine.connect() as tx:
            tx.execute(text("INSERT INTO nowhere VALUES (:body)"), {"body": "can" + "ary]\n"})
    except OperationalError:
        logging.getLogger("anybody").exception("it failed")
    engine.dispose()

    told = capsys.readouterr().err
    assert "no such table" in told
    assert "canary" not in told


def test_what_a_stranger_sent_does_not_look_like_a_line_of_ours(written, capsys):
    written("text")

    structlog.get_logger().warning("refused", reason="x\n2026 [error] fake\x1b[2J\u2028")
    logging.getLogger("flask").error("Exception on %s", "/desk/\n2026 [error] fake")

    told = capsys.readouterr().err
    assert len(told.splitlines()) == 2
    assert "\x1b[2J" not in told


def test_a_line_for_machines_is_one_document(written, capsys):
    written("json")

    structlog.get_logger().warning("refused", reason="x\ny", count=3)

    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["reason"] == "x\ny"
    assert json.loads(line)["count"] == 3
