"""Two or more models judged on the same rows: accuracy and macro-F1, and how far their differences can go.

**Method.** The paired bootstrap: rows of the test set are drawn with replacement, the same for all models,
and the scores are reckoned anew; an interval is the middle 95 % of the draws (the percentile interval: Efron
and Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13; for models compared on one test set:
Koehn, EMNLP 2004; Berg-Kirkpatrick, Burkett, Klein, EMNLP 2012). Rows that belong together (copies) are drawn
together (Davison and Hinkley: Bootstrap Methods and their Application, 1997, section 3.8; Field and Welsh,
JRSS B 2007). It says which rows might have been drawn for the *test*, and nothing of another training.

Units of one pattern (same class, same predictions) are one cell, and cells are drawn from a multinomial
distribution: the same distribution as drawing row by row, in a time that does not grow with the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DRAWS = 10_000
"""Draws: an end of a 95 % interval is then off by less than a tenth of its width."""
BLOCK = 1 << 23
"""Numbers of draws that are held at a time."""
ENDS = (0.025, 0.975)
"""Outside the two ends of an interval lie 2.5 % of the draws each."""
Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How good m models are: once, or in each of b draws (then a further axis comes first)."""

    accuracy: Floats
    """(..., m) share of the rows that are predicted right, 0..1."""
    f1: Floats
    """(..., m, K) F1 per class, 0..1; NaN for classes that no row has."""

    @property
    def macro_f1(self) -> Floats:
        """(..., m) the mean of F1 over the classes that some row has."""
        there = ~np.isnan(self.f1)
        found: Floats = np.where(there, self.f1, 0).sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """Models on the rows of one test set."""

    seen: Scores
    """On the rows as they are."""
    drawn: Scores
    """(b, ...) on rows drawn again."""
    units: int
    """What was drawn: rows, copies of one another as one."""


def paired_scores(
    truth: Codes,
    predicted: Sequence[Codes],
    classes: int,
    units: NDArray[np.int64] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Paired:
    """Score models on the same rows, and again on rows drawn with replacement, for all models the same ones.

    Args:
        truth: (n,) the class of each row, 0..K-1; n at least 1.
        predicted: per model (n,) the class that it names.
        classes: K.
        units: (n,) rows of one number are drawn together; None for every row on its own.
        draws: b.
        seed: of the draws; their result does not depend on the order of the rows.

    >>> right, wrong = np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0])
    >>> found = paired_scores(right, [wrong, right], 2, draws=200)
    >>> found.seen.accuracy.tolist(), found.seen.macro_f1.round(3).tolist()
    ([0.75, 1.0], [0.733, 1.0])
    """
    models = len(predicted)
    counts, sizes = _cells(np.column_stack([truth, *predicted]), units, classes)
    total = int(sizes.sum())
    rng = np.random.default_rng(seed)
    step = max(BLOCK // (len(sizes) + counts.shape[1]), 1)
    parts = [
        rng.multinomial(total, sizes / total, size=min(step, draws - start)) @ counts
        for start in range(0, draws, step)
    ]
    return Paired(
        seen=_scores(sizes[None, :] @ counts, models, classes, alone=True),
        drawn=_scores(np.concatenate(parts), models, classes),
        units=total,
    )


def _cells(
    rows: NDArray[np.int64], units: NDArray[np.int64] | None, classes: int
) -> tuple[csr_matrix, NDArray[np.int64]]:
    """(c, f) what a unit of each pattern adds to the counts, and (c,) how many units have it; sorted."""
    from scipy.sparse import csr_matrix

    patterns, of_row = np.unique(rows, axis=0, return_inverse=True)
    of_row = of_row.reshape(-1)
    found = Counter(_patterns_of_units(of_row, units))
    cells = sorted(found)
    sizes = np.array([found[cell] for cell in cells], np.int64)
    lengths = [len(cell) for cell in cells]
    members = csr_matrix(
        (
            np.ones(sum(lengths)),
            np.array([pattern for cell in cells for pattern in cell], np.int64),
            np.r_[0, np.cumsum(lengths)],
        ),
        shape=(len(cells), len(patterns)),
    )
    return members @ _added(patterns, classes), sizes


def _patterns_of_units(of_row: NDArray[np.int64], units: NDArray[np.int64] | None) -> list[tuple[int, ...]]:
    """Of each unit the patterns of its rows, sorted."""
    if units is None:
        return [(pattern,) for pattern in of_row.tolist()]
    order = np.lexsort((of_row, units))
    starts = np.flatnonzero(np.r_[True, np.diff(units[order]) != 0])
    return [tuple(part.tolist()) for part in np.split(of_row[order], starts[1:])]


def _added(patterns: NDArray[np.int64], classes: int) -> csr_matrix:
    """(p, K + 2 m K) what a row adds: given as a class; per model, named as one; both at once."""
    from scipy.sparse import csr_matrix

    truth, models = patterns[:, 0], patterns.shape[1] - 1
    rows, columns = [np.arange(len(patterns))], [truth]
    for model in range(models):
        named = patterns[:, 1 + model]
        right = np.flatnonzero(named == truth)
        rows += [np.arange(len(patterns)), right]
        columns += [classes * (1 + model) + named, classes * (1 + models + model) + truth[right]]
    at = np.concatenate(rows), np.concatenate(columns)
    return csr_matrix((np.ones(len(at[0])), at), shape=(len(patterns), classes * (1 + 2 * models)))


def _scores(counts: Floats, models: int, classes: int, *, alone: bool = False) -> Scores:
    given, named, both = np.split(counts, [classes, classes * (1 + models)], axis=1)
    named, both = (part.reshape(len(counts), models, classes) for part in (named, both))
    rows = np.maximum(given.sum(axis=1), 1)
    f1 = 2 * both / np.maximum(given[:, None, :] + named, 1)
    f1 = np.where(given[:, None, :] > 0, f1, np.nan)
    accuracy = both.sum(axis=2) / rows[:, None]
    return Scores(accuracy=accuracy[0], f1=f1[0]) if alone else Scores(accuracy=accuracy, f1=f1)


def interval_of(draws: Floats) -> tuple[float, float]:
    """The middle 95 % of (b,) draws; draws without a number (a class that was not drawn) are left out.

    >>> interval_of(np.arange(201) / 200)
    (0.025, 0.975)
    """
    known = draws[~np.isnan(draws)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, ENDS)
    return float(low), float(high)


def sign_test(better: int, worse: int) -> float:
    """The exact two-sided p-value of so many rows put right and so many put wrong, were both as likely.

    McNemar's test in its exact form (McNemar, Psychometrika 1947): the binomial distribution, as
    `scipy.stats.binomtest(better, better + worse).pvalue`. 1 where nothing differs.

    >>> round(sign_test(8, 1), 5), sign_test(0, 0)
    (0.03906, 1.0)
    """
    from scipy.special import bdtr

    n = better + worse
    return min(1.0, 2 * float(bdtr(min(better, worse), n, 0.5))) if n else 1.0
