"""Models of images over features made by hand: a straight one, and one by what looks alike.

The second is kernel ridge regression carried by a part of the rows: the mean of a Gaussian process by the
subset of regressors (Rasmussen and Williams: Gaussian Processes for Machine Learning, 2006, section 8.3.1),
solved in the coordinates of the carriers (Nystroem features) so that float32 will do. The noise is chosen by
the error that rows have when they are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.images.features import mirrored
from auditor.predict.learners import Codes, Fitted, Learner, Matrix, Rows
from auditor.predict.sampling import sampled
from auditor.predict.vectors_linear import Discriminant
from auditor.predict.vectors_units import UnitVectors, point, same_for_all, shares

CARRIERS = 1_200
"""Rows that carry the model, at most: twice the cost of 1,000 buys 1,500 and, on one split of cifar10n, .008
of accuracy."""
LEFT_OUT = 2_000
"""Rows of which the error without them is looked at, at most."""
JUDGES = 800
"""Rows that decide on the mirror, at most."""
WIDTH = 0.5
"""Kernel: exp(-WIDTH * squared distance / total variance); with .25 it was right .007 less often."""
NOISES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Variances of the noise to choose from; the variance of the process is 1."""
JITTER = np.float32(1e-3)
"""Added to the kernel's diagonal: copies would make it singular."""
SHARPNESS = 20.0
"""Estimates of a share that fall below 0 become small ones above it, over a range of 1 / SHARPNESS."""
Floats = NDArray[np.float32]


def image_learners(
    features: NDArray[np.floating[Any]], covered: NDArray[np.bool_] | None = None
) -> tuple[Learner, ...]:
    """The models for images without vectors of a network.

    Logistic regression and the nearest rows, which vectors of networks have beside them, took errors later
    or no earlier here.

    Args:
        features: (n, d) as `auditor.images.features` makes them, perhaps a memory map.
        covered: (n,) False for rows whose image could not be opened; None where all could.
    """
    units = UnitVectors(vectors=features, covered=covered)
    return Discriminant(units), ImageKernel(units, mirrored())


@dataclass(frozen=True, slots=True)
class ImageKernel:
    """A smooth model of all features at once, beside the straight ones."""

    units: UnitVectors
    mirror: NDArray[np.intp] | None = None
    """(d,) the order in which the features of an image are those of its mirror image; None for never."""

    @property
    def name(self) -> str:
        return "kernel"

    def cost(self, rows: int, classes: int) -> float:
        """CPU seconds, about, of a fit and of predicting a quarter as many rows."""
        carriers, judges = min(rows, CARRIERS), min(rows, JUDGES)
        pairs = rows * carriers * (1.25 * (5e-11 * self.units.width + 5e-9) + 1e-10 * classes)
        return 0.01 + pairs + 6e-11 * rows * carriers**2 + 4e-10 * carriers**3 + 4e-10 * judges**3

    def fit(self, rows: Rows, codes: Codes, classes: int) -> Fitted:
        """Choose mirror and noise, solve for the weights; rows without an image teach nothing."""
        share = shares(codes, classes)
        seen = self.units.of(rows)
        known = point(seen)
        codes, seen = codes[known], seen[known]
        if len(np.unique(codes)) < 2:
            return _Smooth(self.units, None, share)
        targets = (np.eye(classes)[codes] - share).astype(np.float32)
        carriers = _few(seen, codes, CARRIERS)
        place = _Places.of(seen[carriers], self._mirror(seen, codes, targets))
        places = np.concatenate(
            [place.of_rows(seen[here]) for here in self.units.blocks(len(seen), CARRIERS)]
        )
        return _Smooth(self.units, place.weighted(least_error(places, targets)[1]), share)

    def _mirror(self, seen: Floats, codes: Codes, targets: Floats) -> NDArray[np.intp] | None:
        """The mirror where a few rows are told better with it: animals look both ways, digits do not."""
        if self.mirror is None:
            return None
        judges = _few(seen, codes, JUDGES)
        errors = [
            least_error(_Places.of(seen[judges], mirror).of_rows(seen[judges]), targets[judges])[0]
            for mirror in (None, self.mirror)
        ]
        return self.mirror if errors[1] < errors[0] else None


