"""The rule of the class order on counts that were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.checks.matching import better_order, nearest_other, shift_of, untold


def ten_classes(swapped: int) -> NDArray[np.int64]:
    """Ten classes; eight stand right with 50 rows each, classes 2 and 7 are swapped."""
    counts = np.diag([50] * 10)
    counts[2, 2] = counts[7, 7] = 0
    counts[2, 7] = counts[7, 2] = swapped
    return counts


@pytest.mark.parametrize(
    ("confusion", "order"),
    [
        ([[50, 0], [0, 50]], None),
        ([[0, 50], [50, 0]], [1, 0]),
        ([[30, 70], [30, 70]], None),  # the model prefers a class; no other order is better
        ([[35, 65], [65, 35]], [1, 0]),  # +0.3 in agreement, though no class is twice as good elsewhere
        ([[36, 64], [64, 36]], None),  # +0.28
        ([[0, 4], [4, 0]], None),  # too few rows to say so
        ([[0, 5], [5, 0]], [1, 0]),  # five rows a class
        ([[0, 5, 0], [5, 0, 0], [0, 0, 90]], None),  # 10 together > 0 + 4 sqrt(10) does not hold
        ([[0, 20, 0], [20, 0, 0], [0, 0, 900]], [1, 0, 2]),  # two classes among many
        ([[10, 90, 0], [0, 10, 90], [90, 0, 10]], [1, 2, 0]),
        ([[0, 100], [0, 100]], None),
        ([[0, 0], [0, 0]], None),
        # a class whose rows go elsewhere, while the other's stay: hard classes, no swap
        ([[5, 60, 0], [2, 70, 0], [0, 0, 80]], None),
    ],
)
def test_the_rule_of_the_class_order(confusion: list[list[int]], order: list[int] | None) -> None:
    found = better_order(np.array(confusion))
    assert (None if found is None else found.tolist()) == order


@pytest.mark.parametrize(("rows", "found"), [(8, False), (9, True)])
def test_two_swapped_classes_are_seen_by_their_rows_together(rows: int, found: bool) -> None:
    """18 > 4 sqrt(18) = 16.97, but 16 > 4 sqrt(16) = 16 does not hold; nine alone would never do."""
    order = better_order(ten_classes(rows))
    assert (order is not None) is found
    if order is not None:
        assert order.tolist() == [0, 1, 7, 3, 4, 5, 6, 2, 8, 9]


def test_classes_that_are_no_part_of_the_swap_keep_their_columns() -> None:
    """Classes 0 and 1 change places by a row: chance, and not a part of what is offered."""
    counts = ten_classes(40)
    counts[0, 0], counts[0, 1], counts[1, 1], counts[1, 0] = 3, 4, 3, 4
    found = better_order(counts)
    assert found is not None
    assert found.tolist() == [0, 1, 7, 3, 4, 5, 6, 2, 8, 9]


def test_classes_without_rows_keep_their_columns() -> None:
    found = better_order(np.array([[0, 50, 0, 0], [50, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))
    assert found is not None
    assert found.tolist() == [1, 0, 2, 3]


@given(st.integers(2, 8).flatmap(lambda k: st.permutations(range(k))))
def test_the_order_that_is_offered_undoes_any_permutation(order: list[int]) -> None:
    """Column j of the file holds class order[j]; every class has its 30 rows right."""
    k = len(order)
    found = better_order((30 * np.eye(k, dtype=np.int64))[:, order])
    if order == list(range(k)):
        assert found is None
    else:
        assert found is not None
        assert [order[column] for column in found] == list(range(k))


@pytest.mark.parametrize(
    ("confusion", "codes"),
    [
        ([[50, 0], [0, 50]], []),
        ([[5, 0], [0, 5]], []),  # 5 > 2 sqrt(5) = 4.5
        ([[4, 0], [0, 4]], [0, 1]),  # 4 > 2 sqrt(4) does not hold
        ([[50, 0, 0], [0, 30, 25], [0, 25, 30]], [1, 2]),
        ([[50, 0, 0], [0, 30, 25], [0, 0, 30]], []),  # class 2 is seen, so class 1 has no other place
        ([[50, 0, 0], [0, 50, 0], [0, 0, 0]], []),  # the only class without rows
        ([[50, 0, 0], [0, 0, 0], [0, 0, 0]], [1, 2]),
        # class 0 is confused with class 1, but class 1 is seen; then class 0 is clear of class 2
        ([[20, 15, 0], [0, 50, 0], [5, 0, 5]], []),
        ([[0, 0], [0, 0]], [0, 1]),
    ],
)
def test_classes_that_are_not_seen_at_their_columns(confusion: list[list[int]], codes: list[int]) -> None:
    assert untold(np.array(confusion)).tolist() == codes


def test_two_classes_that_are_swapped_are_never_both_seen() -> None:
    """What `fine` rests on: of classes swapped by however few rows at least two are left."""
    for rows in range(9):
        assert {2, 7} <= set(untold(ten_classes(rows)).tolist())


@pytest.mark.parametrize(
    ("confusion", "share"),
    [
        ([[50, 0], [0, 50]], 0.0),
        ([[60, 0, 0], [0, 30, 0], [0, 0, 10]], 0.6),  # the two small ones
        ([[60, 0, 0], [0, 20, 10], [0, 5, 5]], 0.75),  # 60 + 10 + 5 of 100
    ],
)
def test_the_other_order_that_costs_least(confusion: list[list[int]], share: float) -> None:
    assert nearest_other(np.array(confusion)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("order", "rows", "by"),
    [
        ([3, 0, 1, 2], [9, 9, 9, 9], -1),
        ([1, 2, 3, 0], [9, 9, 9, 9], 1),
        ([3, 0, 1, 2], [0, 9, 9, 9], -1),  # label 0 is never used
        ([2, 0, 1, 3], [9, 9, 9, 0], 0),
        ([1, 0], [9, 9], 0),  # two classes: a swap, and both shifts at once
        ([0, 1, 2], [9, 9, 9], 0),
        ([2, 3, 0, 1], [9, 9, 9, 9], 0),
    ],
)
def test_an_order_that_is_off_by_one(order: list[int], rows: list[int], by: int) -> None:
    assert shift_of(np.array(order), np.diag(rows)) == by
