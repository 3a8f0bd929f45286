"""Which way a line of text runs, and in which order its pieces stand: UAX #9, all of its rules.

Characters that the algorithm removes (X9: embeddings, overrides and other invisible ones) keep a
place in every result. They take the level of the one before, so that they tear no word apart.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby, pairwise


class Direction(IntEnum):
    """The level a paragraph starts from."""

    LEFT_TO_RIGHT = 0
    RIGHT_TO_LEFT = 1


RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
)

# Below it there is no letter and no control that runs or turns from right to left.
_FIRST_RIGHT_TO_LEFT = "\u0590"
_DEEPEST_LEVEL = 125
_MOST_OPEN_BRACKETS = 63

_STRONG = {
    "L": Direction.LEFT_TO_RIGHT,
    "R": Direction.RIGHT_TO_LEFT,
    "AL": Direction.RIGHT_TO_LEFT,
}
_EMBEDDINGS = {"LRE": 0, "LRO": 0, "RLE": 1, "RLO": 1}
_OVERRIDES = {"LRO": "L", "RLO": "R"}
_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_REMOVED = frozenset({"LRE", "LRO", "RLE", "RLO", "PDF", "BN"})
_EXPLICIT = frozenset({"PDF", "PDI", *_EMBEDDINGS, *_ISOLATES})
# Where none of these is, what starts from the left stays at its level.
_TURNING = _EXPLICIT | {"R", "AL", "AN"}
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "PDI", *_ISOLATES})
# White space and what does not show, which hang over the end of a line.
_HANGING = frozenset({"WS", "PDI", *_ISOLATES, *_REMOVED})
# How a type counts where neutral characters look at their neighbours.
_SIDES = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
# I1 and I2: how far a type rises above an even and above an odd level.
_RISES = ({"L": 0, "R": 1, "EN": 2, "AN": 2}, {"L": 1, "R": 0, "EN": 1, "AN": 1})

_OPENING = "([{༺༼᚛⁅⁽₍⌈⌊❨❪❬❮❰❲❴⟅⟦⟨⟪⟬⟮⦃⦅⦇⦉⦋⦍⦏⦑⦓⦕⦗⧘⧚⧼⸢⸤⸦⸨⹕⹗⹙⹛〈《「『【〔〖〘〚﹙﹛﹝（［｛｟｢\u2329"
_CLOSING = ")]}༻༽᚜⁆⁾₎⌉⌋❩❫❭❯❱❳❵⟆⟧⟩⟫⟭⟯⦄⦆⦈⦊⦌⦐⦎⦒⦔⦖⦘⧙⧛⧽⸣⸥⸧⸩⹖⹘⹚⹜〉》」』】〕〗〙〛﹚﹜﹞）］｝｠｣\u232a"
# Unicode holds these two to be the same characters, so each closes what the other opens.
_SAME_AS = {"\u2329": "\u3008", "\u232a": "\u3009"}
_CLOSED_BY = {
    opening: _SAME_AS.get(closing, closing)
    for opening, closing in zip(_OPENING, _CLOSING, strict=True)
}

# The class of characters that Python's own table does not have yet, from the first code point on
# (DerivedBidiClass.txt): new letters of a right-to-left script run like the old ones. Against that
# file, pictures are neutral here wherever they may be added, so that a new emoji in front of a
# Hebrew headline does not turn it round.
_NOT_YET_KNOWN = (
    (0x0000, "L"), (0x0590, "R"), (0x0600, "AL"), (0x07C0, "R"), (0x0860, "AL"), (0x0900, "L"),
    (0x0ECE, "NSM"), (0x0ECF, "L"), (0x2065, "BN"), (0x2066, "L"), (0x20A0, "ET"), (0x20D0, "L"),
    (0xFB1D, "R"), (0xFB50, "AL"), (0xFDD0, "BN"), (0xFDF0, "AL"), (0xFE00, "L"), (0xFE70, "AL"),
    (0xFF00, "L"), (0xFFF0, "BN"), (0xFFF9, "L"), (0xFFFE, "BN"), (0x10000, "L"), (0x10800, "R"),
    (0x10D00, "AL"), (0x10D40, "R"), (0x10EC0, "AL"), (0x10EFA, "NSM"), (0x10F00, "R"),
    (0x10F30, "AL"), (0x10F70, "R"), (0x11000, "L"), (0x1E800, "R"), (0x1EC70, "AL"),
    (0x1ECC0, "R"), (0x1ED00, "AL"), (0x1ED50, "R"), (0x1EE00, "AL"), (0x1EF00, "R"),
    (0x1F000, "ON"), (0x1FB00, "L"), (0x1FC00, "ON"), (0x1FFFE, "BN"), (0x20000, "L"),
    (0xE0000, "BN"), (0xE1000, "L"),
)  # fmt: skip
_NOT_YET_KNOWN_FROM = [first for first, _ in _NOT_YET_KNOWN]
_NONCHARACTER = 0xFFFE


def base_direction(text: str, language: str = "") -> Direction:
    """Take the direction of the first strong letter (P2, P3), unless that letter misleads.

    A Hebrew headline may begin with a Latin name: where the language and most letters agree, they
    decide. The language decides alone where there is no letter.
    """
    kinds = [_kind(character) for character in text]
    first = _first_strong(kinds)
    is_rtl = language.lower().split("-")[0] in RIGHT_TO_LEFT_LANGUAGES
    spoken = Direction.RIGHT_TO_LEFT if is_rtl else Direction.LEFT_TO_RIGHT
    if first is None or (language and _mostly(kinds) is spoken):
        return spoken
    return first


def _mostly(kinds: Sequence[str]) -> Direction:
    sides = [_STRONG[kind] for kind in kinds if kind in _STRONG]
    return Direction.RIGHT_TO_LEFT if 2 * sum(sides) > len(sides) else Direction.LEFT_TO_RIGHT


def levels_of(text: str, base: Direction) -> list[int]:
    """Return the embedding level of every character: odd ones run right to left.

    The white space at the end gets the level of the paragraph (L1), so lines that are cut out of
    the text must end before their spaces.
    """
    if base is Direction.LEFT_TO_RIGHT and max(text, default="") < _FIRST_RIGHT_TO_LEFT:
        return [0] * len(text)
    kinds = _kinds(text)
    if base is Direction.LEFT_TO_RIGHT and _TURNING.isdisjoint(kinds):
        return [0] * len(text)
    levels: list[int] = []
    for start, end in _paragraphs(kinds):
        levels += _paragraph_levels(text[start:end], kinds[start:end], int(base))
    return levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the indices of pieces (one level each) from left to right (L2)."""
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


