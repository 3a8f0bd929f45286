"""Words: measuring, cleaning and choosing them. Everything a post says is the story's own."""

from service.domain.words.cleaning import clean_body
from service.domain.words.composing import captioned, compose
from service.domain.words.counting import count_text
from service.domain.words.cutting import cut
from service.domain.words.hashtags import hashtags
from service.domain.words.sentences import split_sentences
from service.domain.words.summary import summarise
from service.domain.words.tidying import one_line

__all__ = [
    "captioned",
    "clean_body",
    "compose",
    "count_text",
    "cut",
    "hashtags",
    "one_line",
    "split_sentences",
    "summarise",
]
