"""Chooses what sets and draws type: HarfBuzz, or Pillow's own text where HarfBuzz cannot load.

Nothing else in this room knows which of them it is.
"""

from service.cards.text.glyphs import Engine


def _chosen() -> Engine:
    try:
        from service.cards.text.harfbuzz import HarfBuzz  # noqa: PLC0415 - may fail to load
    except ImportError:
        from service.cards.text.pillow_text import PillowText  # noqa: PLC0415 - not needed otherwise

        return PillowText()
    return HarfBuzz()


ENGINE = _chosen()
