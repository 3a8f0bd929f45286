"""Reading a story from a file or an address, and what a person is told when that fails."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from service.domain.errors import BadPayload, Unavailable
from service.fetching import Fetcher
from service.reading import read_story

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
BODY = (
    "The ferry to Skerry Bay sailed again on Monday, three years after the pier was closed.\n\n"
    "Around two hundred people came to see it off, and the school band played in the rain.\n\n"
    "The council said that the pier, which cost four million crowns, would last for fifty years."
)
PAGE = (
    "<html lang=en><head><title>Ferry returns | The Post</title>"
    '<meta property="og:image" content="{image}"></head><body><article><h1>Ferry returns</h1>'
    + "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n"))
    + "</article><p>Kindly share this story:</p><p>Share on whatsapp</p><h3>Top News</h3></body>"
)
FURNITURE = ("Kindly share", "Share on", "Top News", "Related Articles")


def no_network(host, port):
    raise OSError(f"{host}:{port} is not to be asked")


def read(source, fetcher=None):
    return read_story(str(source), fetcher=fetcher or Fetcher(resolve=no_network))


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def site():
    """A loopback web site: `site(path, type, body)` adds a page and returns its address."""
    pages: dict[str, tuple[str, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            media_type, body = pages.get(self.path, ("", b""))
            self.send_response(200 if media_type else 404)
            self.send_header("Content-Type", media_type or "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def add(path, media_type, body):
        pages[path] = (media_type, body if isinstance(body, bytes) else body.encode())
        return f"http://127.0.0.1:{server.server_address[1]}{path}"

    yield add
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher():
    return Fetcher(allow_private=frozenset({"127.0.0.1"}))


def test_the_sample_story_reads_whole():
    draft = read(SAMPLE / "story.json")

    assert draft.notes == []
    assert (
        draft.content.headline == "Saltmere relights its harbour lighthouse after eleven dark years"
    )
    assert draft.content.authors == ("Mara Lindqvist",)
    assert len(draft.content.body.split("\n\n")) == 8
    assert draft.content.image.alt.startswith("Sailing boats")
    assert draft.photo == (SAMPLE / "photo.jpg").read_bytes()


def test_the_seed_article_loses_its_page_and_nothing_else(shared):
    gold = json.loads(shared("vectors/text/extraction/seed_gold.json").read_text("utf-8"))
    seed = next(shared("seed").glob("*.txt"))

    draft = read(seed)

    assert draft.content.headline == gold["title"]
    assert draft.content.body.split("\n\n") == gold["paras"]
    assert (draft.content.url, draft.notes) == ("", [])


def test_a_page_on_disk_is_read_with_the_picture_beside_it(tmp_path):
    written(tmp_path, "ferry 1.jpg", b"picture")
    path = written(tmp_path, "page.html", PAGE.format(image="ferry%201.jpg"))

    draft = read(path)

    assert (draft.content.headline, draft.content.body) == ("Ferry returns", BODY)
    assert draft.photo == b"picture"
    assert not any(word in draft.content.body for word in FURNITURE)


def test_a_page_at_an_address_is_read_with_its_picture(site, fetcher):
    site("/ferry.jpg", "image/jpeg", b"picture")
    url = site("/a", "text/html; charset=utf-8", PAGE.format(image="/ferry.jpg"))

    draft = read(f" {url}#top", fetcher)

    assert (draft.content.url, draft.content.body, draft.photo) == (url, BODY, b"picture")
    assert draft.content.image.url == url.replace("/a", "/ferry.jpg")
    assert draft.notes == []


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        pytest.param("text/plain", f"Ferry returns\n\n{BODY}", id="a text"),
        pytest.param("text/plain", PAGE.format(image=""), id="a page called a text"),
        pytest.param(
            "application/json", json.dumps({"title": "Ferry returns", "body": BODY}), id="JSON"
        ),
    ],
)
def test_an_address_may_hold_any_form_of_a_story(site, fetcher, media_type, content):
    url = site("/a", media_type, content)

    draft = read(url, fetcher)

    assert (draft.content.headline, draft.content.body) == ("Ferry returns", BODY)
    assert draft.content.url == url


@pytest.mark.parametrize(
    "name",
    ["story.txt", "story", "story.md"],
)
def test_a_text_has_its_headline_in_the_first_line(tmp_path, name):
    path = written(tmp_path, name, f"\ufeff# Ferry returns\r\n\r\n{BODY}\r\n")

    assert read(path).content.headline == "Ferry returns"
    assert read(path).content.body == BODY


def test_a_text_in_an_old_encoding_is_read_with_a_note(tmp_path):
    path = written(tmp_path, "story.txt", "Café reopens\n\nThe café is “open”.".encode("cp1252"))

    draft = read(path)

    assert draft.content.body == "The café is “open”."
    assert "Windows-1252" in draft.notes[0]


def test_a_json_file_needs_no_id_and_may_be_a_whole_notice(tmp_path):
    story = {
        "headline": "Ferry returns",
        "body": BODY,
        "url": "https://news.example/a",
        "slug": "x",
    }
    path = written(tmp_path, "notice.json", json.dumps({"event": "published", "story": story}))

    draft = read(path)

    assert (draft.content.url, draft.content.body) == ("https://news.example/a", BODY)
    assert draft.notes == ["notice.json: slug is not a field of a story."]


@pytest.mark.parametrize(
    "image",
    [
        pytest.param("missing.jpg", id="not there"),
        pytest.param("../secret.jpg", id="outside of the folder"),
        pytest.param("/etc/hostname", id="somewhere else on this machine"),
        pytest.param("file:///etc/hostname", id="a file address"),
        pytest.param("http://169.254.169.254/x.jpg", id="a private address"),
        pytest.param("https://cdn.example/x.jpg", id="a host that is not there"),
        pytest.param("x" * 300, id="an endless name"),
    ],
)
def test_a_picture_that_cannot_be_had_is_a_note(tmp_path, image):
    written(tmp_path, "secret.jpg", b"secret")
    (tmp_path / "in").mkdir()
    story = {
        "headline": "Ferry returns",
        "body": BODY,
        "url": "https://news.example/a",
        "image": image,
    }
    path = written(tmp_path / "in", "story.json", json.dumps(story))

    draft = read(path)

    assert draft.photo is None
    assert len(draft.notes) == 1
    assert draft.notes[0].startswith("The picture was left out: ")


def test_a_page_may_not_reach_for_a_linked_file_outside_of_its_folder(tmp_path):
    secret = written(tmp_path, "secret.jpg", b"secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "photo.jpg").symlink_to(secret)
    path = written(tmp_path / "in", "page.html", PAGE.format(image="photo.jpg"))

    assert read(path).photo is None


def test_a_picture_of_another_type_is_a_note(site, fetcher):
    site("/x.svg", "image/svg+xml", b"<svg/>")
    url = site("/a", "text/html", PAGE.format(image="/x.svg"))

    draft = read(url, fetcher)

    assert draft.photo is None
    assert "image/svg+xml" in draft.notes[0]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.txt", "", "a.txt is empty", id="empty"),
        pytest.param("a.txt", " \n\n ", "a.txt is empty", id="blank"),
        pytest.param("a.html", "", "a.html is empty", id="empty page"),
        pytest.param("a.json", "", "a.json is empty", id="empty JSON"),
        pytest.param("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "a.png is not text", id="a picture"),
        pytest.param("a.txt", b"\x81\x8d\x8f", "a.txt is not text", id="no known encoding"),
        pytest.param("a.txt", "x" * 501, "may have 500", id="no headline, only text"),
        pytest.param("a.txt", "# \ntext", "has no headline", id="an empty first line"),
        pytest.param("a.html", "<p>Text.</p>", "has no headline", id="page without headline"),
        pytest.param("a.json", "{", "a.json cannot be used: The body is not JSON", id="half JSON"),
        pytest.param("a.json", "[]", "not an object", id="a list"),
        pytest.param("a.json", '{"body": "x"}', "headline is missing", id="no headline"),
        pytest.param("a.json", '{"title": "x", "url": "x"}', "url", id="no address"),
        pytest.param("a.txt", "x\n" * 2_500_001, "larger than 5 MB", id="too large"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(tmp_path, name, content, told):
    path = written(tmp_path, name, content)

    with pytest.raises(BadPayload, match=told) as problem:
        read(path)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("no-such-file.txt", "There is no file", id="missing"),
        pytest.param(
            "news.example/a", "an address begins with https://", id="address without scheme"
        ),
        pytest.param(os.fspath(SAMPLE), "is a folder", id="a folder"),
        pytest.param("x" * 5000, "cannot be read", id="an endless name"),
        pytest.param("a\x00b", "cannot be read", id="no file name"),
        pytest.param("", "No story was named", id="nothing"),
        pytest.param("ftp://news.example/a", "only http and https", id="another scheme"),
        pytest.param("file:///etc/passwd", "only http and https", id="a file address"),
        pytest.param("http://127.0.0.1/a", "was refused", id="a private address"),
    ],
)
def test_a_source_that_is_none_gets_one_sentence(source, told):
    with pytest.raises(BadPayload, match=told):
        read(source, Fetcher())


def test_an_address_that_does_not_answer_says_so(site, fetcher):
    with pytest.raises(BadPayload, match="answered 404"):
        read(site("/a", "text/html", "x").replace("/a", "/b"), fetcher)
    with pytest.raises(Unavailable, match="could not be reached"):
        read("https://news.example/a")


def test_a_headline_without_a_text_is_noted(tmp_path):
    draft = read(written(tmp_path, "a.txt", "Ferry returns"))

    assert draft.content.body == ""
    assert "headline only" in draft.notes[-1]
