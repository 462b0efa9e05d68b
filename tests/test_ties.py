"""Orders that do not depend on row numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from audit_inputs import inputs_of
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.ties import lexsort_by_item


def keys_of(frame: pd.DataFrame) -> list[int]:
    """The key of every row."""
    inputs = inputs_of(frame)
    return inputs.ties(np.arange(len(frame))).tolist()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=30), st.randoms(use_true_random=False)
)
def test_ties_are_ordered_by_the_key_of_the_item(cells: list[tuple[int, int]], random: object) -> None:
    """As sorting by (last column, first column, key), with keys asked only for tied rows."""
    n = len(cells)
    key = np.random.default_rng(n).permutation(n).astype(np.uint64)
    asked: list[int] = []

    def keys(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        asked.extend(rows.tolist())
        return key[rows]

    first, last = (np.array(column, np.int64) for column in (zip(*cells, strict=True) if n else ((), ())))
    order = lexsort_by_item((first, last), np.arange(n), keys)

    assert order.tolist() == sorted(range(n), key=lambda row: (last[row], first[row], key[row]))
    assert set(asked) == {row for row in range(n) if cells.count(cells[row]) > 1}


def test_keys_of_rows_with_ids_are_those_of_the_ids() -> None:
    """Whatever else the row says, and wherever it stands."""
    one = keys_of(pd.DataFrame({"id": ["x", "y"], "text": ["same", "same"], "label": ["a", "b"]}))
    other = keys_of(pd.DataFrame({"id": ["y", "x"], "text": ["other", "words"], "label": ["a", "b"]}))

    assert one == other[::-1]
    assert one[0] != one[1]


def test_keys_of_rows_without_ids_are_those_of_what_they_say() -> None:
    """Content, label and split; not the row number."""
    frame = pd.DataFrame(
        {
            "text": ["same", "same", "same", "other", "Same "],
            "label": ["a", "b", "a", "a", "a"],
            "split": ["train", "train", "test", "train", "train"],
        }
    )
    keys = keys_of(frame)

    assert len(set(keys)) == 4
    assert keys[0] == keys[4], "nothing tells these two apart"
    assert keys_of(frame.iloc[::-1]) == keys[::-1]
