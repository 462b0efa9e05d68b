"""Folds for cross-validation: every class spread evenly, rows that belong together in one fold.

As scikit-learn's StratifiedGroupKFold, in time that grows with the rows alone; and the same for every order
of the rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
"""Folds: four fifths of the rows teach each model."""

Keys = NDArray[np.uint64]
"""A key per row that does not depend on where it stands."""


def folds_of(
    codes: NDArray[np.int32], units: NDArray[np.int64], keys: Keys, folds: int = FOLDS
) -> NDArray[np.int8]:
    """The fold of each row.

    Args:
        codes: (n,) the class of each row; negative for rows without one.
        units: (n,) rows of one number go into one fold.
        keys: (n,) decide where order must; rows with equal keys are alike in all that counts.
        folds: how many.

    Returns:
        (n,) 0..folds-1. Of each class, the folds hold numbers of rows that differ by one at most, where no
        two rows of it share a unit.

    >>> import numpy as np
    >>> codes, units = np.array([0, 0, 0, 1, 1, 1], np.int32), np.array([0, 0, 1, 2, 3, 4])
    >>> folds_of(codes, units, np.arange(6, dtype=np.uint64), 3).tolist()
    [0, 0, 1, 0, 1, 2]
    """
    found = np.full(len(codes), -1, np.int8)
    classes = np.where(codes < 0, codes.max(initial=-1) + 1, codes).astype(np.int64)
    counts = np.zeros((int(classes.max(initial=0)) + 1, folds), np.int64)
    together = np.bincount(units)[units] > 1
    _place_units(found, np.flatnonzero(together), classes, units, keys, counts)
    _place_single(found, np.flatnonzero(~together), classes, keys, counts)
    return found


def _place_units(
    found: NDArray[np.int8],
    rows: NDArray[np.int64],
    classes: NDArray[np.int64],
    units: NDArray[np.int64],
    keys: Keys,
    counts: NDArray[np.int64],
) -> None:
    """Units of several rows, the largest first, each into the fold with the fewest rows of its class."""
    order = rows[np.lexsort((keys[rows], units[rows]))]
    starts = np.flatnonzero(np.r_[True, np.diff(units[order]) != 0]) if len(order) else rows
    members = np.split(order, starts[1:]) if len(order) else []
    members.sort(key=lambda unit: (-len(unit), int(keys[unit[0]])))
    for unit in members:
        of = classes[unit]
        main = int(np.bincount(of).argmax())
        fold = int(np.lexsort((counts.sum(axis=0), counts[main]))[0])
        found[unit] = fold
        counts[:, fold] += np.bincount(of, minlength=len(counts))


def _place_single(
    found: NDArray[np.int8],
    rows: NDArray[np.int64],
    classes: NDArray[np.int64],
    keys: Keys,
    counts: NDArray[np.int64],
) -> None:
    """Rows on their own: each class fills its emptiest folds first, the fold next to the last before."""
    folds = counts.shape[1]
    order = rows[np.lexsort((keys[rows], classes[rows]))]
    bounds = np.searchsorted(classes[order], np.arange(len(counts) + 1))
    for label in range(len(counts)):
        here = order[bounds[label] : bounds[label + 1]]
        room = _filled_up(counts[label], len(here), np.argsort(counts.sum(axis=0), kind="stable"))
        found[here] = np.repeat(np.arange(folds, dtype=np.int8), room)
        counts[label] += room


def _filled_up(counts: NDArray[np.int64], rows: int, first: NDArray[np.intp]) -> NDArray[np.int64]:
    """(folds,) how many of so many rows each fold gets for their numbers to end as even as can be.

    Args:
        counts: (folds,) what each holds already.
        rows: how many to give out.
        first: the folds in the order in which they get what cannot be divided.
    """
    level = _level(np.sort(counts), rows)
    room = np.maximum(level - counts, 0)
    left = rows - int(room.sum())
    takers = [fold for fold in first if counts[fold] <= level][:left]
    room[takers] += 1
    return room


def _level(counts: NDArray[np.int64], rows: int) -> int:
    """The number to which so many rows can fill up all that hold fewer."""
    for used in range(len(counts), 0, -1):
        level = (int(counts[:used].sum()) + rows) // used
        if level >= counts[used - 1]:
            return level
    return int(counts[0])


def learnable(codes: NDArray[np.int32], folds: NDArray[np.int8], classes: int) -> NDArray[np.bool_]:
    """(n,) whether another fold holds a row of the row's class, so that a model can know it."""
    number = int(folds.max(initial=0)) + 1
    counts = np.zeros((classes, number), np.int64)
    known = codes >= 0
    np.add.at(counts, (codes[known], folds[known]), 1)
    elsewhere = counts.sum(axis=1)[codes[known]] - counts[codes[known], folds[known]]
    found = np.zeros(len(codes), bool)
    found[known] = elsewhere > 0
    return found
