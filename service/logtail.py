"""Reads along in the log file of another process and repeats what needs a person.

The process writes the file itself; nobody stands between it and the disk, so a log line is never
lost because the reader has gone.
"""

import re
import shutil
from pathlib import Path

import click

_BYTES_KEPT = 10_000_000
_LAST_BYTES = 4_000
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Ours as text and as JSON, then those of gunicorn, Celery and Python itself.
_LOUD = re.compile(
    r"\[(warning|error|critical)\s*\]"
    r'|"level": ?"(warning|error|critical)"'
    r"|\b(WARNING|ERROR|CRITICAL)\b"
)
_TRACEBACK = "Traceback (most recent call last)"


class LogTail:
    """The end of one log file. Lines written before this object was made are not repeated."""

    def __init__(self, name: str, path: Path, *, echoes: bool) -> None:
        self.path = path
        self._name = name
        self._echoes = echoes
        self._offset = path.stat().st_size if path.exists() else 0
        self._unfinished = b""
        self._in_traceback = False

    def echo(self) -> None:
        """Show new warnings and errors in the terminal; keep the file from growing for ever."""
        for line in self._new_lines():
            if self._echoes and self._is_loud(line):
                click.echo(f"{self._name} | {line}", err=True)
        if self._offset > _BYTES_KEPT:
            self._rotate()

    def last_line(self) -> str:
        """The last line that says anything, or nothing."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as log:
            log.seek(max(0, self.path.stat().st_size - _LAST_BYTES))
            lines = [_readable(line) for line in log.read().splitlines()]
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _new_lines(self) -> list[str]:
        if not self.path.exists():
            return []
        with self.path.open("rb") as log:
            log.seek(self._offset)
            news = log.read()
        self._offset += len(news)
        *lines, self._unfinished = (self._unfinished + news).split(b"\n")
        return [_readable(line) for line in lines]

    def _is_loud(self, line: str) -> bool:
        if self._in_traceback:
            # The first line that is not indented names the error; it belongs to the block.
            self._in_traceback = not line or line.startswith((" ", "\t"))
            return True
        self._in_traceback = line.startswith(_TRACEBACK)
        return self._in_traceback or _LOUD.search(line) is not None

    def _rotate(self) -> None:
        # The writer keeps its file open in append mode, so emptying the file is safe where
        # renaming it is not. A line written between the two steps is lost.
        shutil.copyfile(self.path, self.path.with_suffix(".log.1"))
        with self.path.open("r+b") as log:
            log.truncate(0)
        self._offset = 0


def _readable(line: bytes) -> str:
    return _COLOUR.sub("", line.decode("utf-8", "replace")).rstrip("\r")
