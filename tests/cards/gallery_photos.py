"""The photos of the awkward stories, drawn by a program: nobody's rights, the same on every day.

`python -m tests.cards.gallery_photos` writes them to `assets/cards/gallery/`, where the gallery and
the golden pictures read them; a test holds the files to this program.
"""

import io
import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter, ImageOps

FOLDER = Path(__file__).parents[2] / "assets" / "cards" / "gallery"

_Colour = tuple[int, int, int]
_Point = tuple[float, float]


def photos() -> Iterator[tuple[str, bytes]]:
    """Draw every photo, and name the file that it belongs in."""
    for name, make in _PHOTOS.items():
        yield name, make()


def _night() -> bytes:
    """A dark one: a city by its river, lit windows, almost black below."""
    size = (1500, 1000)
    picture = _slope(size, ["#050914", "#0B1730", "#2C2F55", "#8A4B52"], until=0.62)
    for seed, shade, height in ((11, "#141A33", 420), (12, "#0B1024", 330)):
        _skyline(picture, seed=seed, shade=shade, height=height, floor=620)
    river = ImageOps.flip(picture.crop((0, 240, 1500, 620))).filter(ImageFilter.BoxBlur(3))
    river = ImageChops.multiply(river, Image.new("RGB", river.size, "#6F7A99"))
    picture.paste(_rippled(river, seed=13), (0, 620))
    return _jpeg(_grained(picture, seed=14, strength=0.04), 56)


def _snow() -> bytes:
    """A bright one: white text has nothing to stand on."""
    size = (1500, 1000)
    picture = _slope(size, ["#CFE3F4", "#EEF5FA", "#FFFDF6"], until=0.7)
    for seed, shade, top in ((21, "#D9E4EE", 380), (22, "#E9F0F5", 520), (23, "#FFFFFF", 690)):
        _ridge(picture, seed=seed, shade=shade, top=top, roughness=110)
    pen = ImageDraw.Draw(picture)
    chance = random.Random(24)
    for _ in range(46):
        x, height = chance.uniform(0, 1500), chance.uniform(30, 120)
        _fir(pen, (x, chance.uniform(700, 900)), height, shade="#7E93A0")
    return _jpeg(_grained(picture, seed=25, strength=0.03), 62)


