"""How far off the forecast is, and how often its band holds, on datasets whose every label people checked.

    python benchmarks/forecast.py

Each draw judges one random row of each of m equal pieces of the first 500 of the queue, as the spot checks
of the labeller's page are, and forecasts the errors among the first 50, 100, 200 and 500 rows. Printed: the
mean error as a share of n, how often the band of 90 % held the true number, and how wide it is as a share of
n. Then rows are judged from the top on, every fifth of them blindly: those are the ones that the curve is
drawn through too, all are known. Then the error rate of the whole dataset is estimated from stratified draws.
The last line times an update. Prints Markdown; exit 1 where a bar is missed. docs/ranking.md keeps a run.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from packs import AVERAGED, PACKS, SHARED, Pack

import auditor
from auditor.prioritise.estimate import Stratum, allocated, error_rate
from auditor.prioritise.forecast import fit
from auditor.prioritise.sample import STRATA, spread, strata

FROZEN, SIZES, DRAWS = 500, (50, 100, 200, 500), 300
CHECKS = (10, 20, 25, 50)
BLIND = 0.2
PARTLY = ("mnist", "imdb", "20news")
"""Packs of which only candidates were judged: their queue is cut to those, and no bar is on them."""
ERROR_BARS = {20: 0.125, 50: 0.09}
COVERAGE_MEAN, COVERAGE_WORST = 0.85, 0.78


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The rows of a pack with truth, in the order of the queue."""

    name: str
    wrong: NDArray[np.bool_]
    doubt: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a forecast did: means over draws and sizes."""

    error: float
    cover: float
    width: float


def queue_of(pack: Pack) -> Queue:
    """The queue as `auditor.audit` orders it, cut to the rows with truth."""
    audit = auditor.audit(pack.data, predictions=pack.prediction_paths, top=None, **pack.columns)
    truth = pack.truth()
    queue = audit.queue[audit.queue["item"].isin(list(truth))]
    wrong = np.array([truth[item] for item in queue["item"]])
    return Queue(name=pack.name, wrong=wrong, doubt=queue["suspicion"].to_numpy())


def scored(queue: Queue, checks: int, *, also_top: int = 0, seed: int = 0) -> Score:
    """The forecast from `checks` spread verdicts, and perhaps the first rows, against the truth."""
    random = np.random.default_rng([seed, checks, also_top])
    frozen = min(FROZEN, len(queue.wrong))
    places, true = np.arange(frozen), np.cumsum(queue.wrong)
    sizes = [n for n in SIZES if n <= frozen]
    errors, held, widths = [], [], []
    for _ in range(DRAWS):
        spots = np.array(spread(random.permutation(frozen), checks))
        judged = np.union1d(spots, np.arange(also_top))
        known = np.full(frozen, np.nan)
        known[judged] = queue.wrong[judged]
        blind = np.union1d(spots, np.flatnonzero(random.random(also_top) < BLIND))
        for one in fit(blind, queue.wrong[blind], frozen).expected(places, known, sizes):
            errors.append(abs(one.errors - true[one.n - 1]) / one.n)
            held.append(one.low <= true[one.n - 1] <= one.high)
            widths.append((one.high - one.low) / one.n)
    return Score(error=float(np.mean(errors)), cover=float(np.mean(held)), width=float(np.mean(widths)))


def curves(queues: Sequence[Queue]) -> bool:
    """Print errors and coverage by number of checks; True where all bars hold."""
    print("| pack | rows | errors |" + "".join(f" {m} checks: error / cover / width |" for m in CHECKS))
    print("|---|---|---|" + "---|" * len(CHECKS))
    by_checks: dict[int, list[Score]] = {m: [] for m in CHECKS}
    for queue in queues:
        cells = []
        for m in CHECKS:
            found = scored(queue, m)
            cells.append(f" {found.error:.3f} / {found.cover:.2f} / {found.width:.2f} |")
            if queue.name not in PARTLY:
                by_checks[m].append(found)
        print(f"| {queue.name} | {len(queue.wrong):,} | {queue.wrong.sum()} |" + "".join(cells), flush=True)
    fine = True
    for m, found in by_checks.items():
        error = statistics.mean(one.error for one in found)
        cover = statistics.mean(one.cover for one in found)
        worst = min(one.cover for one in found)
        print(f"\n{m} checks, packs with every row judged: mean error {error:.3f}, largest "
              f"{max(one.error for one in found):.3f}; coverage {cover:.3f}, lowest {worst:.3f}")  # fmt: skip
        if m in ERROR_BARS:
            fine &= error <= ERROR_BARS[m] and cover >= COVERAGE_MEAN and worst >= COVERAGE_WORST
    return fine


def from_the_top(queues: Sequence[Queue]) -> None:
    """Print what going on from the top after 20 spread checks does."""
    print("\n| pack | then 20 from the top: error / cover | 50 | 100 |\n|---|---|---|---|")
    for queue in queues:
        found = [scored(queue, 20, also_top=t) for t in (20, 50, 100)]
        cells = "".join(f" {one.error:.3f} / {one.cover:.2f} |" for one in found)
        print(f"| {queue.name} |{cells}", flush=True)


def rates(queues: Sequence[Queue]) -> None:
    """Print how often the interval of the whole error rate holds, and what a simple sample would need."""
    print("\n| pack | error rate | 100 rows: cover / width / rows of a simple sample | 200 rows |")
    print("|---|---|---|---|")
    for queue in queues:
        cells = [_rate(queue, m) for m in (100, 200)]
        print(f"| {queue.name} | {queue.wrong.mean():.3f} |" + "".join(cells), flush=True)


def _rate(queue: Queue, m: int) -> str:
    random = np.random.default_rng(m)
    of = strata(np.arange(len(queue.wrong)))
    members = [np.flatnonzero(of == h) for h in range(len(STRATA) + 1)]
    sizes = np.array([len(rows) for rows in members])
    doubt = np.array([queue.doubt[rows].mean() for rows in members])
    drawn = allocated(sizes, doubt, np.minimum(sizes, 200), m)
    held, widths, simple = [], [], []
    for _ in range(DRAWS):
        found = error_rate([
            Stratum(rows=len(rows), judged=int(n),
                    errors=int(queue.wrong[random.choice(rows, n, replace=False)].sum()))
            for rows, n in zip(members, drawn, strict=True)
        ])  # fmt: skip
        assert found is not None
        held.append(found.low <= queue.wrong.mean() <= found.high)
        widths.append(found.high - found.low)
        simple.append(found.simple)
    return f" {np.mean(held):.2f} / {np.mean(widths):.3f} / {np.median(simple):,.0f} |"


def timing(queue: Queue) -> None:
    """Print what one update takes: 100 verdicts, 500 rows, four sizes."""
    places, judged = np.arange(FROZEN), np.arange(0, FROZEN, 5)
    known = np.full(FROZEN, np.nan)
    known[judged] = queue.wrong[judged]
    took = []
    for _ in range(20):
        start = time.process_time()
        fit(judged, queue.wrong[judged], FROZEN).expected(places, known, SIZES)
        took.append(1_000 * (time.process_time() - start))
    print(f"\nan update with 100 verdicts: {statistics.median(took):.0f} ms of CPU (median of 20)")


def main() -> int:
    """Print all tables; exit 1 where a bar is missed."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    queues = [queue_of(pack) for pack in (*PACKS, AVERAGED)]
    fine = curves(queues)
    whole = [queue for queue in queues if queue.name not in PARTLY]
    from_the_top(whole)
    rates(whole)
    timing(whole[0])
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
