"""Which way a line of text runs, and in which order its pieces stand.

The implicit rules of the Unicode Bidirectional Algorithm (UAX #9: P2-P3, W1-W7, N0-N2, I1-I2, L2),
which decide every ordinary headline. Explicit embeddings, overrides and isolates are not read:
`shaping.clean` takes them out of headlines, where they are leftovers of copying.
"""

import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise


class Direction(IntEnum):
    """The level a paragraph starts from."""

    LEFT_TO_RIGHT = 0
    RIGHT_TO_LEFT = 1


RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
)

_BRACKETS = {"(": ")", "[": "]", "{": "}", "\u2045": "\u2046", "\u207d": "\u207e"}
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_STRONG_IN_NEUTRALS = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def base_direction(text: str, language: str = "") -> Direction:
    """Take the direction of the first strong letter; the language decides where there is none."""
    for character in text:
        bidi = unicodedata.bidirectional(character)
        if bidi == "L":
            return Direction.LEFT_TO_RIGHT
        if bidi in {"R", "AL"}:
            return Direction.RIGHT_TO_LEFT
    is_rtl = language.lower().split("-")[0] in RIGHT_TO_LEFT_LANGUAGES
    return Direction.RIGHT_TO_LEFT if is_rtl else Direction.LEFT_TO_RIGHT


def levels_of(text: str, base: Direction) -> list[int]:
    """Return the embedding level of every character: odd ones run right to left."""
    side = "R" if base else "L"
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    _resolve_weak(kinds, side)
    _resolve_brackets(text, kinds, side)
    _resolve_neutrals(kinds, side)
    return [_level(kind, base) for kind in kinds]


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the indices of pieces (one level each) from left to right (rule L2)."""
    order = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    if not odd:
        return order
    for threshold in range(max(levels), min(odd) - 1, -1):
        start = 0
        while start < len(order):
            if levels[order[start]] < threshold:
                start += 1
                continue
            end = start
            while end < len(order) and levels[order[end]] >= threshold:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return order


def _resolve_weak(kinds: list[str], side: str) -> None:
    _marks_follow_their_letter(kinds, side)
    strong = side
    for index, kind in enumerate(kinds):  # W2, W3
        if kind in {"L", "R", "AL"}:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[index] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    _join_numbers(kinds)
    strong = side
    for index, kind in enumerate(kinds):  # W7
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"


def _marks_follow_their_letter(kinds: list[str], side: str) -> None:
    previous = side
    for index, kind in enumerate(kinds):  # W1; invisible controls are carried along in the same way
        if kind in {"NSM", "BN"}:
            kinds[index] = previous
        previous = kinds[index]


def _join_numbers(kinds: list[str]) -> None:
    for index in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[index - 1 : index + 2]
        is_inside = before == after and (
            (kind == "ES" and before == "EN") or (kind == "CS" and before in {"EN", "AN"})
        )
        if is_inside:
            kinds[index] = before
    for start, end in _stretches(kinds, frozenset({"ET"})):  # W5
        touches = "EN" in {*kinds[max(start - 1, 0) : start], *kinds[end : end + 1]}
        if touches:
            kinds[start:end] = ["EN"] * (end - start)
    kinds[:] = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in kinds]  # W6


def _resolve_brackets(text: str, kinds: list[str], side: str) -> None:
    for opening, closing in _bracket_pairs(text, kinds):  # N0
        inside = {_STRONG_IN_NEUTRALS.get(kind) for kind in kinds[opening + 1 : closing]} - {None}
        if not inside:
            continue
        found = side
        if side not in inside:
            before = [_STRONG_IN_NEUTRALS[k] for k in kinds[:opening] if k in _STRONG_IN_NEUTRALS]
            found = before[-1] if before else side
        kinds[opening] = kinds[closing] = found


def _bracket_pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    open_at: list[int] = []
    for index, character in enumerate(text):
        if kinds[index] != "ON":
            continue
        if character in _BRACKETS:
            open_at.append(index)
            continue
        matching = [i for i in reversed(open_at) if _BRACKETS[text[i]] == character]
        if matching:
            pairs.append((matching[0], index))
            del open_at[open_at.index(matching[0]) :]
    return sorted(pairs)


def _resolve_neutrals(kinds: list[str], side: str) -> None:
    for start, end in _stretches(kinds, _NEUTRAL):  # N1, N2
        before = _STRONG_IN_NEUTRALS[kinds[start - 1]] if start else side
        after = _STRONG_IN_NEUTRALS[kinds[end]] if end < len(kinds) else side
        kinds[start:end] = [before if before == after else side] * (end - start)


def _stretches(kinds: Sequence[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
    edges = [index for index, kind in enumerate(kinds) if kind in wanted]
    if not edges:
        return []
    cuts = [position + 1 for position, (a, b) in enumerate(pairwise(edges)) if b != a + 1]
    bounds = pairwise([0, *cuts, len(edges)])
    return [(edges[start], edges[end - 1] + 1) for start, end in bounds]


def _level(kind: str, base: Direction) -> int:
    if kind == "L":  # I1, I2
        return 2 if base else 0
    if kind == "R":
        return 1
    return 2