def _market() -> bytes:
    """A busy one: light and dark change with every word."""
    size = (1200, 800)
    picture = Image.new("RGB", size, "#2B1D16")
    pen = ImageDraw.Draw(picture)
    chance = random.Random(31)
    for left in range(0, 1200, 60):
        pen.rectangle((left, 0, left + 30, 230), fill="#F7F3EA")
        pen.rectangle((left + 30, 0, left + 60, 230), fill="#A31621")
    fruits = ["#F4A300", "#D7263D", "#F6E27F", "#3C8D2F", "#7A1E48", "#FBFBF3"]
    for row, y in enumerate(range(250, 860, 34)):
        for x in range(-20 - 17 * (row % 2), 1240, 38):
            colour = fruits[(x // 150 + row // 4 + chance.randrange(2)) % len(fruits)]
            _ball(pen, (x + chance.uniform(-5, 5), y), radius=21, colour=colour)
    return _jpeg(_grained(picture, seed=32, strength=0.04), 52)


def _sea() -> bytes:
    """A middling one: sun on waves, fine and even."""
    size = (1200, 800)
    picture = _slope(size, ["#6FA8D6", "#B9D6EA", "#F6E3C5"], until=0.45)
    water = _slope((1200, 440), ["#7FA3B5", "#2F6079", "#123246"], until=1.0)
    picture.paste(_rippled(water, seed=41), (0, 360))
    pen = ImageDraw.Draw(picture)
    chance = random.Random(42)
    for _ in range(900):
        depth = chance.random() ** 1.6
        x = 780 + chance.gauss(0, 40 + 150 * depth)
        y, length = 362 + 430 * depth, 4 + 26 * depth
        pen.line((x, y, x + length, y), fill="#FFF3D0", width=1 + round(2 * depth))
    pen.ellipse((745, 250, 815, 320), fill="#FFF9E6")
    return _jpeg(_grained(picture, seed=43, strength=0.04), 62)


def _panorama() -> bytes:
    """Six times as wide as high."""
    size = (1800, 300)
    picture = _slope(size, ["#3E5C76", "#C98F6B", "#F3D9A4"], until=0.8)
    ridges = (
        (51, "#8C7A7E", 110),
        (52, "#5D5A6B", 150),
        (53, "#363A4D", 195),
        (54, "#191D2B", 240),
    )
    for seed, shade, top in ridges:
        _ridge(picture, seed=seed, shade=shade, top=top, roughness=60)
    return _jpeg(_grained(picture, seed=55, strength=0.04), 66)


def _tower() -> bytes:
    """Higher than wide, with what matters near its upper end."""
    size = (800, 1200)
    picture = _slope(size, ["#2F6FB0", "#7FB0DA", "#DCE9F2"], until=0.9)
    picture = Image.blend(picture, Image.new("RGB", size, "white"), 0.08)
    pen = ImageDraw.Draw(picture)
    pen.polygon([(300, 230), (500, 230), (560, 1200), (240, 1200)], fill="#C9BBA2")
    pen.polygon([(400, 230), (500, 230), (560, 1200), (400, 1200)], fill="#A8987C")
    for y in range(300, 1200, 46):
        for x in range(290, 520, 38):
            pen.rectangle((x, y, x + 16, y + 26), fill="#34404C")
    pen.polygon([(280, 232), (520, 232), (400, 60)], fill="#7B3B2E")
    pen.line((400, 60, 400, 12), fill="#26292E", width=6)
    for x, y in ((90, 1040), (170, 1090), (650, 1060), (730, 1010)):
        _ball(pen, (x, y), radius=120, colour="#3F6B3A")
    return _jpeg(_grained(picture, seed=61, strength=0.05), 62)


def _tiny() -> bytes:
    """The smallest photo that is taken."""
    picture = _slope((64, 64), ["#204060", "#E0A040"], until=1.0)
    _ball(ImageDraw.Draw(picture), (40, 26), radius=11, colour="#FFF0C0")
    return _jpeg(picture, 80)


def _cutout() -> bytes:
    """A PNG whose ground is transparent."""
    mask = Image.new("L", (1600, 1200), 0)
    pen = ImageDraw.Draw(mask)
    pen.rounded_rectangle((180, 520, 1420, 900), 120, fill=255)
    pen.polygon([(420, 540), (560, 300), (1080, 300), (1240, 540)], fill=255)
    for x in (430, 1170):
        pen.ellipse((x - 130, 770, x + 130, 1030), fill=255)
    ground = _slope((800, 600), ["#F26B5E", "#B3261E", "#5E100C"], until=1.0)
    pen = ImageDraw.Draw(ground)
    pen.polygon([(230, 264), (290, 168), (520, 168), (590, 264)], fill="#BFE0EE")
    for x in (215, 585):
        _ball(pen, (x, 450), radius=62, colour="#24262B")
    ground.putalpha(mask.reduce(2))
    return _encoded(ground, "PNG", optimize=True)


def _press() -> bytes:
    """A JPEG in the four colours of a printing press."""
    size = (900, 600)
    picture = _slope(size, ["#8FC1E3", "#E9F2DC"], until=0.4)
    _ridge(picture, seed=71, shade="#5B7F4C", top=200, roughness=40)
    pen = ImageDraw.Draw(picture)
    chance = random.Random(72)
    for index in range(420):
        depth = (index / 420) ** 1.5
        place = (chance.uniform(-20, 920), 250 + 370 * depth)
        _ball(pen, place, radius=3 + 22 * depth, colour=chance.choice(["#C8201F", "#E2402B"]))
    return _jpeg(_grained(picture, seed=73, strength=0.04).convert("CMYK"), 60)


def _turned() -> bytes:
    """A phone's photo that lies on its side and says so: upright it is 600 x 900."""
    upright = _slope((600, 900), ["#F7C59F", "#EF8354", "#4F5D75"], until=0.75)
    _ridge(upright, seed=81, shade="#2D3142", top=640, roughness=90)
    pen = ImageDraw.Draw(upright)
    pen.ellipse((230, 430, 350, 550), fill="#FFF3D6")
    pen.line((470, 260, 470, 900), fill="#181B26", width=14)
    pen.ellipse((380, 130, 560, 400), fill="#20303A")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    lying = _grained(upright, seed=82, strength=0.04).transpose(Image.Transpose.ROTATE_90)
    return _encoded(lying, "JPEG", quality=64, exif=exif)


def _cut_short() -> bytes:
    """An upload that broke off: its header is fine."""
    whole = _sea()
    return whole[: len(whole) // 8]


def _face(*, skin: str, hair: str, cloth: str, ground: Sequence[str], seed: int) -> Image.Image:
    """A portrait that a face is recognised in, and no more than that."""
    picture = _slope((1200, 1200), ground, until=1.0)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((330, 170, 870, 830), fill=hair)
    pen.ellipse((140, 880, 1060, 1700), fill=cloth)
    pen.polygon([(500, 940), (700, 940), (600, 1120)], fill=_dimmed(skin, 0.8))
    pen.rounded_rectangle((500, 700, 700, 1000), 80, fill=_dimmed(skin, 0.82))
    pen.ellipse((400, 260, 800, 830), fill=skin)
    pen.chord((370, 190, 830, 620), 185, 355, fill=hair)
    for x in (505, 695):
        pen.ellipse((x - 42, 505, x + 42, 549), fill="#F4EFE8")
        pen.ellipse((x - 20, 506, x + 20, 548), fill="#2A1D17")
        pen.arc((x - 62, 438, x + 62, 520), 205, 335, fill=hair, width=14)
    pen.arc((560, 540, 640, 660), 20, 160, fill=_dimmed(skin, 0.7), width=12)
    pen.chord((520, 660, 680, 756), 10, 170, fill=_dimmed(skin, 0.55))
    picture = picture.reduce(2).filter(ImageFilter.GaussianBlur(1.6))
    # Light from one side makes a face out of flat shapes.
    light = Image.linear_gradient("L").rotate(90).resize(picture.size).point(lambda v: 130 + v // 2)
    lit = ImageChops.multiply(picture, Image.merge("RGB", [light] * 3))
    return _grained(Image.blend(picture, lit, 0.7), seed=seed, strength=0.05)


def _editor() -> bytes:
    ground = ["#B9C6C4", "#7E918F"]
    face = _face(skin="#C98F6B", hair="#2B1B14", cloth="#23395B", ground=ground, seed=91)
    return _jpeg(face, 70)


def _minister() -> bytes:
    """Dark on dark."""
    ground = ["#1B1F2A", "#090B10"]
    face = _face(skin="#6E4630", hair="#0E0B0A", cloth="#14171F", ground=ground, seed=92)
    return _jpeg(face, 70)


def _winner() -> bytes:
    """Light on white, and higher than wide."""
    ground = ["#FFFFFF", "#F1F1EC"]
    face = _face(skin="#EFC9AE", hair="#C9A15A", cloth="#F7F7F2", ground=ground, seed=93)
    return _jpeg(ImageOps.fit(face, (400, 600)), 70)


def _slope(size: tuple[int, int], colours: Sequence[str], *, until: float) -> Image.Image:
    """Run from colour to colour downwards; the last one stays from `until` on."""
    column = Image.new("RGB", (1, size[1]))
    stops = [Image.new("RGB", (1, 1), colour) for colour in colours]
    for y in range(size[1]):
        place = min(1.0, y / (size[1] * until)) * (len(stops) - 1)
        index = min(len(stops) - 2, int(place))
        column.paste(Image.blend(stops[index], stops[index + 1], place - index), (0, y))
    return column.resize(size)


def _grained(picture: Image.Image, *, seed: int, strength: float) -> Image.Image:
    """Lay the grain of a camera over flat colours: without it everything compresses to nothing."""
    return Image.blend(picture, Image.merge("RGB", [_noise(picture.size, seed)] * 3), strength)


def _noise(size: tuple[int, int], seed: int) -> Image.Image:
    width, height = size
    return Image.frombytes("L", size, random.Random(seed).randbytes(width * height))


def _rippled(water: Image.Image, *, seed: int) -> Image.Image:
    """Streaks along the water, wider towards the viewer."""
    width, height = water.size
    streaks = Image.new("L", water.size)
    top = 0
    while top < height:
        step = 16 + top // 4
        rows = _noise((max(8, width // (12 + top // 8)), max(4, step // 4)), seed + top)
        streaks.paste(rows.resize((width, step), Image.Resampling.BICUBIC), (0, top))
        top += step
    return Image.blend(water, Image.merge("RGB", [streaks] * 3), 0.14)


def _skyline(picture: Image.Image, *, seed: int, shade: str, height: int, floor: int) -> None:
    pen = ImageDraw.Draw(picture)
    chance = random.Random(seed)
    left = -20
    while left < picture.width:
        width, top = chance.randrange(46, 110), floor - chance.randrange(height // 4, height)
        pen.rectangle((left, top, left + width, floor), fill=shade)
        for y in range(top + 12, floor - 12, 20):
            for x in range(left + 8, left + width - 10, 16):
                if chance.random() < 0.3:
                    lamp = chance.choice(["#FFD98A", "#FFC15E", "#E8ECF5"])
                    pen.rectangle((x, y, x + 6, y + 9), fill=lamp)
        left += width + chance.randrange(0, 14)


def _ridge(picture: Image.Image, *, seed: int, shade: str, top: int, roughness: float) -> None:
    """A chain of hills: waves of three lengths on top of each other."""
    chance = random.Random(seed)
    waves = [(chance.uniform(0, 7), roughness / 2**n, 0.004 * 2.3**n) for n in range(4)]
    line: list[_Point] = [
        (x, top + sum(high * math.sin(x * rate + start) for start, high, rate in waves) / 2)
        for x in range(0, picture.width + 6, 6)
    ]
    edge: list[_Point] = [(picture.width, picture.height), (0, picture.height)]
    ImageDraw.Draw(picture).polygon(line + edge, fill=shade)


def _fir(pen: ImageDraw.ImageDraw, foot: _Point, height: float, *, shade: str) -> None:
    x, y = foot
    for step in range(3):
        top, half = y - height + step * height / 4, height * (0.14 + 0.07 * step)
        pen.polygon(
            [(x, top), (x - half, top + height / 2.4), (x + half, top + height / 2.4)], shade
        )


def _ball(pen: ImageDraw.ImageDraw, centre: _Point, *, radius: float, colour: str) -> None:
    """A round thing lit from above."""
    for share, light in ((1.0, 0.55), (0.88, 0.85), (0.7, 1.0), (0.25, 1.35)):
        x, y = centre[0] - radius * (1 - share) * 0.5, centre[1] - radius * (1 - share) * 0.7
        r = radius * share
        pen.ellipse((x - r, y - r, x + r, y + r), fill=_dimmed(colour, light))


def _dimmed(colour: str, light: float) -> _Colour:
    red, green, blue = (min(255, round(int(colour[i : i + 2], 16) * light)) for i in (1, 3, 5))
    return red, green, blue


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    return _encoded(picture, "JPEG", quality=quality, subsampling="4:2:0", optimize=True)


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


_PHOTOS: dict[str, Callable[[], bytes]] = {
    "night.jpg": _night,
    "snow.jpg": _snow,
    "market.jpg": _market,
    "sea.jpg": _sea,
    "panorama.jpg": _panorama,
    "tower.jpg": _tower,
    "tiny.jpg": _tiny,
    "cutout.png": _cutout,
    "press.jpg": _press,
    "turned.jpg": _turned,
    "cut-short.jpg": _cut_short,
    "editor.jpg": _editor,
    "minister.jpg": _minister,
    "winner.jpg": _winner,
}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, data in photos():
        (FOLDER / name).write_bytes(data)
        sys.stdout.write(f"{name} {len(data)}\n")
