"""The price of one card in a process of its own, from its start to its end: ours and any peer's.

    python -m tests.bench.cold BENCH --peers ours,takumi_node --rounds 9

`BENCH` is the folder of the bench of all renderers, set up as README.md says. Each worker is
started, asked for one JPEG and let go; CPU is that of the whole process and of all it started.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    cpu_ms: float
    peak_mib: float


def measure(bench: Path, peers: Sequence[str], *, rounds: int) -> dict[str, list[Run]]:
    """Run every peer once a round, in turns: a busy moment then hits them all alike."""
    workers = json.loads((bench / "peers.json").read_text("utf-8"))
    runs: dict[str, list[Run]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            command = [_expanded(word, bench) for word in workers[peer]["cmd"]]
            runs[peer].append(_once(command, bench))
    return runs


def figures(runs: dict[str, list[Run]]) -> list[str]:
    """One line a peer: its medians, and its CPU against the first one's, paired by round."""
    first = next(iter(runs.values()))
    lines = [f"{'one process, one JPEG':22}{'cpu ms':>8}{'x':>8}{'[min..max]':>16}{'peak MiB':>10}"]
    for peer, taken in runs.items():
        ratios = [run.cpu_ms / ours.cpu_ms for run, ours in zip(taken, first, strict=True)]
        spread = f"[{min(ratios):.2f}..{max(ratios):.2f}]"
        cpu_ms = statistics.median(run.cpu_ms for run in taken)
        peak = max(run.peak_mib for run in taken)
        ratio = statistics.median(ratios)
        lines.append(f"{peer:22}{cpu_ms:8.0f}{ratio:8.2f}{spread:>16}{peak:10.0f}")
    return lines


def _once(command: list[str], bench: Path) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        card = Path(folder) / "card.jpg"
        worker = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"BENCH_INPUTS": str(bench / "inputs"), **os.environ},
        )
        wish = {"op": "save", "fmt": "jpeg", "path": str(card)}
        assert worker.stdin is not None
        worker.stdin.write(json.dumps(wish).encode() + b"\n")
        worker.stdin.close()
        # Only wait4 tells what this one process and its children took, and nobody else's.
        _, status, usage = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        if worker.returncode or not card.exists():
            raise SystemExit(f"{command} drew no card: try it by hand in {bench}")
    return Run(1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024)


def _expanded(word: str, bench: Path) -> str:
    expanded = os.path.expandvars(word.replace("$HERE", str(bench)))
    if "$" in expanded:
        raise SystemExit(f"{word} in peers.json wants a variable that is not set: see README.md")
    return expanded


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("bench", type=Path)
    reader.add_argument("--peers", default="ours,takumi_node")
    reader.add_argument("--rounds", type=int, default=9)
    reader.add_argument("--core", type=int, default=0, help="the only core that anything runs on")
    asked = reader.parse_args()
    # Children inherit it: on one core, CPU time is not stretched by waiting for each other.
    os.sched_setaffinity(0, {asked.core})
    runs = measure(asked.bench.resolve(), asked.peers.split(","), rounds=asked.rounds)
    sys.stdout.write("\n".join(figures(runs)) + "\n")


if __name__ == "__main__":
    main()
