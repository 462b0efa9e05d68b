"""Agreement beyond chance, against published figures and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from auditor.statistics.agreement import cohen_kappa, krippendorff_alpha, one_against_rest, raw_agreement

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011: his sections A, B and C.
MEG_OWEN = ("0100000010", "1110010000")
BEN_GERRY = ("aabbdcccedda", "babbbccceddd")
FOUR = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def counted(*said: str) -> np.ndarray:
    """(u, c) from a line a person, a character an item; `.` where nothing was said."""
    answers = sorted(set("".join(said)) - {"."})
    units = zip(*said, strict=True)
    return np.array([[list(unit).count(answer) for answer in answers] for unit in units])


def crossed(one: str, other: str) -> np.ndarray:
    answers = sorted({*one, *other})
    table = np.zeros((len(answers), len(answers)), np.int64)
    for a, b in zip(one, other, strict=True):
        table[answers.index(a), answers.index(b)] += 1
    return table


@pytest.mark.parametrize(
    ("said", "alpha"), [(MEG_OWEN, 0.095), (BEN_GERRY, 0.692), (FOUR, 0.743)], ids=["two", "nominal", "four"]
)
def test_alpha_is_that_of_the_published_examples(said: tuple[str, ...], alpha: float) -> None:
    """Krippendorff's own three nominal examples, the last with missing answers and a unit of one answer."""
    assert round(krippendorff_alpha(counted(*said)).value or 0, 3) == alpha


def test_kappa_is_that_of_the_published_example() -> None:
    """20 + 15 of 50 agree, .5 by chance: (.7 - .5) / (1 - .5)."""
    assert cohen_kappa(np.array([[20, 5], [10, 15]])).value == pytest.approx(0.4)


def test_raw_agreement_counts_pairs_of_answers() -> None:
    """Three of three are three equal pairs; two against one are one of three."""
    assert raw_agreement(np.array([[3, 0], [2, 1]])).value == pytest.approx(4 / 6)


@pytest.mark.parametrize("n", [3, 40])
def test_items_that_all_agree_are_no_proof(n: int) -> None:
    """A bootstrap of them knows nothing else; Wilson's interval of n of n does, as scipy has it."""
    counts = np.array([[2, 0]] * (n // 2) + [[0, 2]] * (n - n // 2))
    low = binomtest(n, n).proportion_ci(method="wilson").low
    found = raw_agreement(counts)
    assert (found.value, found.high) == (1.0, 1.0) and found.low == pytest.approx(low)
    alpha = krippendorff_alpha(counts)
    assert alpha.value == 1.0 and alpha.low is not None and alpha.low < 2 * low - 1 + 0.1


def test_items_with_one_answer_say_nothing() -> None:
    counts = counted(*FOUR)
    alone = np.vstack([counts, np.eye(counts.shape[1], dtype=np.int64)])
    assert krippendorff_alpha(alone) == krippendorff_alpha(counts)
    assert krippendorff_alpha(np.zeros((0, 3), np.int64)).value is None


@pytest.mark.parametrize("measure", [krippendorff_alpha, raw_agreement])
def test_one_answer_for_everything(measure: object) -> None:
    """All agree, and that is no more than chance: alpha is not defined, the raw share is 1."""
    found = measure(np.array([[2, 0], [2, 0]]))  # type: ignore[operator]
    assert found.value == (1.0 if measure is raw_agreement else None)


def test_one_answer_against_the_rest() -> None:
    assert one_against_rest(np.array([[1, 2, 0], [0, 0, 3]]), 1).tolist() == [[2, 1], [0, 3]]


answers = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=40)


@given(answers)
@settings(max_examples=100)
def test_kappa_equals_that_of_scikit_learn(said: list[tuple[str, str]]) -> None:
    one, other = ("".join(side) for side in zip(*said, strict=True))
    found = cohen_kappa(crossed(one, other)).value
    if found is None:
        assert len({*one, *other}) == 1
    else:
        assert found == pytest.approx(cohen_kappa_score(list(one), list(other)))


@given(answers, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_neither_the_order_of_items_nor_of_answers_matters(said: list[tuple[str, str]], draw: object) -> None:
    """The very same numbers, intervals included; an interval holds its value."""
    counts = counted(*("".join(side) for side in zip(*said, strict=True)))
    shuffled = list(counts)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    found = krippendorff_alpha(counts)
    assert krippendorff_alpha(np.array(shuffled)) == found
    if found.low is not None and found.high is not None and found.value is not None:
        assert found.low <= found.value <= found.high <= 1


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Two people who agree by design on 80% of two even answers: kappa .6, of 200 items."""
    draw = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        truth, same = draw.integers(0, 2, 200), draw.random(200) < 0.8
        found = cohen_kappa(np.histogram2d(truth, np.where(same, truth, 1 - truth), bins=2)[0].astype(int))
        assert found.low is not None and found.high is not None
        held += found.low <= 0.6 <= found.high
    assert held >= 180
