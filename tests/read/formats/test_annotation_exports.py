"""Exports of Label Studio and Argilla: which answer counts, and what is said of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from examples_json import argilla_record, label_studio_annotation, label_studio_task

from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.read.tables import TextTable, read_table

FLAT = {
    "annotator": 1,
    "annotation_id": 31,
    "created_at": "2026-11-20T01:02:03.000004Z",
    "updated_at": "2026-11-20T01:02:03.000004Z",
    "lead_time": 4.288,
}
"""What JSON_MIN of Label Studio writes behind the answers."""


def written(folder: Path, content: Any, name: str = "export.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def labels(table: TextTable, column: str = "label") -> list[str]:
    cells: list[str] = table.columns[column].to_pylist()
    return cells


def sentences(table: TextTable) -> dict[str, str]:
    """Code -> the sentence and the details, without what was recognised."""
    return {note.slug: " | ".join(map(str, (note.what, *note.details))) for note in table.notes[1:]}


def tasks(*of_task: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [label_studio_task(at, f"text {at}", *found) for at, found in enumerate(of_task, start=1)]


answer = label_studio_annotation


# Label Studio


@pytest.mark.parametrize(
    ("annotations", "label"),
    [
        # one
        ([answer(1, "a")], "a"),
        # agreement, majority, tie
        ([answer(1, "a"), answer(2, "a")], "a"),
        ([answer(1, "a"), answer(2, "b"), answer(3, "b")], "b"),
        ([answer(1, "a"), answer(2, "b")], ""),
        ([answer(1, "a"), answer(2, "b"), answer(3, "b"), answer(4, "a")], ""),
        # a skip carries the class that was ticked beforehand, and does not count
        ([answer(1, "a", skipped=True)], ""),
        ([answer(1, "a", skipped=True), answer(2, "b")], "b"),
        # nothing chosen, several chosen
        ([answer(1)], ""),
        ([answer(1), answer(2, "b")], "b"),
        ([answer(1, "a", "b")], ""),
        ([answer(1, "a", "b"), answer(2, "b")], "b"),
        # nobody
        ([], ""),
    ],
)
def test_the_label_of_a_task_is_what_its_annotations_agree_on(
    tmp_path: Path, annotations: list[dict[str, Any]], label: str
) -> None:
    """Or most of them; a second task keeps the control known."""
    table = read_table(written(tmp_path, tasks(annotations, [answer(1, "b")])))
    assert labels(table) == [label, "b"]


def test_what_does_not_count_is_said_with_its_number(tmp_path: Path) -> None:
    """Worked out by hand over six tasks."""
    export = tasks(
        [answer(1, "a"), answer(2, "b"), answer(3, "b")],
        [answer(1, "a"), answer(2, "b")],
        [answer(1, "a", skipped=True), answer(2, "a", skipped=True)],
        [answer(1, "a", "b")],
        [answer(1)],
        [],
    )
    export[0]["predictions"] = [7, 8]
    export[1]["drafts"] = [{"id": 1}]
    found = read_table(written(tmp_path, export))
    assert labels(found) == ["b", "", "", "", "", ""]
    said = sentences(found)
    assert said["annotations-differ"] == (
        "export.json: annotations of 2 items differ in label"
        " | the class of most was taken | 1 item without a majority has no label | e.g. 1: b (2), a (1)"
    )
    assert said["several-classes"].startswith("export.json: 1 row has several classes at once in label")
    assert said["annotations-empty"] == "export.json: 3 items have no answer to label, and so no label"
    assert [str(note.what) for note in found.notes if note.slug == "annotations-left-out"] == [
        "export.json: 2 skipped annotations were not read",
        "export.json: 2 predictions were not read",
        "export.json: 1 draft was not read",
    ]
    levels = {note.slug: note.level for note in found.notes}
    assert (levels["annotations-differ"], levels["several-classes"]) == ("warning", "warning")


@pytest.mark.parametrize(
    ("person", "cell"),
    [
        (3, "3"),
        ("kim@example.test", "kim@example.test"),
        ({"id": 3, "email": "kim@example.test", "first_name": "", "last_name": ""}, "kim@example.test"),
        ({"id": 3}, "3"),
    ],
)
def test_who_annotated_is_told_where_it_was_one(tmp_path: Path, person: Any, cell: str) -> None:
    """A number, an e-mail or an object; of several people none is named."""
    table = read_table(written(tmp_path, tasks([answer(person, "a")], [answer(person, "b"), answer(9, "b")])))
    assert table.columns["annotator"].to_pylist() == [cell, ""]


def test_several_controls_ask_for_the_one_that_is_the_label(tmp_path: Path) -> None:
    """Each is a column; a data field called like a label is no candidate."""
    export = tasks([answer(1, "a"), answer(1, "keep", control="verdict")], [answer(1, "b")])
    export[0]["data"]["category"] = export[1]["data"]["category"] = "x"
    path = written(tmp_path, export)
    (problem,) = refusal(UsageError, read_inputs, path)
    assert problem.slug == "label-column"
    assert str(problem.details[0]) == "candidates: label, verdict"
    assert str(problem.fixes[0]) == "--label label"
    found = read_inputs(path, choice=InputChoice(columns=ColumnChoice(label="label"))).dataset
    assert found.classes == ("a", "b")
    assert found.roles["text"] == ("text",)


def test_a_field_called_like_a_control_keeps_both(tmp_path: Path) -> None:
    """The control is the label; the field is renamed as Label Studio renames it in CSV."""
    export = tasks([answer(1, "a")])
    export[0]["data"] = {"text": "x", "label": "given", "id": "mine", "annotator": "me"}
    assert read_table(written(tmp_path, export)).columns.to_pylist() == [
        {
            "id": "1",
            "text": "x",
            "_data_label": "given",
            "_data_id": "mine",
            "_data_annotator": "me",
            "label": "a",
            "annotator": "1",
        }
    ]


def test_the_number_of_the_task_is_the_id_where_no_own_id_travelled_along(tmp_path: Path) -> None:
    """`auditor_item` is looked at only where every task has it."""
    export = tasks([answer(1, "a")], [answer(1, "b")])
    del export[1]["data"]["auditor_item"]
    assert read_inputs(written(tmp_path, export)).dataset.ids.to_pylist() == ["1", "2"]


def test_other_fields_are_content_where_none_is_a_text(tmp_path: Path) -> None:
    """An address is a text like any other: nothing is fetched (the tests have no network)."""
    export = tasks([answer(1, "a")], [answer(1, "b")])
    for at, task in enumerate(export):
        task["data"] = {"image": f"http://localhost:1/{at}.png", "note": "x"}
    roles = read_inputs(written(tmp_path, export)).dataset.roles
    assert roles["features"] == ("image", "note")


def test_answers_of_regions_are_no_single_class(tmp_path: Path) -> None:
    """A choice per region: several results of one control in one annotation."""
    twice = answer(1, "a")
    twice["result"] = twice["result"] * 2
    table = read_table(written(tmp_path, tasks([twice], [answer(1, "b")])))
    assert labels(table) == ["", "b"]
    assert "several-classes" in slugs(table.notes)


def test_an_export_of_other_answers_is_audited_without_labels(tmp_path: Path) -> None:
    """Boxes of a picture: they choose no class, and are named."""
    box = answer(1, "a")
    box["result"] = [
        {
            "value": {"x": 1.5, "y": 2, "width": 3, "height": 4, "rotation": 0, "rectanglelabels": ["Car"]},
            "id": "x",
            "from_name": "box",
            "to_name": "img",
            "type": "rectanglelabels",
        }
    ]
    path = written(tmp_path, tasks([box], [box]))
    table = read_table(path)
    assert sentences(table)["annotations-left-out"] == (
        "export.json: answers that choose no class were not read: rectanglelabels"
    )
    assert read_inputs(path).dataset.roles.get("label", ()) == ()


def test_the_form_before_version_1_is_read(tmp_path: Path) -> None:
    """`completions` with `skipped`."""
    export = tasks([answer(1, "a")], [answer(1, "b")])
    for task in export:
        task["completions"] = task.pop("annotations")
        del task["predictions"]
    export[0]["completions"][0]["skipped"] = True
    assert labels(read_table(written(tmp_path, export))) == ["", "b"]


def test_json_min_gives_a_row_per_task(tmp_path: Path) -> None:
    """Two annotations of task 1 and one of task 2, as the converter writes them; regions are no class."""
    rows = [
        {"text": "x", "auditor_item": "i-1", "id": 1, "label": "b", "marks": [{"start": 0}], **FLAT},
        {"text": "x", "auditor_item": "i-1", "id": 1, "label": "b", "marks": [], **FLAT, "annotator": 2},
        {"text": "y", "auditor_item": "i-2", "id": 2, "label": "a", "marks": [], **FLAT},
        {"text": "z", "auditor_item": "i-3", "id": 3, "label": {"choices": ["a", "b"]}, "marks": [], **FLAT},
        {"text": "w", "auditor_item": "i-4", "id": 4, "marks": [], **FLAT},
    ]
    path = written(tmp_path, rows)
    table = read_table(path)
    assert table.columns.to_pydict() == {
        "id": ["1", "2", "3", "4"],
        "text": ["x", "y", "z", "w"],
        "auditor_item": ["i-1", "i-2", "i-3", "i-4"],
        "label": ["b", "a", "", ""],
        "annotator": ["", "1", "1", "1"],
    }
    assert slugs(table.notes) == [
        "format-recognised",
        "annotations-left-out",
        "several-classes",
        "annotations-empty",
    ]
    assert read_inputs(path).dataset.roles["id"] == ("auditor_item",)


def test_a_file_that_is_no_export_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, [{"text": "a", "label": "x"}])
    for name in ("label-studio", "argilla", "doccano"):
        found = refusal(InputError, read_table, path, input_format=name)
        assert slugs(found) == ["not-this-format"]


# Argilla


def test_records_of_version_2_cannot_tell_drafts(tmp_path: Path) -> None:
    """And say so; the suggestions of a model are no answers."""
    records = [argilla_record("a", "x", ("u", "p"), ("v", "p"), ("w", "q")), argilla_record("b", "y")]
    table = read_table(written(tmp_path, records))
    assert labels(table) == ["p", ""]
    assert [str(note.what) for note in table.notes if note.slug == "annotations-left-out"] == [
        "export.json: drafts and discarded responses cannot be told from others; all count",
        "export.json: 2 suggestions were not read",
    ]
    assert slugs(table.notes)[-2:] == ["annotations-differ", "annotations-empty"]


def test_flattened_records_tell_who_submitted(tmp_path: Path) -> None:
    """A JSON list and JSON Lines alike; a record without responses has null, or no keys at all."""
    flat = {
        "id": "a",
        "status": "completed",
        "_server_id": "8aaf57d2",
        "text": "Hello",
        "label.responses": ["p", "q", "q"],
        "label.responses.users": ["u", "v", "w"],
        "label.responses.status": ["submitted", "draft", "discarded"],
        "label.suggestion": "q",
        "label.suggestion.score": None,
        "label.suggestion.agent": None,
    }
    empty = {
        **flat,
        "id": "b",
        "label.responses": None,
        "label.responses.users": None,
        "label.suggestion": None,
    }
    bare = {"id": "c", "status": "pending", "_server_id": None, "text": "x"}
    rows = [flat, empty, bare]
    for path in (
        written(tmp_path, rows, "a.json"),
        written(tmp_path, "\n".join(map(json.dumps, rows)), "a.jsonl"),
    ):
        table = read_table(path)
        assert table.columns.to_pydict() == {
            "id": ["a", "b", "c"],
            "text": ["Hello", "Hello", "x"],
            "label": ["p", "", ""],
            "annotator": ["u", "", ""],
        }
        said = [str(note.what) for note in table.notes if note.slug == "annotations-left-out"]
        assert said == [
            f"{path.name}: responses that are not submitted do not count: draft (1), discarded (1)",
            f"{path.name}: 1 suggestion was not read",
        ]


def test_records_of_version_1_are_read(tmp_path: Path) -> None:
    """A response per person, to every question."""
    record = {
        "external_id": "entry-1",
        "fields": {"prompt": "x"},
        "metadata": {},
        "responses": [
            {"user_id": "u", "values": {"label": {"value": "p"}}, "status": "submitted"},
            {"user_id": "v", "values": {"label": {"value": "q"}}, "status": "discarded"},
        ],
        "suggestions": [],
    }
    path = written(tmp_path, [record, {**record, "external_id": "entry-2", "responses": []}])
    table = read_table(path)
    assert table.columns.to_pydict() == {
        "id": ["entry-1", "entry-2"],
        "prompt": ["x", "x"],
        "label": ["p", ""],
        "annotator": ["u", ""],
    }
    assert read_inputs(path).dataset.roles["text"] == ("prompt",)


def test_questions_of_other_kinds_are_named_and_left_out(tmp_path: Path) -> None:
    """A ranking and spans choose no class; several classes of one question are no single one."""
    record = argilla_record("a", "x", ("u", ["p"]))
    record["responses"]["rank"] = [{"value": [{"rank": 1, "value": "r"}], "user_id": "u"}]
    other = argilla_record("b", "y", ("u", ["p", "q"]))
    table = read_table(written(tmp_path, [record, other]))
    assert labels(table) == ["p", ""]
    assert "rank" not in table.columns.column_names
    assert any(str(note.what).endswith("were not read: rank") for note in table.notes)
    assert "several-classes" in slugs(table.notes)


def test_answers_that_only_mark_places_are_warned_of(tmp_path: Path) -> None:
    """Rectangles: no row has a label, and the export that is read is named."""
    box = {"type": "rectanglelabels", "from_name": "label", "value": {"rectanglelabels": ["car"], "x": 1}}
    task = {"id": 1, "data": {"image": "a.jpg"}, "annotations": [{"id": 2, "result": [box]}]}
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    (warning,) = (note for note in read_table(path).notes if note.slug == "answers-without-class")
    assert warning.level == "warning"
    assert "COCO" in warning.fixes[0].to("en")


def test_flattened_records_of_argilla_are_read_from_parquet_as_from_json(tmp_path: Path) -> None:
    """`to_datasets().to_parquet()`: the same rows, labels and people as from JSON Lines."""
    rows = [
        {
            "id": at,
            "status": "completed",
            "text": f"t{at}",
            "sentiment.responses": [kind],
            "sentiment.responses.users": ["u"],
            "sentiment.responses.status": [state],
            "sentiment.suggestion": None,
            "sentiment.suggestion.score": 0.5,
        }
        for at, (kind, state) in enumerate([("neg", "submitted"), ("pos", "submitted"), ("pos", "discarded")])
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tables = [read_table(tmp_path / name) for name in ("a.parquet", "a.jsonl")]
    assert tables[0].columns.to_pydict() == tables[1].columns.to_pydict()
    assert tables[0].columns["sentiment"].to_pylist() == ["neg", "pos", ""]
    assert [table.format for table in tables] == ["argilla", "argilla"]
