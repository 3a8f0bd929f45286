"""Where photos, cards and finished pictures are kept: bytes by name, whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from service.domain.errors import Unavailable

# Longer than any file is being written: what is older was left behind by a process that died.
_ABANDONED_AFTER = timedelta(hours=1)
_UNFINISHED = ".new-"


class PicturesAway(Unavailable):
    """The place of the pictures cannot be reached or used; what is kept there is not lost."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept file, without its bytes."""

    name: str
    size: int
    since: datetime


class Shelf(Protocol):
    """Where bytes are kept by name: a folder, or a bucket that several hosts share."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, data: bytes) -> None:
        """Keep `data` whole or not at all; a name is only ever written with the same content."""

    def remove(self, name: str) -> None:
        """Removing what is not there changes nothing."""

    def kept(self, folder: str) -> Iterator[Kept]:
        """Go through all that is kept below `folder`."""


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
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        (self._root / name).unlink(missing_ok=True)

    def kept(self, folder: str) -> Iterator[Kept]:
        """Go through all that is kept below `folder`, and clear away what was never finished."""
        for path in (self._root / folder).rglob("*"):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # removed meanwhile
            since = datetime.fromtimestamp(found.st_mtime, UTC)
            if path.is_dir():
                continue
            if not path.name.startswith(_UNFINISHED):
                yield Kept(path.relative_to(self._root).as_posix(), found.st_size, since)
            elif since < datetime.now(UTC) - _ABANDONED_AFTER:
                path.unlink(missing_ok=True)
