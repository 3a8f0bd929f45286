"""Reading a story: its sentences, what each says, and which of them stand on their own.

Reading does not depend on the channel, so one story is read once for all of its posts.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from service.domain.words.cleaning import clean_body, ends_like_a_sentence, is_furniture
from service.domain.words.grammar import GLUED_LANGUAGES, GRAMMARS, Grammar
from service.domain.words.languages import base_language
from service.domain.words.sentences import split_sentences
from service.domain.words.tidying import folded

# The news never stands further down, and a hostile body must not keep us busy.
_LONGEST_BODY = 50_000
_LEAD_AMONG = 3
_COVERS_HEADLINE = 0.5
_TOUCHES_HEADLINE = 0.2
_STEM = 5
_LONGEST_BUNDLE = 2
_LONGEST = 320
_SHORTEST_WORDS = 5
_SHORTEST_GLUED = 10
_SHORTEST_STEM = 4
_SHORTEST_ATTRIBUTION = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a body.

    `start` is its first two words, `covers` its share of the headline's. One that `leans` is true
    only right after its predecessor; one that is not `is_quotable` stands in no post at all.
    """

    position: int
    paragraph: int
    text: str
    start: str
    stems: frozenset[str]
    leans: bool
    is_quotable: bool
    covers: float
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A body as its sentences, in order.

    A bundle is a quotable sentence behind those it leans on. `glue` stands between two sentences.
    """

    sentences: tuple[Sentence, ...]
    bundles: tuple[tuple[Sentence, ...], ...]
    glue: str

    @property
    def openings(self) -> list[Sentence]:
        """What a post may begin with, best first: the lead, or sentences that say the headline.

        A lead that sets a scene ("It was a cold night.") comes after those that tell the news.
        """
        able = [one for one in self.sentences if one.is_quotable and not one.leans]
        leads = [one for one in able if one.position < _LEAD_AMONG][:1]
        news = [one for one in able if one.covers >= _COVERS_HEADLINE and one not in leads]
        news.sort(key=lambda one: (-one.score, one.position))
        sets_a_scene = any(one.covers < _TOUCHES_HEADLINE for one in leads)
        return news + leads if sets_a_scene else leads + news


@lru_cache(maxsize=128)
def read(body: str, *, headline: str, language: str) -> Reading:
    """Read a body. The same words always give the same reading."""
    text = clean_body(body[:_LONGEST_BODY], headline=headline)
    code = base_language(language, text or headline)
    wanted = stems(headline)
    found = [
        (number, sentence)
        for number, paragraph in enumerate(text.split("\n\n"))
        for sentence in split_sentences(paragraph, language=code)
        if not is_furniture(sentence)
    ]
    frequent = Counter(stem for _, sentence in found for stem in stems(sentence))
    reader = _Reader(GRAMMARS.get(code), code, wanted, frequent)
    paragraphs = [number for number, _ in found]
    sentences = [
        reader.judge(sentence, position=position, paragraph=number, starts=number != before)
        for position, ((number, sentence), before) in enumerate(
            zip(found, [-1, *paragraphs], strict=False)
        )
    ]
    glue = "" if code in GLUED_LANGUAGES else " "
    return Reading(tuple(sentences), tuple(_bundles(sentences)), glue)


def _bundles(sentences: list[Sentence]) -> Iterator[tuple[Sentence, ...]]:
    for one in sentences:
        start = one.position
        while sentences[start].leans and start > 0:
            start -= 1
        bundle = tuple(sentences[start : one.position + 1])
        is_short = len(bundle) <= _LONGEST_BUNDLE
        if is_short and not bundle[0].leans and all(part.is_quotable for part in bundle):
            yield bundle


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning; pairs of characters where words have none.

    Five letters tell authorizes from authority well enough, and take authorized for the same.
    """
    words: set[str] = set()
    for word in _WORD.findall(text):
        if _GLUED.search(word):
            words.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) >= _SHORTEST_STEM or word.isdigit() or (word.isupper() and len(word) > 1):
            words.add(word.casefold()[:_STEM])
    return frozenset(words)


