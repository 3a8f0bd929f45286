"""Describes a card for those who do not see it: its words, in the order in which they stand.

Only the card's own words, no English ones around them: a card speaks its story's language.
"""

from itertools import groupby

from service.cards.draw import is_bare, template_of
from service.cards.layout.arrange import arrange, full_words
from service.domain.card import Card, CardSize

_SENTENCE_ENDS = ".!?…。！？؟۔।”»\"'"


def alt_text(card: Card) -> str:
    """Return every text of the card, whole."""
    template = template_of(card)
    composition = template.composition(CardSize.OG, is_bare=is_bare(card, template))
    lines = sorted(arrange(card, composition).lines, key=lambda line: (line.baseline, line.left))
    said = [full_words(card, composition, name) for name, _ in groupby(lines, lambda at: at.field)]
    whole = (" ".join(part.split()) for part in said)
    # A quotation mark that stands by itself is an ornament.
    parts = list(dict.fromkeys(part for part in whole if any(map(str.isalnum, part))))
    return " ".join(part if part[-1] in _SENTENCE_ENDS else f"{part}." for part in parts)
