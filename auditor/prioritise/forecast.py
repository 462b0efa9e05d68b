"""How fast errors thin out along the queue, from a few verdicts: a curve of two numbers and its band.

    P(error at place i) = logistic(a + b x(i)),     b >= 0
    x(i) = -log(i + N / 5), shifted and scaled to mean 0 and deviation 1 over the first N places

Priors: a ~ N(0, 3), b ~ N(0.7, 2) cut at 0. The posterior is summed over a grid of 61 x 33 values: exact, no
sampler, the same bits each time. The number of errors among places is, given (a, b), a sum of independent
yes-or-no draws; its distribution (normal with continuity correction) is averaged over the posterior, so the
band holds both what few verdicts cannot tell about the curve and what a curve cannot tell about single rows.

x depends on the place alone, not on what the model says there: scores are sharper or flatter from model to
model, places are not. On the human-verified datasets the band of the log-odds of p(given) covers less often
(docs/ranking.md). The logarithm also goes on behind the N-th place, where it falls ever more slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

A_DEVIATION = 3.0
B_MEAN, B_DEVIATION = 0.7, 2.0
"""Priors of the intercept (mean 0) and the slope."""
A_VALUES = np.linspace(-3 * A_DEVIATION, 3 * A_DEVIATION, 61)
B_VALUES = np.linspace(0.0, B_MEAN + 3 * B_DEVIATION, 33)
"""The grid: three deviations to either side, slopes from 0."""
LEVEL = 0.90
"""Share of the bands that hold the true number, as promised; docs/ranking.md says what was measured."""
FLATTENING = 0.2
"""Share of N that is added to each place under the logarithm: at the very top the curve is flat."""
NEGLIGIBLE = 1e-7
"""Weight of a pair (a, b) that is left out."""
PIECE = 1_000
"""Places worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """x for every place of a queue."""

    frozen: int
    """N: the first places, over which x has mean 0 and deviation 1."""

    def __call__(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) x of 0-based places; larger = earlier.

        >>> Scale(frozen=100)(np.array([0, 50, 99])).round(2)
        array([ 2.35, -0.23, -1.33])
        """
        frozen = -np.log(np.arange(self.frozen) + 0.5 + FLATTENING * self.frozen)
        spread = float(frozen.std()) or 1.0
        x: NDArray[np.float64] = -np.log(places + 0.5 + FLATTENING * self.frozen)
        x = (x - frozen.mean()) / spread
        return x


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The errors among the first rows of a list."""

    n: int
    """How many rows."""
    errors: float
    """Errors expected, those found already among them."""
    low: int
    high: int
    """The band: with `LEVEL` the number of errors is not outside of low..high."""
    found: int
    """Errors that reviewers have found there."""
    judged: int
    """Rows there with a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The posterior of (a, b): the pairs that are not negligible, and their weights."""

    scale: Scale
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    weight: NDArray[np.float64]
    """(g,) each, the weights sum to 1."""

    def rates(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) probability of an error at each place, 0..1: the mean over the posterior.

        Args:
            places: (m,) 0-based, in the whole queue.
        """
        parts = [self.weight @ self._each(places[rows]) for rows in _pieces(np.arange(len(places)))]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _each(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """(g, m) the probability of an error for each pair and each place."""
        z = self.a[:, None] + self.b[:, None] * self.scale(places)
        rates: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-z))
        return rates

    def expected(
        self,
        places: NDArray[np.int64],
        known: NDArray[np.float64],
        sizes: Sequence[int],
    ) -> list[Expected]:
        """The errors among the first n rows of a list, for each n of `sizes`.

        Args:
            places: (m,) 0-based place of each row of the list in the whole queue.
            known: (m,) 1 where a reviewer found an error, 0 where none, NaN where nobody has judged.
            sizes: numbers of rows, 1..m.
        """
        mean, variance = np.zeros(len(self.weight)), np.zeros(len(self.weight))
        out, done = [], 0
        for n in sorted(set(sizes)):
            for rows in _pieces(np.flatnonzero(np.isnan(known[done:n])) + done):
                each = self._each(places[rows])
                mean += each.sum(axis=1)
                variance += (each * (1 - each)).sum(axis=1)
            done = n
            out.append(self._first(n, known[:n], mean, variance))
        return out

    def _first(
        self, n: int, known: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64]
    ) -> Expected:
        found, left = int(np.nansum(known)), int(np.isnan(known).sum())
        low, high = self._band(mean, variance, left)
        return Expected(
            n=n,
            errors=found + float(self.weight @ mean),
            low=found + low,
            high=found + high,
            found=found,
            judged=n - left,
        )

    def _band(self, mean: NDArray[np.float64], variance: NDArray[np.float64], most: int) -> tuple[int, int]:
        """The smallest counts at which the distribution reaches both ends of the band."""
        tail = (1 - LEVEL) / 2
        spread = np.sqrt(variance + 1e-12)
        return (
            self._quantile(mean, spread, most, tail),
            self._quantile(mean, spread, most, 1 - tail),
        )

    def _quantile(
        self, mean: NDArray[np.float64], spread: NDArray[np.float64], most: int, level: float
    ) -> int:
        """The smallest k of 0..most with P(errors <= k) >= level, by bisection."""
        from scipy.special import ndtr

        low, high = 0, most
        while low < high:
            k = (low + high) // 2
            if float(self.weight @ ndtr((k + 0.5 - mean) / spread)) >= level:
                high = k
            else:
                low = k + 1
        return low


def fit(
    places: NDArray[np.int64],
    wrong: NDArray[np.bool_],
    frozen: int,
) -> Curve:
    """The curve that verdicts draw.

    Args:
        places: (v,) 0-based place of each judged row in the whole queue; best spread evenly over the list,
            and judged without seeing the suggestion. No verdict gives the prior.
        wrong: (v,) whether the reviewer found an error.
        frozen: rows of the list that the verdicts are spread over: they set the unit of x.

    >>> curve = fit(np.array([0, 20, 40, 60, 80]), np.array([True, True, False, False, False]), 100)
    >>> early, late = curve.rates(np.array([0, 99]))
    >>> bool(early > 0.6), bool(late < 0.3)
    (True, True)
    """
    scale = Scale(frozen=max(frozen, 1))
    a, b = (side.ravel() for side in np.meshgrid(A_VALUES, B_VALUES, indexing="ij"))
    log_weight = -0.5 * (a / A_DEVIATION) ** 2 - 0.5 * ((b - B_MEAN) / B_DEVIATION) ** 2
    order = np.lexsort((wrong, places))  # sums in one order give the same bits however verdicts come
    z = a[:, None] + b[:, None] * scale(places[order])
    log_weight += -np.logaddexp(0.0, np.where(wrong[order], -z, z)).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    kept = weight > NEGLIGIBLE
    return Curve(scale=scale, a=a[kept], b=b[kept], weight=weight[kept] / weight[kept].sum())


def stop_after(rates: NDArray[np.float64], known: NDArray[np.float64], limit: float) -> int:
    """How many rows of a list to review until the next one is less likely than `limit` to be wrong.

    Everything behind is less likely still, as far as the curve tells.

    Args:
        rates: (m,) probability of an error of each row, in the order of the list.
        known: (m,) the verdicts, NaN where nobody has judged.
        limit: 0..1.

    >>> stop_after(np.array([0.9, 0.4, 0.2, 0.05]), np.full(4, np.nan), 0.1)
    3
    """
    worth = np.flatnonzero(np.isnan(known) & (rates >= limit))
    return int(worth[-1]) + 1 if len(worth) else 0


def _pieces(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows in pieces, so that memory does not grow with the list."""
    return [rows[at : at + PIECE] for at in range(0, len(rows), PIECE)]
