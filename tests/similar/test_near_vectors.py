"""Direct pairs of vectors: against brute force, with hubs of copies and kinds that must not be lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.similar.near_vectors import near_vectors
from auditor.similar.pairs import MOST, NearSearch


def pairs_of(search: NearSearch) -> dict[tuple[int, int], float]:
    pairs = search.pairs
    return dict(
        zip(
            zip(pairs.first.tolist(), pairs.second.tolist(), strict=True),
            pairs.similarity.tolist(),
            strict=True,
        )
    )


def at_angle(*degrees: float) -> np.ndarray:
    """Vectors of the plane at these angles."""
    radians = np.deg2rad(degrees)
    return np.column_stack([np.cos(radians), np.sin(radians)])


def test_pairs_by_hand() -> None:
    """10 degrees are a cosine of .985, 20 of .940, 90 of 0."""
    search = near_vectors(at_angle(0, 10, 20, 110), 0.95)
    assert pairs_of(search) == pytest.approx({(0, 1): np.cos(np.pi / 18), (1, 2): np.cos(np.pi / 18)})
    assert search.below.first.tolist()[:1] == [0]
    assert search.below.second.tolist()[:1] == [2]
    assert search.below.similarity[0] == pytest.approx(np.cos(np.pi / 9))
    assert search.how == "vectors"
    assert search.compared == 4
    assert search.bars.sum() == 6
    assert search.bars[[37, 39]].tolist() == [1, 2]


@settings(max_examples=40, deadline=None)
@given(n=st.integers(2, 17), seed=st.integers(0, 999), threshold=st.sampled_from([0.5, 0.8, 0.95]))
def test_all_pairs_at_the_threshold_are_found(n: int, seed: int, threshold: float) -> None:
    """Of few rows every pair is in a list, so the pairs are those of a full matrix, and so are the bars."""
    vectors = np.random.default_rng(seed).normal(size=(n, 3))
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = units @ units.T
    one, other = np.nonzero(np.triu(cosine >= threshold, 1))
    search = near_vectors(vectors, threshold)
    expected = {(a, b): cosine[a, b] for a, b in zip(one.tolist(), other.tolist(), strict=True)}
    assert pairs_of(search) == pytest.approx(expected)
    assert search.bars.sum() == n * (n - 1) // 2


def test_copies_are_a_star_and_a_hub_costs_no_more_than_its_rows() -> None:
    """1,000 equal vectors have 999 pairs, all at 1 and all with the first."""
    vectors = np.vstack([np.tile([3.0, 4.0], (1_000, 1)), [[-4.0, 3.0]]])
    search = near_vectors(vectors, 0.95)
    assert pairs_of(search) == {(0, row): 1.0 for row in range(1, 1_000)}
    assert search.bars[-1] == 999


def test_a_row_of_another_kind_is_not_lost_in_a_hub_of_copies() -> None:
    """Every one of 500 copies has a pair with the copy of another kind, and with that among near ones."""
    vectors = np.vstack([np.tile(at_angle(0), (501, 1)), np.tile(at_angle(5), (301, 1)), at_angle(90)])
    kinds = np.zeros(803, np.int64)
    kinds[400] = 1  # a copy in the hub
    kinds[700] = 2  # among the copies that are near it
    pairs = pairs_of(near_vectors(vectors, 0.95, kinds))
    for row in range(501):
        assert any(kinds[a] != kinds[b] for a, b in pairs if row in (a, b) and pairs[a, b] == 1.0)
    for row in range(501, 802):
        assert any(kinds[a] != kinds[b] for a, b in pairs if row in (a, b))
    assert len(pairs) <= MOST * len(vectors)


def test_near_rows_of_another_kind_are_found_for_every_copy() -> None:
    """100 copies of kind 0 near one row of kind 1: all of them get a pair with it, and it keeps them."""
    vectors = np.vstack([np.tile(at_angle(0), (100, 1)), at_angle(5)])
    kinds = np.r_[np.zeros(100, np.int64), 1]
    pairs = pairs_of(near_vectors(vectors, 0.95, kinds))
    assert {a for a, b in pairs if b == 100} == set(range(100))


def test_the_order_of_rows_changes_no_pair() -> None:
    """The same pairs with the same bits after a shuffle."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 2)).astype(np.float32)
    order = rng.permutation(60)
    kinds = rng.integers(0, 3, 60)
    plain = pairs_of(near_vectors(vectors, 0.99, kinds))
    mixed = pairs_of(near_vectors(vectors[order], 0.99, kinds[order]))
    renamed = {tuple(sorted((int(order[a]), int(order[b])))): s for (a, b), s in mixed.items()}
    assert renamed == plain


def test_zeros_are_compared_with_nothing() -> None:
    """Vectors of zeros are counted nowhere."""
    search = near_vectors(np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]))
    assert search.compared == 1
    assert len(search.pairs) == 0
    assert search.bars.sum() == 0
