"""Exports of annotation tools rewritten: a class changes in its place, and every other byte stays."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from examples_json import argilla_record, label_studio_annotation, label_studio_task
from hypothesis import given
from hypothesis import strategies as st
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits


def put(folder: Path, content: Any, name: str = "export.json", **form: Any) -> Path:
    """A JSON document, or the text of a file."""
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content, **form)
    path.write_bytes(text.encode())
    return path


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def refused(path: Path, edits: Edits) -> list[str]:
    return slugs(refusal(InputError, rewritten, path, edits))


def of(row: int, label: str) -> Edits:
    return Edits(cells={"label": {row: label}})


# Label Studio

TASKS = [
    label_studio_task(1, "a", label_studio_annotation(1, "x")),
    label_studio_task(2, "b", label_studio_annotation(2, "y")),
    label_studio_task(3, "c", label_studio_annotation(1, "x", skipped=True), label_studio_annotation(2, "x")),
    label_studio_task(4, "d", label_studio_annotation(1, "x"), label_studio_annotation(2, "x")),
    label_studio_task(5, "e", label_studio_annotation(1, "x", "y")),
    label_studio_task(6, "f"),
]


@pytest.mark.parametrize(
    "form", [{}, {"indent": 2, "ensure_ascii": False}, {"separators": (",", ":")}], ids=str
)
def test_a_choice_of_label_studio_changes_in_its_annotation(tmp_path: Path, form: dict[str, Any]) -> None:
    """The oracle is the document, changed by hand and written in the same form."""
    tasks = [*TASKS, label_studio_task(7, "한글", label_studio_annotation(1, "x"))]
    path = put(tmp_path, tasks, **form)
    expected = json.loads(json.dumps(tasks))
    expected[1]["annotations"][0]["result"][0]["value"]["choices"][0] = "새 것"
    assert rewritten(path, of(1, "새 것")).read_text() == json.dumps(expected, **form)


def test_skipped_work_is_not_what_gave_the_label(tmp_path: Path) -> None:
    """The first annotation of the task is skipped and keeps its class."""
    found = json.loads(rewritten(put(tmp_path, TASKS), of(2, "z")).read_text())
    choices = [one["result"][0]["value"]["choices"] for one in found[2]["annotations"]]
    assert choices == [["x"], ["z"]]


@pytest.mark.parametrize("row", [3, 4, 5], ids=["two people", "two classes", "nobody"])
def test_what_is_not_one_choice_of_one_person_is_refused(tmp_path: Path, row: int) -> None:
    """There is no one place to write another class."""
    assert refused(put(tmp_path, TASKS), of(row, "z")) == ["format-not-written"]


def test_tasks_go_with_all_their_annotations(tmp_path: Path) -> None:
    """Edits of rows that go are not asked for a place."""
    edits = Edits(cells={"label": {3: "z", 0: "y"}}, dropped=frozenset({1, 3, 5}))
    expected = json.loads(json.dumps([TASKS[0], TASKS[2], TASKS[4]]))
    expected[0]["annotations"][0]["result"][0]["value"]["choices"] = ["y"]
    assert json.loads(rewritten(put(tmp_path, TASKS), edits).read_text()) == expected


def test_of_several_questions_the_named_one_changes(tmp_path: Path) -> None:
    """Each control is a column."""
    task = label_studio_task(1, "a", label_studio_annotation(1, "x"))
    other = label_studio_annotation(1, "x", control="tone")["result"]
    task["annotations"][0]["result"] += other
    found = json.loads(rewritten(put(tmp_path, [task]), Edits(cells={"tone": {0: "y"}})).read_text())
    results = found[0]["annotations"][0]["result"]
    assert [one["value"]["choices"] for one in results] == [["x"], ["y"]]


MIN = [
    {"text": "a", "id": 1, "label": "x", "annotator": 1, "annotation_id": 9},
    {"text": "b", "id": 2, "label": {"choices": ["x", "y"]}, "annotator": 1, "annotation_id": 8},
    {"text": "c", "id": 3, "label": "x", "annotator": 1, "annotation_id": 7},
    {"text": "a", "id": 1, "label": "x", "annotator": 2, "annotation_id": 6},
]
TIMES = {"created_at": "2026-01-01", "updated_at": "2026-01-01", "lead_time": 1.5}


def test_of_json_min_all_objects_of_a_task_go(tmp_path: Path) -> None:
    """A row is a task; a task that two people did has two objects, and no one place for a class."""
    rows = [{**row, **TIMES} for row in MIN]
    path = put(tmp_path, rows)
    assert refused(path, of(0, "y")) == refused(path, of(1, "y")) == ["format-not-written"]
    found = json.loads(rewritten(path, Edits(cells={"label": {2: "z"}}, dropped=frozenset({0}))).read_text())
    assert found == [rows[1], {**rows[2], "label": "z"}]


# Argilla


def test_a_response_of_argilla_changes(tmp_path: Path) -> None:
    """Suggestions and what the row was given stay."""
    records = [argilla_record("1", "a", ("u", "x")), argilla_record("2", "b", ("u", "x"), ("v", "x"))]
    path = put(tmp_path, records)
    records[0]["responses"]["label"][0]["value"] = "y"
    assert rewritten(path, of(0, "y")).read_text() == json.dumps(records)
    assert refused(path, of(1, "y")) == ["format-not-written"]


def test_a_response_of_argilla_of_the_first_version_changes(tmp_path: Path) -> None:
    """A response per person, to all questions; a discarded one does not count."""
    response = {"user_id": "u", "values": {"label": {"value": "x"}}, "status": "submitted"}
    record = {"fields": {"text": "a"}, "responses": [{**response, "status": "discarded"}, response]}
    found = json.loads(rewritten(put(tmp_path, [record]), of(0, "y")).read_text())
    values = [one["values"]["label"]["value"] for one in found[0]["responses"]]
    assert values == ["x", "y"]


def test_a_response_of_a_flattened_record_changes(tmp_path: Path) -> None:
    """The lists of values, users and statuses stand side by side."""
    row = {"id": "1", "text": "a", "label.responses": ["w", "x"], "label.responses.users": ["u", "v"]}
    row["label.responses.status"] = ["draft", "submitted"]
    new = rewritten(put(tmp_path, lines(row), "records.jsonl"), of(0, "y"))
    assert new.read_text() == lines({**row, "label.responses": ["w", "y"]})


def test_parquet_of_argilla_is_refused(tmp_path: Path) -> None:
    """Its answers are lists within columns."""
    row = {"text": "a", "label.responses": ["x"], "label.responses.users": ["u"]}
    path = tmp_path / "records.parquet"
    pq.write_table(pa.Table.from_pylist([row]), path)
    assert refused(path, of(0, "y")) == ["format-not-written"]


# Prodigy

PRODIGY = [
    {"text": "a", "_input_hash": 1, "_task_hash": 1, "accept": ["x"], "answer": "accept"},
    {"text": "b", "_input_hash": 2, "_task_hash": 2, "label": "x", "answer": "accept"},
    {"text": "c", "_input_hash": 3, "_task_hash": 3, "label": "x", "answer": "reject"},
    {"text": "d", "_input_hash": 4, "_task_hash": 4, "accept": ["x", "y"], "answer": "accept"},
]


def test_the_class_of_prodigy_changes_where_it_was_accepted(tmp_path: Path) -> None:
    """The chosen option, or the label that was asked about."""
    path = put(tmp_path, lines(*PRODIGY), "db.jsonl")
    edits = Edits(cells={"label": {0: "새", 1: "z"}}, dropped=frozenset({2}))
    expected = [{**PRODIGY[0], "accept": ["새"]}, {**PRODIGY[1], "label": "z"}, PRODIGY[3]]
    # the file holds ASCII alone, and stays so
    assert rewritten(path, edits).read_text() == "".join(json.dumps(row) + "\n" for row in expected)
    assert refused(path, of(2, "z")) == refused(path, of(3, "z")) == ["format-not-written"]


# doccano

SPANS = [
    {"id": 1, "text": "EU rejects German", "label": [[0, 2, "ORG"], [0, 99, "BAD"], [11, 17, "MISC"]]},
    {"id": 2, "text": "None", "label": []},
    {"id": 3, "text": "Peter", "label": [[0, 5, "PER"]]},
]


def test_the_class_of_a_text_of_doccano_changes(tmp_path: Path) -> None:
    """A new column becomes the last key of each object."""
    rows = [{"id": 1, "text": "a", "label": ["x"]}, {"id": 2, "text": "b", "label": ["x", "y"]}]
    path = put(tmp_path, lines(*rows), "all.jsonl")
    edits = Edits(cells={"label": {0: "z"}}, added={"excluded": {1: "exclude"}})
    expected = [{**rows[0], "label": ["z"], "excluded": ""}, {**rows[1], "excluded": "exclude"}]
    assert rewritten(path, edits).read_text() == lines(*expected)
    assert refused(path, of(1, "z")) == ["format-not-written"]


def test_the_tag_of_a_span_changes_and_a_span_goes(tmp_path: Path) -> None:
    """Rows are the spans that lie within their texts; a text stays when its spans go."""
    path = put(tmp_path, lines(*SPANS), "admin.jsonl")
    edits = Edits(cells={"label": {1: "LOC"}}, dropped=frozenset({0, 2}))
    expected = [{**SPANS[0], "label": [[0, 99, "BAD"], [11, 17, "LOC"]]}, SPANS[1], {**SPANS[2], "label": []}]
    assert rewritten(path, edits).read_text() == lines(*expected)


def test_a_span_with_relations_changes_and_does_not_go(tmp_path: Path) -> None:
    """A relation names its spans by their ids."""
    span = {"id": 7, "label": "ORG", "start_offset": 0, "end_offset": 2}
    row = {"id": 1, "text": "EU", "entities": [span], "relations": [{"id": 1, "from_id": 7, "to_id": 7}]}
    path = put(tmp_path, lines(row), "admin.jsonl")
    assert rewritten(path, of(0, "LOC")).read_text() == lines({**row, "entities": [{**span, "label": "LOC"}]})
    assert refused(path, Edits(dropped=frozenset({0}))) == ["format-not-written"]


# all


@pytest.mark.parametrize("content", [TASKS, [argilla_record("1", "a", ("u", "x"))]], ids=["tasks", "records"])
def test_other_columns_and_new_ones_have_no_place(tmp_path: Path, content: Any) -> None:
    """What people were shown is not what they said."""
    path = put(tmp_path, content)
    assert refused(path, Edits(cells={"text": {0: "b"}})) == ["format-not-written"]
    assert refused(path, Edits(added={"excluded": {0: "x"}})) == ["format-not-written"]


NAMES = st.sampled_from(["x", "y", '"', "새", "😀", "a\\b", "1", "true"])


@given(data=st.data())
def test_any_edits_of_an_export_give_the_table_that_they_say(data: st.DataObject) -> None:
    """Of Label Studio, Prodigy and doccano, with any blanks between the signs of JSON."""
    labels = data.draw(st.lists(NAMES, min_size=1, max_size=6))
    rows = st.integers(0, len(labels) - 1)
    edits = Edits(
        cells={"label": data.draw(st.dictionaries(rows, NAMES))},
        dropped=data.draw(st.frozensets(rows, max_size=len(labels) - 1)),
    )
    kind = data.draw(st.sampled_from(["tasks", "prodigy", "doccano"]))
    ascii_only = data.draw(st.booleans())
    with TemporaryDirectory() as folder:
        if kind == "tasks":
            tasks = [
                label_studio_task(at, f"t{at}", label_studio_annotation(1, name))
                for at, name in enumerate(labels)
            ]
            indent = data.draw(st.sampled_from([None, 1]))
            path = put(Path(folder), tasks, indent=indent, ensure_ascii=ascii_only)
        else:
            more: Any = (
                {"_input_hash": 1, "answer": "accept"} if kind == "prodigy" else {"id": 1, "Comments": []}
            )
            made = [
                {"text": f"t{at}", "accept" if kind == "prodigy" else "label": [name], **more}
                for at, name in enumerate(labels)
            ]
            text = "".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in made)
            path = put(Path(folder), text, "a.jsonl")
        expected = edited_rows(rows_of(read_table(path)), edits)
        new = rewritten(path, edits)
        assert rows_of(read_table(new)) == expected
        if not any((edits.cells["label"], edits.dropped)):
            assert new.read_bytes() == path.read_bytes()
