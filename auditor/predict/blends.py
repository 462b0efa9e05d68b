"""Several models as one: their probabilities made honest, and averaged.

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
COOLEST, HOTTEST = 0.05, 20.0
"""Range of a temperature."""
CELLS = 1 << 21
"""Probabilities that a calibration is fitted to at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How the probabilities of a model are made to mean what they say."""

    degrees: float = 1.0
    """Over 1 where it is surer than it is right."""
    shifts: tuple[float, ...] = ()
    """(K,) added to the logarithms: over 0 for a class that it names too rarely; () for none."""

    def of(self, probabilities: Matrix) -> Matrix:
        """(m, K) to the power of 1 / degrees, shifted, rows summing to 1 again.

        >>> import numpy as np
        >>> Calibration(degrees=0.5).of(np.array([[0.9, 0.1]])).round(4).tolist()
        [[0.9878, 0.0122]]
        """
        if self == Calibration():
            return probabilities
        logs = np.log(np.maximum(probabilities, LEAST)) / self.degrees
        return _normal(logs + np.array(self.shifts) if self.shifts else logs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Which models are averaged, and how each and the average are calibrated."""

    members: tuple[int, ...]
    """Numbers of the models, ascending."""
    each: tuple[Calibration, ...]
    """One per member."""
    last: Calibration
    """Of the average: averaging makes unsure."""

    def of(self, outputs: Sequence[Matrix]) -> Matrix:
        """(m, K) the blend of the members' probabilities, in the order of `members`."""
        return self.last.of(_mean(outputs, self.each))


def even_blend(models: int) -> Blend:
    """The plain mean of all, for where there is nothing to learn a choice from."""
    each = (Calibration(),) * models
    return Blend(members=tuple(range(models)), each=each, last=Calibration())


def best_blend(outputs: Sequence[Matrix], codes: Codes) -> Blend:
    """The blend for some rows: the mean of all models that know at least half of what the best one knows.

    What a model knows is how far its log loss, calibrated, is below that of the class shares. The mean of
    models is not chosen for its log loss: on real texts with planted errors the mean put more errors first
    than the one model with the lowest log loss in every case (docs/predictions.md).

    Args:
        outputs: per model (m, K) probabilities of rows that it has not learned from.
        codes: (m,) their classes, 0..K-1.
    """
    if not len(codes):
        return even_blend(len(outputs))
    each = [calibration(output, codes) for output in outputs]
    return _blend_of(outputs, codes, each, _useful(outputs, each, codes))


def blend_of_all(outputs: Sequence[Matrix], codes: Codes) -> Blend:
    """The same of all these models, whatever they know: they were chosen before."""
    if not len(codes):
        return even_blend(len(outputs))
    each = [calibration(output, codes) for output in outputs]
    return _blend_of(outputs, codes, each, tuple(range(len(outputs))))


def _blend_of(
    outputs: Sequence[Matrix], codes: Codes, each: Sequence[Calibration], members: tuple[int, ...]
) -> Blend:
    kept = tuple(each[at] for at in members)
    mean = _mean([outputs[at] for at in members], kept)
    last = calibration(mean, codes) if len(members) > 1 else Calibration()
    return Blend(members=members, each=kept, last=last)


def _useful(outputs: Sequence[Matrix], each: Sequence[Calibration], codes: Codes) -> tuple[int, ...]:
    """The models that know enough; all where none knows more than how common the classes are."""
    shares = np.bincount(codes, minlength=outputs[0].shape[1]) / len(codes)
    common = losses(np.broadcast_to(shares, outputs[0].shape), codes).mean()
    known = [
        common - losses(fitted.of(output), codes).mean() for output, fitted in zip(outputs, each, strict=True)
    ]
    least = ENOUGH * max(known)
    return tuple(at for at, gain in enumerate(known) if gain >= least or least <= 0)


def _mean(outputs: Sequence[Matrix], each: Sequence[Calibration]) -> Matrix:
    total = each[0].of(outputs[0])
    for output, fitted in zip(outputs[1:], each[1:], strict=True):
        total = total + fitted.of(output)
    return total / len(outputs)


def losses(probabilities: Matrix, codes: Codes) -> NDArray[np.float64]:
    """(m,) -log of the probability of each row's class."""
    own = probabilities[np.arange(len(codes)), codes]
    out: NDArray[np.float64] = -np.log(np.maximum(own, LEAST))
    return out


def calibration(probabilities: Matrix, codes: Codes) -> Calibration:
    """One temperature and a shift per class for which the log loss of some rows is lowest.

    The shifts have a normal prior with a variance of 1, so that a class of few rows keeps its own.

    Source: bias-corrected temperature scaling (Alexandari, Kundaje, Shrikumar: Maximum Likelihood with
    Bias-Corrected Calibration is Hard-To-Beat at Label Shift Adaptation, 2020, section 3.3), after Guo,
    Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks (2017).
    """
    from scipy.optimize import minimize

    most = max(CELLS // probabilities.shape[1], 1)
    logs, of = np.log(np.maximum(probabilities[:most], LEAST)), codes[:most]
    bounds = [(-np.log(HOTTEST), -np.log(COOLEST)), *[(None, None)] * probabilities.shape[1]]
    start = np.zeros(probabilities.shape[1] + 1)
    found = minimize(_loss, start, args=(logs, of), jac=True, method="L-BFGS-B", bounds=bounds).x
    numbers = np.round(found, 6)  # what lies below is the luck of the last step
    return Calibration(degrees=float(np.exp(-numbers[0])), shifts=tuple(numbers[1:].tolist()))


def _loss(numbers: NDArray[np.float64], logs: Matrix, codes: Codes) -> tuple[float, NDArray[np.float64]]:
    """The log loss of all rows, with the prior, and its slopes; the first number is -log(degrees)."""
    slope, shifts = np.exp(numbers[0]), numbers[1:]
    own = np.arange(len(codes)), codes
    found = _normal(slope * logs + shifts)
    loss = losses(found, codes).sum() + 0.5 * float(shifts @ shifts)
    found[own] -= 1
    slopes = np.r_[slope * np.einsum("ij,ij->", found, logs), found.sum(axis=0) + shifts]
    return float(loss), slopes


def _normal(logs: Matrix) -> Matrix:
    powers: Matrix = np.exp(logs - logs.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
