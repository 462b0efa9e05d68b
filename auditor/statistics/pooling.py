"""Rates of groups of rows, each compared with the other rows of the same classes and pulled towards them.

Two steps. `comparable` says of every group how many of its rows can be compared, how many of these are
hits, and what rate the rest gives for them. `pooled` is partial pooling: how far the rates of groups lie
apart is learned from all of them, and a group of few rows says little against what the others say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALIKE = 1.0
"""Groups without a difference that are taken as seen before. Stephens (2017) starts with 10; with one,
fewer than 3 of 100 datasets of 2 to 200 groups that were all alike had a clear one, and a single bad group
is found more often."""
STEP = 4.0
"""From one prior to the next, in pseudo-rows: standard deviations that double."""
TIGHTEST = 16.0
"""Pseudo-rows of the tightest prior, in rows of the largest group: a rate all but fixed."""
ROUNDS, SETTLED = 500, 1e-6
"""EM ends after so many rounds, or when no weight moves further."""
TAIL = 0.025
"""Outside each end of a 95 % interval."""
HALVINGS = 50
"""Bisection steps for an end of an interval: to 1e-15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Groups of rows beside the rest: (s,) arrays."""

    rows: Floats
    """Rows that can be compared: a row counts the less, the fewer others of its class there are."""
    hits: Floats
    """Hits among them, counted in the same way."""
    expected: Floats
    """The rate of hits that the other rows give for them, within 0..1, never 0 or 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What is believed of the rates of groups: (s,) mixtures of g Beta distributions."""

    a: Floats
    """(s, g) first parameters."""
    b: Floats
    """(s, g) second parameters."""
    weights: Floats
    """(s, g) shares of the mixture, each row sums to 1."""

    @property
    def rate(self) -> Floats:
        """(s,) the pooled rates: the means."""
        mean: Floats = (self.weights * self.a / (self.a + self.b)).sum(axis=1)
        return mean

    def below(self, rate: Floats) -> Floats:
        """(s,) the probability that each group's rate is at most `rate`."""
        from scipy.special import betainc

        at_most: Floats = (self.weights * betainc(self.a, self.b, rate[:, None])).sum(axis=1)
        return at_most

    def quantile(self, share: float) -> Floats:
        """(s,) the rate under which each group's lies with probability `share`, by bisection."""
        low, high = np.zeros(len(self.a)), np.ones(len(self.a))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            under = self.below(middle) < share
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return (low + high) / 2

    def of(self, groups: NDArray[np.int64]) -> Pooled:
        """The same for some of the groups."""
        return Pooled(a=self.a[groups], b=self.b[groups], weights=self.weights[groups])


def comparable(groups: NDArray[np.int64], classes: NDArray[np.int64], hits: NDArray[np.bool_]) -> Compared:
    """Each group beside the rows of the same classes outside it.

    Indirect standardisation with the weights of Mantel and Haenszel (JNCI 1959): of N rows of a class,
    the n of a group count as n (N - n) / N each, which gives the difference of the two rates the variance
    of a share among that many rows. Rows of a class that stands nowhere else count for nothing. A class's
    rate outside the group is steadied by one row of the rate of all.

    Args:
        groups: (n,) number of each row's group, -1 for rows that are in none and belong to every rest.
        classes: (n,) class of each row, from 0.
        hits: (n,) the rows that are counted.

    Returns:
        Arrays over the groups 0 to the largest.
    """
    k = int(classes.max(initial=0)) + 1
    cell, of_row = np.unique((groups + 1) * k + classes, return_inverse=True)
    group, kind = cell // k, cell % k
    rows, found = np.bincount(of_row), np.bincount(of_row, weights=hits)
    rest = np.bincount(kind, rows)[kind] - rows
    rest_found = np.bincount(kind, found)[kind] - found
    overall = (hits.sum() + 0.5) / (len(hits) + 1)
    rate, weight = (rest_found + overall) / (rest + 1), rest / (rest + rows)
    n, y, e = (
        np.bincount(group, weight * part)[1:].astype(np.float64) for part in (rows, found, rows * rate)
    )
    return Compared(rows=n, hits=y, expected=np.divide(e, n, out=np.full(len(n), overall), where=n > 0))


def pooled(found: Compared) -> Pooled:
    """What the groups' rates are, seen together: beta-binomial partial pooling by empirical Bayes.

    The hits of a group are binomial; its rate comes from a Beta distribution with the expected rate as
    its mean. How wide that is, is a mixture over priors from all but fixed to as wide as the mean itself;
    the weights of the mixture are the maximum of the marginal likelihood, by EM, with `ALIKE` groups
    without a difference seen before. A single wide prior would either hide the one bad group among many
    that are alike, or believe every small one.

    Reference: Clayton, Kaldor: Empirical Bayes estimates of age-standardized relative risks, Biometrics
    43 (1987); Stephens: False discovery rates: a new deal, Biostatistics 18 (2017), for the mixture;
    Gelman et al.: Bayesian Data Analysis, chapter 5.
    """
    from scipy.special import betaln

    strength = _strengths(found)
    a, b = found.expected[:, None] * strength, (1 - found.expected[:, None]) * strength
    y, n = found.hits[:, None], found.rows[:, None]
    fit = betaln(a + y, b + n - y) - betaln(a, b)
    likely = np.exp(fit - fit.max(axis=1, keepdims=True))
    weights = likely * _shares(likely)
    return Pooled(a=a + y, b=b + n - y, weights=weights / weights.sum(axis=1, keepdims=True))


def _strengths(found: Compared) -> Floats:
    """(g,) pseudo-rows of the priors, the tightest first."""
    widest = max(1 / float(found.expected.mean()), 2.0)
    steps = np.log(TIGHTEST * max(float(found.rows.max()), widest) / widest) / np.log(STEP)
    grid: Floats = widest * STEP ** np.arange(np.ceil(steps), -1, -1)
    return grid


def _shares(likely: Floats) -> Floats:
    """(g,) how much of the groups each prior holds; the first one starts with `ALIKE` groups."""
    shares: Floats = np.full(likely.shape[1], 1 / likely.shape[1])
    for _ in range(ROUNDS):
        held = likely * shares
        new: Floats = (held / held.sum(axis=1, keepdims=True)).sum(axis=0)
        new[0] += ALIKE
        new /= new.sum()
        if np.abs(new - shares).max() < SETTLED:
            return new
        shares = new
    return shares
