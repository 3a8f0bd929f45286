"""Which language a text is in, when its CMS does not say: by its script, then by small words.

A wrong guess costs a less well chosen sentence, never a wrong one.
"""

from functools import lru_cache

import regex

from service.domain.words.grammar import GRAMMARS

_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("ko", regex.compile(r"\p{Hangul}")),
    ("zh", regex.compile(r"\p{Han}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("am", regex.compile(r"\p{Ethiopic}")),
    ("hi", regex.compile(r"\p{Devanagari}")),
    ("bn", regex.compile(r"\p{Bengali}")),
    ("he", regex.compile(r"\p{Hebrew}")),
    ("el", regex.compile(r"\p{Greek}")),
    ("ur", regex.compile(r"[ٹڈڑںےہ]")),
    ("fa", regex.compile(r"[پچژگی]")),
    ("ar", regex.compile(r"\p{Arabic}")),
    ("uk", regex.compile(r"[іїєґ]")),
    ("ru", regex.compile(r"\p{Cyrillic}")),
)
_SAMPLE = 2000
# Fewer letters of a script are a foreign name, not the language. Ukrainian, Urdu and Persian are
# told by letters that their neighbours lack, and those are never many.
_SHARE = 0.1
_TELLING_SHARE = 0.03
_TELLING = frozenset(("uk", "ur", "fa"))
_FALLBACK = "en"
_WORD = regex.compile(r"[\p{L}\p{M}']+")


def base_language(language: str, text: str) -> str:
    """Return the language without region or script (`pt-BR` is `pt`), guessed when empty."""
    if language:
        return language.replace("_", "-").split("-")[0].lower()
    return _guess(text[:_SAMPLE])


@lru_cache(maxsize=128)
def _guess(sample: str) -> str:
    letters = sum(char.isalpha() for char in sample)
    for language, script in _SCRIPTS:
        share = _TELLING_SHARE if language in _TELLING else _SHARE
        if len(script.findall(sample)) > letters * share:
            return language
    words = _WORD.findall(sample.casefold())
    scores = {
        language: sum(word in grammar.small_words for word in words)
        for language, grammar in GRAMMARS.items()
    }
    best = max(scores, key=lambda language: scores[language], default=_FALLBACK)
    return best if scores[best] else _FALLBACK
