"""Measures things against each other: in turns, so that a busy moment hits them all alike."""

import statistics
import time
from collections.abc import Callable

_WARM_UP = 3


def medians(rounds: int, **tasks: Callable[[int], object]) -> dict[str, float]:
    """The median time of each task in milliseconds; a task gets the number of its round."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + _WARM_UP):
        for name, task in tasks.items():
            began = time.perf_counter()
            task(number)
            taken[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(times[_WARM_UP:]) for name, times in taken.items()}


def figure(what: str, taken: float, *, floor: float, against: str) -> str:
    return f"{what:32} {taken:8.2f} ms  {taken / floor:6.2f} x {against} ({floor:.2f} ms)"
