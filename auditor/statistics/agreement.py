"""How far people agree on nominal answers: raw, and beyond chance, with intervals.

The intervals are of the items: how far the numbers would move with other items of the same kind and the same
people (percentile bootstrap). They say nothing of other people. Items with the same answers are counted
together, so that time and memory grow with the different patterns of answers and not with the items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2_000
"""Bootstrap samples behind an interval."""
SEED = 20_111
LEVEL = 0.95
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A number that says how far people agree, with its interval."""

    n: int
    """Items with two answers or more."""
    value: float | None
    """At most 1; None where it is not defined: no such items, or nothing but one answer."""
    low: float | None = None
    high: float | None = None
    """The ends of the 95% interval; None where too few bootstrap samples have a value."""


def raw_agreement(counts: Counts) -> Agreed:
    """The share of pairs of answers to one item that are the same.

    Args:
        counts: (u, c) how many people gave answer c to item u; items with less than two answers are passed
            over.

    Example:
        >>> import numpy as np
        >>> round(raw_agreement(np.array([[2, 0], [1, 1], [0, 2], [0, 1]])).value, 3)
        0.667
    """
    return _with_interval(counts, _raw)


def krippendorff_alpha(counts: Counts) -> Agreed:
    """Krippendorff's alpha for nominal answers: 1 all agree, 0 as by chance, below 0 worse than that.

    Any number of people, each of whom may have answered some of the items only. "Computing Krippendorff's
    Alpha-Reliability" (2011), section C and D; his intervals are of another bootstrap, of pairs of answers.

    Args:
        counts: (u, c) how many people gave answer c to item u.

    Example:
        >>> import numpy as np
        >>> round(krippendorff_alpha(np.array([[2, 0], [1, 1], [0, 2], [0, 2]])).value, 3)
        0.533
    """
    return _with_interval(counts, _alpha)


def cohen_kappa(table: Counts) -> Agreed:
    """Cohen's kappa of two people (Educational and Psychological Measurement, 1960), with its interval.

    Equals `sklearn.metrics.cohen_kappa_score`; it is computed here because the interval takes it two
    thousand times, which this does in one step.

    Args:
        table: (c, c) items to which the first person gave the answer of the row and the second that of the
            column.

    Example:
        >>> import numpy as np
        >>> round(cohen_kappa(np.array([[20, 5], [10, 15]])).value, 3)
        0.4
    """
    first, second = np.nonzero(table)
    return _bootstrapped(table[first, second], lambda times: _kappa(times, first, second, len(table)))


def one_against_rest(counts: Counts, answer: int) -> Counts:
    """(u, 2) the answers as one of them and all others: how well that one is told apart.

    Args:
        counts: (u, c) how many people gave answer c to item u.
        answer: 0..c-1.
    """
    own = counts[:, answer]
    return np.stack([own, counts.sum(1) - own], axis=1)


def _with_interval(counts: Counts, statistic: Callable[[Floats, Counts], Floats]) -> Agreed:
    shared = counts[counts.sum(1) > 1]
    patterns, times = np.unique(shared, axis=0, return_counts=True)
    return _bootstrapped(times, lambda drawn: statistic(drawn, patterns))


def _bootstrapped(times: Counts, statistic: Callable[[Floats], Floats]) -> Agreed:
    """A statistic of patterns that occur so often, and its percentile interval."""
    n = int(times.sum())
    if not n:
        return Agreed(n=0, value=None)
    value = float(statistic(times[None].astype(np.float64))[0])
    if np.isnan(value):
        return Agreed(n=n, value=None)
    drawn = np.random.default_rng(SEED).multinomial(n, times / n, size=DRAWS).astype(np.float64)
    found = statistic(drawn)
    found = found[~np.isnan(found)]
    if 2 * len(found) < DRAWS:
        return Agreed(n=n, value=value)
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Agreed(n=n, value=value, low=min(float(low), value), high=max(float(high), value))


def _raw(times: Floats, patterns: Counts) -> Floats:
    answers = patterns.sum(1)
    same = (patterns * (patterns - 1)).sum(1)
    found: Floats = (times @ same) / (times @ (answers * (answers - 1)))
    return found


def _alpha(times: Floats, patterns: Counts) -> Floats:
    """1 - observed / expected disagreement, for each row of `times`."""
    answers = patterns.sum(1)
    differ = (answers**2 - (patterns**2).sum(1)) / (answers - 1)
    of_answer = times @ patterns
    total = of_answer.sum(1)
    expected = (total**2 - (of_answer**2).sum(1)) / (total - 1)
    return _over(expected - times @ differ, expected)


def _kappa(times: Floats, first: Counts, second: Counts, c: int) -> Floats:
    n = times.sum(1)
    seen = times @ (first == second)
    chance = ((times @ np.eye(c)[first]) * (times @ np.eye(c)[second])).sum(1) / n
    return _over(seen - chance, n - chance)


def _over(one: Floats, other: Floats) -> Floats:
    """A quotient; NaN where nothing but one answer was given, so that chance explains all."""
    out = np.full(len(one), np.nan)
    np.divide(one, other, out=out, where=np.abs(other) > 1e-9)
    return out
