"""How many rows a model may learn from within a time: reckoned from sizes, never measured.

A clock would give another answer on every run; the same input must give the same predictions.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.predict.folds import FOLDS
from auditor.predict.learners import Learner

SECONDS = 120.0
"""CPU seconds for all fits together, about, unless said otherwise."""
FEWEST = 1_000
"""Rows that a model learns from even where that takes longer."""
INNER = FOLDS // 2 + FOLDS % 2
"""Fits that choose how models are averaged."""


def seconds_for(learners: Sequence[Learner], rows: int, classes: int, most: int | None = None) -> float:
    """CPU seconds, about, of all fits of a cross-validation over so many labelled rows.

    Args:
        learners: the models.
        rows: labelled rows of the dataset.
        classes: K.
        most: rows that one fit learns from at most; None for no limit.
    """
    outer, inner = rows * (FOLDS - 1) // FOLDS, rows * (FOLDS - 2) // FOLDS
    sizes = [size if most is None else min(size, most) for size in (outer, inner)]
    return sum(
        FOLDS * learner.cost(sizes[0], classes) + INNER * learner.cost(sizes[1], classes)
        for learner in learners
    )


def rows_within(learners: Sequence[Learner], rows: int, classes: int, seconds: float) -> int:
    """The most rows that one fit may learn from for all fits to take about these CPU seconds."""
    low, high = min(FEWEST, rows), rows
    if seconds_for(learners, rows, classes) <= seconds:
        return rows
    while low < high:
        middle = (low + high + 1) // 2
        fits = seconds_for(learners, rows, classes, middle) <= seconds
        low, high = (middle, high) if fits else (low, middle - 1)
    return low
