"""Composing a post: summary, hashtags and link, exactly within what the channel takes.

Every length is measured on the finished text, signs between its parts included, so a post that
leaves here fits.
"""

from dataclasses import replace

from service.domain.errors import BadPayload
from service.domain.post import Limits, LinkPlacement, Picture, Post
from service.domain.story import StoryContent
from service.domain.words.counting import count_text, graphemes
from service.domain.words.cutting import cut
from service.domain.words.hashtags import hashtags
from service.domain.words.summary import laid_out_summary, opens_as_wanted, standfirst_of
from service.domain.words.tidying import folded, one_line

# From this length on a channel shows a post like a letter: headline first, then paragraphs.
_ROOMY = 1000
_DESCRIPTION = 300
_BETWEEN_PARTS = "\n\n"


def compose(
    content: StoryContent,
    limits: Limits,
    *,
    picture: Picture | None = None,
    link: str | None = None,
) -> Post:
    """Write the post of a story for a channel with these limits; `link` replaces its address.

    Raises BadPayload when the address alone is longer than the channel's text may be.
    """
    address = link or content.url
    frame = _Frame(content, limits, address)
    frame.check_address()
    tags = hashtags(content, limits.hashtags)
    text, tags = _written(content, frame, tags)
    return Post(
        text=text,
        link=address,
        title=one_line(content.headline),
        description=_description(content),
        language=content.language,
        hashtags=tags,
        picture=captioned(picture, limits) if picture else None,
    )


class _Frame:
    """What stands around a summary: the headline where there is room, the tags, the link."""

    def __init__(self, content: StoryContent, limits: Limits, address: str) -> None:
        self.limits = limits
        self.address = address
        self.headline = one_line(content.headline)
        self._folded = folded(self.headline)
        self.is_roomy = limits.text >= _ROOMY
        self._link = address if limits.link_placement is LinkPlacement.IN_TEXT else ""

    def check_address(self) -> None:
        count = count_text(self._link, self.limits)
        if not count.fits:
            raise BadPayload(
                f"The story's address takes {count.used} {count.unit.value} and the channel "
                f"{count.limit} for the whole post: use a shorter address."
            )

    def around(self, summary: str, tags: tuple[str, ...]) -> str:
        # A summary that fell back to the headline, cut perhaps, must not stand there twice.
        is_repeated = not self.is_roomy or self._folded.startswith(folded(summary))
        headline = "" if is_repeated else self.headline
        parts = (headline, summary, " ".join(tags), self._link)
        return _BETWEEN_PARTS.join(part for part in parts if part)

    def fits(self, summary: str, tags: tuple[str, ...]) -> bool:
        return count_text(self.around(summary, tags), self.limits).fits


def _written(
    content: StoryContent, frame: _Frame, tags: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Leave room for the tags, unless that would cost the sentence that says the news."""
    summary = _summary(content, frame, tags)
    if tags and not opens_as_wanted(summary, content):
        summary = _summary(content, frame, ())
    while tags and not frame.fits(summary, tags):
        tags = tags[:-1]
    return frame.around(summary, tags), tags


def _summary(content: StoryContent, frame: _Frame, tags: tuple[str, ...]) -> str:
    return laid_out_summary(
        content,
        fits=lambda summary: frame.fits(summary, tags),
        max_sentences=frame.limits.sentences,
        paragraphs=frame.is_roomy,
    )


def _description(content: StoryContent) -> str:
    text = standfirst_of(content) or laid_out_summary(
        content, fits=lambda _: True, max_sentences=1, paragraphs=False
    )
    if folded(text) == folded(content.headline):
        return ""
    return cut(text, fits=lambda part: len(graphemes(part)) <= _DESCRIPTION)


def captioned(picture: Picture, limits: Limits) -> Picture:
    """Cut a picture's description to what the channel takes."""
    alt = cut(one_line(picture.alt), fits=lambda part: len(part) <= limits.alt_text)
    return replace(picture, alt=alt)
