"""Predictions that repeat the labels were probably made on the training rows."""

from __future__ import annotations

import numpy as np
import pytest
from audit_inputs import random_model
from checked_predictions import answer, hard, words
from numpy.typing import NDArray


def repeated(wrong: int, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """All but `wrong` labels of three classes are repeated."""
    labels = np.random.default_rng(1).permutation(np.arange(n) % 3)
    guess = labels.copy()
    guess[:wrong] = (labels[:wrong] + 1) % 3
    return labels, hard(guess, 3)


@pytest.mark.parametrize(
    ("wrong", "n", "stated", "verdict"),
    [
        (0, 1000, "not said", "warning"),
        (5, 1000, "not said", "warning"),  # 0.995
        (6, 1000, "not said", "fine"),  # 0.994
        (0, 100, "not said", "warning"),
        (1, 100, "not said", "fine"),
        (0, 99, "not said", "cannot-tell"),  # too few rows to say so
        (20, 99, "not said", "cannot-tell"),
        # the user's word
        (1, 1000, "no", "warning"),
        (300, 1000, "no", "warning"),
        (0, 1000, "yes", "fine"),
    ],
)
def test_predictions_that_repeat_the_labels(wrong: int, n: int, stated: str, verdict: str) -> None:
    assert answer("predictions_out_of_sample", *repeated(wrong, n), out_of_sample=stated).verdict == verdict


@pytest.mark.parametrize(
    ("wrong", "n", "sure"),
    [
        # a model that is right in 0.9913 of all rows does so well by luck in at most one of fifty samples
        (2, 1000, True),  # 0.0079
        (3, 1000, False),  # 0.026
        (50, 20_000, True),
        (0, 448, True),  # 0.9913 ** 448 = 0.01995
        (0, 447, False),  # 0.02013
    ],
)
def test_on_few_rows_a_nearly_perfect_model_is_named_as_the_other_cause(
    wrong: int, n: int, sure: bool
) -> None:
    (problem,) = answer("predictions_out_of_sample", *repeated(wrong, n)).problems
    other = f"or the model is nearly perfect: {n:,} rows do not tell"
    assert (other in [str(line) for line in problem.details]) is not sure


def test_each_file_is_judged_on_its_own() -> None:
    """The average of a model that was shown the rows and one that was not hides the first."""
    labels, fair = random_model(1000, 3, seed=1, strength=8)
    said = answer("predictions_out_of_sample", labels, fair, hard(labels.astype(np.int64), 3, 0.6))
    assert [problem.slug for problem in said.problems] == ["in-sample"]
    assert str(said.problems[0].what) == "predictions 2 repeats 100% of the given labels"
    assert words(said)[0].startswith("predictions 1: ")
