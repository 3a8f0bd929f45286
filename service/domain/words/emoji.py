"""The emoji that X counts as two units whatever they are made of.

X's counter knows Emoji 11 (2018). A younger sequence costs the sum of its parts there, so the
younger bases and joined professions are left out on purpose: counting them as two would let a
post pass that X may refuse.
"""

import regex

_SKIN = r"[\U0001F3FB-\U0001F3FF]"

# Bases that took a skin tone only after Emoji 11.
_YOUNGER_BASES = (
    r"\U0001F46B-\U0001F46D\U0001F48F\U0001F491\U0001F90C\U0001F90F\U0001F91D\U0001F977"
    r"\U0001F9BB\U0001F9CD-\U0001F9CF\U0001FAC3-\U0001FAC5\U0001FAF0-\U0001FAF8"
)
_TONED = rf"[\p{{Emoji_Modifier_Base}}--[{_YOUNGER_BASES}]]{_SKIN}"
_PERSON = r"[\U0001F468\U0001F469]"
_HEART = r"\u2764\uFE0F?"
_JOB = (
    r"(?:[\u2695\u2696\u2708]\uFE0F?|[\U0001F33E\U0001F373\U0001F393\U0001F3A4\U0001F3A8"
    r"\U0001F3EB\U0001F3ED\U0001F4BB\U0001F4BC\U0001F527\U0001F52C\U0001F680\U0001F692"
    r"\U0001F9B0-\U0001F9B3])"
)
_GENDERED = (
    r"[\u26F9\U0001F3C3\U0001F3C4\U0001F3CA-\U0001F3CC\U0001F46E\U0001F46F\U0001F470\U0001F471"
    r"\U0001F473\U0001F477\U0001F481\U0001F482\U0001F486\U0001F487\U0001F575\U0001F645-\U0001F647"
    r"\U0001F64B\U0001F64D\U0001F64E\U0001F6A3\U0001F6B4-\U0001F6B6\U0001F926\U0001F937-\U0001F939"
    r"\U0001F93C-\U0001F93E\U0001F9B8\U0001F9B9\U0001F9D6-\U0001F9DF]"
)
_JOINED = "|".join(
    (
        rf"{_PERSON}\u200D{_HEART}\u200D(?:\U0001F48B\u200D)?{_PERSON}",
        rf"{_PERSON}(?:\u200D{_PERSON})?(?:\u200D[\U0001F466\U0001F467]){{1,2}}",
        rf"{_PERSON}{_SKIN}?\u200D{_JOB}",
        rf"{_GENDERED}(?:{_SKIN}|\uFE0F)?\u200D[\u2640\u2642]\uFE0F?",
        r"\U0001F441\uFE0F?\u200D\U0001F5E8\uFE0F?",
        r"\U0001F3F3\uFE0F?\u200D\U0001F308",
        r"\U0001F3F4\u200D\u2620\uFE0F?",
        r"\U0001F3F4[\U000E0061-\U000E007A]{5}\U000E007F",
    )
)

X_EMOJI = regex.compile(
    rf"[#*0-9]\uFE0F?\u20E3|\p{{RI}}\p{{RI}}|{_JOINED}|{_TONED}"
    r"|[\p{Extended_Pictographic}--\p{ASCII}]\uFE0F",
    flags=regex.V1,
)
