"""Which rows are flagged: cleanlab's default filter, its rare branches by hand, ties, blocks, memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audit_inputs import random_model, scanned
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import cleanlab_flags
from test_kernel import SmallBlocks

from auditor.blocks import ArrayBlocks
from auditor.scan import largest
from auditor.scan.kernel import scan
from auditor.scan.prune import flagged_by_noise_rate


def flags_of(labels: Any, probs: Any) -> NDArray[np.bool_]:
    """Our flags for plain lists."""
    return scanned(np.asarray(labels, np.int32), np.asarray(probs, np.float64))[2]


def flagged_items(
    items: NDArray[np.int64], labels: NDArray[np.int32], probs: NDArray[Any], **options: Any
) -> set[int]:
    """The items flagged where ties go by the item's number, whatever row it stands in."""
    source = ArrayBlocks(probs)
    rows, sums = scan(source, labels)
    keys = lambda at: items[at].astype(np.uint64)  # noqa: E731
    return set(items[flagged_by_noise_rate(source, labels, rows, sums, keys, **options)].tolist())


def test_two_swapped_labels_are_flagged() -> None:
    """By hand: thresholds .7 and .725, joint [[3, 1], [1, 3]], so one row of each class."""
    probs = [[0.9, 0.1]] * 3 + [[0.1, 0.9]] + [[0.1, 0.9]] * 3 + [[0.8, 0.2]]
    labels = [0] * 4 + [1] * 4

    assert np.flatnonzero(flags_of(labels, probs)).tolist() == [3, 7]


def test_a_model_that_agrees_flags_nothing() -> None:
    """Every prediction is the given label."""
    labels = np.arange(30) % 3
    probs = np.full((30, 3), 0.1) + 0.7 * np.eye(3)[labels]

    assert not flags_of(labels, probs).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("zipf", [False, True], ids=["even", "zipf"])
@pytest.mark.parametrize("k", [2, 3, 5, 20, 50])
def test_flags_equal_cleanlab(k: int, zipf: bool, dtype: str) -> None:
    """Random data without ties, from weak to sure models, many seeds."""
    for seed in range(6):
        strength, noise = (1.0, 3.0, 8.0)[seed % 3], (0.05, 0.3)[seed % 2]
        labels, probs = random_model(
            600, k, 100 * k + seed, zipf=zipf, dtype=dtype, strength=strength, noise=noise
        )

        assert (scanned(labels, probs)[2] == cleanlab_flags(labels, probs)).all()


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), n=st.integers(4, 80), k=st.integers(2, 8), strength=st.floats(0.5, 10))
def test_flags_equal_cleanlab_on_small_sets(seed: int, n: int, k: int, strength: float) -> None:
    """Small sets, where classes are empty or have one row and pairs ask for more rows than there are."""
    labels, probs = random_model(n, k, seed, strength=strength, noise=0.3)
    labels[:2] = [0, 1]  # cleanlab refuses a single class

    assert (scanned(labels, probs)[2] == cleanlab_flags(labels, probs)).all()


def test_a_pair_that_asks_for_more_rows_than_lean_to_it_is_completed() -> None:
    """By hand: of class 0 one row is confidently 0 and one confidently 1, so half of its ten rows are asked
    for as class 1. Only one leans to class 1; the four nearest to it follow, since none is predicted 0."""
    shift = np.arange(8) / 1000
    unsure = np.column_stack([0.3 + shift, np.full(8, 0.2), 0.5 - shift])
    probs = np.vstack([[0.95, 0.03, 0.02], [0.05, 0.9, 0.05], unsure, [[0.05, 0.9, 0.05]] * 5,
                       [[0.02, 0.03, 0.95]] * 5])  # fmt: skip
    labels = np.array([0] * 10 + [1] * 5 + [2] * 5, np.int32)
    _, sums, flags = scanned(labels, probs)

    assert sums.joint[0].tolist() == [5, 5, 0]
    assert np.flatnonzero(flags).tolist() == [1, 2, 3, 4, 5]
    assert (flags == cleanlab_flags(labels, probs)).all()


def test_a_class_without_rows_is_no_obstacle() -> None:
    """Class 1 is never given: no row is confidently of it, though the model is sure of it twice."""
    given_0 = [[0.8, 0.1, 0.1], [0.1, 0.85, 0.05], [0.7, 0.1, 0.2], [0.15, 0.05, 0.8]]
    given_2 = [[0.75, 0.05, 0.2], [0.05, 0.9, 0.05], [0.3, 0.05, 0.65], [0.1, 0.12, 0.78]]
    probs = np.array(given_0 + given_2)
    labels = np.array([0, 0, 0, 0, 2, 2, 2, 2], np.int32)
    flags = flags_of(labels, probs)

    assert flags[3] and flags[4], "the two rows that are confidently of the other class"
    assert (flags == cleanlab_flags(labels, probs)).all()


def test_the_only_row_of_a_class_is_left_alone() -> None:
    """Class 2 has one row, and the model is sure that it is of class 0."""
    probs = np.array([[0.9, 0.05, 0.05], [0.8, 0.15, 0.05], [0.1, 0.85, 0.05], [0.2, 0.75, 0.05],
                      [0.97, 0.02, 0.01]])  # fmt: skip
    labels = np.array([0, 0, 1, 1, 2], np.int32)
    flags = flags_of(labels, probs)

    assert not flags[4]
    assert (flags == cleanlab_flags(labels, probs)).all()


