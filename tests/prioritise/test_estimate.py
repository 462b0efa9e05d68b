"""The error rate of a dataset: who is drawn, what is estimated, and how often the interval holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from auditor.prioritise.estimate import (
    LEAST,
    Change,
    Stratum,
    allocated,
    corrected_accuracy,
    error_rate,
    simple_size,
    size_for,
)


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.floats(0, 1), st.integers(0, 300)), min_size=1, max_size=6),
    st.integers(1, 900),
)
def test_all_rows_are_shared_out_and_no_stratum_gives_more_than_it_has(
    strata: list[tuple[int, float, int]], m: int
) -> None:
    """Each stratum gives at least four, as far as it has them and the sample reaches."""
    sizes, guesses, kept = (np.array(column) for column in zip(*strata, strict=True))
    room = np.minimum(sizes, kept)
    drawn = allocated(sizes, guesses.astype(float), kept, m)

    assert (drawn <= room).all()
    assert (drawn >= np.minimum(room, LEAST)).all()
    assert drawn.sum() == max(min(m, room.sum()), np.minimum(room, LEAST).sum())


def test_half_is_shared_out_evenly_and_half_by_size_times_deviation() -> None:
    """Sizes 100 and 900 with deviations .5 and .3: Neyman 50 to 270, so half of 200 is 15.6 and 84.4."""
    drawn = allocated(np.array([100, 900]), np.array([0.5, 0.1]), np.array([100, 900]), 200)

    assert drawn.tolist() == [66, 134]


def test_the_rate_is_that_of_the_strata_by_their_sizes() -> None:
    """100 rows half wrong and 900 with 1 in 50: (50 + 18) / 1,000."""
    found = error_rate([Stratum(rows=100, judged=20, errors=10), Stratum(rows=900, judged=50, errors=1)])

    assert found is not None
    assert found.value == pytest.approx(0.068)
    assert found.low < 0.068 < found.high
    assert found.judged == 70


def test_one_stratum_gives_the_beta_interval() -> None:
    """Of a million rows the rest is as good as the rate: Beta(3.1, 97.3) and Beta(3.3, 97.1), of scipy."""
    found = error_rate([Stratum(rows=1_000_000, judged=100, errors=3)])

    assert found is not None
    assert (found.low, found.high) == (
        pytest.approx(stats.beta(3.1, 97.3).ppf(0.05), rel=0.03),
        pytest.approx(stats.beta(3.3, 97.1).ppf(0.95), rel=0.03),
    )


def test_wrong_and_right_are_treated_alike() -> None:
    """The interval of the share of right labels is that of the wrong ones turned over."""
    few = [Stratum(rows=200, judged=15, errors=4), Stratum(rows=5_000, judged=30, errors=0)]
    found = error_rate(few)
    turned = error_rate([replace(one, errors=one.judged - one.errors) for one in few])

    assert found is not None and turned is not None
    assert turned.low == pytest.approx(1 - found.high, abs=0.004)
    assert turned.high == pytest.approx(1 - found.low, abs=0.004)


def test_what_is_judged_wholly_is_known() -> None:
    """No interval is left; a stratum without a verdict leaves nothing to say."""
    whole = error_rate([Stratum(rows=10, judged=10, errors=3), Stratum(rows=20, judged=20, errors=1)])

    assert whole is not None
    assert (whole.low, whole.value, whole.high) == (pytest.approx(4 / 30),) * 3
    assert error_rate([Stratum(rows=10, judged=0, errors=0), Stratum(rows=5, judged=5, errors=0)]) is None
    assert error_rate([]) is None


def test_the_interval_holds_as_often_as_it_says() -> None:
    """Errors thin out over five strata; 100 rows are drawn 400 times."""
    random = np.random.default_rng(3)
    sizes = np.array([100, 200, 500, 1_200, 8_000])
    true = np.array([90, 120, 150, 120, 80])
    drawn = allocated(sizes, true / sizes, sizes, 100)
    held, values, rate = [], [], true.sum() / sizes.sum()
    for _ in range(400):
        errors = [random.hypergeometric(t, n - t, m) for t, n, m in zip(true, sizes, drawn, strict=True)]
        found = error_rate(
            [
                Stratum(rows=int(n), judged=int(m), errors=int(k))
                for n, m, k in zip(sizes, drawn, errors, strict=True)
            ]
        )
        assert found is not None
        held.append(found.low <= rate <= found.high)
        values.append(found.value)

    assert np.mean(held) == pytest.approx(0.9, abs=0.05)
    assert np.mean(values) == pytest.approx(rate, rel=0.05)


@pytest.mark.parametrize(
    ("wrong", "m"),
    [
        ((9, 9, 9, 3, 0), 60),  # 1 % of 3,000 rows, nearly all at the top
        ((7, 8, 8, 4, 3), 60),
        ((3, 4, 4, 2, 2), 100),  # .5 %
        ((1, 1, 3, 11, 74), 100),  # 3 % in any order
    ],
)
def test_the_interval_holds_where_few_labels_are_wrong(wrong: tuple[int, ...], m: int) -> None:
    """Five strata of 3,000 rows, of which most give no error at all: 500 draws, at least .87 of them."""
    random = np.random.default_rng(7)
    sizes, true = np.array([30, 60, 150, 360, 2_400]), np.array(wrong)
    drawn = allocated(sizes, true / sizes, sizes, m)
    found = random.hypergeometric(*(np.tile(one, (500, 1)) for one in (true, sizes - true, drawn)))
    held = 0
    for errors, times in zip(*np.unique(found, axis=0, return_counts=True), strict=True):
        strata = [
            Stratum(rows=int(n), judged=int(m), errors=int(k))
            for n, m, k in zip(sizes, drawn, errors, strict=True)
        ]
        one = error_rate(strata)
        assert one is not None
        held += int(times) * (one.low <= true.sum() / sizes.sum() <= one.high)

    assert held >= 0.87 * 500


def test_a_simple_sample_of_the_size_named_is_as_wide() -> None:
    """The textbook size: (2 x 1.645 / .04)^2 x .1 x .9 = 609, less in a small dataset."""
    assert simple_size(0.1, 0.04, 10**9) == 609
    assert simple_size(0.1, 0.04, 1_000) == 379  # 609 / (1 + 608 / 1,000)
    assert simple_size(0.0, 0.05, 10**6) == 45  # .95^45 = .0994
    assert simple_size(0.1, 0.0, 500) == 500


def test_more_rows_make_the_interval_as_narrow_as_wanted() -> None:
    """The size found gives the wanted width where the rates stay what they are; one row less does not."""
    strata = [Stratum(rows=100, judged=20, errors=10), Stratum(rows=9_900, judged=80, errors=4)]
    size = size_for(strata, 0.04)
    half = size_for(strata, 0.02)

    assert 200 < size < half < 10_000
    assert half / size == pytest.approx(4, rel=0.25)


def test_corrected_accuracy_starts_from_what_is_known_of_every_row() -> None:
    """Of 100 drawn of 1,000 rows 4 are won and 1 lost: .90 + .03; nothing changed leaves .90."""
    found = corrected_accuracy(0.9, [Change(rows=1_000, judged=100, won=4, lost=1)])
    same = corrected_accuracy(0.9, [Change(rows=1_000, judged=1_000, won=0, lost=0)])

    assert found is not None and same is not None
    assert found.value == pytest.approx(0.93)
    assert 0.89 < found.low < 0.93 < found.high < 0.97
    assert (same.low, same.value, same.high) == (0.9, 0.9, 0.9)
    assert corrected_accuracy(0.9, [Change(rows=10, judged=0, won=0, lost=0)]) is None
