"""Tables of answers: which columns, which rows, which classes, and what is left out with a count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from hypothesis import given
from hypothesis import strategies as st

from auditor.data import Annotations
from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs

DATA = pd.DataFrame({"id": ["a", "b", "c"], "text": ["one", "two", "three"], "label": ["cat", "dog", "cat"]})
ANSWERS = pd.DataFrame(
    [("a", "kim", "cat"), ("a", "lee", "dog"), ("b", "kim", "dog"), ("b", "lee", "dog")],
    columns=["item", "annotator", "label"],
)


def read(answers: Any, data: Any = DATA, **choice: Any) -> Annotations:
    """The answers as joined to the dataset."""
    found = read_inputs(data, (), InputChoice(annotations=answers, **choice)).annotations
    assert found is not None
    return found


def refused(answers: Any, data: Any = DATA, kind: Any = InputError) -> list[Any]:
    return refusal(kind, read_inputs, data, (), InputChoice(annotations=answers))


def triples(found: Annotations, classes: tuple[str, ...] = ("cat", "dog")) -> list[tuple[int, str, str]]:
    """(row, annotator, class) of every answer."""
    return [
        (row, found.names[who], classes[label])
        for row, who, label in zip(
            found.rows.tolist(), found.annotators.tolist(), found.labels.tolist(), strict=True
        )
    ]


def more(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """The answers, and more of them."""
    return pd.concat([ANSWERS, pd.DataFrame(rows, columns=ANSWERS.columns)], ignore_index=True)


def said(found: Annotations) -> dict[str, str]:
    """Code -> what is said, with its details."""
    return {note.slug: " ".join(map(str, (note.what, *note.details))) for note in found.notes}


# what is read


def test_answers_are_joined_by_the_ids_and_sorted() -> None:
    expected = [(0, "kim", "cat"), (0, "lee", "dog"), (1, "kim", "dog"), (1, "lee", "dog")]
    found = read(ANSWERS.iloc[::-1])
    assert triples(found) == expected
    assert (found.names, found.notes) == (("kim", "lee"), ())
    assert found.digest == read(ANSWERS).digest


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet", "feather", "xlsx"])
def test_every_reader_of_tables_reads_answers(tmp_path: Path, ending: str) -> None:
    """Under the name of the file; the same answers."""
    path = tmp_path / f"answers.{ending}"
    if ending in {"csv", "tsv"}:
        ANSWERS.to_csv(path, index=False, sep="," if ending == "csv" else "\t")
    elif ending == "jsonl":
        ANSWERS.to_json(path, orient="records", lines=True)
    elif ending == "parquet":
        ANSWERS.to_parquet(path)
    elif ending == "feather":
        ANSWERS.to_feather(path)
    else:
        ANSWERS.to_excel(path, index=False)
    found = read(path)
    assert (found.name, triples(found)) == (path.name, triples(read(ANSWERS)))


@pytest.mark.parametrize(
    "names",
    [
        ("id", "annotator", "label"),
        ("ID", "worker", "answer"),
        ("task", "rater_id", "vote"),
        ("식별자", "작업자", "라벨"),
    ],
)
def test_columns_are_known_by_their_names_in_any_order(names: tuple[str, str, str]) -> None:
    """With a column of something else among them."""
    table = ANSWERS.set_axis(list(names), axis=1).assign(seconds=[1, 2, 3, 4])
    found = read(table[[names[2], "seconds", names[0], names[1]]])
    assert (triples(found), found.notes) == (triples(read(ANSWERS)), ())


def test_the_names_of_the_dataset_s_own_columns_go_first() -> None:
    """The item is what the dataset calls its id, the label what it calls its label, whatever else fits."""
    data = DATA.set_axis(["doc", "text", "mood"], axis=1)
    choice = InputChoice().columns.__class__(id="doc", label="mood")
    table = ANSWERS.set_axis(["doc", "annotator", "mood"], axis=1).assign(id="x", label="y")
    assert triples(read(table, data, columns=choice)) == triples(read(ANSWERS))


def test_three_columns_of_other_names_are_taken_in_their_order_and_this_is_said() -> None:
    found = read(ANSWERS.set_axis(["song", "who", "genre"], axis=1))
    assert triples(found) == triples(read(ANSWERS))
    assert said(found) == {
        "annotations-columns": "annotations: by their order song is the item, who the annotator, "
        "genre the label"
    }


@pytest.mark.parametrize(
    "names", [("p", "q"), ("p", "q", "r", "s"), ("label", "p", "q"), ("id", "item", "label")]
)
def test_columns_that_cannot_be_told_are_refused_and_listed(names: tuple[str, ...]) -> None:
    """Too few, too many, named and in another order, two that could be the item."""
    table = pd.DataFrame([["a"] * len(names)] * 3, columns=list(names))
    (problem,) = refused(table)
    assert problem.slug == "annotations-columns"
    assert "item,annotator,label" in str(problem.fixes[0])


def test_a_table_without_a_header_is_refused(tmp_path: Path) -> None:
    """Else its first answer would be taken for one."""
    path = tmp_path / "answers.csv"
    more(("c", "kim", "cat"), ("c", "lee", "cat")).to_csv(path, index=False, header=False)
    assert slugs(refused(path)) == ["header-missing"]


def test_without_an_id_column_rows_have_numbers() -> None:
    table = ANSWERS.assign(item=["row-0", "row-0", "row-1", "row-1"])
    assert triples(read(table, DATA.drop(columns="id"))) == triples(read(ANSWERS))


def test_labels_may_be_written_with_blanks_or_in_another_unicode_form() -> None:
    """Of one class, as in the join of class names elsewhere."""
    data = DATA.assign(label=["긍정", "부정", "긍정"])
    labels = ["긍정 ", "부정", "부정", "부정"]  # decomposed
    assert read(ANSWERS.assign(label=labels), data).labels.tolist() == [0, 1, 1, 1]


def test_labels_may_be_the_numbers_of_the_classes() -> None:
    """As the labels of a dataset may."""
    found = read(ANSWERS.assign(label=[0, 1, 1, 1]), classes="cat,dog")
    assert triples(found) == triples(read(ANSWERS))


def test_a_dataset_without_labels_may_have_answers() -> None:
    """The classes must be said then."""
    columns = InputChoice().columns.__class__(label="none")
    assert triples(read(ANSWERS, columns=columns, classes="cat,dog")) == triples(read(ANSWERS))


# what is left out


def test_answers_to_other_items_are_counted() -> None:
    found = read(more(("z", "kim", "cat"), ("y", "lee", "cat")))
    assert triples(found) == triples(read(ANSWERS))
    assert said(found)["annotations-unused"].startswith("annotations: 2 answers are to items that dataframe")


def test_other_classes_are_counted_and_named_the_commonest_first() -> None:
    found = read(more(("c", "kim", "eel"), ("c", "lee", "bat"), ("a", "max", "eel")))
    assert triples(found) == triples(read(ANSWERS))
    assert said(found) == {
        "annotations-unknown-classes": "annotations: 3 answers name no class of the dataset; they are not "
        "used no class: eel, bat"
    }


def test_empty_cells_are_counted() -> None:
    found = read(more(("", "kim", "cat"), ("c", "", "cat"), ("c", "lee", " "), ("c", "max", "")))
    assert triples(found) == triples(read(ANSWERS))
    assert said(found)["annotations-incomplete"].endswith("empty: 1 items, 1 annotators, 2 labels")


def test_the_same_answer_twice_counts_once() -> None:
    found = read(more(("a", "kim", "cat"), ("a", "kim", "cat")))
    assert triples(found) == triples(read(ANSWERS))
    assert said(found) == {
        "annotations-repeat": "annotations: 2 answers stand there before; each is counted once"
    }


def test_who_contradicts_himself_has_not_answered() -> None:
    """Neither the first nor the last label counts; who it was is said."""
    found = read(more(("c", "kim", "cat"), ("c", "kim", "dog"), ("c", "kim", "cat"), ("c", "lee", "cat")))
    assert triples(found) == [*triples(read(ANSWERS)), (2, "lee", "cat")]
    assert said(found) == {
        "annotations-contradict": "annotations: once an annotator gave one item different labels; none of "
        "these is used annotators: kim"
    }


def test_annotators_without_an_answer_left_are_no_annotators() -> None:
    assert read(more(("z", "max", "cat"), ("c", "joy", "eel"))).names == ("kim", "lee")


def test_ids_of_another_dataset_are_refused_with_one_of_each() -> None:
    (problem,) = refused(ANSWERS.assign(item=["a ", "a ", "b ", "b "]))
    assert problem.slug == "ids-do-not-match"
    assert 'dataframe has "a", annotations has "a "' in str(problem.details[0])
    assert "2 ids differ only in their Unicode form or in blanks" in str(problem.details[1])


def test_one_answer_a_row_is_refused_with_what_to_do() -> None:
    """A column of the dataset does then."""
    (problem,) = refused(ANSWERS.iloc[[0, 3]])
    assert problem.slug == "annotations-alone"
    assert "--slice annotator" in str(problem.fixes[0])


def test_where_no_answer_is_left_all_reasons_are_told() -> None:
    problems = refused(ANSWERS.assign(label=["eel", "", "bat", "eel"]))
    assert slugs(problems) == ["annotations-none", "annotations-incomplete", "annotations-unknown-classes"]


def test_an_object_that_is_no_table_is_refused() -> None:
    assert slugs(refused([("a", "kim", "cat")], kind=UsageError)) == ["option-value"]


CELL = st.sampled_from(["", " ", "a", "b", "c", "z"])


@given(
    st.lists(
        st.tuples(
            CELL, st.sampled_from(["", "kim", "lee", "max"]), st.sampled_from(["", "cat", "dog", "eel"])
        )
    )
)
def test_every_answer_is_used_or_counted(rows: list[tuple[str, str, str]]) -> None:
    """Whatever the table: used + counted in the notes = rows of the table; refused only where nothing can be
    compared."""
    table = more(*rows)
    try:
        found = read(table)
    except InputError as error:
        assert error.problems[0].slug in {"annotations-alone", "annotations-none"}
        return
    counts = {note.slug: int(note.what.values["n"]) for note in found.notes}  # type: ignore[call-overload]
    contradicted = counts.pop("annotations-contradict", 0)
    rest = len(table) - len(found) - sum(counts.values())
    assert rest == _in_contradiction(table)
    assert (contradicted > 0) == (rest > 0)
    assert np.diff(found.rows * 10 + found.annotators).min(initial=1) > 0


def _in_contradiction(table: pd.DataFrame) -> int:
    """Answers of annotators who gave one item of the dataset different classes."""
    kept = table[
        table["item"].isin(DATA["id"]) & (table["annotator"] != "") & table["label"].isin(["cat", "dog"])
    ]
    return sum(len(group) for _, group in kept.groupby(["item", "annotator"]) if group["label"].nunique() > 1)
