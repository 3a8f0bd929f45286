"""Card pictures: given to everybody who has an address that we made, and to nobody else."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from structlog.testing import capture_logs

from service import press
from service.app import create_app
from service.cards.address import sign_path
from service.cards.bucket import Bucket, BucketAddress, Credentials
from service.cards.shelves import PicturesAway
from service.domain.card import Card, CardSize, ImageFormat
from service.domain.errors import BadPayload
from service.keys import CardKey
from service.storage.stories import Photo
from tests.cards.pictures import SAMPLE_PHOTO
from tests.web.browsing import told

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


@pytest.mark.parametrize(
    ("image_format", "media_type"),
    [
        (ImageFormat.JPEG, "image/jpeg"),
        (ImageFormat.PNG, "image/png"),
        (ImageFormat.WEBP, "image/webp"),
        (ImageFormat.AVIF, "image/avif"),
    ],
)
def test_each_format_says_what_it_is(house, client, path, image_format, media_type):
    keys = press.card_keys(house)
    asked = sign_path(CARD.digest, CardSize.OG, image_format, keys=keys, current="c1")

    answer = client.get(asked)

    assert answer.mimetype == media_type
    assert Image.open(BytesIO(answer.data)).format == image_format.name
    assert int(answer.headers["Content-Length"]) == len(answer.data)


# -- keys that change ---------------------------------------------------------------------------


def _with_keys(house, *names):
    cards = tuple(CardKey(name, name.encode() * 16) for name in names)
    return replace(house, keys=replace(house.keys, cards=cards))


def test_old_addresses_work_until_their_key_is_retired(house):
    house.renditions.put_card(CARD)
    old = press.card_path(_with_keys(house, "c1"), CARD.digest, CardSize.OG)
    rotated, retired = _with_keys(house, "c2", "c1"), _with_keys(house, "c2")
    new = press.card_path(rotated, CARD.digest, CardSize.OG)

    after_rotation = create_app(house=rotated).test_client()
    after_retirement = create_app(house=retired).test_client()

    assert new.startswith("/cards/c2.")
    assert [after_rotation.get(one).status_code for one in (old, new)] == [200, 200]
    assert [after_retirement.get(one).status_code for one in (old, new)] == [404, 200]


# -- what is shown when a card cannot be drawn --------------------------------------------------


@pytest.fixture
def illustrated(house):
    card = replace(CARD, photo=house.renditions.put_photo(SAMPLE_PHOTO.read_bytes()))
    house.renditions.put_card(card)
    return card


class _Broken:
    """Stands in for drawing: fails with `fault`, and counts how often it was tried."""

    def __init__(self):
        self.fault: Exception = BadPayload("there is no ink left")
        self.tries = 0

    def __call__(self, *_, **__):
        self.tries += 1
        raise self.fault


@pytest.fixture
def broken(monkeypatch):
    """Drawing that fails."""
    failing = _Broken()
    monkeypatch.setattr("service.cards.renditions.draw", failing)
    return failing


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(BadPayload("there is no ink left"), id="a card that cannot be drawn"),
        pytest.param(ZeroDivisionError("division by zero"), id="a fault of ours"),
        pytest.param(MemoryError(), id="no memory"),
        pytest.param(OSError(28, "No space left on device"), id="a full disk"),
    ],
)
def test_a_card_that_cannot_be_drawn_shows_its_photo_for_a_minute(
    house, client, illustrated, broken, fault
):
    broken.fault = fault

    with capture_logs() as logged:
        answer = client.get(press.card_path(house, illustrated.digest, CardSize.SQUARE))

    picture = Image.open(BytesIO(answer.data))
    assert (answer.status_code, answer.mimetype, picture.size) == (200, "image/jpeg", (1080, 1080))
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert len(picture.resize((8, 8)).getcolors() or ()) > 20
    reasons = [line["reason"] for line in logged if line["event"].startswith("card not drawn")]
    assert reasons == [str(fault) or "MemoryError"]


def test_without_a_photo_a_plain_picture_stands_in(client, path, broken):
    answer = client.get(path)

    picture = Image.open(BytesIO(answer.data))
    assert (answer.status_code, picture.size) == (200, (1200, 630))
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert len(answer.data) < 60_000


def test_a_crowd_does_not_make_a_failing_card_be_tried_again_and_again(client, path, broken):
    answers = [client.get(path) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert broken.tries == 1


def test_a_picture_that_is_lost_is_drawn_without_it_and_not_for_ever(house, client):
    card = replace(CARD, photo="0" * 64)
    house.renditions.put_card(card)

    answer = client.get(press.card_path(house, card.digest, CardSize.OG))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.fixture
def away(house, path):
    """The house, with its pictures in a bucket that does not answer; nobody listens on port 1."""
    nowhere = BucketAddress(bucket="pictures", endpoint="http://127.0.0.1:1", region="x")
    moved = replace(house)
    moved.__dict__["bucket"] = Bucket(nowhere, Credentials("key", "secret"))
    return moved


def test_while_storage_is_away_a_crawler_is_still_shown_a_picture(away, path):
    answer = create_app(house=away).test_client().get(path)

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_while_storage_is_away_addresses_are_given_and_posts_wait(away):
    story = told(away, "Ferry late")

    shown = press.card_of(away, story, Photo(), {})

    assert press.card_path(away, shown.digest, CardSize.OG).startswith("/cards/c1.")
    with pytest.raises(PicturesAway):
        away.renditions.put_card(shown)


# -- how much one client may have drawn ---------------------------------------------------------


def _app_drawing(house, *, per_minute, **settings):
    changes = {"draws_per_minute": per_minute, **settings}
    return create_app(house=replace(house, settings=house.settings.model_copy(update=changes)))


def _paths(house):
    house.renditions.put_card(CARD)
    return [press.card_path(house, CARD.digest, size) for size in CardSize]


def test_who_has_too_much_drawn_is_asked_to_come_back(house):
    client = _app_drawing(house, per_minute=2).test_client()

    answers = [client.get(path) for path in _paths(house)[:3]]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) == 30
    assert answers[2].json["error"]["what"] == (
        "Too many new cards were asked for from one address: come back in 30 s."
    )


def test_what_is_drawn_already_is_given_without_measure(house):
    client = _app_drawing(house, per_minute=1).test_client()
    first, second = _paths(house)[:2]
    client.get(first)
    client.get(second)

    assert [client.get(first).status_code for _ in range(10)] == [200] * 10


def test_clients_behind_a_trusted_proxy_are_told_apart(house):
    client = _app_drawing(house, per_minute=1, trusted_proxies=1).test_client()
    first, second, third = _paths(house)[:3]

    answers = [
        client.get(path, headers={"X-Forwarded-For": address})
        for path, address in ((first, "192.0.2.1"), (second, "192.0.2.2"), (third, "192.0.2.1"))
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_without_trust_nobody_can_pass_for_another(house):
    client = _app_drawing(house, per_minute=1).test_client()
    first, second = _paths(house)[:2]

    answers = [
        client.get(path, headers={"X-Forwarded-For": address})
        for path, address in ((first, "192.0.2.1"), (second, "192.0.2.2"))
    ]

    assert [answer.status_code for answer in answers] == [200, 429]