def _kinds(text: str) -> list[str]:
    kinds = list(map(unicodedata.bidirectional, text))
    return [_kind(character) for character in text] if "" in kinds else kinds


def _kind(character: str) -> str:
    return unicodedata.bidirectional(character) or _expected_kind(ord(character))


def _expected_kind(code: int) -> str:
    if code & _NONCHARACTER == _NONCHARACTER:
        return "BN"
    return _NOT_YET_KNOWN[bisect_right(_NOT_YET_KNOWN_FROM, code) - 1][1]


def _first_strong(kinds: Iterable[str]) -> Direction | None:
    depth = 0
    for kind in kinds:
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(depth - 1, 0)
        elif not depth and kind in _STRONG:
            return _STRONG[kind]
    return None


def _paragraphs(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    ends = [index + 1 for index, kind in enumerate(kinds) if kind == "B"]  # P1
    return ((start, end) for start, end in pairwise([0, *ends, len(kinds)]) if start < end)


def _paragraph_levels(text: str, kinds: Sequence[str], base: int) -> list[int]:
    levels, types = _explicit_levels(kinds, base)
    for sequence in _run_sequences(kinds, levels, base):
        _resolve(sequence, text, types, levels)
    for index, kind in enumerate(kinds):
        if kind in _REMOVED:
            levels[index] = levels[index - 1] if index else base
    _hang_white_space(kinds, levels, base)
    return levels


@dataclass(slots=True)
class _Status:
    """What is open at one place of a paragraph: the stack and the counters of X1."""

    # The level, the type that an override forces, and whether an isolate opened it.
    open: list[tuple[int, str, bool]]
    isolates: int = 0
    overflowing_isolates: int = 0
    overflowing_embeddings: int = 0

    @property
    def level(self) -> int:
        return self.open[-1][0]

    def type_of(self, kind: str) -> str:
        return self.open[-1][1] or kind

    def next_level(self, side: int) -> int:
        return self.level + 1 + (self.level + 1 + side) % 2

    def embed(self, kind: str) -> None:
        """X2 to X5."""
        level = self.next_level(_EMBEDDINGS[kind])
        is_full = self.overflowing_isolates or self.overflowing_embeddings
        if level <= _DEEPEST_LEVEL and not is_full:
            self.open.append((level, _OVERRIDES.get(kind, ""), False))
        elif not self.overflowing_isolates:
            self.overflowing_embeddings += 1

    def isolate(self, side: int) -> None:
        """X5a to X5c."""
        level = self.next_level(side)
        is_full = self.overflowing_isolates or self.overflowing_embeddings
        if level <= _DEEPEST_LEVEL and not is_full:
            self.isolates += 1
            self.open.append((level, "", True))
        else:
            self.overflowing_isolates += 1

    def end_isolate(self) -> None:
        """X6a: an isolate's end closes the embeddings within it, too."""
        if self.overflowing_isolates:
            self.overflowing_isolates -= 1
        elif self.isolates:
            self.overflowing_embeddings = 0
            while not self.open.pop()[2]:
                pass
            self.isolates -= 1

    def end_embedding(self) -> None:
        """X7: an embedding's end never closes an isolate."""
        if self.overflowing_isolates:
            return
        if self.overflowing_embeddings:
            self.overflowing_embeddings -= 1
        elif len(self.open) > 1 and not self.open[-1][2]:
            self.open.pop()


def _explicit_levels(kinds: Sequence[str], base: int) -> tuple[list[int], list[str]]:
    """X1 to X8: the level that controls give to each character, and its type under overrides."""
    if _EXPLICIT.isdisjoint(kinds):
        return [base] * len(kinds), list(kinds)
    status = _Status([(base, "", False)])
    levels, types = [], []
    for index, kind in enumerate(kinds):
        if kind in _EMBEDDINGS:
            status.embed(kind)
        elif kind == "PDF":
            status.end_embedding()
        elif kind == "PDI":
            status.end_isolate()
        is_separator = kind == "B"  # X8: it ends all that is open.
        levels.append(base if is_separator else status.level)
        types.append(kind if is_separator else status.type_of(kind))
        if kind in _ISOLATES:
            status.isolate(_isolated_side(kinds, index))
    return levels, types


def _isolated_side(kinds: Sequence[str], index: int) -> int:
    if kinds[index] != "FSI":
        return int(kinds[index] == "RLI")
    return _first_strong(kinds[index + 1 : _isolate_end(kinds, index)]) or 0


def _isolate_end(kinds: Sequence[str], index: int) -> int:
    depth = 0
    for end in range(index, len(kinds)):  # BD9
        depth += (kinds[end] in _ISOLATES) - (kinds[end] == "PDI")
        if not depth:
            return end
    return len(kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunSequence:
    """Characters of one level that belong together; what isolates hold is left out (BD13)."""

    at: tuple[int, ...]
    level: int
    # The sides that its two ends lean on: sos and eos of X10.
    before: str
    after: str

    @property
    def side(self) -> str:
        return _side_of(self.level)


def _run_sequences(
    kinds: Sequence[str], levels: Sequence[int], base: int
) -> Iterator[_RunSequence]:
    """X9 and X10."""
    kept = [index for index, kind in enumerate(kinds) if kind not in _REMOVED]
    runs = [tuple(run) for _, run in groupby(kept, key=levels.__getitem__)]
    around = [base, *(levels[run[0]] for run in runs), base]
    for chain in _chains(kinds, runs):
        first, last = chain[0], chain[-1]
        level = levels[runs[first][0]]
        is_left_open = kinds[runs[last][-1]] in _ISOLATES
        yield _RunSequence(
            at=tuple(index for number in chain for index in runs[number]),
            level=level,
            before=_side_of(max(level, around[first])),
            after=_side_of(max(level, base if is_left_open else around[last + 2])),
        )


def _chains(kinds: Sequence[str], runs: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Return which runs follow one another once the isolates between them are taken out."""
    chains: list[list[int]] = []
    waiting: list[list[int]] = []
    for number, run in enumerate(runs):
        if kinds[run[0]] == "PDI" and waiting:
            chain = waiting.pop()
        else:
            chain = []
            chains.append(chain)
        chain.append(number)
        if kinds[run[-1]] in _ISOLATES:
            waiting.append(chain)
    return chains


def _side_of(level: int) -> str:
    return "R" if level % 2 else "L"


def _resolve(sequence: _RunSequence, text: str, types: Sequence[str], levels: list[int]) -> None:
    """Give every character of the sequence its final level."""
    explicit = [types[index] for index in sequence.at]
    resolved = _resolve_weak(explicit, sequence.before)
    characters = [text[index] for index in sequence.at]
    _resolve_brackets(resolved, characters, explicit, sequence)
    _resolve_neutrals(resolved, sequence)
    rises = _RISES[sequence.level % 2]
    for index, kind in zip(sequence.at, resolved, strict=True):
        levels[index] = sequence.level + rises[kind]


def _resolve_weak(explicit: Sequence[str], before: str) -> list[str]:
    """W1 to W7."""
    types = _marks_follow_their_letter(explicit, before)
    present = {before, *types}
    if "EN" in present:
        _numbers_follow(types, before, strong="AL", number="AN")  # W2
    if "AL" in present:
        types = ["R" if kind == "AL" else kind for kind in types]  # W3
    if not present.isdisjoint({"ES", "CS", "ET"}):
        _separators_join_numbers(types)
        _terminators_join_numbers(types)
        types = ["ON" if kind in {"ES", "CS", "ET"} else kind for kind in types]  # W6
    if "EN" in present:
        _numbers_follow(types, before, strong="L", number="L")  # W7
    return types


def _marks_follow_their_letter(types: Sequence[str], before: str) -> list[str]:
    followed = [before]
    for kind in types:  # W1. Behind an isolate the mark is as neutral as the isolate.
        followed.append(followed[-1] if kind == "NSM" else kind)
    return followed[1:]


def _numbers_follow(types: list[str], before: str, *, strong: str, number: str) -> None:
    """Turn European numbers into `number` where the last strong letter is `strong`."""
    last = before
    for index, kind in enumerate(types):
        if kind in _STRONG:
            last = kind
        elif kind == "EN" and last == strong:
            types[index] = number


def _separators_join_numbers(types: list[str]) -> None:
    for index in range(1, len(types) - 1):  # W4
        before, kind, after = types[index - 1 : index + 2]
        is_inside = before == after and (
            (kind == "ES" and before == "EN") or (kind == "CS" and before in {"EN", "AN"})
        )
        if is_inside:
            types[index] = before


def _terminators_join_numbers(types: list[str]) -> None:
    for start, end in _stretches(types, frozenset({"ET"})):  # W5
        if "EN" in {*types[max(start - 1, 0) : start], *types[end : end + 1]}:
            types[start:end] = ["EN"] * (end - start)


def _resolve_brackets(
    types: list[str], characters: Sequence[str], explicit: Sequence[str], sequence: _RunSequence
) -> None:
    """N0: both brackets of a pair, and the marks on them, take one side."""
    for pair in _bracket_pairs(characters, types):
        side = _bracket_side(types, pair, sequence)
        if not side:
            continue
        for bracket in pair:
            types[bracket] = side
            end = bracket + 1
            while end < len(types) and explicit[end] == "NSM":
                types[end] = side
                end += 1


def _bracket_side(types: Sequence[str], pair: tuple[int, int], sequence: _RunSequence) -> str:
    opening, closing = pair
    inside = {_SIDES.get(kind, "") for kind in types[opening + 1 : closing]} - {""}
    if not inside or sequence.side in inside:
        return sequence.side if inside else ""
    earlier = (_SIDES[kind] for kind in reversed(types[:opening]) if kind in _SIDES)
    return next(earlier, sequence.before)


def _bracket_pairs(characters: Sequence[str], types: Sequence[str]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for index, character in enumerate(characters):  # BD16
        if types[index] != "ON":
            continue
        if character in _CLOSED_BY:
            if len(waiting) == _MOST_OPEN_BRACKETS:
                break
            waiting.append((_CLOSED_BY[character], index))
        elif character in _CLOSING:
            closing = _SAME_AS.get(character, character)
            depth = next((d for d in reversed(range(len(waiting))) if waiting[d][0] == closing), -1)
            if depth >= 0:
                pairs.append((waiting[depth][1], index))
                del waiting[depth:]
    return sorted(pairs)


def _resolve_neutrals(types: list[str], sequence: _RunSequence) -> None:
    for start, end in _stretches(types, _NEUTRAL):  # N1, N2
        before = _SIDES[types[start - 1]] if start else sequence.before
        after = _SIDES[types[end]] if end < len(types) else sequence.after
        types[start:end] = [before if before == after else sequence.side] * (end - start)


def _stretches(types: Sequence[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
    edges = [index for index, kind in enumerate(types) if kind in wanted]
    if not edges:
        return []
    cuts = [position + 1 for position, (a, b) in enumerate(pairwise(edges)) if b != a + 1]
    bounds = pairwise([0, *cuts, len(edges)])
    return [(edges[start], edges[end - 1] + 1) for start, end in bounds]


def _hang_white_space(kinds: Sequence[str], levels: list[int], base: int) -> None:
    is_hanging = True
    for index in reversed(range(len(kinds))):  # L1
        is_separator = kinds[index] in {"B", "S"}
        is_hanging = is_separator or (is_hanging and kinds[index] in _HANGING)
        if is_hanging:
            levels[index] = base
