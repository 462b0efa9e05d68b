"""The mode of a logistic posterior, against a general minimiser."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from auditor.statistics.logistic import Judged, Normal, posterior_mode


def by_minimiser(judged: Judged, priors: list[Normal]) -> NDArray[np.float64]:
    """The same mode by BFGS over a design matrix with an indicator per group."""
    mean, spread = np.array(priors).T
    design = np.zeros((len(judged.wrong), len(priors)))
    design[:, : judged.fixed.shape[1]] = judged.fixed
    for place in judged.places.T:
        design[np.arange(len(design)), place] = 1
    sign = np.where(judged.wrong == 1, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        fit = np.logaddexp(0, -sign * (design @ weights)).sum()
        return float(fit + (((weights - mean) / spread) ** 2).sum() / 2)

    found = minimize(loss, mean, method="BFGS", options={"gtol": 1e-9, "maxiter": 5_000})
    return np.asarray(found.x)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_the_mode_is_the_one_a_general_minimiser_finds(seed: int, v: int) -> None:
    """Two columns and two kinds of groups, random answers."""
    rng = np.random.default_rng(seed)
    fixed = np.column_stack([np.ones(v), rng.normal(0, 2, v)])
    places = np.column_stack([rng.integers(2, 5, v), rng.integers(5, 9, v)])
    judged = Judged(fixed=fixed, places=places, wrong=rng.integers(0, 2, v).astype(float))
    priors = [(0.0, 3.0), (1.0, 0.5), *[(0.0, 0.3)] * 3, *[(0.0, 1.0)] * 4]

    assert posterior_mode(judged, priors) == pytest.approx(by_minimiser(judged, priors), abs=1e-4)


def test_one_answer_and_an_intercept_by_hand() -> None:
    """With prior N(0, 1) the mode solves 1 - logistic(a) = a: a = 0.4010581."""
    one = Judged(fixed=np.ones((1, 1)), places=np.zeros((1, 0), int), wrong=np.ones(1))

    (a,) = posterior_mode(one, [(0.0, 1.0)])

    assert 1 - 1 / (1 + np.exp(-a)) == pytest.approx(a, abs=1e-9)
    assert a == pytest.approx(0.40106, abs=1e-5)


def test_columns_that_separate_the_answers_have_a_finite_mode() -> None:
    """Also with values of hundreds; the slope keeps its sign."""
    x = np.array([-500.0, -300.0, 300.0, 500.0])
    judged = Judged(
        fixed=np.column_stack([np.ones(4), x]), places=np.zeros((4, 0), int), wrong=(x > 0).astype(float)
    )

    weights = posterior_mode(judged, [(0.0, 3.0), (1.0, 2.0)])

    assert np.isfinite(weights).all()
    assert weights[1] > 0


def test_a_group_without_answers_keeps_its_prior() -> None:
    """Its weight is the prior's mean."""
    judged = Judged(fixed=np.ones((2, 1)), places=np.array([[1], [1]]), wrong=np.ones(2))

    weights = posterior_mode(judged, [(0.0, 3.0), (0.0, 1.0), (0.25, 1.0)])

    assert weights[2] == pytest.approx(0.25, abs=1e-9)
    assert weights[1] > 0
