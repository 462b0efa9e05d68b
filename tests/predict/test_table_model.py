"""The models for a table: what they see, what they find, what they must not depend on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.predict import table_features as made
from auditor.predict.table import TableModel, table_learners
from auditor.predict.table_columns import typed_columns
from auditor.predict.table_discriminant import DiscriminantLearner
from auditor.predict.table_features import table_features
from auditor.predict.table_scores import normal_scores, standard_scores

Codes = NDArray[np.int32]


def strings(cells: Sequence[object]) -> pa.Array:
    """Cells as the readers give them."""
    return pa.array(["" if cell is None else str(cell) for cell in cells], pa.large_string())


def mixed(n: int = 400, seed: int = 0) -> tuple[pa.Table, Codes]:
    """A table of every kind of column, with cells missing, and the true labels of its rows."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, n).astype(np.int32)
    size = codes + rng.normal(0, 0.7, n)
    colour = np.where(rng.random(n) < 0.75, codes, rng.integers(0, 3, n))
    days = (codes * 120 + rng.integers(0, 200, n)).astype("M8[D]")
    return pa.table(
        {
            "size": strings([None if rng.random() < 0.1 else f"{value:.4f}" for value in size]),
            "colour": strings([("red", "green", "blue")[at] for at in colour]),
            "day": strings(days.tolist()),
            "town": strings([f"town {at}" for at in rng.zipf(1.4, n) % 90]),
            "number": strings(range(n)),
        }
    ), codes


def predicted(model: TableModel, codes: Codes, classes: int) -> NDArray[np.float64]:
    """(n, classes) the mean of the learners, each half predicted by models of the other."""
    rows = np.arange(len(codes))
    out = np.zeros((len(codes), classes))
    for half in (0, 1):
        train, test = rows[rows % 2 == half], rows[rows % 2 != half]
        for learner in model.learners:
            out[test] += learner.fit(train, codes[train], classes).predict(test)
    return out / len(model.learners)


def test_wrong_labels_in_a_mixed_table_come_first() -> None:
    """40 of 400 labels are wrong: of the 40 least likely ones more than two thirds."""
    table, codes = mixed()
    wrong = np.arange(400) % 10 == 3
    given = np.where(wrong, (codes + 1) % 3, codes).astype(np.int32)
    model = table_learners(table, given, 3)
    assert [learner.name for learner in model.learners] == ["linear", "discriminant", "kernel", "trees"]
    assert model.kinds == {"colour": "category", "day": "date", "size": "number", "town": "category"}
    assert [(part.column, part.why) for part in model.left_out] == [("number", "identifier")]
    found = predicted(model, given, 3)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    first = np.argsort(found[np.arange(400), given])[:40]
    assert wrong[first].sum() > 27


def test_columns_that_the_user_names_are_kept() -> None:
    """An identifier and a leak stay when they are named; the leak is warned of all the same."""
    table, codes = mixed()
    table = table.append_column("code", strings(codes))
    model = table_learners(table, codes, 3)
    assert {note.slug: note.level for note in model.notes} == {
        "leaky-column": "warning",
        "column-names-rows": "note",
    }
    assert {part.column for part in model.left_out} == {"number", "code"}
    kept = table_learners(table, codes, 3, ("code", "number"))
    assert not kept.left_out
    assert "code" in kept.kinds and "number" in kept.kinds
    assert [note.slug for note in kept.notes] == ["leaky-column"]
    assert "is given code" in str(kept.notes[0].what)


def test_rows_that_do_not_fit_a_leak_are_counted_and_what_to_type_is_said() -> None:
    """One of 300 labels is not what the column of its codes says."""
    codes = (np.arange(300) % 3).astype(np.int32)
    cells = codes.copy()
    cells[10] = (cells[10] + 1) % 3
    note = table_learners(pa.table({"code": strings(cells)}), codes, 3).notes[0]
    assert "99.7%" in str(note.what)
    assert any("1 row does not fit" in str(line) for line in note.details)
    assert "with --features, code too" in str(note.fixes[0])


def test_a_column_per_class_is_warned_of_column_by_column() -> None:
    """Each is said to be one of several; kept ones are said to be seen."""
    codes = (np.arange(90) % 3).astype(np.int32)
    table = pa.table({f"is_{code}": strings((codes == code).astype(int)) for code in range(3)})
    said = [str(note.what) for note in table_learners(table, codes, 3, ("is_1",)).notes]
    assert [("is not given" in line, "per class" in line) for line in said] == [
        (True, True),
        (False, True),
        (True, True),
    ]


