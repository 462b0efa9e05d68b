"""Folds: every class spread evenly, what belongs together in one fold, whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.predict.folds import folds_of, learnable


def keys_of(n: int) -> np.ndarray:
    """Keys in no order of the rows, none twice."""
    return np.random.default_rng(n).permutation(n).astype(np.uint64)


def test_single_rows_of_a_class_differ_by_one_at_most() -> None:
    """23 rows of one class and 7 of another over five folds: 5, 5, 5, 4, 4 and 2, 2, 1, 1, 1."""
    codes = np.array([0] * 23 + [1] * 7, np.int32)
    found = folds_of(codes, np.arange(30), keys_of(30))
    assert sorted(np.bincount(found[codes == 0], minlength=5)) == [4, 4, 5, 5, 5]
    assert sorted(np.bincount(found[codes == 1], minlength=5)) == [1, 1, 1, 2, 2]


def test_what_cannot_be_divided_goes_where_the_fewest_rows_are() -> None:
    """50 classes of 7 rows: two folds of each get a second row, and all folds end with 70 rows."""
    codes = np.repeat(np.arange(50), 7).astype(np.int32)
    found = folds_of(codes, np.arange(350), keys_of(350))
    assert np.bincount(found).tolist() == [70] * 5


@given(
    st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 30)), min_size=1, max_size=80),
    st.integers(2, 7),
    st.randoms(use_true_random=False),
)
def test_units_stay_whole_and_the_order_of_rows_does_not_matter(
    rows: list[tuple[int, int]], folds: int, random: object
) -> None:
    """Rows of a unit share a fold; shuffled rows get the same folds."""
    codes = np.array([code for code, _ in rows], np.int32)
    units = np.array([unit for _, unit in rows], np.int64)
    keys = keys_of(len(rows))
    found = folds_of(codes, units, keys, folds)
    assert found.min() >= 0 and found.max() < folds
    for unit in set(units.tolist()):
        assert len(set(found[units == unit].tolist())) == 1
    order = np.array(random.sample(range(len(rows)), len(rows)))  # type: ignore[attr-defined]
    assert folds_of(codes[order], units[order], keys[order], folds).tolist() == found[order].tolist()


@given(st.lists(st.integers(0, 5), min_size=5, max_size=120))
def test_without_units_the_counts_of_each_class_are_even(codes: list[int]) -> None:
    """Each row on its own: no two folds differ by more than one row of a class."""
    array = np.array(codes, np.int32)
    found = folds_of(array, np.arange(len(array)), keys_of(len(array)))
    for code in set(codes):
        counts = np.bincount(found[array == code], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_single_rows_make_up_for_the_units() -> None:
    """A unit of six rows and 14 single rows of one class: every fold but the unit's gets 3 or 4."""
    codes = np.zeros(20, np.int32)
    units = np.r_[np.zeros(6, int), np.arange(1, 15)]
    counts = np.bincount(folds_of(codes, units, keys_of(20)), minlength=5)
    assert sorted(counts) == [3, 3, 4, 4, 6]


@pytest.mark.parametrize(
    ("codes", "folds", "expected"),
    [
        ([0, 0, 1, 1], [0, 1, 0, 0], [True, True, False, False]),
        ([0, 0, -1, 1], [0, 1, 1, 1], [True, True, False, False]),
        ([0, 0, 0], [0, 0, 1], [True, True, True]),
    ],
)
def test_a_class_can_be_learned_where_another_fold_holds_it(
    codes: list[int], folds: list[int], expected: list[bool]
) -> None:
    """A row whose class stands in its own fold only is met by a model that does not know the class."""
    found = learnable(np.array(codes, np.int32), np.array(folds, np.int8), 2)
    assert found.tolist() == expected
