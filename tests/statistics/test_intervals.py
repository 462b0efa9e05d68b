"""The Wilson interval against scipy's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from auditor.statistics.intervals import Z95, wilson


@settings(deadline=None)
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_scipy(hits_of_n: tuple[int, int]) -> None:
    """Any share of any number of rows."""
    hits, n = hits_of_n
    low, high = wilson(hits, n)
    expected = binomtest(hits, n).proportion_ci(0.95, method="wilson")

    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= low <= hits / n <= high <= 1


def test_another_width_can_be_asked_for() -> None:
    """80 %: between the 10 % points of the normal distribution."""
    expected = binomtest(7, 20).proportion_ci(0.8, method="wilson")

    assert wilson(7, 20, norm.ppf(0.9)) == pytest.approx((expected.low, expected.high))
    assert pytest.approx(norm.ppf(0.975)) == Z95


@pytest.mark.parametrize(("hits", "n", "end"), [(0, 30, 0), (30, 30, 1)])
def test_none_and_all_end_exactly_at_the_border(hits: int, n: int, end: int) -> None:
    """No rounding error past 0 or 1."""
    assert float(end) in wilson(hits, n)


def test_nothing_looked_at_says_nothing() -> None:
    """The whole range."""
    assert wilson(0, 0) == (0.0, 1.0)
