"""The scan: row scores and class sums, by hand, from numpy, and from cleanlab."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audit_inputs import random_model
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import cleanlab_joint, cleanlab_thresholds

from auditor.blocks import ArrayBlocks, Matrix
from auditor.scan import spans
from auditor.scan.kernel import ClassSums, RowScores, scan, unscored


def same(one: tuple[RowScores, ClassSums], other: tuple[RowScores, ClassSums]) -> bool:
    """Whether two scans agree in every bit."""
    pairs = ((asdict(a), asdict(b)) for a, b in zip(one, other, strict=True))
    return all(a[name].tobytes() == b[name].tobytes() for a, b in pairs for name in a)


class SmallBlocks:
    """A source that refuses to give more than `most` rows at once, and counts the rows it gave."""

    def __init__(self, array: NDArray[Any], most: int) -> None:
        self.array, self.most, self.given = array, most, 0

    @property
    def shape(self) -> tuple[int, int]:
        return self.array.shape[0], self.array.shape[1]

    def read(self, start: int, stop: int) -> Matrix:
        return self.rows(np.arange(start, stop))

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        assert len(index) <= self.most, f"{len(index)} rows asked for at once"
        self.given += len(index)
        return self.array[index]


def test_a_row_is_scored_by_its_label_and_the_best_other_class() -> None:
    """The best other is the predicted class, or the runner-up where the prediction is the label."""
    probs = np.array([[0.7, 0.2, 0.1], [0.5, 0.1, 0.4], [0.2, 0.3, 0.5]])
    rows, _ = scan(ArrayBlocks(probs), np.array([0, 2, 0], np.int32))

    assert rows.p_given.tolist() == [0.7, 0.4, 0.2]
    assert rows.p_other.tolist() == [0.2, 0.5, 0.5]
    assert rows.other.tolist() == [1, 0, 2]
    assert rows.predicted.tolist() == [0, 0, 2]
    assert rows.scored.all()


def test_of_equal_probabilities_the_first_class_is_predicted() -> None:
    """As numpy's argmax, so that predicted classes are those a user would compute."""
    rows, _ = scan(ArrayBlocks(np.full((2, 4), 0.25)), np.array([0, 3], np.int32))

    assert rows.predicted.tolist() == [0, 0]
    assert rows.other.tolist() == [1, 0]


def test_thresholds_are_the_mean_self_confidence_of_each_class() -> None:
    """By hand; a class without rows can never be reached, one with p = 0 keeps cleanlab's lower bound."""
    probs = np.array([[0.9, 0.1, 0, 0], [0.5, 0.5, 0, 0], [0.75, 0.25, 0, 0], [1.0, 0, 0, 0]])
    _, sums = scan(ArrayBlocks(probs), np.array([0, 0, 1, 2], np.int32))

    assert sums.thresholds == pytest.approx([0.7, 0.25, 2e-6, 2.0])
    assert sums.counts.tolist() == [2, 1, 1, 0]


def test_rows_are_counted_by_given_and_predicted_class() -> None:
    """The confusion matrix and the accuracy by hand."""
    probs = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
    _, sums = scan(ArrayBlocks(probs), np.array([0, 0, 1, 1], np.int32))

    assert sums.confusion.tolist() == [[1, 1], [0, 2]]
    assert sums.accuracy == 0.75
    assert sums.kappa == pytest.approx((0.75 - 0.5) / (1 - 0.5))


def test_kappa_is_zero_where_chance_alone_agrees() -> None:
    """All rows of one class and predicted so: nothing can be said."""
    probs = np.array([[0.9, 0.1], [0.8, 0.2]])
    _, sums = scan(ArrayBlocks(probs), np.zeros(2, np.int32))

    assert sums.kappa == 0.0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_row_scores_equal_plain_numpy(dtype: str) -> None:
    """The same numbers from whole-array numpy."""
    labels, probs = random_model(400, 7, 3, dtype=dtype)
    rows, _ = scan(ArrayBlocks(probs), labels, block=64)

    at = np.arange(len(labels))
    rest = probs.copy()
    rest[at, labels] = -1
    assert (rows.p_given == probs[at, labels]).all()
    assert (rows.p_other == rest.max(axis=1)).all()
    assert (rows.other == rest.argmax(axis=1)).all()
    assert (rows.predicted == probs.argmax(axis=1)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("zipf", [False, True], ids=["even", "zipf"])
@pytest.mark.parametrize("k", [2, 3, 10, 50])
def test_thresholds_and_joint_equal_cleanlab(k: int, zipf: bool, dtype: str) -> None:
    """`get_confident_thresholds` and `compute_confident_joint` on random data."""
    for seed in range(4):
        labels, probs = random_model(800, k, seed, zipf=zipf, dtype=dtype)
        _, sums = scan(ArrayBlocks(probs), labels)

        rounding = 3e-7 if dtype == "float32" else 1e-10  # cleanlab adds up in the type it is given
        assert np.abs(sums.thresholds - cleanlab_thresholds(labels, probs)).max() < rounding
        assert (sums.joint == cleanlab_joint(labels, probs)).all()


def test_several_confident_classes_count_for_the_most_probable_of_all() -> None:
    """cleanlab's rule (#1248): the argmax over all classes, which need not pass itself.

    Row 0 passes classes 1 and 2, while its largest probability is class 0's, which does not pass; row 2 is
    confident of nothing. So class 1 has one row that counts as class 0, and a diagonal raised to one.
    """
    probs = np.array([[0.36, 0.33, 0.31], [0.9, 0.05, 0.05], [0.45, 0.3, 0.25], [0.4, 0.3, 0.3]])
    labels = np.array([1, 0, 1, 2], np.int32)
    _, sums = scan(ArrayBlocks(probs), labels)

    assert sums.thresholds == pytest.approx([0.9, 0.315, 0.3])
    assert (sums.joint == cleanlab_joint(labels, probs)).all()
    assert sums.joint[1].tolist() == [1, 1, 0]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 60),
    k=st.integers(2, 6),
    block=st.integers(1, 61),
    workers=st.sampled_from([1, 2]),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_blocks_and_threads_change_no_bit(
    seed: int, n: int, k: int, block: int, workers: int, dtype: str
) -> None:
    """Any block size and number of threads give the bits of one block on one thread."""
    labels, probs = random_model(n, k, seed, dtype=dtype)
    labels[::5] = -1
    whole = scan(ArrayBlocks(probs), labels, block=n, workers=1)

    assert same(scan(ArrayBlocks(probs), labels, block=block, workers=workers), whole)


