"""Signing in: who gets a session, who does not, and what an answer gives away."""

import threading
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import signing_in
from service.app import create_app
from service.domain.errors import BadPayload, Conflict, Rejected
from service.house import House
from service.nudge import SilentNudger
from service.storage.staff import IDLE, LONGEST, StaffStore
from service.storage.tables import staff_session
from tests.conftest import TestClock
from tests.web.browsing import EMAIL, signed_in, token_of

PASSWORD = "seven quiet harbours"


@pytest.fixture
def ann(house: House) -> str:
    return signing_in.create_person(house, email=EMAIL, name="Ann", password=PASSWORD)


def enter(client: FlaskClient, email: str, password: str, **form: str) -> TestResponse:
    token = token_of(client.get("/sign-in").text)
    form |= {"email": email, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=form)


def try_in(house: House, clock: TestClock, password: str) -> str | None:
    try:
        return signing_in.sign_in(house, email=EMAIL, password=password, now=clock.now())
    except Rejected:
        return None


@pytest.mark.usefixtures("ann")
def test_the_right_password_opens_the_desk(client: FlaskClient) -> None:
    answer = enter(client, " ANN@Gazette.example", PASSWORD)

    assert answer.status_code == 303
    assert answer.location == "/desk"
    assert client.get("/desk").status_code == 200


@pytest.mark.usefixtures("ann")
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient) -> None:
    wrong = enter(client, EMAIL, "seven loud harbours")
    unknown = enter(client, "nobody@gazette.example", PASSWORD)

    assert wrong.status_code == unknown.status_code == 422
    assert signing_in.WRONG in wrong.text
    assert signing_in.WRONG in unknown.text


@pytest.mark.usefixtures("ann")
def test_an_unknown_address_costs_as_much_work_as_a_known_one(
    house: House, stopped_clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    honest = signing_in._verify

    def noting(known: str, given: str) -> bool:
        checked.append(known)
        return honest(known, given)

    monkeypatch.setattr(signing_in, "_verify", noting)
    for email in (EMAIL, "nobody@gazette.example"):
        with pytest.raises(Rejected):
            signing_in.sign_in(house, email=email, password="x" * 12, now=stopped_clock.now())

    parameters = {known.rsplit("$", 2)[0] for known in checked}
    assert len(checked) == 2
    assert parameters == {"$argon2id$v=19$m=65536,t=3,p=4"}


@pytest.mark.parametrize(
    ("failures", "wait_s"),
    [
        pytest.param(1, None, id="one slip is free"),
        pytest.param(4, None, id="so are four"),
        pytest.param(5, 5, id="the fifth costs 5 s"),
        pytest.param(6, 10, id="then it doubles"),
        pytest.param(12, 640, id="and doubles"),
        pytest.param(13, 900, id="up to a quarter hour"),
        pytest.param(100_000, 900, id="however long it goes on"),
    ],
)
def test_waits_grow_with_wrong_passwords(
    failures: int, wait_s: int | None, stopped_clock: TestClock
) -> None:
    until = signing_in.lock_after(failures, now=stopped_clock.now())

    expected = stopped_clock.now() + timedelta(seconds=wait_s) if wait_s else None
    assert until == expected


@pytest.mark.usefixtures("ann")
def test_a_locked_account_refuses_even_the_right_password_until_the_lock_ends(
    house: House, stopped_clock: TestClock
) -> None:
    for _ in range(5):
        assert try_in(house, stopped_clock, "seven loud harbours") is None

    assert try_in(house, stopped_clock, PASSWORD) is None
    stopped_clock.advance(seconds=6)
    assert try_in(house, stopped_clock, PASSWORD) is not None


@pytest.mark.usefixtures("ann")
def test_tries_during_a_lock_do_not_lengthen_it(house: House, stopped_clock: TestClock) -> None:
    for _ in range(9):
        try_in(house, stopped_clock, "seven loud harbours")

    stopped_clock.advance(seconds=6)

    assert try_in(house, stopped_clock, PASSWORD) is not None


@pytest.mark.usefixtures("ann")
def test_signing_in_forgets_earlier_slips(house: House, stopped_clock: TestClock) -> None:
    for password in ["wrong wrong wrong"] * 4 + [PASSWORD] + ["wrong wrong wrong"] * 4:
        try_in(house, stopped_clock, password)

    assert try_in(house, stopped_clock, PASSWORD) is not None


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        pytest.param("ann", PASSWORD, "not an e-mail", id="no address"),
        pytest.param(EMAIL, "short", "5 characters", id="a short password"),
        pytest.param(EMAIL, "x" * 2000, "2000 characters", id="a password that is an attack"),
    ],
)
def test_a_person_who_could_not_sign_in_is_not_made(
    house: House, email: str, password: str, sentence: str
) -> None:
    with pytest.raises(BadPayload, match=sentence):
        signing_in.create_person(house, email=email, name="", password=password)


