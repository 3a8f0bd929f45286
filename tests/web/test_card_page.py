"""The page on which staff choose a story's card: every act is a plain form."""

import html
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from service.domain.card import NO_CHOICE, Card, CardChoice, Focus
from service.domain.delivery import DeliveryState
from service.domain.story import Story
from service.house import House
from service.storage.stories import Photo, StoryStore
from tests.cards.pictures import SAMPLE_PHOTO, plain
from tests.web.browsing import EMAIL, Browser, delivery_of, signed_in, token_of, told, trail_of
from tests.web.outside import in_state, planned, story_of

NUMBER = {"template": "number", "field-figure": "4.5 million", "field-source": "Harbour office"}


@pytest.fixture
def desk(client: FlaskClient, house: House) -> Browser:
    return signed_in(house, client)


@pytest.fixture
def story(house: House) -> Story:
    """A story whose photo has been fetched."""
    found = told(house, "Ferry returns to Skerry Bay")
    digest = house.renditions.put_photo(SAMPLE_PHOTO.read_bytes())
    with house.database.write() as tx:
        StoryStore(tx).keep_photo(found.id, Photo("https://gazette.example/1.jpg", digest))
    return found


def path_of(story: Story) -> str:
    return f"/desk/stories/{story.id}/card"


def sent(desk: Browser, story: Story, **form: str | bytes) -> TestResponse:
    """Send the form; bytes are a file."""
    token = token_of(desk.client.get("/help").text)
    named = {key.replace("_", "-"): value for key, value in form.items()}
    return submitted(desk.client, story, {"csrf_token": token, **named})


def submitted(client: FlaskClient, story: Story, form: Mapping[str, str | bytes]) -> TestResponse:
    parts = {
        key: FileStorage(io.BytesIO(value), "photo.jpg") if isinstance(value, bytes) else value
        for key, value in form.items()
    }
    # The client's own way leaves a temporary file open.
    boundary, body = encode_multipart(parts)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(path_of(story), data=body, content_type=kind, follow_redirects=True)


def shown_card(house: House, page: str) -> Card:
    """The card of the first picture in the proofs."""
    [digest] = set(re.findall(r'src="/cards/[^/"]+/([0-9a-f]{32})', page)) or {""}
    card = house.renditions.card(digest)
    assert card is not None, page
    return card


def choice_of(house: House, story: Story) -> CardChoice:
    return story_of(house, story.id).choice


def test_the_page_shows_all_sizes_and_what_can_be_chosen(desk: Browser, story: Story) -> None:
    page = desk.page(path_of(story))

    assert page.count('<figure class="proof ') == 6
    assert re.search(r'<option value="standard" selected>Standard</option>', page)
    assert "Photo, kicker and headline. For almost every story." in page
    assert "City. Ferry returns to Skerry Bay." in page
    assert f'href="{path_of(story)}"' in desk.page(f"/desk/stories/{story.id}")


def test_a_template_shows_its_own_fields_with_what_they_take(desk: Browser, story: Story) -> None:
    page = sent(desk, story, act="look", template="number").text

    assert re.search(r'<label for="field-figure">Figure <span class="quiet">needed', page)
    assert "such as 4.5 million or −8.3%. At most 28 characters." in page
    assert 'placeholder="Ferry returns to Skerry Bay"' in page
    assert "There is nothing to show yet. The template number needs Figure" in page


def test_looking_at_another_template_loses_no_words(desk: Browser, story: Story) -> None:
    page = sent(desk, story, act="look", template="quote", **fields("Forty years", "4.5 million"))

    assert ">\nForty years</textarea>" in page.text
    assert '<input type="hidden" name="field-figure" value="4.5 million">' in page.text


def fields(quotation: str, figure: str) -> dict[str, str]:
    return {"field-quotation": quotation, "field-figure": figure}


def test_looking_shows_the_card_and_keeps_nothing(
    desk: Browser, house: House, story: Story
) -> None:
    delivery_id = planned(house, story)
    before = delivery_of(house, delivery_id)

    page = sent(desk, story, act="look", **NUMBER)

    assert page.status_code == 200
    assert shown_card(house, page.text).text("figure") == "4.5 million"
    assert choice_of(house, story) == NO_CHOICE
    assert delivery_of(house, delivery_id) == before


