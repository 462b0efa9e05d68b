"""How far people agree on nominal answers: raw, and beyond chance, with intervals.

The intervals are of the items: how far the numbers would move with other items of the same kind and the same
people: the wider of a percentile bootstrap and the Wilson interval. They say nothing of other people. Items
with the same answers are counted together, so that time and memory grow with the different patterns of
answers and not with the items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.statistics.intervals import wilson

DRAWS = 2_000
"""Bootstrap samples behind an interval."""
SEED = 20_111
LEVEL = 0.95
SMALL = 1e-9
"""What chance leaves over where all answers are the same."""
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Statistic = Callable[[Floats, Counts], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A number that says how far people agree, with its interval."""

    n: int
    """Items with two answers or more."""
    value: float | None
    """At most 1; None where it is not defined: no such items, or nothing but one answer."""
    low: float | None = None
    high: float | None = None
    """The ends of the 95% interval; None where the value is, and where none was asked for."""


def raw_agreement(counts: Counts, *, whole: bool = True) -> Agreed:
    """The share of pairs of answers to one item that are the same.

    Args:
        counts: (u, c) how many people gave answer c to item u; items with less than two answers are passed
            over.
        whole: with its interval.

    Example:
        >>> import numpy as np
        >>> round(raw_agreement(np.array([[2, 0], [1, 1], [0, 2], [0, 1]])).value, 3)
        0.667
    """
    return _with_interval(counts, _raw, whole)


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
    return _with_interval(counts, _alpha, True)


def cohen_kappa(table: Counts, *, whole: bool = True) -> Agreed:
    """Cohen's kappa of two people (Educational and Psychological Measurement, 1960), with its interval.

    Equals `sklearn.metrics.cohen_kappa_score`; it is computed here because the interval takes it two
    thousand times, which this does in one step.

    Args:
        table: (c, c) items to which the first person gave the answer of the row and the second that of the
            column.
        whole: with its interval.

    Example:
        >>> import numpy as np
        >>> round(cohen_kappa(np.array([[20, 5], [10, 15]])).value, 3)
        0.4
    """
    first, second = np.nonzero(table)
    return _bootstrapped(table[first, second], lambda times: _kappa(times, first, second, len(table)), whole)


def one_against_rest(counts: Counts, answer: int) -> Counts:
    """(u, 2) the answers as one of them and all others: how well that one is told apart.

    Args:
        counts: (u, c) how many people gave answer c to item u.
        answer: 0..c-1.
    """
    own = counts[:, answer]
    return np.stack([own, counts.sum(1) - own], axis=1)


def _with_interval(counts: Counts, statistic: Statistic, whole: bool) -> Agreed:
    shared = counts[counts.sum(1) > 1]
    patterns, times = np.unique(shared, axis=0, return_counts=True)
    return _bootstrapped(times, lambda drawn: statistic(drawn, patterns), whole)


def _bootstrapped(times: Counts, statistic: Callable[[Floats], tuple[Floats, Floats]], whole: bool) -> Agreed:
    """The agreement of patterns that occur so often, and its interval.

    A bootstrap of items that all agree knows no other: where it is the wider one, the Wilson interval of the
    agreement that was seen counts, with chance as it is.
    """
    n = int(times.sum())
    if not n:
        return Agreed(n=0, value=None)
    seen, chance = (float(part[0]) for part in statistic(times[None].astype(np.float64)))
    if np.isnan(seen) or 1 - chance < SMALL:
        return Agreed(n=n, value=None)
    if not whole:
        return Agreed(n=n, value=(seen - chance) / (1 - chance))
    drawn = np.random.default_rng(SEED).multinomial(n, times / n, size=DRAWS).astype(np.float64)
    found = _beyond_chance(*statistic(drawn))
    low, high = np.quantile(found[~np.isnan(found)], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    ends = [(end - chance) / (1 - chance) for end in wilson(seen * n, n)]
    return Agreed(
        n=n,
        value=(seen - chance) / (1 - chance),
        low=min(float(low), ends[0]),
        high=max(float(high), ends[1]),
    )


def _raw(times: Floats, patterns: Counts) -> tuple[Floats, Floats]:
    """(seen, by chance) for each row of `times`; here nothing is put down to chance."""
    answers = patterns.sum(1)
    same = (patterns * (patterns - 1)).sum(1)
    return (times @ same) / (times @ (answers * (answers - 1))), np.zeros(len(times))


def _alpha(times: Floats, patterns: Counts) -> tuple[Floats, Floats]:
    """(seen, by chance): 1 less the observed, and less the expected disagreement of an answer."""
    answers = patterns.sum(1)
    differ = (answers**2 - (patterns**2).sum(1)) / (answers - 1)
    of_answer = times @ patterns
    total = of_answer.sum(1)
    expected = (total**2 - (of_answer**2).sum(1)) / (total - 1)
    return 1 - times @ differ / total, 1 - expected / total


def _kappa(times: Floats, first: Counts, second: Counts, c: int) -> tuple[Floats, Floats]:
    n = times.sum(1)
    chance = ((times @ np.eye(c)[first]) * (times @ np.eye(c)[second])).sum(1) / n
    return times @ (first == second) / n, chance / n


def _beyond_chance(seen: Floats, chance: Floats) -> Floats:
    """NaN where nothing but one answer was given, so that chance explains all."""
    out = np.full(len(seen), np.nan)
    np.divide(seen - chance, 1 - chance, out=out, where=1 - chance > SMALL)
    return out
