"""Label mixes of splits: distances by hand, tests against scipy, trifles of large splits left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import inputs_of
from scipy import stats

from auditor.data import ClassLabels, Content, Dataset, Splits
from auditor.detect import Inputs, NotApplicable, run_detectors
from auditor.detect.split_labels import Settings, find
from auditor.findings import Ran
from auditor.similar.content import ContentIndex
from auditor.statistics.intervals import newcombe, wilson
from auditor.statistics.mixes import cohen_h, fisher, holm, label_distance
from auditor.ties import tie_keys


def splits_of(counts: dict[str, dict[str, int]], **options: Any) -> Ran:
    """The outcome for so many rows of each class in each split."""
    cells = [
        (split, name) for split, classes in counts.items() for name, n in classes.items() for _ in range(n)
    ]
    frame = pd.DataFrame(cells, columns=["split", "label"])
    frame["text"] = [f"text {row}" for row in range(len(frame))]
    return find(inputs_of(frame), Settings(**options))


def large(counts: list[list[int]]) -> Ran:
    """The same for splits of any size, without contents."""
    table = np.array(counts)
    at = np.repeat(np.arange(table.size), table.ravel())
    n, k = len(at), table.shape[1]
    dataset = Dataset(
        name="large",
        ids=pa.array([str(row) for row in range(n)]),
        has_ids=True,
        labels=ClassLabels(codes=(at % k).astype(np.int32), classes=tuple("abcdefghij"[:k])),
        content=Content(kind="none", columns=pa.table({})),
        splits=Splits(codes=(at // k).astype(np.int32), names=("train", "test")),
    )
    index = ContentIndex(dataset)
    return find(Inputs(dataset=dataset, index=index, ties=tie_keys(dataset, index)), Settings())


def said(outcome: Ran) -> list[tuple[str, str]]:
    """(reason, part) of every finding."""
    found = [entry for table in outcome.findings for entry in table.to_pylist()]
    assert {entry["kind"] for entry in found} <= {"split"}
    assert all(entry["item"] is None for entry in found)
    return [(entry["reason_code"], entry["part"]) for entry in found]


# distance


@pytest.mark.parametrize(
    ("counts", "others", "expected"),
    [
        ([5, 5], [50, 50], 0.0),
        ([60, 40], [50, 50], 0.1),
        ([1, 0], [0, 9], 1.0),
        ([2, 1, 1], [1, 1, 2], 0.25),  # (1/4 + 0 + 1/4) / 2
    ],
)
def test_the_distance_is_half_the_sum_of_differences(
    counts: list[int], others: list[int], expected: float
) -> None:
    distance, low, high, by_chance = label_distance(np.array(counts), np.array(others))
    assert distance == pytest.approx(expected)
    assert 0 <= low <= distance <= high <= 1
    assert 0 <= by_chance <= 1


def test_for_two_classes_the_interval_is_that_of_a_difference() -> None:
    """60 of 100 against 50 of 100, four rows at 55 % added to each: 1.96 standard errors to both sides.

    What chance gives is taken off the lower end.
    """
    shares = np.array([62.2, 52.2]) / 104
    error = np.sqrt((shares * (1 - shares) / 100).sum())
    by_chance = np.sqrt(0.55 * 0.45 * 2 / 100) * np.sqrt(2 / np.pi)
    distance, low, high, noise = label_distance(np.array([60, 40]), np.array([50, 50]))
    assert high == pytest.approx(distance + 1.96 * error, abs=1e-4)
    assert noise == pytest.approx(by_chance)
    assert low == max(0, distance - 1.96 * error - by_chance)


def test_what_chance_gives_is_the_mean_distance_of_two_draws() -> None:
    """2,000 pairs of draws from one mix of eight classes."""
    rng = np.random.default_rng(0)
    mix = rng.dirichlet(np.ones(8) * 3)
    draws = zip(rng.multinomial(400, mix, 2000), rng.multinomial(150, mix, 2000), strict=True)
    found = np.array([label_distance(*pair) for pair in draws])
    assert found[:, 3].mean() == pytest.approx(found[:, 0].mean(), rel=0.03)


@pytest.mark.parametrize("k", [2, 5, 40])
def test_the_interval_holds_the_true_distance(k: int) -> None:
    """In 93 of 100 pairs of splits or more; the lower end hardly ever lies above it."""
    rng = np.random.default_rng(k)
    mix, other = rng.dirichlet(np.ones(k) * 2, 2)
    truth = np.abs(mix - other).sum() / 2
    draws = zip(rng.multinomial(1000, mix, 300), rng.multinomial(300, other, 300), strict=True)
    found = np.array([label_distance(*pair) for pair in draws])
    assert ((found[:, 1] <= truth) & (truth <= found[:, 2])).mean() >= 0.93
    assert (found[:, 1] > truth).mean() <= 0.025


# classes


def test_the_test_of_a_class_is_fishers() -> None:
    """Twice the smaller tail of scipy's one-sided tests."""
    counts, others = np.array([3, 10, 0, 7]), np.array([40, 60, 30, 1])
    expected = []
    for here, there in zip(counts, others, strict=True):
        table = [[here, 20 - here], [there, 131 - there]]
        tails = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
        expected.append(min(1, 2 * min(tails)))
    assert fisher(counts, others, np.arange(4)) == pytest.approx(expected)


