"""Predictions in CSV, Parquet and DataFrames: which columns are probabilities, and of which class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from numpy.typing import NDArray

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs
from auditor.read.predictions import RawPredictions, read_predictions
from auditor.read.probability_columns import Known, wide_groups

CATS = Known(labels=frozenset({"cat", "dog"}), id="id")
ROWS = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def as_given(form: str, frame: pd.DataFrame, folder: Path) -> Any:
    """The same predictions as a file or an object."""
    if form == "dataframe":
        return frame
    path = folder / f"p.{form}"
    if form == "parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if form == "tsv" else ",")
    return path


def inputs(predictions: Any, labels: list[Any] | None = None, **choice: Any) -> Given:
    labels = ["cat", "dog", "cat"] if labels is None else labels
    frame = table(id=["a", "b", "c"][: len(labels)], text=["x", "y", "z"][: len(labels)], label=labels)
    return read_inputs(frame, [predictions], InputChoice(**choice))


def matrix(found: Given) -> NDArray[np.float64]:
    assert found.probabilities is not None
    return np.asarray(found.probabilities.blocks.read(0, len(found.dataset)))


def of_class(found: Given, name: str) -> list[float]:
    values: list[float] = matrix(found)[:, found.dataset.classes.index(name)].round(6).tolist()
    return values


FORMS = ["csv", "tsv", "parquet", "dataframe"]
IDS = {"id": ["a", "b", "c"]}
CAT, DOG = [row[0] for row in ROWS], [row[1] for row in ROWS]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "columns",
    [
        {"cat": CAT, "dog": DOG},
        {"dog": DOG, "cat": CAT},
        {"prob_dog": DOG, "prob_cat": CAT},
        {"p:dog": DOG, "p:cat": CAT},
        {"Score dog": DOG, "Score cat": CAT},
        # beside columns that are none
        {"pred": ["cat", "dog", "dog"], "cat": CAT, "dog": DOG},
        {"pred_label": [0, 1, 1], "prob_cat": CAT, "prob_dog": DOG},
        {"label": ["cat", "dog", "dog"], "dog": DOG, "cat": CAT},
        {"fold": [0, 1, 2], "dog": DOG, "cat": CAT},
        {"confidence": [0.9, 0.8, 0.6], "dog": DOG, "cat": CAT},
        {"max": [0.9, 0.8, 0.6], "margin": [3.0, 2.0, -1.0], "dog": DOG, "cat": CAT},
        {"prob_max": [0.9, 0.8, 0.6], "prob_dog": DOG, "prob_cat": CAT},
        {"text": ["x", "y", "z"], "prob_dog": DOG, "prob_cat": CAT},
        {"p_value": [1.0, 2.0, 3.0], "p_norm": [1.0, 2.0, 3.0], "dog": DOG, "cat": CAT},
    ],
    ids=lambda columns: "+".join(columns),
)
def test_probability_columns_are_joined_to_their_class_by_name(
    tmp_path: Path, form: str, columns: dict[str, Any]
) -> None:
    """Whatever the order of the columns and whatever else stands in the table."""
    found = inputs(as_given(form, table(**IDS, **columns), tmp_path))
    assert set(found.dataset.classes) == {"cat", "dog"}
    assert of_class(found, "cat") == CAT
    assert of_class(found, "dog") == DOG
    assert found.probabilities is not None
    unused = {"confidence", "max", "margin", "prob_max", "p_value", "p_norm"} & set(columns)
    assert ("columns-unused" in slugs(found.probabilities.notes)) == bool(unused)


@pytest.mark.parametrize(
    ("labels", "classes", "unknown"),
    [
        (["cat", "dog", "dgo", "cta", "kat", "dog"], ("cat", "dog"), 3),  # three of five texts are misspelt
        (["cat"] * 6, ("cat", "dog"), 0),  # one class has no row: the columns are known all the same
    ],
)
def test_misspelt_labels_do_not_hide_the_class_columns(
    labels: list[str], classes: tuple[str, ...], unknown: int
) -> None:
    """They are labels outside the class list, to be counted and named; not a fault of the predictions."""
    frame = pd.DataFrame({"text": list("abcdef"), "label": labels})
    given = read_inputs(frame, [pd.DataFrame({"cat": [0.9] * 6, "dog": [0.1] * 6})])
    assert given.dataset.classes == classes
    assert len(given.dataset.labels.foreign) == unknown


@pytest.mark.parametrize("form", FORMS)
def test_a_class_that_no_row_has_keeps_its_column(tmp_path: Path, form: str) -> None:
    """The rows sum to one with it and not without it."""
    columns = {"cat": [0.5, 0.1, 0.3], "eel": [0.4, 0.1, 0.4], "dog": [0.1, 0.8, 0.3]}
    found = inputs(as_given(form, table(**IDS, **columns), tmp_path))
    assert found.dataset.classes == ("cat", "eel", "dog")
    assert of_class(found, "eel") == [0.4, 0.1, 0.4]


@pytest.mark.parametrize("form", FORMS)
def test_logits_with_a_class_in_the_name_are_scores_of_that_class(tmp_path: Path, form: str) -> None:
    columns = {"logit_dog": [0.0, 3.0, -1.0], "logit_eel": [-2.0, 0.0, 0.5], "logit_cat": [2.0, 1.0, 1.0]}
    found = inputs(as_given(form, table(**IDS, **columns), tmp_path))
    values = np.array([columns[f"logit_{name}"] for name in found.dataset.classes]).T
    assert matrix(found) == pytest.approx(np.exp(values) / np.exp(values).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("form", FORMS)
def test_a_column_that_could_be_a_class_or_not_is_asked_about(tmp_path: Path, form: str) -> None:
    """Logits named by class beside another number: nothing tells whether it is a class."""
    columns = {"cat": [2.0, -1.0, 0.1], "dog": [1.0, 3.0, 0.0], "weight": [10.0, 20.0, 30.0]}
    given = as_given(form, table(**IDS, **columns), tmp_path)
    assert slugs(refusal(InputError, inputs, given)) == ["predictions-columns"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pattern", ["{}", "c{}", "class_{}", "prob_{}"])
def test_numbered_columns_stand_for_the_classes_in_the_order_of_their_numbers(
    tmp_path: Path, form: str, pattern: str
) -> None:
    """Eleven classes, columns sorted as texts (0, 1, 10, 2 ...): column 10 is the last class."""
    names = [f"n{number:02d}" for number in range(11)]
    columns = {pattern.format(n): np.eye(11)[n].tolist() for n in sorted(range(11), key=str)}
    data = table(text=names, label=names)
    found = read_inputs(data, [as_given(form, table(**columns), tmp_path)])
    assert matrix(found).argmax(axis=1).tolist() == list(range(11))


def test_columns_numbered_from_one_are_in_order_too(tmp_path: Path) -> None:
    given = as_given("csv", table(**IDS, prob_2=DOG, prob_1=CAT), tmp_path)
    assert of_class(inputs(given), "cat") == CAT


@pytest.mark.parametrize("form", FORMS)
def test_columns_of_other_names_than_the_classes_are_refused(tmp_path: Path, form: str) -> None:
    """Taken by position they could be anything: `Dog` is not `dog`."""
    given = as_given(form, table(**IDS, prob_Dog=DOG, prob_Cat=CAT), tmp_path)
    (problem,) = refusal(InputError, inputs, given)
    assert problem.slug == "class-names-differ"
    assert "Dog, Cat" in str(problem.details[0])


def test_a_class_list_of_the_user_names_columns_that_have_other_names(tmp_path: Path) -> None:
    given = as_given("csv", table(**IDS, prob_pos=DOG, prob_neg=CAT), tmp_path)
    found = inputs(given, classes="dog,cat")
    assert of_class(found, "cat") == CAT


@pytest.mark.parametrize("form", FORMS)
def test_labels_0_and_1_are_the_numbers_of_two_named_columns(tmp_path: Path, form: str) -> None:
    given = as_given(form, table(**IDS, negative=CAT, positive=DOG), tmp_path)
    found = inputs(given, labels=[0, 1, 0])
    assert found.dataset.classes == ("negative", "positive")
    assert [found.dataset.labels.text_of(row) for row in range(3)] == ["negative", "positive", "negative"]


def test_class_names_in_another_unicode_form_are_the_same_class(tmp_path: Path) -> None:
    decomposed = "\u1100\u1173\u11bc\u110c\u1165\u11bc"  # 긍정
    given = as_given("csv", table(**IDS, prob_부정=DOG, **{f"prob_{decomposed}": CAT}), tmp_path)
    found = inputs(given, labels=["긍정", "부정", "긍정"])
    assert found.dataset.labels.codes.tolist() == [1, 0, 1]
    assert matrix(found)[:, 1].tolist() == CAT


def test_yes_and_no_are_classes_though_no_is_also_a_name_of_ids(tmp_path: Path) -> None:
    given = as_given("csv", table(no=DOG, yes=CAT), tmp_path)
    found = read_inputs(table(text=["x", "y", "z"], label=["yes", "no", "yes"]), [given])
    assert of_class(found, "yes") == CAT


# a class that has the name of something else, a column that looks like a class


LOGITS = np.array([[4.0, 0.0, -1.0, 1.5], [0.5, 5.0, 0.0, 1.0], [3.0, 0.0, 1.0, 2.0]])
SHARES = np.round(np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True), 6)
SHARES[:, 0] += 1 - SHARES.sum(axis=1)


def four(numbers: NDArray[np.float64], name: str) -> dict[str, Any]:
    return dict(zip(["cat", "dog", "eel", name], numbers.T.tolist(), strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["text", "topic", "question", "no", "prediction", "fold"])
def test_a_class_called_like_a_column_of_another_use_is_told_by_the_sums(
    tmp_path: Path, form: str, name: str
) -> None:
    found = inputs(as_given(form, table(**IDS, **four(SHARES, name)), tmp_path))
    assert found.dataset.classes == ("cat", "dog", "eel", name)
    assert matrix(found) == pytest.approx(SHARES)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["text", "topic", "question", "no", "prediction", "fold"])
def test_logits_of_a_class_called_like_a_column_of_another_use_are_asked_about(
    tmp_path: Path, form: str, name: str
) -> None:
    """A softmax without it would be over other numbers, and nothing tells which is right."""
    (problem,) = refusal(InputError, inputs, as_given(form, table(**IDS, **four(LOGITS, name)), tmp_path))
    assert problem.slug == "predictions-columns"
    assert name in str(problem.details[1])
    assert "--classes" in str(problem.fixes[0])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ids", [IDS, {}])
def test_stated_classes_decide_which_columns_are_classes(
    tmp_path: Path, form: str, ids: dict[str, Any]
) -> None:
    given = as_given(form, table(**ids, **four(LOGITS, "no")), tmp_path)
    choice = {} if ids else {"align": "position"}
    everything = inputs(given, classes="cat,dog,eel,no", **choice)
    assert matrix(everything).shape == (3, 4)
    three = inputs(given, classes="eel,dog,cat", align="position")
    wanted = np.exp(LOGITS[:, [2, 1, 0]])
    assert matrix(three) == pytest.approx(wanted / wanted.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("form", FORMS)
def test_a_small_share_of_a_class_is_no_rounding(tmp_path: Path, form: str) -> None:
    """Without `topic` the rows would sum to 0.996, which looks like rounding and is not."""
    columns = {"cat": [0.9, 0.1, 0.5], "dog": [0.096, 0.896, 0.496], "topic": [0.004, 0.004, 0.004]}
    found = inputs(as_given(form, table(**IDS, **columns), tmp_path))
    assert found.dataset.classes == ("cat", "dog", "topic")
    assert of_class(found, "dog") == columns["dog"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("extra", [{"seed": [0, 0, 0]}, {"model": ["m1", "m1", "m2"]}])
def test_a_column_of_something_else_is_left_out_with_a_note(
    tmp_path: Path, form: str, extra: dict[str, Any]
) -> None:
    found = inputs(as_given(form, table(**IDS, cat=CAT, dog=DOG, **extra), tmp_path))
    assert found.dataset.classes == ("cat", "dog")
    assert found.probabilities is not None
    (note,) = found.probabilities.notes
    assert note.slug == "columns-unused"
    assert next(iter(extra)) in str(note.what)


@pytest.mark.parametrize("form", FORMS)
def test_texts_and_row_numbers_beside_logits_leave_nothing_to_ask(tmp_path: Path, form: str) -> None:
    columns = {"cat": [2.0, -1.0, 0.1], "dog": [1.0, 3.0, 0.0], "text": ["x", "y", "z"], "index": [7, 8, 9]}
    found = inputs(as_given(form, table(**IDS, **columns), tmp_path))
    assert found.dataset.classes == ("cat", "dog")


# ids


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_joined_by_the_id_column_of_the_datasets_name(tmp_path: Path, form: str) -> None:
    """`index` counts the rows of the file; `id` names the items, as in the dataset."""
    frame = table(index=["c", "b", "a"], id=["c", "a", "b"], cat=[0.6, 0.9, 0.2], dog=[0.4, 0.1, 0.8])
    assert of_class(inputs(as_given(form, frame, tmp_path)), "cat") == CAT


def test_the_datasets_id_column_may_have_any_name(tmp_path: Path) -> None:
    data = table(sample=["a", "b", "c"], text=["x", "y", "z"], label=["cat", "dog", "cat"])
    given = as_given("csv", table(sample=["c", "b", "a"], cat=CAT[::-1], dog=DOG[::-1]), tmp_path)
    found = read_inputs(data, [given], InputChoice(columns=ColumnChoice(id="sample")))
    assert of_class(found, "cat") == CAT


def test_two_columns_that_could_be_the_id_are_asked_about(tmp_path: Path) -> None:
    given = as_given("csv", table(idx=["a", "b", "c"], uuid=["c", "a", "b"], cat=CAT, dog=DOG), tmp_path)
    (problem,) = refusal(InputError, inputs, given)
    assert problem.slug == "column-ambiguous"
    assert str(problem.details[0]) == "candidates: idx, uuid"


@pytest.mark.parametrize(("ids", "same"), [(["007", "1e5", "NA"], True), (["7", "100000", ""], False)])
def test_ids_are_compared_as_text(tmp_path: Path, ids: list[str], same: bool) -> None:
    data = table(id=["007", "1e5", "NA"], text=["x", "y", "z"], label=["cat", "dog", "cat"])
    given = as_given("csv", table(id=ids, cat=CAT, dog=DOG), tmp_path)
    if same:
        assert of_class(read_inputs(data, [given]), "cat") == CAT
    else:
        assert slugs(refusal(InputError, read_inputs, data, [given])) == ["ids-do-not-match"]


# what is refused


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("columns", "slug"),
    [
        ({"prediction": ["cat", "dog", "cat"]}, "hard-labels"),
        ({"predicted_label": ["cat", "dog", "cat"], "confidence": [0.9, 0.8, 0.7]}, "hard-labels"),
        ({"예측": ["cat", "dog", "cat"]}, "hard-labels"),
        ({"label": ["cat", "dog", "cat"]}, "hard-labels"),
        ({"u": CAT, "v": DOG}, "predictions-columns"),
        ({"cat": CAT, "dog": DOG, "prob_cat": CAT, "prob_dog": DOG}, "predictions-columns"),
        ({"prob_cat": CAT, "prob_dog": DOG, "logit_cat": CAT, "logit_dog": DOG}, "predictions-columns"),
        ({"prob_cat": ["x", "y", "z"], "prob_dog": DOG}, "predictions-not-numbers"),
        ({"prob_cat": CAT}, "predictions-columns"),
        ({"prob_cat": DOG, "prob_dog": DOG, "prob_eel": DOG}, "probabilities-rows-do-not-sum"),
    ],
)
def test_tables_that_hold_no_class_probabilities_are_refused(
    tmp_path: Path, form: str, columns: dict[str, Any], slug: str
) -> None:
    given = as_given(form, table(**IDS, **columns), tmp_path)
    assert slugs(refusal(InputError, inputs, given)) == [slug]


def test_a_decimal_comma_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id;prob_cat;prob_dog\na;0,9;0,1\nb;0,2;0,8\nc;0,6;0,4\n")
    (problem,) = refusal(InputError, inputs, tmp_path / "p.csv")
    assert problem.slug == "predictions-not-numbers"
    assert '"0,9" in row 2 of column prob_cat' in str(problem.what)
    assert 'decimal=","' in str(problem.fixes[0])


def test_a_percent_sign_is_told_with_its_column_and_row(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("\nid,prob_cat,prob_dog\na,90,10\nb,20,80.0%\nc,60,40\n")
    (problem,) = refusal(InputError, inputs, tmp_path / "p.csv")
    assert '"80.0%" in row 4 of column prob_dog' in str(problem.what)  # an empty line stands above
    assert "leave out the % sign" in str(problem.fixes[0])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["prob", "p", "score", "prob_dog", "dog"])
def test_one_column_for_two_classes_says_how_to_write_both(tmp_path: Path, form: str, name: str) -> None:
    (problem,) = refusal(InputError, inputs, as_given(form, table(**IDS, **{name: DOG}), tmp_path))
    assert problem.slug == "predictions-columns"
    assert str(problem.details[0]) == f"a single column for two classes: {name}"
    assert str(problem.fixes[0]).endswith("of dog, write both: prob_cat = 1 - p, prob_dog = p")


@pytest.mark.parametrize("write", ["savetxt", "comma", "tab", "pandas"])
def test_a_first_row_of_numbers_is_no_header_and_the_recipe_keeps_every_row(
    tmp_path: Path, write: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ("p.tsv" if write == "tab" else "p.txt" if write == "savetxt" else "p.csv")
    if write == "pandas":
        pd.DataFrame(ROWS).to_csv(path, index=False, header=False)
    else:
        np.savetxt(path, ROWS, delimiter={"savetxt": " ", "comma": ",", "tab": "\t"}[write])
    (problem,) = refusal(InputError, inputs, path)
    assert problem.slug == "header-missing"
    monkeypatch.chdir(tmp_path)
    exec(str(problem.fixes[0].values["recipe"]), {"np": np})
    assert matrix(inputs(tmp_path / str(problem.fixes[0].values["array"]))).tolist() == ROWS


def test_ids_before_numbers_without_a_header_are_answered_with_the_names_to_write(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("a,0.9,0.1\nb,0.2,0.8\nc,0.6,0.4\n")
    (problem,) = refusal(InputError, inputs, tmp_path / "p.csv")
    assert problem.slug == "header-missing"
    assert str(problem.fixes[0]) == "put a row of names above it, e.g. id, prob_cat, prob_dog"


@pytest.mark.parametrize("names", [["0", "1"], ["1", "0"], ["0.5", "1.5"]])
def test_classes_that_are_numbers_are_a_header(tmp_path: Path, names: list[str]) -> None:
    labels = [names[0], names[1], names[0]]
    table(**IDS, **dict(zip(names, [CAT, DOG], strict=True))).to_csv(tmp_path / "p.csv", index=False)
    assert of_class(inputs(tmp_path / "p.csv", labels), names[0]) == [0.9, 0.2, 0.6]


def test_rows_of_another_width_are_listed_for_predictions_as_for_datasets(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,prob_cat,prob_dog\na,.9,.1\nb,.2\nc,.6,.4\n")
    (problem,) = refusal(InputError, inputs, tmp_path / "p.csv")
    assert (problem.slug, str(problem.details[0])) == (
        "ragged-rows",
        "row 3: 2 cells, the header has 3",
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_probability_column_that_stands_twice_is_refused(tmp_path: Path, form: str) -> None:
    """One of the two would be taken without a word."""
    frame = pd.DataFrame(
        [["a", 0.9, 0.5, 0.1], ["b", 0.2, 0.5, 0.8]], columns=["id", "prob_cat", "prob_cat", "prob_dog"]
    )
    if form == "parquet":
        columns = [pa.array(frame.iloc[:, at]) for at in range(4)]
        pq.write_table(pa.Table.from_arrays(columns, names=list(frame.columns)), tmp_path / "p.parquet")
        given: Any = tmp_path / "p.parquet"
    else:
        given = as_given(form, frame, tmp_path)
    assert slugs(refusal(InputError, inputs, given)) == ["column-names-repeat"]


@pytest.mark.parametrize("cell", ["", "NaN", "NA", "null", "inf"])
def test_a_probability_that_is_missing_or_infinite_is_told_with_its_row(tmp_path: Path, cell: str) -> None:
    (tmp_path / "p.csv").write_text(f"id,prob_cat,prob_dog\na,.9,.1\nb,{cell},.8\nc,.6,.4\n")
    (problem,) = refusal(InputError, inputs, tmp_path / "p.csv")
    assert problem.slug == "probabilities-not-finite"
    assert str(problem.details[0]) == "rows counted from 0: 1"


@pytest.mark.parametrize("suffix", [".xlsx", ".yaml", ".md", ""])
def test_a_format_of_predictions_that_is_not_read_is_named(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"p{suffix}").write_text("x")
    (problem,) = refusal(InputError, read_predictions, tmp_path / f"p{suffix}", CATS)
    assert problem.slug == "format-unknown"
    assert ".npz" in str(problem.fixes[0])


# literal quotes


@pytest.mark.parametrize("name", ["p.tsv", "p.csv"])
def test_numbers_and_ids_are_read_in_the_same_form(tmp_path: Path, name: str) -> None:
    """Where " is text for the ids it is text for the numbers; else they would shift by a row."""
    separator = "\t" if name == "p.tsv" else ","
    rows = [["id", "prob_cat", "prob_dog"], ['"a', ".9", ".1"], ['"b', ".2", ".8"], ["c", ".6", ".4"]]
    (tmp_path / name).write_text("\n".join(separator.join(row) for row in rows) + "\n")
    data = table(id=['"a', '"b', "c"], text=["x", "y", "z"], label=["cat", "dog", "cat"])
    found = read_inputs(data, [tmp_path / name])
    assert of_class(found, "cat") == CAT


