"""The order score: one number per row by which label issues are reviewed.

    s = -log p(given) + LAM log p(best other) - PRIOR log(rows of the class / rows expected of it)

The first term is cleanlab's self-confidence order (Kuan, Mueller 2022); with `LAM` 0.5 the second leans to
the margin. The third is one step of the prior adjustment of Saerens, Latinne and Decaestecker (2002), of the
given class alone: a model that expects fewer rows of a class than there are doubts all of them, and that is
the model's fault. Both classes adjusted, or more than a step, learns the labellers' errors as if they were
priors.

On the prediction sets that people checked the three together are better on the mean than either of the
first two, and nowhere more than .005 average precision under the better one (docs/ranking.md). No class
thresholds are subtracted and no filter stands in front: both cost precision on real errors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.scan.kernel import FIXED_POINT, RowScores

LAM = 0.2
"""Weight of the runner-up, measured as the module says."""
PRIOR = 0.75
"""Weight of how many more rows a class has than the model expects."""
STEADY = 20.0
"""Rows added to both counts of a class: few rows say little of a model's prior."""
LOWEST = 1e-12
"""Probabilities are clipped here, so that p(given) = 0 is a large number and not infinity."""


def order_scores(
    rows: RowScores, codes: NDArray[np.int32] | None = None, lam: float = LAM
) -> NDArray[np.float64]:
    """(n,) order score, larger = earlier, unbounded; NaN for rows without known label or prediction.

    Args:
        rows: p(given) and p(best other) of every row, 0..1.
        codes: (n,) given class, for the third term; without it the score has the first two alone.
        lam: weight of the runner-up, 0..1.
    """
    given = np.maximum(rows.p_given, LOWEST)
    other = np.maximum(rows.p_other, LOWEST)
    scores: NDArray[np.float64] = -np.log(given) + lam * np.log(other)
    if codes is not None:
        scores = scores - PRIOR * log_surplus(rows, codes)
    return np.where(rows.scored, scores, np.nan)


def log_surplus(rows: RowScores, codes: NDArray[np.int32]) -> NDArray[np.float64]:
    """(n,) log of how many times as many rows a row's class has as the model expects of it.

    0 for rows without a score. The model expects of a class the sum of its probabilities; counted are those
    of the given and of the best other class, which every row has, scaled to n rows. Sums are in fixed point:
    the order of rows does not show.

    Args:
        rows: of n rows.
        codes: (n,) given class.
    """
    scored = rows.scored
    if not scored.any():
        return np.zeros(len(rows))
    given, other = codes[scored].astype(np.int64), rows.other[scored].astype(np.int64)
    k = int(max(given.max(), other.max())) + 1
    expected = np.zeros(k, np.int64)
    for classes, p in ((given, rows.p_given[scored]), (other, rows.p_other[scored])):
        np.add.at(expected, classes, np.rint(p * FIXED_POINT).astype(np.int64))
    counts = np.bincount(given, minlength=k)
    expected_rows = expected * (len(given) / max(float(expected.sum()), 1.0))
    surplus = np.log((counts + STEADY) / (expected_rows + STEADY))
    out = np.zeros(len(rows))
    out[scored] = surplus[given]
    return out
