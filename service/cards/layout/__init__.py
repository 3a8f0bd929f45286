"""Layout: every thing on a card in its place, before a single pixel is drawn."""
