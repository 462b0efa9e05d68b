"""What verdicts change in the rest of the queue, and what they never change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from auditor.prioritise.order import order_scores
from auditor.prioritise.rerank import Judgements, p_errors
from auditor.scan.kernel import RowScores

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


def rows_of(p_given: Floats, p_other: Floats, other: Codes, codes: Codes) -> RowScores:
    """Row scores of some probabilities."""
    predicted = np.where(p_other > p_given, other, codes).astype(np.int32)
    return RowScores(p_given=p_given, p_other=p_other, other=other.astype(np.int32), predicted=predicted)


def some_rows(seed: int, n: int, k: int) -> tuple[Floats, RowScores, Codes]:
    """Scores, row scores and codes of n random rows of k classes; some tied, some without a score."""
    rng = np.random.default_rng(seed)
    p_given = np.round(rng.beta(0.7, 0.7, n), 2)
    p_given[rng.random(n) < 0.1] = np.nan
    p_other = (1 - p_given) * (1 if k == 2 else rng.uniform(0.5, 1, n))
    codes = rng.integers(0, k, n).astype(np.int32)
    other = ((codes + rng.integers(1, k, n)) % k).astype(np.int32)
    rows = rows_of(p_given, p_other, other, codes)
    return order_scores(rows), rows, codes


def verdicts_of(rows: list[int] | NDArray[np.int64], wrong: list[bool] | NDArray[np.bool_]) -> Judgements:
    """What reviewers said of some rows."""
    return Judgements(rows=np.asarray(rows, np.int64), wrong=np.asarray(wrong, bool))


def taken(rows: RowScores, at: NDArray[np.int64]) -> RowScores:
    """Some rows in another order."""
    return RowScores(
        p_given=rows.p_given[at], p_other=rows.p_other[at], other=rows.other[at], predicted=rows.predicted[at]
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(1, 60))
def test_no_order_of_rows_or_verdicts_changes_a_bit(seed: int, k: int, v: int) -> None:
    """Rows and verdicts shuffled: each row has the very same probability."""
    scores, rows, codes = some_rows(seed, 80, k)
    rng = np.random.default_rng(seed + 1)
    judged, wrong = rng.permutation(80)[:v], rng.random(v) < 0.5
    at, again = rng.permutation(80), rng.permutation(v)
    place = np.argsort(at)

    one = p_errors(scores, rows, codes, verdicts_of(judged, wrong))
    other = p_errors(scores[at], taken(rows, at), codes[at], verdicts_of(place[judged[again]], wrong[again]))

    assert np.array_equal(one[at], other, equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(1, 60), st.sampled_from(["some", "all", "no"]))
def test_every_scored_row_has_a_probability_inside_0_and_1(seed: int, k: int, v: int, which: str) -> None:
    """Also when all or no verdicts are errors; rows without a score have none."""
    scores, rows, codes = some_rows(seed, 80, k)
    rng = np.random.default_rng(seed)
    judged = rng.permutation(np.flatnonzero(~np.isnan(scores)))[:v]
    wrong = {"some": rng.random(len(judged)) < 0.3, "all": np.ones(len(judged), bool)}
    chances = p_errors(
        scores, rows, codes, verdicts_of(judged, wrong.get(which, np.zeros(len(judged), bool)))
    )

    assert np.array_equal(np.isnan(chances), np.isnan(scores))
    fine = chances[~np.isnan(chances)]
    assert ((fine > 0) & (fine < 1)).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.booleans(), min_size=1, max_size=30))
def test_where_only_the_score_tells_rows_apart_no_verdict_changes_their_order(
    seed: int, wrong: list[bool]
) -> None:
    """One pair of two classes: whatever people say, a higher score is never less probable."""
    rng = np.random.default_rng(seed)
    p_given = rng.uniform(0.001, 0.499, 60)
    codes, other = np.zeros(60, np.int32), np.ones(60, np.int32)
    rows = rows_of(p_given, 1 - p_given, other, codes)
    scores = order_scores(rows)

    chances = p_errors(scores, rows, codes, verdicts_of(rng.permutation(60)[: len(wrong)], wrong))

    assert (np.diff(chances[np.argsort(-scores, kind="stable")]) <= 0).all()


@pytest.mark.parametrize("wrong", [True, False])
def test_one_verdict_moves_no_row_past_one_that_is_clearly_ahead(wrong: bool) -> None:
    """A verdict pulls a weight by at most its prior variance times its column: .25 + .09 + .09 from offsets,
    .0225 x 2 x 4 and twice .0025 x 2 x 4 from the corrections: less than one standard deviation of the score.
    Scores are spread from 1 to 5, so that of the first 500 of 2,000 is about .3: rows a point apart stay."""
    rng = np.random.default_rng(1)
    scores = rng.permutation(np.linspace(1, 5, 2_000))
    p_given = np.exp(-scores)
    codes = rng.integers(0, 5, 2_000).astype(np.int32)
    other = ((codes + rng.integers(1, 5, 2_000)) % 5).astype(np.int32)
    rows = rows_of(p_given, (1 - p_given) * rng.uniform(0.5, 1, 2_000), other, codes)

    chances = p_errors(scores, rows, codes, verdicts_of([int(scores.argmax())], [wrong]))

    order = np.argsort(-scores)
    best_behind = np.maximum.accumulate(chances[order][::-1])[::-1]
    ahead = np.searchsorted(-scores[order], -(scores[order] - 1.0))
    fine = ahead < 2_000
    assert (chances[order][fine] > best_behind[ahead[fine]]).all()


def test_a_pair_that_people_confirm_comes_before_one_that_they_reject() -> None:
    """At equal scores: cat given as dog was an error five times, cow given as horse never; nobody looked at
    the rest."""
    codes = np.repeat([0, 2, 4], 20).astype(np.int32)
    other = codes + np.int32(1)
    rows = rows_of(np.full(60, 0.1), np.full(60, 0.7), other, codes)
    verdicts = verdicts_of([*range(5), *range(20, 25)], [True] * 5 + [False] * 5)

    chances = p_errors(order_scores(rows), rows, codes, verdicts)

    confirmed, rejected, unknown = chances[5:20], chances[25:40], chances[40:]
    assert confirmed.min() > unknown.max() >= unknown.min() > rejected.max()


def test_a_pair_counts_beyond_its_classes() -> None:
    """Each given and each suggested class is wrong half the time: only the pairs tell."""
    codes = np.repeat([0, 0, 1, 1], 20).astype(np.int32)
    other = np.repeat([2, 3, 2, 3], 20).astype(np.int32)
    rows = rows_of(np.full(80, 0.1), np.full(80, 0.7), other, codes)
    judged = [start + i for start in (0, 20, 40, 60) for i in range(8)]
    verdicts = verdicts_of(judged, [True] * 8 + [False] * 16 + [True] * 8)

    chances = p_errors(order_scores(rows), rows, codes, verdicts)

    assert min(chances[19], chances[79]) > max(chances[39], chances[59])


def test_a_flat_top_does_not_flatten_the_tail() -> None:
    """Errors and none in turn through the first 100: the last rows stay far behind the next ones."""
    p_given = np.linspace(0.01, 0.99, 1_000)
    codes = (np.arange(1_000) % 3).astype(np.int32)
    rows = rows_of(p_given, (1 - p_given) * 0.9, ((codes + 1) % 3).astype(np.int32), codes)

    chances = p_errors(
        order_scores(rows), rows, codes, verdicts_of(list(range(100)), [i % 2 == 0 for i in range(100)])
    )

    assert chances[100:150].min() > 10 * chances[900:].max()


@pytest.mark.parametrize(
    ("wrong", "slope_sd"),
    [
        pytest.param([True, True, False, False], 1.0, id="steeper than the prior"),
        pytest.param([False, True, False, True], 0.1, id="flatter than the prior"),
    ],
)
def test_a_tiny_posterior_is_the_one_a_general_minimiser_finds(wrong: list[bool], slope_sd: float) -> None:
    """Two classes, all given the first: intercept N(0, 3), slope N(1, 1 or .1), one offset N(0, .3)."""
    p_given = np.array([0.02, 0.1, 0.2, 0.4, 0.3, 0.05])
    codes, other = np.zeros(6, np.int32), np.ones(6, np.int32)
    rows = rows_of(p_given, 1 - p_given, other, codes)
    scores = -np.log(p_given) + 0.1 * np.log(1 - p_given)
    odds = np.log(np.exp(scores) - 1)
    x = (odds - odds.mean()) / odds.std()
    sign = np.where(wrong, 1.0, -1.0)

    def loss(w: Floats) -> float:
        fit = np.logaddexp(0, -sign * (w[0] + w[1] * x[:4] + w[2])).sum()
        return float(fit + (w[0] / 3) ** 2 / 2 + ((w[1] - 1) / slope_sd) ** 2 / 2 + (w[2] / 0.3) ** 2 / 2)

    mode = minimize(loss, [0.0, 1.0, 0.0], method="BFGS", options={"gtol": 1e-8}).x
    expected = 1 / (1 + np.exp(-(mode[0] + mode[1] * x + mode[2])))

    chances = p_errors(scores, rows, codes, verdicts_of([0, 1, 2, 3], wrong))

    assert (mode[1] > 1) == (slope_sd == 1.0)
    assert chances == pytest.approx(expected, abs=1e-6)


def test_before_any_verdict_there_is_no_number() -> None:
    """All NaN; also when only rows without a score are judged, and in a dataset without a scored row."""
    scores, rows, codes = some_rows(3, 40, 3)
    unscored = np.flatnonzero(np.isnan(scores))[:1]

    assert len(unscored)
    assert np.isnan(p_errors(scores, rows, codes, verdicts_of([], []))).all()
    assert np.isnan(p_errors(scores, rows, codes, verdicts_of(unscored, [True]))).all()
    nothing = np.full(40, np.nan)
    assert np.isnan(p_errors(nothing, rows, codes, verdicts_of([0], [True]))).all()


def test_a_row_judged_twice_is_refused() -> None:
    """The caller settles which verdict counts."""
    scores, rows, codes = some_rows(3, 40, 3)

    with pytest.raises(ValueError, match="judged twice"):
        p_errors(scores, rows, codes, verdicts_of([1, 1], [True, False]))


def test_nothing_that_was_given_is_changed() -> None:
    """Arrays of the caller stay as they are."""
    scores, rows, codes = some_rows(5, 40, 4)
    before = scores.copy(), rows.p_given.copy(), codes.copy()
    verdicts = verdicts_of(np.arange(10), np.arange(10) % 2 == 0)

    p_errors(scores, rows, codes, verdicts)

    for array, kept in zip((scores, rows.p_given, codes), before, strict=True):
        assert np.array_equal(array, kept, equal_nan=True)
    assert verdicts.rows.tolist() == list(range(10))