def test_holm_by_hand() -> None:
    """.05 over 4, 3, 2, 1: .012 and .015 pass, .03 does not, and so .04 does not either."""
    assert holm(np.array([0.03, 0.012, 0.04, 0.015])).tolist() == [False, True, False, True]
    assert holm(np.array([0.013, 0.001])).all()
    assert holm(np.empty(0)).tolist() == []


def test_cohens_h_is_zero_for_equal_shares_and_pi_for_none_against_all() -> None:
    assert cohen_h(0.3, 0.3) == 0
    assert cohen_h(0.0, 1.0) == pytest.approx(np.pi)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [  # Newcombe 1998, table II, method 10, examples a to h
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(
    counts: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    assert newcombe(*counts) == pytest.approx(expected, abs=1e-4)


def test_the_interval_of_a_difference_turns_round_with_its_sides() -> None:
    low, high = newcombe(3, 10, 40, 90)
    assert newcombe(40, 90, 3, 10) == pytest.approx((-high, -low))
    assert newcombe(0, 0, 5, 10)[0] == pytest.approx(-np.hypot(0.5, wilson(5, 10)[1] - 0.5))


# what is named


def test_a_split_with_another_mix_is_named_and_its_classes() -> None:
    """Train half and half, test nine to one; validation like train."""
    outcome = splits_of(
        {"train": {"a": 500, "b": 500}, "val": {"a": 98, "b": 102}, "test": {"a": 180, "b": 20}}
    )
    assert said(outcome) == [
        ("split-labels-differ", "test"),
        ("split-class-differs", "test=a"),
        ("split-class-differs", "test=b"),
    ]
    distances = {m.scope: m for m in outcome.measures if m.name == "splits.label_distance"}
    assert (distances["test"].value, distances["test"].n) == (pytest.approx(0.4), 200)
    assert distances["val"].value == pytest.approx(0.01)
    assert distances["val"].low == 0


def test_trifles_of_large_splits_are_not_named() -> None:
    """50 % and 51 % of 200,000 and 50,000 rows: beyond all doubt, and of no consequence."""
    outcome = large([[100_000, 100_000], [25_500, 24_500]])
    assert said(outcome) == []
    (entry,) = outcome.tables["splits"].to_pylist()
    assert entry["low"] > 0
    assert not entry["differs"]


def test_small_splits_are_not_named_for_what_chance_gives() -> None:
    """Five test rows of one class that is half of all."""
    outcome = splits_of({"train": {"a": 30, "b": 30}, "test": {"a": 5}})
    assert [reason for reason, _ in said(outcome)] == ["split-class-only"]
    (entry,) = outcome.tables["splits"].to_pylist()
    assert entry["low"] == 0
    assert entry["distance"] == 0.5


def test_splits_drawn_from_one_mix_are_hardly_ever_named() -> None:
    """100 datasets of ten classes."""
    rng = np.random.default_rng(4)
    mix = rng.dirichlet(np.ones(10))
    named = 0
    for _ in range(100):
        outcome = large([rng.multinomial(800, mix).tolist(), rng.multinomial(200, mix).tolist()])
        named += any(reason != "split-class-only" for reason, _ in said(outcome))
    assert named <= 5


def test_a_class_that_one_split_alone_has_is_named() -> None:
    """c is never learned, d never measured; one row of e could stand nowhere else too."""
    counts = {"train": {"a": 50, "b": 50, "d": 2, "e": 1}, "test": {"a": 20, "b": 20, "c": 3}}
    outcome = splits_of(counts)
    only = [part for reason, part in said(outcome) if reason == "split-class-only"]
    assert only == ["test=c", "train=d"]
    measure = outcome.measures[0]
    assert (measure.name, measure.value, measure.n) == ("splits.classes_only_in_one", 2, 4)


@pytest.mark.parametrize(
    ("names", "reference"),
    [
        (("dev", "학습"), "학습"),  # validation comes after train
        (("fold 2", "fold 1"), "fold 1"),
        (("b", "test"), "test"),  # no train: the first in the order of splits
    ],
)
def test_splits_of_any_name_are_compared_with_train_or_the_first(
    names: tuple[str, str], reference: str
) -> None:
    outcome = splits_of({name: {"x": 20, "y": 20} for name in names})
    (entry,) = outcome.tables["splits"].to_pylist()
    assert entry["reference"] == reference
    assert entry["split"] == next(name for name in names if name != reference)


def test_rows_without_a_split_or_a_label_are_not_counted() -> None:
    outcome = splits_of({"train": {"a": 20, "b": 20, "": 5}, "test": {"a": 6, "b": 4}, "": {"a": 9}})
    (entry,) = outcome.tables["splits"].to_pylist()
    assert (entry["rows"], entry["reference_rows"]) == (10, 40)


def test_a_split_without_labels_is_compared_with_nothing() -> None:
    """A hidden test set: train alone is left, and no class is only in one."""
    outcome = splits_of({"train": {"a": 20, "b": 20}, "test": {"": 10}})
    assert outcome.tables["splits"].num_rows == 0
    assert said(outcome) == []


def test_the_table_of_classes_has_their_shares_and_the_clear_ones_first() -> None:
    outcome = splits_of(
        {"train": {"a": 100, "b": 100, "c": 100}, "test": {"a": 80, "b": 10, "c": 30}}, most=2
    )
    table = outcome.tables["split_classes"].to_pylist()
    assert [(entry["class"], entry["clear"]) for entry in table] == [("a", True), ("b", True)]
    assert table[0]["share"] == pytest.approx(80 / 120)
    assert table[0]["reference_share"] == pytest.approx(1 / 3)
    assert table[0]["difference"] == pytest.approx(1 / 3)
    assert table[0]["low"] < 1 / 3 < table[0]["high"]


def test_the_bars_can_be_set() -> None:
    """A distance of .2 is named under .1 and not under .5; so is an h of .41."""
    counts = {"train": {"a": 500, "b": 500}, "test": {"a": 350, "b": 150}}
    assert ("split-labels-differ", "test") in said(splits_of(counts, distance=0.1))
    assert ("split-labels-differ", "test") not in said(splits_of(counts, distance=0.5))
    assert said(splits_of(counts, distance=0.5, effect=0.5)) == []


@pytest.mark.parametrize("options", [{"distance": -0.1}, {"effect": 4.0}, {"most": 0}])
def test_bars_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        Settings(**options)


def test_without_splits_it_does_not_apply() -> None:
    frame = pd.DataFrame({"text": list("abcd"), "label": list("xyxy")})
    for given in (frame, frame.assign(split="train")):
        outcome = run_detectors(inputs_of(given), {})["split_labels"]
        assert isinstance(outcome, NotApplicable)
        assert str(outcome.why) == "no splits to compare"
