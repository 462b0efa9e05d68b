"""Objects within the rows of a JSON table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import refusal, slugs

from auditor.errors import UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.read.tables import read_table


def written(folder: Path, rows: list[Any], *, lines: bool = False) -> Path:
    path = folder / ("a.jsonl" if lines else "a.json")
    path.write_text("\n".join(map(json.dumps, rows)) if lines else json.dumps(rows), encoding="utf-8")
    return path


def cells(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_table(path).columns.to_pydict()
    return found


ROWS = [
    {"id": "0", "data": {"text": "a"}, "annotation": {"label": "x"}},
    {"id": "1", "data": {"text": "b"}, "annotation": {"label": "y"}},
]


@pytest.mark.parametrize("lines", [False, True])
def test_flags_name_what_stands_within_an_object(tmp_path: Path, lines: bool) -> None:
    path = written(tmp_path, ROWS, lines=lines)
    (problem,) = refusal(UsageError, read_inputs, path)
    assert problem.fixes[0].to("en") == "--label annotation.label"
    choice = InputChoice(columns=ColumnChoice(label="annotation.label", text=("data.text",)))
    dataset = read_inputs(path, choice=choice).dataset
    assert dataset.classes == ("x", "y")
    assert dataset.content.columns.to_pydict() == {"data.text": ["a", "b"]}
    assert "json-flattened" in slugs(dataset.notes)


def test_objects_within_objects_are_columns_too_and_gaps_are_empty(tmp_path: Path) -> None:
    rows = [{"a": {"b": {"c": "1"}}, "t": ["x"]}, {"a": None, "t": []}, {"t": ["y"]}]
    assert cells(written(tmp_path, rows)) == {"a.b.c": ["1", "", ""], "t": ['["x"]', "[]", '["y"]']}


def test_what_is_not_always_an_object_stays_a_cell(tmp_path: Path) -> None:
    rows = [{"a": {"b": "1"}, "c": {}}, {"a": "text", "c": {}}]
    assert cells(written(tmp_path, rows)) == {"a": ['{"b": "1"}', "text"], "c": ["{}", "{}"]}


def test_a_name_that_is_taken_is_not_taken_twice(tmp_path: Path) -> None:
    assert cells(written(tmp_path, [{"a": {"b": "1"}, "a.b": "2"}])) == {"a": ['{"b": "1"}'], "a.b": ["2"]}


def test_keys_that_are_values_do_not_become_columns(tmp_path: Path) -> None:
    """Votes by the ids of people: as many keys as rows."""
    rows = [{"votes": {f"person {at}": "x"}} for at in range(99)]
    assert list(cells(written(tmp_path, rows))) == ["votes"]


def test_labels_that_are_lists_are_warned_of(tmp_path: Path) -> None:
    """Several labels a row: as one text each they would be classes of their own."""
    rows = [{"body": "a", "target": ["x"]}, {"body": "[b]", "target": ["x", "y"]}]
    (warning,) = (
        note for note in read_inputs(written(tmp_path, rows)).dataset.notes if note.slug == "cells-nested"
    )
    assert warning.level == "warning"
    assert "target" in str(warning.what)


def test_a_key_and_its_object_that_both_say_text_are_the_text(tmp_path: Path) -> None:
    """`content.text` is a name for the text; `meta.title` is not."""
    rows = [{"label": "x", "content": {"text": "a", "lang": "ko"}, "meta": {"title": "t"}}]
    assert read_inputs(written(tmp_path, rows)).dataset.roles["text"] == ("content.text",)
