"""Where suspects cluster: rates by hand, chance alone, one bad annotator, and 44 real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of, planted
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

import auditor.detect.label_issues
from auditor.detect import Inputs, NotApplicable, run_detectors
from auditor.detect.slices import Settings, find
from auditor.findings import Ran
from auditor.read.columns import ColumnChoice
from auditor.statistics.pooling import ALIKE, TAIL, Compared, Pooled, _shares, comparable, pooled


def given_flags(columns: dict[str, list[str]], flagged: list[int]) -> Inputs:
    """A dataset of texts with these labels and slices, and the rows that label_issues would flag."""
    n = len(columns["label"])
    frame = pd.DataFrame({"id": [f"i{row}" for row in range(n)], "text": [f"text {row}" for row in range(n)]})
    names = sorted(set(columns["label"]))
    probs = np.full((n, len(names)), 1 / len(names))
    inputs = inputs_of(frame.assign(**columns), [probs])
    suspects = np.zeros(n, bool)
    suspects[flagged] = True
    inputs.shared["suspects"] = suspects
    return inputs


def entries(inputs: Inputs, **options: Any) -> dict[str | None, dict[str, Any]]:
    """The table of the only slice column, by value."""
    table = find(inputs, Settings(**options)).tables["slices"].to_pylist()
    return {entry["value"]: entry for entry in table}


def clear_groups(sizes: NDArray[np.int64], rates: NDArray[np.float64], seed: int) -> set[int]:
    """The groups that are clear where suspects are drawn at these rates, in four classes that differ."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(len(sizes)), sizes)
    classes = rng.integers(0, 4, len(of))
    found = comparable(of, classes, rng.random(len(of)) < rates[of] * np.array([0.5, 0.8, 1.2, 1.5])[classes])
    return set(np.flatnonzero(pooled(found).below(found.expected) <= TAIL).tolist())


# what is compared


def test_the_rate_elsewhere_is_that_of_the_same_classes_by_hand() -> None:
    """Of class 0, b has 10 rows of 40 and of class 1 50 of 60; they weigh 30/40 and 10/60."""
    of = np.repeat([0, 1, 0, 1], [30, 10, 10, 50])
    classes = np.repeat([0, 0, 1, 1], [30, 10, 10, 50])
    hits = np.zeros(100, bool)
    for start, count in ((0, 3), (30, 1), (40, 5), (50, 10)):
        hits[start : start + count] = True
    overall = 19.5 / 101

    found = comparable(of, classes, hits)
    assert found.rows[1] == pytest.approx(10 * 30 / 40 + 50 * 10 / 60)
    assert found.hits[1] == pytest.approx(1 * 30 / 40 + 10 * 10 / 60)
    expected = (10 * 30 / 40 * (3 + overall) / 31 + 50 * 10 / 60 * (5 + overall) / 11) / found.rows[1]
    assert found.expected[1] == pytest.approx(expected)


def test_the_weights_are_those_of_mantel_and_haenszel() -> None:
    """Hits minus those expected are their numerator, summed over classes, for classes of many rows."""
    rng = np.random.default_rng(5)
    of, classes = rng.integers(0, 3, 90_000), rng.integers(0, 4, 90_000)
    hits = rng.random(90_000) < 0.1 * (1 + classes)
    found = comparable(of, classes, hits)
    for group in range(3):
        numerator = 0.0
        for kind in range(4):
            a, b = hits[(of == group) & (classes == kind)], hits[(of != group) & (classes == kind)]
            numerator += len(a) * len(b) / (len(a) + len(b)) * (a.mean() - b.mean())
        apart = found.hits[group] - found.rows[group] * found.expected[group]
        assert apart == pytest.approx(numerator, abs=0.5)


def test_rows_of_a_class_that_stands_nowhere_else_are_not_compared() -> None:
    """All of them are suspected; whether the class or the annotator is at fault, nothing tells."""
    labels, names = ["a"] * 40 + ["b"] * 40, ["kim"] * 40 + ["lee"] * 20 + ["max"] * 20
    found = entries(given_flags({"label": labels, "annotator": names}, list(range(40))))
    assert found["kim"]["rate"] == 1.0
    assert not any(entry["clear"] for entry in found.values())


