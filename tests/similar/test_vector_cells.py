"""Picking what is nearest: the largest cosines of each row, in order, with ties by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.similar.vector_cells import NARROW, NONE, Centres, best, largest, nearest_cells


def cosines(q: int, c: int, seed: int) -> NDArray[np.float32]:
    """(q, c) numbers in -1..1, a tenth of them not there."""
    rng = np.random.default_rng(seed)
    out = rng.uniform(-1, 1, (q, c)).astype(np.float32)
    out[rng.random((q, c)) < 0.1] = NONE
    return out


@settings(max_examples=60, deadline=None)
@given(
    q=st.integers(1, 20), c=st.sampled_from([1, 2, 17, 255, 256, 257, NARROW, NARROW + 1]),
    k=st.integers(1, 40), seed=st.integers(0, 99),
)  # fmt: skip
def test_the_largest_are_those_of_a_sort(q: int, c: int, k: int, seed: int) -> None:
    """Up to the fineness of whole numbers of 32 bits; columns and cosines belong together."""
    given = cosines(q, c, seed)
    at, found = largest(given, k)
    most = min(k, c)
    assert at.shape == found.shape == (q, most)
    assert (np.take_along_axis(given, at, axis=1) == found).all()
    assert all(len(set(row)) == most for row in at.tolist())
    wanted = -np.sort(-given, axis=1)[:, :most]
    assert -np.sort(-found, axis=1) == pytest.approx(wanted, abs=4e-6)


@settings(max_examples=60, deadline=None)
@given(q=st.integers(1, 9), c=st.integers(1, 30), k=st.integers(1, 40), seed=st.integers(0, 99))
def test_the_best_stand_in_order_and_ties_by_name(q: int, c: int, k: int, seed: int) -> None:
    """Python's sort of (-cosine, name) says the same, where cosines differ by more than the fineness."""
    rng = np.random.default_rng(seed)
    cosine = rng.choice(np.array([-1, -0.5, -0.0, 0.0, 0.25, 1, NONE], np.float32), (q, c))
    names = rng.permuted(np.broadcast_to(np.arange(c), (q, c)), axis=1)
    found, said = best(cosine, names, k)
    assert found.shape == said.shape == (q, k)
    for row in range(q):
        there = [(-float(one), name) for one, name in zip(cosine[row], names[row].tolist(), strict=True)]
        wanted = sorted(pair for pair in there if pair[0] < 2)[:k]
        assert said[row][: len(wanted)].tolist() == [-one for one, _ in wanted]
        assert (said[row][len(wanted) :] == NONE).all()
        assert (found[row][len(wanted) :] == -1).all()
        if c <= k:
            assert found[row][: len(wanted)].tolist() == [name for _, name in wanted]


def test_the_nearest_cells_by_hand() -> None:
    """Of five regions of two, one, no, one and no cells a vector looks into those of the nearest two."""
    centres = Centres(
        regions=np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [-0.6, -0.8]], np.float32),
        starts=np.array([0, 2, 3, 3, 4, 4]),
        cells=np.array([[1, 0], [0.8, 0.6], [0, 1], [0, -1]], np.float32),
        beam=2,
    )
    asked = np.array([[0.6, 0.8], [-0.6, 0.8]], np.float32)
    assert nearest_cells(centres, asked, 4).tolist() == [[1, 2, 0, -1], [2, -1, -1, -1]]
    assert nearest_cells(centres, asked, 1).tolist() == [[1], [2]]
    half = replace(centres, beam=3)  # all cells are looked at when half of the regions are
    assert nearest_cells(half, asked, 4).tolist() == [[1, 2, 0, 3], [2, 1, 0, 3]]
