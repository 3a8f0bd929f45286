"""Our line breaks beside those of a real Chromium, on headlines in many languages.

Both set the same words in the same font files at the same size. The page names the font of every
run, because which font a full stop comes from is our own choice and no question of breaking.
"""

import base64
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service.cards.text.direction import Direction
from service.cards.text.fonts import FONTS_FOLDER, Stack, stack_of
from service.cards.text.shaping import Paragraph

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("headlines.toml").read_text("utf-8"))
_SIZE = 48
_LINE_HEIGHT = 4 * _SIZE
_WIDTHS = (420, 640, 1000)
_EQUAL_SHARE = 0.98

# Lines so high that the boxes of all fonts in a line lie within it. Strict kinsoku is our choice
# for Japanese, and full-width brackets are as wide in our lines as their font makes them.
_STYLE = f"""
p {{ margin: 0; font-size: {_SIZE}px; line-height: {_LINE_HEIGHT}px; font-kerning: normal;
     text-rendering: geometricPrecision; text-spacing-trim: space-all }}
p:lang(ja) {{ line-break: strict }}
"""
_READ_LINES = """async (height) => {
  for (const font of document.fonts) await font.load();
  return Array.from(document.querySelectorAll("p"), (paragraph) => {
    const top = paragraph.getBoundingClientRect().top, range = document.createRange(), lines = [];
    const nodes = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let line = 0;
    for (let node = nodes.nextNode(); node; node = nodes.nextNode())
      for (let at = 0; at < node.length; at++) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = Array.from(range.getClientRects()).find((each) => each.width > 0);
        // What has no box, such as a mark, stands on the line of the character before.
        if (box && node.data[at] !== " ")
          line = Math.floor(((box.top + box.bottom) / 2 - top) / height);
        lines[line] = (lines[line] || "") + node.data[at];
      }
    return lines.map((each) => each.trim());
  });
}"""


@dataclass(frozen=True, slots=True)
class _Headline:
    """One headline, measured, and the width to which it is broken."""

    language: str
    width: int
    paragraph: Paragraph = field(repr=False)

    @property
    def text(self) -> str:
        return self.paragraph.text

    def our_lines(self) -> list[str]:
        """Fill one line after the other: a piece goes to the next when it no longer fits."""
        lines: list[tuple[int, int]] = []
        for start, end in self.paragraph.segments:
            if lines and self.paragraph.width(lines[-1][0], end) * _SIZE <= self.width:
                lines[-1] = (lines[-1][0], end)
            elif start < end:
                lines.append((start, end))
        return [self.text[start:end] for start, end in lines]

    def html(self, stack: Stack) -> str:
        runs = stack.fonts_for(self.text, self.language)
        spans = "".join(
            f'<span style="font-family: {font.name}">{escape(self.text[start:end])}</span>'
            for font, start, end in runs
        )
        way = "rtl" if self.paragraph.base is Direction.RIGHT_TO_LEFT else "ltr"
        return f'<p lang="{self.language}" dir="{way}" style="width: {self.width}px">{spans}</p>'


@pytest.fixture(scope="module")
def stack() -> Stack:
    return stack_of("NotoSans-Bold")


@pytest.fixture(scope="module")
def headlines(stack: Stack) -> list[_Headline]:
    found = []
    for row in _DATA["languages"]:
        for text in row["headlines"]:
            paragraph = Paragraph(text, stack, tracking=0, language=row["language"])
            assert not paragraph.missing, (
                f"no font has {sorted(paragraph.missing)} of {text!r}: `make fonts` brings those "
                "that are too large for git"
            )
            found += [_Headline(row["language"], width, paragraph) for width in _WIDTHS]
    return found


@pytest.fixture(scope="module")
def their_lines(chromium: "Browser", headlines: list[_Headline], stack: Stack) -> list[list[str]]:
    used = {
        font.name
        for headline in headlines
        for font, _, _ in stack.fonts_for(headline.text, headline.language)
    }
    page = chromium.new_page()
    page.set_content(
        f"<!doctype html><style>{_font_faces(used)}{_STYLE}</style>"
        + "".join(headline.html(stack) for headline in headlines)
    )
    lines: list[list[str]] = page.evaluate(_READ_LINES, _LINE_HEIGHT)
    loaded = page.evaluate("() => Array.from(document.fonts, (font) => font.status)")
    page.close()
    assert loaded == ["loaded"] * len(used)
    return lines


def _font_faces(names: Iterable[str]) -> str:
    rows = tomllib.loads((FONTS_FOLDER / "fonts.toml").read_text("utf-8"))["fonts"]
    files = {row["name"]: FONTS_FOLDER / row.get("file", f"{row['name']}.ttf") for row in rows}
    return "".join(
        f"@font-face {{ font-family: {name}; src: url(data:font/ttf;base64,"
        f"{base64.b64encode(files[name].read_bytes()).decode()}) }}"
        for name in sorted(names)
    )


def test_the_headlines_are_many_and_in_many_languages():
    texts = [text for row in _DATA["languages"] for text in row["headlines"]]

    assert len(set(texts)) == len(texts) >= 200
    assert len({row["language"] for row in _DATA["languages"]}) >= 16


def test_lines_end_where_they_do_in_chromium(headlines, their_lines):
    differing = {
        (headline.text, headline.width): (ours, theirs)
        for headline, theirs in zip(headlines, their_lines, strict=True)
        if (ours := headline.our_lines()) != theirs
    }
    explained = {text for row in _DATA["differences"] for text in row["headlines"]}

    assert sum(len(lines) > 1 for lines in their_lines) > 0.7 * len(headlines)
    surprises = [each for each in differing.items() if each[0][0] not in explained]
    assert surprises == []
    assert explained - {text for text, _ in differing} == set(), "no longer needed"
    assert 1 - len(differing) / len(headlines) >= _EQUAL_SHARE
