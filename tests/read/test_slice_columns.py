"""Columns by which rows are told apart: by the user's word, and annotators, batches and sources by name."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.data import Dataset
from auditor.errors import UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice, find_roles
from auditor.read.dataset import read_inputs

TABLE = {"id": list("12345678"), "text": [f"text {n}" for n in range(8)], "label": list("abababab")}
FEATURES = {"id": list("12345678"), "height": list("11223344"), "label": list("abababab")}
TWO = list("xxxxyyyy")


def read(columns: dict[str, Any], **choice: Any) -> Dataset:
    return read_inputs(pd.DataFrame(columns), choice=InputChoice(columns=ColumnChoice(**choice))).dataset


def told(dataset: Dataset) -> list[tuple[str, str]]:
    """(level, sentence) of every column that is no slice."""
    return [(note.level, str(note.what)) for note in dataset.notes if note.slug == "slice-unusable"]


@pytest.mark.parametrize(
    "name", ["annotator", "작업자", "batch", "Batch_ID", "배치", "차수", "회차", "source", "Origin", "출처"]
)
def test_annotators_batches_and_sources_beside_a_text_are_slices(name: str) -> None:
    """By their names, English and Korean, however they are spelt; the column is used then."""
    dataset = read({**TABLE, name: TWO})
    assert dataset.slices[name].names == ("x", "y")
    assert dataset.slices[name].codes.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert (dataset.roles["slice"], dataset.why["slice"], dataset.unused) == ((name,), "name", ())


@pytest.mark.parametrize("name", ["annotator", "batch", "수집처", "site"])
def test_only_a_source_can_be_content_of_a_table_of_features(name: str) -> None:
    """Who labelled a row, and when, does not describe it; where it comes from may."""
    dataset = read({**FEATURES, name: TWO})
    is_source = name in {"수집처", "site"}
    assert (name in dataset.content.columns.column_names) == is_source
    assert (name in dataset.slices) == (not is_source)


def test_a_column_named_by_the_flag_is_a_slice_and_stays_content() -> None:
    dataset = read({**FEATURES, "site": TWO}, slice=("Site",))
    assert dataset.content.columns.column_names == ["height", "site"]
    assert (dataset.roles["slice"], dataset.why["slice"]) == (("site",), "flag")


def test_the_flag_adds_to_what_is_found_by_name() -> None:
    """In file order, whatever the order of the flags."""
    dataset = read({**TABLE, "annotator": TWO, "hour": TWO, "day": TWO}, slice=("day", "hour"))
    assert tuple(dataset.slices) == ("annotator", "hour", "day")


def test_two_annotators_a_row_are_two_slices() -> None:
    """No one is asked which of them is the annotator; neither is content."""
    dataset = read({**FEATURES, "annotator": TWO, "reviewer": list("pqpqpqpq")})
    assert tuple(dataset.slices) == ("annotator", "reviewer")
    assert dataset.content.columns.column_names == ["height"]


def test_features_that_are_named_stay_content_and_are_no_slices_by_name() -> None:
    """A glob takes neither batch nor annotator; the name itself does."""
    names = ["height", "batch", "annotator", "label"]
    assert find_roles(names, ColumnChoice(features=("*",)), "f").features == ("height",)
    found = find_roles(names, ColumnChoice(features=("height", "batch")), "f")
    assert (found.features, found.slice) == (("height", "batch"), ("annotator",))


def test_a_label_column_is_no_slice_because_of_its_name() -> None:
    dataset = read({"text": TABLE["text"], "source": TWO}, label="source")
    assert dataset.slices == {}


def test_a_slice_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    names = ["id", "text", "label", "weekday"]
    (problem,) = refusal(UsageError, find_roles, names, ColumnChoice(slice=("wekday",)), "f.csv")
    assert (problem.slug, [str(fix) for fix in problem.fixes]) == ("column-not-found", ["--slice weekday"])


def test_what_the_format_says_is_a_slice() -> None:
    found = find_roles(["text", "label", "crew"], ColumnChoice(), "f", {"slice": ("crew",)})
    assert (found.slice, found.sliced) == (("crew",), frozenset())


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["kim"] * 8, "it has one value in all rows"),
        ([""] * 8, "it is empty"),
        (list("abcdefgh"), "8 different values in 8 rows"),
        (list("abcdeeee"), "5 different values in 8 rows"),
        (list("ab") + [""] * 6, "2 different values in 2 rows"),
    ],
)
def test_a_column_that_tells_no_rows_apart_is_left_out_and_said(cells: list[str], why: str) -> None:
    """A note where its name made it a slice, a warning where a flag asked for it; it is not used then."""
    dataset = read({**TABLE, "annotator": cells, "crew": cells}, slice=("crew",))
    sentence = "suspects are not counted by column {} of dataframe: " + why
    assert told(dataset) == [("note", sentence.format("annotator")), ("warning", sentence.format("crew"))]
    assert "slice" not in dataset.roles
    assert dataset.unused == ("crew",)  # the annotator column has a role of its own


def test_two_rows_a_value_are_enough() -> None:
    dataset = read({**TABLE, "batch": list("aabbccdd")})
    assert (len(dataset.slices["batch"].names), told(dataset)) == (4, [])


def test_rows_with_an_empty_cell_are_in_no_slice() -> None:
    codes = read({**TABLE, "batch": ["", *"bbaabb", ""]}).slices["batch"].codes
    assert codes.tolist() == [-1, 1, 1, 0, 0, 1, 1, -1]


def test_slices_do_not_change_the_fingerprint() -> None:
    """The same items with the same labels and contents, whoever labelled them."""
    plain = read(TABLE).fingerprint
    assert read({**TABLE, "annotator": TWO, "day": TWO}, slice=("day",)).fingerprint == plain


def test_a_name_of_a_slice_is_found_in_another_unicode_form() -> None:
    dataset = read({**TABLE, "\u1107\u1162\u110e\u1175": TWO})  # 배치 as macOS writes it
    assert len(dataset.slices) == 1


def test_a_slice_given_as_a_role_of_its_own_is_no_probability_column() -> None:
    """c0 and c1 look like one probability per class."""
    dataset = read({**TABLE, "c0": list("00001111"), "c1": list("11110000")}, slice=("c0",))
    assert tuple(dataset.slices) == ("c0",)
    assert slugs(dataset.notes).count("slice-unusable") == 0
