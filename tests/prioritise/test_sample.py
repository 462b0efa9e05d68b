"""Rows spread evenly over a queue."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.prioritise.sample import reserve, spread, strata


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


@given(st.integers(0, 9000), st.integers(0, 3))
@settings(max_examples=20)
def test_the_reserve_is_a_simple_sample_and_some_of_each_stratum(n: int, seed: int) -> None:
    """The smallest keys of all, and of each fifth of the queue's levels; rows outside the queue never."""
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, 2**62, n + 50)
    places = np.append(rng.permutation(n), np.full(50, -1))
    found = reserve(places, keys)
    edges = [0, *(int(np.ceil(share * n)) for share in (0.01, 0.03, 0.08, 0.20)), n]
    wanted = set(sorted(range(n), key=lambda row: keys[row])[:1000])
    for low, high in itertools.pairwise(edges):
        stratum = [row for row in range(n) if low <= places[row] < high]
        wanted |= set(sorted(stratum, key=lambda row: keys[row])[:200])
    assert found.tolist() == sorted(wanted)


def test_strata_end_where_the_ranking_says() -> None:
    """Of a queue of 1,000 rows 10, 20, 50, 120 and 800 stand in the five strata."""
    of = strata(np.append(np.arange(1000), -1))
    assert np.bincount(of[:-1]).tolist() == [10, 20, 50, 120, 800] and of[-1] == -1
