"""Making text safe to print: one normal form, no invisible characters that change what is seen.

Joiners (ZWJ, ZWNJ) stay: Persian, Indic scripts and emoji are misspelt without them.
"""

import unicodedata

import regex

_LINE_BREAK = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028]")
_PARAGRAPH_BREAK = regex.compile(r"\u2029")
# Overrides and embeddings can show a text in another order than the one that was checked.
_UNPRINTABLE = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Co}--[\n\t]]|[\u00ad\u034f\u180e\u200b\u202a-\u202e"
    r"\u2060-\u2069\ufeff\ufff9-\uffff]",
    flags=regex.V1,
)
_SPACES = regex.compile(r"[ \t\u2000-\u2008\u200a\u3000]+")
_NOT_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_ANY_SPACE = regex.compile(r"\s+")


def tidy(text: str) -> str:
    """Normalise to NFC, drop what cannot be seen, and keep line breaks as they are."""
    text = _PARAGRAPH_BREAK.sub("\n\n", _LINE_BREAK.sub("\n", text))
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))
    return str(_SPACES.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """Tidy `text` and put it on one line, as a headline is."""
    tidied = tidy(text)
    return str(_ANY_SPACE.sub(" ", tidied)) if "\n" in tidied else tidied


def folded(text: str) -> str:
    """Reduce `text` to what makes two lines the same to a reader: letters and digits."""
    return str(_NOT_WORD.sub(" ", text.casefold())).strip()
