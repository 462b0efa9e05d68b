"""Linear models over directions: logistic regression, and Gaussian classes of one shape (discriminant).

Both are held back for labels that may be wrong. The second is solved in one step and bends less towards
labels that are wrong in the same way; the first finds more where few are wrong.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Fitted, Matrix, Rows
from auditor.predict.sampling import sampled
from auditor.predict.vectors_units import UnitVectors, point, same_for_all, shares

STRENGTH = 0.1
"""scikit-learn's C for numbers with a variance of one on average, where a class has one row; it falls with
the root of the rows a class. Few rows need more room, many wrong labels less: half and twice as much find
about as many planted errors (400 to 6,000 rows, 2 to 77 classes), a C for all sizes finds fewer."""
STEPS = 200
"""Steps of the solver at most; the fits that were looked at took 10 to 50."""
SHRINKAGE = 0.3
"""How much of the shape of the classes is taken for a ball; of .1 and .5 neither was better everywhere."""
LEAST_SPREAD = 1e-3
"""Variance within classes at least, of a variance of one: classes may be points."""
MOST_NUMBERS = 1 << 27
"""Numbers of vectors that are learned from: 512 MB of float32. More rows change models of so few numbers
little; those above are left out, of each class as many as its share."""
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is learned from: the rows that have a vector, centred and divided by one number for all axes.

    One number: an axis on which the network hardly differs stays small. Dividing each by its own spread lost
    average precision with planted errors.
    """

    numbers: NDArray[np.float32]
    """(m, d) with mean 0 and a variance of one on average over the axes."""
    codes: Codes
    """(m,) their classes among those that have a vector, 0..."""
    classes: NDArray[np.int64]
    """The classes that have a vector."""
    centre: NDArray[np.float32]
    spread: np.float32


@dataclass(frozen=True, slots=True)
class Logistic:
    """Multinomial logistic regression."""

    units: UnitVectors

    @property
    def name(self) -> str:
        return "linear"

    def cost(self, rows: int, classes: int) -> float:
        """As measured for 64 to 784 numbers a vector and 2 to 77 classes; less where classes lie apart."""
        columns = classes if classes > 2 else 1
        return 0.01 + min(rows, _most(self.units)) * self.units.width * (1e-7 + 1.2e-8 * columns)

    def fit(self, rows: Rows, codes: Codes, classes: int) -> Fitted:
        """Learn from the rows that have a vector; a class without any is given its share."""
        share, seen = shares(codes, classes), _seen(self.units, rows, codes)
        return _Shares(share) if seen is None else _Linear(self.units, seen, *_regression(seen), share)


@dataclass(frozen=True, slots=True)
class Discriminant:
    """Linear discriminant analysis: every class a Gaussian of the same, shrunken shape.

    Source: Fisher (1936); Friedman: Regularized Discriminant Analysis (1989), equation 18 with lambda 1.
    """

    units: UnitVectors

    @property
    def name(self) -> str:
        return "discriminant"

    def cost(self, rows: int, classes: int) -> float:
        """As measured: one product of the vectors with themselves, and a system of d equations."""
        width = self.units.width
        return (
            0.01
            + min(rows, _most(self.units)) * width * (1e-8 + 4e-11 * (width + classes))
            + 2e-10 * width**3
        )

    def fit(self, rows: Rows, codes: Codes, classes: int) -> Fitted:
        """Learn from the rows that have a vector; a class without any is given its share."""
        share, seen = shares(codes, classes), _seen(self.units, rows, codes)
        return _Shares(share) if seen is None else _Linear(self.units, seen, *_gaussians(seen), share)


