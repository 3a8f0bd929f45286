"""Where photos, cards and finished pictures are kept: bytes by name, whole or not at all."""

import os
import tempfile
from pathlib import Path
from typing import Protocol


class Shelf(Protocol):
    """Where bytes are kept by name: a folder today, an object store tomorrow."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, data: bytes) -> None:
        """Keep `data` whole or not at all; writing the same name again is allowed."""


class Folder:
    """A shelf on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readers see the whole file or none: it gets its name only when it is on the disk.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
