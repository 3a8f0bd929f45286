"""Summaries: the story's own sentences, whole, opening with its news.

Nothing is rewritten. Where no sentence fits, the headline says it. The same story and the same
room always give the same summary.
"""

from collections.abc import Callable

from service.domain.story import StoryContent
from service.domain.words.cutting import cut
from service.domain.words.reading import Reading, Sentence, is_whole, read, stems
from service.domain.words.sentences import split_sentences
from service.domain.words.tidying import folded, one_line

Fits = Callable[[str], bool]
_Bundle = tuple[Sentence, ...]

# Two sentences that share more than this of the shorter one's words say the same.
_SAME_NEWS = 0.55
_NOTHING_NEW = 0.75
_SAME_START = 0.4
# Below this a sentence adds noise: questions, asides, sentences about nobody.
_WORTH_SAYING = 0.4


def summarise(content: StoryContent, *, fits: Fits, max_sentences: int) -> str:
    """Say the news of a story in at most `max_sentences` whole sentences for which `fits` holds.

    The standfirst comes first where there is one. Of a story that is not public the body is never
    read. Falls back to the headline, cut if it must be; empty when not even one letter fits.
    """
    return laid_out_summary(content, fits=fits, max_sentences=max_sentences, paragraphs=False)


def laid_out_summary(
    content: StoryContent, *, fits: Fits, max_sentences: int, paragraphs: bool
) -> str:
    """`summarise`, with a blank line where the story had one if `paragraphs` are wanted."""
    reading = _reading(content)
    standfirst = _fitting_part(standfirst_of(content), content.language, fits=fits)
    draft = _Draft(reading, opening=standfirst, paragraphs=paragraphs, fits=fits)
    room = max_sentences - len(split_sentences(standfirst, language=content.language))
    if not standfirst:
        first = next((one for one in reading.openings if draft.takes([one])), None)
        if first is None or max_sentences < 1:
            return cut(one_line(content.headline), fits=fits)
        draft.add([first])
        room -= 1
    _extend(draft, room=room)
    return draft.text


def standfirst_of(content: StoryContent) -> str:
    """The standfirst, unless it only repeats the headline."""
    standfirst = one_line(content.standfirst)
    return "" if folded(standfirst) == folded(content.headline) else standfirst


def opens_as_wanted(summary: str, content: StoryContent) -> bool:
    """Tell whether a summary begins with the best opening the story has, room permitting."""
    openings = _reading(content).openings
    wanted = standfirst_of(content) or (openings[0].text if openings else "")
    return bool(wanted) and summary.startswith(wanted)


def _reading(content: StoryContent) -> Reading:
    body = content.body if content.is_public else ""
    return read(body, headline=one_line(content.headline), language=content.language)


def _fitting_part(standfirst: str, language: str, *, fits: Fits) -> str:
    """The standfirst, or as many of its first sentences as fit."""
    if not standfirst or fits(standfirst):
        return standfirst
    sentences = split_sentences(standfirst, language=language)
    for length in range(len(sentences) - 1, 0, -1):
        part = " ".join(sentences[:length])
        if is_whole(part) and fits(part):
            return part
    return ""


class _Draft:
    """A summary in the making: what it opens with, and sentences in the story's order."""

    def __init__(self, reading: Reading, *, opening: str, paragraphs: bool, fits: Fits) -> None:
        self.reading = reading
        self.chosen: list[Sentence] = []
        self._opening = opening
        self._paragraphs = paragraphs
        self._fits = fits
        self._said = [stems(opening)] if opening else []

    @property
    def text(self) -> str:
        return self._written(self.chosen)

    @property
    def begins_at(self) -> int:
        """No sentence from before the first one is added: the news stays in front."""
        return self.chosen[0].position if self.chosen and not self._opening else -1

    def takes(self, new: list[Sentence]) -> bool:
        return self._fits(self._written(self._with(new)))

    def add(self, new: list[Sentence]) -> None:
        self.chosen = self._with(new)
        self._said += [one.stems for one in new]

    def repeats(self, one: Sentence) -> float:
        """How much of `one` a reader already knows, from 0 to 1."""
        if not one.stems or not self._said:
            return 0.0
        by_one = max(
            len(one.stems & said) / max(1, min(len(one.stems), len(said))) for said in self._said
        )
        together = len(one.stems & frozenset().union(*self._said)) / len(one.stems)
        return 1.0 if by_one > _SAME_NEWS or together > _NOTHING_NEW else by_one

    def starts_alike(self, one: Sentence) -> bool:
        """Tell whether another sentence begins with the same words, which reads like a list."""
        return bool(one.start) and any(one.start == other.start for other in self.chosen)

    def _with(self, new: list[Sentence]) -> list[Sentence]:
        return sorted([*self.chosen, *new], key=lambda one: one.position)

    def _written(self, sentences: list[Sentence]) -> str:
        text = self._opening
        before = None
        for one in sentences:
            text += self._between(text, one, before) + one.text
            before = one
        return text

    def _between(self, text: str, one: Sentence, before: Sentence | None) -> str:
        if not text:
            return ""
        if self._paragraphs and (before is None or before.paragraph != one.paragraph):
            return "\n\n"
        # A standfirst without a full stop must not run into the next sentence.
        return self.reading.glue if before or is_whole(text) else "\n"


def _extend(draft: _Draft, *, room: int) -> None:
    """Add what the reader should know next, best first, until the room or the worth runs out."""
    left = [bundle for bundle in draft.reading.bundles if bundle[0].position >= draft.begins_at]
    while room > 0:
        ranked = _ranked(left, draft)
        if not ranked:
            return
        best = ranked[0]
        new = [one for one in best if one not in draft.chosen]
        if len(new) <= room and draft.takes(new):
            draft.add(new)
            room -= len(new)
        left = ranked[1:]


def _ranked(bundles: list[_Bundle], draft: _Draft) -> list[_Bundle]:
    """Sort by worth. What is worth too little is left out for good: worth only ever falls."""
    worth = {bundle[-1].position: _worth(bundle[-1], draft) for bundle in bundles}
    able = [bundle for bundle in bundles if worth[bundle[-1].position] >= _WORTH_SAYING]
    return sorted(able, key=lambda bundle: (-worth[bundle[-1].position], bundle[-1].position))


def _worth(one: Sentence, draft: _Draft) -> float:
    if one in draft.chosen:
        return -1.0
    repeats = draft.repeats(one)
    if repeats >= 1.0:
        return -1.0
    return one.score - 0.5 * repeats - (_SAME_START if draft.starts_alike(one) else 0.0)
