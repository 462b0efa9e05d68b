"""The error rate of a whole dataset, from a few rows drawn at random in strata of the queue.

Strata are places of the queue (first 1 %, 3 %, 8 %, 20 %, the rest: `auditor.prioritise.sample.STRATA`).
Rows are shared out half by Neyman's rule (size times deviation; Neyman 1934) and half evenly, because the
deviations are a guess of the model. Each stratum's rate has a Beta posterior, all independent; the rows that
nobody drew are binomial given it. A prior of one weight for both ends puts errors that nobody saw into the
large strata, and the lower end above the truth where few labels are wrong. So each end has its own prior:
little for what would move it inward, more for what moves it outward. That lies between the posterior of one
prior and the two bounds of Clopper and Pearson (1934), which are Beta(k, m - k + 1) and Beta(k + 1, m - k).
Measured coverage: docs/ranking.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

LEAST = 4
"""Rows drawn of each stratum at least, as far as it has them."""
HEDGE = 0.5
"""Share of the rows that is shared out evenly."""
PRIOR = 0.3
"""Added to the outcomes of each stratum that move an end of an interval away from the other end."""
INWARD = 0.1
"""Added to those that move an end of the interval of the error rate towards the other end."""
LEVEL = 0.90
Z90 = 1.6448536269514722
"""The 95 % point of the standard normal distribution: a two-sided interval of 90 %."""
DRAWS = 20_000
"""Random numbers, always the same, from which intervals are read."""
MOST_GUESSED, LEAST_GUESSED = 0.5, 0.02
"""Bounds of the error rate that the model's doubt stands for before anybody has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Rows of a stretch of the queue, and what was found among those drawn."""

    rows: int
    judged: int
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share of the rows of a dataset, 0..1, and its interval of 90 %."""

    value: float
    low: float
    high: float
    judged: int
    """Rows drawn at random that have a verdict."""
    simple: int
    """Rows that a simple random sample would have needed for an interval as wide."""


def allocated(
    sizes: NDArray[np.int64], guesses: NDArray[np.float64], available: NDArray[np.int64], m: int
) -> NDArray[np.int64]:
    """(h,) rows to draw of each stratum, `m` in all, or all that are available.

    Args:
        sizes: (h,) rows of each stratum.
        guesses: (h,) its error rate as the model guesses, 0..1.
        available: (h,) rows of it whose content is kept.
        m: rows to draw.

    >>> sizes, guesses = np.array([10, 20, 50, 120, 800]), np.array([0.9, 0.6, 0.3, 0.1, 0.02])
    >>> allocated(sizes, guesses, sizes, 100).tolist()
    [10, 13, 17, 20, 40]
    """
    room = np.minimum(available, sizes)
    share = _shares(sizes, guesses)
    drawn = np.minimum(LEAST, room)
    while (left := min(m, int(room.sum())) - int(drawn.sum())) > 0:
        wish = np.where(room > drawn, np.maximum(share * m - drawn, 0.0), 0.0)
        wish = wish if wish.sum() > 0 else np.where(room > drawn, share, 0.0)
        more = np.minimum(np.floor(wish / wish.sum() * left).astype(np.int64), room - drawn)
        if not more.any():
            more[int(np.argmax(wish))] = 1
        drawn = drawn + more
    return drawn


def _shares(sizes: NDArray[np.int64], guesses: NDArray[np.float64]) -> NDArray[np.float64]:
    """(h,) hedged shares of the strata that have rows, summing to 1."""
    rate = np.clip(guesses, LEAST_GUESSED, MOST_GUESSED)
    neyman = sizes * np.sqrt(rate * (1 - rate))
    even = sizes > 0
    shares: NDArray[np.float64] = (1 - HEDGE) * neyman / max(neyman.sum(), 1e-12) + HEDGE * even / max(
        even.sum(), 1
    )
    return shares


def error_rate(strata: list[Stratum]) -> Estimate | None:
    """The share of wrong labels; None where a stratum has rows but no verdict.

    >>> found = error_rate([Stratum(rows=100, judged=20, errors=10), Stratum(rows=900, judged=50, errors=1)])
    >>> round(found.value, 3), round(found.low, 2), round(found.high, 2)
    (0.068, 0.04, 0.12)
    """
    held = [one for one in strata if one.rows]
    if not held or any(one.judged == 0 for one in held):
        return None
    total = sum(one.rows for one in held)
    value = sum(one.rows * one.errors / one.judged for one in held) / total
    low, _ = _ends(_wrong_rows(held, errors=INWARD, others=PRIOR) / total)
    _, high = _ends(_wrong_rows(held, errors=PRIOR, others=INWARD) / total)
    return _estimate(value, low, high, held, total)


def _estimate(value: float, low: float, high: float, held: list[Stratum], total: int) -> Estimate:
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        judged=sum(one.judged for one in held),
        simple=simple_size(value, high - low, total),
    )


def _random(at: int) -> np.random.Generator:
    return np.random.default_rng([20_000, at])


def _wrong_rows(strata: list[Stratum], *, errors: float, others: float) -> NDArray[np.float64]:
    """(DRAWS,) the wrong rows of all strata: those found, and those that nobody drew.

    Args:
        strata: with verdicts.
        errors: added to the errors found in each.
        others: added to the other rows judged in each.
    """
    found = np.zeros(DRAWS)
    for at, one in enumerate(strata):
        random = _random(at)
        rates = random.beta(one.errors + errors, one.judged - one.errors + others, DRAWS)
        found += one.errors + random.binomial(one.rows - one.judged, rates)
    return found


def _ends(draws: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def simple_size(rate: float, width: float, rows: int) -> int:
    """Rows of a simple random sample whose interval of 90 % would be `width` wide; at most all `rows`.

    The normal interval; where no error was found, the sample whose upper bound is `width`.
    """
    if width <= 0:
        return rows
    if rate <= 0 or rate >= 1:
        return min(rows, ceil(log(1 - LEVEL) / log(max(1 - width, 1e-9))) if width < 1 else 1)
    size = (2 * Z90 / width) ** 2 * rate * (1 - rate)
    return min(rows, ceil(size / (1 + (size - 1) / rows)))


def size_for(strata: list[Stratum], width: float) -> int:
    """Rows to draw in all, shared out as before, for an interval `width` wide; at most all rows.

    Args:
        strata: what was found so far; its rates are taken for the true ones.
        width: wanted, 0..1, between the ends of the interval of 90 %.
    """
    held = [one for one in strata if one.rows]
    total = sum(one.rows for one in held)
    sizes = np.array([one.rows for one in held])
    rates = np.array([(one.errors + PRIOR) / (one.judged + 2 * PRIOR) for one in held])
    each = (sizes / total) ** 2 * rates * (1 - rates)
    low, high = 1, total
    while low < high:
        m = (low + high) // 2
        drawn = np.maximum(allocated(sizes, rates, sizes, m), 1)
        variance = float((each / drawn * (1 - drawn / sizes)).sum())
        low, high = (low, m) if 2 * Z90 * np.sqrt(variance) <= width else (m + 1, high)
    return low


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What correcting the drawn rows of a stratum does to a model's hits."""

    rows: int
    judged: int
    won: int
    """Rows where the model agrees with the corrected label and not with the given one."""
    lost: int
    """Rows where it agreed with the given label, which is wrong."""


