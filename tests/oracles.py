"""cleanlab's own answers, which ours are compared with; its warnings and its import stay in here."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def quietly() -> Iterator[None]:
    """cleanlab warns of rare classes, and may silence every warning of the process when imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def cleanlab_flags(
    labels: NDArray[Any], probs: NDArray[Any], joint: NDArray[np.int64] | None = None
) -> NDArray[np.bool_]:
    """(n,) the rows that cleanlab's default filter flags, with its own confident joint or a given one."""
    with quietly():
        from cleanlab.filter import find_label_issues

        options = {"filter_by": "prune_by_noise_rate", "confident_joint": joint, "n_jobs": 1}
        return find_label_issues(labels, probs, **options)


def cleanlab_thresholds(labels: NDArray[Any], probs: NDArray[Any]) -> NDArray[np.float64]:
    """(K,) mean self-confidence per class."""
    with quietly():
        from cleanlab.count import get_confident_thresholds

        return get_confident_thresholds(labels, probs)


def cleanlab_joint(labels: NDArray[Any], probs: NDArray[Any]) -> NDArray[np.int64]:
    """(K, K) calibrated confident joint."""
    with quietly():
        from cleanlab.count import compute_confident_joint

        return compute_confident_joint(labels, probs)


def cleanlab_scores(labels: NDArray[Any], probs: NDArray[Any], method: str) -> NDArray[np.float64]:
    """(n,) cleanlab's label quality scores, lower = worse."""
    with quietly():
        from cleanlab.rank import get_label_quality_scores

        return get_label_quality_scores(labels, probs, method=method)


def calibrated_by_cleanlab(joint: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """(K, K) `cleanlab.count.calibrate_confident_joint`, in the memory layout it gets from its caller."""
    with quietly():
        from cleanlab.count import calibrate_confident_joint

        labels = np.repeat(np.arange(len(counts)), counts)
        return calibrate_confident_joint(np.asfortranarray(joint), labels)


def prune_counts_of_cleanlab(joint: NDArray[np.int64]) -> NDArray[np.int64]:
    """(K, K) how many rows cleanlab's filter prunes, by given and true class."""
    with quietly():
        from cleanlab.filter import _keep_at_least_n_per_class

        return _keep_at_least_n_per_class(joint.T, n=1).T