def test_a_kept_card_is_on_the_posts_that_wait(desk: Browser, house: House, story: Story) -> None:
    waiting, out = (planned(house, story, name=name) for name in ("our sky", "our herd"))
    in_state(house, out, DeliveryState.DELIVERED)
    asked = desk.page(path_of(story))

    page = sent(desk, story, act="keep", **NUMBER)

    assert "1 post that has not gone out will show it." in asked
    assert "The card is kept. 1 post will show it." in page.text
    assert "choose card" in page.text
    picture = delivery_of(house, waiting).post.picture
    assert picture is not None
    assert "4.5 million" in picture.alt
    assert [entry.actor for entry in trail_of(house, story.id)] == [EMAIL]


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        pytest.param({"template": "number"}, 422, "needs Figure", id="missing"),
        pytest.param(
            {"template": "number", "field-figure": "9" * 40}, 422, "40 characters", id="too long"
        ),
        pytest.param({"photo-file": b"<svg/>"}, 422, "is not a JPEG", id="no picture"),
        pytest.param({"photo": "0" * 64}, 422, "photo is not kept here", id="lost picture"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    desk: Browser, house: House, story: Story, form: dict[str, str | bytes], status: int, said: str
) -> None:
    page = sent(desk, story, **{"act": "keep", "field-source": "Harbour office", **form})

    assert page.status_code == status
    assert said in html.unescape(page.text)
    assert 'role="alert"' in page.text
    assert "Harbour office" in page.text
    assert choice_of(house, story) == NO_CHOICE


# -- what stays in view -------------------------------------------------------------------------


def spot(page: str) -> dict[str, str]:
    """The photo's size as the page shows it, as the form sends it back."""
    found = dict(re.findall(r'name="(spot-\w+)" value="(\d+)"', page))
    assert found.keys() == {"spot-width", "spot-height"}
    return found


