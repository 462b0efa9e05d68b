"""Two mixes of classes: how far they are apart, and which classes differ beyond chance."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from auditor.statistics.intervals import Z95

ALPHA = 0.05
"""The chance of naming any class where all splits are drawn from one mix."""
STEADY = 4
"""Rows of the common mix that are added to each split for the width of an interval, or five rows of one
class would leave no doubt: about the square of 1.96, as in Wilson's interval."""


def label_distance(counts: NDArray[np.int64], others: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """How far two label distributions are apart.

    Args:
        counts: (k,) rows of each class, one at least in all.
        others: (k,) the same of the other split.

    Returns:
        The total variation distance, the ends of its 95 % interval, and the distance that two draws of
        these sizes from one mix have on average; each within 0..1.

    >>> label_distance(np.array([60, 40]), np.array([50, 50]))[0]
    0.1
    """
    n, m = int(counts.sum()), int(others.sum())
    share, other = counts / n, others / m
    apart = share - other
    distance = float(np.abs(apart).sum() / 2)
    both, signs = (counts + others) / (n + m), np.sign(apart)
    steady = [(rows + STEADY * both) / (rows.sum() + STEADY) for rows in (counts, others)]
    spread = sqrt(_variance(signs, steady[0]) / n + _variance(signs, steady[1]) / m) / 2
    noise = float(np.sqrt(both * (1 - both) * (1 / n + 1 / m)).sum() * sqrt(2 / pi) / 2)
    return (
        round(distance, 15),
        max(distance - noise - Z95 * spread, 0.0),
        min(distance + Z95 * spread, 1.0),
        min(noise, 1.0),
    )


def _variance(signs: NDArray[np.float64], share: NDArray[np.float64]) -> float:
    """Of the sum of the signs' classes in one row: that of a multinomial."""
    return max(float((signs**2 * share).sum() - (signs * share).sum() ** 2), 0.0)


def fisher(
    counts: NDArray[np.int64], others: NDArray[np.int64], classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(c,) Fisher's exact test of the share of each of some classes: twice the smaller tail, at most 1.

    Args:
        counts: (k,) rows of each class.
        others: (k,) the same of the other split.
        classes: (c,) the classes to test.
    """
    from scipy.stats import hypergeom

    here, n = counts[classes], int(counts.sum())
    both, total = here + others[classes], n + int(others.sum())
    tails = np.minimum(hypergeom.cdf(here, total, both, n), hypergeom.sf(here - 1, total, both, n))
    return np.minimum(2 * np.asarray(tails, np.float64), 1.0)


def holm(chances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(m,) which of the hypotheses are rejected at `ALPHA`, all of them seen together (Holm 1979)."""
    order = np.argsort(chances, kind="stable")
    passed = chances[order] * np.arange(len(chances), 0, -1) <= ALPHA
    rejected = np.zeros(len(chances), bool)
    rejected[order[: len(chances) if passed.all() else int(np.argmin(passed))]] = True
    return rejected


def cohen_h(share: float, other: float) -> float:
    """How far two shares are apart, 0..pi, so that 0.2 is as hard to see anywhere (Cohen 1988, 6.2).

    >>> round(cohen_h(0.5, 0.6), 2), round(cohen_h(0.01, 0.04), 2)
    (0.2, 0.2)
    """
    return float(abs(2 * np.arcsin(np.sqrt(share)) - 2 * np.arcsin(np.sqrt(other))))