def test_notes_name_the_class_that_a_column_tells() -> None:
    """By its name where names are given."""
    codes = (np.arange(90) % 3).astype(np.int32)
    table = pa.table({"milk": strings((codes == 1).astype(int))})
    note = table_learners(table, codes, 3, names=("fish", "mammal", "bird")).notes[0]
    assert (note.slug, note.level) == ("telling-column", "note")
    assert "mammal" in str(note.what)


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"a": strings([""] * 60), "b": strings(["x"] * 60)}),
        pa.table({"no": strings(range(60))}),
        pa.table({"a": strings([])}),
        pa.table({}),
    ],
)
def test_without_a_column_to_learn_from_there_is_no_model(table: pa.Table) -> None:
    """Constants, identifiers, no rows, no columns."""
    codes = (np.arange(len(table)) % 2).astype(np.int32)
    model = table_learners(table, codes, 2)
    assert model.learners == ()
    assert not model.kinds or not len(table)


def test_neither_columns_nor_rows_in_another_order_change_a_prediction() -> None:
    """Rows come to a learner in an order of their own; where they stand in the file does not matter."""
    table, codes = mixed(120)
    rng = np.random.default_rng(5)
    order = rng.permutation(120)
    moved = table.take(pa.array(order)).select(table.column_names[::-1])
    place = np.argsort(order)
    train, test = np.arange(80), np.arange(80, 120)
    one = table_learners(table, codes, 3)
    other = table_learners(moved, codes[order], 3)
    for learner, again in zip(one.learners, other.learners, strict=True):
        here = learner.fit(train, codes[:80], 3).predict(test)
        there = again.fit(place[train], codes[:80], 3).predict(place[test])
        np.testing.assert_array_equal(here, there)