def _few(seen: Floats, codes: Codes, most: int) -> NDArray[np.int64]:
    return sampled(np.arange(len(seen)), codes, most)[:most]


@dataclass(frozen=True, slots=True)
class _Places:
    """Coordinates in which the kernel of the carriers is a plain product."""

    carriers: Floats
    """(c, d)."""
    mirror: NDArray[np.intp] | None
    """(d,) rows are alike as much as they and their mirror images are on average; None for without."""
    scale: np.float32
    root: Floats
    """(c, c) or, with the weights, (c, C)."""

    @classmethod
    def of(cls, carriers: Floats, mirror: NDArray[np.intp] | None) -> _Places:
        scale = np.float32(WIDTH / max(float(carriers.var(axis=0, dtype=np.float64).sum()), 1e-12))
        place = cls(carriers, mirror, scale, np.eye(len(carriers), dtype=np.float32))
        between = place._likeness(carriers)
        between[np.diag_indices(len(between))] += JITTER
        root = np.linalg.inv(np.linalg.cholesky(between.astype(np.float64))).T
        return cls(carriers, mirror, scale, root.astype(np.float32))

    def of_rows(self, rows: Floats) -> Floats:
        """(m, c), or (m, C) with the weights."""
        out: Floats = self._likeness(rows) @ self.root
        return out

    def weighted(self, weights: Floats) -> _Places:
        """The same with the coordinates summed up."""
        return _Places(self.carriers, self.mirror, self.scale, self.root @ weights)

    def _likeness(self, rows: Floats) -> Floats:
        found = likeness(rows, self.carriers, self.scale)
        if self.mirror is not None:
            found += likeness(rows[:, self.mirror], self.carriers, self.scale)
            found *= np.float32(0.5)
        return found


def likeness(one: Floats, other: Floats, scale: np.float32) -> Floats:
    """(a, b) how alike directions are: 1 for equal ones, exp(-scale * squared distance).

    Args:
        one: (a, d) rows of length one.
        other: (b, d) rows of length one.
        scale: of the squared distance.
    """
    found: Floats = one @ other.T
    found -= 1
    np.minimum(found, 0, out=found)
    found *= 2 * scale
    np.exp(found, out=found)
    return found


def least_error(places: Floats, targets: Floats) -> tuple[float, Floats]:
    """The least mean squared error of rows left out, over the noises, and the (c, C) weights that have it.

    Args:
        places: (m, c) the rows.
        targets: (m, C) what is to be estimated, around 0.
    """
    values, vectors = np.linalg.eigh(places.T @ places)
    values = np.maximum(values, 0)
    told = vectors.T @ (places.T @ targets)
    turned, few = places[:LEFT_OUT] @ vectors, targets[:LEFT_OUT]
    squares = turned**2
    errors, found = [], []
    for noise in NOISES:
        inverse = (1 / (values + noise)).astype(np.float32)
        found.append(inverse[:, None] * told)
        wrong = (few - turned @ found[-1]) / (1 - squares @ inverse)[:, None]
        errors.append(float(np.mean(wrong**2, dtype=np.float64)))
    best = int(np.argmin(errors))
    return errors[best], vectors @ found[best]


@dataclass(frozen=True, slots=True)
class _Smooth:
    """Weights of the carriers; None where nothing could be learned."""

    units: UnitVectors
    place: _Places | None
    share: NDArray[np.float64]

    def predict(self, rows: Rows) -> Matrix:
        """(m, C) estimates of the share of each class among rows like these, made positive."""
        out = same_for_all(self.share, len(rows))
        if self.place is None:
            return out
        for here in self.units.blocks(len(rows), len(self.place.carriers)):
            seen = self.units.of(rows[here])
            known = point(seen)
            told = np.logaddexp(0, SHARPNESS * (self.place.of_rows(seen[known]) + self.share))
            out[here][known] = told / told.sum(axis=1, keepdims=True)
        return out
