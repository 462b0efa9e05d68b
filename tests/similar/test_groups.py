"""What labels and splits of equal rows say of one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.data import ClassLabels, Splits
from auditor.similar.groups import Groups, conflicts, equal_rows, leaks


def groups_of(codes: list[int]) -> Groups:
    """Groups of rows with the same code."""
    members = equal_rows(np.array(codes, np.int32), np.ones(len(codes), bool))
    of_row = np.full(len(codes), -1)
    for number, rows in enumerate(members):
        of_row[rows] = number
    names = tuple(f"g{number}" for number in range(len(members)))
    return Groups(of_row=of_row, members=members, names=names, enough=np.ones(len(members), bool))


def labels_of(texts: list[str], classes: tuple[str, ...] = ("a", "b")) -> ClassLabels:
    """Labels as they are read: -1 without a label, -2 outside the class list."""
    codes = [classes.index(text) if text in classes else -2 if text else -1 for text in texts]
    foreign = {row: text for row, text in enumerate(texts) if codes[row] == -2}
    return ClassLabels(codes=np.array(codes, np.int32), classes=classes, foreign=foreign)


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=40))
def test_equal_rows_are_those_with_one_code_and_content(rows: list[tuple[int, bool]]) -> None:
    """By plain loops; a code is usable in all of its rows or in none."""
    first = {}
    codes = np.array([first.setdefault(code, len(first)) for code, _ in rows], np.int32)
    blank = {code for code, _ in rows if dict(rows)[code]}
    usable = np.array([code not in blank for code, _ in rows], bool)
    expected = [np.flatnonzero(codes == code).tolist() for code in range(len(first))]

    found = [group.tolist() for group in equal_rows(codes, usable)]
    assert found == [group for group in expected if len(group) > 1 and usable[group[0]]]


def test_a_conflict_counts_the_labels_of_its_group() -> None:
    """Two labels or more; a label outside the class list counts, a missing one does not."""
    groups = groups_of([0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
    labels = labels_of(["b", "a", "b", "a", "a", "x", "a", "", "a", ""])

    assert conflicts(labels, groups) == {0: {"a": 1, "b": 2}, 2: {"a": 1, "x": 1}}


def test_there_is_no_conflict_without_labels() -> None:
    """Not even a class is needed."""
    assert conflicts(labels_of(["", ""], ()), groups_of([0, 0])) == {}


def test_leaks_name_the_first_of_several_splits_of_a_kind() -> None:
    """Splits in the order of the data's way; `train` and `training` are one kind."""
    splits = Splits(codes=np.array([2, 1, 0, -1, 3], np.int32), names=("train", "training", "test", "other"))

    assert leaks(splits, groups_of([0] * 5)) == {0: "train"}


@pytest.mark.parametrize("names", [(), ("fold 1", "fold 2")])
def test_there_is_no_leak_without_train_validation_or_test(names: tuple[str, ...]) -> None:
    """Empty cells and folds have no order."""
    codes = np.arange(3) % max(len(names), 1) if names else np.full(3, -1)

    assert leaks(Splits(codes=codes.astype(np.int32), names=names), groups_of([0, 0, 0])) == {}
    assert leaks(None, groups_of([0, 0])) == {}
