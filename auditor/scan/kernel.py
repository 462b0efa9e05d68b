"""One pass over the probabilities and a glance back: per row the given class, the best other and the
predicted one; per class the sums, thresholds and the confident joint.

Definitions are those of confident learning (Northcutt, Jiang, Chuang, JAIR 2021) as cleanlab 2.9
computes them: thresholds are `cleanlab.count.get_confident_thresholds`, the joint is
`cleanlab.count.compute_confident_joint`. Sums are kept in fixed point, so that blocks of any size
and any number of threads give the same bits. Only the rows that might be confident of another class
than the predicted one are read again (`confident.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, Matrix
from auditor.engine.local import ordered_map
from auditor.scan.confident import confident_classes
from auditor.scan.joint import calibrated
from auditor.scan.spans import Span, spans_of, steps_of

FIXED_POINT = 2.0**34
"""One unit of the fixed-point sums: errors under 6e-11, room for 5e8 rows a class in an int64."""
LOWEST_THRESHOLD = 2e-6
"""cleanlab's CONFIDENT_THRESHOLDS_LOWER_BOUND."""
NEVER = 2.0
"""Threshold of a class without a single row: no probability reaches it."""
PIECE = 1 << 17
"""Cells copied at once: they stay in a core's own cache."""
FIRST_PASS = 0.9
"""Share of the work, as progress counts it, of the pass that reads every row."""

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
    """Read the probabilities once, some rows twice, and keep O(n) and O(K^2) of them.

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
    k = source.shape[1]
    rows = _row_scores(source, labels, covered, spans_of(source, block), workers, progress)
    counts, sums, confusion = _sums(labels, rows, k)
    thresholds = _thresholds(sums, counts)
    sure = confident_classes(source, labels, rows, thresholds, block=block, workers=workers)
    joint = _counted(labels, sure, rows.scored & (sure >= 0), k)
    _tell(progress, 1.0)
    classes = ClassSums(
        counts=counts, thresholds=thresholds, confusion=confusion, joint=calibrated(joint, counts)
    )
    return rows, classes


def _row_scores(
    source: BlockSource,
    labels: NDArray[np.int32],
    covered: NDArray[np.bool_] | None,
    spans: list[Span],
    workers: int | None,
    progress: Progress | None,
) -> RowScores:
    found = unscored(len(labels))
    work = partial(_score_block, source, labels, found)
    for (_, stop), _ in zip(spans, ordered_map(work, spans, workers), strict=True):
        _tell(progress, FIRST_PASS * stop / len(labels))
    if covered is not None:
        for array, nothing in (
            (found.p_given, np.nan),
            (found.p_other, np.nan),
            (found.other, -1),
            (found.predicted, -1),
        ):
            array[~covered] = nothing
    return found


def _score_block(source: BlockSource, labels: NDArray[np.int32], found: RowScores, span: Span) -> None:
    """Fill in the scores of one block; the best other class and the given one tell which is predicted."""
    here = slice(*span)
    block, codes = source.read(*span), labels[here]
    at, labelled = np.arange(len(codes)), codes >= 0
    other = _best_other(block, codes)
    p_given, p_other = block[at, np.maximum(codes, 0)], block[at, other]
    given_wins = labelled & ((p_given > p_other) | ((p_given == p_other) & (codes < other)))
    found.p_given[here] = np.where(labelled, p_given, np.nan)
    found.p_other[here], found.other[here] = p_other, other
    found.predicted[here] = np.where(given_wins, codes, other)


def _best_other(block: Matrix, codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """(m,) the most probable class but the given one; the given class is masked in a copy of a few rows."""
    m, k = block.shape
    step = max(1, PIECE // max(k, 1))
    rest, other = np.empty((min(step, m), k), block.dtype), np.empty(m, np.int64)
    for first in range(0, m, step):
        given = codes[first : first + step]
        piece, labelled = rest[: len(given)], np.flatnonzero(given >= 0)
        np.copyto(piece, block[first : first + step])
        piece[labelled, given[labelled]] = -1.0
        piece.argmax(axis=1, out=other[first : first + step])
    return other


def _sums(
    labels: NDArray[np.int32], rows: RowScores, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows per class, the sum of p(given) per class in fixed point, and the confusion matrix."""
    sums, scored = np.zeros(k, np.int64), rows.scored
    for here in steps_of(len(labels)):
        fine = scored[here]
        fixed = np.rint(rows.p_given[here][fine] * FIXED_POINT)
        sums += np.bincount(labels[here][fine], weights=fixed, minlength=k).astype(np.int64)
    confusion = _counted(labels, rows.predicted, scored, k)
    return confusion.sum(axis=1), sums, confusion


def _counted(
    one: NDArray[np.int32], other: NDArray[np.int32], among: NDArray[np.bool_], k: int
) -> NDArray[np.int64]:
    """(K, K) rows by two codes each, of the rows in `among`."""
    total = np.zeros(k * k, np.int64)
    for here in steps_of(len(one)):
        fine = among[here]
        _add_counts(total, one[here][fine].astype(np.int64) * k + other[here][fine])
    return total.reshape(k, k)


def _add_counts(total: NDArray[np.int64], cells: NDArray[np.int64]) -> None:
    """Count cells into `total` in place; where there are more cells than rows only those that occur."""
    if len(total) > len(cells):
        found, counts = np.unique(cells, return_counts=True)
        total[found] += counts
    else:
        total += np.bincount(cells, minlength=len(total))


def _thresholds(sums: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean p(given) per class, as `cleanlab.count.get_confident_thresholds`."""
    means = sums / FIXED_POINT / np.maximum(counts, 1)
    return np.where(counts > 0, np.maximum(means, LOWEST_THRESHOLD), NEVER)


def _tell(progress: Progress | None, share: float) -> None:
    if progress is not None:
        progress("scores", share)
