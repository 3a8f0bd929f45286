"""The bucket: tried on a server that speaks S3 and judges every signature by itself."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from service.cards.bucket import Bucket, BucketAddress, Credentials, bucket_address
from service.cards.renditions import RenditionStore
from service.cards.shelves import PicturesAway
from service.domain.card import Card, CardSize
from service.domain.errors import Misconfigured

_KEY = Credentials("AKIDEXAMPLE", "a-secret-that-nobody-may-read")
# Nobody listens on port 1.
_NOBODY = BucketAddress(bucket="pictures", endpoint="http://127.0.0.1:1", region="eu-central-1")


@pytest.fixture
def name():
    return f"photos/{uuid4().hex}"


def test_what_is_kept_is_found_by_any_process_that_has_the_key(s3, name):
    s3.shelf().write(name, b"a photo")

    assert s3.shelf().read(name) == b"a photo"
    assert s3.shelf().read(name + "-not") is None


def test_a_name_never_changes_its_content(s3, name):
    s3.shelf().write(name, b"first")

    s3.shelf().write(name, b"second")

    assert s3.shelf().read(name) == b"first"


def test_what_is_kept_can_be_listed_and_removed(s3, name):
    shelf = s3.shelf()
    folder = uuid4().hex
    shelf.write(f"{folder}/a", b"12345")
    shelf.write(f"{folder}-else/b", b"1")

    listed = [(kept.name, kept.size) for kept in shelf.kept(folder)]
    shelf.remove(f"{folder}/a")
    shelf.remove(f"{folder}/a")

    assert listed == [(f"{folder}/a", 5)]
    assert list(shelf.kept(folder)) == []
    assert shelf.read(f"{folder}-else/b") == b"1"


def test_a_card_is_drawn_by_one_host_and_read_by_the_other(s3, tmp_path):
    card = Card(headline="Ferry strike ends", site_name=uuid4().hex)
    one, other = (RenditionStore(tmp_path / host, shelf=s3.shelf()) for host in "ab")
    one.put_card(card)

    drawn = one.rendition(card, CardSize.OG)

    assert other.card(card.digest) == card
    assert other.rendition(card, CardSize.OG, before_drawing=pytest.fail) == drawn


# -- at boot ------------------------------------------------------------------------------------


def test_a_bucket_that_works_is_proved_in_silence(s3):
    s3.shelf().prove()


@pytest.mark.parametrize(
    ("shelf", "sentence"),
    [
        pytest.param(
            lambda s3: s3.shelf(bucket="elsewhere"),
            "the bucket elsewhere does not exist: make it, or correct its name",
            id="no such bucket",
        ),
        pytest.param(
            lambda s3: s3.shelf(credentials=_KEY),
            "the bucket pictures does not let us in: check KINDLY_STORAGE_KEY",
            id="an unknown key",
        ),
        pytest.param(
            lambda s3: s3.shelf(credentials=replace(s3.credentials, secret="wrong" * 8)),
            "SignatureDoesNotMatch",
            id="a wrong secret",
        ),
        pytest.param(
            lambda s3: s3.shelf(credentials=s3.reader),
            "must be allowed to list the bucket and to get, put and delete objects",
            id="a key that may only read",
        ),
    ],
)
def test_a_bucket_that_cannot_work_stops_the_boot_with_a_sentence(s3, shelf, sentence):
    with pytest.raises(Misconfigured) as stopped:
        shelf(s3).prove()

    said = str(stopped.value)
    assert said.startswith("KINDLY_STORAGE_URL: ")
    assert sentence in said
    assert "\n" not in said
    assert s3.credentials.secret not in said
    assert _KEY.secret not in said


def test_a_bucket_that_is_away_stops_nothing():
    Bucket(_NOBODY, _KEY).prove()


# -- when it is away ----------------------------------------------------------------------------


def test_nobody_waits_long_for_a_silent_bucket_and_the_next_ones_not_at_all(s3, name):
    shelf = s3.shelf()
    shelf.write(name, b"a photo")

    with s3.silent():
        started = time.monotonic()
        with pytest.raises(PicturesAway, match="the bucket pictures does not answer"):
            shelf.read(name)
        waited = time.monotonic() - started
        with pytest.raises(PicturesAway):
            shelf.write(name + "-more", b"a photo")
        waited_again = time.monotonic() - started - waited

    assert waited < 7
    assert waited_again < 0.5
    shelf._away_until = 0.0
    assert shelf.read(name) == b"a photo"


def test_a_bucket_that_cannot_refuse_is_written_to_all_the_same():
    with _ServerWithoutConditions() as server:
        address = replace(_NOBODY, endpoint=f"http://127.0.0.1:{server.server_port}")
        shelf = Bucket(address, _KEY)

        shelf.write("photos/a", b"one")
        shelf.write("photos/b", b"two")

        assert server.kept == {"/pictures/photos/a": b"one", "/pictures/photos/b": b"two"}


def test_a_forked_process_is_told_instead_of_crashing():
    program = """
import os, sys
from service.cards.bucket import Bucket, BucketAddress, Credentials
from service.domain.errors import HouseError
nobody = BucketAddress(bucket="pictures", endpoint="http://127.0.0.1:1")
bucket = Bucket(nobody, Credentials("a", "b"))
for place in ("parent", "child"):
    try:
        bucket.read("photos/a")
    except HouseError as error:
        print(place, type(error).__name__, error, flush=True)
    if place == "parent" and os.fork():
        sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""

    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert "child Misconfigured the pictures' bucket was used before" in done.stdout


class _ServerWithoutConditions(ThreadingHTTPServer):
    """Keeps what is put there, as makes of S3 do that know no conditional writes."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Putting)
        self.kept = {}

    def __enter__(self):
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Putting(BaseHTTPRequestHandler):
    server: _ServerWithoutConditions

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        is_conditional = "If-None-Match" in self.headers
        if not is_conditional:
            self.server.kept[self.path] = data
        self.send_response(501 if is_conditional else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


# -- the setting --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address"),
    [
        pytest.param("s3://pictures", BucketAddress(bucket="pictures"), id="at AWS"),
        pytest.param(
            "s3://pictures/a/b/?endpoint=https://s3.example.net:9000/&region=fsn1",
            BucketAddress(
                bucket="pictures",
                folder="a/b",
                endpoint="https://s3.example.net:9000",
                region="fsn1",
            ),
            id="elsewhere, in a folder",
        ),
    ],
)
def test_the_setting_says_where_the_bucket_is(url, address):
    assert bucket_address(url) == address


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param("https://pictures.example", "names no bucket", id="not s3"),
        pytest.param("s3://", "names no bucket", id="no bucket"),
        pytest.param("s3://Pictures", "names no bucket", id="capitals"),
        pytest.param("s3://[", "is no address", id="not an address"),
        pytest.param("s3://p1x?zone=a", "an unknown option zone", id="an unknown option"),
        pytest.param("s3://p1x?endpoint=s3.example", "an endpoint that is not", id="no scheme"),
        pytest.param(
            "s3://p1x?endpoint=https://a:t0psecret@b", "an endpoint that is not", id="a key inside"
        ),
        pytest.param("s3://key:t0psecret@p1x", "must hold no key", id="a key in front"),
    ],
)
def test_a_setting_that_leads_nowhere_is_refused(url, sentence):
    with pytest.raises(Misconfigured, match=sentence) as refused:
        bucket_address(url)

    assert "t0psecret" not in str(refused.value)
