"""Audits whose confident joint is known, because every row is clearly of one class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from audit_inputs import sentence
from numpy.typing import NDArray

import auditor
from auditor import Audit

THREE = np.array([[6, 2, 0], [1, 8, 0], [0, 1, 4]])
NAMES = ("cat", "dog", "eel")


def rows_of(
    joint: NDArray[np.int64], names: Sequence[str] = NAMES
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """A row per count of a (K, K) joint: given the class of its line, and .9 for that of its column.

    The mean p(given) of a class is at most .9, and over the rest that another class gets: so every row is
    confident of the class of its column alone, and the joint needs no calibration.
    """
    given, true = (np.repeat(codes.ravel(), joint.ravel()) for codes in np.indices(joint.shape))
    k = len(joint)
    probs = np.full((len(given), k), 0.1 / (k - 1))
    probs[np.arange(len(given)), true] = 0.9
    texts = [sentence(row) for row in range(len(given))]
    return pd.DataFrame({"text": texts, "label": [names[code] for code in given]}), probs


def audit_of(joint: NDArray[np.int64], names: Sequence[str] = NAMES, **options: Any) -> Audit:
    """An audit of the rows of a joint."""
    frame, probs = rows_of(joint, names)
    return auditor.audit(frame, predictions=probs, classes=list(names), **options)
