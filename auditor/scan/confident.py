"""Of which class the model is confident, row by row: the rule behind the confident joint.

A row is confident of the classes whose probability reaches their threshold. Where several do,
cleanlab takes the argmax over *all* classes, which need not reach its own (cleanlab #1248); so the
classes need comparing only where the predicted class does not reach its threshold, and only where
some probability can reach any. Those few rows are read again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource
from auditor.engine.local import ordered_map
from auditor.scan.spans import batches_of, steps_of

if TYPE_CHECKING:
    from auditor.scan.kernel import RowScores

TOLERANCE = 1e-6
"""cleanlab's FLOATING_POINT_COMPARISON."""


def confident_classes(
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    thresholds: NDArray[np.float64],
    *,
    block: int | None = None,
    workers: int | None = None,
) -> NDArray[np.int32]:
    """(n,) the class each row is counted under in the confident joint, -1 where it is confident of none.

    Args:
        source: (n, K) class probabilities.
        labels: (n,) class codes; rows without label or prediction get -1.
        rows: the row scores of the same probabilities.
        thresholds: (K,) mean p(given) of each class.
        block: rows per block; the result does not depend on it.
        workers: threads; the result does not depend on them.
    """
    bar = thresholds - TOLERANCE
    found, unsure = _by_prediction(labels, rows, bar)
    batches = batches_of(source, unsure, block)
    work = partial(_among_all, source, rows.predicted, bar)
    for at, classes in zip(batches, ordered_map(work, batches, workers), strict=True):
        found[at] = classes
    return found


def sure_of_prediction(
    labels: NDArray[np.int32], rows: RowScores, thresholds: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """(n,) True where the predicted class reaches its threshold; False without label or prediction."""
    return _by_prediction(labels, rows, thresholds - TOLERANCE)[0] >= 0


def _by_prediction(
    labels: NDArray[np.int32], rows: RowScores, bar: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The predicted class where it reaches its bar, else -1; and the rows where only others may."""
    found, unsure, lowest = np.full(len(labels), -1, np.int32), [np.empty(0, np.int64)], bar.min()
    for here in steps_of(len(labels)):
        predicted, p_given, p_other = rows.predicted[here], rows.p_given[here], rows.p_other[here]
        scored = ~np.isnan(p_given)
        sure = scored & (np.where(predicted == labels[here], p_given, p_other) >= bar[predicted])
        found[here][sure] = predicted[sure]
        unsure.append(here.start + np.flatnonzero(scored & ~sure & (p_other >= lowest)))
    return found, np.concatenate(unsure)


def _among_all(
    source: BlockSource, predicted: NDArray[np.int32], bar: NDArray[np.float64], at: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Of the rows `at`: the one class that reaches its bar, the predicted one of several, -1 for none."""
    block = source.rows(at)
    passing = block >= _at_least(bar, block.dtype)
    how_many = np.count_nonzero(passing, axis=1)
    only = np.where(how_many == 1, passing.argmax(axis=1), -1)
    return np.where(how_many > 1, predicted[at], only).astype(np.int32)


def _at_least(bar: NDArray[np.float64], dtype: np.dtype[np.floating]) -> NDArray[np.floating]:
    """The smallest numbers of `dtype` that are not under `bar`: as exact to compare with, and faster."""
    near = bar.astype(dtype)
    return np.where(near < bar, np.nextafter(near, dtype.type(np.inf)), near)