def test_who_has_the_hard_class_is_not_clear() -> None:
    """Half of class b is suspected, whoever labelled it; kim has nothing else."""
    labels = ["a"] * 300 + ["b"] * 300
    names = ["lee", "max", "joy"] * 100 + ["kim"] * 150 + ["lee", "max", "joy"] * 50
    found = entries(given_flags({"label": labels, "annotator": names}, list(range(300, 600, 2))))
    assert found["kim"]["rate"] == 0.5
    assert found["lee"]["rate"] < 0.2
    assert found["kim"]["expected"] == pytest.approx(0.5, abs=0.01)
    assert not found["kim"]["clear"]


# chance


def test_fifty_annotators_who_are_alike_are_hardly_ever_clear() -> None:
    """In 200 datasets with 5 to 500 rows each, fewer than 5 % name anyone."""
    sizes = np.random.default_rng(0).integers(5, 501, (200, 50))
    named = [bool(clear_groups(row, np.full(50, 0.1), seed)) for seed, row in enumerate(sizes)]
    assert np.mean(named) < 0.05


@pytest.mark.parametrize("groups", [2, 3, 10])
def test_few_groups_that_are_alike_are_hardly_ever_clear(groups: int) -> None:
    """The rest is small then, and as uncertain as they are."""
    sizes = np.random.default_rng(1).integers(5, 501, (100, groups))
    named = [bool(clear_groups(row, np.full(groups, 0.1), seed)) for seed, row in enumerate(sizes)]
    assert np.mean(named) <= 0.05


def test_one_bad_annotator_among_fifty_is_found() -> None:
    """30 suspects in 100 rows where the other 49 have one in ten, in 20 datasets; nobody else is named."""
    sizes = np.random.default_rng(2).integers(5, 501, (20, 50))
    sizes[:, 0] = 100
    named: list[set[int]] = []
    for seed, row in enumerate(sizes):
        of = np.repeat(np.arange(50), row)
        hits = np.random.default_rng(seed).random(len(of)) < 0.1
        hits[:100] = np.arange(100) < 30
        found = comparable(of, np.arange(len(of)) % 4, hits)
        named.append(set(np.flatnonzero(pooled(found).below(found.expected) <= TAIL).tolist()))
    assert all(0 in clear for clear in named)
    assert sum(len(clear) > 1 for clear in named) <= 1


def test_a_rate_three_times_as_high_is_mostly_found() -> None:
    """The same where chance decides how many suspects the bad one has: in 17 of 20 datasets or more."""
    sizes = np.random.default_rng(2).integers(5, 501, (20, 50))
    sizes[:, 7] = 100
    rates = np.where(np.arange(50) == 7, 0.3, 0.1)
    found = [clear_groups(row, rates, seed) for seed, row in enumerate(sizes)]
    assert sum(7 in clear for clear in found) >= 17
    assert sum(bool(clear - {7}) for clear in found) <= 1


def test_several_bad_annotators_are_found_together() -> None:
    """A crowd that is no crowd: a third of them at four times the rate."""
    rates = np.where(np.arange(30) % 3 == 0, 0.4, 0.1)
    assert clear_groups(np.full(30, 200), rates, 3) == set(range(0, 30, 3))


def test_a_few_rows_are_never_clear() -> None:
    """Both rows of kim are suspected, of 2 in 100 elsewhere: two rows are no evidence against a person."""
    labels = ["a", "b"] * 201
    names = ["kim"] * 2 + ["lee"] * 200 + ["max"] * 200
    found = entries(given_flags({"label": labels, "annotator": names}, [0, 1, 50, 51, 150, 151, 250, 251]))
    assert found["kim"]["rate"] == 1.0
    assert not found["kim"]["clear"]
    assert found["kim"]["pooled"] < 0.5


# pooling


def test_an_interval_is_that_of_the_posterior() -> None:
    """With one prior a Beta distribution, whose quantiles scipy has."""
    a, b = np.array([[2.5], [30.0]]), np.array([[40.0], [3.0]])
    belief = Pooled(a=a, b=b, weights=np.ones((2, 1)))
    for share in (TAIL, 0.5, 1 - TAIL):
        assert belief.quantile(share) == pytest.approx(stats.beta.ppf(share, a, b)[:, 0], abs=1e-12)
    assert belief.rate == pytest.approx(stats.beta.mean(a, b)[:, 0])


