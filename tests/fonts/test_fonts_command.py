"""`kindly fonts`: what is here, and what cannot be had, in words for an operator."""

import pytest
from click.testing import CliRunner

from service.cli import kindly
from service.fonts import fetching
from service.fonts.fetching import FontSet
from service.fonts.ways import Way

_NOWHERE = Way(by="npm", packages=("nothing",), files={"nothing.ttf": "nothing"}, megabytes=1)


@pytest.fixture
def without_packages(tmp_path, monkeypatch):
    """A machine without any package manager, where nothing was fetched."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fetching, "font_sets", lambda: (FontSet("Klingon", {}, (_NOWHERE,)),))


def test_every_font_is_listed_with_its_size_licence_and_scripts():
    said = CliRunner().invoke(kindly, ["fonts"])

    assert said.exit_code == 0
    assert "NotoSansThai-Bold           0.0 MB  OFL-1.1   Thai\n" in said.output
    assert "Chinese, Japanese, Korean" in said.output
    assert said.output.endswith(" MB in all\n")


def test_fetching_again_does_and_says_nothing():
    said = CliRunner().invoke(kindly, ["fonts", "fetch"])

    assert (said.exit_code, said.output) == (0, "")


@pytest.mark.usefixtures("without_packages")
def test_a_card_that_lacks_letters_tells_how_to_get_fonts(tmp_path, monkeypatch):
    monkeypatch.setenv("KINDLY_DATA_DIR", str(tmp_path / "var"))
    out = str(tmp_path / "card.jpg")

    whole = CliRunner().invoke(kindly, ["card", "--headline", "Ferry", "--output", out])
    said = CliRunner().invoke(kindly, ["card", "--headline", "Ferry \U0001e5d0", "--output", out])

    assert "fetch" not in whole.output
    assert said.output.endswith(
        "left out: U+1E5D0\nfonts for Klingon are not here: `kindly fonts fetch` brings them\n"
    )


@pytest.mark.usefixtures("without_packages")
def test_fonts_that_cannot_be_had_are_named_with_what_follows():
    said = CliRunner().invoke(kindly, ["fonts", "fetch"])

    assert said.exit_code == 2
    assert "npm: there is no npm\n" in said.output
    assert "no package manager of this machine brought" in said.output
    assert "fonts for Klingon: cards leave those characters out" in said.output
