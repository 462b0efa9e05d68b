"""Vectors on a map: islands of what is alike, the same for any order of rows, nothing of the labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.similar.map import COMPONENTS, LONGEST, MOST, map_of
from auditor.similar.map_layout import _push


def groups(n: int, k: int, d: int, noise: float = 0.3) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """`n` vectors around `k` directions, and the group of each."""
    random = np.random.default_rng(7)
    group = random.integers(0, k, n)
    centres = random.standard_normal((k, d))
    return (centres[group] + noise * random.standard_normal((n, d))).astype(np.float32), group


def neighbours_agree(places: NDArray[np.float32], group: NDArray[np.int64]) -> float:
    """The share of rows whose nearest row on the map is of their group."""
    apart = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((group[apart.argmin(axis=1)] == group).mean())


@pytest.mark.parametrize("d", [16, 64, 700])
def test_groups_become_islands(d: int) -> None:
    """Twelve groups lie apart in two numbers, where two principal components mix them."""
    vectors, group = groups(600, 12, d)
    assert neighbours_agree(map_of(vectors, np.arange(600)), group) > 0.99


def test_the_same_rows_in_another_order_lie_at_the_same_places() -> None:
    vectors, _ = groups(300, 5, 700)
    order = np.random.default_rng(1).permutation(300)
    assert (map_of(vectors, order) == map_of(vectors, np.arange(300))[order]).all()


def test_only_the_rows_asked_for_count() -> None:
    """Other rows of the array change nothing, whatever they hold."""
    vectors, _ = groups(200, 4, 20)
    spoiled = np.concatenate([np.full((50, 20), np.nan, np.float32), vectors])
    assert (map_of(spoiled, np.arange(50, 250)) == map_of(vectors, np.arange(200))).all()


def test_equal_vectors_and_those_of_zeros_share_a_place() -> None:
    vectors, _ = groups(60, 3, 8)
    vectors[10:14] = vectors[0]
    vectors[20:23] = 0
    vectors[23] = -0.0
    places = map_of(vectors, np.arange(60))
    assert np.isfinite(places).all()
    assert (places[10:14] == places[0]).all() and (places[20:24] == places[20]).all()


def test_length_says_nothing() -> None:
    """Vectors are compared by their directions, as everywhere: a group stays one, however long."""
    vectors, group = groups(100, 3, 8)
    scale = 2.0 ** np.random.default_rng(2).integers(-40, 40, (100, 1))
    places = map_of((vectors * scale).astype(np.float32), np.arange(100))
    assert neighbours_agree(places, group) > 0.95


@given(st.integers(0, 12), st.integers(1, 5), st.integers(0, 3))
@settings(max_examples=12, deadline=None)
def test_few_rows_are_no_special_case(m: int, d: int, seed: int) -> None:
    """No row, one row, two rows, fewer rows than neighbours: finite places, as many as rows."""
    vectors = np.random.default_rng(seed).integers(-2, 3, (m, d)).astype(np.float16)
    places = map_of(vectors, np.arange(m))
    assert places.shape == (m, 2) and places.dtype == np.float32 and np.isfinite(places).all()


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        map_of(np.zeros((MOST + 1, 2), np.float32), np.arange(MOST + 1))


def test_distances_are_exact_in_float32() -> None:
    """What makes neighbours the same for any number of threads: no sum of products reaches 2^24."""
    longest = (LONGEST + COMPONENTS**0.5 / 2) ** 2
    assert 3 * longest < 2**24


@pytest.mark.parametrize("spread", [0.01, 1.0, 3.0])
def test_the_grid_gives_the_forces_of_all_pairs(spread: float) -> None:
    """Against the sum over all pairs, point by point."""
    points = np.random.default_rng(3).standard_normal((150, 2)) * spread
    apart = points[:, None] - points[None]
    near = 1 / (1 + (apart**2).sum(axis=2))
    np.fill_diagonal(near, 0)
    exact = (near[..., None] ** 2 * apart).sum(axis=1) / near.sum()
    error = np.abs(_push(points) - exact).max() / np.abs(exact).max()
    assert error < 0.05
