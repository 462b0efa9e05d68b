"""How many rows a model may learn from within a time: reckoned from sizes, never measured.

A clock would give another answer on every run; the same input must give the same predictions.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.predict.folds import FOLDS
from auditor.predict.learners import Learner

SECONDS = 30.0
"""CPU seconds for all fits together, about, unless said otherwise."""
CHEAP = 4.0
"""CPU seconds for all fits together, about, up to which cross-validation is done again with other folds."""
ROUNDS = 3
"""Rounds at most: the mean of three put errors .003 to .012 earlier in average precision than one did."""
FEWEST = 1_000
"""Rows below which a kind of model says nothing worth its time: it is left out, unless it is the only one."""
A_CLASS = 5
"""The same, in rows for each class."""
INNER = FOLDS // 2
"""Fits that choose how models are averaged."""


def rows_within(learners: Sequence[Learner], rows: int, classes: int, seconds: float) -> tuple[int, ...]:
    """The most rows that each kind of model may learn from for all fits to take about these CPU seconds.

    The time is shared evenly; what a cheap kind leaves over the others get.

    Args:
        learners: the kinds of model.
        rows: labelled rows of the dataset.
        classes: K.
        seconds: CPU seconds for all fits of a cross-validation together.

    Returns:
        Rows per kind; 0 for a kind that even the fewest rows would keep busy for longer than its share, as
        long as another is left.
    """
    found = [rows] * len(learners)
    whole = [seconds_for(learner, rows, classes, rows) for learner in learners]
    left = seconds
    for done, at in enumerate(sorted(range(len(learners)), key=lambda at: whole[at])):
        share = left / (len(learners) - done)
        if whole[at] > share:
            found[at] = _most(learners[at], rows, classes, share)
            if done and seconds_for(learners[at], rows, classes, found[at]) > share:
                found[at] = 0
                continue
        left -= min(whole[at], share)
    return tuple(found)


def rounds_within(learners: Sequence[Learner], rows: int, classes: int, seconds: float) -> int:
    """How often cross-validation is done, each time with other folds: more than once where that is cheap."""
    once = sum(seconds_for(learner, rows, classes, rows) for learner in learners)
    return max(1, min(ROUNDS, int(min(CHEAP, seconds) / max(once, 1e-9))))


def seconds_for(learner: Learner, rows: int, classes: int, most: int) -> float:
    """CPU seconds, about, of all fits of a kind of model in a cross-validation over so many labelled rows.

    Args:
        learner: the kind of model.
        rows: labelled rows of the dataset.
        classes: K.
        most: rows that one fit learns from at most.
    """
    outer, inner = rows * (FOLDS - 1) // FOLDS, rows * (FOLDS - 2) // FOLDS
    cost = learner.cost
    return FOLDS * cost(min(outer, most), classes) + INNER * cost(min(inner, most), classes)


def _most(learner: Learner, rows: int, classes: int, seconds: float) -> int:
    low, high = min(max(FEWEST, A_CLASS * classes), rows), rows
    while low < high:
        middle = (low + high + 1) // 2
        fits = seconds_for(learner, rows, classes, middle) <= seconds
        low, high = (middle, high) if fits else (low, middle - 1)
    return low