def test_a_memory_map_gives_the_bits_of_an_array(tmp_path: Path) -> None:
    """Read from disk, in blocks of 1, 7 and n rows."""
    labels, probs = random_model(150, 5, 1)
    np.save(tmp_path / "probs.npy", probs)
    mapped = ArrayBlocks(np.load(tmp_path / "probs.npy", mmap_mode="r"))
    expected = scan(ArrayBlocks(probs), labels)

    for block in (1, 7, 150):
        assert same(scan(mapped, labels, block=block), expected)


def test_rows_in_another_order_give_the_same_sums() -> None:
    """Sums in fixed point do not depend on the order of addition."""
    labels, probs = random_model(500, 4, 8)
    order = np.random.default_rng(0).permutation(500)
    _, one = scan(ArrayBlocks(probs), labels)
    _, other = scan(ArrayBlocks(probs[order]), labels[order])

    assert one.thresholds.tobytes() == other.thresholds.tobytes()
    assert (one.joint == other.joint).all()


def test_rows_without_label_or_prediction_stand_in_no_sum() -> None:
    """The sums are those of the other rows alone, whatever numbers stand in these rows."""
    labels, probs = random_model(200, 4, 5)
    covered = np.ones(200, bool)
    covered[10:30] = False
    labels[25:50] = -1
    labels[50:55] = -2
    probs[~covered] = 0.0
    rows, sums = scan(ArrayBlocks(probs), labels, covered=covered, block=16)

    rest = covered & (labels >= 0)
    _, alone = scan(ArrayBlocks(probs[rest]), labels[rest])
    for name, expected in asdict(alone).items():
        assert (getattr(sums, name) == expected).all(), name
    assert (rows.scored == rest).all()


def test_a_row_without_label_is_still_predicted() -> None:
    """Its best other class is the predicted one; it has no p(given)."""
    rows, _ = scan(ArrayBlocks(np.array([[0.2, 0.8], [0.6, 0.4]])), np.array([-1, 0], np.int32))

    assert np.isnan(rows.p_given[0])
    assert (rows.p_other[0], rows.other[0], rows.predicted[0]) == (0.8, 1, 1)


def test_a_row_without_prediction_has_no_scores() -> None:
    """NaN and -1, as in the scores of a model that scored nothing."""
    covered = np.array([True, False])
    rows, _ = scan(ArrayBlocks(np.array([[0.2, 0.8], [0, 0]])), np.zeros(2, np.int32), covered=covered)

    nothing = unscored(1)
    assert np.isnan([rows.p_given[1], rows.p_other[1], nothing.p_given[0], nothing.p_other[0]]).all()
    assert [rows.other[1], rows.predicted[1]] == [nothing.other[0], nothing.predicted[0]] == [-1, -1]


def test_no_more_than_a_block_is_asked_for_and_few_rows_twice() -> None:
    """There is no (n, K) copy: the source refuses larger reads. Read again are at most the rows that do not
    reach the threshold of their predicted class."""
    labels, probs = random_model(300, 6, 2)
    source = SmallBlocks(probs, most=32)
    rows, sums = scan(source, labels, block=32, workers=1)

    unsure = probs.max(axis=1) < sums.thresholds[rows.predicted]
    assert 300 < source.given <= 300 + unsure.sum() < 2 * 300


def test_many_rows_are_counted_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums of O(n) numbers are the same whatever the step."""
    labels, probs = random_model(300, 6, 2, zipf=True)
    labels[::9] = -1
    whole = scan(ArrayBlocks(probs), labels)
    monkeypatch.setattr(spans, "ROWS_AT_ONCE", 7)

    assert same(scan(ArrayBlocks(probs), labels), whole)


@pytest.mark.parametrize("k", [700, 5_000])
def test_thousands_of_classes_equal_cleanlab(k: int) -> None:
    """More classes than rows, most of them empty: cells are counted one by one."""
    labels, probs = random_model(600, k, 1, strength=12.0, noise=0.2, dtype="float32")
    _, sums = scan(ArrayBlocks(probs), labels)

    assert (sums.joint == cleanlab_joint(labels, probs)).all()


def test_no_rows_give_empty_scores() -> None:
    """An empty source is no special case."""
    rows, sums = scan(ArrayBlocks(np.empty((0, 3))), np.empty(0, np.int32))

    assert len(rows) == 0
    assert sums.counts.tolist() == [0, 0, 0]
    assert sums.accuracy == 0.0


def test_progress_rises_to_one() -> None:
    """A callback sees the phase and a growing share."""
    labels, probs = random_model(100, 3, 2)
    told: list[tuple[str, float]] = []
    scan(ArrayBlocks(probs), labels, block=9, progress=lambda phase, share: told.append((phase, share)))

    shares = [share for _, share in told]
    assert {phase for phase, _ in told} == {"scores"}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
