"""Words: measuring, cleaning and choosing them. Everything a post says is the story's own."""

from service.domain.words.counting import count_text

__all__ = ["count_text"]
