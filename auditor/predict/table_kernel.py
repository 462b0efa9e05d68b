"""Kernel ridge regression on the classes: rows that are alike in all columns have alike classes.

Smooth where trees jump, bent where a linear model is straight; on small tables of measurements it was the
best of all single models. It is the mean of a Gaussian process (Rasmussen and Williams: Gaussian Processes
for Machine Learning, 2006, equation 2.25) whose noise is chosen by the squared error that each row has when
it is left out (equations 5.10 to 5.12), so that tables with many wrong labels are smoothed more. For many
rows it is carried by a part of them (the subset of regressors, section 8.3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Matrix, Rows
from auditor.predict.sampling import sampled

CARRIERS = 1_000
"""Rows that carry the model, at most."""
NOISES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Variances of the noise to choose from; the variance of the process is 1."""
WIDTH = 0.25
"""Kernel: exp(-WIDTH * squared distance / total variance of the features)."""
SHARPNESS = 20.0
"""Estimates of a share that fall below 0 become small ones above it, over a range of 1 / SHARPNESS."""
JITTER = 1e-8
"""Added to a diagonal, as a share of its mean: equal rows would make it singular."""
CELLS = 1 << 22
"""Numbers that are held at a time for the rows of a block."""
Numbers = NDArray[np.float64]


class KernelFeatures(Protocol):
    """Features that distances are measured in."""

    def dense(self, rows: Rows) -> NDArray[np.float32]:
        """(m, d) finite, of like scale."""
        ...


@dataclass(frozen=True, slots=True)
class KernelLearner:
    """A smooth model of all columns at once."""

    features: KernelFeatures
    width: int
    """d, how many features there are."""
    name: str = "kernel"

    def cost(self, rows: int, classes: int) -> float:
        """CPU seconds, about, of a fit and of predicting a quarter as many rows."""
        carriers = min(rows, CARRIERS)
        pairs = 1.25 * rows * carriers * (1.5e-8 + 1e-10 * self.width + 2e-10 * classes)
        joint = 5e-11 * rows * carriers**2 if rows > carriers else 0.0
        return 0.01 + 5e-10 * carriers**3 + pairs + joint

    def fit(self, rows: Rows, codes: Codes, classes: int) -> FittedKernel:
        """Choose the noise and solve for the weights; see `learners.Learner`."""
        kept = sampled(np.arange(len(rows)), codes, CARRIERS)[:CARRIERS]
        carriers = self.features.dense(rows[kept]).astype(np.float64)
        shares = np.bincount(codes, minlength=classes) / len(codes)
        scale = WIDTH / max(float(carriers.var(axis=0).sum()), 1e-12)
        targets = _targets(codes[kept], shares)
        between = kernel(carriers, carriers, scale)
        noise, weights = smoothest(between, targets)
        fitted = FittedKernel(self.features, carriers, scale, weights, shares)
        if len(kept) == len(rows):
            return fitted
        return FittedKernel(
            self.features, carriers, scale, fitted.carried(rows, codes, between, noise), shares
        )


def kernel(one: Numbers, other: Numbers, scale: float) -> Numbers:
    """(a, b) how alike rows are: 1 for equal ones.

    Args:
        one: (a, d) rows.
        other: (b, d) rows.
        scale: of the squared distance.
    """
    squares = np.einsum("ij,ij->i", one, one)[:, None] + np.einsum("ij,ij->i", other, other)
    squares -= 2 * one @ other.T
    out: Numbers = np.exp(-scale * np.maximum(squares, 0))
    return out


def smoothest(between: Numbers, targets: Numbers) -> tuple[float, Numbers]:
    """The noise with the least squared error of left-out rows, and its (m, C) weights.

    Args:
        between: (m, m) the kernel between the rows.
        targets: (m, C) what is to be estimated, around 0.
    """
    values, vectors = np.linalg.eigh(between)
    turned = vectors.T @ targets
    squares = vectors**2
    best, least, chosen = np.inf, NOISES[0], np.zeros_like(targets)
    for noise in NOISES:
        inverse = 1 / (np.maximum(values, 0) + noise)
        weights = vectors @ (inverse[:, None] * turned)
        error = float(np.mean((weights / (squares @ inverse)[:, None]) ** 2))
        if error < best:
            best, least, chosen = error, noise, weights
    return least, chosen


def _targets(codes: Codes, shares: Numbers) -> Numbers:
    """(m, C) 1 for the row's class, less the share of the class."""
    out = np.tile(-shares, (len(codes), 1))
    out[np.arange(len(codes)), codes] += 1
    return out


@dataclass(frozen=True, slots=True)
class FittedKernel:
    """Weights of the rows that carry the model."""

    features: KernelFeatures
    carriers: Numbers
    """(c, d) their features."""
    scale: float
    weights: Numbers
    """(c, C)."""
    shares: Numbers
    """(C,) of the classes."""

    def carried(self, rows: Rows, codes: Codes, between: Numbers, noise: float) -> Numbers:
        """(c, C) the weights at which the carriers fit all rows, not only themselves."""
        inner = noise * between
        outer = np.zeros_like(self.weights)
        for block in _blocks(len(rows), self._step()):
            here = self._likeness(rows[block])
            inner += here.T @ here
            outer += here.T @ _targets(codes[block], self.shares)
        inner[np.diag_indices(len(inner))] += JITTER * np.trace(inner) / len(inner)
        out: Numbers = np.linalg.solve(inner, outer).astype(np.float64)
        return out

    def predict(self, rows: Rows) -> Matrix:
        """(m, C) estimates of the share of each class among rows like these, made positive."""
        out = np.empty((len(rows), len(self.shares)))
        for block in _blocks(len(rows), self._step()):
            found = self._likeness(rows[block]) @ self.weights + self.shares
            out[block] = np.logaddexp(0, SHARPNESS * found)
        out /= out.sum(axis=1, keepdims=True)
        return out

    def _likeness(self, rows: Rows) -> Numbers:
        return kernel(self.features.dense(rows).astype(np.float64), self.carriers, self.scale)

    def _step(self) -> int:
        return max(CELLS // int(max(*self.carriers.shape, len(self.shares))), 1)


def _blocks(rows: int, step: int) -> list[slice]:
    return [slice(start, start + step) for start in range(0, rows, step)]
