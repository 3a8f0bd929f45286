"""Splitting paragraphs into sentences: sentencex first, then what it gets wrong in the news.

No character of a sentence is changed; only the space between sentences goes.
"""

from collections.abc import Iterator

import regex
import sentencex

from service.domain.words.abbreviations import BEFORE_A_NAME
from service.domain.words.languages import base_language


def split_sentences(text: str, *, language: str = "") -> list[str]:
    """Split `text` into sentences; a line break always ends one. Unknown languages are guessed."""
    code = base_language(language, text)
    return [
        sentence
        for line in text.splitlines()
        for part in _parts(line.strip())
        for sentence in _split_line(part, code)
    ]


def _parts(line: str) -> Iterator[str]:
    """Break an endless line at full stops: the splitter is quadratic in quotation marks."""
    while len(line) > _LONGEST_LINE:
        ends = [match.end() for match in _FULL_STOP.finditer(line, 0, _LONGEST_LINE)]
        end = ends[-1] if ends else _LONGEST_LINE
        yield line[:end]
        line = line[end:].lstrip()
    yield line


def _split_line(line: str, language: str) -> list[str]:
    pieces = [
        piece
        for part in sentencex.segment(language, line)
        for piece in _MISSED.split(part)
        if piece
    ]
    sentences: list[list[str]] = []
    for piece in pieces:
        if sentences and _belongs_together(sentences[-1][-1], piece.lstrip(), language):
            sentences[-1].append(piece)
        else:
            sentences.append([piece])
    joined = ("".join(parts).strip() for parts in sentences)
    return [sentence for sentence in joined if sentence]


def _belongs_together(before: str, after: str, language: str) -> bool:
    before = before.rstrip()
    if not before or not after:
        return True
    last_word = before.rsplit(None, 1)[-1].casefold().lstrip("(«“\"'‘„")
    return (
        (last_word in BEFORE_A_NAME.get(language, ()) and not _OPENS_QUOTE.match(after))
        or bool(_GOES_ON.match(after))
        or (before.endswith(("」", "』")) and after.startswith("と"))
        or (before.endswith("”") and bool(_CHINESE_SPEAKER.match(after)))
    )


_LONGEST_LINE = 5_000
_FULL_STOP = regex.compile(r"(?<=\p{Ll}{4}[.!?])\s|[。！？।]")

# Washington, D.C. “Will it end?” he asked. / 方針を決めた。2027年1月から適用する。
_MISSED = regex.compile(
    r"(?<=\p{Lu}\.)(?=\s[“«„]\p{Lu}[^“”«»„]{2,}[.?!,…][”»“])|(?<=[。！？])(?=\p{Nd})"
)
_OPENS_QUOTE = regex.compile(r"[“«„‘\"'「『]")
# A small letter, an ordinal sign or a closing quote never begins a sentence.
_GOES_ON = regex.compile(r"[\p{Ll}º°ª”»’)\]】）」』,;]")
_CHINESE_SPEAKER = regex.compile(
    r"[^，。！？]{1,12}(?:说|表示|称|指出|问|道|說|稱|問)[，。：:！？]?"
)
