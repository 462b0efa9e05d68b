"""Label errors planted into a dataset, of three kinds, and which rows they were planted in.

`uniform`: any other class, all alike. `by class`: every class has an error rate of its own, the highest nine
times the lowest, and its errors go to one other class each. `similar`: into the class that the pack's own
predictions confuse it with most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

KINDS = ("uniform", "by class", "similar")
RATES = (0.02, 0.08, 0.30)
SPREAD = 9.0
"""The highest error rate of a class over the lowest."""

Codes = NDArray[np.int64]


def planted(
    codes: Codes, kind: str, rate: float, seed: int, probabilities: NDArray[np.floating] | None = None
) -> tuple[Codes, NDArray[np.bool_]]:
    """Labels with errors, and where they are.

    Args:
        codes: (n,) the labels as they are, 0..K-1.
        kind: one of `KINDS`.
        rate: share of rows to get a wrong label.
        seed: of the draw.
        probabilities: (n, K) predictions that tell which classes are alike; for `similar`.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind), round(rate * 1_000)])
    k = int(codes.max()) + 1
    weights = np.ones(k)
    if kind == "by class":
        weights = SPREAD ** rng.permutation(np.linspace(0, 1, k))
    chance = weights[codes] / weights[codes].sum()
    rows = rng.choice(len(codes), round(rate * len(codes)), replace=False, p=chance)
    out, wrong = codes.copy(), np.zeros(len(codes), bool)
    out[rows] = _others(codes, kind, k, rng, probabilities)[rows]
    wrong[rows] = True
    return out, wrong


def _others(
    codes: Codes, kind: str, k: int, rng: np.random.Generator, probabilities: NDArray[np.floating] | None
) -> Codes:
    """(n,) the class that each row would wrongly get."""
    if kind == "uniform":
        return (codes + rng.integers(1, k, len(codes))) % k
    if kind == "by class":
        order = rng.permutation(k)
        following = np.empty(k, np.int64)
        following[order] = np.roll(order, -1)
        return following[codes]
    assert probabilities is not None
    mean = np.stack([probabilities[codes == c].mean(axis=0) for c in range(k)])
    np.fill_diagonal(mean, -1)
    return mean.argmax(axis=1)[codes]
