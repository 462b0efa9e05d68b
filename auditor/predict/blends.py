"""Several models as one: their probabilities made honest by a temperature each, and averaged.

What is fitted here is fitted to rows that no model in question has learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Matrix

LEAST = 1e-12
"""Probabilities below are taken for this: one row must not outweigh all others."""
ENOUGH = 0.5
"""Share of what the best model knows that another must know to have a part."""
COOLEST, HOTTEST = -3.0, 3.0
"""Range of the logarithm of a temperature: .05 to 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Which models are averaged, and the temperatures before and after."""

    members: tuple[int, ...]
    """Numbers of the models, ascending."""
    temperatures: tuple[float, ...]
    """One per member: over 1 where it is surer than it is right."""
    last: float
    """The temperature of the average: averaging makes unsure."""

    def of(self, outputs: Sequence[Matrix]) -> Matrix:
        """(m, K) the blend of the members' probabilities, in the order of `members`."""
        return at_temperature(_mean(outputs, self.temperatures), self.last)


def even_blend(models: int) -> Blend:
    """The plain mean of all, for where there is nothing to learn a choice from."""
    return Blend(members=tuple(range(models)), temperatures=(1.0,) * models, last=1.0)


def best_blend(outputs: Sequence[Matrix], codes: Codes) -> Blend:
    """The blend for some rows: the mean of all models that know at least half of what the best one knows.

    What a model knows is how far its log loss, at its best temperature, is below that of the class shares.
    The mean of models is not chosen for its log loss: on real texts with planted errors the mean put more
    errors first than the one model with the lowest log loss in every case (docs/predictions.md).

    Args:
        outputs: per model (m, K) probabilities of rows that it has not learned from.
        codes: (m,) their classes, 0..K-1.

    Source: temperatures as in Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks
    (2017), one number fitted to the log loss.
    """
    if not len(codes):
        return even_blend(len(outputs))
    single = [temperature(output, codes) for output in outputs]
    return _fitted(_useful(outputs, single, codes), outputs, single, codes)


def _useful(outputs: Sequence[Matrix], single: Sequence[float], codes: Codes) -> tuple[int, ...]:
    """The models that know enough; all where none knows more than how common the classes are."""
    shares = np.bincount(codes, minlength=outputs[0].shape[1]) / len(codes)
    common = losses(np.broadcast_to(shares, outputs[0].shape), codes).mean()
    known = [
        common - losses(at_temperature(output, degrees), codes).mean()
        for output, degrees in zip(outputs, single, strict=True)
    ]
    least = ENOUGH * max(known)
    return tuple(at for at, gain in enumerate(known) if gain >= least or least <= 0)


def _fitted(
    members: tuple[int, ...], outputs: Sequence[Matrix], single: Sequence[float], codes: Codes
) -> Blend:
    temperatures = tuple(single[at] for at in members)
    mean = _mean([outputs[at] for at in members], temperatures)
    last = temperature(mean, codes) if len(members) > 1 else 1.0
    return Blend(members=members, temperatures=temperatures, last=last)


def _mean(outputs: Sequence[Matrix], temperatures: Sequence[float]) -> Matrix:
    total = at_temperature(outputs[0], temperatures[0])
    for output, degrees in zip(outputs[1:], temperatures[1:], strict=True):
        total = total + at_temperature(output, degrees)
    return total / len(outputs)


def losses(probabilities: Matrix, codes: Codes) -> NDArray[np.float64]:
    """(m,) -log of the probability of each row's class."""
    own = probabilities[np.arange(len(codes)), codes]
    out: NDArray[np.float64] = -np.log(np.maximum(own, LEAST))
    return out


def at_temperature(probabilities: Matrix, degrees: float) -> Matrix:
    """Rows of probabilities to the power of 1 / degrees, summing to 1 again.

    >>> import numpy as np
    >>> at_temperature(np.array([[0.9, 0.1]]), 0.5).round(4).tolist()
    [[0.9878, 0.0122]]
    """
    if degrees == 1.0:
        return probabilities
    logs = np.log(np.maximum(probabilities, LEAST)) / degrees
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    out: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return out


def temperature(probabilities: Matrix, codes: Codes) -> float:
    """The temperature at which the log loss of some rows is lowest, .05 to 20."""
    from scipy.optimize import minimize_scalar

    logs = np.log(np.maximum(probabilities, LEAST))
    logs -= logs.max(axis=1, keepdims=True)
    own = logs[np.arange(len(codes)), codes]

    def loss(log_degrees: float) -> float:
        scaled = logs * np.exp(-log_degrees)
        total = np.log(np.exp(scaled).sum(axis=1)) - own * np.exp(-log_degrees)
        return float(total.mean())

    found = minimize_scalar(loss, bounds=(COOLEST, HOTTEST), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(round(float(found.x), 3)))
