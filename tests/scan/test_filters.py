"""The filters: cleanlab's own, the stricter one, their ties, blocks and memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from audit_inputs import random_model
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import quietly
from test_kernel import SmallBlocks

from auditor.blocks import ArrayBlocks
from auditor.scan.filters import FILTERS, OURS, Filter, flagged_by
from auditor.scan.kernel import scan

PEERS = tuple(name for name in FILTERS if name != OURS)


def by_cleanlab(filter_by: str, labels: NDArray[Any], probs: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) `find_label_issues`."""
    with quietly():
        from cleanlab.filter import find_label_issues

        return find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1)


def by_us(
    filter_by: Filter,
    labels: NDArray[np.int32],
    probs: NDArray[Any],
    covered: NDArray[np.bool_] | None = None,
    items: NDArray[np.int64] | None = None,
    **options: Any,
) -> NDArray[np.bool_]:
    """(n,) our flags; ties by the row, or by the number of the item in it."""
    source, keys = ArrayBlocks(probs), np.arange(len(labels)) if items is None else items
    rows, sums = scan(source, labels, covered=covered, **options)
    return flagged_by(filter_by, source, labels, rows, sums, lambda at: keys[at].astype(np.uint64), **options)


def counts_of(labels: list[int], probs: list[list[float]]) -> dict[str, list[int]]:
    """The flagged rows by filter."""
    codes, matrix = np.array(labels, np.int32), np.array(probs)
    return {name: np.flatnonzero(by_us(name, codes, matrix)).tolist() for name in FILTERS}


def test_each_filter_by_hand() -> None:
    """Two classes of five rows, one of them clearly wrong each, and one row of class 1 that leans to class 0.

    Thresholds .74 and .58, so rows 4 and 9 are confident of the other class and row 8 of none; the joint is
    [[4, 1], [1, 3]], calibrated [[4, 1], [1, 4]]: one row of each class is to be flagged. Two rows in all are
    flagged by `confident_learning`; the two lowest p(given) and margins are the same rows.
    """
    probs = [[0.9, 0.1]] * 4 + [[0.1, 0.9]] + [[0.3, 0.7], [0.2, 0.8], [0.25, 0.75], [0.55, 0.45], [0.8, 0.2]]
    found = counts_of([0] * 5 + [1] * 5, probs)

    assert found.pop("predicted_neq_given") == [4, 8, 9]
    assert found == {name: [4, 9] for name in FILTERS if name != "predicted_neq_given"}


def test_the_stricter_filter_wants_the_predicted_class_to_reach_its_own_threshold() -> None:
    """Thresholds .9, .315 and .165. Row 0, given 1, passes 1 and 2 but is predicted 0, which it does not:
    `confident_learning` counts it as confident of class 0 (cleanlab #1248), the stricter filter of none.
    Row 4, given 2, is predicted 0 and passes 0."""
    probs = [[0.36, 0.33, 0.31], [0.9, 0.05, 0.05], [0.45, 0.3, 0.25], [0.4, 0.3, 0.3], [0.95, 0.02, 0.03]]
    found = counts_of([1, 0, 1, 2, 2], probs)

    assert 0 in found["confident_learning"]
    assert found["confident_and_predicted"] == [4]


@pytest.mark.parametrize("zipf", [False, True], ids=["even", "zipf"])
@pytest.mark.parametrize("k", [2, 3, 10, 50])
@pytest.mark.parametrize("name", PEERS)
def test_flags_equal_cleanlab(name: Filter, k: int, zipf: bool) -> None:
    """Random data without ties, from weak to sure models, many seeds."""
    for seed in range(4):
        strength, noise = (1.0, 3.0, 8.0)[seed % 3], (0.05, 0.3)[seed % 2]
        labels, probs = random_model(500, k, 100 * k + seed, zipf=zipf, strength=strength, noise=noise)

        assert (by_us(name, labels, probs) == by_cleanlab(name, labels, probs)).all()


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("name", PEERS)
def test_flags_of_shorter_floats_equal_cleanlab(name: Filter, dtype: str) -> None:
    """As far as they have no ties: margins of float16 are told apart in float32 only."""
    labels, probs = random_model(300, 6, 5, noise=0.25, dtype=dtype)
    wider = probs.astype(np.float32)
    jitter = np.random.default_rng(0).random(wider.shape).astype(np.float32) * np.float32(1e-4)
    probs = wider + jitter if dtype == "float32" else probs

    ours, theirs = by_us(name, labels, probs), by_cleanlab(name, labels, probs.astype(np.float32))
    if dtype == "float32":
        assert (ours == theirs).all()
    else:  # equal numbers at the edge may be settled otherwise; as many are flagged
        assert abs(int(ours.sum()) - int(theirs.sum())) <= 1
        assert (ours != theirs).sum() <= 2


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(4, 80),
    k=st.integers(2, 8),
    strength=st.floats(0.5, 10),
    name=st.sampled_from(PEERS),
)
def test_flags_equal_cleanlab_on_small_sets(seed: int, n: int, k: int, strength: float, name: Filter) -> None:
    """Small sets, where classes are empty or have one row."""
    labels, probs = random_model(n, k, seed, strength=strength, noise=0.3)
    labels[:2] = [0, 1]  # cleanlab refuses a single class

    assert (by_us(name, labels, probs) == by_cleanlab(name, labels, probs)).all()


