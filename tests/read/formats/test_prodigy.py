"""Prodigy: what people accepted is the class, and `answer` is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.tables import TextTable, read_table


def read(folder: Path, *rows: dict[str, Any]) -> TextTable:
    whole = [{"_input_hash": at, "_task_hash": -at, "text": f"t{at}", **row} for at, row in enumerate(rows)]
    path = folder / "db.jsonl"
    path.write_text("\n".join(map(json.dumps, whole)), encoding="utf-8")
    return read_table(path)


def test_an_accepted_label_is_the_class_and_a_rejected_one_is_none(tmp_path: Path) -> None:
    """`textcat.teach`: "is it negative?"; no to that does not say what it is."""
    table = read(
        tmp_path,
        {"label": "neg", "answer": "accept"},
        {"label": "neg", "answer": "reject"},
        {"label": "pos", "answer": "ignore"},
    )
    assert table.format == "prodigy"
    assert table.columns.to_pydict() == {"text": ["t0", "t1", "t2"], "label": ["neg", "", ""]}
    assert table.roles["label"] == ("label",)
    left = [note.what.to("en") for note in table.notes if note.slug == "annotations-left-out"]
    assert left == [
        "db.jsonl: 1 rejected answer says what the class is not, and gives no label",
        "db.jsonl: 1 ignored answer gives no label",
    ]


def test_the_option_that_was_chosen_is_the_class(tmp_path: Path) -> None:
    """`choice`: one option is a class, several are not one."""
    options = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
    table = read(
        tmp_path,
        {"options": options, "accept": ["a"], "answer": "accept"},
        {"options": options, "accept": ["a", "b"], "answer": "accept"},
        {"options": options, "accept": [], "answer": "accept"},
    )
    assert table.columns["label"].to_pylist() == ["a", "", ""]
    assert "several-classes" in slugs(table.notes)


def test_marked_spans_are_refused_with_a_code(tmp_path: Path) -> None:
    """`ner.manual`: there is no class of a row."""
    row = {"spans": [{"start": 0, "end": 1, "label": "PER"}], "answer": "accept"}
    assert slugs(refusal(InputError, read, tmp_path, row)) == ["answers-mark-parts"]


def test_an_answer_without_hashes_is_a_column_like_others(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "x", "answer": "accept"}\n', encoding="utf-8")
    assert read_table(path).format == "jsonl"
