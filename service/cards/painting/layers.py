"""Keeps finished layers in memory, so that a card whose text changes is not painted anew.

Bounded by bytes, not by count: a story's layer is three times an og's. Safe to use from threads.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from PIL import Image

# Pillow keeps an RGB pixel in four bytes.
_BYTES_A_PIXEL = {"L": 1, "RGB": 4, "RGBA": 4}


class LayerCache:
    """Pictures by key; the least recently wanted leaves first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Image.Image] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Image.Image]) -> Image.Image:
        """Return the picture of `key`, made when it is not here. It must not be painted on."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        # Made outside of the lock: two threads may make the same layer, none waits for the other.
        made = make()
        with self._lock:
            self._keep(key, made)
        return made

    def find(self, fits: Callable[[Hashable, Image.Image], bool]) -> Image.Image | None:
        """Return a kept picture that `fits`, the latest first."""
        with self._lock:
            found = (image for key, image in reversed(self._kept.items()) if fits(key, image))
            return next(found, None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, image: Image.Image) -> None:
        if key in self._kept:
            return
        self._kept[key] = image
        self._bytes += _size(image)
        while self._bytes > self._max_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _size(dropped)


def _size(image: Image.Image) -> int:
    return image.width * image.height * _BYTES_A_PIXEL.get(image.mode, 4)
