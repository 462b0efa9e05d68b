"""Which rows are flagged, by the filter of one's choice: cleanlab's, and a stricter one.

Each is `cleanlab.filter.find_label_issues(filter_by=...)` (cleanlab 2.9) step by step, but
`confident_and_predicted`, which is ours. All need little more than the row scores: some rows are
read again, none is kept. Ties are broken by the item, never by row number.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource
from auditor.scan.confident import confident_classes, sure_of_prediction
from auditor.scan.joint import numbers_to_prune
from auditor.scan.kernel import ClassSums, RowScores
from auditor.scan.prune import disagrees, flagged_by_noise_rate
from auditor.ties import TieKeys, lexsort_by_item

Filter = Literal[
    "prune_by_noise_rate",
    "prune_by_class",
    "both",
    "confident_learning",
    "predicted_neq_given",
    "low_self_confidence",
    "low_normalized_margin",
    "confident_and_predicted",
]
FILTERS: tuple[Filter, ...] = get_args(Filter)
"""Every filter, the default first."""
OURS: Filter = "confident_and_predicted"
"""The one that cleanlab does not have."""


def flagged_by(
    filter_by: Filter,
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    classes: ClassSums,
    ties: TieKeys,
    *,
    block: int | None = None,
    workers: int | None = None,
) -> NDArray[np.bool_]:
    """(n,) True for the rows that a filter flags; rows without label or prediction never are.

    Args:
        filter_by: `prune_by_noise_rate`: per pair of classes the largest margins, as many as the joint
            says. `prune_by_class`: per class the lowest p(given), as many as the joint says. `both`:
            flagged by these two. `confident_learning`: confident of another class than the given one.
            `predicted_neq_given`: another class is predicted. `low_self_confidence` and
            `low_normalized_margin`: over all rows the lowest p(given), or p(given) - p(best other), as
            many as `confident_learning` flags. `confident_and_predicted`: another class is predicted and
            reaches its own threshold.
        source: (n, K) class probabilities.
        labels: (n,) class codes, negative for rows without a known label.
        rows: the row scores of the same probabilities.
        classes: the class sums of the same probabilities.
        ties: rows -> a key of the item, which breaks ties.
        block: rows per block; the result does not depend on it.
        workers: threads; the result does not depend on them.
    """
    size = {"block": block, "workers": workers}
    if filter_by == "prune_by_noise_rate":
        return flagged_by_noise_rate(source, labels, rows, classes, ties, **size)
    if filter_by == "prune_by_class":
        return _lowest_by_class(labels, rows, classes, ties) & disagrees(rows, labels)
    if filter_by == "both":
        by_class = _lowest_by_class(labels, rows, classes, ties)
        return by_class & flagged_by_noise_rate(source, labels, rows, classes, ties, **size)
    if filter_by == "predicted_neq_given":
        return disagrees(rows, labels)
    if filter_by == "confident_and_predicted":
        return disagrees(rows, labels) & sure_of_prediction(labels, rows, classes.thresholds)
    elsewhere = _confident_elsewhere(source, labels, rows, classes, **size)
    if filter_by == "confident_learning":
        return elsewhere
    score = rows.p_given if filter_by == "low_self_confidence" else rows.p_given - rows.p_other
    how_many = int(np.count_nonzero(elsewhere))
    return _mask(len(labels), _lowest(np.flatnonzero(rows.scored), score, how_many, rows, ties))


def _confident_elsewhere(
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    classes: ClassSums,
    *,
    block: int | None,
    workers: int | None,
) -> NDArray[np.bool_]:
    """(n,) rows off the diagonal of the confident joint whose prediction is not the given label."""
    confident = confident_classes(source, labels, rows, classes.thresholds, block=block, workers=workers)
    found: NDArray[np.bool_] = (confident >= 0) & (confident != labels)
    return found & disagrees(rows, labels)


def _lowest_by_class(
    labels: NDArray[np.int32], rows: RowScores, classes: ClassSums, ties: TieKeys
) -> NDArray[np.bool_]:
    """(n,) the rows of each class with the lowest p(given): all but as many as the joint leaves it.

    A class with a single row is left alone.
    """
    many = classes.counts - numbers_to_prune(classes.joint).diagonal()
    many[classes.counts <= 1] = 0
    scored = np.flatnonzero(rows.scored)
    by_class = scored[np.argsort(labels[scored], kind="stable")]
    ends = np.cumsum(classes.counts)
    flagged = [
        _lowest(by_class[ends[k] - classes.counts[k] : ends[k]], rows.p_given, int(many[k]), rows, ties)
        for k in np.flatnonzero(many > 0)
    ]
    return _mask(len(labels), np.concatenate([*flagged, np.empty(0, np.int64)]))


def _lowest(
    among: NDArray[np.int64], score: NDArray[np.float64], how_many: int, rows: RowScores, ties: TieKeys
) -> NDArray[np.int64]:
    """The rows of `among` with the lowest scores; of equal ones those with the surest other class."""
    if how_many >= len(among) or how_many == 0:
        return among[:how_many]
    values = score[among]
    bar = np.partition(values, how_many - 1)[how_many - 1]
    under, edge = among[values < bar], among[values == bar]
    order = lexsort_by_item((-rows.p_other[edge],), edge, ties)
    return np.concatenate([under, edge[order[: how_many - len(under)]]])


def _mask(n: int, index: NDArray[np.int64]) -> NDArray[np.bool_]:
    mask = np.zeros(n, bool)
    mask[index] = True
    return mask
