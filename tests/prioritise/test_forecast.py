"""The forecast: the posterior of two numbers, what it expects, and how often it keeps its word."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from auditor.prioritise.forecast import Curve, Scale, fit, stop_after

UNKNOWN = np.nan


def none_known(n: int) -> np.ndarray:
    """Nobody has judged any of n rows."""
    return np.full(n, UNKNOWN)


def test_x_has_mean_0_and_deviation_1_over_the_frozen_places_and_falls() -> None:
    """Behind them it goes on falling."""
    x = Scale(frozen=500)(np.arange(5_000))

    assert x[:500].mean() == pytest.approx(0, abs=1e-12)
    assert x[:500].std() == pytest.approx(1)
    assert (np.diff(x) < 0).all()


def test_the_posterior_is_bayes_on_a_fine_grid() -> None:
    """The mean rates equal those of brute force with priors and likelihood of scipy, ten times as fine."""
    places, wrong = np.array([3, 40, 77, 110, 160, 199]), np.array([True, True, False, True, False, False])
    x = Scale(frozen=200)
    a, b = np.meshgrid(np.linspace(-12, 12, 600), np.linspace(0, 9, 450), indexing="ij")
    density = stats.norm(0, 3).pdf(a) * stats.norm(0.7, 2).pdf(b)
    for place, is_wrong in zip(places, wrong, strict=True):
        rate = 1 / (1 + np.exp(-(a + b * x(np.array([place]))[0])))
        density *= rate if is_wrong else 1 - rate
    density /= density.sum()
    asked = np.array([0, 50, 199])
    truth = [(density / (1 + np.exp(-(a + b * x(np.array([p]))[0])))).sum() for p in asked]

    assert fit(places, wrong, 200).rates(asked) == pytest.approx(truth, abs=0.01)


def test_the_band_is_that_of_a_binomial_where_the_curve_is_known() -> None:
    """With all weight on one pair and a flat curve the count is binomial."""
    curve = Curve(scale=Scale(frozen=100), a=np.array([-1.0]), b=np.array([0.0]), weight=np.array([1.0]))
    found = curve.expected(np.arange(100), none_known(100), [100])[0]
    binomial = stats.binom(100, 1 / (1 + np.e))

    assert found.errors == pytest.approx(binomial.mean())
    assert (found.low, found.high) == (binomial.ppf(0.05), binomial.ppf(0.95))


def test_what_was_judged_counts_as_known() -> None:
    """A list that is judged wholly has no band left; judged rows narrow it."""
    curve = fit(np.array([0, 4, 8]), np.array([True, False, False]), 10)
    known = np.array([1.0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    part = known.copy()
    part[5:] = UNKNOWN
    whole, first, nothing = (
        curve.expected(np.arange(10), rows, [10])[0] for rows in (known, part, none_known(10))
    )

    assert (whole.errors, whole.low, whole.high, whole.found, whole.judged) == (3, 3, 3, 3, 10)
    assert first.low >= 3 and first.judged == 5
    assert first.high - first.low < nothing.high - nothing.low


def test_the_curve_of_all_errors_and_of_none_stays_finite() -> None:
    """Verdicts that all say the same do not end in 0 or 1."""
    places = np.arange(0, 500, 20)
    for wrong in (np.ones(25, bool), np.zeros(25, bool)):
        rates = fit(places, wrong, 500).rates(np.arange(500))
        assert ((rates > 0) & (rates < 1)).all()
        assert abs(rates.mean() - wrong[0]) < 0.1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 299), st.booleans()), max_size=40, unique_by=lambda one: one[0]),
    st.randoms(use_true_random=False),
)
def test_the_forecast_does_not_depend_on_the_order_of_the_verdicts(
    verdicts: list[tuple[int, bool]], random: object
) -> None:
    """The same bits; rates never rise along the queue; every band holds its mean and grows with n."""
    shuffled = list(verdicts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    curves = [
        fit(np.array([p for p, _ in side], np.int64), np.array([w for _, w in side], bool), 300)
        for side in (verdicts, shuffled)
    ]
    rates = [curve.rates(np.arange(300)) for curve in curves]
    known = none_known(300)
    for place, wrong in verdicts:
        known[place] = wrong
    found = curves[0].expected(np.arange(300), known, [1, 10, 50, 100, 300])

    assert rates[0].tobytes() == rates[1].tobytes()
    assert (np.diff(rates[0]) <= 1e-12).all()
    for one in found:
        assert one.found <= one.low <= one.errors + 1 and one.errors - 1 <= one.high
        assert one.high <= one.n - one.judged + one.found
    assert all(a.errors <= b.errors and a.low <= b.low for a, b in pairwise(found))


def test_the_forecast_of_a_long_list_is_made_piece_by_piece() -> None:
    """The sizes asked for together give what each gives alone, across the pieces of the work."""
    curve = fit(np.array([5, 100, 400]), np.array([True, True, False]), 500)
    places, known = np.arange(2_500), none_known(2_500)
    together = curve.expected(places, known, [10, 999, 1_000, 1_001, 2_500])

    for one in together:
        alone = curve.expected(places[: one.n], known[: one.n], [one.n])[0]
        assert alone.errors == pytest.approx(one.errors, rel=1e-12)
        assert (alone.low, alone.high) == (one.low, one.high)


def test_the_band_keeps_its_promise_where_the_model_is_true() -> None:
    """Simulated from the model itself: 25 spread verdicts, the count of the first 100 of 500 rows."""
    random = np.random.default_rng(1)
    x, held = Scale(frozen=500)(np.arange(500)), []
    for _ in range(300):
        a, b = random.normal(0, 3), -1.0
        while b < 0:
            b = random.normal(0.7, 2)
        wrong = random.random(500) < 1 / (1 + np.exp(-(a + b * x)))
        spots = np.arange(0, 500, 20) + random.integers(0, 20, 25)
        known = none_known(500)
        known[spots] = wrong[spots]
        found = fit(spots, wrong[spots], 500).expected(np.arange(500), known, [100])[0]
        held.append(found.low <= wrong[:100].sum() <= found.high)

    assert np.mean(held) > 0.86  # 0.90 promised; three standard errors of 300 draws are .05


def test_reviewing_stops_where_the_next_row_is_less_likely_wrong_than_the_limit() -> None:
    """Rows judged already do not count as a reason to go on."""
    rates = np.array([0.9, 0.5, 0.3, 0.05, 0.01])

    assert stop_after(rates, none_known(5), 0.1) == 3
    assert stop_after(rates, np.array([UNKNOWN, UNKNOWN, 1.0, UNKNOWN, UNKNOWN]), 0.1) == 2
    assert stop_after(rates, none_known(5), 0.95) == 0
