"""Parquet, Feather and DataFrames: typed cells become the text a person would write."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError, UsageError
from auditor.read.dataset import read_inputs
from auditor.read.memory import table_from_object
from auditor.read.tables import TextTable, read_table

SURVIVORS = ["007", "1e5", "None", "NA", "null", "nan", "NaN", " x "]


def through(form: str, table: pa.Table, folder: Path) -> TextTable:
    """The table as each reader gives it back."""
    if form == "parquet":
        pq.write_table(table, folder / "a.parquet")
        return read_table(folder / "a.parquet")
    if form == "feather":
        feather.write_feather(table, folder / "a.feather")
        return read_table(folder / "a.feather")
    return table_from_object(table, "dataframe")


@pytest.mark.parametrize("form", ["parquet", "feather", "arrow"])
@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array(SURVIVORS), SURVIVORS),
        (pa.array(["a", None, ""]), ["a", "", ""]),
        (pa.array(["a", None], pa.large_string()), ["a", ""]),
        (pa.array(["x", None, "x"]).dictionary_encode(), ["x", "", "x"]),
        (pa.array([3, None, 4]).dictionary_encode(), ["3", "", "4"]),
        (pa.array([7, None, -1, 2**62]), ["7", "", "-1", str(2**62)]),
        (pa.array([7.0, 0.5, None, float("nan"), 1e300]), ["7", "0.5", "", "", "1e+300"]),
        (pa.array([-0.0, 1e-5]), ["0", "1e-05"]),
        (pa.array([0.1, 1.0], pa.float32()), ["0.1", "1"]),
        (pa.array(np.array([0.5, 2], np.float16)), ["0.5", "2"]),
        (pa.array([True, None, False]), ["True", "", "False"]),
        (pa.array([datetime.date(2024, 1, 2), None]), ["2024-01-02", ""]),
        (pa.array([Decimal("1.50"), None]), ["1.50", ""]),
        (pa.nulls(2), ["", ""]),
        (pa.array([[1, 2], None, []]), ["[1, 2]", "", "[]"]),
        (pa.array([{"a": "가"}, None]), ['{"a": "가"}', ""]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_cells_of_every_type_become_text(
    tmp_path: Path, form: str, column: pa.Array, texts: list[str]
) -> None:
    assert through(form, pa.table({"a": column}), tmp_path).columns["a"].to_pylist() == texts


@pytest.mark.parametrize("form", ["parquet", "feather", "arrow"])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, form: str) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["label", "label"])
    assert slugs(refusal(InputError, through, form, table, tmp_path)) == ["column-names-repeat"]


@pytest.mark.parametrize("form", ["parquet", "feather", "arrow"])
def test_a_table_without_rows_is_refused(tmp_path: Path, form: str) -> None:
    table = pa.table({"label": pa.array([], pa.string())})
    assert slugs(refusal(InputError, through, form, table, tmp_path)) == ["no-rows"]


@pytest.mark.parametrize("suffix", ["parquet", "feather", "arrow"])
@pytest.mark.parametrize("content", [b"PAR1 nothing else", b"ARROW1\0\0", b"id,label\n1,a\n"])
def test_a_file_that_is_not_what_its_ending_says_is_refused(
    tmp_path: Path, suffix: str, content: bytes
) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(content)
    assert slugs(refusal(InputError, read_table, tmp_path / f"a.{suffix}")) == ["file-unreadable"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("suffix", ["parquet", "feather"])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    table = pa.table({"id": [str(n) for n in range(500)], "label": ["a", "b"] * 250})
    path = tmp_path / f"a.{suffix}"
    pq.write_table(table, path) if suffix == "parquet" else feather.write_feather(table, path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert slugs(refusal(InputError, read_table, path)) == ["file-unreadable"]


# Hugging Face


def class_label(**names: list[str]) -> dict[str, str]:
    features: dict[str, Any] = {
        column: {"names": values, "_type": "ClassLabel"} for column, values in names.items()
    }
    features["text"] = {"dtype": "string", "_type": "Value"}
    return {"huggingface": json.dumps({"info": {"features": features}})}


def hugging_face(folder: Path, metadata: dict[str, str], **columns: list[Any]) -> Path:
    table = pa.table({"text": ["a", "b", "c"], **columns}).replace_schema_metadata(metadata)
    pq.write_table(table, folder / "train.parquet")
    return folder / "train.parquet"


def test_class_names_of_a_hugging_face_file_name_the_integers(tmp_path: Path) -> None:
    path = hugging_face(tmp_path, class_label(label=["world", "sports"]), label=[1, 0, 1])
    labels = read_inputs(path).dataset.labels
    assert labels.classes == ("world", "sports")
    assert [labels.text_of(row) for row in range(3)] == ["sports", "world", "sports"]


def test_the_names_are_those_of_the_label_column_and_of_no_other(tmp_path: Path) -> None:
    """`genre` has names; the label column has none, and its integers are not named after genres."""
    path = hugging_face(tmp_path, class_label(genre=["jazz", "rock"]), label=[1, 0, 1], genre=[0, 0, 1])
    assert read_inputs(path).dataset.classes == ("0", "1")


def test_minus_one_is_how_hugging_face_says_no_label(tmp_path: Path) -> None:
    path = hugging_face(tmp_path, class_label(label=["world", "sports"]), label=[1, -1, 0])
    dataset = read_inputs(path).dataset
    assert dataset.classes == ("world", "sports")
    assert dataset.labels.codes.tolist() == [1, -1, 0]


@pytest.mark.parametrize(
    "metadata",
    [
        *("{", "[1]", "{}", '{"info": null}', '{"info": {"features": [1]}}'),
        *(
            json.dumps({"info": {"features": {"label": {"_type": "ClassLabel", "names": names}}}})
            for names in (5, {"a": 1}, None, [1, 2], "ab")
        ),
    ],
)
def test_damaged_metadata_are_no_names(tmp_path: Path, metadata: str) -> None:
    path = hugging_face(tmp_path, {"huggingface": metadata}, label=[1, 0, 1])
    assert read_inputs(path).dataset.classes == ("0", "1")


# DataFrames


def test_a_dataframe_keeps_texts_and_does_not_use_its_index() -> None:
    frame = pd.DataFrame({"id": SURVIVORS, "label": SURVIVORS}, index=range(100, 100 + len(SURVIVORS)))
    assert table_from_object(frame, "df").columns.to_pydict() == {"id": SURVIVORS, "label": SURVIVORS}


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (pd.Series(["007", 7, None, 1.5, True], dtype=object), ["007", "7", "", "1.5", "True"]),
        (pd.Series([1, 2, None]), ["1", "2", ""]),  # pandas made floats of them
        (pd.Series([1, None], dtype="Int64"), ["1", ""]),
        (pd.Series(["a", None], dtype="string"), ["a", ""]),
        (pd.Series(["b", None, "a"], dtype="category"), ["b", "", "a"]),
        (pd.Series([np.nan, "x"], dtype=object), ["", "x"]),
        (pd.Series([datetime.date(2024, 1, 2)], dtype=object), ["2024-01-02"]),
    ],
    ids=["mixed", "floats", "Int64", "string", "category", "nan", "date"],
)
def test_cells_of_a_dataframe_become_text(cells: pd.Series[Any], texts: list[str]) -> None:
    found = table_from_object(pd.DataFrame({"a": cells}), "df").columns["a"]
    assert found.to_pylist() == texts


@pytest.mark.parametrize("names", [["label", "label"], [1, "1"]])
def test_columns_of_a_dataframe_with_one_name_are_refused(names: list[Any]) -> None:
    """A dict of columns would keep the last of them without a word."""
    frame = pd.DataFrame([["a", "b"]], columns=names)
    assert slugs(refusal(InputError, table_from_object, frame, "df")) == ["column-names-repeat"]


def test_an_empty_dataframe_is_refused() -> None:
    frame = pd.DataFrame({"text": [], "label": []})
    assert slugs(refusal(InputError, read_inputs, frame)) == ["no-rows"]


def test_half_a_character_in_a_dataframe_is_refused() -> None:
    frame = pd.DataFrame({"text": pd.Series(["\ud800", "b"], dtype=object), "label": ["a", "b"]})
    assert slugs(refusal(InputError, read_inputs, frame)) == ["file-unreadable"]


@pytest.mark.parametrize("data", [{"label": ["a"]}, [1, 2], 3, None])
def test_other_objects_are_refused_by_name(data: Any) -> None:
    (problem,) = refusal(UsageError, read_inputs, data)
    assert problem.slug == "option-value"
    assert type(data).__name__ in str(problem.what)
