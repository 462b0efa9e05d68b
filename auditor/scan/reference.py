"""cleanlab itself, for those who want its own answer; everything that touches cleanlab is here."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource


def flagged_by_cleanlab(
    source: BlockSource,
    labels: NDArray[np.int32],
    known: NDArray[np.bool_],
    filter_by: str = "prune_by_noise_rate",
) -> NDArray[np.bool_]:
    """(n,) True for the rows that `cleanlab.filter.find_label_issues` flags; holds all rows in memory.

    Args:
        source: (n, K) class probabilities.
        labels: (n,) class codes.
        known: (n,) rows with a known label and a prediction; only they are handed to cleanlab.
        filter_by: cleanlab's name of the filter.
    """
    with warnings.catch_warnings():  # importing cleanlab may silence every warning of the process
        from cleanlab.filter import find_label_issues

        warnings.simplefilter("ignore")  # "may not flag all label issues in class": rare classes
        at = np.flatnonzero(known)
        mask = find_label_issues(labels[at], source.rows(at), filter_by=filter_by, n_jobs=1)
    flagged = np.zeros(len(labels), bool)
    flagged[at[mask]] = True
    return flagged
