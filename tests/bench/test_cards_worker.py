"""The worker that stands for us in the bench of all renderers: it must not rot unseen."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cards.pictures import SAMPLE_PHOTO, encoded

_WORKER = Path(__file__).with_name("cards_worker.py")
_CARD = {
    "headline": "Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region",
    "kicker": "POLITICS",
    "byline": "By Jane Q. Reporter, 31 May 2024",
}


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    (tmp_path / "card.json").write_text(json.dumps(_CARD))
    (tmp_path / "logo.png").write_bytes(encoded(Image.new("RGBA", (220, 56), "red"), "PNG"))
    for number in range(8):
        (tmp_path / f"hero{number}.jpg").write_bytes(SAMPLE_PHOTO.read_bytes())
    return tmp_path


def test_it_draws_the_card_in_every_format_and_with_photos_of_its_own(
    shared: Callable[[str], Path], inputs: Path
):
    wishes = [
        *({"op": "save", "fmt": fmt, "path": str(inputs / fmt)} for fmt in ("jpeg", "png", "webp")),
        {"op": "run", "fmt": "jpeg", "hero": "new", "n": 2},
        {"op": "run", "fmt": "jpeg", "hero": "same", "n": 2},
    ]
    folder = shared("bench-cards/workers")

    finished = subprocess.run(
        [sys.executable, _WORKER],
        input="".join(f"{json.dumps(wish)}\n" for wish in wishes),
        env={**os.environ, "PYTHONPATH": str(folder), "BENCH_INPUTS": str(inputs)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    ready, *answers = [json.loads(line) for line in finished.stdout.splitlines()]
    assert ready["fmts"] == ["jpeg", "png", "webp"]
    for fmt, answer in zip(("jpeg", "png", "webp"), answers, strict=False):
        picture = Image.open(io.BytesIO((inputs / fmt).read_bytes()))
        assert (picture.size, picture.format) == ((1200, 630), fmt.upper())
        assert answer["bytes"] == (inputs / fmt).stat().st_size
    assert all(answer["bytes"] > 20_000 for answer in answers[3:])