@pytest.mark.usefixtures("ann")
def test_an_address_belongs_to_one_person(house: House) -> None:
    with pytest.raises(Conflict, match="already"):
        signing_in.create_person(house, email=EMAIL.upper(), name="", password=PASSWORD)


def test_the_first_login_is_made_once(house: House, stopped_clock: TestClock) -> None:
    first = signing_in.first_login(house)
    again = signing_in.first_login(house)

    assert again is None
    assert first is not None
    email, password = first
    assert email == "desk@kindly.local"
    assert len(password) == 19
    assert signing_in.sign_in(house, email=email, password=password, now=stopped_clock.now())


@pytest.mark.usefixtures("ann")
def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient,
) -> None:
    cookies = enter(client, EMAIL, PASSWORD).headers.getlist("Set-Cookie")

    [cookie] = [cookie for cookie in cookies if cookie.startswith("session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_over_https_the_cookies_are_bound_to_the_host(house: House) -> None:
    settings = house.settings.model_copy(update={"public_url": "https://kindly.gazette.example"})
    app = create_app(house=House(settings, house.keys, house.database, SilentNudger()))
    signing_in.create_person(house, email=EMAIL, name="Ann", password=PASSWORD)
    client = app.test_client()
    form = {"email": EMAIL, "password": PASSWORD}

    page = client.get("/sign-in", base_url="https://localhost")
    form["csrf_token"] = token_of(page.text)
    answer = client.post("/sign-in", data=form, base_url="https://localhost")

    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert answer.status_code == 303
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-form", "__Host-session"}
    assert all("Secure" in cookie and "Domain" not in cookie for cookie in cookies)


@pytest.mark.usefixtures("ann")
def test_signing_in_ends_the_session_that_the_browser_came_with(
    house: House, client: FlaskClient
) -> None:
    signed_in(house, client)
    old = client.get_cookie("session")
    assert old is not None
    client.delete_cookie("session")
    token = token_of(client.get("/sign-in").text)
    client.set_cookie("session", old.value, domain="localhost")

    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})

    new = client.get_cookie("session")
    assert new is not None
    assert new.value != old.value
    client.set_cookie("session", old.value, domain="localhost")
    assert client.get("/desk").status_code == 303


def test_signing_out_ends_the_session_on_the_server(house: House, client: FlaskClient) -> None:
    browser = signed_in(house, client)
    kept = client.get_cookie("session")
    assert kept is not None

    browser.post("/sign-out")

    client.set_cookie("session", kept.value, domain="localhost")
    assert client.get("/desk").status_code == 303


def test_the_table_of_sessions_signs_nobody_in(house: House, client: FlaskClient) -> None:
    signed_in(house, client)
    with house.database.read() as tx:
        stored = tx.execute(staff_session.select()).one().token_hash

    client.set_cookie("session", stored, domain="localhost")

    assert client.get("/desk").status_code == 303


@pytest.mark.parametrize(
    ("silence", "is_signed_in"),
    [
        pytest.param(IDLE - timedelta(minutes=1), True, id="a long lunch"),
        pytest.param(IDLE + timedelta(minutes=1), False, id="a night"),
    ],
)
def test_a_session_ends_when_nobody_uses_it(
    house: House,
    client: FlaskClient,
    stopped_clock: TestClock,
    silence: timedelta,
    *,
    is_signed_in: bool,
) -> None:
    signed_in(house, client)

    stopped_clock.advance(seconds=silence.total_seconds())

    assert (client.get("/desk").status_code == 200) is is_signed_in


def test_a_page_left_open_does_not_keep_a_session_alive(
    house: House, client: FlaskClient, stopped_clock: TestClock
) -> None:
    browser = signed_in(house, client)
    for _ in range(9):
        stopped_clock.advance(hours=1)
        last = browser.get("/desk/live", Accept="application/json")

    assert last.status_code == 401