# Parquet


def raw(path: Path) -> RawPredictions:
    return read_predictions(path, CATS)


@pytest.mark.parametrize(
    "kind",
    [pa.list_(pa.float64()), pa.list_(pa.float32()), pa.list_(pa.float64(), 2), pa.large_list(pa.float64())],
)
@pytest.mark.parametrize("key", ["probs", "logits", "pred_probs"])
def test_a_list_column_is_a_matrix(tmp_path: Path, kind: pa.DataType, key: str) -> None:
    n = 10_000
    rng = np.random.default_rng(0)
    values = rng.random((n, 2)).round(3)
    lists = pa.table({"id": [str(row) for row in range(n)], key: pa.array(values.tolist(), kind)})
    pq.write_table(lists, tmp_path / "p.parquet", row_group_size=999)
    found = raw(tmp_path / "p.parquet")
    assert found.blocks.read(0, n) == pytest.approx(values, abs=1e-6)
    assert found.ids == tuple(str(row) for row in range(n))


@pytest.mark.parametrize("lists", [[[0.9, 0.1], [0.2]], [[0.9, 0.1], None], [[0.9], [0.2, 0.1]]])
def test_lists_of_several_lengths_are_refused(tmp_path: Path, lists: list[Any]) -> None:
    pq.write_table(pa.table({"probs": lists}), tmp_path / "p.parquet")
    assert slugs(refusal(InputError, raw, tmp_path / "p.parquet")) == ["predictions-shape"]


