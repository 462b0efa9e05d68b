"""Whole processes, run in turns in one go: CPU seconds, wall seconds and peak memory of each."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run of a process cost."""

    cpu: float
    """User and system seconds."""
    wall: float
    megabytes: float
    """Largest resident set."""


def cost_of(command: Sequence[str]) -> Cost:
    """Run a command, its output thrown away, and say what it cost.

    It is started from a small process of its own: the kernel counts the memory of whoever starts a
    process into that process's peak.

    Raises:
        RuntimeError: it did not exit with 0.
    """
    run = subprocess.run(
        [sys.executable, "-I", __file__, *command], capture_output=True, text=True, check=True
    )
    status, cost = json.loads(run.stdout)
    if status:
        raise RuntimeError(f"exit {status}: {' '.join(command)}")
    return Cost(**cost)


def _run_and_tell(command: Sequence[str]) -> None:
    """Run a command; print its exit code and its cost as JSON."""
    nowhere = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], list(command), os.environ, file_actions=nowhere)
    _, status, used = os.wait4(process, 0)
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    cost = Cost(
        cpu=used.ru_utime + used.ru_stime,
        wall=time.perf_counter() - started,
        megabytes=used.ru_maxrss / unit,
    )
    print(json.dumps([os.waitstatus_to_exitcode(status), asdict(cost)]))


def in_turns(commands: Mapping[str, Sequence[str]], rounds: int = 5) -> dict[str, Cost]:
    """The medians of each command over rounds in which every command runs once, after one warm-up."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            cost = cost_of(command)
            if turn:
                costs[name].append(cost)
    return {
        name: Cost(
            cpu=statistics.median(cost.cpu for cost in found),
            wall=statistics.median(cost.wall for cost in found),
            megabytes=statistics.median(cost.megabytes for cost in found),
        )
        for name, found in costs.items()
    }


def private_peak(command: Sequence[str]) -> float:
    """The largest anonymous resident memory of a command, MB, looked at every 3 ms."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        found = re.search(r"RssAnon:\s+(\d+)", status.read_text())
        peak = max(peak, int(found[1]) if found else 0)
        time.sleep(0.003)
    if process.returncode:
        raise RuntimeError(f"exit {process.returncode}: {' '.join(command)}")
    return peak / 1e3


def table(costs: Mapping[str, Cost], base: str) -> str:
    """The costs as a Markdown table; the last column is each one's CPU time over that of `base`."""
    lines = [f"| process | CPU s | wall s | peak MB | CPU against {base} |", "|---|---|---|---|---|"]
    for name, cost in costs.items():
        ratio = cost.cpu / costs[base].cpu
        lines.append(f"| {name} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.megabytes:.0f} | {ratio:.1f}x |")
    return "\n".join(lines)


if __name__ == "__main__":
    _run_and_tell(sys.argv[1:])
