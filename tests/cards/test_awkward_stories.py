"""The awkward stories themselves: that they are as awkward as they claim."""

import io
import re
from pathlib import Path

import pytest
import regex
from PIL import Image, ImageChops, ImageStat

from service.cards import awkward
from service.cards.awkward import AwkwardStory, awkward_stories
from service.cards.picture.decode import decode
from service.domain.errors import BadPayload, Misconfigured
from tests.cards.awkward import STORIES
from tests.cards.gallery_photos import FOLDER, photos

_BY_NAME = {story.name: story for story in awkward_stories()}
_SCRIPTS = [
    *("Latin", "Greek", "Cyrillic", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil"),
    *("Telugu", "Thai", "Hiragana", "Han", "Hangul"),
]
_DETAILS = {
    *("quotation", "name", "role", "figure", "what"),
    *("source", "was", "now", "updated", "summary"),
}
# Not every story can be told in points.
_POINTS = {"point1", "point2", "point3"}


def test_no_two_stories_share_a_name():
    names = [story.name for story in awkward_stories()]

    assert len(names) >= 28
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize("script", _SCRIPTS)
def test_a_headline_is_written_in_each_script(script):
    pattern = rf"\p{{Script={script}}}{{2}}"

    assert any(regex.search(pattern, story.headline) for story in awkward_stories())


@pytest.mark.parametrize("story", STORIES)
def test_a_story_says_what_is_awkward_and_has_a_text_for_every_template(story: AwkwardStory):
    assert story.awkward.endswith(".")
    assert story.headline.strip()
    assert set(story.details) - _POINTS == _DETAILS
    assert all(story.details[name] for name in ("quotation", "name", "figure", "what", "was"))


def test_lengths_are_what_they_are_called():
    assert " " not in _BY_NAME["one-word"].headline
    assert len(_BY_NAME["three-hundred-characters"].headline) == 300
    assert len(_BY_NAME["eighty-letter-word"].headline) == 80
    assert _BY_NAME["eighty-letter-word"].headline.isalpha()


def test_marks_are_written_out_and_not_composed():
    story = _BY_NAME["stacked-marks"]

    clusters = regex.findall(r"\X", story.headline)

    assert max(len(cluster) for cluster in clusters) == 4


def test_joined_emoji_are_one_character_each():
    clusters = regex.findall(r"\X", _BY_NAME["emoji-people"].headline)

    assert "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" in clusters
    assert "\U0001f44f\U0001f3ff" in clusters


def test_a_card_has_only_the_fields_of_its_template_each_within_its_length():
    story = _BY_NAME["three-hundred-characters"]

    card = story.card("quote", fields={"quotation": 240, "name": 200})

    quotation, name = card.text("quotation"), card.text("name")
    assert card.template == "quote"
    assert [key for key, _ in card.details] == ["quotation", "name"]
    assert 200 < len(quotation) <= 240
    assert story.details["quotation"].startswith(f"{quotation} ")
    assert name == story.details["name"]


def test_the_pictures_of_a_card_are_found_by_their_digests():
    story = _BY_NAME["transparent-photo"]

    card = story.card("standard", fields={})

    assert story.pictures[card.photo] == story.photo
    assert story.pictures[card.portrait] == story.portrait


@pytest.mark.parametrize("story", STORIES)
def test_photos_can_be_opened_unless_they_are_said_to_be_refused(story: AwkwardStory):
    if story.photo_is_refused:
        with pytest.raises(BadPayload):
            decode(story.photo, covering=(1200, 630))
        assert not story.card("standard", fields={}).photo
        return

    sizes = [decode(data, covering=(1200, 630)).size for data in story.pictures.values()]

    assert all(min(size) >= 64 for size in sizes)


def test_photos_have_the_shapes_and_colours_they_are_called_by():
    opened = {
        name: Image.open(io.BytesIO(_BY_NAME[name].photo))
        for name in ("panorama", "upright-photo", "tiny-photo", "transparent-photo")
    }

    assert opened["panorama"].width == 6 * opened["panorama"].height
    assert opened["upright-photo"].height > opened["upright-photo"].width
    assert opened["tiny-photo"].size == (64, 64)
    assert opened["transparent-photo"].getchannel("A").getextrema() == (0, 255)
    assert Image.open(io.BytesIO(_BY_NAME["printers-photo"].photo)).mode == "CMYK"
    assert not _BY_NAME["no-photo"].pictures


def test_the_turned_photo_stands_upright_once_it_is_decoded():
    photo = _BY_NAME["turned-photo"].photo

    upright = decode(photo, covering=(600, 900))

    assert Image.open(io.BytesIO(photo)).size == (900, 600)
    assert upright.size == (600, 900)
    # The sky is light and the ground dark, from top to bottom.
    sky, ground = (_brightness(upright.crop(box)) for box in ((0, 0, 600, 99), (0, 800, 600, 900)))
    assert sky > ground + 80


def test_the_committed_photos_are_what_the_program_draws():
    committed = {path.name for path in FOLDER.iterdir() if path.suffix in {".jpg", ".png"}}

    drawn = dict(photos())

    assert committed == set(drawn)
    assert sum((FOLDER / name).stat().st_size for name in committed) < 600_000
    for name in committed - {"cut-short.jpg"}:
        ours, theirs = (
            Image.open(io.BytesIO(d)) for d in ((FOLDER / name).read_bytes(), drawn[name])
        )
        # Not byte for byte: another build of the JPEG library may round otherwise.
        assert max(ImageStat.Stat(ImageChops.difference(ours, theirs)).mean) < 1.5, name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("[[stories]]\nname = ", "list of stories", id="not TOML"),
        pytest.param('[[stories]]\nname = "x"\ncolour = "red"', "colour", id="an unknown key"),
        pytest.param('[[stories]]\nname = "x"\nphoto = "none.jpg"', "none.jpg", id="no such photo"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, monkeypatch, content, words):
    file = tmp_path / "stories.toml"
    file.write_text(content)
    monkeypatch.setattr(awkward, "STORIES_FILE", file)

    with pytest.raises(Misconfigured, match=words):
        awkward_stories.__wrapped__()


def _brightness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]
