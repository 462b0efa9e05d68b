"""What was found in a row, as bits of one number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FLAGS: Mapping[str, int] = {
    "label_issue": 1,
    "exact_duplicate": 2,
    "conflict": 4,
    "leak": 8,
    "no_label": 16,
    "unknown_label": 32,
    "no_prediction": 64,
    "near_duplicate": 128,
    "near_conflict": 256,
    "near_leak": 512,
    "hygiene": 1024,
    "outlier": 2048,
    "kept": 4096,
    "annotation": 8192,
    "image": 16384,
}
"""Bits of the column `flags` of scores.parquet; a bit is never given another meaning."""
SUSPECTED = ("label_issue", "conflict", "near_conflict", "no_label", "unknown_label", "kept", "annotation")
"""A row with one of these is no control: it is suspected, has no label to confirm, or was confirmed."""


def unsuspected(flags: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(n,) the rows that may be controls.

    >>> unsuspected(np.array([0, FLAGS["exact_duplicate"], FLAGS["label_issue"]])).tolist()
    [True, True, False]
    """
    free: NDArray[np.bool_] = flags & sum(FLAGS[kind] for kind in SUSPECTED) == 0
    return free
