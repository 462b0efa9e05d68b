"""Precision and recall of every filter on planted label errors, classes even and uneven.

    python benchmarks/filters.py [--rows 20000] [--classes 100] [--seeds 5]

Items are points about the centre of their class; a share of the labels is changed to another class at
random. The model learns the centres of the classes, and their sizes unless it is to ignore them (as one
trained on balanced batches does), from the changed labels, never from the items it predicts (five
folds). Means over seeds. Nothing is timed.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks
from auditor.scan.filters import FILTERS, flagged_by
from auditor.scan.kernel import scan

DIMENSIONS, NOISE, FOLDS = 16, 0.10, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How the items lie, and what the model knows."""

    exponent: float
    """The size of the r-th class falls as r to this power: 0 for even classes."""
    spread: float
    """Of the items about their centres, which lie 1 from one another in every dimension or so."""
    sizes: bool = True
    """Whether the model knows that classes differ in size."""


CASES = {
    "even": Case(exponent=0, spread=0.8),
    "zipf 1.5": Case(exponent=1.5, spread=0.8),
    "zipf 1.5, hard": Case(exponent=1.5, spread=1.4),
    "zipf 1.5, sizes ignored": Case(exponent=1.5, spread=0.8, sizes=False),
}


def planted(
    n: int, k: int, case: Case, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.bool_]]:
    """(n,) labels, (n, k) out-of-sample probabilities, and (n,) whether the label is wrong."""
    rng = np.random.default_rng(seed)
    sizes = np.arange(1, k + 1) ** -case.exponent
    truth = rng.choice(k, n, p=sizes / sizes.sum())
    points = rng.normal(size=(k, DIMENSIONS))[truth] + rng.normal(size=(n, DIMENSIONS)) * case.spread
    labels = np.where(rng.random(n) < NOISE, rng.integers(0, k, n), truth).astype(np.int32)
    probs = np.empty((n, k))
    fold = rng.integers(0, FOLDS, n)
    for held in range(FOLDS):
        out = fold == held
        probs[out] = _predicted(points[~out], labels[~out], points[out], k, sizes=case.sizes)
    return labels, probs, labels != truth


def _predicted(
    points: NDArray[np.float64],
    labels: NDArray[np.int32],
    asked: NDArray[np.float64],
    k: int,
    *,
    sizes: bool,
) -> NDArray[np.float64]:
    """Posteriors of round classes of one width, with the sizes of the classes as prior if asked."""
    counts = np.bincount(labels, minlength=k) + 0.5
    sums = np.zeros((k, DIMENSIONS))
    np.add.at(sums, labels, points)
    centres = sums / counts[:, None]
    width = np.mean((points - centres[labels]) ** 2)
    squares = (asked**2).sum(1)[:, None] - 2 * asked @ centres.T + (centres**2).sum(1)
    logits = np.log(counts) * sizes - squares / (2 * width)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return found


def measured(n: int, k: int, case: Case, seed: int) -> dict[str, tuple[int, float, float]]:
    """Flagged rows, precision and recall by filter."""
    labels, probs, wrong = planted(n, k, case, seed)
    source = ArrayBlocks(probs)
    rows, sums = scan(source, labels)
    found = {}
    for name in FILTERS:
        flags = flagged_by(name, source, labels, rows, sums, lambda at: at.astype(np.uint64))
        hits = int((flags & wrong).sum())
        found[name] = (int(flags.sum()), hits / max(int(flags.sum()), 1), hits / int(wrong.sum()))
    return found


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    print("| filter | " + " | ".join(f"{name}: flagged, precision, recall" for name in CASES) + " |")
    print("|---|" + "---|" * len(CASES))
    runs = {
        name: [measured(asked.rows, asked.classes, case, seed) for seed in range(asked.seeds)]
        for name, case in CASES.items()
    }
    for name in FILTERS:
        cells = [np.mean([run[name] for run in found], axis=0) for found in runs.values()]
        print(f"| `{name}` | " + " | ".join(f"{n:,.0f}, {p:.2f}, {r:.2f}" for n, p, r in cells) + " |")


if __name__ == "__main__":
    main()
