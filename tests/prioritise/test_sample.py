"""Rows spread evenly over a queue."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor.prioritise.sample import spread


@given(st.lists(st.integers(0, 2**64 - 1), max_size=120), st.integers(1, 40))
def test_one_row_of_each_of_equal_pieces(keys: list[int], m: int) -> None:
    """Ascending, as many as asked for, each the smallest key of a piece; pieces differ by one row at most."""
    chosen = spread(keys, m)

    if len(keys) <= m:
        assert chosen == list(range(len(keys)))
        return
    edges = [len(keys) * piece // m for piece in range(m + 1)]
    sizes = np.diff(edges)
    assert sizes.max() - sizes.min() <= 1
    assert len(chosen) == m
    for at, low, high in zip(chosen, edges[:-1], edges[1:], strict=True):
        assert low <= at < high
        assert keys[at] == min(keys[low:high])


def test_the_same_queue_gives_the_same_rows() -> None:
    """Nothing but the keys decides, as a list or as an array."""
    keys = np.random.default_rng(1).integers(0, 2**63, 500).astype(np.uint64)

    assert spread(keys, 25) == spread(keys.copy(), 25) == spread([int(key) for key in keys], 25)


def test_by_hand() -> None:
    """Pieces of 2, 2 and 3 rows."""
    assert spread([4, 1, 9, 2, 7, 3, 5], 3) == [1, 3, 5]