@dataclass(frozen=True, slots=True)
class _Reader:
    grammar: Grammar | None
    language: str
    headline: frozenset[str]
    frequent: Counter[str]

    def judge(self, text: str, *, position: int, paragraph: int, starts: bool) -> Sentence:
        found = stems(text)
        covers = len(found & self.headline) / len(self.headline) if self.headline else 0.0
        # What opens the story cannot lean on anything, whatever it begins with.
        leans = (position > 0 and self._leans(text)) or self._is_bare_quote(text)
        return Sentence(
            position=position,
            paragraph=paragraph,
            text=text,
            start=" ".join(_WORD_IN_ORDER.findall(text.casefold())[:2]),
            stems=found,
            leans=leans,
            is_quotable=self._is_quotable(text),
            covers=covers,
            score=self._score(text, found, position, covers) + (0.1 if starts else 0.0),
        )

    def _score(self, text: str, found: frozenset[str], position: int, covers: float) -> float:
        central = sum(self.frequent[stem] - 1 for stem in found) / (len(found) + 3)
        score = math.exp(-position / 5) + 0.15 * central + covers
        if _NUMBER.search(text):
            score += 0.15
        if not self._names_somebody(text):
            score -= 0.6
        if _QUESTION.search(text):
            score -= 0.8
        if self._is_first_person(text):
            score -= 0.4
        if len(text) > _LONGEST:
            score -= 0.3
        return score

    def _is_quotable(self, text: str) -> bool:
        long_enough = (
            len(text) >= _SHORTEST_GLUED
            if _GLUED.search(text)
            else len(_WORD.findall(text)) >= _SHORTEST_WORDS
        )
        return long_enough and is_whole(text)

    def _leans(self, text: str) -> bool:
        if self.grammar is None:
            return False
        return (
            self._starts_with(text, self._backward(text))
            or self._points_back(text)
            or self._is_said_by_somebody_earlier(text)
        )

    def _backward(self, text: str) -> frozenset[str]:
        """In a quotation "we" is its speaker, whom the same sentence names."""
        assert self.grammar is not None
        phrases = self.grammar.backward
        return phrases - self.grammar.first_person if _OPENS_QUOTE.match(text) else phrases

    def _starts_with(self, text: str, phrases: frozenset[str]) -> bool:
        start = _SPOKEN_START.sub("", text).casefold()[:40]
        if self.language in GLUED_LANGUAGES:
            return any(start.startswith(phrase) for phrase in phrases)
        words = _SPACED.split(start)
        return any(" ".join(words[:length]).rstrip(",:;") in phrases for length in (1, 2, 3, 4))

    def _points_back(self, text: str) -> bool:
        """Find "this decision" outside of quotations: inside, the speaker knows what is meant."""
        assert self.grammar is not None
        narrated = _QUOTATION.sub(" ", text).casefold()
        if self.language in GLUED_LANGUAGES:
            return any(phrase in narrated for phrase in self.grammar.pointing)
        words = _WORD_IN_ORDER.findall(narrated)
        return any(
            (word in self.grammar.pointing and following not in self.grammar.times)
            or f"{word} {following}" in self.grammar.pointing
            for word, following in zip(words, [*words[1:], ""], strict=False)
        )

    def _is_said_by_somebody_earlier(self, text: str) -> bool:
        assert self.grammar is not None
        narrated = _QUOTATION.sub(" , ", text)
        if narrated == text:
            return False
        if self.language in GLUED_LANGUAGES:
            return any(phrase in narrated for phrase in self.grammar.speakers)
        words = f" {' '.join(_WORD_IN_ORDER.findall(narrated.casefold()))} "
        if not any(f" {phrase} " in words for phrase in self.grammar.speakers):
            return False
        # A sentence that does not begin with the quotation begins with its speaker.
        return bool(_OPENS_QUOTE.match(text)) and not (
            _CASED.search(narrated) and _NAME.search(narrated)
        )

    def _is_bare_quote(self, text: str) -> bool:
        """Tell a quotation without a speaker: who said it stands in another sentence."""
        if not _OPENS_QUOTE.match(text):
            return False
        return len(folded(_QUOTATION.sub(" ", text)).replace(" ", "")) < _SHORTEST_ATTRIBUTION

    def _names_somebody(self, text: str) -> bool:
        """Tell whether a name stands in it; scripts without capitals get the benefit of doubt."""
        if not _CASED.search(text):
            return True
        return bool(_NAME.search(text))

    def _is_first_person(self, text: str) -> bool:
        if self.grammar is None:
            return False
        words = _WORD_IN_ORDER.findall(_QUOTATION.sub(" ", text).casefold())
        return any(word in self.grammar.first_person for word in words)


def is_whole(text: str) -> bool:
    """Tell whether `text` ends as a sentence does, with nothing left open in it."""
    if not ends_like_a_sentence(text) and not _UNPUNCTUATED.search(text):
        return False
    return _has_closed_quotes(text) and all(
        text.count(opening) == text.count(closing) for opening, closing in _BRACKETS
    )


def _has_closed_quotes(text: str) -> bool:
    if "„" in text:
        return text.count("„") == text.count("“") + text.count("”")
    if "“" in text:
        return text.count("“") == text.count("”")
    return text.count('"') % 2 == 0 and text.count("”") % 2 == 0


_BRACKETS = tuple(map(tuple, ("()", "[]", "«»", "「」", "『』", "（）", "【】")))
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_WORD_IN_ORDER = regex.compile(r"[\p{L}\p{M}\p{N}'’\-]+")
_SPACED = regex.compile(r"\s+")
_GLUED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_UNPUNCTUATED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\Z")
_NUMBER = regex.compile(r"\p{N}")
_QUESTION = regex.compile(r"[?？؟]['\"’”»」』)\s]*\Z")
_CASED = regex.compile(r"\p{Ll}")
# A capital inside the sentence, or a first word of two capitals: UK, NATO, ООН.
_NAME = regex.compile(r"(?<=[\p{L}\p{M}\p{N},;:)\]’'”»] [(\[“«„'‘]?)\p{Lu}|\A\W*\p{Lu}{2,}")
_OPENS_QUOTE = regex.compile(r"[“«„\"「『‘]")
_SPOKEN_START = regex.compile(r"\A[^\p{L}\p{N}]+")
_QUOTATION = regex.compile(
    r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\"[^\"]*\"|「[^「」]*」|『[^『』]*』|”[^”]*”"
)