def test_rows_without_label_or_prediction_are_never_flagged() -> None:
    """And the others are flagged as if these rows were not there."""
    labels, probs = random_model(400, 4, 11, noise=0.3)
    covered = np.random.default_rng(1).random(400) > 0.1
    labels[::7] = -1
    labels[1::50] = -2
    probs[~covered] = 0
    flags = scanned(labels, probs, covered=covered)[2]

    rest = covered & (labels >= 0)
    assert not flags[~rest].any()
    assert (flags[rest] == cleanlab_flags(labels[rest], probs[rest])).all()
    assert flags.any()


def test_a_tie_with_the_given_label_is_no_disagreement() -> None:
    """Up to 1e-6 the given label wins, as in cleanlab; by a little more it loses. Two rows are asked for."""
    near, far = 0.5 - 2e-7, 0.5 - 2e-6
    probs = np.array([[near, 1 - near], [far, 1 - far], [0.9, 0.1], [0.85, 0.15], [0.1, 0.9], [0.2, 0.8]])
    labels = np.array([0, 0, 0, 0, 1, 1], np.int32)
    joint = np.array([[2, 2], [0, 2]])
    source = ArrayBlocks(probs)
    rows, sums = scan(source, labels)
    sums.joint[:] = joint
    flags = flagged_by_noise_rate(source, labels, rows, sums, lambda at: at.astype(np.uint64))

    assert np.flatnonzero(flags).tolist() == [1]
    assert (flags == cleanlab_flags(labels, probs, joint)).all()


def test_of_rows_with_equal_margins_the_one_with_the_lower_p_given_is_flagged() -> None:
    """Margins of .25 for class 1 (eighths, so that they are exactly equal); one row is asked for."""
    probs = np.array([[0.75, 0.25, 0], [0.375, 0.625, 0], [0.25, 0.5, 0.25], [0.25, 0.75, 0], [0, 0, 1.0]])
    labels = np.array([0, 0, 0, 1, 2], np.int32)
    source = ArrayBlocks(probs)
    rows, sums = scan(source, labels)
    sums.joint[:] = [[2, 1, 0], [0, 1, 0], [0, 0, 1]]

    for keys in (lambda at: at.astype(np.uint64), lambda at: (9 - at).astype(np.uint64)):
        flags = flagged_by_noise_rate(source, labels, rows, sums, keys)
        assert np.flatnonzero(flags).tolist() == [2]


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6), n=st.integers(4, 60), k=st.integers(2, 4), digits=st.integers(1, 2))
def test_with_ties_the_same_items_are_flagged_in_any_order_of_rows(
    seed: int, n: int, k: int, digits: int
) -> None:
    """Rounded probabilities, full of ties: rows are told apart by the item, never by where they stand."""
    labels, probs = random_model(n, k, seed, noise=0.4)
    probs = np.round(probs, digits)
    rng = np.random.default_rng(seed)
    items, order = rng.permutation(10 * n)[:n], rng.permutation(n)

    expected = flagged_items(items, labels, probs)
    assert flagged_items(items[order], labels[order], probs[order]) == expected
    assert flagged_items(items[order], labels[order], probs[order], block=3, workers=2) == expected


def test_of_tied_rows_the_one_with_the_smallest_key_is_flagged() -> None:
    """Class 0 has two equal rows that lean to class 1, and one is asked for."""
    probs = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2 + [[0.35, 0.65]] * 3)
    labels = np.array([0] * 6 + [1] * 3, np.int32)
    source = ArrayBlocks(probs)
    rows, sums = scan(source, labels)
    sums.joint[:] = [[5, 1], [0, 3]]

    flags = flagged_by_noise_rate(source, labels, rows, sums, lambda at: (10 - at).astype(np.uint64))
    assert np.flatnonzero(flags).tolist() == [5]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("block", [1, 7, 300])
def test_blocks_threads_and_memory_maps_flag_the_same_rows(block: int, workers: int, tmp_path: Path) -> None:
    """Compared with cleanlab on the whole array."""
    labels, probs = random_model(300, 5, 4, noise=0.3)
    np.save(tmp_path / "probs.npy", probs)
    mapped = np.load(tmp_path / "probs.npy", mmap_mode="r")

    assert (scanned(labels, mapped, block=block, workers=workers)[2] == cleanlab_flags(labels, probs)).all()


def test_margins_may_be_thrown_away_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more margins are gathered than are kept in memory, the largest of each pair survive."""
    monkeypatch.setattr(largest, "COMPACT_AT", 5)
    labels, probs = random_model(500, 4, 9, noise=0.3)

    assert (scanned(labels, probs, block=11)[2] == cleanlab_flags(labels, probs)).all()


def test_no_more_than_a_block_is_asked_for() -> None:
    """Flags need no (n, K) copy, and only rows whose prediction is not their label are read again."""
    labels, probs = random_model(400, 5, 2)
    source = SmallBlocks(probs, most=16)
    rows, sums = scan(source, labels, block=16, workers=1)
    source.given = 0
    flags = flagged_by_noise_rate(source, labels, rows, sums, lambda at: at.astype(np.uint64), block=16)

    assert flags.any()
    assert source.given <= (rows.predicted != labels).sum()
