"""What the joint says of the classes, by hand and beside cleanlab's dataset module."""

from __future__ import annotations

import numpy as np
import pytest
from audit_inputs import random_model
from oracles import quietly

from auditor.blocks import ArrayBlocks
from auditor.scan.class_noise import class_noise, estimated_joint, overlapping_classes
from auditor.scan.kernel import scan

BY_HAND = np.array([[6, 2, 0], [1, 8, 0], [0, 1, 4]])


def test_wrong_and_missed_labels_by_hand() -> None:
    """Of the 8 rows given class 0, 2 are of class 1; 7 rows are of class 0, 1 of them given class 1."""
    found = class_noise(BY_HAND)

    assert found.wrong.tolist() == [2, 1, 1]
    assert found.missed.tolist() == [1, 3, 0]
    assert found.noise == pytest.approx([2 / 8, 1 / 9, 1 / 5])
    assert found.inverse_noise == pytest.approx([1 / 7, 3 / 11, 0])
    assert found.quality == pytest.approx([6 / 8, 8 / 9, 4 / 5])


def test_the_pairs_with_the_most_rows_come_first() -> None:
    """Classes 0 and 1 share 3 rows, 1 and 2 one, 0 and 2 none: that pair is left out."""
    pairs = overlapping_classes(BY_HAND)

    assert [(pair.one, pair.other, pair.given_one, pair.given_other) for pair in pairs] == [
        (0, 1, 2, 1),
        (1, 2, 0, 1),
    ]
    assert [pair.rows for pair in pairs] == [3, 1]


def test_equal_pairs_are_ordered_by_class() -> None:
    """Every pair shares two rows; the first two are (0, 1) and (0, 2)."""
    pairs = overlapping_classes(np.ones((4, 4), np.int64), top=2)

    assert [(pair.one, pair.other) for pair in pairs] == [(0, 1), (0, 2)]


def test_a_class_without_rows_has_no_noise() -> None:
    """Nothing is divided by zero."""
    found = class_noise(np.array([[3, 0], [0, 0]]))

    assert found.noise.tolist() == found.inverse_noise.tolist() == [0, 0]
    assert estimated_joint(np.zeros((2, 2), np.int64)).tolist() == [[0, 0], [0, 0]]
    assert overlapping_classes(np.zeros((2, 2), np.int64)) == []


@pytest.mark.parametrize("zipf", [False, True], ids=["even", "zipf"])
@pytest.mark.parametrize("k", [2, 5, 30])
def test_the_numbers_are_cleanlabs(k: int, zipf: bool) -> None:
    """`estimate_joint`, `rank_classes_by_label_quality`, and the top of `find_overlapping_classes`."""
    labels, probs = random_model(900, k, k, zipf=zipf, noise=0.25)
    joint = scan(ArrayBlocks(probs), labels)[1].joint
    with quietly():
        from cleanlab.count import estimate_joint
        from cleanlab.dataset import find_overlapping_classes, rank_classes_by_label_quality

        expected = estimate_joint(labels, probs)
        ranked = rank_classes_by_label_quality(labels, probs).sort_values("Class Index")
        overlaps = find_overlapping_classes(labels, probs)

    assert estimated_joint(joint) == pytest.approx(expected)
    found = class_noise(joint)
    assert found.wrong.tolist() == ranked["Label Issues"].tolist()
    assert found.missed.tolist() == ranked["Inverse Label Issues"].tolist()
    assert found.noise == pytest.approx(ranked["Label Noise"].to_numpy())
    assert found.inverse_noise == pytest.approx(ranked["Inverse Label Noise"].to_numpy())
    assert found.quality == pytest.approx(ranked["Label Quality Score"].to_numpy())

    pairs = overlapping_classes(joint, top=10)
    shared = overlaps["Num Overlapping Examples"].tolist()
    assert [pair.rows for pair in pairs] == [rows for rows in shared[:10] if rows]
    by_pair = {
        (row["Class Index A"], row["Class Index B"]): row["Num Overlapping Examples"]
        for row in overlaps.to_dict("records")
    }
    assert all(by_pair[pair.one, pair.other] == pair.rows for pair in pairs)
