"""Digits: rounded and saturated probabilities cannot order the rows."""

from __future__ import annotations

import numpy as np
import pytest
from audit_inputs import random_model, slugs
from checked_predictions import answer, checked, refused, words


@pytest.mark.parametrize(
    ("tied", "n", "said"),
    [
        (10, 1000, []),
        (11, 1000, ["saturated"]),  # more than ten
        (20, 10_000, []),
        (21, 10_000, ["saturated"]),  # more than 0.2 %
    ],
)
def test_many_rows_that_share_the_lowest_probability_are_warned_of(
    tied: int, n: int, said: list[str]
) -> None:
    rng = np.random.default_rng(0)
    labels = (np.arange(n) % 2).astype(np.int32)
    p_given = rng.uniform(0.4, 0.99, n)
    p_given[rng.choice(n, tied, replace=False)] = 0.0
    probs = np.empty((n, 2))
    probs[np.arange(n), labels], probs[np.arange(n), 1 - labels] = p_given, 1 - p_given
    found = answer("order_can_be_told", labels, probs)
    assert slugs(found.problems) == said
    if said:
        what = f"predictions: {tied} rows share the lowest probability of their label (0)"
        assert str(found.problems[0].what) == what
    else:
        assert words(found) == [f"predictions: the lowest probability of a label is 0, in {tied} rows"]


@pytest.mark.parametrize(("decimals", "said"), [(1, ["rounded"]), (2, ["rounded"]), (3, []), (4, [])])
def test_one_or_two_decimals_are_warned_of(decimals: int, said: list[str]) -> None:
    labels, probs = random_model(400, 2, seed=0, strength=6)
    assert slugs(checked(labels, probs.round(decimals))) == said


def test_the_number_of_decimals_is_named() -> None:
    labels, probs = random_model(400, 2, seed=0, strength=6)
    (problem,) = checked(labels, probs.round(2))
    assert str(problem.what) == "predictions: the probabilities have 2 decimals, no more"
    assert str(problem.fixes[0]) == "write the probabilities unrounded, in float32 or better"


def test_of_several_files_the_coarse_one_and_the_average_are_looked_at() -> None:
    labels, probs = random_model(400, 2, seed=0, strength=6)
    found = answer("order_can_be_told", labels, probs, (0.9 * probs + 0.05).round(2))
    assert slugs(found.problems) == ["rounded"]
    assert str(found.problems[0].what).startswith("predictions 2: ")
    assert [line.split(":")[0] for line in words(found)] == ["predictions 1", "the average of the files"]


def test_every_problem_of_the_predictions_is_raised_at_once() -> None:
    """Permuted and rounded to 0 and 1: the error brings the warning along."""
    labels, probs = random_model(900, 3, seed=10, strength=12)
    hard = np.eye(3)[probs.argmax(axis=1)][:, [1, 2, 0]]
    assert slugs(refused(labels, hard)) == ["class-order", "saturated"]
