"""The dashboard before its pages: who may see what, and which forms are believed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.house import House
from service.web import access, static_files
from tests.web.browsing import signed_in, token_of, told
from tests.web.outside import planned

# Views outside of the dashboard, each with what stands before it. A view that is in neither
# place fails the test below: nobody has decided who may see it.
OUTSIDE = {
    "api.describe": "open: the document tells nothing about stories",
    "health.alive": "open: balancers ask it",
    "health.ready": "open: balancers ask it",
    "health.front_door": "open: leads to the desk, which asks for a session",
}
OUTSIDE_ROOMS = {
    "api": "a bearer token, checked before every view",
    "webhooks": "the source's signature",
    "cards": "the address is signed",
    "simulated": "open: stands in for a public platform",
}
OPEN = {
    "dashboard.signin.form",
    "dashboard.signin.enter",
    "dashboard.signin.leave",
    "dashboard.help_pages.index",
    "dashboard.help_pages.page",
    "dashboard.static_files.file",
}


def rules_of_dashboard(app: Flask) -> list[tuple[str, str, str]]:
    """Every address of the dashboard with its method, as (endpoint, method, path)."""
    return [
        (rule.endpoint, method, re.sub(r"<[^>]+>", "some-id", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("dashboard.")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_address_has_a_declared_policy(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    undecided = {
        endpoint
        for endpoint in endpoints
        if not endpoint.startswith("dashboard.")
        and endpoint not in OUTSIDE
        and endpoint.partition(".")[0] not in OUTSIDE_ROOMS
    }

    assert undecided == set()


def test_only_these_pages_of_the_dashboard_are_open_to_all(app: Flask) -> None:
    declared = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.startswith("dashboard.") and access.is_open_to_all(view)
    }

    assert declared == OPEN


def test_a_stranger_is_sent_to_sign_in_from_every_other_address(app: Flask) -> None:
    client = app.test_client()
    token = token_of(client.get("/sign-in").text)
    asked = [rule for rule in rules_of_dashboard(app) if rule[0] not in OPEN]

    answers = {
        (method, path): client.open(path, method=method, data={"csrf_token": token}).location
        for _, method, path in asked
    }

    assert len(answers) > 15
    assert {location.partition("?")[0] for location in answers.values() if location} == {"/sign-in"}
    assert None not in answers.values()


def test_a_form_without_its_token_changes_nothing(app: Flask, house: House) -> None:
    client = app.test_client()
    signed_in(house, client)
    forms = [path for _, method, path in rules_of_dashboard(app) if method == "POST"]

    answers = {path: client.post(path).status_code for path in forms}

    assert len(forms) > 10
    assert set(answers.values()) == {400}


@pytest.mark.parametrize(
    ("site", "status"),
    [
        pytest.param("same-origin", 200, id="from our own page"),
        pytest.param("none", 200, id="typed by a person"),
        pytest.param("cross-site", 403, id="from another site"),
        pytest.param("same-site", 403, id="from a neighbour"),
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_its_token(
    client: FlaskClient, house: House, site: str, status: int
) -> None:
    signed_in(house, client)
    told(house, "Ferry returns")
    token = token_of(client.get("/desk").text)
    headers = {"Sec-Fetch-Site": site, "Accept": "text/html"}

    answer = client.post(
        "/sign-out", data={"csrf_token": token}, headers=headers, follow_redirects=True
    )

    assert answer.status_code == status


def test_the_api_and_webhooks_read_no_cookie(client: FlaskClient, house: House) -> None:
    signed_in(house, client)

    assert client.get("/api/v1/stories").status_code == 401
    assert client.post("/webhooks/cms", data=b"{}").status_code == 404


def test_no_page_needs_inline_script_or_style(client: FlaskClient, house: House) -> None:
    browser = signed_in(house, client)
    story = told(house, "Ferry returns")
    planned(house, story)
    one = f"/desk/stories/{story.id}"
    pages = ["/desk", one, f"{one}/card", "/desk/queue", "/desk/channels", "/help"]

    for path in [*pages, "/desk/stories/nowhere"]:
        html = browser.get(path, Accept="text/html").text
        assert "</html>" in html, path
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", html), path


def test_what_a_story_says_never_becomes_markup(client: FlaskClient, house: House) -> None:
    browser = signed_in(house, client)
    story = told(house, "<script>alert(1)</script> & “quotes”")
    planned(house, story)

    for path in ("/desk", f"/desk/stories/{story.id}", "/desk/queue"):
        html = browser.page(path)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html, path
        assert "<script>alert" not in html, path


def test_a_zero_byte_is_refused_in_a_sentence(client: FlaskClient, house: House) -> None:
    browser = signed_in(house, client)
    delivery_id = planned(house, told(house, "Ferry returns"))

    answers = [
        browser.get("/desk/stories/%00", Accept="text/html"),
        browser.post(f"/desk/deliveries/{delivery_id}/reword", text="a\x00b"),
        browser.post("/sign-in", email="ann\x00@gazette.example", password="x"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "zero byte" in answers[0].text


def test_pages_of_the_desk_are_kept_by_nobody(client: FlaskClient, house: House) -> None:
    browser = signed_in(house, client)

    assert browser.get("/desk").headers["Cache-Control"] == "no-store"


def test_a_page_that_is_not_there_says_so_in_a_sentence(client: FlaskClient, house: House) -> None:
    answer = signed_in(house, client).get("/desk/stories/nowhere", Accept="text/html")

    assert answer.status_code == 404
    assert "There is no story nowhere." in answer.text
    assert "Go to Today" in answer.text


def test_files_are_kept_for_good_under_their_content_and_asked_for_again_without_it(
    client: FlaskClient,
) -> None:
    version = static_files.version("dashboard.css")
    named = client.get(f"/static/dashboard.css?v={version}", buffered=True)
    old = client.get("/static/dashboard.css?v=000000000000", buffered=True)

    assert named.status_code == old.status_code == 200
    assert "immutable" in named.headers["Cache-Control"]
    assert old.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/static/../../service/app.py", id="up and away"),
        pytest.param("/static/..%2f..%2fservice/app.py", id="in disguise"),
        pytest.param("/static/nothing.css", id="not there"),
    ],
)
def test_only_the_dashboards_own_files_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_page_names_only_files_and_pages_that_exist(
    client: FlaskClient, house: House
) -> None:
    browser = signed_in(house, client)
    story = told(house, "Ferry returns")
    planned(house, story)
    seen: set[str] = set()
    waiting = ["/desk", f"/desk/stories/{story.id}"]

    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = browser.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html":
            found = re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)
            ours = {link.replace("&amp;", "&") for link in found if not link.startswith("/cards/")}
            waiting.extend(ours - seen - set(waiting))

    assert {"/desk", "/desk/queue", "/desk/channels", "/help", "/help/deliveries"} <= seen
