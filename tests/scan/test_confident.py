"""Of which class a row is confident: the rule by hand, and beside the plain matrix."""

from __future__ import annotations

import numpy as np
import pytest
from audit_inputs import random_model
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.blocks import ArrayBlocks
from auditor.scan.confident import TOLERANCE, confident_classes, sure_of_prediction
from auditor.scan.kernel import scan


def test_the_rule_by_hand() -> None:
    """Row 0 reaches its predicted class; row 1 only class 1, which is not predicted; row 2 none; row 3
    reaches classes 1 and 2 and counts for the predicted 0 (cleanlab #1248)."""
    probs = np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.55, 0.28, 0.17], [0.36, 0.33, 0.31]])
    labels = np.zeros(4, np.int32)
    source, thresholds = ArrayBlocks(probs), np.array([0.6, 0.3, 0.3])
    rows, _ = scan(source, labels)

    assert confident_classes(source, labels, rows, thresholds).tolist() == [0, 1, -1, 0]
    assert sure_of_prediction(labels, rows, thresholds).tolist() == [True, False, False, False]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    k=st.integers(2, 8),
    block=st.integers(1, 50),
    dtype=st.sampled_from(["float16", "float32", "float64"]),
)
def test_the_rule_on_the_whole_matrix(seed: int, k: int, block: int, dtype: str) -> None:
    """Thresholds at, just over and just under numbers that occur, so that every comparison is close."""
    labels, probs = random_model(40, k, seed, dtype=dtype)
    labels[::6] = -1
    rng = np.random.default_rng(seed)
    thresholds = probs[rng.integers(0, 40, k), np.arange(k)] + TOLERANCE + rng.choice([-1e-12, 0, 1e-12], k)
    source = ArrayBlocks(probs)
    rows, _ = scan(source, labels)

    passing = probs.astype(np.float64) >= thresholds - TOLERANCE
    several = np.where(passing.sum(axis=1) > 1, probs.argmax(axis=1), passing.argmax(axis=1))
    expected = np.where(passing.any(axis=1) & (labels >= 0), several, -1)
    assert confident_classes(source, labels, rows, thresholds, block=block).tolist() == expected.tolist()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_sure_prediction_reaches_its_threshold(dtype: str) -> None:
    """From the plain matrix; rows without label are never sure."""
    labels, probs = random_model(200, 5, 3, dtype=dtype)
    labels[:20] = -1
    rows, sums = scan(ArrayBlocks(probs), labels)

    bar = (sums.thresholds - TOLERANCE)[probs.argmax(axis=1)]
    expected = (probs.max(axis=1) >= bar) & (labels >= 0)
    assert (sure_of_prediction(labels, rows, sums.thresholds) == expected).all()
