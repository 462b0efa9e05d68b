"""Files for Argilla, and real records: those in tests/data/argilla were written by the client 2.8.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from answered_round import applied_changes, expected, expected_without_status
from exported_round import CLASSES, audited, write_dataset

import auditor
from auditor import Audit
from auditor.cli.main import main
from auditor.errors import InputError
from auditor.review.interchange.argilla import write
from auditor.review.interchange.family import Outgoing
from auditor.review.reading import read_decisions

GOLDEN = Path(__file__).parents[2] / "data" / "argilla"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit, Path]:
    """The dataset, its audit, and the folder for Argilla."""
    folder = tmp_path_factory.mktemp("round")
    data, audit = audited(folder)
    guidelines = folder / "guide.md"
    guidelines.write_text("정치: 국회", encoding="utf-8")
    auditor.export_items(audit, folder / "rg", to="argilla", items=30, spot=4, guidelines=guidelines)
    return data, audit, folder / "rg"


def loaded(folder: Path, name: str) -> Any:
    """A JSON file, opened as the client opens it on a computer without UTF-8."""
    return json.loads((folder / name).read_text(encoding="ascii"))


def test_records_are_of_the_shape_that_the_client_writes(made: tuple[Path, Audit, Path]) -> None:
    """The keys of a record of `to_json`, with an id of its own; nothing is suggested or answered."""
    written = json.loads((GOLDEN / "nested.json").read_text(encoding="utf-8"))[0]
    records = loaded(made[2], "records.json")
    assert len({record["id"] for record in records}) == len(records) == 32
    for record in records:
        assert record.keys() == written.keys() - {"status", "_server_id"}
        assert record["suggestions"] == record["responses"] == {}
        assert all(isinstance(text, str) for text in record["fields"].values())


def test_settings_ask_and_show_what_a_server_wants(made: tuple[Path, Audit, Path]) -> None:
    """A required field that every record has, a required question, the classes, the guidelines."""
    settings = loaded(made[2], "settings.json")
    assert settings["guidelines"] == "정치: 국회" and settings["allow_extra_metadata"] is True
    needed = {field["name"] for field in settings["fields"] if field["required"]}
    names = {field["name"] for field in settings["fields"]}
    for record in loaded(made[2], "records.json"):
        assert needed and needed <= record["fields"].keys() <= names
    assert [one["name"] for one in settings["questions"] if one["required"]] == ["verdict"]
    (label,) = (one for one in settings["questions"] if one["name"] == "label")
    assert {option["value"] for option in label["settings"]["options"]} == set(CLASSES)
    for question in settings["questions"]:
        shown = question["settings"].get("visible_options")
        assert shown is None or 3 <= shown <= len(question["settings"]["options"])


def test_two_classes_are_not_folded_away() -> None:
    """A server refuses fewer than three visible options."""
    out = Outgoing(name="d", columns=("text",), classes=("a", "b"), items=(), report="r-1")
    settings = json.loads(write(out)["settings.json"])
    assert settings["questions"][1]["settings"]["visible_options"] is None


def test_blind_items_hide_the_suggestion_also_where_the_rest_is_ticked(
    made: tuple[Path, Audit, Path], tmp_path: Path
) -> None:
    """With --prelabel those alone are ticked that show it."""
    written = auditor.export_items(made[1], tmp_path / "rg", to="argilla", items=30, spot=4, prelabel=True)
    records = loaded(tmp_path / "rg", "records.json")
    assert all(("suggested" in record["fields"]) == bool(record["suggestions"]) for record in records)
    assert sum(not record["suggestions"] for record in records) == written.blind > 0


def test_the_script_is_python(made: tuple[Path, Audit, Path]) -> None:
    """It is run by the user; at least it has to compile."""
    compile((made[2] / "send.py").read_text(encoding="ascii"), "send.py", "exec")


@pytest.mark.parametrize("name", ["flattened.json", "flattened.jsonl", "flattened.parquet"])
def test_flattened_records_change_the_decided_cells_alone(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Submitted responses count, what was discarded and drafted is counted and said."""
    import pandas as pd

    rows = json.loads((GOLDEN / "flattened.json").read_text(encoding="utf-8"))
    path = tmp_path / name
    if name.endswith("json"):
        path = GOLDEN / name
    elif name.endswith("jsonl"):
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        pd.DataFrame(rows).to_parquet(path)
    data = write_dataset(tmp_path / "train.csv")
    assert main(["apply", str(data), str(path), "-o", str(tmp_path / "f.csv")]) == 0
    assert applied_changes(data, tmp_path / "f.csv") == expected()
    said = capsys.readouterr().out
    assert "1 discarded response" in said and "1 draft" in said


def test_nested_records_count_everything_and_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The client does not write the status there."""
    data = write_dataset(tmp_path / "train.csv")
    assert main(["apply", str(data), str(GOLDEN / "nested.json"), "-o", str(tmp_path / "f.csv")]) == 0
    assert applied_changes(data, tmp_path / "f.csv") == expected_without_status()
    assert "whether they are submitted" in capsys.readouterr().out


def test_people_are_known_by_the_beginning_of_their_id_unless_two_share_it() -> None:
    """The client numbers them by UUIDs; those of the golden file differ at the end alone."""
    found = {one.reviewer for one in read_decisions(GOLDEN / "flattened.json").decisions}
    assert found == {f"argilla:00000000-0000-0000-0000-00000000000{n}" for n in (1, 2)}


def test_records_of_others_are_refused(tmp_path: Path) -> None:
    record = {
        "id": "1",
        "fields": {"text": "x"},
        "metadata": {},
        "responses": {"label": [{"value": "a", "user_id": "u"}]},
    }
    path = tmp_path / "r.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_decisions(path)
    assert error.value.problems[0].slug == "export-not-ours"


@pytest.mark.parametrize("value", [None, ["경제"], {"a": 1}, True])
def test_answers_of_another_kind_decide_nothing(
    made: tuple[Path, Audit, Path], tmp_path: Path, value: Any
) -> None:
    """Rankings and lists where a class is asked for: undecided, never a crash."""
    records = loaded(made[2], "records.json")
    for record in records:
        record["responses"] = {
            name: [{"value": value, "user_id": "u"}] for name in ("label", "verdict", "comment")
        }
    path = tmp_path / "r.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    found = read_decisions(path)
    assert found.decisions == () and found.undecided == len(records)
