"""Our own PNG files are read back by others as exactly the pixels that went in."""

import builtins
import io
import random
import time

import pytest
from PIL import Image

from service.cards.picture.palette import in_palette
from service.cards.picture.png import text_chunk, write_palette, write_rgb
from tests.cards.pictures import noise

_GRID = [(r * 40, g * 40, b * 40) for r in range(6) for g in range(6) for b in range(6)]


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(Image.new("RGB", (1, 1), "teal"), id="one pixel"),
        pytest.param(noise((1, 300)), id="one column"),
        pytest.param(noise((300, 1)), id="one row"),
        pytest.param(noise((517, 333)), id="noise of odd size"),
        pytest.param(Image.linear_gradient("L").convert("RGB"), id="shading"),
        pytest.param(Image.new("RGB", (1200, 630), (255, 0, 1)), id="plain"),
    ],
)
def test_what_is_written_is_what_is_read(picture):
    data = write_rgb(picture)

    read = Image.open(io.BytesIO(data))
    read.load()
    assert (read.mode, read.size, read.info) == ("RGB", picture.size, {"srgb": 0})
    assert read.tobytes() == picture.tobytes()


def test_without_the_quick_packer_the_pixels_are_the_same(monkeypatch):
    ordinary = builtins.__import__

    def without_isal(name, *args, **kwargs):
        if name == "isal":
            raise ImportError(name)
        return ordinary(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_isal)
    picture = noise((200, 100))

    read = Image.open(io.BytesIO(write_rgb(picture)))

    assert read.tobytes() == picture.tobytes()


@pytest.mark.parametrize("patience", [True, False], ids=["patient", "quick"])
def test_a_picture_with_a_palette_is_written_with_the_colours_it_uses(patience):
    picture = Image.new("RGB", (40, 30), "navy")
    picture.paste("gold", (10, 10, 20, 20))
    numbered = in_palette(picture)

    assert numbered is not None
    read = Image.open(io.BytesIO(write_palette(numbered, is_patient=patience)))

    assert read.convert("RGB").tobytes() == picture.tobytes()
    assert len(read.getpalette() or ()) == 2 * 3


def test_a_note_is_read_back_in_any_script():
    data = write_rgb(Image.new("RGB", (8, 8)), extra=[text_chunk("Copyright", "Ｊäne / 写真")])

    read = Image.open(io.BytesIO(data))

    assert read.info["Copyright"] == "Ｊäne / 写真"


@pytest.mark.parametrize("count", [1, 2, 60, 256])
def test_up_to_256_colours_are_numbered_exactly(count):
    chance = random.Random(count)
    # Next to each other, which is where a nearest colour would be the wrong one.
    colours = [(value, value // 2, 255 - value) for value in range(count)]
    picture = Image.new("RGB", (64, 64))
    picture.putdata([chance.choice(colours) for _ in range(64 * 64)])

    numbered = in_palette(picture)

    assert numbered is not None
    assert numbered.convert("RGB").tobytes() == picture.tobytes()


def test_what_cannot_be_numbered_is_left_as_it_is():
    grid = Image.new("RGB", (6, 36))
    grid.putdata(_GRID)

    assert in_palette(grid) is None
    assert in_palette(noise((64, 64))) is None


def test_a_photo_takes_a_fraction_of_the_time_that_pillow_takes():
    photo = Image.blend(noise((1200, 630)), Image.new("RGB", (1200, 630), "gray"), 0.8)
    started = time.process_time()
    write_rgb(photo)
    ours = time.process_time() - started
    started = time.process_time()
    photo.save(io.BytesIO(), "PNG")
    theirs = time.process_time() - started

    assert ours < theirs / 4