@pytest.mark.parametrize("name", PEERS)
def test_thousands_of_classes_equal_cleanlab(name: Filter) -> None:
    """1,500 classes, most of them with a row or two, many with none."""
    labels, probs = random_model(1_200, 1_500, 3, strength=9.0, noise=0.2)

    assert (by_us(name, labels, probs) == by_cleanlab(name, labels, probs)).all()


@pytest.mark.parametrize("name", FILTERS)
def test_rows_without_label_or_prediction_are_never_flagged(name: Filter) -> None:
    """And the others are flagged as if these rows were not there."""
    labels, probs = random_model(400, 4, 11, noise=0.3)
    covered = np.random.default_rng(1).random(400) > 0.1
    labels[::7] = -1
    labels[1::50] = -2
    probs[~covered] = 0
    flags, rest = by_us(name, labels, probs, covered), covered & (labels >= 0)

    assert not flags[~rest].any()
    assert (flags[rest] == by_us(name, labels[rest], probs[rest])).all()
    assert flags.any()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("block", [1, 7, 300])
@pytest.mark.parametrize("name", FILTERS)
def test_blocks_and_threads_change_no_flag(name: Filter, block: int, workers: int) -> None:
    """Compared with one block on one thread."""
    labels, probs = random_model(300, 5, 4, noise=0.3, zipf=True)

    whole = by_us(name, labels, probs, block=300, workers=1)
    assert (by_us(name, labels, probs, block=block, workers=workers) == whole).all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(4, 60),
    k=st.integers(2, 4),
    digits=st.integers(1, 2),
    name=st.sampled_from(FILTERS),
)
def test_with_ties_the_same_items_are_flagged_in_any_order_of_rows(
    seed: int, n: int, k: int, digits: int, name: Filter
) -> None:
    """Rounded probabilities, full of ties: rows are told apart by the item, never by where they stand."""
    labels, probs = random_model(n, k, seed, noise=0.4)
    probs = np.round(probs, digits)
    rng = np.random.default_rng(seed)
    items, order = rng.permutation(10 * n)[:n], rng.permutation(n)

    expected = set(items[by_us(name, labels, probs, items=items)].tolist())
    shuffled = by_us(name, labels[order], probs[order], items=items[order], block=3, workers=2)
    assert set(items[order][shuffled].tolist()) == expected


@pytest.mark.parametrize("name", FILTERS)
def test_no_more_than_a_block_is_asked_for(name: Filter) -> None:
    """The source refuses larger reads."""
    labels, probs = random_model(400, 5, 2, noise=0.3)
    source = SmallBlocks(probs, most=16)
    rows, sums = scan(source, labels, block=16, workers=1)
    flags = flagged_by(name, source, labels, rows, sums, lambda at: at.astype(np.uint64), block=16)

    assert flags.any()


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_to_flag_is_no_special_case(name: Filter) -> None:
    """A model that agrees everywhere, a single row, and no rows at all."""
    labels = (np.arange(30) % 3).astype(np.int32)
    probs = np.full((30, 3), 0.1) + 0.7 * np.eye(3)[labels]

    for n in (30, 1, 0):
        assert not by_us(name, labels[:n], probs[:n]).any()


def test_of_equally_unsure_rows_the_one_with_the_surest_other_class_is_flagged() -> None:
    """Three rows of p(given) .125 for two flags: those with .75 and .625 of another class."""
    rest = [[0.125, 0.5, 0.375], [0.125, 0.75, 0.125], [0.125, 0.25, 0.625]]
    probs = np.array([[0.75, 0.25, 0]] * 4 + rest + [[0.125, 0.75, 0.125]] * 4 + [[0, 0.25, 0.75]] * 4)
    labels = np.array([0] * 7 + [1] * 4 + [2] * 4, np.int32)
    source = ArrayBlocks(probs)
    rows, sums = scan(source, labels)
    sums.joint[:] = [[5, 2, 0], [0, 4, 0], [0, 0, 4]]

    for keys in (lambda at: at.astype(np.uint64), lambda at: (99 - at).astype(np.uint64)):
        flags = flagged_by("prune_by_class", source, labels, rows, sums, keys)
        assert np.flatnonzero(flags).tolist() == [5, 6]