def test_two_list_columns_that_could_be_the_matrix_are_asked_about(tmp_path: Path) -> None:
    pq.write_table(pa.table({"logits": [[1.0, 2.0]], "probs": [[0.3, 0.7]]}), tmp_path / "p.parquet")
    assert slugs(refusal(InputError, raw, tmp_path / "p.parquet")) == ["predictions-key"]


@pytest.mark.parametrize("kind", ["float64", "float32", "halffloat", "int8", "decimal128(4, 2)"])
def test_numbers_of_any_type_are_probabilities(tmp_path: Path, kind: str) -> None:
    types = {
        "float64": pa.float64(),
        "float32": pa.float32(),
        "halffloat": pa.float16(),
        "int8": pa.int8(),
        "decimal128(4, 2)": pa.decimal128(4, 2),
    }
    column = pa.array([1.0, 0.0]).cast(types[kind])
    pq.write_table(
        pa.table({"prob_cat": column, "prob_dog": column.take(pa.array([1, 0]))}), tmp_path / "p.parquet"
    )
    found = raw(tmp_path / "p.parquet")
    assert found.blocks.read(0, 2).tolist() == [[1, 0], [0, 1]]
    assert (found.half, found.single) == (kind == "halffloat", kind == "float32")


def test_missing_numbers_in_parquet_are_reported_as_missing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"prob_cat": [0.9, None], "prob_dog": [0.1, 0.8]}), tmp_path / "p.parquet")
    data = table(text=["x", "y"], label=["cat", "dog"])
    assert slugs(refusal(InputError, read_inputs, data, [tmp_path / "p.parquet"])) == [
        "probabilities-not-finite"
    ]


# names


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["prob_a", "prob_b", "x"], [{"prob_a": "a", "prob_b": "b"}]),
        (["PROB.a", "prob a b"], [{"PROB.a": "a", "prob a b": "a b"}]),
        (["prob_a"], []),
        (["prob_a", "prob:a"], []),  # one class twice
        (
            ["prob_a", "prob_b", "logit_a", "logit_b"],
            [{"prob_a": "a", "prob_b": "b"}, {"logit_a": "a", "logit_b": "b"}],
        ),
        (["c0", "c1", "c10"], [{"c0": "0", "c1": "1", "c10": "10"}]),
        (["pred_label", "pred_class", "pred_a", "pred_b"], [{"pred_a": "a", "pred_b": "b"}]),
        (["price", "problem", "pred", "score"], []),
    ],
)
def test_columns_with_a_class_in_their_name(names: list[str], groups: list[dict[str, str]]) -> None:
    assert wide_groups(names) == groups
