"""The paired bootstrap: scores against scikit-learn, intervals against formulas, copies drawn together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap
from sklearn.metrics import accuracy_score, f1_score

from auditor.statistics.paired import interval_of, paired_scores, sign_test


def example(n: int, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A truth and two models that are right more often than by chance."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, n)
    one, other = (np.where(rng.random(n) < right, truth, rng.integers(0, classes, n)) for right in (0.5, 0.6))
    return truth, one, other


@given(n=st.integers(1, 80), classes=st.integers(2, 6), seed=st.integers(0, 10_000))
def test_scores_are_those_of_scikit_learn(n: int, classes: int, seed: int) -> None:
    """Accuracy, F1 per class, and macro-F1 over the classes that some row has."""
    truth, *models = example(n, classes, seed)
    found = paired_scores(truth, models, classes, draws=2).seen
    there = np.unique(truth)
    for at, named in enumerate(models):
        per_class = f1_score(truth, named, labels=np.arange(classes), average=None, zero_division=0)
        assert found.accuracy[at] == pytest.approx(accuracy_score(truth, named))
        assert found.f1[at, there] == pytest.approx(per_class[there])
        assert found.macro_f1[at] == pytest.approx(per_class[there].mean())
    assert np.isnan(np.delete(found.f1, there, axis=1)).all()


def test_the_interval_of_a_difference_is_that_of_its_formula() -> None:
    """Of 1,000 rows 90 are put right and 50 wrong: the variance of the difference of paired shares is
    (b + c - (b - c)^2 / n) / n^2 (Agresti: Categorical Data Analysis, 2002, section 10.1.1)."""
    truth = np.zeros(1_000, np.int64)
    before, after = truth.copy(), truth.copy()
    before[:90], after[90:140] = 1, 1
    drawn = paired_scores(truth, [before, after], 2, draws=20_000).drawn.accuracy
    error = np.sqrt(90 + 50 - 40**2 / 1_000) / 1_000
    low, high = interval_of(drawn[:, 1] - drawn[:, 0])
    assert low == pytest.approx(0.04 - 1.96 * error, abs=0.001)
    assert high == pytest.approx(0.04 + 1.96 * error, abs=0.001)


def by_definition(truth: np.ndarray, named: np.ndarray) -> float:
    """Macro-F1 over the classes that some row has: of each, hits twice over given and named rows."""
    of_class = [
        2 * np.sum((truth == k) & (named == k)) / (np.sum(truth == k) + np.sum(named == k))
        for k in np.unique(truth)
    ]
    return float(np.mean(of_class))


def test_draws_are_those_of_rows_drawn_one_by_one() -> None:
    """Against a plain loop: rows in units of unequal size, a rare class, macro-F1 by its definition."""
    truth, *models = example(120, 3, 5)
    truth[truth == 2] = np.where(np.arange((truth == 2).sum()) < 4, 2, 0)
    units = np.random.default_rng(6).integers(0, 70, 120)
    members = [np.flatnonzero(units == unit) for unit in np.unique(units)]
    rng, expected = np.random.default_rng(7), []
    for _ in range(5_000):
        rows = np.concatenate([members[at] for at in rng.integers(0, len(members), len(members))])
        one, other = (by_definition(truth[rows], named[rows]) for named in models)
        expected.append(other - one)
    drawn = paired_scores(truth, models, 3, units).drawn.macro_f1
    found = drawn[:, 1] - drawn[:, 0]
    spread = np.std(expected)
    assert found.mean() == pytest.approx(np.mean(expected), abs=0.08 * spread)
    assert found.std() == pytest.approx(spread, rel=0.05)
    assert interval_of(found) == pytest.approx(np.quantile(expected, [0.025, 0.975]), abs=0.15 * spread)


def test_the_interval_is_the_percentile_interval_of_scipy() -> None:
    """`scipy.stats.bootstrap`, paired, of the same difference in accuracy."""
    truth, one, other = example(300, 3, 8)
    right = [(codes == truth).astype(float) for codes in (one, other)]

    def apart(before: np.ndarray, after: np.ndarray, axis: int) -> np.ndarray:
        return after.mean(axis=axis) - before.mean(axis=axis)

    known = bootstrap(right, apart, paired=True, method="percentile", n_resamples=10_000, random_state=9)
    drawn = paired_scores(truth, [one, other], 3).drawn.accuracy
    assert interval_of(drawn[:, 1] - drawn[:, 0]) == pytest.approx(
        tuple(known.confidence_interval), abs=0.006
    )


def test_copies_that_are_drawn_together_say_nothing_more() -> None:
    """Every row three times: as one unit the draws are those of the rows alone, apart they look surer."""
    truth, *models = example(200, 3, 1)
    alone = paired_scores(truth, models, 3)
    thrice, named = np.repeat(truth, 3), [np.repeat(codes, 3) for codes in models]
    together = paired_scores(thrice, named, 3, np.repeat(np.arange(200), 3))
    apart = paired_scores(thrice, named, 3)
    assert (alone.units, together.units, apart.units) == (200, 200, 600)
    assert np.allclose(together.drawn.accuracy, alone.drawn.accuracy)
    assert np.allclose(together.drawn.macro_f1, alone.drawn.macro_f1)
    spread = [np.diff(found.drawn.accuracy, axis=1).std() for found in (alone, apart)]
    assert spread[0] / spread[1] == pytest.approx(np.sqrt(3), rel=0.1)


@given(seed=st.integers(0, 1_000))
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    """The same rows and units in another order give the same draws, bit for bit."""
    truth, *models = example(60, 3, seed)
    units = np.random.default_rng(seed).integers(0, 40, 60)
    order = np.random.default_rng(seed + 1).permutation(60)
    one = paired_scores(truth, models, 3, units, draws=50, seed=4)
    other = paired_scores(truth[order], [codes[order] for codes in models], 3, units[order], draws=50, seed=4)
    assert np.array_equal(one.drawn.accuracy, other.drawn.accuracy)
    assert np.array_equal(one.drawn.macro_f1, other.drawn.macro_f1)


def test_another_seed_draws_other_rows() -> None:
    """The draws differ, and what was seen does not."""
    truth, *models = example(100, 2, 3)
    one, other = (paired_scores(truth, models, 2, seed=seed) for seed in (0, 1))
    assert not np.array_equal(one.drawn.accuracy, other.drawn.accuracy)
    assert np.array_equal(one.seen.accuracy, other.seen.accuracy)


@given(better=st.integers(0, 300), worse=st.integers(0, 300))
def test_the_sign_test_is_the_exact_binomial_test(better: int, worse: int) -> None:
    """As scipy has it; 1 where nothing differs."""
    expected = binomtest(better, better + worse).pvalue if better + worse else 1.0
    assert sign_test(better, worse) == pytest.approx(expected)


def test_draws_without_the_class_are_left_out() -> None:
    """An interval is that of the draws that have a number, and none where no draw has one."""
    assert interval_of(np.array([np.nan, 0.2, 0.2])) == (0.2, 0.2)
    assert np.isnan(interval_of(np.array([np.nan]))).all()
