"""The order score by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import cleanlab_scores

from auditor.prioritise.order import LAM, LOWEST, PRIOR, log_surplus, order_scores
from auditor.scan.kernel import RowScores


def scores_of(p_given: list[float], p_other: list[float]) -> RowScores:
    """Row scores of some probabilities."""
    n = len(p_given)
    nothing = np.zeros(n, np.int32)
    return RowScores(p_given=np.array(p_given), p_other=np.array(p_other), other=nothing, predicted=nothing)


def test_the_score_is_minus_log_p_given_plus_a_fifth_of_log_p_other() -> None:
    """s = -log .2 + .2 log .7 = 1.6094 - .0713; the documented weight is .2."""
    assert LAM == 0.2
    assert order_scores(scores_of([0.2], [0.7]))[0] == pytest.approx(1.53810, abs=1e-5)


def test_a_class_that_the_model_expects_less_of_is_doubted_less() -> None:
    """100 rows of each class; the model expects 60 of the first and 140 of the second: log(120 / 80) = .4055
    is taken off, three quarters of it, and log(120 / 160) = -.2877 of the other."""
    codes = np.repeat([0, 1], 100).astype(np.int32)
    p = np.repeat([0.6, 1.0], 100)
    rows = RowScores(p_given=p, p_other=1 - p, other=1 - codes, predicted=np.where(p > 0.5, codes, 1 - codes))
    surplus = log_surplus(rows, codes)

    assert surplus[[0, 150]] == pytest.approx([log(120 / 80), log(120 / 160)])
    assert PRIOR == 0.75
    moved = order_scores(rows, codes) - order_scores(rows)
    assert moved[[0, 150]] == pytest.approx([-0.75 * log(1.5), -0.75 * log(0.75)])


def test_what_the_model_expects_does_not_depend_on_the_order_of_rows() -> None:
    """Bit for bit; rows without a score are in no count."""
    random = np.random.default_rng(0)
    p = random.random(1_000)
    codes = random.integers(0, 5, 1_000).astype(np.int32)
    p[::50] = np.nan
    rows = RowScores(p_given=p, p_other=(1 - p) / 2, other=(codes + 1) % 5, predicted=codes)
    at = random.permutation(1_000)
    turned = RowScores(p_given=p[at], p_other=rows.p_other[at], other=rows.other[at], predicted=codes[at])

    assert order_scores(turned, codes[at]).tobytes() == order_scores(rows, codes)[at].tobytes()
    assert (log_surplus(rows, codes)[::50] == 0).all()


def test_probabilities_are_clipped_at_a_trillionth() -> None:
    """p = 0 gives a number, the same as 1e-12 and as 1e-20."""
    scores = order_scores(scores_of([0.0, 1e-12, 1e-20, 1.0], [1.0, 1.0, 1.0, 0.0]))

    assert LOWEST == 1e-12
    assert scores[:3] == pytest.approx([12 * log(10)] * 3)
    assert scores[3] == pytest.approx(-0.2 * 12 * log(10))


def test_rows_without_label_or_prediction_have_no_score() -> None:
    """NaN, even where there is a prediction."""
    assert np.isnan(order_scores(scores_of([np.nan, np.nan], [0.5, np.nan]))).all()


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=20, unique=True))
def test_with_weight_zero_the_order_is_cleanlabs_self_confidence(thousandths: list[int]) -> None:
    """The lower p(given), the earlier."""
    p_given = [number / 1000 for number in thousandths]
    rows = scores_of(p_given, [0.3] * len(p_given))
    probs = np.column_stack([p_given, 1 - np.array(p_given)])
    theirs = cleanlab_scores(np.r_[np.zeros(len(p_given) - 1, int), 1], probs, "self_confidence")[:-1]

    assert np.argsort(-order_scores(rows, lam=0)[:-1]).tolist() == np.argsort(theirs).tolist()


def test_of_two_equal_rows_the_one_with_a_clear_rival_comes_first() -> None:
    """The runner-up counts a little."""
    first, second = order_scores(scores_of([0.2, 0.2], [0.8, 0.3]))

    assert first > second
