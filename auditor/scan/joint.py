"""The arithmetic of the confident joint, on K x K counts: calibration and the numbers to prune.

Follows `cleanlab.count.calibrate_confident_joint` and `cleanlab.filter._keep_at_least_n_per_class`
step by step (cleanlab 2.9), without importing cleanlab, which costs seconds; tests compare both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TINY = 1e-100
"""cleanlab's TINY_VALUE: keeps an empty class from dividing by zero."""


def calibrated(joint: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The joint scaled so that row k sums to the number of rows given class k, rounded row by row.

    Args:
        joint: (K, K) rows by given and confident class; the diagonal is raised to at least one.
        counts: (K,) rows per given class.

    Returns:
        (K, K) integers.
    """
    raised = np.array(joint, order="F")  # cleanlab's layout: the sum below adds in the same order
    np.fill_diagonal(raised, np.maximum(raised.diagonal(), 1))
    scaled = raised.T / np.maximum(raised.sum(axis=1), TINY)
    del raised  # with 5,000 classes each of these matrices has 200 MB
    scaled *= counts
    scaled = scaled.T
    scaled /= max(scaled.sum(), TINY)
    scaled *= counts.sum()
    return _rounded_rows(scaled)


def numbers_to_prune(joint: NDArray[np.int64], at_least: int = 1) -> NDArray[np.int64]:
    """(K, K) how many rows of given class k to flag as truly class j, at [k, j]; the diagonal stays.

    At least `at_least` rows of each class are left unflagged.
    """
    wanted = joint.T.astype(np.float64)
    diagonal = np.maximum(wanted.diagonal(), at_least)
    raised_by = diagonal - wanted.diagonal()
    noise_cells = np.maximum(np.count_nonzero(wanted, axis=0) - 1.0, 1.0)
    wanted -= raised_by / noise_cells
    wanted[wanted < 0] = 0
    np.fill_diagonal(wanted, diagonal)
    return _rounded_rows(np.trunc(wanted, out=wanted)).T


def _rounded_rows(matrix: NDArray[np.float64]) -> NDArray[np.int64]:
    rounded = np.empty(matrix.shape, np.int64)
    for row, values in enumerate(matrix):
        rounded[row] = _rounded_to_sum(values)
    return rounded


def _rounded_to_sum(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round so that the integers sum to the rounded sum, moving those that lost most first."""
    whole = values.round()
    target = values.sum().round()
    while abs(whole.sum().round() - target) > 1e-6:
        missing = np.round(target - whole.sum().round())
        step = -1 if missing < 0 else 1
        moved = np.argsort(values - whole)[::-step][: min(int(abs(missing)), len(values))]
        whole[moved] += step
    return whole.astype(np.int64)
