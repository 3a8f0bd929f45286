"""Whatever a file makes its reader do in a cell, the process that asked goes on in good time."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.cards.cell import Cell
from service.domain.errors import BadPayload

_BYTES = 400_000_000


def _cell(opener: str, *, cpu_s: int = 5, patience_s: float = 20) -> Cell:
    return Cell(
        opener=f"tests.cards.openers:{opener}",
        memory_bytes=_BYTES,
        cpu_s=cpu_s,
        patience_s=patience_s,
        failure="It made its reader fail.",
    )


def test_a_refusal_comes_out_in_its_own_words():
    with pytest.raises(BadPayload, match="Not größer, thank you"):
        _cell("refuse").open("größer".encode())


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(_cell("sleep", patience_s=0.5), id="stands still"),
        pytest.param(_cell("work_for_ever", cpu_s=1), id="works for ever"),
        pytest.param(_cell("abort"), id="falls over"),
        pytest.param(_cell("take_much_memory"), id="takes much memory"),
    ],
)
def test_one_that_breaks_its_reader_breaks_nothing_else(cell):
    started = time.monotonic()

    with pytest.raises(BadPayload, match="made its reader fail"):
        cell.open(b"file")

    assert time.monotonic() - started < 15


def test_only_two_cells_are_in_use_at_once():
    cell = _cell("sleep", patience_s=0.5)
    started = time.monotonic()

    with ThreadPoolExecutor(6) as threads:
        ended = [threads.submit(cell.open, b"file") for _ in range(6)]

    assert all(isinstance(each.exception(), BadPayload) for each in ended)
    assert time.monotonic() - started >= 3 * 0.5


def test_a_cell_has_little_memory_and_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("KINDLY_SECRET_KEY", "do not tell")

    told = _cell("tell").open(b"file").decode()

    assert "PATH" in told or "PATH" not in os.environ
    assert "KINDLY" not in told
    assert f"({_BYTES}, {_BYTES})" in told


def test_a_cell_writes_no_file(tmp_path):
    target = tmp_path / "written"

    with pytest.raises(BadPayload, match="made its reader fail"):
        _cell("write").open(str(target).encode())

    assert not target.exists() or not target.read_bytes()
