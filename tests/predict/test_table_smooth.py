"""The kernel and the discriminant, held against scikit-learn and against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.predict import table_kernel
from auditor.predict.table_discriminant import DiscriminantLearner, shrunk
from auditor.predict.table_kernel import JITTER, KernelLearner, kernel, smoothest


class Dense:
    """Features that are held as they are."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self.values = values.astype(np.float32)

    def dense(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The features of some rows."""
        return self.values[rows]


def clouds(n: int = 300, width: int = 5, seed: int = 0) -> tuple[Dense, NDArray[np.int32]]:
    """Rows around three middles."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, n).astype(np.int32)
    return Dense(rng.normal(size=(n, width)) + 2 * rng.normal(size=(3, width))[codes]), codes


@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 1000))
def test_the_covariance_is_drawn_in_as_scikit_learn_does(rows: int, width: int, seed: int) -> None:
    """Ledoit and Wolf's share, of any rows."""
    from sklearn.covariance import ledoit_wolf

    values = np.random.default_rng(seed).normal(size=(rows, width)) * np.arange(1, width + 1)
    expected, _ = ledoit_wolf(values, assume_centered=True)
    fourth = float((np.square(values).sum(axis=1) ** 2).mean())
    found = shrunk(values.T @ values / rows, fourth, rows)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max() + 1e-5)


def test_left_out_errors_are_those_of_leaving_rows_out() -> None:
    """The noise that is chosen has the least error when each row is left out by hand."""
    features, codes = clouds(40, 3)
    rows = np.arange(40)
    values = features.dense(rows).astype(float)
    between = kernel(values, values, 0.1)
    targets = (codes[:, None] == np.arange(3)) - 1 / 3
    errors = {}
    for noise in table_kernel.NOISES:
        parts = []
        for row in rows:
            others = rows[rows != row]
            inner = between[np.ix_(others, others)] + noise * np.eye(39)
            parts.append(targets[row] - between[row, others] @ np.linalg.solve(inner, targets[others]))
        errors[noise] = np.mean(np.square(parts))
    noise, weights = smoothest(between, targets)
    assert noise == min(errors, key=lambda at: errors[at])
    np.testing.assert_allclose((between + noise * np.eye(40)) @ weights, targets, atol=1e-9)


def test_with_all_rows_as_carriers_the_large_way_is_the_exact_one() -> None:
    """What carries many rows by a part of them gives the same when the part is all."""
    features, codes = clouds(80)
    rows = np.arange(80)
    fitted = KernelLearner(features, 5).fit(rows, codes, 3)
    values = features.dense(rows).astype(float)
    between = kernel(values, values, fitted.scale)
    noise = smoothest(between, (codes[:, None] == np.arange(3)) - np.bincount(codes) / 80)[0]
    weights = fitted.carried(rows, codes, between, noise)
    np.testing.assert_allclose(between @ weights, between @ fitted.weights, atol=1e4 * JITTER)


@pytest.mark.parametrize("learner", [KernelLearner, DiscriminantLearner])
@pytest.mark.parametrize("carriers", [1_000, 60])
def test_clouds_are_told_apart_in_spite_of_wrong_labels(
    learner: type[KernelLearner | DiscriminantLearner], carriers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One label of five is wrong; other rows are given their true class, and rows sum to 1."""
    monkeypatch.setattr(table_kernel, "CARRIERS", carriers)
    features, codes = clouds(600)
    wrong = np.where(np.arange(600) % 5 == 0, (codes + 1) % 3, codes).astype(np.int32)
    rows = np.arange(600)
    found = learner(features, 5).fit(rows[:400], wrong[:400], 3).predict(rows[400:])
    assert (found.argmax(axis=1) == codes[400:]).mean() > 0.9
    assert (found > 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize("learner", [KernelLearner, DiscriminantLearner])
def test_costs_rise_with_rows_columns_and_classes(
    learner: type[KernelLearner | DiscriminantLearner],
) -> None:
    """From sizes alone."""
    features = clouds(3)[0]
    costs = [learner(features, 5).cost(rows, 3) for rows in (10, 999, 1_000, 1_001, 10_000, 10**6)]
    assert costs == sorted(costs)
    assert learner(features, 50).cost(1_000, 3) > learner(features, 5).cost(1_000, 3)
    assert learner(features, 5).cost(1_000, 30) > learner(features, 5).cost(1_000, 3)


@settings(max_examples=30)
@given(st.integers(2, 12), st.integers(1, 4), st.integers(0, 10**6))
def test_few_rows_that_hardly_differ_give_probabilities(rows: int, width: int, seed: int) -> None:
    """Equal rows, constant columns, classes of one row: finite and positive all the same."""
    rng = np.random.default_rng(seed)
    features = Dense(rng.integers(0, 2, (rows, width)).astype(float))
    codes = (np.arange(rows) % 2).astype(np.int32)
    for learner in (KernelLearner(features, width), DiscriminantLearner(features, width)):
        found = learner.fit(np.arange(rows), codes, 2).predict(np.arange(rows))
        assert np.isfinite(found).all() and (found >= 0).all()
        np.testing.assert_allclose(found.sum(axis=1), 1)