def test_work_keeps_a_session_alive_for_a_week_and_no_longer(
    house: House, client: FlaskClient, stopped_clock: TestClock
) -> None:
    browser = signed_in(house, client)
    hours = int(LONGEST.total_seconds() // 3600)
    answers = []
    for _ in range(0, hours + 6, 6):
        stopped_clock.advance(hours=6)
        answers.append(browser.get("/desk").status_code)

    assert set(answers[:-2]) == {200}
    assert answers[-1] == 303


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        pytest.param("/desk/queue", "/desk/queue", id="a page of ours"),
        pytest.param("/desk?before=2026-11-22T10:00:00%2B00:00", None, id="with its question"),
        pytest.param("https://evil.example/desk", "/desk", id="another site"),
        pytest.param("//evil.example/desk", "/desk", id="another site without scheme"),
        pytest.param("/desk/..//evil.example", "/desk/..//evil.example", id="still our own host"),
        pytest.param("/\\evil.example", "/desk", id="a backslash"),
        pytest.param("/desk\r\nSet-Cookie: a=b", "/desk", id="a header in disguise"),
    ],
)
@pytest.mark.usefixtures("ann")
def test_signing_in_leads_back_to_a_page_of_ours_only(
    client: FlaskClient, wanted: str, leads_to: str | None
) -> None:
    answer = enter(client, EMAIL, PASSWORD, next=wanted)

    assert answer.location == (leads_to or wanted)


def test_no_more_than_two_passwords_are_checked_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, stopped_clock: TestClock
) -> None:
    monkeypatch.setattr(signing_in, "_LONGEST_QUEUE_S", 0.01)
    house: House = app.config["KINDLY"]

    with (
        signing_in._turn(),
        signing_in._turn(),
        pytest.raises(Rejected, match="at this moment"),
    ):
        signing_in.sign_in(house, email=EMAIL, password=PASSWORD, now=stopped_clock.now())


def test_a_flood_of_sign_ins_does_not_stand_in_line_for_ever(
    house: House, stopped_clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "_LONGEST_QUEUE_S", 2.0)
    crowd = 12
    told: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        with pytest.raises(Rejected, match="at this moment"):
            signing_in.sign_in(house, email=EMAIL, password=PASSWORD, now=stopped_clock.now())
        told.append(time.monotonic() - began)

    with signing_in._turn(), signing_in._turn():
        waiting = [threading.Thread(target=ask) for _ in range(crowd)]
        for one in waiting:
            one.start()
        time.sleep(1)
        sent_away = len(told)
        for one in waiting:
            one.join()

    # Two may wait for their turn; each of the others would have held a thread of the web server.
    assert sent_away == crowd - 2


@pytest.mark.usefixtures("ann")
def test_guesses_at_the_same_moment_meet_the_lock_as_well(
    house: House, stopped_clock: TestClock
) -> None:
    def guess() -> None:
        try_in(house, stopped_clock, "seven loud harbours")

    for _ in range(4):
        for one in (guesses := [threading.Thread(target=guess) for _ in range(4)]):
            one.start()
        for one in guesses:
            one.join()

    with house.database.read() as tx:
        person = StaffStore(tx).find(EMAIL)
    assert person is not None
    # The fifth locks; one more may have been under way beside it.
    assert person.failures <= 6


@pytest.mark.usefixtures("ann")
def test_a_guess_that_began_before_the_lock_does_not_take_it_away(
    house: House, stopped_clock: TestClock
) -> None:
    with house.database.read() as tx:
        seen_by_another_process = StaffStore(tx).find(EMAIL)
    for _ in range(5):
        try_in(house, stopped_clock, "seven loud harbours")

    signing_in._count_failure(house, seen_by_another_process, now=stopped_clock.now())

    assert try_in(house, stopped_clock, PASSWORD) is None


def test_who_signed_in_is_in_the_trail(house: House, ann: str, stopped_clock: TestClock) -> None:
    try_in(house, stopped_clock, PASSWORD)

    with house.database.read() as tx:
        trail = StaffStore(tx).trail(subjects=[ann])
    assert [(entry.actor, entry.action) for entry in trail] == [(EMAIL, "sign in")]
