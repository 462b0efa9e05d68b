"""How good a list of pairs is: precision, recall, and the best of both over thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE = 0.95


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of the judged pairs that a search found."""

    found: int
    right: int
    true: int
    """Pairs that there are to find."""

    @property
    def precision(self) -> float:
        """Share of the found pairs that are true; NaN where none was found."""
        return self.right / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found."""
        return self.right / self.true

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(self.found + self.true, 1)


def codes_of(pairs: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """(m,) one number per pair of rows.

    >>> codes_of(np.array([[0, 2], [1, 2]]), 10).tolist()
    [2, 12]
    """
    return pairs[:, 0] * rows + pairs[:, 1]


def score(right: NDArray[np.bool_], true: int) -> Score:
    """Of a whole list of pairs."""
    return Score(found=len(right), right=int(right.sum()), true=true)


def curve(right: NDArray[np.bool_], similarity: NDArray[np.float64], true: int) -> list[tuple[float, Score]]:
    """(threshold, score) at every similarity that occurs, falling; equal similarities stand together.

    >>> [s.right for _, s in curve(np.array([True, False, True]), np.array([.9, .5, .5]), 2)]
    [1, 2]
    """
    order = np.argsort(-similarity, kind="stable")
    ordered = similarity[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(order) else []
    hits = np.cumsum(right[order])
    return [(float(ordered[at]), Score(found=int(at) + 1, right=int(hits[at]), true=true)) for at in ends]


def best_f1(points: list[tuple[float, Score]]) -> tuple[float, float]:
    """The highest F1 and its threshold; (0, NaN) for no pairs."""
    return max(((s.f1, at) for at, s in points), default=(0.0, float("nan")))


def recall_when_sure(points: list[tuple[float, Score]]) -> float:
    """The highest recall at a threshold with a precision of `SURE`."""
    return max((s.recall for _, s in points if s.precision >= SURE), default=0.0)
