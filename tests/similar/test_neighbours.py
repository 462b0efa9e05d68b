"""The nearest vectors: against brute force, through an index, whatever the order of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.similar import neighbours as searched
from auditor.similar import vector_cells
from auditor.similar.directions import directions
from auditor.similar.neighbours import Neighbours, neighbours


def brute(vectors: NDArray[Any]) -> NDArray[np.float64]:
    """(n, n) cosines in float64."""
    rows = vectors.astype(np.float64)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(units @ units.T)


def with_copies(n: int, d: int, seed: int, dtype: str = "float32") -> NDArray[Any]:
    """Clouds around centres; one row in ten is another one, turned by a little."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(n // 100, 2), d))
    rows = centres[rng.integers(0, len(centres), n)] + rng.normal(size=(n, d))
    copies, of = rng.choice(n, n // 10, replace=False), rng.integers(0, n, n // 10)
    aside = rng.normal(size=(len(copies), d))
    aside *= np.linalg.norm(rows[of], axis=1, keepdims=True) / np.linalg.norm(aside, axis=1, keepdims=True)
    rows[copies] = rows[of] + rng.uniform(0.02, 0.3, (len(copies), 1)) * aside
    return rows.astype(dtype)


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index from 1,000 vectors on, with cells of 32."""
    monkeypatch.setattr(searched, "EXACT", 1_000)
    monkeypatch.setattr(searched, "SAMPLED", 200)
    monkeypatch.setattr(vector_cells, "CELL", 32)
    monkeypatch.setattr(vector_cells, "LARGEST", 128)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 40), d=st.integers(2, 9), k=st.integers(1, 20), seed=st.integers(0, 999))
def test_the_exact_search_finds_what_all_cosines_say(n: int, d: int, k: int, seed: int) -> None:
    """The similarities are the k largest of a full matrix of cosines, and belong to the rows named."""
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    cosine = brute(vectors)
    np.fill_diagonal(cosine, -np.inf)
    found = neighbours(vectors, k)
    most = min(k, n - 1)
    wanted = -np.sort(-cosine, axis=1)[:, :most]
    assert found.similarity[:, :most] == pytest.approx(wanted, abs=1e-5)
    named = np.take_along_axis(cosine, found.rows[:, :most], axis=1)
    assert named == pytest.approx(wanted, abs=1e-5)
    assert (found.rows[:, most:] == -1).all()
    assert np.isnan(found.similarity[:, most:]).all()
    assert (found.recall, found.sampled) == (None, 0)


def test_three_vectors_by_hand() -> None:
    """Cosines of 1/sqrt(2) and 0; lengths do not matter."""
    found = neighbours(np.array([[1.0, 0.0], [0.0, 5.0], [2.0, 2.0]]), 2)
    assert found.rows.tolist() == [[2, 1], [2, 0], found.rows[2].tolist()]
    assert found.similarity[0] == pytest.approx([2**-0.5, 0.0], abs=1e-7)
    assert sorted(found.rows[2].tolist()) == [0, 1]


def test_copies_are_no_neighbours_and_do_not_fill_the_lists() -> None:
    """50 copies of one vector stand once, by their first row, in the list of what is near them."""
    vectors = np.array([[1.0, 0.0], [0.9, 0.1], *[[1.0, 0.1]] * 50, [0.0, 1.0]], np.float32)
    found = neighbours(vectors, 3)
    assert found.rows[0].tolist() == [2, 1, 52] or found.rows[0].tolist() == [1, 2, 52]
    assert found.distinct[2] == found.distinct[51] != found.distinct[1]
    assert not np.isin(found.rows[2:52], np.arange(2, 52)).any()
    assert (found.rows[2:52] == found.rows[2]).all()


def test_zeros_are_near_nothing() -> None:
    """A vector of zeros has no neighbours and is none."""
    found = neighbours(np.array([[1.0, 2.0], [0.0, 0.0], [2.0, 1.0]], np.float16), 2)
    assert found.rows.tolist() == [[2, -1], [-1, -1], [0, -1]]
    assert found.distinct[1] == -1
    nothing = neighbours(np.zeros((3, 4), np.float32))
    assert (nothing.rows == -1).all()
    assert nothing.rows.shape == (3, 16)


@pytest.mark.parametrize(("dtype", "scale"), [("float64", 1e300), ("float64", 1e-300), ("float32", 1e37)])
def test_lengths_that_overflow_when_squared_do_no_harm(dtype: str, scale: float) -> None:
    """Huge and tiny vectors have the cosines of ordinary ones."""
    vectors = np.random.default_rng(0).normal(size=(20, 5))
    plain, scaled = neighbours(vectors, 3), neighbours((vectors * scale).astype(dtype), 3)
    assert scaled.similarity == pytest.approx(plain.similarity, abs=1e-5)


def found_pairs(found: Neighbours, names: NDArray[np.int64]) -> set[tuple[int, int, float]]:
    rows, place = np.nonzero(found.rows >= 0)
    others = found.rows[rows, place]
    return set(
        zip(names[rows].tolist(), names[others].tolist(), found.similarity[rows, place].tolist(), strict=True)
    )


@pytest.mark.parametrize("n", [400, 3_000])
def test_the_order_of_rows_changes_nothing(n: int, indexed: None) -> None:
    """Exactly the same neighbours with the same bits, with and without an index."""
    vectors = with_copies(n, 24, 1)
    order = np.random.default_rng(2).permutation(n)
    plain, mixed = neighbours(vectors, 8), neighbours(vectors[order], 8)
    assert found_pairs(plain, np.arange(n)) == found_pairs(mixed, order)
    assert plain.recall == mixed.recall


@pytest.mark.parametrize("n", [400, 3_000])
def test_the_order_of_rows_changes_only_which_copy_stands_for_its_equals(n: int, indexed: None) -> None:
    """Among copies the numbers of the vectors, the similarities and what is near are those of each row."""
    rng = np.random.default_rng(3)
    vectors = with_copies(n, 24, 4)[rng.integers(0, n, 2 * n)]
    order = rng.permutation(2 * n)
    plain, mixed = neighbours(vectors, 8), neighbours(vectors[order], 8)
    assert len(np.unique(plain.distinct)) < 0.95 * n  # about 86 % of them are drawn
    assert (mixed.distinct == plain.distinct[order]).all()
    assert np.array_equal(mixed.similarity, plain.similarity[order], equal_nan=True)
    assert (mixed.distinct[mixed.rows] == plain.distinct[plain.rows][order]).all()
    assert (vectors[order][mixed.rows] == vectors[plain.rows][order]).all()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_an_index_finds_the_close_pairs_and_says_how_many(dtype: str, indexed: None) -> None:
    """Of all pairs at a cosine of .95 and more at least 99 % stand in a list; the measured share is near."""
    vectors = with_copies(6_000, 32, 3, dtype)
    found = neighbours(vectors)
    cosine = brute(vectors)
    np.fill_diagonal(cosine, -1)
    one, other = np.nonzero(np.triu(cosine >= 0.95 + 1e-3))
    assert len(one) > 300
    met = (found.rows[one] == other[:, None]).any(axis=1) | (found.rows[other] == one[:, None]).any(axis=1)
    assert met.mean() >= 0.99
    assert found.recall is not None
    assert found.recall >= 0.97  # of a sample of 200 rows: a pair is 2 % of it
    assert found.sampled == 200
    rows, place = np.nonzero(found.rows >= 0)
    assert found.similarity[rows, place] == pytest.approx(cosine[rows, found.rows[rows, place]], abs=2e-3)


def test_a_sample_without_close_pairs_measures_no_recall(indexed: None) -> None:
    """Noise in many dimensions has no pair at .95: there is nothing of which a share could be found."""
    found = neighbours(np.random.default_rng(0).normal(size=(1_500, 64)).astype(np.float32))
    assert found.recall is None
    assert found.sampled == 200


def test_one_direction_in_many_lengths_stays_cheap_and_connected(indexed: None) -> None:
    """2,000 vectors of one direction have one cell: all are compared with its first ones, and find them."""
    lengths = np.random.default_rng(0).uniform(1, 2, 2_000)
    vectors = np.vstack([np.outer(lengths, [1.0, 2.0, 3.0]), np.random.default_rng(1).normal(size=(500, 3))])
    found = neighbours(vectors.astype(np.float32), 4)
    assert found.similarity[:2_000].min() > 0.9999


def test_nothing_is_changed_and_a_memory_map_gives_the_same(tmp_path: Any, indexed: None) -> None:
    """A read-only map is read, never written."""
    vectors = with_copies(1_500, 16, 5, "float16")
    np.save(tmp_path / "v.npy", vectors)
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    assert (neighbours(mapped).rows == neighbours(vectors).rows).all()


def test_directions_stand_in_the_order_of_their_hashes() -> None:
    """The order is that of the vectors, not of the rows."""
    vectors = np.random.default_rng(0).normal(size=(50, 3))
    assert (vectors[directions(vectors).first] == vectors[::-1][directions(vectors[::-1]).first]).all()
