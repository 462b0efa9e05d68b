"""Class balance: counts by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of

from auditor.detect.class_balance import Settings, effective_number, find
from auditor.findings import Ran


def counted(labels: list[str], splits: list[str] | None = None, **options: Any) -> Ran:
    """The outcome for some labels."""
    frame = pd.DataFrame({"text": [f"text {row}" for row in range(len(labels))], "label": labels})
    if splits is not None:
        frame["split"] = splits
    classes = options.pop("class_names", None)
    return find(inputs_of(frame, class_names=classes), Settings(**options))


def measures(outcome: Ran) -> dict[str, tuple[float, int]]:
    """Name -> value and n."""
    return {measure.name: (measure.value, measure.n) for measure in outcome.measures}


@pytest.mark.parametrize(
    ("count", "beta", "expected"),
    [
        (0, 0.5, 0.0),
        (1, 0.5, 1.0),
        (2, 0.5, 1.5),
        (3, 0.5, 1.75),  # 1 + 1/2 + 1/4
        (4, 0.0, 1.0),  # with beta 0 every row after the first adds nothing
        (1, 0.999, 1.0),
        (2, 0.999, 1.999),
        (10**7, 0.999, 1000.0),  # the limit, 1 / (1 - beta)
    ],
)
def test_the_effective_number_is_that_of_cui_2019(count: int, beta: float, expected: float) -> None:
    """E(n) = (1 - beta^n) / (1 - beta) = 1 + beta + beta^2 + ... + beta^(n-1)."""
    assert effective_number(np.array([count]), beta)[0] == pytest.approx(expected)


def test_every_class_is_counted() -> None:
    """Count and share; they add up to the labelled rows."""
    table = counted(["b"] * 3 + ["a"] * 1 + [""] * 2).tables["counts"].to_pylist()

    assert [(row["class"], row["count"], row["share"]) for row in table] == [("a", 1, 0.25), ("b", 3, 0.75)]
    assert table[1]["effective_number"] == pytest.approx(1 + 0.999 + 0.998001)


def test_splits_are_counted_by_what_they_are_called() -> None:
    """`dev` is a validation split; rows of other splits stand in none; a split that is not there is empty."""
    outcome = counted(list("aabba"), ["train", "dev", "val", "fold 1", "train"])
    table = outcome.tables["counts"].to_pylist()

    assert [(row["train"], row["validation"], row["test"]) for row in table] == [(2, 1, None), (0, 1, None)]


def test_without_splits_the_columns_are_empty() -> None:
    """Nulls, not zeros."""
    table = counted(list("ab")).tables["counts"].to_pylist()

    assert [(row["train"], row["validation"], row["test"]) for row in table] == [(None, None, None)] * 2


def test_missing_and_small_classes_are_found_smallest_first() -> None:
    """Of four classes one has no row, one has 2, one 9, one 10."""
    labels = ["b"] * 2 + ["c"] * 9 + ["d"] * 10
    found = counted(labels, class_names=("a", "b", "c", "d")).findings[0].to_pylist()

    assert [(entry["part"], entry["reason_code"]) for entry in found] == [
        ("a", "class-missing"),
        ("b", "class-too-small"),
        ("c", "class-too-small"),
    ]
    assert all(entry["item"] is entry["row"] is None for entry in found)


def test_too_small_can_be_set() -> None:
    """Under 3 rows."""
    found = counted(["a"] * 2 + ["b"] * 3, too_small=3).findings[0].to_pylist()

    assert [entry["part"] for entry in found] == ["a"]


def test_the_measures_are_facts_counted_by_hand() -> None:
    """Rows of the smallest class, largest to smallest present class, missing classes."""
    outcome = counted(["b"] * 2 + ["c"] * 8, class_names=("a", "b", "c"))

    assert measures(outcome)["classes.min_count"] == (0, 3)
    assert measures(outcome)["classes.imbalance_ratio"] == (4.0, 3)
    assert measures(outcome)["classes.missing"] == (1, 3)
    assert all(measure.exact for measure in outcome.measures)


def test_labels_outside_the_class_list_and_empty_ones_are_counted_apart() -> None:
    """Unknown ones over the labelled rows, missing ones over all rows."""
    outcome = counted(["a"] * 3 + ["b"] * 2 + ["x"] * 4 + [""], class_names=("a", "b"))

    assert measures(outcome)["labels.unknown"] == (4, 9)
    assert measures(outcome)["labels.missing"] == (1, 10)
    assert [row["count"] for row in outcome.tables["counts"].to_pylist()] == [3, 2]
