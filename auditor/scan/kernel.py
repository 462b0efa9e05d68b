"""Two passes over the probabilities: per row the given class, the best other and the predicted one;
per class the sums, thresholds and the confident joint.

Definitions are those of confident learning (Northcutt, Jiang, Chuang, JAIR 2021) as cleanlab 2.9
computes them: thresholds are `cleanlab.count.get_confident_thresholds`, the joint is
`cleanlab.count.compute_confident_joint`. Sums are kept in fixed point, so that blocks of any size
and any number of threads give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, Matrix, blocks_of
from auditor.engine.local import ordered_map
from auditor.scan.joint import calibrated

FIXED_POINT = 2.0**34
"""One unit of the fixed-point sums: errors under 6e-11, room for 5e8 rows a class in an int64."""
TOLERANCE = 1e-6
"""cleanlab's FLOATING_POINT_COMPARISON."""
LOWEST_THRESHOLD = 2e-6
"""cleanlab's CONFIDENT_THRESHOLDS_LOWER_BOUND."""
NEVER = 2.0
"""Threshold of a class without a single row: no probability reaches it."""

Progress = Callable[[str, float], None]
"""Called with a phase and the share of it that is done, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowScores:
    """What the probabilities say of each row; arrays of (n,), NaN or -1 where a row has no prediction.

    Rows without a known label have `p_given` NaN; for them `other` is the predicted class.
    """

    p_given: NDArray[np.float64]
    """Probability of the given class, 0..1."""
    p_other: NDArray[np.float64]
    """Largest probability among the other classes, 0..1."""
    other: NDArray[np.int32]
    """The class of `p_other`: the suggested label."""
    predicted: NDArray[np.int32]
    """The most probable class (the first of several equal ones, as numpy's argmax)."""

    def __len__(self) -> int:
        return len(self.p_given)

    @property
    def scored(self) -> NDArray[np.bool_]:
        """(n,) True for rows with a known label and a prediction."""
        return ~np.isnan(self.p_given)


def unscored(n: int) -> RowScores:
    """The row scores of n rows without a prediction."""
    nothing, none = np.full(n, np.nan), np.full(n, -1, np.int32)
    return RowScores(p_given=nothing, p_other=nothing.copy(), other=none, predicted=none.copy())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSums:
    """What the probabilities say of each class; K classes, rows with label and prediction only."""

    counts: NDArray[np.int64]
    """(K,) rows per given class."""
    thresholds: NDArray[np.float64]
    """(K,) mean p(given) of the rows of each class; 2.0 for a class without rows."""
    confusion: NDArray[np.int64]
    """(K, K) rows by given class and predicted class."""
    joint: NDArray[np.int64]
    """(K, K) calibrated confident joint: rows by given class and confidently true class."""

    @property
    def accuracy(self) -> float:
        """Share of rows whose predicted class is the given one."""
        return float(np.trace(self.confusion) / max(self.confusion.sum(), 1))

    @property
    def kappa(self) -> float:
        """Cohen's kappa between given and predicted class: agreement beyond chance, at most 1."""
        total = max(int(self.confusion.sum()), 1)
        by_chance = float(self.confusion.sum(1) @ self.confusion.sum(0)) / total**2
        return 0.0 if by_chance >= 1 else (self.accuracy - by_chance) / (1 - by_chance)


def scan(
    source: BlockSource,
    labels: NDArray[np.int32],
    *,
    covered: NDArray[np.bool_] | None = None,
    block: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[RowScores, ClassSums]:
    """Read the probabilities twice and keep O(n) and O(K^2) of them.

    Args:
        source: (n, K) class probabilities, finite, in [0, 1], rows summing to one.
        labels: (n,) class codes 0..K-1, negative for rows without a known label.
        covered: (n,) False for rows that have no prediction.
        block: rows per block; the result does not depend on it.
        workers: threads; the result does not depend on them.
        progress: called with ("scores", share done).

    Returns:
        The row scores and the class sums.
    """
    n, k = source.shape
    here = np.ones(n, bool) if covered is None else covered
    known = (labels >= 0) & here
    spans = list(blocks_of(source, block))
    rows, sums, confusion = _first_pass(source, labels, known, here, spans, workers, progress)
    counts = np.bincount(labels[known], minlength=k).astype(np.int64)
    thresholds = _thresholds(sums, counts)
    joint = _second_pass(source, labels, known, thresholds, spans, workers, progress)
    classes = ClassSums(
        counts=counts, thresholds=thresholds, confusion=confusion, joint=calibrated(joint, counts)
    )
    return rows, classes


def _first_pass(
    source: BlockSource,
    labels: NDArray[np.int32],
    known: NDArray[np.bool_],
    here: NDArray[np.bool_],
    spans: list[tuple[int, int]],
    workers: int | None,
    progress: Progress | None,
) -> tuple[RowScores, NDArray[np.int64], NDArray[np.int64]]:
    n, k = source.shape
    found = unscored(n)
    sums, confusion = np.zeros(k, np.int64), np.zeros(k * k, np.int64)
    for (start, stop), part in zip(
        spans, ordered_map(partial(_block_scores, source, labels), spans, workers), strict=True
    ):
        rows = slice(start, stop)
        found.p_given[rows], found.p_other[rows], found.other[rows], found.predicted[rows] = part
        fine = known[rows]
        codes = labels[rows][fine]
        fixed = np.rint(part[0][fine].astype(np.float64) * FIXED_POINT)
        sums += np.bincount(codes, weights=fixed, minlength=k).astype(np.int64)
        add_counts(confusion, codes.astype(np.int64) * k + part[3][fine])
        _tell(progress, stop / max(2 * n, 1))
    found.p_given[~known] = np.nan
    for array, nothing in ((found.p_other, np.nan), (found.other, -1), (found.predicted, -1)):
        array[~here] = nothing
    return found, sums, confusion.reshape(k, k)


def add_counts(total: NDArray[np.int64], cells: NDArray[np.int64]) -> None:
    """Count cells into `total` in place; with many classes a block fills few of the K x K cells."""
    if len(total) > 8 * len(cells):
        found, counts = np.unique(cells, return_counts=True)
        total[found] += counts
    else:
        total += np.bincount(cells, minlength=len(total))


def _block_scores(
    source: BlockSource, labels: NDArray[np.int32], span: tuple[int, int]
) -> tuple[Matrix, Matrix, NDArray[np.int64], NDArray[np.int64]]:
    """Of one block: p(given), p(best other), best other, argmax; a negative label masks nothing."""
    start, stop = span
    block = source.read(start, stop)
    codes = labels[start:stop]
    at = np.arange(stop - start)
    predicted = block.argmax(axis=1)
    p_given = block[at, np.maximum(codes, 0)]
    other, p_other = predicted.copy(), block[at, predicted].copy()
    same = np.flatnonzero(predicted == codes)
    if len(same):
        rest = block[same].copy()
        rest[np.arange(len(same)), codes[same]] = -1.0
        other[same] = rest.argmax(axis=1)
        p_other[same] = rest[np.arange(len(same)), other[same]]
    return p_given, p_other, other, predicted


def _thresholds(sums: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean p(given) per class, as `cleanlab.count.get_confident_thresholds`."""
    means = sums / FIXED_POINT / np.maximum(counts, 1)
    return np.where(counts > 0, np.maximum(means, LOWEST_THRESHOLD), NEVER)


def _second_pass(
    source: BlockSource,
    labels: NDArray[np.int32],
    known: NDArray[np.bool_],
    thresholds: NDArray[np.float64],
    spans: list[tuple[int, int]],
    workers: int | None,
    progress: Progress | None,
) -> NDArray[np.int64]:
    """The confident joint before calibration, (K, K) rows by given and confident class."""
    n, k = source.shape
    joint = np.zeros(k * k, np.int64)
    work = partial(_block_joint, source, labels, known, thresholds - TOLERANCE)
    for (_, stop), cells in zip(spans, ordered_map(work, spans, workers), strict=True):
        add_counts(joint, cells)
        _tell(progress, (n + stop) / max(2 * n, 1))
    return joint.reshape(k, k)


def _block_joint(
    source: BlockSource,
    labels: NDArray[np.int32],
    known: NDArray[np.bool_],
    bar: NDArray[np.float64],
    span: tuple[int, int],
) -> NDArray[np.int64]:
    """Cells given * K + confident class of the rows of one block that are confident of some class.

    Where several classes pass their threshold cleanlab takes the argmax over *all* classes, which
    need not pass itself (cleanlab #1248); so the classes need comparing only where the argmax
    does not pass.
    """
    start, stop = span
    fine = known[start:stop]
    block, codes = source.read(start, stop)[fine], labels[start:stop][fine].astype(np.int64)
    guess = block.argmax(axis=1)
    sure = block[np.arange(len(block)), guess] >= bar[guess]
    unsure = np.flatnonzero(~sure)
    passing = block[unsure] >= bar
    how_many = passing.sum(axis=1)
    guess[unsure] = np.where(how_many > 1, guess[unsure], passing.argmax(axis=1))
    sure[unsure] = how_many > 0
    cells: NDArray[np.int64] = codes[sure] * len(bar) + guess[sure]
    return cells


def _tell(progress: Progress | None, share: float) -> None:
    if progress is not None:
        progress("scores", share)
