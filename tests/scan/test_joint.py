"""The arithmetic of the confident joint, against cleanlab's."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import calibrated_by_cleanlab, prune_counts_of_cleanlab

from auditor.scan.joint import calibrated, numbers_to_prune

SHAPES = st.tuples(st.integers(2, 12), st.integers(0, 2**32 - 1), st.sampled_from([2, 10, 1000]))


def test_a_joint_is_scaled_to_the_rows_of_each_class() -> None:
    """By hand: 1 of 4 confident rows of class 0 leans to class 1, so 2 of its 8 rows do."""
    assert calibrated(np.array([[3, 1], [0, 5]]), np.array([8, 5])).tolist() == [[6, 2], [0, 5]]


def test_a_class_that_is_never_confident_keeps_its_rows() -> None:
    """Its diagonal is raised to one, and all of its rows follow."""
    assert calibrated(np.array([[0, 0], [0, 2]]), np.array([3, 2])).tolist() == [[3, 0], [0, 2]]


def test_one_row_of_each_class_is_left() -> None:
    """By hand: class 0 would lose all of its 4 rows; the 1 that must stay is taken from class 1's share."""
    assert numbers_to_prune(np.array([[0, 4], [0, 3]])).tolist() == [[1, 3], [0, 3]]


@settings(max_examples=150)
@given(SHAPES)
def test_calibration_equals_cleanlab_and_keeps_the_counts(shape: tuple[int, int, int]) -> None:
    """Random counts, with classes that have no rows and rows that are confident of nothing."""
    k, seed, most = shape
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, most, k) * (rng.random(k) > 0.2)
    counts[0] += 1
    joint = rng.integers(0, most, (k, k)) * (rng.random((k, k)) > 0.5) * (counts > 0)[:, None]
    ours = calibrated(joint, counts)

    raised = joint.copy()
    np.fill_diagonal(raised, np.maximum(joint.diagonal(), 1))
    assert (ours == calibrated_by_cleanlab(raised, counts)).all()
    assert (ours.sum(axis=1) == counts).all()


@settings(max_examples=150)
@given(SHAPES)
def test_numbers_to_prune_equal_cleanlab(shape: tuple[int, int, int]) -> None:
    """`_keep_at_least_n_per_class`, with empty diagonals and empty rows."""
    k, seed, most = shape
    rng = np.random.default_rng(seed)
    joint = rng.integers(0, most, (k, k)) * (rng.random((k, k)) > 0.4)

    assert (numbers_to_prune(joint) == prune_counts_of_cleanlab(joint)).all()
