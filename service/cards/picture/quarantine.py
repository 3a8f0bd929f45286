"""The quarantine: a stranger's photo is first opened in a cell.

What comes back is a JPEG that was read to its end within these bounds, so every later card may
decode it in the process that draws.
"""

from service.cards.cell import Cell
from service.cards.picture.mezzanine import mezzanine

CELL = Cell(
    opener="service.cards.picture.quarantine:opened",
    memory_bytes=1024 * 1024 * 1024,
    cpu_s=20,
    patience_s=60,
    failure=(
        "The picture took more memory or time to open than a photo may: save it again as a plain "
        "JPEG and send that."
    ),
)


def admit(data: bytes) -> bytes:
    """Return a stranger's photo as its mezzanine; raises BadPayload."""
    return CELL.open(data)


def opened(data: bytes) -> bytes:
    """Be in the cell: make a photo's mezzanine."""
    from PIL import AvifImagePlugin  # noqa: PLC0415 - only the cell opens AVIF

    # One for each core by default, and each takes room of its own.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    return mezzanine(data)
