"""The whole audit at n, 4n, 16n rows and at the size of ImageNet, beside cleanlab's label check: every stage.

    python benchmarks/scale.py [--sizes 62500x100,250000x100,1000000x100] [--large] [--rounds 3] [--no-texts]

A CSV of ids, made-up sentences (those of `texts.py`, 2 % near copies) and labels, 10 % of them wrong, and
float32 probabilities in a `.npy` file. `auditor` reads and joins both, checks them, scans, looks for copies
and near copies, orders the queue, and writes the folder with report.html and review.html. cleanlab reads
the same labels and probabilities and finds label issues with its default filter; it writes nothing, and looks
at no text. Each is a process of its own, in turns in one go, start-up and imports included; CPU medians, and
the largest anonymous resident memory (pages of the mapped file do not count). `--no-texts` leaves the
sentences out, so that what the probabilities cost is seen alone. `--large` adds 1,280,000 x 1000 (5 GB).

Prints the CPU seconds of each stage, how they grow, and the sizes of what was written; ends with 1 where a
stage grows by more than a quarter over linear, a page outgrows its budget, or a row is flagged by one alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from kernel import LARGE, write_case
from processes import cost_of, private_peak
from texts import sentences

SIZES = "62500x100,250000x100,1000000x100"
STAGES = ("read", "content", "checks", "scores", "detect", "queue", "tables", "pages")
LINEAR = 1.25
"""How much more than linear a stage may grow from the smallest size to the largest."""
SMALL = 0.5
"""CPU seconds below which the growth of a stage is noise."""
PAGES = {"report.html": 4_000_000, "review.html": 15_000_000}
"""Bytes that a page may have."""
FILTER = """
import sys, numpy as np
from cleanlab.filter import find_label_issues
labels, probs = np.load(sys.argv[1] + "/labels.npy"), np.load(sys.argv[1] + "/probs.npy", mmap_mode="r")
np.save(sys.argv[1] + "/theirs.npy", find_label_issues(labels, probs, n_jobs=1))
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the whole audit of one size cost."""

    stages: dict[str, float]
    """Stage -> CPU seconds, medians."""
    cpu: float
    """CPU seconds of the process."""
    private: float
    """Peak anonymous memory, MB."""
    pages: dict[str, int]
    """File -> bytes."""
    theirs: tuple[float, float]
    """CPU seconds and private MB of cleanlab."""
    equal: bool
    """Whether both flag the same rows."""


def audited(folder: Path) -> None:
    """In a process of its own: audit what lies in a folder, save it, and append the stages to a file."""
    import time

    import auditor

    audit = auditor.audit(folder / "data.csv", predictions=folder / "probs.npy", out_of_sample=True)
    start = time.process_time()
    audit.save(folder / "audit")
    stages = {**audit.timings, "pages": time.process_time() - start}
    with (folder / "stages.jsonl").open("a") as file:
        file.write(json.dumps(stages) + "\n")


def write_data(folder: Path, n: int, k: int, texts: bool) -> None:
    """The CSV, the probabilities and, for cleanlab, the labels as numbers."""
    write_case(folder, n, k)
    labels = np.load(folder / "labels.npy")
    width = len(str(k - 1))
    columns: dict[str, object] = {"id": np.arange(n)}
    if texts:
        columns["text"] = sentences(n)[0]
    columns["label"] = [f"c{code:0{width}d}" for code in labels]
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(pa.table(columns), folder / "data.csv", options)


def run(folder: Path, n: int, k: int, texts: bool, rounds: int) -> Run:
    """Both sides in turns; one round more to look at their memory."""
    write_data(folder, n, k, texts)
    ours = [sys.executable, __file__, "--folder", str(folder)]
    peer = [sys.executable, "-c", FILTER, str(folder)]
    costs = [(cost_of(ours).cpu, cost_of(peer).cpu) for _ in range(rounds)]
    private = private_peak(ours), private_peak(peer)
    stages = [json.loads(line) for line in (folder / "stages.jsonl").read_text().splitlines()][:rounds]
    return Run(
        stages={name: statistics.median(stage[name] for stage in stages) for name in STAGES},
        cpu=statistics.median(cost[0] for cost in costs),
        private=private[0],
        pages={name: (folder / "audit" / name).stat().st_size for name in PAGES},
        theirs=(statistics.median(cost[1] for cost in costs), private[1]),
        equal=agree(folder),
    )


def agree(folder: Path) -> bool:
    """Whether the audit flags the rows of cleanlab's default filter."""
    import pyarrow.parquet as pq

    flags = pq.read_table(folder / "audit" / "scores.parquet", columns=["flags"])["flags"].to_numpy()
    return bool(((flags & 1 == 1) == np.load(folder / "theirs.npy")).all())


def row_of(size: str, found: Run) -> str:
    """A line of the table."""
    stages = " | ".join(f"{found.stages[name]:.1f}" for name in STAGES)
    pages = ", ".join(f"{size / 1e6:.1f}" for size in found.pages.values())
    theirs = f"{found.theirs[0]:.1f} s, {found.theirs[1]:,.0f} MB"
    return f"| {size} | {stages} | {found.cpu:.1f} | {found.private:,.0f} | {pages} | {theirs} |"


def faults(runs: dict[str, Run]) -> list[str]:
    """What missed its bar."""
    out = [f"{size}: the flags are not cleanlab's" for size, found in runs.items() if not found.equal]
    out += [
        f"{size}: {name} has {found.pages[name]:,} bytes"
        for size, found in runs.items()
        for name, most in PAGES.items()
        if found.pages[name] > most
    ]
    grown = [size for size in runs if size != LARGE]
    first, last = runs[grown[0]], runs[grown[-1]]
    times = int(grown[-1].split("x")[0]) / int(grown[0].split("x")[0])
    for name in STAGES:
        ratio = last.stages[name] / max(first.stages[name], 1e-9) / times
        if ratio > LINEAR and last.stages[name] > SMALL:
            out.append(f"{name}: {ratio:.2f} times linear from {grown[0]} to {grown[-1]}")
    return out


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default=SIZES, help="rows x classes, separated by commas, rising")
    parser.add_argument("--large", action="store_true", help=f"{LARGE} as well: 5 GB on disk")
    parser.add_argument("--no-texts", action="store_true", help="ids, labels and probabilities alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        audited(asked.folder)
        return 0
    runs: dict[str, Run] = {}
    print(f"| rows x classes | {' | '.join(STAGES)} | CPU s | private MB | report, review MB | cleanlab |")
    print("|---|" + "---|" * (len(STAGES) + 4))
    for size in [*asked.sizes.split(","), *([LARGE] if asked.large else [])]:
        n, k = map(int, size.split("x"))
        with tempfile.TemporaryDirectory(prefix="scale-") as folder:
            runs[size] = run(Path(folder), n, k, not asked.no_texts, asked.rounds)
        print(row_of(size, runs[size]), flush=True)
    missed = faults(runs)
    print("", *missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
