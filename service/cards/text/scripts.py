"""Which script a character is written in, by its ISO 15924 tag.

Blocks, not the exact property: what is no letter, mark or digit belongs to no script and goes with
its neighbours, so the few exceptions inside of a block make no difference to how text is set.
"""

import re
import unicodedata
from bisect import bisect_right

# From each code point on. No tag: signs, marks and symbols that every script uses.
_BLOCKS = (
    (0x0000, "Latn"), (0x02B0, ""), (0x0370, "Grek"), (0x0400, "Cyrl"), (0x0530, "Armn"),
    (0x0590, "Hebr"), (0x0600, "Arab"), (0x0700, "Syrc"), (0x0750, "Arab"), (0x0780, "Thaa"),
    (0x07C0, "Nkoo"), (0x0800, "Samr"), (0x0840, "Mand"), (0x0860, "Syrc"), (0x0870, "Arab"),
    (0x0900, "Deva"), (0x0980, "Beng"), (0x0A00, "Guru"), (0x0A80, "Gujr"), (0x0B00, "Orya"),
    (0x0B80, "Taml"), (0x0C00, "Telu"), (0x0C80, "Knda"), (0x0D00, "Mlym"), (0x0D80, "Sinh"),
    (0x0E00, "Thai"), (0x0E80, "Laoo"), (0x0F00, "Tibt"), (0x1000, "Mymr"), (0x10A0, "Geor"),
    (0x1100, "Hang"), (0x1200, "Ethi"), (0x13A0, "Cher"), (0x1400, "Cans"), (0x1680, "Ogam"),
    (0x16A0, "Runr"), (0x1700, "Tglg"), (0x1720, "Hano"), (0x1740, "Buhd"), (0x1760, "Tagb"),
    (0x1780, "Khmr"), (0x1800, "Mong"), (0x18B0, "Cans"), (0x1900, "Limb"), (0x1950, "Tale"),
    (0x1980, "Talu"), (0x19E0, "Khmr"), (0x1A00, "Bugi"), (0x1A20, "Lana"), (0x1AB0, ""),
    (0x1B00, "Bali"), (0x1B80, "Sund"), (0x1BC0, "Batk"), (0x1C00, "Lepc"), (0x1C50, "Olck"),
    (0x1C80, "Cyrl"), (0x1C90, "Geor"), (0x1CC0, "Sund"), (0x1CD0, ""), (0x1D00, "Latn"),
    (0x1DC0, ""), (0x1E00, "Latn"), (0x1F00, "Grek"), (0x2000, ""), (0x2C00, "Glag"),
    (0x2C60, "Latn"), (0x2C80, "Copt"), (0x2D00, "Geor"), (0x2D30, "Tfng"), (0x2D80, "Ethi"),
    (0x2DE0, "Cyrl"), (0x2E00, ""), (0x2E80, "Hani"), (0x3000, ""), (0x3005, "Hani"),
    (0x3008, ""), (0x3021, "Hani"), (0x302A, ""), (0x3041, "Hira"), (0x3099, ""),
    (0x309D, "Hira"), (0x30A0, "Kana"), (0x3100, "Bopo"), (0x3130, "Hang"), (0x3190, ""),
    (0x31A0, "Bopo"), (0x31C0, ""), (0x31F0, "Kana"), (0x3200, ""), (0x3400, "Hani"),
    (0x4DC0, ""), (0x4E00, "Hani"), (0xA000, "Yiii"), (0xA4D0, "Lisu"), (0xA500, "Vaii"),
    (0xA640, "Cyrl"), (0xA6A0, "Bamu"), (0xA700, ""), (0xA722, "Latn"), (0xA800, "Sylo"),
    (0xA830, ""), (0xA840, "Phag"), (0xA880, "Saur"), (0xA8E0, "Deva"), (0xA900, "Kali"),
    (0xA930, "Rjng"), (0xA960, "Hang"), (0xA980, "Java"), (0xA9E0, "Mymr"), (0xAA00, "Cham"),
    (0xAA60, "Mymr"), (0xAA80, "Tavt"), (0xAAE0, "Mtei"), (0xAB00, "Ethi"), (0xAB30, "Latn"),
    (0xAB70, "Cher"), (0xABC0, "Mtei"), (0xAC00, "Hang"), (0xD800, ""), (0xF900, "Hani"),
    (0xFB00, "Latn"), (0xFB13, "Armn"), (0xFB1D, "Hebr"), (0xFB50, "Arab"), (0xFE00, ""),
    (0xFE70, "Arab"), (0xFEFF, ""), (0xFF21, "Latn"), (0xFF5B, ""), (0xFF66, "Kana"),
    (0xFFA0, "Hang"), (0xFFE0, ""), (0x1E900, "Adlm"), (0x1E960, ""), (0x20000, "Hani"),
    (0x40000, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]
_FIRST_OTHER_DIGIT = "\u0660"

# The characters of Chinese, Japanese and Korean, whose shapes depend on the language.
EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Bopo", "Hang"})
# Written without spaces, so that only a dictionary knows where a word ends.
WITHOUT_SPACES = frozenset({"Thai", "Laoo", "Khmr", "Mymr", "Lana", "Tale", "Talu", "Tavt"})
# Letters that join or stack: moved closer together or apart they become other shapes.
JOINED = frozenset(
    {"Arab", "Syrc", "Mand", "Mong", "Nkoo", "Adlm", "Phag", "Deva", "Beng", "Guru", "Gujr", "Orya"}
    | {"Taml", "Telu", "Knda", "Mlym", "Sinh", "Tibt", "Sylo", "Bali", "Java"}
    | WITHOUT_SPACES
)
# A word of these that is cut ends in a hyphen; elsewhere a hyphen would be a spelling mistake.
HYPHENATED = frozenset({"Latn", "Grek", "Cyrl", "Armn", "Geor", "Copt", "Glag"})

# Each of these characters is a whole one to readers, runs from left to right and has no second
# shape as an emoji. The short way through the whole of this room is for texts of nothing else.
_SIMPLE = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02af\u0370-\u0482\u048a-\u0559\u0561-\u0588\u1e00-\u1fff"
    "\u2010-\u2027\u202f-\u203b\u2044\u20a0-\u20bf\u2100-\u2121\u2123-\u2138\u2150-\u218b]*"
)


def script_of(character: str) -> str:
    """Return the tag of a letter, mark or digit; nothing for what every script uses."""
    category = unicodedata.category(character)
    is_digit_of_all = category == "Nd" and character < _FIRST_OTHER_DIGIT
    if is_digit_of_all or (category[0] not in "LM" and category != "Nd"):
        return ""
    return _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1]


def is_simple(text: str) -> bool:
    """Say whether every character stands for itself and the text runs from left to right."""
    return _SIMPLE.fullmatch(text) is not None


def east_asian_language(text: str, language: str) -> str:
    """Return whose characters are meant: `language`, or what the text tells where it is another.

    The same character of Chinese, Japanese and Korean is drawn differently in each, so an English
    site that quotes Japanese must not get Chinese shapes.
    """
    if language.lower().split("-")[0] in {"zh", "ja", "ko"}:
        return language
    scripts = {script_of(character) for character in text if character > "\u10ff"}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    if "Hang" in scripts:
        return "ko"
    return "zh-Hans" if scripts & EAST_ASIAN else language
