"""Share cards: from a `Card` and a photo to a finished picture.

`draw.draw` is the whole way for one picture; `renditions.RenditionStore` keeps what was drawn.
"""