def test_blocks_of_any_size_give_the_same_predictions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows predicted a few at a time, or all at once."""
    table, codes = mixed(150)
    learners, rows = table_learners(table, codes, 3).learners, np.arange(150)
    once = [learner.fit(rows, codes, 3).predict(rows) for learner in learners]
    for module in ("table_linear", "table_discriminant", "table_kernel", "trees"):
        monkeypatch.setattr(f"auditor.predict.{module}.CELLS", 900)
    for learner, expected in zip(learners, once, strict=True):
        found = learner.fit(rows, codes, 3).predict(rows)
        np.testing.assert_allclose(found, expected, atol=1e-10)


def test_no_labels_change_the_features() -> None:
    """Scales and vocabularies are made from the cells alone."""
    table, codes = mixed(100)
    one, other = (table_learners(table, given, 3).learners for given in (codes, codes[::-1].copy()))
    rows = np.arange(100)
    for learner, again in zip(one, other, strict=True):
        assert isinstance(learner, DiscriminantLearner) == isinstance(again, DiscriminantLearner)
        if isinstance(learner, DiscriminantLearner) and isinstance(again, DiscriminantLearner):
            np.testing.assert_array_equal(learner.features.dense(rows), again.features.dense(rows))


# features


def test_extreme_numbers_harm_nothing() -> None:
    """Infinite and huge numbers rank last; features stay finite and on the scale of the others."""
    values = np.r_[np.arange(50.0), 1e300, -1e300, np.inf, -np.inf, np.nan]
    for scores in (normal_scores(values), standard_scores(values)):
        assert np.isfinite(scores).all() and np.abs(scores).max() <= 5
        assert scores[-1] == 0
        assert (np.diff(scores[:50]) > 0).all()
        assert scores[50] == scores[:-1].max() or scores[52] == scores[:-1].max()
        assert np.std(scores[:50]) > 0.3


@given(st.lists(st.floats(allow_nan=True), min_size=1, max_size=60))
def test_scores_keep_the_order_of_any_numbers(values: list[float]) -> None:
    """A larger number never has a smaller score, equal ones have the same, missing ones 0."""
    numbers = np.array(values)
    filled = ~np.isnan(numbers)
    for scores in (normal_scores(numbers), standard_scores(numbers)):
        assert np.isfinite(scores).all()
        assert (scores[~filled] == 0).all()
        order = np.argsort(numbers[filled], kind="stable")
        assert (np.diff(scores[filled][order]) >= -1e-6).all()


def test_normal_scores_are_scipys() -> None:
    """Blom-free van der Waerden scores: the quantile of (rank - 1/2) / n, ties at their mean rank."""
    from scipy.stats import norm, rankdata

    values = np.random.default_rng(0).integers(0, 40, 200).astype(float)
    expected = norm.ppf((rankdata(values) - 0.5) / 200)
    expected = (expected - expected.mean()) / expected.std()
    np.testing.assert_allclose(normal_scores(values), expected, atol=1e-5)


def test_a_missing_number_is_marked() -> None:
    """0 among the numbers, 1 among the marks."""
    table = pa.table({"x": strings([None] * 10 + list(range(30)))})
    features = table_features(typed_columns(table))
    assert features.marks[:, 0].tolist() == [1] * 10 + [0] * 30
    assert (features.numbers[:10] == 0).all()


def test_of_many_categories_the_rare_ones_are_sparse_and_single_ones_are_nothing() -> None:
    """40 values of two rows each and 20 of one: 30 marks, 10 sparse columns, one of how common they are."""
    cells = [f"v{at:02d}" for at in range(40)] * 2 + [f"w{at}" for at in range(20)]
    features = table_features(typed_columns(pa.table({"x": strings(cells)})))
    assert features.marks.shape == (100, 30)
    assert features.sparse is not None and features.sparse.shape == (100, 10)
    assert features.counts.shape == (100, 1)
    assert features.rows(np.arange(100)).shape == (100, 40)
    assert features.for_trees(np.arange(100)).shape == (100, features.tree_width)
    assert features.rows(np.arange(100)).sum(axis=1)[80:].tolist() == [[0]] * 20


def test_ten_thousand_categories_are_learned_from() -> None:
    """Each of 10,000 towns twice, and both times the same class: the other row of the town tells it."""
    rng = np.random.default_rng(0)
    town = rng.permutation(np.arange(10_000).repeat(2))
    codes = (town % 2).astype(np.int32)
    model = table_learners(pa.table({"town": strings([f"t{at}" for at in town])}), codes, 2)
    rows = np.arange(len(town))
    found = model.learners[0].fit(rows[:15_000], codes[:15_000], 2).predict(rows[15_000:])
    seen = np.isin(town[15_000:], town[:15_000])
    right = found[:, 1][seen], codes[15_000:][seen]
    assert right[0][right[1] == 1].min() > right[0][right[1] == 0].max()


def test_memory_for_categories_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is little room trees see fewer values; the linear model sees all."""
    table = pa.table({"x": strings([f"v{at % 20}" for at in range(100)])})
    monkeypatch.setattr(made, "MARKS", 500)
    features = table_features(typed_columns(table))
    assert features.marks.shape[1] == 5
    assert features.rows(np.arange(100)).shape[1] == 20


def test_free_texts_are_learned_from() -> None:
    """A word in a text tells the class; trees do not see texts, and are none where there is nothing else."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, 300).astype(np.int32)
    words = np.array(["river", "garden", "window", "morning", "letter", "station", "winter", "music"])
    told = np.array(["terrible", "wonderful"])[codes]
    texts = [" ".join([*rng.choice(words, 4), word, *rng.choice(words, 4)]) for word in told]
    model = table_learners(pa.table({"review": strings(texts)}), codes, 2)
    assert [learner.name for learner in model.learners] == ["linear"]
    assert model.kinds == {"review": "text"}
    assert (predicted(model, codes, 2).argmax(axis=1) == codes).mean() > 0.95


@settings(max_examples=25)
@given(st.data())
def test_any_table_gives_probabilities_or_no_model(data: st.DataObject) -> None:
    """Whatever stands in the cells: rows sum to 1, nothing is NaN, nothing warns."""
    n = data.draw(st.integers(4, 30))
    cell = st.sampled_from(["", "1", "2", "1e300", "-inf", "NA", "x", "y y y", "2024-01-01", "1,5"])
    columns = data.draw(st.lists(st.lists(cell, min_size=n, max_size=n), min_size=1, max_size=3))
    table = pa.table({f"c{at}": strings(cells) for at, cells in enumerate(columns)})
    if any(column.kind == "text" for column in typed_columns(table)):
        return  # texts have tests of their own
    codes = (np.arange(n) % 2).astype(np.int32)
    for learner in table_learners(table, codes, 2).learners:
        found = learner.fit(np.arange(n), codes, 2).predict(np.arange(n))
        assert np.isfinite(found).all()
        np.testing.assert_allclose(found.sum(axis=1), 1)