def _most(units: UnitVectors) -> int:
    return max(MOST_NUMBERS // max(units.width, 1), 1)


def _seen(units: UnitVectors, rows: Rows, codes: Codes) -> Seen | None:
    """What can be learned from; None where fewer than two classes have a vector."""
    kept = sampled(np.arange(len(rows)), codes, _most(units))
    found = units.of(rows[kept])
    known = point(found)
    classes, of = np.unique(codes[kept][known], return_inverse=True)
    if len(classes) < 2:
        return None
    found = found if known.all() else found[known]
    centre = found.mean(axis=0, dtype=np.float64).astype(np.float32)
    found -= centre
    spread = np.float32(np.sqrt(np.einsum("ij,ij->", found, found, dtype=np.float64) / found.size))
    spread = spread if spread > 0 else np.float32(1)
    found /= spread
    return Seen(
        numbers=found,
        codes=of.reshape(-1).astype(np.int32),
        classes=classes.astype(np.int64),
        centre=centre,
        spread=spread,
    )


def _regression(seen: Seen) -> tuple[Weights, Weights]:
    """(d, C) weights and (C,) constants of logistic regression."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    strength = STRENGTH / np.sqrt(len(seen.codes) / len(seen.classes))
    model = LogisticRegression(C=strength, max_iter=STEPS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what it has then is good enough to average
        model.fit(seen.numbers, seen.codes)
    weights, constants = model.coef_.T.astype(np.float64), model.intercept_.astype(np.float64)
    if len(seen.classes) == 2:  # it has one column: how much speaks for the second class
        return np.hstack([np.zeros_like(weights), weights]), np.array([0.0, *constants])
    return weights, constants


def _gaussians(seen: Seen) -> tuple[Weights, Weights]:
    """(d, C) weights and (C,) constants of the discriminant."""
    rows, width = seen.numbers.shape
    counts = np.bincount(seen.codes).astype(np.float64)
    means = _sums(seen) / counts[:, None]
    scatter = (seen.numbers.T @ seen.numbers).astype(np.float64) - (means * counts[:, None]).T @ means
    within = (1 - SHRINKAGE) * scatter / rows
    ball = SHRINKAGE * max(float(np.trace(scatter)), 0.0) / rows / width + LEAST_SPREAD
    within[np.diag_indices(width)] += ball
    weights = np.linalg.solve(within, means.T)
    constants = np.log(counts / rows) - 0.5 * np.einsum("cd,dc->c", means, weights)
    return weights, constants


def _sums(seen: Seen) -> Weights:
    """(C, d) the sum of the vectors of each class."""
    order = np.argsort(seen.codes, kind="stable")
    out = np.empty((len(seen.classes), seen.numbers.shape[1]))
    for code, rows in enumerate(np.split(order, np.cumsum(np.bincount(seen.codes))[:-1])):
        out[code] = seen.numbers[rows].sum(axis=0, dtype=np.float64)
    return out


@dataclass(frozen=True, slots=True)
class _Shares:
    """What is said where nothing can be learned."""

    share: NDArray[np.float64]

    def predict(self, rows: Rows) -> Matrix:
        return same_for_all(self.share, len(rows))


class _Linear:
    """A linear model over the classes that have a vector; its outputs are logarithms of probabilities."""

    __slots__ = ("classes", "constants", "share", "units", "weights")

    def __init__(self, units: UnitVectors, seen: Seen, weights: Weights, constants: Weights, share: Weights):
        self.units, self.classes, self.share = units, seen.classes, share
        self.weights = (weights / seen.spread).astype(np.float32)
        self.constants = constants - seen.centre.astype(np.float64) @ weights / seen.spread

    def predict(self, rows: Rows) -> Matrix:
        out = same_for_all(self.share, len(rows))
        for here in self.units.blocks(len(rows), len(self.share)):
            found = self.units.of(rows[here])
            known = here.start + np.flatnonzero(point(found))
            logs = found[known - here.start] @ self.weights + self.constants
            powers = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
            powers *= self.share[self.classes].sum() / powers.sum(axis=1, keepdims=True)
            out[np.ix_(known, self.classes)] = powers
        return out
