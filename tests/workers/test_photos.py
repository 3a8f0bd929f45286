"""A story's photo: fetched once by a worker, and never worth losing a story for."""

import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from service.cards.bucket import Bucket, BucketAddress, Credentials
from service.cards.shelves import PicturesAway
from service.domain.delivery import DeliveryState
from service.domain.story import StoryImage
from service.house import House
from service.storage.stories import Photo, StoryStore
from tests.conftest import TestClock
from tests.workers.newsroom import CONTENT, Newsroom

SAMPLE = Path(__file__).parents[2] / "assets" / "sample" / "photo.jpg"


class PictureHost:
    """Serves one picture on loopback and counts how often it is asked."""

    def __init__(self) -> None:
        self.data = SAMPLE.read_bytes()
        self.media_type = "image/jpeg"
        self.asked = 0
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked += 1
                self.send_response(200)
                self.send_header("Content-Type", host.media_type)
                self.send_header("Content-Length", str(len(host.data)))
                self.end_headers()
                self.wfile.write(host.data)

            def log_message(self, *_: Any) -> None:
                """The count says it all."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/photo"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def pictures() -> Iterator[PictureHost]:
    host = PictureHost()
    yield host
    host.close()


@pytest.fixture
def newsroom(house: House, stopped_clock: TestClock) -> Newsroom:
    opened = house.settings.model_copy(update={"allow_private_hosts": frozenset({"127.0.0.1"})})
    return Newsroom(replace(house, settings=opened))


def test_a_photo_is_fetched_once_and_is_on_the_card(
    newsroom: Newsroom, pictures: PictureHost, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish(content=_with(pictures.url))
    stopped_clock.advance(seconds=1)
    newsroom.publish(kind="updated", content=replace(_with(pictures.url), headline="New head"))

    assert pictures.asked == 1
    assert _photo(newsroom, delivery_id).problem == ""
    assert newsroom.deliver(delivery_id) is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("data", "media_type", "says"),
    [
        pytest.param(lambda: _png(12_000, 12_000), "image/png", "megapixel", id="a pixel bomb"),
        pytest.param(
            lambda: b"x" * 11_000_000, "image/jpeg", "larger than 10 MB", id="eleven megabytes"
        ),
        pytest.param(lambda: b"<svg/>", "image/svg+xml", "image/svg+xml", id="an SVG"),
        pytest.param(lambda: b"not a picture", "image/jpeg", "JPEG", id="something else"),
        pytest.param(lambda: SAMPLE.read_bytes()[:20_000], "image/jpeg", "", id="half a picture"),
    ],
)
def test_a_photo_that_cannot_be_used_costs_the_picture_and_not_the_story(
    newsroom: Newsroom,
    pictures: PictureHost,
    data: Callable[[], bytes],
    media_type: str,
    says: str,
) -> None:
    platform = newsroom.open_channel("alpha")
    pictures.data, pictures.media_type = data(), media_type

    [delivery_id] = newsroom.publish(content=_with(pictures.url))

    photo = _photo(newsroom, delivery_id)
    assert photo.digest == ""
    assert says in photo.problem
    assert photo.problem.endswith(".")
    assert newsroom.deliver(delivery_id) is DeliveryState.DELIVERED
    assert platform.journal == [delivery_id]


def _with(url: str) -> Any:
    return replace(CONTENT, image=StoryImage(url=url))


def _photo(newsroom: Newsroom, delivery_id: str) -> Photo:
    with newsroom.house.database.read() as tx:
        return StoryStore(tx).photo(newsroom.delivery(delivery_id).story_id)


def _png(width: int, height: int) -> bytes:
    """A picture of one colour: a few kilobytes that unpack to hundreds of megabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width + 1)) for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows + packer.flush())
        + chunk(b"IEND", b"")
    )


def _pictures_away(newsroom: Newsroom) -> House:
    """The same house, with its pictures in a bucket that does not answer."""
    nowhere = BucketAddress(bucket="pictures", endpoint="http://127.0.0.1:1", region="x")
    moved = replace(newsroom.house)
    moved.__dict__["bucket"] = Bucket(nowhere, Credentials("key", "secret"))
    return moved


def test_while_the_pictures_are_away_a_post_waits_instead_of_failing(
    newsroom: Newsroom, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    here = newsroom.house

    newsroom.house = _pictures_away(newsroom)
    meanwhile = newsroom.deliver(delivery_id)
    newsroom.house = here
    stopped_clock.advance(minutes=10)

    assert meanwhile is DeliveryState.PLANNED
    assert newsroom.deliver(delivery_id) is DeliveryState.DELIVERED


def test_while_the_pictures_are_away_a_photo_is_not_given_up(
    newsroom: Newsroom, pictures: PictureHost
) -> None:
    newsroom.open_channel("alpha")
    here = newsroom.house

    newsroom.house = _pictures_away(newsroom)
    with pytest.raises(PicturesAway):
        newsroom.publish(content=_with(pictures.url))
    newsroom.house = here
    [delivery_id] = newsroom.publish(kind="updated", content=_with(pictures.url))

    assert _photo(newsroom, delivery_id).problem == ""
