"""Kinds are found by their files' names; what cannot be loaded is named, never skipped."""

import importlib
import sys
from types import ModuleType

import pytest

import workers.roster
from service.discovery import discover
from service.domain.errors import Misconfigured


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of providers that lasts as long as the test: `package(name, file=source)`."""
    monkeypatch.syspath_prepend(tmp_path)
    made = []

    def make(name: str, **files: str) -> ModuleType:
        folder = tmp_path / name
        folder.mkdir()
        for file, source in {"__init__": "", "base": "BASE = 1", **files}.items():
            (folder / f"{file}.py").write_text(source)
        importlib.invalidate_caches()
        made.append(name)
        return importlib.import_module(name)

    yield make
    for name in [one for one in sys.modules if one.partition(".")[0] in made]:
        del sys.modules[name]


def test_a_new_file_is_a_new_kind(package):
    found = discover(package("kinds", pigeon="FACE = 'pigeon post'"), "FACE")

    assert found == {"pigeon": "pigeon post"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("FACED = 1", "broken_kinds.pigeon defines no FACE", id="nothing to find"),
        pytest.param("import no_such_thing", "No module named 'no_such_thing'", id="import"),
        pytest.param("FACE = (", "broken_kinds.pigeon cannot be loaded", id="syntax"),
        pytest.param("FACE = 1 / 0", "broken_kinds.pigeon cannot be loaded", id="fault at import"),
    ],
)
def test_a_file_that_cannot_be_loaded_stops_the_process_with_its_name(package, source, words):
    kinds = package("broken_kinds", pigeon=source, aardvark="FACE = 1")

    with pytest.raises(Misconfigured, match=r"broken_kinds\.pigeon") as caught:
        discover(kinds, "FACE")

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("faces", "voices", "words"),
    [
        pytest.param({"pigeon": "FACE = 1"}, {}, "pigeon has no voice", id="face alone"),
        pytest.param({}, {"pigeon": "VOICE = 1"}, "pigeon has no face", id="voice alone"),
    ],
)
def test_a_face_without_its_voice_stops_the_process_with_its_name(
    package, monkeypatch, faces, voices, words
):
    monkeypatch.setattr("service.channels", package("some_faces", **faces))
    monkeypatch.setattr("workers.channels", package("some_voices", **voices))

    with pytest.raises(Misconfigured, match=words):
        workers.roster.load_roster()


def test_every_kind_that_ships_has_both():
    kinds = workers.roster.load_roster().kinds

    assert {"simulated", "bluesky", "mastodon", "telegram", "webhook"} <= kinds.keys()
