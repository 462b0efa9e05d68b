"""The scan and the flags beside cleanlab's default filter and its batched variant: CPU, wall, private memory.

    python benchmarks/kernel.py [--sizes 1000000x10,1000000x100] [--large] [--rounds 5] [--folder DIR]

Probabilities are float32 in a memory-mapped `.npy` file, 10 % of the labels wrong; `--large` adds
1,280,000 x 1000 (a file of 5 GB). Every side runs in a process of its own, in turns in one go; times are
those of the call alone, without start-up and imports; medians. Private memory is the largest anonymous
resident memory (RssAnon in /proc/PID/status, looked at every 3 ms from outside; Linux), less that of a
process which imports the same libraries and maps the same files: pages of the file, which the system may
drop at any time, do not count. Reading the file once is the limit. Ends with 1 where the flags differ.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from processes import in_turns, private_peak

Answer = NDArray[np.bool_] | None
Call = Callable[[Any, Any], Answer]

LARGE = "1280000x1000"
FILTER = "cleanlab, default filter"
BATCHED = "cleanlab, batched (another filter)"
READ = "reading the file once"


def ours(threads: int) -> Call:
    """Our scan and flags; ties by row."""
    from auditor.blocks import ArrayBlocks
    from auditor.scan.kernel import scan
    from auditor.scan.prune import flagged_by_noise_rate

    def call(labels: Any, probs: Any) -> Answer:
        source = ArrayBlocks(probs)
        rows, sums = scan(source, labels, workers=threads)
        keys = lambda at: at.astype(np.uint64)  # noqa: E731
        return flagged_by_noise_rate(source, labels, rows, sums, keys, workers=threads)

    return call


def default_filter() -> Call:
    """cleanlab's default filter in one process."""
    from cleanlab.filter import find_label_issues

    return lambda labels, probs: find_label_issues(labels, probs, n_jobs=1)


def batched() -> Call:
    """cleanlab's variant for data that does not fit, which flags other rows."""
    from cleanlab.experimental.label_issues_batched import find_label_issues_batched

    return lambda labels, probs: find_label_issues_batched(
        labels, probs, n_jobs=1, verbose=False, return_mask=True
    )


def reading() -> Call:
    """Every number looked at once, a block at a time."""

    def call(labels: Any, probs: Any) -> Answer:
        flat = probs.reshape(-1)
        for start in range(0, len(flat), 1 << 18):
            flat[start : start + (1 << 18)].max()
        return None

    return call


SIDES: dict[str, Callable[[], Call]] = {
    "auditor, 1 thread": lambda: ours(1),
    "auditor, 2 threads": lambda: ours(2),
    FILTER: default_filter,
    BATCHED: batched,
    READ: reading,
}


def run_side(name: str, folder: Path, idle: bool) -> None:
    """In a process of its own: run one side, append its cost to a file, and keep its answer."""
    call = SIDES[name]()
    labels, probs = np.load(folder / "labels.npy"), np.load(folder / "probs.npy", mmap_mode="r")
    if idle:
        time.sleep(0.1)  # long enough to be looked at
        return
    cpu, wall = time.process_time(), time.perf_counter()
    answer = call(labels, probs)
    cost = {"side": name, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    with (folder / "costs.jsonl").open("a") as file:
        file.write(json.dumps(cost) + "\n")
    if answer is not None:
        np.save(folder / f"{list(SIDES).index(name)}.npy", answer)


def write_case(folder: Path, n: int, k: int) -> None:
    """(n,) labels, 10 % of them wrong, and (n, k) probabilities that see the truth through noise."""
    rng = np.random.default_rng(n + k)
    truth = rng.integers(0, k, n)
    labels = np.where(rng.random(n) < 0.1, rng.integers(0, k, n), truth).astype(np.int32)
    np.save(folder / "labels.npy", labels)
    out = np.lib.format.open_memmap(folder / "probs.npy", mode="w+", dtype=np.float32, shape=(n, k))
    step = max(1, 4_000_000 // k)
    for start in range(0, n, step):
        true = truth[start : start + step]
        odds = rng.standard_normal((len(true), k), dtype=np.float32)
        odds[np.arange(len(true)), true] += np.log(k) + 3 * rng.random(len(true), dtype=np.float32)
        np.exp(odds, out=odds)
        out[start : start + step] = odds / odds.sum(axis=1, keepdims=True)
    out.flush()


def command(name: str, folder: Path, *, idle: bool = False) -> list[str]:
    """How to run one side."""
    return [sys.executable, __file__, "--side", name, "--folder", str(folder), *(["--idle"] if idle else [])]


def measured(folder: Path, rounds: int) -> dict[str, tuple[float, float, float]]:
    """Median CPU and wall seconds of each side's call, and its private memory in MB."""
    in_turns({name: command(name, folder) for name in SIDES}, rounds)
    costs = [json.loads(line) for line in (folder / "costs.jsonl").read_text().splitlines()]
    found = {}
    for name in SIDES:
        runs = [cost for cost in costs if cost["side"] == name][1:]  # the first is the warm-up
        memory = private_peak(command(name, folder)) - private_peak(command(name, folder, idle=True))
        cpu, wall = (statistics.median(run[what] for run in runs) for what in ("cpu", "wall"))
        found[name] = (cpu, wall, memory)
    return found


def agreement(folder: Path, name: str) -> str:
    """Whether a side flags the rows of cleanlab's default filter; else how alike they are."""
    path = folder / f"{list(SIDES).index(name)}.npy"
    if not path.exists():
        return ""
    one, other = np.load(path), np.load(folder / f"{list(SIDES).index(FILTER)}.npy")
    if (one == other).all():
        return f"the same {int(one.sum()):,}"
    return f"{int(one.sum()):,}, Jaccard {(one & other).sum() / max((one | other).sum(), 1):.2f}"


def compare(folder: Path, size: str, rounds: int) -> bool:
    """Print one table; whether ours flags what cleanlab flags."""
    n, k = map(int, size.split("x"))
    write_case(folder, n, k)
    found = measured(folder, rounds)
    base = found[FILTER]
    print(f"\n{n:,} x {k:,} ({n * k * 4 / 1e6:,.0f} MB), {rounds} rounds\n")
    print("| | CPU s | wall s | private MB | times less CPU | times faster | rows flagged |")
    print("|---|---|---|---|---|---|---|")
    for name, (cpu, wall, memory) in found.items():
        ratios = f"{base[0] / cpu:.1f} | {base[1] / wall:.1f}"
        print(
            f"| {name} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {ratios} | {agreement(folder, name)} |",
            flush=True,
        )
    return all(agreement(folder, name).startswith("the same") for name in SIDES if name.startswith("auditor"))


def main() -> int:
    """Run one side, or compare all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--sizes", default="1000000x10,1000000x100", help="rows x classes, separated by commas"
    )
    parser.add_argument(
        "--large", action="store_true", help=f"{LARGE} as well: 5 GB on disk, 15 GB for cleanlab"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to put the data; else a temporary folder")
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("--idle", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        run_side(asked.side, asked.folder, asked.idle)
        return 0
    alike = True
    for size in [*filter(None, asked.sizes.split(",")), *([LARGE] if asked.large else [])]:
        with tempfile.TemporaryDirectory(dir=asked.folder, prefix="kernel-") as folder:
            alike &= compare(Path(folder), size, asked.rounds)
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main())