def corrected_accuracy(measured: float, strata: list[Change]) -> Estimate | None:
    """A model's accuracy on the corrected labels; None where a stratum has rows but no verdict.

    What the model scores against the given labels is known of every row, so that only the difference is
    estimated (a difference estimator; Cochran 1977, 5.5), which is far narrower than to estimate anew.

    Args:
        measured: accuracy against the given labels, 0..1.
        strata: what the verdicts change.
    """
    held = [one for one in strata if one.rows]
    if not held or any(one.judged == 0 for one in held):
        return None
    total = sum(one.rows for one in held)
    value = measured + sum(one.rows * (one.won - one.lost) / one.judged for one in held) / total
    low, high = _ends(measured + np.sum([_gain(one, at) for at, one in enumerate(held)], axis=0) / total)
    return Estimate(
        value=min(max(value, 0.0), 1.0),
        low=max(min(low, value), 0.0),
        high=min(max(high, value), 1.0),
        judged=sum(one.judged for one in held),
        simple=0,
    )


def _gain(one: Change, at: int) -> NDArray[np.float64]:
    """(DRAWS,) hits that correcting a whole stratum wins, less those that it loses."""
    same = one.judged - one.won - one.lost
    shares = _random(at).dirichlet((one.won + PRIOR, one.lost + PRIOR, same + PRIOR), DRAWS)
    gain: NDArray[np.float64] = one.won - one.lost + (one.rows - one.judged) * (shares[:, 0] - shares[:, 1])
    return gain
