"""Without HarfBuzz and ICU cards still come out, and what cannot be set right is reported."""

import json
import subprocess
import sys

import pytest

_PROGRAM = """
import json, sys
for name in {blocked}:
    sys.modules[name] = None
from PIL import Image, features
really = features.check
features.check = lambda what: {raqm} if what in ("raqm", "fribidi") else really(what)
from service.cards.text.engine import ENGINE
from service.cards.text.fitting import TextStyle, fit
from service.cards.text.fonts import stack_of
from service.cards.text.painting import paint_line
found = []
for text, language in {texts}:
    style = TextStyle(stack=stack_of("NotoSans-Bold"), max_size=60, min_size=30, lines=3)
    block = fit(text, style, width=600, height=300, language=language)
    image = Image.new("L", (700, 100))
    for line in block.lines[:1]:
        paint_line(image, line, size=block.size, left=50, baseline=70, colour=(255, 255, 255))
    found.append({{
        "lines": [line.text for line in block.lines], "missing": sorted(block.missing),
        "box": image.getbbox(), "width": block.width, "shortened": block.is_shortened,
    }})
print(json.dumps({{"engine": ENGINE.name, "found": found}}))
"""


def _run(
    *texts: tuple[str, str], blocked: tuple[str, ...] = ("uharfbuzz", "icu4py"), raqm: bool = False
):
    program = _PROGRAM.format(blocked=blocked, texts=texts, raqm=raqm)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_the_plain_engine_takes_over_and_sets_what_it_can():
    answer = _run(
        ("Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region", "en"),
        ("Рада голосує: Βουλή, Straße", "uk"),
        ("הממשלה אישרה (2026) תקציב", "he"),
        ("新港口明天开放。", "zh"),
    )

    latin, mixed, hebrew, chinese = answer["found"]
    assert answer["engine"] == "pillow"
    assert (
        " ".join(latin["lines"]) == "Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region"
    )
    assert not latin["missing"] + mixed["missing"] + hebrew["missing"]
    # Whatever is not in the fonts of this installation is missing, never half drawn.
    assert chinese["missing"] == [] or not "".join(chinese["lines"]).strip("。")
    for each in (latin, mixed, hebrew):
        assert each["box"][0] in range(48, 53)
        assert each["width"] <= 600


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        pytest.param("Al Akhbar رئيس opens", "ar", ["Al Akhbar opens"], id="Arabic, which joins"),
        pytest.param("Modi greets प्र", "hi", ["Modi greets"], id="Devanagari, which stacks"),
        pytest.param("Tamil கை 2026", "ta", ["Tamil 2026"], id="Tamil, which reorders"),
        pytest.param("Nayok นา opens", "th", ["Nayok opens"], id="Thai, which needs a dictionary"),
        pytest.param("Ẹ̀kọ́ wins", "yo", ["Ẹkọ wins"], id="marks that must be placed"),
    ],
)
def test_what_it_would_set_wrong_is_reported_and_left_out(text, language, left):
    found = _run((text, language))["found"][0]

    assert found["lines"] == left
    assert found["missing"]


def test_a_text_of_which_too_little_would_be_left_is_left_out_whole():
    found = _run(("رئيس البلدية: 28 قتيلا و62 جريحا", "ar"))["found"][0]

    assert found["lines"] == []
    assert found["missing"]


def test_an_endless_text_is_shortened_in_the_same_way():
    found = _run(("officials agree after months of talks " * 20, "en"), ("W" * 80, "en"))["found"]

    assert all(each["lines"][-1].endswith("…") == each["shortened"] for each in found)
    assert found[0]["shortened"]
    assert all(each["width"] <= 600.01 and len(each["lines"]) <= 3 for each in found)


def test_without_icu_alone_only_scripts_without_spaces_are_left_out():
    answer = _run(("رئيس البلدية", "ar"), ("Nayok นา opens", "th"), blocked=("icu4py",))

    assert answer["engine"] == "harfbuzz"
    assert answer["found"][0]["missing"] == []
    assert answer["found"][1]["lines"] == ["Nayok opens"]


def test_an_ordinary_headline_loads_nothing_that_it_does_not_need():
    program = """
import sys
from service.cards.text.fitting import TextStyle, fit
from service.cards.text.fonts import stack_of
from service.cards.text.painting import paint_line
style = TextStyle(stack=stack_of("NotoSans-Bold"), max_size=60, min_size=30, lines=3)
fit("Council votes to reopen the old library", style, width=600, height=300, language="en")
heavy = "regex icu4py pyphen budoux pydantic numpy structlog".split()
print(*[name for name in heavy if name in sys.modules])
"""

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == ""
