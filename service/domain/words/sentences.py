"""Splitting paragraphs into sentences: sentencex first, then what it gets wrong in the news.

No character of a sentence is changed; only the space between sentences goes.
"""

import regex
import sentencex

from service.domain.words.abbreviations import BEFORE_A_NAME
from service.domain.words.languages import base_language


def split_sentences(text: str, *, language: str = "") -> list[str]:
    """Split `text` into sentences; a line break always ends one. Unknown languages are guessed."""
    code = base_language(language, text)
    return [sentence for line in text.splitlines() for sentence in _split_line(line.strip(), code)]


def _split_line(line: str, language: str) -> list[str]:
    pieces = [
        piece
        for part in sentencex.segment(language, line)
        for piece in _MISSED.split(part)
        if piece
    ]
    sentences: list[str] = []
    for piece in pieces:
        if sentences and _belongs_together(sentences[-1], piece.lstrip(), language):
            sentences[-1] += piece
        else:
            sentences.append(piece)
    return [sentence.strip() for sentence in sentences if sentence.strip()]


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
