"""What the confident joint says of the classes: how many labels of each are wrong, which classes overlap.

The numbers of `cleanlab.dataset.rank_classes_by_label_quality` and `find_overlapping_classes`
(cleanlab 2.9), from the calibrated joint alone. They are estimates of a model: shares of rows that
are confidently of another class, scaled to all rows; they need not agree with the number of flagged rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEP = 256
"""Classes that are compared with all at a time, so that nothing of the joint's size is copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassNoise:
    """Estimates per class; arrays of (K,). A class without rows has 0 throughout."""

    wrong: NDArray[np.int64]
    """Rows given the class that are truly of another ("Label Issues")."""
    missed: NDArray[np.int64]
    """Rows truly of the class that were given another label ("Inverse Label Issues")."""
    noise: NDArray[np.float64]
    """P(true class is another | given class), 0..1 ("Label Noise")."""
    inverse_noise: NDArray[np.float64]
    """P(given class is another | true class), 0..1 ("Inverse Label Noise")."""

    @property
    def quality(self) -> NDArray[np.float64]:
        """P(the given class is true | given class), 0..1 ("Label Quality Score")."""
        return 1 - self.noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two classes taken for one another."""

    one: int
    other: int
    """Class codes, `one` < `other`."""
    given_one: int
    """Rows given `one` that are truly of `other`, estimated."""
    given_other: int
    """Rows given `other` that are truly of `one`, estimated."""

    @property
    def rows(self) -> int:
        """Estimated rows that are of one class and labelled with the other ("Num Overlapping Examples")."""
        return self.given_one + self.given_other


def estimated_joint(joint: NDArray[np.int64]) -> NDArray[np.float64]:
    """(K, K) P(given class, true class), rows by given class, as `cleanlab.count.estimate_joint`.

    Args:
        joint: (K, K) the calibrated confident joint (`ClassSums.joint`).

    >>> estimated_joint(np.array([[6, 2], [0, 8]])).tolist()
    [[0.375, 0.125], [0.0, 0.5]]
    """
    return joint / max(int(joint.sum()), 1)


def class_noise(joint: NDArray[np.int64]) -> ClassNoise:
    """How many labels of each class are wrong, by the calibrated confident joint (K, K).

    >>> found = class_noise(np.array([[6, 2], [0, 8]]))
    >>> found.noise.tolist(), found.inverse_noise.tolist()
    ([0.25, 0.0], [0.0, 0.2])
    """
    right, given, true = joint.diagonal(), joint.sum(axis=1), joint.sum(axis=0)
    return ClassNoise(
        wrong=given - right,
        missed=true - right,
        noise=(given - right) / np.maximum(given, 1),
        inverse_noise=(true - right) / np.maximum(true, 1),
    )


def overlapping_classes(joint: NDArray[np.int64], top: int = 10) -> list[Overlap]:
    """The pairs of classes with the most rows in each other's place, at most `top`.

    Pairs without any are left out; equal ones are ordered by class code. Works row by row: beside the
    joint it holds O(K + top).

    Args:
        joint: (K, K) the calibrated confident joint.
        top: how many pairs.

    >>> overlapping_classes(np.array([[6, 2, 0], [1, 8, 0], [0, 1, 4]]), top=1)
    [Overlap(one=0, other=1, given_one=2, given_other=1)]
    """
    best: list[tuple[int, int, int]] = []  # (-rows, one, other)
    for one in range(len(joint) - 1):
        both = joint[one, one + 1 :] + joint[one + 1 :, one]
        bar = -best[-1][0] if len(best) == top else 0
        found = np.flatnonzero(both > bar)
        found = found[np.argsort(-both[found], kind="stable")][:top]
        new = [(-int(both[at]), one, one + 1 + int(at)) for at in found]
        best = sorted(best + new)[:top]
    return [
        Overlap(one=one, other=other, given_one=int(joint[one, other]), given_other=int(joint[other, one]))
        for _, one, other in best
    ]


def overlaps(joint: NDArray[np.int64]) -> int:
    """How many pairs of classes have rows in each other's place, O(STEP * K) beside the (K, K) joint.

    >>> overlaps(np.array([[6, 2, 0], [1, 8, 0], [0, 1, 4]]))
    2
    """
    either = sum(
        int(np.count_nonzero((joint[at : at + STEP] > 0) | (joint[:, at : at + STEP].T > 0)))
        for at in range(0, len(joint), STEP)
    )
    return (either - int(np.count_nonzero(joint.diagonal()))) // 2
