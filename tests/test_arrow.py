"""Codes as the names they stand for, labels as texts, chunks as one array."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from auditor.arrow import label_codes, label_texts, named, whole
from auditor.data import ClassLabels


def test_labels_are_texts_where_there_are_any() -> None:
    """Classes, labels outside the class list, nulls."""
    given = np.array([1, -2, -1, 0, -2, -2], np.int32)
    labels = ClassLabels(codes=given, classes=("a", "b"), foreign={1: "z", 4: "y", 5: "z"})
    codes, names = label_codes(labels)

    assert names == ("a", "b", "y", "z")
    assert codes.tolist() == [1, 3, -1, 0, 2, 3]
    assert label_texts(labels).to_pylist() == ["b", "z", None, "a", "y", "z"]
    assert labels.codes.tolist() == [1, -2, -1, 0, -2, -2], "the labels are as they were"


def test_codes_of_no_names_are_nulls() -> None:
    """A dataset without classes."""
    assert named(np.full(2, -1), []).to_pylist() == [None, None]


@pytest.mark.parametrize("chunks", [[], [["a"]], [["a", ""], [], ["b"]]])
def test_a_column_of_any_number_of_chunks_is_one_array(chunks: list[list[str]]) -> None:
    """Of none as well: what a file without rows holds."""
    column = pa.chunked_array(chunks, pa.string())
    assert isinstance(whole(column), pa.Array)
    assert whole(column).to_pylist() == [cell for chunk in chunks for cell in chunk]
