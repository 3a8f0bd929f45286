"""Where a text may be broken: into lines (UAX #14), phrases, and characters as readers see them.

Every piece is a pair of offsets in Python's characters. ICU's own offsets count UTF-16 units and
would be wrong after the first emoji, so what ICU returns is measured piece by piece.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from service.cards.text.scripts import EAST_ASIAN, script_of

if TYPE_CHECKING:
    from budoux import Parser

# Spaces that may hang at the end of a line. The no-break ones are not here: they belong to words.
_SPACES = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009"
    "\u200a\u2028\u2029\u205f\u3000"
)
# Words of Latin, Greek and Cyrillic letters that break nowhere but at spaces. ICU would say the
# same, but loading it costs more than setting the whole headline.
_LETTER = "[0-9A-Za-zÀ-ÖØ-öø-ɏΆΈ-ΊΌΎ-ΡΣ-ώ\u0400-\u0481\u048a-\u052f]"
_PLAIN_WORD = rf"[\"'(]?\$?{_LETTER}+(?:[.,:'’]{_LETTER}+)*%?[)\"'’]*[.,:;!?]*[)\"'’]*"
_PLAIN = re.compile(rf"{_PLAIN_WORD}(?: +{_PLAIN_WORD})* *")
_WORD_AND_SPACES = re.compile("[^ ]+ *")
# Below it no character joins the one before, a line feed after a carriage return excepted.
_FIRST_MARK = "\u0300"
# Behind it come the scripts that break between any two letters.
_LAST_ALPHABET = "\u10ff"
_ADDRESS = re.compile(r"://|^www\.|\w\.[a-z]{2,}/", re.IGNORECASE)
_TRADITIONAL_CHINESE = frozenset({"hant", "tw", "hk", "mo"})
_PLUS_OR_MINUS = frozenset("+-−±")
# "This" behind a noun: Thai writes "today" and "now" with it, and no reader would part them.
_THAI_THIS = "นี้"
# Languages whose readers take a preposition of one letter at the end of a line for a mistake.
LANGUAGES_WITH_LONE_LETTERS = frozenset({"be", "cs", "pl", "ru", "sk", "uk"})
_LONE_LETTERS = frozenset("aikosuvwzавиійкосуяз")


def segments(text: str, language: str = "") -> list[tuple[int, int]]:
    """Return the pieces that lines are made of: (start, end without the spaces that follow).

    A line may end after each of them; the next piece starts behind the spaces. A piece that is
    nothing but spaces is empty.
    """
    return _without_spaces(text, _line_pieces(text, language))


def phrases(text: str, language: str = "") -> list[tuple[int, int]]:
    """Return the larger pieces between which a headline reads best when it is broken.

    They differ from `segments` in Japanese and Chinese (groups of sense), Korean (words) and the
    languages that keep a word of one letter with the next. A phrase that is wider than a line is
    to be broken into its segments.
    """
    pieces = _line_pieces(text, language)
    main, *others = re.split("[-_]", language.lower())
    if main in LANGUAGES_WITH_LONE_LETTERS:
        joined = {start for start, _ in pieces if not _follows_lone_letter(text, start)}
        return _without_spaces(text, _broken_only_at(joined, pieces))
    if main not in {"ja", "ko", "zh"} or len(pieces) == 1:
        return _without_spaces(text, pieces)
    good = {start for start, _ in pieces if start and text[start - 1] in _SPACES}
    if main != "ko":
        is_traditional = not _TRADITIONAL_CHINESE.isdisjoint(others)
        model = "ja" if main == "ja" else "zh-hant" if is_traditional else "zh-hans"
        good.update(accumulate(len(group) for group in _sense_parser(model).parse(text)))
        good = {at for at in good if at >= len(text) or not _parts_counter(text, at)}
    return _without_spaces(text, _broken_only_at(good, pieces))


def graphemes(text: str) -> list[tuple[int, int]]:
    """Return what readers call characters: an emoji family, a letter with its marks."""
    if "\r" not in text and max(text, default="") < _FIRST_MARK:
        return [(index, index + 1) for index in range(len(text))]
    from icu4py.breakers import CharacterBreaker  # noqa: PLC0415 - not needed for most headlines

    return _spans(CharacterBreaker(text, "en"))


def _line_pieces(text: str, language: str) -> list[tuple[int, int]]:
    if _PLAIN.fullmatch(text):
        return _spans(_WORD_AND_SPACES.findall(text))
    from icu4py.breakers import LineBreaker  # noqa: PLC0415 - not needed for most headlines

    pieces = _spans(LineBreaker(text, _locale(language)))
    good = {start for start, _ in pieces if not _keeps_together(text, start)}
    return _broken_only_at(good, pieces)


def _locale(language: str) -> str:
    # In large type no Japanese line should start with a small kana or a length mark. Other
    # languages forbid that anyway, and strict would break Korean before quotation marks.
    return f"{language}@lb=strict" if language[:2].lower() == "ja" else language or "en"


def _keeps_together(text: str, at: int) -> bool:
    """Say whether the line should not be broken at `at`, though UAX #14 allows it.

    UAX #14 thinks of addresses and breaks after every slash, which tears "and/or", it lets a line
    start with the dash of a word before it, and it parts a sign from the currency behind it.
    """
    before, after = text[at - 1 : at], text[at : at + 1]
    if _is_within_figures(text, at):
        return True
    if before == "/" and after.isalpha() and after <= _LAST_ALPHABET:
        word = text[text.rfind(" ", 0, at) + 1 : at]
        return not _ADDRESS.search(word)
    if before in _PLUS_OR_MINUS and unicodedata.category(after) == "Sc":
        return True
    if text.startswith(_THAI_THIS, at):
        return not before.isspace()
    return after == "—" and before.isalnum() and before <= _LAST_ALPHABET


def _is_within_figures(text: str, at: int) -> bool:
    """Say whether `at` parts 08:15–10:20 or "≈ 12"."""
    if text[at - 2 : at] == "≈ ":
        return True
    is_range = text[at - 1 : at] == "–" and text[at : at + 1].isdecimal()
    return is_range and text[at - 2 : at - 1].isdecimal()


def _parts_counter(text: str, at: int) -> bool:
    """Say whether `at` parts a figure from what it counts: 30秒, 38か所."""
    return text[at - 1 : at].isdecimal() and script_of(text[at]) in EAST_ASIAN


def _follows_lone_letter(text: str, at: int) -> bool:
    before = text[:at].rstrip(_SPACES)
    is_word = not before[-2:-1].isalnum() and before[-2:-1] not in {"'", "’", "-"}
    return is_word and before[-1:].lower() in _LONE_LETTERS


def _broken_only_at(good: Collection[int], pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    starts = [start for start, _ in pieces if start == 0 or start in good]
    ends = [end for _, end in pieces[-1:]]
    return list(pairwise(starts + ends))


def _without_spaces(text: str, pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, start + len(text[start:end].rstrip(_SPACES))) for start, end in pieces]


def _spans(pieces: Iterable[str]) -> list[tuple[int, int]]:
    return list(pairwise(accumulate((len(piece) for piece in pieces), initial=0)))


@lru_cache
def _sense_parser(model: str) -> "Parser":
    """Load what finds groups of sense; 10 ms, so only for a headline that has them."""
    import budoux  # noqa: PLC0415 - for two languages only

    if model == "ja":
        return budoux.load_default_japanese_parser()
    if model == "zh-hant":
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()