def test_a_click_on_the_photo_says_what_stays_in_view(
    desk: Browser, house: House, story: Story
) -> None:
    size = spot(desk.page(path_of(story)))
    width, height = int(size["spot-width"]), int(size["spot-height"])
    click = {"spot.x": str(width // 4), "spot.y": str(height // 2)}

    page = sent(desk, story, **size, **click, template="standard").text

    focus = shown_card(house, page).focus
    assert focus is not None
    assert (focus.x, focus.y) == pytest.approx((0.25, 0.5), abs=0.01)
    assert re.search(rf'name="focus-x" [^>]*value="{focus.x * 100:.1f}"', page)


@pytest.mark.parametrize(
    ("typed", "focus"),
    [
        pytest.param(("20", "40.5"), Focus(0.2, 0.405), id="per cent"),
        pytest.param(("", ""), None, id="nothing: by itself"),
        pytest.param(("20", ""), None, id="half of it"),
        pytest.param(("200", "-3"), Focus(1.0, 0.0), id="outside"),
        pytest.param(("nan", "inf"), Focus(0.5, 1.0), id="no numbers"),
        pytest.param(("far", "left"), None, id="words"),
    ],
)
def test_what_stays_in_view_may_be_typed(
    desk: Browser, house: House, story: Story, typed: tuple[str, str], focus: Focus | None
) -> None:
    sent(desk, story, act="keep", focus_x=typed[0], focus_y=typed[1])

    assert choice_of(house, story).focus == focus


@pytest.mark.parametrize("far", ["9" * 400, "-1", "x"])
def test_a_click_that_no_browser_makes_breaks_nothing(
    desk: Browser, story: Story, far: str
) -> None:
    form = {"spot.x": far, "spot.y": far, "spot-width": "248", "spot-height": far}

    assert sent(desk, story, **form).status_code == 200


def test_a_point_on_another_photo_is_not_shown(desk: Browser, house: House, story: Story) -> None:
    sent(desk, story, act="keep", focus_x="20", focus_y="40")
    digest = house.renditions.put_photo(plain((800, 600), "teal"))
    with house.database.write() as tx:
        StoryStore(tx).keep_photo(story.id, Photo("https://gazette.example/2.jpg", digest))

    page = desk.page(path_of(story))

    assert shown_card(house, page).focus is None
    assert 'class="automatic"' in page


# -- pictures -----------------------------------------------------------------------------------


def test_a_picture_is_carried_by_the_form_until_it_is_kept(
    desk: Browser, house: House, story: Story
) -> None:
    looked = sent(desk, story, act="look", photo_file=plain((800, 600), "teal")).text
    [digest] = re.findall(r'name="photo" value="([0-9a-f]{64})"', looked)

    sent(desk, story, act="keep", photo=digest)

    assert shown_card(house, looked).photo == digest
    assert choice_of(house, story).photo == digest
    assert shown_card(house, desk.page(path_of(story))).photo == digest


def test_the_storys_own_photo_comes_back(desk: Browser, house: House, story: Story) -> None:
    own = shown_card(house, desk.page(path_of(story))).photo
    sent(desk, story, act="keep", photo_file=plain((800, 600), "teal"), focus_x="9", focus_y="9")
    assert "Go back to the story" in desk.page(path_of(story))

    sent(
        desk,
        story,
        act="keep",
        photo=choice_of(house, story).photo,
        no_photo="on",
        focus_x="9",
        focus_y="9",
    )

    assert choice_of(house, story) == CardChoice(template="standard")
    assert shown_card(house, desk.page(path_of(story))).photo == own


def test_a_portrait_is_for_templates_that_show_one(
    desk: Browser, house: House, story: Story
) -> None:
    assert 'name="portrait-file"' not in desk.page(path_of(story))
    assert 'name="portrait-file"' in sent(desk, story, act="look", template="opinion").text

    sent(desk, story, act="keep", template="opinion", portrait_file=plain((400, 500), "teal"))

    page = desk.page(path_of(story))
    portrait = choice_of(house, story).portrait
    assert shown_card(house, page).portrait == portrait
    assert f'<img class="face" src="/desk/pictures/{portrait}"' in page


def test_the_card_may_be_left_to_kindly_again(desk: Browser, house: House, story: Story) -> None:
    assert 'value="reset"' not in desk.page(path_of(story))
    sent(desk, story, act="keep", **NUMBER)
    assert 'value="reset"' in desk.page(path_of(story))

    page = sent(desk, story, act="reset")

    assert "The card is the story&#39;s own again." in page.text
    assert choice_of(house, story) == NO_CHOICE


def test_the_photo_is_shown_small_to_staff_alone(
    desk: Browser, app: Flask, house: House, story: Story
) -> None:
    [address] = re.findall(r'src="(/desk/pictures/[0-9a-f]{64})"', desk.page(path_of(story)))

    answer = desk.get(address)

    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", 496)
    assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"
    assert desk.get("/desk/pictures/" + "0" * 64).status_code == 404
    assert app.test_client().get(address).location.startswith("/sign-in")


# -- bodies -------------------------------------------------------------------------------------


def test_a_large_photo_is_taken_from_staff_and_from_nobody_else(
    desk: Browser, app: Flask, house: House, story: Story
) -> None:
    large = Path(SAMPLE_PHOTO).read_bytes() + bytes(2 * 1024 * 1024)
    stranger = app.test_client()
    token = token_of(stranger.get("/sign-in").text)

    taken = sent(desk, story, act="keep", photo_file=large)
    refused = submitted(stranger, story, {"csrf_token": token, "photo-file": large})

    assert taken.status_code == 200
    assert choice_of(house, story).photo
    assert refused.status_code == 413


def test_more_than_two_pictures_is_too_large(desk: Browser, story: Story) -> None:
    answer = sent(desk, story, act="look", photo_file=bytes(22 * 1024 * 1024))

    assert answer.status_code == 413
    assert "at most 21 MiB is taken" in answer.text


# -- odd stories --------------------------------------------------------------------------------


def test_a_story_without_photo_says_which_template_takes_over(desk: Browser, house: House) -> None:
    bare = told(house, "Ferry stays away")

    page = desk.page(path_of(bare))

    assert "The story has no photo." in page
    assert "the card is drawn as “Words only”" in page


def test_what_is_wrong_with_a_card_stands_beneath_it(desk: Browser, house: House) -> None:
    long = told(house, "Runes \U0001e5d0 " + "and very many more words " * 19)

    page = desk.page(path_of(long))

    assert "A text does not fit and ends in “…”." in page
    assert "No font has these characters, so they are left out: \U0001e5d0" in page


def test_what_a_form_says_never_becomes_markup(desk: Browser, story: Story) -> None:
    evil = '"><script>alert(1)</script>'

    page = sent(desk, story, act="look", template="quote", **fields(evil, evil)).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_story_that_is_not_there_has_no_card(desk: Browser) -> None:
    assert desk.get("/desk/stories/nowhere/card").status_code == 404


# -- in a browser -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_card_is_chosen_with_a_pointer_and_without_any_script(
    desk, app, house, story, chromium, serve, width
):
    context = chromium.new_context(
        base_url=serve(app), viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    session = desk.client.get_cookie("session")
    context.add_cookies([{"name": "session", "value": session.value, "url": serve(app)}])
    page = context.new_page()
    page.goto(f"/desk/stories/{story.id}")
    page.get_by_role("link", name="Change the card").click()

    photo = page.locator("input[type=image]")
    box = photo.bounding_box()
    photo.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
    page.get_by_label("From the top").press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Keep this card").click()
    page.get_by_text("The card is kept.").wait_for()
    context.close()

    focus = choice_of(house, story).focus
    assert focus
    assert (focus.x, focus.y) == pytest.approx((0.75, 0.25), abs=0.01)
