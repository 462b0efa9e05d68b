"""The largest values of each cell, beside sorting everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.scan import largest
from auditor.scan.largest import Found, LargestPerCell

K = 3
CLOSE = [-1.0, -1e-9, -0.0, 0.0, 1e-60, 0.5, 0.5 + 1e-12, 1.0]
"""Negative values, zeros, and values that float32 cannot tell apart."""


def found(cells: list[int], margins: np.ndarray, start: int = 0) -> Found:
    """Values of rows start, start + 1, ..."""
    rows = start + np.arange(len(cells))
    return Found(cell=np.array(cells, np.int32), row=rows, margin=margins)


def by_row(at: np.ndarray) -> np.ndarray:
    """Ties go to the lower row."""
    return at.astype(np.uint64)


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(
        st.tuples(st.integers(0, K * K - 1), st.sampled_from(CLOSE)),
        max_size=60,
    ),
    quota=st.lists(st.integers(0, 4), min_size=K * K, max_size=K * K),
    part=st.integers(1, 20),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_the_kept_are_the_largest_of_each_cell(
    values: list[tuple[int, float]], quota: list[int], part: int, dtype: str
) -> None:
    """Whatever the parts, with equal values and cells that keep nothing."""
    cells, margins = [cell for cell, _ in values], np.array([value for _, value in values], dtype)
    p_given = np.zeros(len(values))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(largest, "COMPACT_AT", 5)
        kept = LargestPerCell(np.array(quota).reshape(K, K), lowest=-np.inf)
        for start in range(0, len(values), part):
            stop = start + part
            kept.add(found(cells[start:stop], margins[start:stop], start))
        rows = sorted(kept.result(p_given, by_row).row.tolist())

    expected = []
    for cell in range(K * K):
        of_cell = [row for row in range(len(values)) if cells[row] == cell]
        expected += sorted(of_cell, key=lambda row: (-margins[row], row))[: quota[cell]]
    assert rows == sorted(expected)


def test_the_bar_rises_to_the_smallest_of_the_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of cell 4 are kept of .1, .7, .3, so .3 is the bar; a cell without a quota lets nothing pass."""
    monkeypatch.setattr(largest, "COMPACT_AT", 2)
    quota = np.zeros((K, K), np.int64)
    quota[1, 1] = 2
    kept = LargestPerCell(quota, lowest=0.0)
    kept.add(found([4, 4, 4], np.array([0.1, 0.7, 0.3], np.float32)))

    assert kept.least[1, 1] == np.float32(0.3)
    assert np.isinf(np.delete(kept.least.ravel(), 4)).all()


def test_of_equal_values_the_row_with_the_lower_p_given_is_kept() -> None:
    """Then the one with the smaller key."""
    quota = np.zeros((K, K), np.int64)
    quota[0, 1] = 2
    kept = LargestPerCell(quota, lowest=0.0)
    kept.add(found([1, 1, 1, 1], np.full(4, 0.5)))

    keys = lambda at: (9 - at).astype(np.uint64)  # noqa: E731
    assert sorted(kept.result(np.array([0.2, 0.2, 0.2, 0.1]), keys).row.tolist()) == [2, 3]


def test_values_known_beforehand_raise_the_bar_and_are_not_counted_twice() -> None:
    """Of .1, .7, .3 and .5 two are kept; .7 and .3 are known before, so .1 never counts and .5 does."""
    quota = np.zeros((K, K), np.int64)
    quota[1, 1] = 2
    values = np.array([0.1, 0.7, 0.3, 0.5], np.float32)
    kept = LargestPerCell(quota, lowest=0.0)
    kept.expect(found([4, 4], values[1:3], 1))
    bar = float(kept.least[1, 1])
    kept.add(found([4, 4, 4, 4], values))

    assert 0.29 < bar < values[2], "just under .3, so that .3 itself reaches it"
    assert sorted(kept.result(np.zeros(4), by_row).row.tolist()) == [1, 3]
