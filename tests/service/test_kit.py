"""The share kit: what lies in the folder, and what is left there when it cannot be made."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from lxml import html  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

from service.cli import kindly
from service.config import Settings
from service.domain.words import count_text
from service.kit import CONTENTS, PLATFORMS, Wishes, make_kit
from service.platforms.facts import limits_of
from tests.cards.pictures import SAMPLE_PHOTO, claiming_png, plain

SAMPLE = SAMPLE_PHOTO.parent / "story.json"
HEADLINE = "Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region"
ADDRESS = "https://news.example/2024/05/31/kharkiv?edition=world&page=1"
FURNITURE = (
    "Kindly share this",
    "Share on whatsapp",
    "Share on twitter",
    "Top News",
    "Related Articles",
)
SIZES = {
    "og.jpg": (1200, 630),
    "square.jpg": (1080, 1080),
    "story.jpg": (1080, 1920),
    "pin.jpg": (1000, 1500),
}
ARTICLE = (
    "The ferry to Skerry Bay sailed again on Monday, three years after the pier was closed. "
    "Around two hundred people came to see it off, and the school band played in the rain."
)
PAGE = (
    "<html lang=en><head><title>Ferry returns</title>"
    '<meta property="og:image" content="ferry.jpg"></head><body><article><h1>Ferry returns</h1>'
    f"<p>{ARTICLE}</p><p>{ARTICLE}</p></article></body></html>"
)


@pytest.fixture(scope="module")
def seed_kit(shared, tmp_path_factory):
    """The kit of the seed article: its folder and what was told on the way."""
    [seed] = shared("seed").glob("*.txt")
    out = tmp_path_factory.mktemp("seed") / "kit"
    told: list[str] = []
    wishes = Wishes(url=ADDRESS, site_name="The Courier")
    make_kit(str(seed), out, wishes=wishes, settings=Settings(), tell=told.append)
    return out, told


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def texts_of(kit):
    return {kind: post["text"] for kind, post in read_json(kit / "posts.json").items()}


def test_a_kit_is_these_files_and_no_others(seed_kit):
    kit, _told = seed_kit

    assert {path.name for path in kit.iterdir()} == CONTENTS
    assert {path.name for path in (kit / "cards").iterdir()} == set(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_a_card_has_its_exact_size_and_is_light_enough_for_every_network(seed_kit, name):
    path = seed_kit[0] / "cards" / name

    with Image.open(path) as card:
        card.load()
    assert (card.format, card.size) == ("JPEG", SIZES[name])
    assert path.stat().st_size <= 300_000
    # A card on which nothing was drawn would have next to no colours.
    assert card.resize((60, 60)).getcolors(50) is None


@pytest.mark.parametrize(
    ("network", "base", "query"),
    [
        pytest.param(
            "whatsapp", "https://api.whatsapp.com/send",
            {"text": [f"{HEADLINE}\n{ADDRESS}"]}, id="whatsapp",
        ),
        pytest.param(
            "facebook", "https://www.facebook.com/sharer/sharer.php",
            {"u": [ADDRESS]}, id="facebook",
        ),
        pytest.param(
            "x", "https://x.com/intent/tweet",
            {"text": [HEADLINE], "url": [ADDRESS]}, id="x",
        ),
        pytest.param(
            "linkedin", "https://www.linkedin.com/sharing/share-offsite/",
            {"url": [ADDRESS]}, id="linkedin",
        ),
        pytest.param(
            "telegram", "https://t.me/share/url",
            {"text": [HEADLINE], "url": [ADDRESS]}, id="telegram",
        ),
    ],
)  # fmt: skip
def test_a_share_link_carries_the_story_to_its_network(seed_kit, network, base, query):
    link = urlsplit(read_json(seed_kit[0] / "links.json")[network])

    assert link._replace(query="").geturl() == base
    assert parse_qs(link.query, strict_parsing=True) == query


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_post_fits_its_platform_and_says_so_truly(seed_kit, platform):
    post = read_json(seed_kit[0] / "posts.json")[platform]

    counted = count_text(post["text"], limits_of(platform).limits)
    assert (post["count"], post["limit"]) == (counted.used, counted.limit)
    assert 0 < post["count"] <= post["limit"]
    assert "Kharkiv" in post["text"]
    assert ADDRESS in (post["text"] + post["link"])


def test_the_posts_cover_what_a_newsroom_uses(seed_kit):
    assert set(read_json(seed_kit[0] / "posts.json")) == {
        "x", "bluesky", "mastodon", "threads", "telegram", "whatsapp", "facebook", "linkedin",
    }  # fmt: skip


def test_furniture_of_the_page_is_nowhere_in_the_kit(seed_kit):
    kit, _told = seed_kit
    # Our own buttons may say of themselves what the furniture says.
    buttons = (kit / "buttons.html").read_text(encoding="utf-8").strip()
    page = (kit / "index.html").read_text(encoding="utf-8")
    assert page.count(buttons) == 1

    head = (kit / "head.html").read_text(encoding="utf-8")
    written = [*texts_of(kit).values(), head, page.replace(buttons, "")]

    assert len(written) == 10
    for text in written:
        assert "counter-fire" in text or "American-supplied" in text
        assert [words for words in FURNITURE if words in text] == []


def test_the_parts_for_the_page_are_whole(seed_kit):
    kit, _told = seed_kit

    head = html.fromstring(f"<html><head>{(kit / 'head.html').read_text('utf-8')}</head></html>")
    buttons = html.fragment_fromstring((kit / "buttons.html").read_text("utf-8"), "div")

    told = {meta.get("property"): meta.get("content") for meta in head.iter("meta")}
    assert (told["og:title"], told["og:url"]) == (HEADLINE, ADDRESS)
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:site_name"] == "The Courier"
    [linked_data] = head.iter("script")
    assert json.loads(linked_data.text)["headline"] == HEADLINE
    shared_to = {link.get("href") for link in buttons.iter("a")}
    assert {
        address for address in read_json(kit / "links.json").values() if address != ADDRESS
    } == shared_to - {ADDRESS}


def test_the_page_that_shows_it_all_needs_nothing_from_elsewhere(seed_kit):
    kit, _told = seed_kit

    page = html.parse(kit / "index.html").getroot()

    sources = [each.get("src") for each in page.iter() if each.get("src")]
    assert sorted(sources) == sorted(f"cards/{name}" for name in SIZES)
    assert all((kit / source).is_file() for source in sources)
    assert {link.get("href") for link in page.iter("link")} == {"data:,"}
    style = " ".join(each.text or "" for each in page.iter("style"))
    assert not re.search(r"url\(|@import", style)
    assert page.findtext(".//h1") == HEADLINE


def test_progress_is_told_step_by_step(seed_kit):
    _kit, told = seed_kit

    steps = [line.split(",")[0] for line in told if not line.startswith("note: ")]
    assert steps[0].startswith("reading ")
    assert steps[1:] == [
        "card og 1200x630", "card square 1080x1080", "card story 1080x1920",
        "card pin 1000x1500", "10 share links",
    ]  # fmt: skip
    assert not any("until --" in line for line in told)


# -- sources ------------------------------------------------------------------------------------


@pytest.fixture
def site():
    """A loopback site of two pages; gives the address of the story."""
    pages = {
        "/ferry": ("text/html", PAGE.encode()),
        "/ferry.jpg": ("image/jpeg", plain((900, 600))),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            media_type, body = pages[self.path]
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/ferry"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder to work in; the command keeps nothing outside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KINDLY_ALLOW_PRIVATE_HOSTS", raising=False)
    return tmp_path


def share(*words, **environment):
    return CliRunner().invoke(kindly, ["share", *map(str, words)], env=environment)


def shared_from(*words, **environment):
    """Make a kit that must succeed; returns what was told on standard error."""
    result = share(*words, "--out", "kit", **environment)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"done: open {Path('kit') / 'index.html'}\n"
    return result.stderr


def refused(*words, **environment):
    """Ask for a kit that cannot be made; returns the one sentence that says why."""
    before = sorted(Path().rglob("*"))
    result = share(*words, **environment)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    *progress, sentence = result.stderr.splitlines()
    assert sentence.startswith("kindly: ")
    assert all(line.startswith("  ") for line in progress)
    assert sorted(Path().rglob("*")) == before
    return sentence


def is_light(card):
    """Whether the middle of the card shows the white photo of these tests."""
    with Image.open(card) as picture:
        counts = picture.convert("L").crop((500, 40, 700, 140)).histogram()
    return sum(counts[:200]) == 0


def test_an_address_is_shared_with_the_picture_of_its_page(site, place):
    told = shared_from(site, KINDLY_ALLOW_PRIVATE_HOSTS="127.0.0.1")

    assert "picture" not in told
    assert is_light(place / "kit/cards/og.jpg")
    assert site in parse_qs(urlsplit(read_json(place / "kit/links.json")["x"]).query)["url"]


def test_a_page_on_disk_is_shared_with_the_picture_beside_it(place):
    (place / "page.html").write_text(PAGE)
    (place / "ferry.jpg").write_bytes(plain((900, 600)))

    told = shared_from("page.html", "--url", "https://news.example/ferry")

    assert "until --url" not in told
    assert is_light(place / "kit/cards/og.jpg")
    assert "sailed again" in texts_of(place / "kit")["x"]


def test_a_text_is_shared_under_its_first_line(place):
    (place / "story.txt").write_text(f"Ferry returns\n\n{ARTICLE}\n")

    told = shared_from("story.txt")

    assert "the site is called Kindly Gazette until --site says better" in told
    assert "links lead to https://www.example.com/ferry-returns until --url says better" in told
    assert texts_of(place / "kit")["facebook"].startswith("Ferry returns\n")


def test_a_json_story_is_shared_as_it_says(place):
    shared_from(SAMPLE, KINDLY_PUBLIC_URL="https://kindly.example")

    posts = read_json(place / "kit/posts.json")
    assert posts["bluesky"]["link"] == "https://courier.example/local/saltmere-lighthouse-relit"
    assert "Saltmere Courier" in posts["x"]["alt"]
    assert not is_light(place / "kit/cards/og.jpg")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"<html>not found</html>", id="no picture"),
        pytest.param(plain((900, 600))[:700], id="cut off"),
        pytest.param(claiming_png(12_000, 12_000), id="12000 x 12000"),
    ],
)
def test_a_story_whose_own_picture_is_unusable_gets_its_kit_without_it(place, picture):
    (place / "page.html").write_text(PAGE)
    (place / "ferry.jpg").write_bytes(picture)

    told = shared_from("page.html")

    assert "note: The picture was left out: The picture " in told
    assert {path.name for path in (place / "kit/cards").iterdir()} == set(SIZES)


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        pytest.param(None, "(No such file or directory)", id="missing"),
        pytest.param(b"", "not a JPEG, PNG, WebP or AVIF", id="empty"),
        pytest.param(b"GIF89a" + bytes(100), "not a JPEG, PNG, WebP or AVIF", id="another format"),
        pytest.param(plain((900, 600))[:700], "damaged", id="cut off"),
        pytest.param(claiming_png(12_000, 12_000), "megapixels", id="12000 x 12000"),
    ],
)
def test_a_picture_that_somebody_named_must_be_good(place, picture, told):
    if picture is not None:
        (place / "my.jpg").write_bytes(picture)

    sentence = refused(SAMPLE, "--photo", "my.jpg", "--out", "kit")

    assert sentence.startswith("kindly: my.jpg cannot be ")
    assert told in sentence


def test_a_named_picture_takes_the_place_of_the_storys_own(place):
    (place / "my.jpg").write_bytes(plain((900, 600)))

    shared_from(SAMPLE, "--photo", "my.jpg")

    assert is_light(place / "kit/cards/og.jpg")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("story.txt", None, "no file story.txt", id="missing file"),
        pytest.param("story.txt", b" \n", "story.txt is empty", id="empty file"),
        pytest.param(
            "story.txt", b"\x7fELF\x00\x01\x00", "story.txt is not text", id="binary file"
        ),
        pytest.param("story.txt", b"###\n\nText.", "has no headline", id="text without headline"),
        pytest.param("story.json", b'{"body": "Text."}', "headline", id="JSON without headline"),
        pytest.param("story.json", b'{"headline": ', "story.json cannot be used", id="broken JSON"),
        pytest.param("page.html", b"<html></html>", "page.html", id="page without a story"),
        pytest.param("story.txt", b"a" * 6_000_000, "larger than 5 MB", id="6 MB"),
        pytest.param("https://127.0.0.1/story", None, "127.0.0.1", id="private address"),
        pytest.param("file:///etc/passwd", None, "http", id="another scheme"),
        pytest.param("", None, "No story was named", id="nothing"),
    ],
)
def test_a_source_that_cannot_be_used_leaves_nothing_behind(place, name, content, told):
    if content is not None:
        (place / name).write_bytes(content)

    assert told in refused(name, "--out", "deep/down/kit")


# -- the folder ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["thesis.doc"], id="a stranger's file"),
        pytest.param(["posts.json"], id="a file of that name, but no kit"),
        pytest.param([*sorted(CONTENTS - {"cards"}), "cards", "thesis.doc"], id="a kit and more"),
    ],
)
def test_a_folder_that_holds_other_files_is_not_touched(place, names):
    (place / "kit").mkdir()
    for name in names:
        (place / "kit" / name).write_text("mine")

    assert "holds other files" in refused(SAMPLE, "--out", "kit")
    assert all((place / "kit" / name).read_text() == "mine" for name in names)


def test_a_second_kit_takes_the_place_of_the_first(place):
    (place / "story.txt").write_text(f"Ferry returns\n\n{ARTICLE}\n")
    shared_from(SAMPLE)
    first = (place / "kit/cards/og.jpg").read_bytes()

    shared_from("story.txt")

    assert {path.name for path in (place / "kit").iterdir()} == CONTENTS
    assert (place / "kit/cards/og.jpg").read_bytes() != first
    assert "Saltmere" not in (place / "kit/index.html").read_text(encoding="utf-8")
    assert "Ferry returns" in (place / "kit/head.html").read_text(encoding="utf-8")


def test_a_kit_that_fails_leaves_the_older_one_as_it_was(place):
    shared_from(SAMPLE)
    before = {path: path.read_bytes() for path in (place / "kit").rglob("*.*")}

    refused("nowhere.txt", "--out", "kit")

    assert {path: path.read_bytes() for path in (place / "kit").rglob("*.*")} == before


def test_the_folder_in_which_one_stands_can_be_the_kit(place):
    (place / "here").mkdir()
    command = Path(sys.executable).with_name("kindly")

    asked = [str(command), "share", str(SAMPLE), "--out", "."]
    subprocess.run(asked, cwd=place / "here", check=True, capture_output=True)

    assert {path.name for path in (place / "here").iterdir()} == CONTENTS


def test_a_folder_that_cannot_be_written_is_named(place):
    (place / "file").write_text("mine")

    sentence = refused(SAMPLE, "--out", "file/kit")

    assert "the kit cannot be written to file/kit (Not a directory)" in sentence


def test_a_kit_opens_for_everybody_who_may_read_its_folder(seed_kit, tmp_path):
    (tmp_path / "usual").mkdir()
    usual = (tmp_path / "usual").stat().st_mode

    assert seed_kit[0].stat().st_mode == usual
    assert (seed_kit[0] / "cards").stat().st_mode == usual
