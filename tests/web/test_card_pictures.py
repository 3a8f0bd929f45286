"""Card pictures: given to everybody who has an address that we made, and to nobody else."""

from io import BytesIO

import pytest
from PIL import Image

from service import press
from service.domain.card import Card, CardSize

CARD = Card(headline="Ferry returns to Skerry Bay", site_name="The Skerry Post")


@pytest.fixture
def database_address(tmp_path):
    """One make of database is enough where no answer depends on it."""
    return f"sqlite:///{tmp_path / 'kindly.db'}"


@pytest.fixture
def path(house):
    house.renditions.put_card(CARD)
    return press.card_path(house, CARD.digest, CardSize.OG)


def test_a_signed_address_shows_its_picture_to_any_site_for_ever(client, path):
    answer = client.get(path)

    picture = Image.open(BytesIO(answer.data))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert picture.size == (1200, 630)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_crawler_may_ask_for_the_head_alone(client, path):
    answer = client.head(path)

    assert answer.status_code == 200
    assert answer.data == b""
    assert int(answer.headers["Content-Length"]) > 1000


def test_who_has_the_picture_does_not_get_it_again(client, path):
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda path: path.replace("/og.", "/square."), id="another size"),
        pytest.param(lambda path: path.replace(".jpg", ".png"), id="another format"),
        pytest.param(lambda path: path.replace("/cards/c1", "/cards/c2"), id="another key"),
        pytest.param(lambda path: path[:-8] + "f" + path[-7:], id="another card"),
        pytest.param(lambda path: path + "/x", id="something behind it"),
        pytest.param(lambda _path: "/cards/og.jpg", id="no signature"),
        pytest.param(lambda _path: "/cards/..%2f..%2fkeys%2fsecret", id="a way out of the folder"),
    ],
)
def test_an_altered_address_shows_nothing(client, path, alter):
    answer = client.get(alter(path))

    assert answer.status_code == 404
    assert answer.json["error"]["what"].startswith("There is no card at this address")


def test_a_card_that_was_never_kept_is_answered_like_an_altered_address(house, client, path):
    unknown = client.get(press.card_path(house, "0" * 32, CardSize.OG))

    altered = client.get(path.replace("/og.", "/square."))

    assert (unknown.status_code, unknown.json) == (altered.status_code, altered.json)
