"""Logistic regression with normal priors: the mode of the posterior, with columns and offsets of groups.

Newton's method with halved steps. The offsets may be thousands, of which a row has a few: so each Newton
step is solved by conjugate gradients, scaled by the diagonal, and costs O(rows) a turn. The posterior has
one mode, also when verdicts are all alike or columns separate them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Normal = tuple[float, float]
"""Mean and standard deviation of a prior."""

STEPS, TURNS = 100, 1000
CLOSE = 1e-9
"""Newton stops at steps below this, conjugate gradients at residuals of this share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Rows with an answer; w weights: first one per column, then one per group."""

    fixed: NDArray[np.float64]
    """(v, c) columns, with the ones of the intercept."""
    places: NDArray[np.int64]
    """(v, g) which weights, c..w-1, each row has besides; g may be 0."""
    wrong: Vector
    """(v,) 1.0 or 0.0."""

    def odds(self, weights: Vector) -> Vector:
        """(v,) log-odds under the weights."""
        odds: Vector = self.fixed @ weights[: self.fixed.shape[1]] + weights[self.places].sum(axis=1)
        return odds

    def back(self, values: Vector, size: int, power: int = 1) -> Vector:
        """(w,) values of the rows, summed for each weight; columns to a power."""
        spread = np.repeat(values, self.places.shape[1])
        sums: Vector = np.bincount(self.places.ravel(), spread, minlength=size).astype(np.float64)
        sums[: self.fixed.shape[1]] = values @ self.fixed**power
        return sums


def posterior_mode(judged: Judged, priors: Sequence[Normal]) -> Vector:
    """(w,) the weights of the highest posterior density.

    Args:
        judged: rows and answers.
        priors: of each weight.

    >>> one = Judged(fixed=np.ones((2, 1)), places=np.zeros((2, 0), int), wrong=np.array([1.0, 0.0]))
    >>> posterior_mode(one, [(0.0, 3.0)]).tolist()
    [0.0]
    """
    mean, spread = np.array(priors, np.float64).T
    firm = spread**-2.0
    weights: Vector = mean.copy()
    now = _loss(judged, weights, mean, firm)
    for _ in range(STEPS):
        step = _newton_step(judged, weights, mean, firm)
        length = 1.0
        while (then := _loss(judged, weights - length * step, mean, firm)) > now and length > CLOSE:
            length /= 2
        if then > now:
            break
        weights, now = weights - length * step, then
        if np.abs(step).max() < CLOSE:
            break
    return weights


def _loss(judged: Judged, weights: Vector, mean: Vector, firm: Vector) -> float:
    """Minus the logarithm of the posterior density, up to a constant."""
    odds = judged.odds(weights)
    fit = np.logaddexp(0.0, odds) - judged.wrong * odds
    return float(fit.sum() + (firm * (weights - mean) ** 2).sum() / 2)


def _newton_step(judged: Judged, weights: Vector, mean: Vector, firm: Vector) -> Vector:
    """The gradient, divided by the Hessian."""
    chance = (1 + np.tanh(judged.odds(weights) / 2)) / 2
    gradient = judged.back(chance - judged.wrong, len(firm)) + firm * (weights - mean)
    curve = chance * (1 - chance)
    scale = judged.back(curve, len(firm), power=2) + firm
    step, left = np.zeros(len(firm)), gradient
    towards = scaled = left / scale
    size = first = float(left @ scaled)
    for _ in range(TURNS):
        if size <= first * CLOSE**2:
            break
        bent = judged.back(curve * judged.odds(towards), len(firm)) + firm * towards
        length = size / float(towards @ bent)
        step, left = step + length * towards, left - length * bent
        scaled = left / scale
        size, before = float(left @ scaled), size
        towards = scaled + size / before * towards
    return step
