"""Cards through the API: what can be chosen, what becomes of it, and what is said of the result."""

import pytest

from service.domain.delivery import DeliveryState
from tests.cards.pictures import SAMPLE_PHOTO, plain
from tests.web.browsing import delivery_of, told, trail_of
from tests.web.outside import add_token, in_state, planned, what

NUMBER = {"template": "number", "fields": {"figure": "4.5 million", "source": "Harbour office"}}
SIZES = ["og", "x", "square", "portrait", "story", "pin"]


@pytest.fixture
def api(client, house):
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {add_token(house)}"
    return client


@pytest.fixture
def story(house):
    return told(house, "Ferry returns to Skerry Bay")


def path_of(story):
    return f"/api/v1/stories/{story.id}/card"


def test_the_templates_are_told_with_their_fields_and_pictures(api):
    found = {each["name"]: each for each in api.get("/api/v1/card-templates").json["templates"]}

    standard, number = found["standard"], found["number"]
    assert standard["pictures"] == ["photo"]
    assert (standard["needs"], standard["without_photo"]) == ("photo", "words")
    assert number["label"] == "Number of the day"
    assert {one["name"]: (one["required"], one["source"]) for one in number["fields"]} == {
        "figure": (True, ""),
        "what": (False, "headline"),
        "source": (False, ""),
    }
    assert "portrait" in found["quote"]["pictures"]


def test_a_story_nobody_chose_for_shows_its_plain_card(api, story):
    found = api.get(path_of(story)).json

    assert found["choice"] == {
        "template": "",
        "photo": "",
        "portrait": "",
        "focus": None,
        "fields": {},
    }
    # The standard template is made around a photo, and this story has none.
    assert found["template"] == "words"
    assert [card["size"] for card in found["cards"]] == SIZES


def test_a_choice_is_kept_drawn_and_told_back(api, story):
    answer = api.put(path_of(story), json=NUMBER)

    assert answer.status_code == 200
    assert answer.json == api.get(path_of(story)).json
    assert answer.json["choice"]["fields"] == NUMBER["fields"]
    assert answer.json["template"] == "number"
    assert "4.5 million" in answer.json["alt"]
    og = answer.json["cards"][0]
    assert (og["findings"], og["missing"], og["is_shortened"]) == ([], [], False)
    picture = api.get("/cards/" + og["url"].partition("/cards/")[2])
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")


def test_a_post_that_waits_follows_and_one_that_is_out_does_not(api, house, story):
    waiting, out = (planned(house, story, name=name) for name in ("our sky", "our herd"))
    in_state(house, out, DeliveryState.DELIVERED)
    before = delivery_of(house, out).post

    api.put(path_of(story), json=NUMBER)

    picture = delivery_of(house, waiting).post.picture
    assert picture is not None
    assert "4.5 million" in picture.alt
    assert delivery_of(house, out).post == before
    [entry] = trail_of(house, story.id)
    assert (entry.actor, entry.details["posts"]) == ("API: newsroom", 1)


def test_a_choice_takes_the_place_of_the_one_before(api, story):
    api.put(path_of(story), json=NUMBER)

    found = api.put(path_of(story), json={}).json

    assert (found["choice"]["template"], found["template"]) == ("", "words")


def test_a_picture_is_sent_as_a_file_and_then_chosen(api, story):
    sent = api.post("/api/v1/pictures", data=SAMPLE_PHOTO.read_bytes(), content_type="image/jpeg")
    digest = sent.json["digest"]

    found = api.put(path_of(story), json={"photo": digest, "focus": {"x": 0.2, "y": 0.4}}).json

    assert sent.status_code == 201
    assert found["choice"]["photo"] == digest
    assert found["choice"]["focus"] == {"x": 0.2, "y": 0.4}
    assert found["template"] == "standard"


def test_what_a_card_says_badly_is_told(api, house):
    long = told(house, "Runes \U0001e5d0 " + "and very many more words " * 19)

    og = api.get(path_of(long)).json["cards"][0]

    assert og["missing"] == ["\U0001e5d0"]
    assert og["is_shortened"] is True


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param({"template": "poster"}, "no card template 'poster'", id="template"),
        pytest.param({"template": "number"}, "needs Figure (figure): give it.", id="missing"),
        pytest.param({"feilds": {}}, "feilds", id="a slip of the pen"),
        pytest.param({"focus": {"x": 2, "y": 0}}, "focus.x", id="a focus outside"),
        pytest.param({"photo": "0" * 64}, "photo is not kept here", id="an unknown picture"),
        pytest.param({"photo": "../keys"}, "photo", id="no digest"),
    ],
)
def test_a_choice_that_cannot_be_drawn_is_refused(api, story, body, sentence):
    api.put(path_of(story), json=NUMBER)

    answer = api.put(path_of(story), json=body)

    assert answer.status_code == 422
    assert sentence in what(answer)
    assert api.get(path_of(story)).json["choice"]["template"] == "number"


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        pytest.param(b"<svg/>", 422, "is not a JPEG", id="drawing"),
        pytest.param(plain((20, 20)), 422, "at least 64 px", id="tiny"),
        pytest.param(b"\0" * (10 * 1024 * 1024 + 1), 413, "at most 10 MiB", id="too large"),
    ],
)
def test_a_file_that_is_no_picture_for_a_card_is_refused(api, data, status, sentence):
    answer = api.post("/api/v1/pictures", data=data)

    assert answer.status_code == status
    assert sentence in what(answer)


def test_other_bodies_stay_as_small_as_they_were(api, story):
    answer = api.put(path_of(story), data=b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "at most 1 MiB" in what(answer)
