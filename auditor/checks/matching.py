"""Which column fits which class: the rule of the class order, on the K x K counts alone.

Given labels and predicted classes are matched (Hungarian algorithm). Classes that agree far better
with another column than with their own are columns in another order, not label errors.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

SURE = 4.0
"""Standard errors by which another column must agree better than a class's own."""
SEEN = 2.0
"""Standard errors by which a class's own column must agree better than others to be seen as right."""
ROWS_A_CLASS = 5
"""Rows a class under which a matching follows chance."""
MATCHED = 0.5
"""Share of agreeing rows that a better order must reach."""
GAIN = 0.3
"""How much better the whole must agree where no class is clear on its own."""


def better_order(confusion: Counts) -> NDArray[np.int64] | None:
    """(K,) the column that fits each class, where the order as read is clearly wrong; None otherwise.

    Args:
        confusion: (K, K) rows by given and predicted class.
    """
    own, best = confusion.diagonal(), confusion.max(axis=1)
    total = max(int(confusion.sum()), 1)
    few = not (best > 2 * own).any() or int((best > own).sum()) < 2
    if few and best.sum() / total < own.sum() / total + GAIN:
        return None  # no matching can be better by enough: no need to look for it
    columns = _matched(confusion)
    there = confusion[np.arange(len(own)), columns]
    if _wholesale(there, own, total):
        return columns
    moved = [cycle for cycle in _cycles(columns) if _clear(confusion, columns, cycle)]
    if not moved:
        return None
    kept = np.arange(len(own))
    for cycle in moved:
        kept[cycle] = columns[cycle]
    return kept


def _matched(confusion: Counts) -> NDArray[np.int64]:
    """The order with the most agreeing rows; where it makes no difference a class keeps its column."""
    from scipy.optimize import linear_sum_assignment

    k = len(confusion)
    weighed = confusion * (k + 1) + np.eye(k, dtype=np.int64)
    found: NDArray[np.int64] = linear_sum_assignment(weighed, maximize=True)[1]
    return found


def _wholesale(there: Counts, own: Counts, total: int) -> bool:
    """Whether the order as a whole agrees so much better that no class needs to be clear on its own."""
    matched, as_read = there.sum() / total, own.sum() / total
    return bool(total / len(own) >= ROWS_A_CLASS and matched >= MATCHED and matched >= as_read + GAIN)


def _clear(confusion: Counts, columns: NDArray[np.int64], cycle: NDArray[np.int64]) -> bool:
    """Whether classes that change columns among themselves are clearly better off so.

    Two of them on their own, or all of them together with most of their rows.
    """
    there, own = confusion[cycle, columns[cycle]], confusion[cycle, cycle]
    if int(_surely(there, own).sum()) >= 2:
        return True
    rows = int(confusion[cycle].sum())
    together = int((there > own).sum()) >= 2 and bool(_surely(there.sum(), own.sum()))
    return together and rows >= ROWS_A_CLASS * len(cycle) and there.sum() >= MATCHED * rows


def _surely(there: Counts, own: Counts) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (there >= 5) & (there > 2 * own) & (there > own + SURE * np.sqrt(there + own))
    return found


def _cycles(columns: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The groups of classes that change columns among themselves."""
    seen = columns == np.arange(len(columns))
    for first in np.flatnonzero(~seen):
        cycle = []
        at = int(first)
        while not seen[at]:
            seen[at] = True
            cycle.append(at)
            at = int(columns[at])
        if cycle:
            yield np.array(cycle)


def untold(confusion: Counts) -> NDArray[np.int64]:
    """The classes whose own column is not seen to fit best; they could stand in each other's place.

    A class is seen where its own column agrees better, by `SEEN` standard errors, than that of any
    class that is not seen yet: those that are seen can be no one else's. A single one that is left
    has no other place to stand in.
    """
    open_ = np.arange(len(confusion))
    while len(open_):
        part = confusion[np.ix_(open_, open_)]
        own = part.diagonal()
        others = part - np.diag(own)
        there = others.max(axis=1)
        left = open_[own <= there + SEEN * np.sqrt(own + there)]
        if len(left) == len(open_):
            break
        open_ = left
    return open_ if len(open_) > 1 else open_[:0]


def nearest_other(confusion: Counts) -> float:
    """Share of rows that agree if the two classes change columns for which that costs least."""
    own = confusion.diagonal()
    swapped = confusion + confusion.T - own[:, None] - own[None, :]
    np.fill_diagonal(swapped, np.iinfo(np.int64).min)
    return (int(own.sum()) + int(swapped.max())) / max(int(confusion.sum()), 1)


def shift_of(order: NDArray[np.int64], confusion: Counts) -> int:
    """The same number of columns by which every class with rows is off, +1 or -1; 0 for any other order."""
    k = len(order)
    here = confusion.sum(axis=1) > 0
    by = set(((order - np.arange(k)) % k)[here].tolist())
    if k < 3 or len(by) != 1:
        return 0
    return {1: 1, k - 1: -1}.get(by.pop(), 0)
