"""The first day at the desk, in a real browser.

The application answers from threads of this process; what it says is seen by Chromium, with the
style, the script and the Content-Security-Policy that staff get.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from werkzeug.serving import make_server

from service import signing_in
from service.app import create_app
from service.config import Settings
from service.domain.delivery import DeliveryState
from service.house import House, build
from service.keys import new_private_key, new_secret, public_half
from service.nudge import SilentNudger
from service.storage.migrating import migrate
from service.storage.tables import staff_session
from service.web import times
from tests.web.browsing import EMAIL, delivery_of, told, trail_of
from tests.web.outside import in_state, planned

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "seven quiet harbours"
S = DeliveryState


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """SQLite only: the browser sees no difference, and the other tests run on both."""
    private = new_private_key()
    settings = Settings(
        data_dir=tmp_path,
        secret_key=SecretStr(new_secret()),
        seal_public_key=public_half(private),
        seal_private_key=SecretStr(private),
    )
    built = build(settings, nudger=SilentNudger())
    migrate(built.database)
    signing_in.create_person(built, email=EMAIL, name="Ann", password=PASSWORD)
    yield built
    built.database.close()


@pytest.fixture
def address(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(house=house), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: "Browser", address: str) -> "Iterator[Callable[..., Page]]":
    """Open a page of a new visitor; at the end no visitor may have met an error of ours."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "/", **wishes: object) -> "Page":
        context = chromium.new_context(base_url=address, **wishes)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


def enter(page: "Page") -> None:
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()


def test_a_first_day_at_the_desk(house: House, visit: "Callable[..., Page]") -> None:
    story = told(house, "Ferry returns to Skerry Bay")
    delivery_id = planned(house, story, name="our sky")
    in_state(house, delivery_id, S.HELD, hold_reason="review")
    page = visit("/")

    enter(page)
    page.get_by_role("link", name="our sky Needs approval").wait_for()

    page.get_by_role("link", name="Ferry returns to Skerry Bay").click()
    page.get_by_role("heading", name="Ferry returns to Skerry Bay", level=1).wait_for()
    page.get_by_text("Square", exact=True).click()
    page.get_by_text("1080 × 1080").wait_for()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Approved: it goes out now.").wait_for()
    page.get_by_text("Waiting", exact=True).wait_for()
    assert delivery_of(house, delivery_id).state is S.PLANNED
    assert [entry.actor for entry in trail_of(house, delivery_id)] == [EMAIL]

    page.get_by_role("navigation").get_by_role("link", name="Channels").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text(f"Paused by {EMAIL}.").wait_for()
    page.get_by_role("navigation").get_by_role("link", name="Queue").click()
    page.get_by_text(f"The channel is paused: paused by {EMAIL}.").wait_for()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You have signed out.").wait_for()
    page.goto("/desk/queue")
    assert page.get_by_role("heading", name="Sign in").is_visible()
    with house.database.read() as tx:
        assert tx.execute(staff_session.select()).all() == []


def test_an_open_page_follows_what_happens(house: House, visit: "Callable[..., Page]") -> None:
    story = told(house, "Ferry returns to Skerry Bay")
    delivery_id = planned(house, story, name="our sky")
    page = visit("/")
    enter(page)
    chip = page.get_by_role("link", name="our sky")
    assert "Waiting" in chip.inner_text()
    place = page.get_by_role("article").bounding_box()

    in_state(house, delivery_id, S.DELIVERED, remote_url="https://sky.example/1")
    page.get_by_role("link", name="our sky Out").wait_for()
    told(house, "Council keeps the night buses")
    news = page.get_by_role("link", name="1 new story")
    news.wait_for()

    assert page.get_by_role("article").count() == 1
    assert page.get_by_role("article").bounding_box() == place
    news.click()
    page.get_by_role("link", name="Council keeps the night buses").wait_for()
    assert page.get_by_role("article").count() == 2


def test_words_being_written_survive_what_happens_meanwhile(
    house: House, visit: "Callable[..., Page]"
) -> None:
    story = told(house, "Ferry returns to Skerry Bay")
    delivery_id = planned(house, story, name="our sky")
    page = visit("/")
    enter(page)
    page.goto(f"/desk/stories/{story.id}")
    page.get_by_text("Change the words").click()
    words = page.get_by_label("What our sky says")
    words.fill("Words of a whole morning")

    in_state(house, delivery_id, S.FAILED, problem="the account is locked")
    page.get_by_text("It was refused: the account is locked.", exact=True).wait_for()

    assert words.input_value() == "Words of a whole morning"
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("It is tried again now.").wait_for()


def test_acts_need_no_script(house: House, visit: "Callable[..., Page]") -> None:
    story = told(house, "Ferry returns to Skerry Bay")
    delivery_id = planned(house, story, name="our sky")
    page = visit("/", java_script_enabled=False)

    enter(page)
    page.goto(f"/desk/stories/{story.id}")
    page.get_by_text("Pin", exact=True).click()
    page.get_by_text("1000 × 1500").wait_for()
    page.get_by_role("button", name="Hold", exact=True).click()
    page.get_by_text("Held: it waits until somebody lets it go.").wait_for()

    assert delivery_of(house, delivery_id).state is S.HELD


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_is_wider_than_its_screen(
    house: House, visit: "Callable[..., Page]", width: int
) -> None:
    story = told(house, f"Donau{'dampfschifffahrtsgesellschaft' * 4} returns")
    planned(house, story, name="a channel with quite a long name of its own")
    page = visit("/", viewport={"width": width, "height": 800})
    enter(page)

    for path in ("/desk", f"/desk/stories/{story.id}", "/desk/queue", "/desk/channels", "/help"):
        page.goto(path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, path


def test_the_keyboard_reaches_the_content_first_and_every_act(
    house: House, visit: "Callable[..., Page]"
) -> None:
    story = told(house, "Ferry returns to Skerry Bay")
    planned(house, story, name="our sky")
    page = visit("/")
    enter(page)

    page.goto("/desk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "Ferry returns" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Tab")

    assert "our sky" in page.evaluate("document.activeElement.textContent")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(style) == "solid"


def test_script_and_server_say_the_same_times(visit: "Callable[..., Page]") -> None:
    page = visit("/sign-in")
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    seconds = [*range(-200, 200, 7), *range(200, 600_000, 997), *(60 * n + 30 for n in range(60))]

    by_script = page.evaluate("(all) => all.map((seconds) => relative(seconds))", seconds)

    by_server = [times.relative(now - timedelta(seconds=ago), now) for ago in seconds]
    assert by_script == by_server
