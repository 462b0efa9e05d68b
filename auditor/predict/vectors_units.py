"""Vectors as directions: of length one, block by block, from wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Matrix, Rows

BLOCK = 1 << 22
"""Numbers that are worked on at once: 16 MB of float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVectors:
    """The vectors of a dataset's rows, each of length one when it is read."""

    vectors: NDArray[np.floating[Any]]
    """(n, d) as given; never copied whole."""
    covered: NDArray[np.bool_] | None = None
    """(n,) False for rows without a vector; None where all have one."""

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def width(self) -> int:
        """d, the numbers of a vector."""
        return int(self.vectors.shape[1])

    def of(self, rows: Rows) -> NDArray[np.float32]:
        """(m, d) the directions of these rows; zeros for rows that have none.

        >>> UnitVectors(vectors=np.array([[3.0, 4.0], [0.0, 0.0]])).of(np.array([0, 1])).round(1).tolist()
        [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
        """
        out = np.empty((len(rows), self.width), np.float32)
        for here in self.blocks(len(rows)):
            out[here] = _directions(np.asarray(self.vectors[rows[here]]))
        if self.covered is not None:
            out[~self.covered[rows]] = 0
        return out

    def blocks(self, count: int, wide: int = 1) -> Iterator[slice]:
        """Spans of 0..count of which each row needs a vector, or `wide` numbers where that is more."""
        step = max(BLOCK // max(self.width, wide, 1), 1)
        for start in range(0, count, step):
            yield slice(start, min(start + step, count))


def _directions(block: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Divided by the largest number first, so that no square is too large or too small."""
    numbers: NDArray[Any] = block.astype(np.float64 if block.dtype == np.float64 else np.float32)
    largest = np.abs(numbers).max(axis=1, initial=0, keepdims=True)
    numbers /= np.where(largest > 0, largest, 1)
    length = np.sqrt(np.einsum("ij,ij->i", numbers, numbers))[:, None]
    return (numbers / np.where(length > 0, length, 1)).astype(np.float32)


def point(units: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(m,) False for vectors of zeros: they point nowhere."""
    return np.asarray(units.any(axis=1), bool)


def shares(codes: Codes, classes: int) -> NDArray[np.float64]:
    """(C,) how much of the rows each class has."""
    out: NDArray[np.float64] = np.bincount(codes, minlength=classes) / max(len(codes), 1)
    return out


def same_for_all(share: NDArray[np.float64], rows: int) -> Matrix:
    """(rows, C) the shares of the classes for every row."""
    return np.tile(share, (rows, 1))
