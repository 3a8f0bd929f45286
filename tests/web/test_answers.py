"""How every request ends: one sentence, protecting headers, one line in the log."""

from dataclasses import replace

import pytest

from service.app import create_app
from service.domain.delivery import DeliveryState, check_move
from service.domain.errors import (
    BadPayload,
    BadSignature,
    Conflict,
    HouseError,
    Misconfigured,
    NotFound,
    Rejected,
)
from service.storage.database import DatabaseBusy

SECRET = "the cellar key is under the mat"


@pytest.fixture
def database_address(tmp_path):
    """One make of database is enough where no answer depends on it."""
    return f"sqlite:///{tmp_path / 'kindly.db'}"


@pytest.fixture
def failing(app):
    """Make an address whose view raises what it is given."""

    def make(error, path="/api/broken"):
        def view():
            raise error

        app.add_url_rule(path, path, view)
        return app.test_client()

    return make


@pytest.mark.parametrize(
    ("error", "status", "is_told"),
    [
        (BadPayload("The headline is missing."), 422, True),
        (Rejected("This cannot be shared."), 422, True),
        (NotFound("There is no story 7."), 404, True),
        (Conflict("This delivery is out now."), 409, True),
        (BadSignature(SECRET), 401, False),
        (DatabaseBusy(SECRET), 503, False),
        (Misconfigured(SECRET), 503, False),
        (HouseError(SECRET), 500, False),
        (RuntimeError(SECRET), 500, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_error_is_answered_with_one_sentence(failing, error, status, is_told):
    answer = failing(error).get("/api/broken")

    told = answer.json["error"]
    assert (answer.status_code, told["status"]) == (status, status)
    assert (told["what"] == str(error)) is is_told
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


def test_a_move_that_is_impossible_is_a_conflict(app):
    app.add_url_rule(
        "/api/move", "move", lambda: check_move(DeliveryState.DELIVERED, DeliveryState.PLANNED)
    )

    answer = app.test_client().get("/api/move")

    assert answer.status_code == 409
    assert "a delivery that is delivered cannot become planned" in answer.text


@pytest.mark.parametrize("error", [DatabaseBusy("locked"), Misconfigured("no key")])
def test_a_fault_that_passes_says_when_to_come_back(failing, error):
    answer = failing(error).get("/api/broken")

    assert int(answer.headers["Retry-After"]) > 0


def test_a_person_gets_a_page_and_a_program_gets_json(failing):
    client = failing(NotFound("There is no story <7>."), path="/somewhere")

    page = client.get("/somewhere", headers={"Accept": "text/html,*/*;q=0.8"})
    document = client.get("/somewhere")

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is no story &lt;7&gt;." in page.text
    assert (document.status_code, document.mimetype) == (404, "application/json")


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/stories", "/nowhere", "/webhooks/nobody"])
def test_every_answer_is_protected(client, path):
    answer = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_https_promises_https(client):
    plain = client.get("/healthz")
    safe = client.get("/healthz", base_url="https://kindly.example")

    assert "Strict-Transport-Security" not in plain.headers
    assert "max-age=" in safe.headers["Strict-Transport-Security"]


def test_where_readers_come_by_https_it_is_promised_whatever_the_proxy_tells(house):
    settings = house.settings.model_copy(update={"public_url": "https://kindly.gazette.example"})
    client = create_app(house=replace(house, settings=settings)).test_client()

    answer = client.get("/sign-in")

    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_the_log_names_the_address_on_one_line_and_never_its_query(house, capfd):
    create_app(house=house).test_client().get("/nowhere%0Afaked?token=abc")

    log = capfd.readouterr().err
    assert "request answered" in log
    assert "/nowhere%0Afaked" in log
    assert "abc" not in log
