"""Cleaning a body: what the reporter wrote stays, what the page put around it goes.

When in doubt a line is dropped: the result feeds summaries only, and a lost sentence there costs
less than a share button in a post.
"""

from collections.abc import Iterator

import regex

from service.domain.words.furniture import ALONE, LABELS, OPENINGS, SHAPES, TAIL_LABELS
from service.domain.words.tidying import folded, one_line, tidy

_SHORTEST_OPEN_END = 100
_LONGEST_OPENING = 100
_LONGEST_FURNITURE = 300
_NARROWEST, _WIDEST = 50, 100
# Before this share of the lines two share buttons in a row are a bar below the headline.
_TAIL_FROM = 0.4


def clean_body(text: str, *, headline: str = "") -> str:
    """Return the story's own paragraphs, separated by blank lines."""
    lines = list(_lines(tidy(text)))
    lines = lines[: _tail_start(lines)]
    kept = [_without_dateline(line) for line in lines if not is_furniture(line)]
    paragraphs = _without_repeats(kept, headline=headline)
    finished = [line for line in paragraphs if _is_finished(line)]
    # A body without a single full stop is somebody's style, not a list of headings.
    return "\n\n".join(finished or paragraphs)


def is_furniture(line: str) -> bool:
    """Tell whether a line (or a sentence) belongs to the page, not to the story."""
    words = folded(line[:_LONGEST_OPENING])
    if _OPENING.match(words):
        return True
    if len(line) > _LONGEST_FURNITURE:
        return False
    label = _BEFORE_SEPARATOR.match(line)
    return (
        words in _LABELS
        or bool(_SHAPE.fullmatch(line.strip()))
        or (bool(label) and folded(label[0]) in _LABELS - ALONE)
    )


def ends_like_a_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line))


def _lines(text: str) -> Iterator[str]:
    for block in _BLANK_LINE.split(text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if _is_wrapped(lines):
            yield " ".join(lines)
        else:
            yield from lines


def _is_wrapped(lines: list[str]) -> bool:
    """Recognise a paragraph that an e-mail or a plain text file broke at a fixed width.

    Headings and captions are of one width at times, but go on with a capital.
    """
    return (
        all(len(line) >= _NARROWEST for line in lines[:-1])
        and all(len(line) <= _WIDEST for line in lines)
        and any(line[0].islower() for line in lines[1:])
        and not any(is_furniture(line) for line in lines)
    )


def _tail_start(lines: list[str]) -> int:
    """Find where two lines of the page's tail in a row end the story."""
    in_tail = [_is_tail(folded(line[:_LONGEST_OPENING])) for line in lines]
    first = int(len(lines) * _TAIL_FROM)
    for at in range(first, len(lines) - 1):
        if in_tail[at] and in_tail[at + 1]:
            return at
    return len(lines)


def _is_tail(words: str) -> bool:
    return words in _TAIL or bool(_OPENING.match(words))


def _without_dateline(line: str) -> str:
    return str(_DATELINE.sub("", line, count=1))


def _without_repeats(lines: list[str], *, headline: str) -> list[str]:
    seen = {folded(one_line(headline)), ""}
    kept = []
    for line in lines:
        words = folded(line)
        if words not in seen and not _is_headline_and_site(line, headline):
            kept.append(line)
        seen.add(words)
    return kept


def _is_headline_and_site(line: str, headline: str) -> bool:
    """Recognise the page's title: the headline, a separator, the outlet's name."""
    wanted = folded(headline)
    titles = (line.rpartition(separator)[0] for separator in (" | ", " - ", " – ", " — "))
    return bool(wanted) and any(folded(title) == wanted for title in titles)


def _is_finished(line: str) -> bool:
    if ends_like_a_sentence(line):
        return True
    # Thai, Lao, Khmer and Burmese end sentences with a space.
    return len(line) >= _SHORTEST_OPEN_END or bool(_UNPUNCTUATED.search(line))


def _phrases(table: dict[str, str]) -> frozenset[str]:
    phrases = (folded(phrase) for text in table.values() for phrase in text.split("|"))
    return frozenset(phrase for phrase in phrases if phrase)


_TAIL = _phrases(TAIL_LABELS)
_LABELS = _TAIL | _phrases(LABELS)
_SHAPE = regex.compile("|".join(SHAPES), flags=regex.IGNORECASE)

# These scripts write words without spaces, or glue the next word on.
_GLUED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Hebrew}]")
_OPENINGS = _phrases(OPENINGS)
_OPENING = regex.compile(
    r"\L<glued>|\L<worded>(?![\p{L}\p{M}\p{N}])",
    glued=[opening for opening in _OPENINGS if _GLUED.search(opening)],
    worded=[opening for opening in _OPENINGS if not _GLUED.search(opening)],
)
_BEFORE_SEPARATOR = regex.compile(r"[^:：|»›→]{1,40}(?=\s?[:：|»›→])")
_BLANK_LINE = regex.compile(r"\n\s*\n")
_SENTENCE_END = regex.compile(r"[.!?…。！？؟।॥۔።፧‽;]['\"’”»›」』）)\]\s]*\Z|[.!?]\s?[“‘„]\Z")
_UNPUNCTUATED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}](?:.*\S){30}")

_AGENCY = r"[(\[（【［](?=[^)\]）]*\p{L})[^()（）\[\]【】［］]{2,40}[)\]）】］]"
_CAPITALS = r"\p{Lu}[\p{Lu}\p{M}’'.\- ]{2,40}"
_DATELINE = regex.compile(
    "|".join(
        (
            # KYIV, Ukraine, May 31 (Reuters) - The / LAGOS — The
            rf"\A{_CAPITALS}(?:,\s?[^()–—:]{{2,40}})?\s?(?:{_AGENCY})?\s?(?:[–—]|\s--?\s)\s*+(?=\P{{Ll}})",
            # Paris (AFP) – Le / Madrid, 5 may (EFE).- El
            rf"\A[^\s()][^()–—.!?]{{1,40}}\s?{_AGENCY}\s?(?:\.?\s?[–—-]|:)\s*+(?=\P{{Ll}})",
            # Kampala, Uganda | THE INDEPENDENT | The
            r"\A\p{Lu}[\p{L}\p{M}., ]{2,40}\|[^|]{2,40}\|\s*",
            # 新华社北京5月5日电（记者张三） / 【ロンドン共同】 / ［東京 ５日 ロイター］ -
            r"\A\p{Han}{2,12}\d{1,2}月\d{1,2}日[电電](?:（[^）]{2,30}）)?\s*",
            r"\A[【［][^】］]{2,30}[】］]\s?[–—-]?\s*",
        )
    )
)
