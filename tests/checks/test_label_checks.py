"""Is this the label column of a classification dataset? What is said of labels and content."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from audit_inputs import inputs_of, refusal, slugs

from auditor.checks import Answer, Subject, answers, problems_of, run_checks
from auditor.detect.hygiene import Settings, find
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.similar.content import ContentIndex


def checked(frame: pd.DataFrame, columns: ColumnChoice | None = None, **choice: Any) -> list[Problem]:
    chosen = InputChoice(columns=columns or ColumnChoice(), **choice)
    dataset = read_inputs(frame, choice=chosen).dataset
    return list(problems_of(run_checks("labels", Subject(dataset=dataset, index=ContentIndex(dataset)))))


def answered(name: str, frame: pd.DataFrame, **choice: Any) -> Answer:
    """What one check says of a table."""
    dataset = read_inputs(frame, choice=InputChoice(**choice)).dataset
    found = answers("labels", Subject(dataset=dataset, index=ContentIndex(dataset)))
    return next(answer for answer in found if answer.check == name)


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


@pytest.mark.parametrize(
    ("labels", "classes", "ends"),
    [
        # numbers are places in a list of names, counted from 0
        ([1, 2, 3], "ant,bee,cat", "from 1 to 3, the classes are counted from 0 to 2"),
        # names that are numbers
        ([1, 2, 3, 1, 1, 2], "0,1,2", "from 1 to 3, the classes are counted from 0 to 2"),
        ([0, 1, 2, 2, 1, 2], "1,2,3", "from 0 to 2, the classes are counted from 1 to 3"),
    ],
)
def test_labels_counted_from_another_number_than_the_classes_are_refused(
    labels: list[int], classes: str, ends: str
) -> None:
    """Even where a single one is unknown: all others are those of their neighbours."""
    (problem,) = refused(table(labels * 5), classes=classes)
    assert (problem.slug, problem.level) == ("labels-unknown", "error")
    assert str(problem.details[2]) == f"the labels are numbers {ends}"
    assert (
        str(problem.fixes[0]) == "count the labels as the classes are counted, or write them as class names"
    )


@pytest.mark.parametrize(
    ("labels", "classes"), [([0, 1, 3], "0,1,2"), ([1, 2, 4], "0,1,2"), (["1", "2", "x"], "0,1,2")]
)
def test_other_unknown_numbers_are_only_unknown(labels: list[Any], classes: str) -> None:
    (problem,) = checked(table(labels * 5), classes=classes)
    assert (problem.slug, problem.level, len(problem.details)) == ("labels-unknown", "warning", 2)


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
        (["cat", "cat "], '"cat", "cat "'),
        (["cat", "cat\u00a0"], '"cat", "cat\u00a0"'),  # spelled out wherever it is shown
        (["caf\u00e9", "cafe\u0301"], '"cafe\u0301" (NFD), "caf\u00e9"'),
        (["Negative", "negative"], '"Negative", "negative"'),
        (["a b", "a  b"], '"a  b", "a b"'),
        (["\uff21", "A"], '"A", "\uff21"'),
        (["Stra\u00dfe", "strasse"], '"Stra\u00dfe", "strasse"'),
        (["cat", "c\u0430t"], '"cat", "c\u0430t"'),
    ],
)
def test_names_that_differ_in_case_blanks_or_unicode_form_are_warned_of(names: list[str], shown: str) -> None:
    """They are audited as two classes, so it has to be said; and the difference has to be seen."""
    (problem,) = checked(table([*names, "eel"] * 3))
    assert (problem.slug, problem.level) == ("class-names-alike", "warning")
    assert str(problem.details[0]) == f"e.g. {shown}"


def test_names_that_are_taken_for_others_are_counted_as_hygiene_counts_them() -> None:
    """Two of `cat`'s three, one of `dog`'s two, and a look-alike: four; the most rows stand first."""
    names = ["Cat"] * 9 + ["cat", "CAT", "c\u0430t", "dog", "dog", "Dog", "eel"] * 3
    frame = table(names)

    (problem,) = checked(frame)
    ran = find(inputs_of(frame), Settings())

    assert str(problem.what).startswith("4 class names differ from another")
    shown = [str(detail) for detail in problem.details]
    assert shown == ['e.g. "Cat", "CAT", "cat", "c\u0430t"', 'e.g. "dog", "Dog"']
    measures = {measure.name: measure.value for measure in ran.measures}
    assert measures["classes.names_alike"] == problem.what.values["n"] == 4


def test_a_name_of_blanks_is_told() -> None:
    (problem,) = checked(table(["   ", "dog", "eel"] * 3))
    assert (problem.slug, problem.level) == ("class-name-blank", "warning")
    assert str(problem.details[0]) == 'e.g. "   "'


def test_a_foreign_label_beside_the_class_it_looks_like_is_warned_of() -> None:
    problems = checked(table(["cat", "dog", "cat ", "dog", "cat"]), classes="cat,dog")
    assert slugs(problems) == ["labels-unknown", "class-names-alike"]


@pytest.mark.parametrize("names", [["cat", "cats"], ["1", "01"], ["a b", "ab"], ["a-b", "a_b"]])
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


# what is said where nothing is wrong


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("enough_rows_and_classes", "40 rows, 2 classes with rows"),
        ("labels_in_the_class_list", "every label is one of the 2 classes"),
        ("label_column_is_no_identifier", "2 different labels in 40 rows"),
        ("labels_are_names", "the longest has 3 characters"),
        ("rows_without_label", "every row has a label"),
        ("class_names_told_apart", "no two names differ only in case, blanks, Unicode form or look"),
        ("content_tells_rows_apart", "0% of the rows have the same content as another row"),
        ("splits_have_an_order", "in this order: train, test"),
    ],
)
def test_a_sound_table_is_fine_with_what_was_seen(name: str, words: str) -> None:
    frame = table(["cat", "dog"] * 20).assign(split=["test", "train"] * 20)
    said = answered(name, frame)
    assert said.verdict == "fine"
    assert [str(part.words) for part in said.said if not isinstance(part, Problem)] == [words]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("content_tells_rows_apart", "9 rows are too few to tell"),
        ("label_column_is_no_identifier", "5 different labels in 9 rows: too few rows to tell"),
    ],
)
def test_a_handful_of_rows_does_not_tell(name: str, words: str) -> None:
    said = answered(name, table([f"name {row % 5}" for row in range(9)]))
    assert said.verdict == "cannot-tell"
    assert [str(part.words) for part in said.said if not isinstance(part, Problem)] == [words]


def test_what_was_not_looked_at_is_not_called_fine() -> None:
    """No splits, no labels: no answer."""
    assert answered("splits_have_an_order", table(["cat", "dog"] * 20)).verdict == "not-applicable"
    bare = answered("rows_without_label", table(["cat", "dog"] * 20), columns=ColumnChoice(label="none"))
    assert bare.verdict == "not-applicable"


# all at once


def test_all_problems_of_the_labels_are_raised_at_once() -> None:
    """Most labels unknown, a label missing, all known ones of one class: an error brings the warnings."""
    problems = refused(table(["cow", "yak", "elk", "cat", ""]), classes="cat,dog")
    assert slugs(problems) == ["one-class", "labels-unknown", "labels-missing"]
