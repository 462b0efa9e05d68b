"""The votes of the nearest rows: what rows that mean nearly the same are labelled.

Source: Cover & Hart: Nearest Neighbor Pattern Classification (1967); weights that fall with the distance
relative to that of the last neighbour as in Hechenbichler & Schliep: Weighted k-Nearest-Neighbor Techniques
(2004), with a Gaussian kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Fitted, Matrix, Rows
from auditor.predict.vectors_units import BLOCK, UnitVectors, point, same_for_all, shares

if TYPE_CHECKING:
    from auditor.similar.neighbours import Neighbours

VOTERS = 16
"""Rows that vote at most, as many as are searched: 12 find more where similar classes are mixed up and well
apart, 24 where labels are wrong at random."""
STEEP = 2.0
"""How steeply votes fall with the distance: the farthest has exp(-2) of one."""
PRIOR = 1.0
"""Votes that the shares of the classes have beside those of the rows."""
COMPARED = 1 << 27
"""Rows learned from, times rows of the dataset, up to which all are compared: 12,900 rows in 5 folds."""
NO_DISTANCE = 1e-9
"""Squared distances below are rounding."""

Nearest = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(m, k) which of the rows learned from are nearest, -1 where there is none; (m, k) their cosine,
descending."""


@dataclass(frozen=True, slots=True)
class NearestRows:
    """Votes by closeness: never of the row itself, never of a row that was not learned from.

    Up to `COMPARED` every row is compared with all that were learned from. Above, the nearest of all rows are
    searched once, and those among them that were learned from vote.
    """

    units: UnitVectors
    search: Callable[[], Neighbours]
    """Gives the nearest rows of every row of the dataset."""

    @property
    def name(self) -> str:
        return "neighbours"

    def cost(self, rows: int, classes: int) -> float:
        """As measured: the comparison of a fifth of the dataset with the rows, or a look-up of each."""
        n = len(self.units)
        if rows * n <= COMPARED:
            return 0.01 + rows * n / 5 * (6e-11 * self.units.width + 4e-9)
        return 0.01 + n / 5 * (4e-6 + 1e-8 * classes)

    def fit(self, rows: Rows, codes: Codes, classes: int) -> Fitted:
        """Take note of who votes for what; rows without a vector have no vote."""
        share = shares(codes, classes)
        if len(rows) * len(self.units) <= COMPARED:
            found = self.units.of(rows)
            known = point(found)
            return _Compared(self.units, rows[known], found[known], codes[known], share)
        voice = np.full(len(self.units), -1, np.int32)
        voice[rows] = codes
        if self.units.covered is not None:
            voice[~self.units.covered] = -1
        return _LookedUp(self.units, self.search(), voice, share)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Rows that are compared with all that were learned from."""

    units: UnitVectors
    rows: Rows
    found: NDArray[np.float32]
    """(m, d) directions of the rows learned from."""
    codes: Codes
    share: NDArray[np.float64]

    def predict(self, rows: Rows) -> Matrix:
        out = same_for_all(self.share, len(rows))
        for here in self.units.blocks(len(rows), max(len(self.rows), len(self.share))):
            asked = self.units.of(rows[here])
            known = np.flatnonzero(point(asked))
            if len(known) and len(self.rows):
                which, cosine = self._nearest(rows[here][known], asked[known])
                voices = np.where(which >= 0, self.codes[which], -1)
                out[here.start + known] = votes(voices, cosine, self.share)
        return out

    def _nearest(self, rows: Rows, asked: NDArray[np.float32]) -> Nearest:
        cosine = asked @ self.found.T
        cosine[rows[:, None] == self.rows] = -np.inf
        return _first(cosine)


def _first(cosine: NDArray[np.float32]) -> Nearest:
    """The `VOTERS` of the largest cosine of each row."""
    k = VOTERS
    if cosine.shape[1] > k:
        which = np.argpartition(cosine, cosine.shape[1] - k, axis=1)[:, -k:].astype(np.int64)
        cosine = np.take_along_axis(cosine, which, axis=1)
    else:
        which = np.broadcast_to(np.arange(cosine.shape[1]), cosine.shape)
    order = np.lexsort((which, -cosine), axis=1)
    which, cosine = np.take_along_axis(which, order, axis=1), np.take_along_axis(cosine, order, axis=1)
    return np.where(np.isneginf(cosine), -1, which), cosine


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """Rows whose nearest are known."""

    units: UnitVectors
    found: Neighbours
    voice: NDArray[np.int32]
    """(n,) the class that each row of the dataset votes for, -1 for those that were not learned from."""
    share: NDArray[np.float64]

    def predict(self, rows: Rows) -> Matrix:
        out = np.empty((len(rows), len(self.share)))
        step = max(BLOCK // max(len(self.share), self.found.rows.shape[1]), 1)
        for start in range(0, len(rows), step):
            near = self.found.rows[rows[start : start + step]]
            cosine = self.found.similarity[rows[start : start + step]]
            voices = np.where(near >= 0, self.voice[near], -1)
            if self.units.covered is not None:
                voices[~self.units.covered[rows[start : start + step]]] = -1
            out[start : start + step] = votes(voices, cosine, self.share)
        return out


def votes(
    voices: NDArray[np.int32], cosine: NDArray[np.float32], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(m, C) shares of the votes, with `PRIOR` votes for classes as common as they are.

    A row at the squared distance d votes with exp(-2 d / D), where D is that of the farthest that has a vote:
    what is near depends on the network.

    Args:
        voices: (m, k) the class that each of the nearest votes for, -1 where it has no vote.
        cosine: (m, k) their cosine; NaN or any number where there is none.
        share: (C,) the shares of the classes.

    >>> votes(np.array([[0, 1]]), np.array([[1.0, 0.5]]), np.array([0.5, 0.5])).round(2).tolist()
    [[0.7, 0.3]]
    """
    heard = voices >= 0
    distance = np.where(heard, np.maximum(2 - 2 * cosine.astype(np.float64), NO_DISTANCE), 0.0)
    farthest = distance.max(axis=1, initial=NO_DISTANCE, keepdims=True)
    weight = np.where(heard, np.exp(-STEEP * distance / farthest), 0.0)
    at = np.arange(len(voices))[:, None] * len(share) + np.where(heard, voices, 0)
    total = np.bincount(at.ravel(), weight.ravel(), minlength=len(voices) * len(share))
    told = total.reshape(len(voices), len(share)) + PRIOR * share
    out: NDArray[np.float64] = told / (weight.sum(axis=1, keepdims=True) + PRIOR)
    return out
