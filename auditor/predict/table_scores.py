"""Numbers on a scale that all columns share: mean 0, deviation 1, and 0 for a missing one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TAILS = (0.05, 0.95)
"""Quantiles between which a number is ordinary; one further out than their distance counts as that far."""
FURTHEST = 5.0
"""Standard scores are cut here."""


def normal_scores(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n,) normal quantiles of the ranks (van der Waerden's scores); equal values have equal scores.

    Args:
        values: (n,) NaN where missing; infinite ones rank first and last.

    >>> normal_scores(np.array([1.0, 1e300, 2.0, np.nan])).astype(float).round(1).tolist()
    [-1.2, 1.2, 0.0, 0.0]
    """
    from scipy.special import ndtri

    filled = ~np.isnan(values)
    if not filled.any():
        return np.zeros(len(values), np.float32)
    _, inverse, sizes = np.unique(values[filled], return_inverse=True, return_counts=True)
    middles = np.cumsum(sizes) - sizes / 2
    scores = ndtri(middles / sizes.sum())[inverse.reshape(-1)]
    return _spread_out(scores, filled)


def standard_scores(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n,) distances from the mean in deviations, of values whose tails are cut.

    A column in which nearly all values are one is given its normal scores.

    Args:
        values: (n,) NaN where missing, perhaps infinite.

    >>> standard_scores(np.array([1.0, 2.0, 5.0, 9.0, np.nan])).astype(float).round(1).tolist()
    [-1.0, -0.7, 0.2, 1.5, 0.0]
    """
    filled = ~np.isnan(values)
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max(initial=0.0))
    if not largest > 0:
        return normal_scores(values)
    given = values[filled] / largest
    low, high = np.quantile(finite / largest, TAILS, method="nearest")
    if high - low <= 0:
        return normal_scores(values)
    return _spread_out(np.clip((given - low) / (high - low), -1.0, 2.0), filled)


def _spread_out(scores: NDArray[np.float64], filled: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Mean 0 and deviation 1 at the filled places, 0 at the others."""
    out = np.zeros(len(filled), np.float32)
    middle, spread = float(scores.mean()), float(scores.std())
    if spread > 0:
        out[filled] = np.clip((scores - middle) / spread, -FURTHEST, FURTHEST)
    return out
