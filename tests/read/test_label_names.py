"""A column of numbers and a column of their names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs

NUMBERS, NAMES = ["2", "0", "10", "2"], ["sad", "happy", "angry", "sad"]


def inputs(columns: dict[str, list[Any]], predictions: Any = None, **choice: Any) -> Given:
    frame = pd.DataFrame({"text": ["a", "b", "c", "d"], **columns})
    given = [] if predictions is None else [predictions]
    return read_inputs(frame, given, InputChoice(columns=ColumnChoice(**choice)))


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("label", "label_text"),
        ("label", "label_name"),
        ("Label", "Label Names"),
        ("target", "target_name"),
        ("target", "class_name"),
        ("class", "class_name"),
        ("라벨", "라벨명"),
        ("정답", "정답 이름"),
    ],
)
def test_the_number_is_the_label_and_the_text_its_name(label: str, name: str) -> None:
    """In the order of the numbers as numbers: 10 comes last."""
    found = inputs({name: NAMES, label: NUMBERS})
    assert found.dataset.classes == ("happy", "sad", "angry")
    assert [found.dataset.labels.text_of(row) for row in range(4)] == NAMES
    assert found.dataset.roles["label"] == (label,)
    assert found.dataset.content.columns.column_names == ["text"]
    assert "label-names" in slugs(found.dataset.notes)
    assert str(found.classes.source) == f"names in column {name}"


@pytest.mark.parametrize("stated", [None, "label"])
def test_columns_called_by_number_or_by_name_fit(stated: str | None) -> None:
    """Either way the probability of `angry` is that of 10."""
    matrix = np.array([[0.1, 0.1, 0.8], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.1, 0.7]])
    for names in (["0", "10", "2"], ["happy", "angry", "sad"], ["prob_0", "prob_10", "prob_2"]):
        predictions = pd.DataFrame(matrix, columns=names)
        found = inputs({"label": NUMBERS, "label_text": NAMES}, predictions, label=stated)
        assert found.probabilities is not None
        assert found.dataset.classes == ("happy", "angry", "sad")  # the names of columns go first
        assert found.probabilities.blocks.read(0, 4).tolist() == matrix.tolist()
        assert found.dataset.labels.codes.tolist() == [2, 0, 1, 2]


def test_a_bare_array_stands_in_the_order_of_the_numbers(tmp_path: Path) -> None:
    found = inputs({"label": NUMBERS, "label_text": NAMES}, np.eye(4)[:, :3][[1, 0, 2, 1]])
    assert found.probabilities is not None
    best = found.probabilities.blocks.read(0, 4).argmax(axis=1)
    assert [found.dataset.classes[at] for at in best] == NAMES


@pytest.mark.parametrize(
    ("numbers", "names", "shown"),
    [
        (["1", "0", "1", "0"], ["a", "b", "a", "a"], '0 = "a", 0 = "b", 1 = "a"'),  # two names, two numbers
        (["1", "0", "2", "0"], ["a", "b", "a", "b"], '1 = "a", 2 = "a"'),
        (["1", "0", "2", "0"], ["a", "b", "", "b"], '2 = ""'),
    ],
)
def test_a_pair_that_is_not_one_to_one_is_refused(numbers: list[str], names: list[str], shown: str) -> None:
    """With examples, and a flag that decides."""
    (problem,) = refusal(InputError, inputs, {"label": numbers, "label_text": names})
    assert problem.slug == "label-names-differ"
    assert str(problem.details[0]) == f"e.g. {shown}"
    assert [str(fix) for fix in problem.fixes][-2:] == ["--label label", "--label label_text"]


def test_a_few_rows_with_the_name_of_another_number_are_named_and_the_rest_is_audited() -> None:
    """One row of 200: a label error by itself."""
    numbers = ["0", "1"] * 100
    names = ["neg", "pos"] * 100
    names[6] = "pos"
    frame = pd.DataFrame({"text": [f"t{row}" for row in range(200)], "label": numbers, "label_text": names})
    found = read_inputs(frame)
    (warning,) = [note for note in found.dataset.notes if note.level == "warning"]
    assert (warning.slug, str(warning.details[0])) == (
        "label-names-differ",
        'e.g. 0 = "neg", 0 = "pos", 1 = "pos"',
    )
    assert str(warning.details[1]).endswith(
        "1 row has another name than most of its number; rows counted from 0: 6"
    )
    assert found.dataset.classes == ("neg", "pos")
    assert found.dataset.labels.text_of(6) == "neg"


def test_many_rows_with_other_names_are_refused_with_their_number() -> None:
    numbers, names = ["0", "1"] * 50, ["neg", "pos"] * 50
    names[::20] = ["pos"] * 5
    (problem,) = refusal(
        InputError, read_inputs, pd.DataFrame({"text": "t", "label": numbers, "label_text": names})
    )
    assert problem.slug == "label-names-differ"
    assert "5 rows have another name than most of their number" in str(problem.details[1])
    assert str(problem.details[1]).endswith(": 0, 20, 40, 60, 80")


@pytest.mark.parametrize(("stated", "classes"), [("label", ("0", "1")), ("label_text", ("a", "b"))])
def test_the_flag_decides_between_columns_that_do_not_fit(stated: str, classes: tuple[str, ...]) -> None:
    found = inputs({"label": ["1", "0", "1", "0"], "label_text": ["a", "b", "a", "a"]}, label=stated)
    assert found.dataset.classes == classes


def test_a_text_label_beside_a_text_is_asked_about() -> None:
    """Neither is a number, so neither is the name of the other."""
    problems = refusal(UsageError, inputs, {"label": list("abab"), "label_text": list("cdcd")})
    assert slugs(problems) == ["label-column"]


def test_a_class_name_that_belongs_to_something_else_is_left_alone() -> None:
    """A column of another name that fits no number is no fault."""
    found = inputs({"target": ["0", "1", "0", "1"], "class_name": ["x", "y", "z", "w"]})
    assert found.dataset.classes == ("0", "1")


@pytest.mark.parametrize(("numbers", "names"), [(["-1", "0", "1", ""], ["", "n", "p", ""])])
def test_minus_one_without_a_name_is_no_label(numbers: list[str], names: list[str]) -> None:
    """As Hugging Face writes it; with a name it is a class as any other."""
    found = inputs({"label": numbers, "label_text": names})
    assert found.dataset.labels.codes.tolist() == [-1, 0, 1, -1]
    named = inputs({"label": ["-1", "0", "1", "1"], "label_text": ["bad", "so", "good", "good"]})
    assert named.dataset.classes == ("bad", "so", "good")


def test_the_names_make_the_dataset_what_it_is(tmp_path: Path) -> None:
    """The fingerprint is that of a table whose labels are the names."""
    both = inputs({"label": NUMBERS, "label_text": NAMES}).dataset
    assert both.fingerprint == inputs({"label": NAMES}).dataset.fingerprint
