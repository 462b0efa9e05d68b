"""The order score: one number per row by which label issues are reviewed.

    s = -log p(given) + lam * log p(best other)

`lam` 0 is cleanlab's self-confidence order (Kuan, Mueller 2022), 0.5 leans towards the margin. On
nine human-verified prediction sets the two differ by .01-.02 average precision either way; lam 0.1
stays within .015 of the better on every one. No class thresholds are subtracted and no filter
stands in front: both cost precision on real errors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.scan.kernel import RowScores

LAM = 0.1
"""Weight of the runner-up, measured as the module says."""
LOWEST = 1e-12
"""Probabilities are clipped here, so that p(given) = 0 is a large number and not infinity."""


def order_scores(rows: RowScores, lam: float = LAM) -> NDArray[np.float64]:
    """(n,) order score, larger = earlier, unbounded; NaN for rows without known label or prediction.

    Args:
        rows: p(given) and p(best other) of every row, 0..1.
        lam: weight of the runner-up, 0..1.
    """
    given = np.maximum(rows.p_given, LOWEST)
    other = np.maximum(rows.p_other, LOWEST)
    scores: NDArray[np.float64] = -np.log(given) + lam * np.log(other)
    return np.where(rows.scored, scores, np.nan)