def test_the_shares_of_the_priors_are_the_most_likely_ones() -> None:
    """Against every share of two priors in steps of a thousandth."""
    likely = np.random.default_rng(0).random((40, 2))
    tries = np.linspace(0.001, 0.999, 999)
    fit = np.log(likely[:, :1] * tries + likely[:, 1:] * (1 - tries)).sum(axis=0) + ALIKE * np.log(tries)
    assert _shares(likely)[0] == pytest.approx(tries[fit.argmax()], abs=2e-3)


@given(
    st.lists(
        st.tuples(st.floats(0, 300), st.floats(0, 1), st.floats(0.001, 0.9)).map(
            lambda drawn: (drawn[0], drawn[0] * drawn[1], drawn[2])
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_pooled_rate_lies_between_a_group_s_own_and_the_expected_one(
    groups: list[tuple[float, float, float]],
) -> None:
    """And within its interval, whatever the groups."""
    rows, hits, expected = (np.array(column) for column in zip(*groups, strict=True))
    belief = pooled(Compared(rows=rows, hits=hits, expected=expected))
    own = np.divide(hits, rows, out=expected.copy(), where=rows > 0)
    low, high = belief.quantile(TAIL), belief.quantile(1 - TAIL)
    assert (np.minimum(own, expected) - 1e-9 <= belief.rate).all()
    assert (belief.rate <= np.maximum(own, expected) + 1e-9).all()
    assert ((low >= 0) & (low <= high) & (high <= 1)).all()


def test_more_rows_pull_the_pooled_rate_to_the_group_s_own() -> None:
    """At 30 % in a crowd at 10 %: the more rows, the nearer."""
    rows = np.array([3.0, 30.0, 300.0, *[200.0] * 20])
    hits = rows * np.array([0.3] * 3 + [0.1] * 20)
    rate = pooled(Compared(rows=rows, hits=hits, expected=np.full(23, 0.1))).rate
    assert 0.1 < rate[0] < rate[1] < rate[2] < 0.3


# what is told


def one_bad(extra: dict[str, list[str]] | None = None) -> Inputs:
    """kim has 60 of 100 rows suspected, five others 5 of 100 each."""
    names = [name for name in ("kim", "lee", "max", "joy", "ada", "bob") for _ in range(100)]
    flagged = [*range(60), *(at * 100 + row for at in range(1, 6) for row in range(5))]
    return given_flags({"label": ["a", "b"] * 300, "annotator": names, **(extra or {})}, flagged)


def test_a_clear_value_is_a_finding_and_a_measure_with_its_interval() -> None:
    """Of no item; the part is the column and the value. The other values are measured as well."""
    outcome = find(one_bad(), Settings())
    (finding,) = outcome.findings[0].to_pylist()
    assert (finding["kind"], finding["part"], finding["item"]) == ("slice", "annotator=kim", None)
    count, rate, *others = outcome.measures
    assert (count.name, count.value, count.n) == ("slices.clear", 1, 6)
    assert (rate.name, rate.scope, rate.n, rate.exact) == ("slices.suspect_rate", "annotator=kim", 100, False)
    assert rate.low is not None and rate.high is not None
    assert 0.06 < rate.low < rate.value < 0.6 < rate.high
    assert {other.scope for other in others} == {
        f"annotator={name}" for name in ("ada", "bob", "joy", "lee", "max")
    }


def test_clear_values_come_first_then_the_largest() -> None:
    table = list(entries(one_bad()).values())
    assert [entry["value"] for entry in table] == ["kim", "ada", "bob", "joy", "lee", "max"]
    assert [(entry["rows"], entry["suspected"]) for entry in table] == [(100, 60), *[(100, 5)] * 5]


def test_every_column_is_pooled_by_itself() -> None:
    """A second column changes nothing of the first, and is told after it."""
    alone = find(one_bad(), Settings()).tables["slices"].to_pylist()
    both = find(one_bad({"batch": ["1", "2"] * 300}), Settings()).tables["slices"].to_pylist()
    assert both[:6] == alone
    assert [(entry["column"], entry["value"]) for entry in both[6:]] == [("batch", "1"), ("batch", "2")]


def test_values_beyond_the_most_are_counted_together() -> None:
    """The clear one stays, then the largest; the others are one row without a rate of their own."""
    found = entries(one_bad(), most=2)
    assert list(found) == ["kim", "ada", None]
    assert {name: found[None][name] for name in ("values", "rows", "suspected")} == {
        "values": 4,
        "rows": 400,
        "suspected": 20,
    }
    assert found[None]["pooled"] is found[None]["low"] is None


def test_rows_in_no_slice_belong_to_the_rest() -> None:
    """They are in no entry, and what is elsewhere."""
    names = ["kim"] * 40 + ["lee"] * 40 + [""] * 120
    found = entries(given_flags({"label": ["a", "b"] * 100, "annotator": names}, [*range(80, 140)]))
    assert sum(entry["rows"] for entry in found.values()) == 80
    assert found["kim"]["expected"] == pytest.approx(60 / 160, abs=0.01)


def test_columns_and_values_with_an_equals_sign_are_told_apart() -> None:
    names = ["x=kim"] * 100 + ["lee"] * 100 + ["max"] * 100
    inputs = given_flags({"label": ["a", "b"] * 150, "batch": names}, list(range(70)))
    assert [entry["part"] for entry in find(inputs, Settings()).findings[0].to_pylist()] == ["batch=x=kim"]


def test_the_suspects_are_those_of_label_issues_and_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where cleanlab itself flags them."""
    calls = []
    plain = auditor.detect.label_issues.flagged_by
    monkeypatch.setattr(
        auditor.detect.label_issues,
        "flagged_by",
        lambda *args, **said: (calls.append(1), plain(*args, **said))[1],
    )
    frame, probs, faults = planted()
    for options in ({}, {"label_issues": {"flags_by": "cleanlab"}}):
        outcome = run_detectors(inputs_of(frame, [probs]), options)["slices"]
        assert isinstance(outcome, Ran)
        suspected = sum(entry["suspected"] for entry in outcome.tables["slices"].to_pylist())
        assert suspected == len(faults["label_issue"])
    assert len(calls) == 1


def test_without_slices_it_does_not_apply() -> None:
    frame, probs, _ = planted()
    outcome = run_detectors(inputs_of(frame.drop(columns="annotator"), [probs]), {})["slices"]
    assert isinstance(outcome, NotApplicable)
    assert str(outcome.why) == "no column of annotators, batches or sources, and no --slice"


def test_the_most_must_be_a_number_of_values() -> None:
    with pytest.raises(ValueError, match="most"):
        Settings(most=0)


def test_a_value_without_a_scored_row_is_not_told() -> None:
    """All rows of kim have no label."""
    labels = [""] * 10 + ["a", "b"] * 40
    names = ["kim"] * 10 + ["lee", "max"] * 40
    inputs = given_flags({"label": ["a"] * 10 + labels[10:], "annotator": names}, [20])
    assert set(entries(inputs)) == {"kim", "lee", "max"}
    frame = pd.DataFrame({"text": [f"t{row}" for row in range(90)], "label": labels, "annotator": names})
    without = inputs_of(frame, [np.full((90, 2), 0.5)])
    assert set(entries(without)) == {"lee", "max"}


def test_the_three_bad_ones_of_44_real_annotators_are_found(shared_data: Path) -> None:
    """music_genre: 2,945 answers; of the three named ones 82 to 93 % are wrong, of all answers 44 %.

    Nobody else with 40 answers or more has over half of them wrong.
    """
    folder = shared_data / "music_genre"
    songs, answers = pd.read_csv(folder / "dataset.csv"), pd.read_csv(folder / "annotators.csv")
    place = {song: row for row, song in enumerate(songs["id"])}
    probs = np.load(folder / "pred_probs.npy")[[place[song] for song in answers["id"]]]
    table = answers.assign(item=answers["id"] + "/" + answers["annotator"], song=answers["id"]).drop(
        columns="id"
    )
    inputs = inputs_of(
        table,
        [probs],
        columns=ColumnChoice(id="item", features=("song",)),
        class_names=tuple((folder / "classes.txt").read_text().split()),
    )
    found = entries(inputs)
    assert len(found) == 44
    assert {value for value, entry in found.items() if entry["clear"]} == {"w11", "w35", "w37"}
    truth = pd.read_csv(folder / "truth.csv").set_index("id")["true_label"]
    wrong = (answers["label"] != truth[answers["id"]].to_numpy()).groupby(answers["annotator"])
    assert wrong.mean()[["w11", "w35", "w37"]].min() > 0.8
    many = wrong.size() >= 40
    assert wrong.mean()[many].drop(["w11", "w35", "w37"]).max() < 0.5
