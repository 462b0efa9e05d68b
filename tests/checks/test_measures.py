"""Agreement, lags and changes: measured against scikit-learn, and on what was planted."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks.measures import MOST_LAG, Agreement, agreement_of, change, lags, sortedness

CODES = st.lists(st.integers(-1, 4), min_size=1, max_size=60)


def codes(values: list[int]) -> np.ndarray:
    return np.array(values, np.int32)


@given(CODES.flatmap(lambda given: st.tuples(st.just(given), st.lists(
    st.integers(-1, 4), min_size=len(given), max_size=len(given)))))  # fmt: skip
def test_agreement_is_that_of_scikit_learn(pair: tuple[list[int], list[int]]) -> None:
    """Rows without a label or without a prediction are left out."""
    both = [(a, b) for a, b in zip(*pair, strict=True) if a >= 0 and b >= 0]
    found = agreement_of(codes(pair[0]), codes(pair[1]), 5)
    assert found.n == len(both)
    if both:
        left, right = zip(*both, strict=True)
        assert found.accuracy == pytest.approx(sklearn.metrics.accuracy_score(left, right))
        kappa = 0.0 if len({*left, *right}) == 1 else sklearn.metrics.cohen_kappa_score(left, right)
        assert found.kappa == pytest.approx(kappa)


def test_many_classes_are_counted_as_few_are() -> None:
    given_, guess = codes([0, 7, 999]), codes([0, 8, 999])
    found = agreement_of(given_, guess, 1000).counts
    assert found.sum() == 3
    assert [int(found[at]) for at in ((0, 0), (7, 8), (999, 999))] == [1, 1, 1]


def test_errors_of_kappa_by_hand() -> None:
    """Two equal classes: chance is 1/2, so the error at chance is 1 / sqrt(n), and kappa is 2 a - 1."""
    found = Agreement(np.array([[40, 10], [10, 40]]))
    assert (found.by_chance, found.accuracy) == (0.5, 0.8)
    assert found.kappa == pytest.approx(0.6)
    assert found.chance_error == pytest.approx(0.1)
    assert found.error == pytest.approx(2 * np.sqrt(0.8 * 0.2 / 100))


def test_one_class_says_nothing_beyond_chance() -> None:
    assert Agreement(np.array([[9, 0], [0, 0]])).kappa == 0.0
    assert Agreement(np.zeros((2, 2), np.int64)).kappa == 0.0


@given(st.integers(-MOST_LAG, MOST_LAG).filter(bool), st.integers(0, 99))
def test_predictions_that_are_off_fit_at_that_lag(by: int, seed: int) -> None:
    """Row i of the labels is row i + by of the predictions; what falls off the end comes in again."""
    given_ = np.random.default_rng(seed).integers(0, 4, 200).astype(np.int32)
    found = lags(given_, np.roll(given_, by))
    assert (found[0].rows, found[0].accuracy) == (by, 1.0)
    assert sorted(lag.rows for lag in found) == [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]


@given(st.integers(-MOST_LAG, MOST_LAG).filter(bool), st.integers(0, 99))
def test_rows_backwards_have_the_lag_of_the_other_sign(by: int, seed: int) -> None:
    given_ = np.random.default_rng(seed).integers(0, 4, 200).astype(np.int32)
    moved = np.roll(given_, by)
    assert lags(given_[::-1], moved[::-1])[0].rows == -lags(given_, moved)[0].rows


def test_lags_count_only_rows_that_have_both() -> None:
    """Labels 0 1 . 1 0 1 0 1, predictions one row later: of seven pairs one has no label."""
    found = {
        lag.rows: lag.accuracy
        for lag in lags(codes([0, 1, -1, 1, 0, 1, 0, 1]), codes([1, 0, 1, 1, 1, 0, 1, 0]))
    }
    assert found[1] == 1.0
    assert set(found) == {-2, -1, 1, 2}  # a quarter of eight rows at most


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_few_rows_have_no_lag(n: int) -> None:
    assert lags(codes([0] * n), codes([0] * n)) == ()


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([0] * 50 + [1] * 50, (98 / 99 - 0.5) / 0.5),
        ([0, 1] * 50, -1.0),
        ([0], 0.0),
        ([0, 0, 0], 0.0),
        ([-1, 0, -1, 1, 0, 1, -1], -1.0),  # rows without a label are left out
    ],
)
def test_how_far_labels_are_sorted(labels: list[int], expected: float) -> None:
    assert sortedness(codes(labels)) == pytest.approx(expected)


@pytest.mark.parametrize("at", [30, 150, 270])
def test_the_place_of_a_change_is_found(at: int) -> None:
    """All right before it, all wrong from there on."""
    given_ = np.random.default_rng(0).integers(0, 3, 300).astype(np.int32)
    guess = given_.copy()
    guess[at:] = (given_[at:] + 1) % 3
    found = change(given_, guess, 3)
    assert found is not None
    assert found.row == at
    assert (found.before.accuracy, found.after.accuracy) == (1.0, 0.0)
    assert found.worse is found.after
    assert found.better is found.before
    assert found.z > 10


def test_the_place_is_counted_in_rows_of_the_file() -> None:
    """Every other row has no label; the change stands at row 200 of the file."""
    given_ = np.random.default_rng(0).integers(0, 3, 400).astype(np.int32)
    guess = given_.copy()
    guess[200:] = (given_[200:] + 1) % 3
    given_[1::2] = -1
    found = change(given_, guess, 3)
    assert found is not None
    assert found.row == 200


def test_a_hard_class_at_the_end_of_the_file_is_no_change() -> None:
    """Class 1 is right half of the time, class 0 always; sorted by class, agreement falls in the middle."""
    given_ = np.repeat([0, 1], 500).astype(np.int32)
    guess = given_.copy()
    guess[500::2] = 0
    found = change(given_, guess, 2)
    assert found is not None
    assert found.z < 2


def test_classes_of_one_row_each_show_a_change_too() -> None:
    """The mean of a class of one row is that row: taken off it, nothing would be left to change."""
    given_ = np.random.default_rng(0).permutation(300).astype(np.int32)
    guess = given_.copy()
    guess[240:] = (given_[240:] + 1) % 300
    found = change(given_, guess, 300)
    assert found is not None
    assert (found.row, found.z > 10) == (240, True)


@pytest.mark.parametrize(("n", "there"), [(40, False), (41, True)])
def test_a_short_file_has_no_change(n: int, there: bool) -> None:
    rows = codes([0, 1] * 21)[:n]
    assert (change(rows, rows, 2) is not None) is there
