"""A round in Label Studio itself: imported, annotated by two people, exported, applied.

Label Studio is large (1 GB) and wants an environment of its own:

    python3 -m venv /tmp/ls && /tmp/ls/bin/pip install label-studio==1.23.2
    LABEL_STUDIO_BIN=/tmp/ls/bin/label-studio python -m pytest tests/label_studio

With AUDITOR_WRITE_GOLDEN=FOLDER what it exported is kept: the files in tests/data/label_studio.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from answered_round import ANSWERS, OTHER_PERSON, applied_changes, chosen, expected
from exported_round import audited
from label_studio_server import PROGRAM, Person, running

import auditor
from auditor.cli.main import main

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="label-studio is not installed here; LABEL_STUDIO_BIN says where it is"
)
SNAPSHOT = {"serialization_options": {"annotations__completed_by": {"only_id": False}}}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, Person]]:
    """Two people on a server of their own."""
    with running(tmp_path_factory.mktemp("label-studio")) as base:
        yield Person(base, "one@example.test"), Person(base, "two@example.test")


def project(person: Person, folder: Path) -> tuple[int, list[int]]:
    """A project with the form and the tasks of an export: its number, and those of its tasks."""
    form = (folder / "label_config.xml").read_text(encoding="utf-8")
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    number = person.call("POST", "/api/projects/", {"title": "round", "label_config": form})["id"]
    made = person.call("POST", f"/api/projects/{number}/import?return_task_ids=1", tasks)
    return number, made["task_ids"]


def annotate(person: Person, task: int, answer: dict[str, Any]) -> None:
    """What the page sends when somebody submits, or skips."""
    skipped = answer.get("skipped", False)
    body = {"result": chosen(answer), "was_cancelled": skipped, "lead_time": 8.4}
    person.call("POST", f"/api/tasks/{task}/annotations/", body)


def exports(person: Person, number: int) -> dict[str, bytes]:
    """Every export that can be read back: file name -> bytes."""
    at = f"/api/projects/{number}"
    kinds = {"export.json": "JSON", "export.min.json": "JSON_MIN", "export.csv": "CSV", "export.tsv": "TSV"}
    out = {name: person.raw("GET", f"{at}/export?exportType={kind}") for name, kind in kinds.items()}
    out["all.json"] = person.raw("GET", f"{at}/export?exportType=JSON&download_all_tasks=true")
    made = person.call("POST", f"{at}/exports/", SNAPSHOT)["id"]
    for _ in range(100):
        if person.call("GET", f"{at}/exports/{made}")["status"] == "completed":
            break
        time.sleep(0.1)
    out["snapshot.json"] = person.raw("GET", f"{at}/exports/{made}/download?exportType=JSON")
    return out


def test_what_two_people_decide_in_it_comes_back_into_the_data(
    people: tuple[Person, Person], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Relabelled, kept, excluded, skipped, changed, disputed: each export changes those cells alone."""
    data, audit = audited(tmp_path)
    written = auditor.export_items(audit, tmp_path / "ls", to="label-studio", items=30, spot=4)
    number, ids = project(people[0], tmp_path / "ls")
    tasks = json.loads((tmp_path / "ls" / "tasks.json").read_text(encoding="utf-8"))
    place = {task["data"]["auditor_item"]: at for task, at in zip(tasks, ids, strict=True)}
    assert len(ids) == written.items
    for item, answer in ANSWERS:
        annotate(people[0], place[item], answer)
    for item, answer in OTHER_PERSON:
        annotate(people[1], place[item], answer)
    golden = os.environ.get("AUDITOR_WRITE_GOLDEN")
    for name, found in exports(people[0], number).items():
        path = tmp_path / name
        path.write_bytes(found)
        if golden and name != "all.json":
            Path(golden, name).write_bytes(found)
        fixed = tmp_path / f"{name}.fixed.csv"
        assert main(["apply", str(data), str(path), "-o", str(fixed)]) == 0
        assert applied_changes(data, fixed) == expected()
        said = capsys.readouterr().out
        assert ("skipped" in said) == (name in {"export.json", "all.json", "snapshot.json"})


def test_a_prediction_is_ticked_and_comes_back_only_when_submitted(
    people: tuple[Person, Person], tmp_path: Path
) -> None:
    """With --prelabel the suggestion is a prediction that the server takes; alone it decides nothing."""
    data, audit = audited(tmp_path)
    auditor.export_items(audit, tmp_path / "ls", to="label-studio", items=10, spot=2, prelabel=True)
    number, ids = project(people[0], tmp_path / "ls")
    found = [people[0].call("GET", f"/api/tasks/{task}")["predictions"] for task in ids]
    tasks = json.loads((tmp_path / "ls" / "tasks.json").read_text(encoding="utf-8"))
    assert [bool(one) for one in found] == [bool(task["data"]["suggested"]) for task in tasks]
    path = tmp_path / "e.json"
    path.write_bytes(
        people[0].raw("GET", f"/api/projects/{number}/export?exportType=JSON&download_all_tasks=true")
    )
    _, changes = auditor.apply_decisions(data, [path], id="id", text="text", label="label")
    assert len(changes) == 0


def test_pictures_travel_there_and_back(people: tuple[Person, Person], tmp_path: Path) -> None:
    """A project of images: the tasks hold the pictures, the export too, and the label is found."""
    from picture_round import audited_pictures, true_label

    folder, audit = audited_pictures(tmp_path)
    auditor.export_items(audit, tmp_path / "ls", to="label-studio", items=6, spot=1)
    number, ids = project(people[0], tmp_path / "ls")
    tasks = json.loads((tmp_path / "ls" / "tasks.json").read_text(encoding="utf-8"))
    assert all(task["data"]["image"].startswith("data:image/webp;base64,") for task in tasks)
    for task, at in zip(tasks, ids, strict=True):
        annotate(people[0], at, {"label": true_label(task["data"]["auditor_item"]), "to": "image"})
    wrong = {
        task["data"]["auditor_item"]
        for task in tasks
        if task["data"]["given"] != true_label(task["data"]["auditor_item"])
    }
    for kind in ("JSON", "JSON_MIN", "CSV"):
        path = tmp_path / f"export.{'csv' if kind == 'CSV' else 'json'}"
        path.write_bytes(people[0].raw("GET", f"/api/projects/{number}/export?exportType={kind}"))
        fixed = tmp_path / f"{kind}.csv"
        assert main(["apply", str(folder), str(path), "-o", str(fixed)]) == 0
        with (tmp_path / f"{kind}.changes.csv").open(encoding="utf-8-sig", newline="") as stream:
            assert {row["item"] for row in csv.DictReader(stream)} == wrong
