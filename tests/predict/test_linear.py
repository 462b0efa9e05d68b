"""Logistic regression and naive Bayes over features of any kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from auditor.predict import linear
from auditor.predict.learners import Learner, Rows
from auditor.predict.linear import FittedLinear, LinearLearner, Used
from auditor.predict.naive_bayes import BayesLearner


@dataclass(frozen=True)
class Held:
    """Features in memory."""

    numbers: Any
    per_row: float = 4.0

    def rows(self, rows: Rows) -> Any:
        return self.numbers[rows]


def clusters(classes: int, each: int = 20) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Rows of length 1 near an axis per class, in turn."""
    rng = np.random.default_rng(0)
    codes = np.tile(np.arange(classes, dtype=np.int32), each)
    numbers = rng.random((len(codes), classes)).astype(np.float32) * 0.3
    numbers[np.arange(len(codes)), codes] += 1
    return numbers / np.linalg.norm(numbers, axis=1, keepdims=True), codes


@pytest.mark.parametrize("classes", [2, 3, 40])
@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize("kind", [LinearLearner, BayesLearner])
def test_classes_that_lie_apart_are_learned(kind: Any, sparse: bool, classes: int) -> None:
    """Most rows that were not learned from get their class; probabilities sum to 1."""
    numbers, codes = clusters(classes)
    learner: Learner = kind(features=Held(csr_matrix(numbers) if sparse else numbers))
    half = len(codes) // 2
    fitted = learner.fit(np.arange(half), codes[:half], classes)
    found = fitted.predict(np.arange(half, len(codes)))
    assert found.shape == (len(codes) - half, classes)
    assert found.dtype == np.float64
    assert found.sum(axis=1) == pytest.approx(1)
    assert (found.argmax(axis=1) == codes[half:]).mean() > 0.95


def test_two_classes_are_one_model_of_scikit_learn() -> None:
    """The probabilities are those of its logistic regression, solved closely."""
    numbers, codes = clusters(2, each=100)
    model = LogisticRegression(solver="liblinear", C=1.0, tol=1e-8).fit(numbers, codes)
    found = LinearLearner(features=Held(numbers)).fit(np.arange(200), codes, 2).predict(np.arange(200))
    assert found == pytest.approx(model.predict_proba(numbers), abs=0.02)


@pytest.mark.parametrize("kind", [LinearLearner, BayesLearner])
def test_rows_of_zeros_have_probabilities(kind: Any) -> None:
    """A text without a known piece is nothing special: finite, and summing to 1."""
    numbers, codes = clusters(3)
    numbers = np.vstack([numbers, np.zeros((1, 3), np.float32)])
    fitted = kind(features=Held(csr_matrix(numbers))).fit(np.arange(60), codes, 3)
    found = fitted.predict(np.array([60]))
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("width", [0, 1])
@pytest.mark.parametrize("kind", [LinearLearner, BayesLearner])
def test_features_that_say_nothing_are_no_error(kind: Any, width: int) -> None:
    """Without a feature, or with one that is 0 everywhere, there are still probabilities."""
    numbers = csr_matrix((6, width), dtype=np.float32)
    fitted = kind(features=Held(numbers)).fit(np.arange(6), np.array([0, 1, 1, 0, 1, 2], np.int32), 3)
    assert np.isfinite(fitted.predict(np.arange(6))).all()


@pytest.mark.parametrize("kind", [LinearLearner, BayesLearner])
def test_a_thousand_classes_of_one_row_can_be_learned(kind: Any) -> None:
    """Every class has a column; rows find their own class again."""
    numbers = csr_matrix(np.eye(1000, dtype=np.float32))
    fitted = kind(features=Held(numbers)).fit(np.arange(1000), np.arange(1000, dtype=np.int32), 1000)
    found = fitted.predict(np.arange(1000))
    assert found.shape == (1000, 1000)
    assert (found.argmax(axis=1) == np.arange(1000)).all()


@pytest.mark.parametrize("kind", [LinearLearner, BayesLearner])
def test_the_same_rows_give_the_same_bytes(kind: Any) -> None:
    """Nothing is drawn at random, and predictions do not depend on the rows asked for together."""
    numbers, codes = clusters(5)
    learner = kind(features=Held(csr_matrix(numbers)))
    one, two = (learner.fit(np.arange(100), codes, 5) for _ in range(2))
    assert one.predict(np.arange(100)).tobytes() == two.predict(np.arange(100)).tobytes()
    alone = np.vstack([one.predict(np.array([row])) for row in range(100)])
    assert one.predict(np.arange(100)).tobytes() == alone.tobytes()


def test_of_too_many_features_the_frequent_ones_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of many classes has room for fewer features; those of one row are the first to go."""
    monkeypatch.setattr(linear, "MOST_WEIGHTS", 6)
    numbers = csr_matrix(np.array([[1, 0, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1]], np.float32))
    used = Used.of(numbers, 3)
    assert used.columns is not None
    assert used.columns.tolist() == [0, 2]
    assert used.part.toarray().tolist() == [[1, 1], [1, 0], [0, 1]]  # type: ignore[union-attr]
    fitted = LinearLearner(features=Held(numbers)).fit(np.arange(3), np.arange(3, dtype=np.int32), 3)
    assert isinstance(fitted, FittedLinear)
    assert fitted.weights.shape == (2, 3)
    assert np.isfinite(fitted.predict(np.arange(3))).all()


@pytest.mark.parametrize("kind", [LinearLearner, BayesLearner])
def test_cost_grows_with_rows_and_classes(kind: Any) -> None:
    """More to do costs more, whatever the machine."""
    learner = kind(features=Held(None, per_row=100.0))
    assert 0 < learner.cost(100, 2) < learner.cost(10_000, 2) < learner.cost(10_000, 50)
