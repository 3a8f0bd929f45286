"""Where a word may be divided with a hyphen, by the dictionary of its language.

Of pyphen only the dictionaries are used, not its code: reading the German one with it takes a
second, and reading it as plain text, turning into numbers only the patterns that a word has,
takes fifty milliseconds. The method is Liang's: every pattern that occurs in a word votes between
its letters, the highest number wins, and an odd one divides.
"""

import re
from functools import lru_cache
from pathlib import Path

_SHORTEST_WORD = 7
# A stump of fewer letters saves no room and reads badly in large type.
_SHORTEST_START, _SHORTEST_END = 3, 3
_WORDS = re.compile(r"[^\W\d_]+")
_CHANGES = re.compile(rb"/.*")
_LONGEST_PATTERN = 24
# Whose words are meant where a language is named without a region, and it is not its namesake.
_USUAL = {"en": "en-us", "pt": "pt-pt"}
# Divides nothing, whatever other patterns say.
_NEVER = 8


def division_points(text: str, language: str) -> list[int]:
    """Return the places inside of `text` where a hyphen may stand; none in unknown languages."""
    patterns = _patterns(language.lower().replace("_", "-")) if language else {}
    if not patterns:
        return []
    points: list[int] = []
    for found in _WORDS.finditer(text):
        word, start = found.group(), found.start()
        if len(word) >= _SHORTEST_WORD:
            points += [start + at for at in _divided(word, patterns)]
    return points


def _divided(word: str, patterns: dict[str, str]) -> list[int]:
    marked = f".{word.lower()}."
    votes = [0] * (len(marked) + 1)
    for start in range(len(marked)):
        for end in range(start + 1, min(start + _LONGEST_PATTERN, len(marked)) + 1):
            pattern = patterns.get(marked[start:end])
            if pattern:
                for at, vote in enumerate(_votes(pattern), start):
                    votes[at] = max(votes[at], vote)
    # Lower case is longer than upper case in a few languages, and then places are not the same.
    if len(marked) != len(word) + 2:
        return []
    places = range(_SHORTEST_START, len(word) - _SHORTEST_END + 1)
    return [at for at in places if votes[at + 1] % 2]


@lru_cache(maxsize=4096)
def _votes(pattern: str) -> tuple[int, ...]:
    """Return the numbers between a pattern's letters, one before each and one behind the last."""
    letters, _, change = pattern.partition("/")
    votes = [0]
    for character in letters:
        if character.isdecimal():
            votes[-1] = int(character)
        else:
            votes.append(0)
    # A division that would change the word's spelling is left alone.
    return tuple(_NEVER if change and vote % 2 else vote for vote in votes)


@lru_cache(maxsize=8)
def _patterns(language: str) -> dict[str, str]:
    """Return a dictionary's patterns by their letters; empty where there is none."""
    path = _files().get(language) or _files().get(language.split("-", maxsplit=1)[0])
    if path is None:
        return {}
    first, _, body = path.read_bytes().replace(b"\r", b"").partition(b"\n")
    encoding = first.decode().strip()
    # Numbers leave while the letters are still bytes: thirty times faster. Comments and settings
    # stay in, as no word has their letters.
    letters = _CHANGES.sub(b"", body) if b"/" in body else body
    bare = letters.translate(None, b"0123456789").decode(encoding)
    return dict(zip(bare.split("\n"), body.decode(encoding).split("\n"), strict=True))


@lru_cache
def _files() -> dict[str, Path]:
    """Return the dictionaries there are, by language, and by region where they differ."""
    from importlib.util import find_spec  # noqa: PLC0415 - 3 ms, for few headlines

    package = find_spec("pyphen")
    if package is None or not package.submodule_search_locations:
        return {}
    folder = Path(package.submodule_search_locations[0]) / "dictionaries"
    found = sorted(folder.glob("hyph_*.dic"))
    by_region = {path.stem.removeprefix("hyph_").replace("_", "-").lower(): path for path in found}
    by_language = {name.split("-")[0]: path for name, path in by_region.items()}
    for language in list(by_language):
        usual = _USUAL.get(language, f"{language}-{language}")
        by_language.update({language: by_region[usual]} if usual in by_region else {})
    return {**by_language, **by_region}
