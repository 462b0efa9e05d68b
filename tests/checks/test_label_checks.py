"""Is this the label column of a classification dataset? What is said of labels and content."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.checks import Subject, run_checks
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.similar.content import ContentIndex


def checked(frame: pd.DataFrame, columns: ColumnChoice | None = None, **choice: Any) -> list[Problem]:
    chosen = InputChoice(columns=columns or ColumnChoice(), **choice)
    dataset = read_inputs(frame, choice=chosen).dataset
    return list(run_checks("labels", Subject(dataset=dataset, index=ContentIndex(dataset))))


def table(labels: list[Any], **columns: list[Any]) -> pd.DataFrame:
    texts = [f"sentence number {row}" for row in range(len(labels))]
    return pd.DataFrame({"text": texts, "label": labels, **columns})


def refused(*args: Any, **choice: Any) -> list[Problem]:
    return refusal(InputError, checked, *args, **choice)


def test_ordinary_labels_raise_nothing() -> None:
    assert checked(table(["cat", "dog"] * 20)) == []


# how many rows and classes


def test_a_single_row_is_refused() -> None:
    assert slugs(refused(table(["cat"]))) == ["too-few-rows"]


def test_a_label_column_of_empty_cells_is_refused() -> None:
    assert slugs(refused(table(["", None, ""]))) == ["no-labels"]


def test_one_class_is_refused_and_named() -> None:
    (problem,) = refused(table(["cat", "cat", "cat"]))
    assert problem.slug == "one-class"
    assert str(problem.what) == "every labelled row of dataframe has the same class: cat"


def test_without_labels_nothing_is_asked_of_them() -> None:
    assert checked(table(["cat", "cat"]), ColumnChoice(label="none")) == []


# labels outside the class list


def test_a_few_unknown_labels_are_a_warning_with_their_names() -> None:
    (problem,) = checked(table(["cat", "dog", "cow", "cat", "dog", "", "yak"]), classes="cat,dog")[:1]
    assert (problem.slug, problem.level) == ("labels-unknown", "warning")
    assert str(problem.what) == "2 of 6 labels are not in the class list"
    assert [str(line) for line in problem.details] == ["e.g. cow, yak", "class list: cat, dog"]


@pytest.mark.parametrize(("unknown", "level"), [(2, "warning"), (3, "error")])
def test_most_labels_unknown_is_an_error(unknown: int, level: str) -> None:
    """Of five labels two are a warning, three stop."""
    frame = table(["cow"] * unknown + ["cat", "dog", "cat", "dog"][: 5 - unknown])
    problems = refused(frame, classes="cat,dog") if level == "error" else checked(frame, classes="cat,dog")
    assert [(problem.slug, problem.level) for problem in problems] == [("labels-unknown", level)]


def test_labels_that_are_all_unknown_are_not_called_empty() -> None:
    assert slugs(refused(table(["x", "y"] * 5), classes="cat,dog")) == ["labels-unknown"]


# labels that look like ids


def test_a_label_of_its_own_for_nearly_every_row_is_refused() -> None:
    (problem,) = refused(table([f"name {row}" for row in range(30)]))
    assert problem.slug == "labels-look-like-ids"
    assert str(problem.what) == "30 different labels in 30 rows: is this the label column?"


@pytest.mark.parametrize(("k", "n"), [(10, 20), (12, 25), (5, 9)])
def test_half_as_many_labels_as_rows_or_a_tiny_table_are_no_ids(k: int, n: int) -> None:
    assert checked(table([f"name {row % k}" for row in range(n)])) == []


def test_a_long_class_list_of_the_model_does_not_make_ids_of_few_labels() -> None:
    """25 rows of five classes, judged by a model of a hundred."""
    names = ",".join(f"class {number}" for number in range(100))
    assert checked(table([f"class {row % 5}" for row in range(25)]), classes=names) == []


def test_thousands_of_classes_are_warned_of() -> None:
    frame = table([f"name {row % 2001}" for row in range(2001 * 3)])
    assert slugs(checked(frame)) == ["many-classes"]
    assert checked(table([f"name {row % 2000}" for row in range(2000 * 3)])) == []


# missing labels


def test_rows_without_a_label_are_counted() -> None:
    (problem,) = checked(table(["cat", "", "dog", None, "cat"]))
    assert (problem.slug, problem.level) == ("labels-missing", "warning")
    assert str(problem.what) == "2 of 5 rows have no label"


# names that look alike


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["cat", "cat "], "'cat', 'cat '"),
        (["cat", "cat\u00a0"], "'cat', 'cat\\xa0'"),
        (["caf\u00e9", "cafe\u0301"], "'cafe\\u0301', 'caf\\xe9'"),
        (["   ", "dog"], "'   '"),
    ],
)
def test_names_that_differ_in_blanks_or_unicode_form_are_warned_of(names: list[str], shown: str) -> None:
    """They are audited as two classes, so it has to be said; and the difference has to be seen."""
    (problem,) = checked(table([*names, "eel"] * 3))
    assert (problem.slug, problem.level) == ("class-names-alike", "warning")
    assert str(problem.details[0]) == f"e.g. {shown}"


def test_a_foreign_label_beside_the_class_it_looks_like_is_warned_of() -> None:
    problems = checked(table(["cat", "dog", "cat ", "dog", "cat"]), classes="cat,dog")
    assert slugs(problems) == ["labels-unknown", "class-names-alike"]


@pytest.mark.parametrize("names", [["cat", "Cat"], ["1", "01"], ["a b", "a  b"]])
def test_names_that_differ_otherwise_are_different(names: list[str]) -> None:
    assert checked(table(names * 3)) == []


# content


@pytest.mark.parametrize(("copies", "said"), [(14, ["content-repeats"]), (10, [])])
def test_content_that_mostly_repeats_is_warned_of(copies: int, said: list[str]) -> None:
    """Of 20 rows 14 have a copy; or just half of them."""
    texts = [f"twin {row // 2}" for row in range(copies)] + [f"single {row}" for row in range(20 - copies)]
    assert slugs(checked(table(["cat", "dog"] * 10).assign(text=texts))) == said


def test_a_table_of_fewer_than_twenty_rows_may_repeat() -> None:
    assert checked(table(["cat", "dog"] * 9).assign(text="the same")) == []


def test_columns_that_only_name_the_row_are_noted() -> None:
    frame = pd.DataFrame({"user_id": list("abc"), "size": [1, 2, 1], "label": list("xyx")})
    (problem,) = checked(frame)
    assert (problem.slug, problem.level) == ("identifier-columns", "note")
    assert str(problem.what).endswith("they only name the row or a file: user_id")


@pytest.mark.parametrize(("length", "said"), [(10_000, []), (10_001, ["label-too-long"])])
def test_a_label_longer_than_a_name_is_refused(length: int, said: list[str]) -> None:
    """A shifted row makes a class of a whole text; shown in every row it would fill the disk."""
    found = [] if not said else refusal(InputError, checked, table(["a" * length, "dog"] * 6))
    assert slugs(found) == said
    if not said:
        assert checked(table(["a" * length, "dog"] * 6)) == []


@pytest.mark.parametrize(
    ("names", "said", "detail"),
    [
        (["train", "dev"], [], ""),
        (["A", "B"], ["splits-unknown"], "leaks between splits are not looked for"),
        (["train", "B"], ["splits-unknown"], "leaks between splits are not looked for"),
        (["train", "test", "B"], ["splits-unknown"], "rows of these splits are in no leak"),
    ],
)
def test_splits_that_have_no_order_are_named(names: list[str], said: list[str], detail: str) -> None:
    """Zero leaks of splits that could not be compared would be a false all-clear."""
    rows = 12
    frame = table(["cat", "dog"] * (rows // 2)).assign(split=(names * rows)[:rows])
    problems = checked(frame)
    assert slugs(problems) == said
    assert [str(problem.details[0]) for problem in problems] == [detail] * len(said)


# all at once


def test_all_problems_of_the_labels_are_raised_at_once() -> None:
    """Most labels unknown, a label missing, all known ones of one class: an error brings the warnings."""
    problems = refused(table(["cow", "yak", "elk", "cat", ""]), classes="cat,dog")
    assert slugs(problems) == ["one-class", "labels-unknown", "labels-missing"]
