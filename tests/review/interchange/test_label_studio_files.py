"""Files for Label Studio, and its real exports: those in tests/data/label_studio come from version 1.23.2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from answered_round import ANSWERS, OTHER_PERSON, applied_changes, chosen, expected
from exported_round import AWKWARD, CLASSES, audited, write_dataset
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor import Audit
from auditor.cli.main import main
from auditor.errors import AuditorError, InputError
from auditor.exports import Cleaner
from auditor.review.interchange.choices import UNWRITABLE
from auditor.review.interchange.family import Outgoing, OutItem
from auditor.review.interchange.label_config import label_config
from auditor.review.interchange.label_studio import VARIABLE, write
from auditor.review.interchange.slips import Slip, slip_in, slip_text
from auditor.review.reading import read_decisions

GOLDEN = Path(__file__).parents[2] / "data" / "label_studio"
FILES = ("export.json", "export.min.json", "export.csv", "export.tsv", "snapshot.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit, Path]:
    """The dataset, its audit, and the folder for Label Studio."""
    folder = tmp_path_factory.mktemp("round")
    data, audit = audited(folder)
    auditor.export_items(audit, folder / "ls", to="label-studio", items=30, spot=4)
    return data, audit, folder / "ls"


def tasks_of(folder: Path) -> list[dict[str, Any]]:
    """The tasks as they were written."""
    found: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    return found


def exported(tasks: list[dict[str, Any]], answers: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Tasks as the JSON export has them, with annotations of one person."""
    out = []
    for number, task in enumerate(tasks, start=1):
        annotations = [
            {
                "id": 100 + at,
                "completed_by": 7,
                "result": chosen(answer),
                "was_cancelled": answer.get("skipped", False),
                "updated_at": "2026-11-28T10:00:00.123456+09:00",
                "lead_time": 8.4,
                **answer.get("more", {}),
            }
            for at, (item, answer) in enumerate(answers)
            if item == task["data"]["auditor_item"]
        ]
        out.append({"id": number, "data": task["data"], "annotations": annotations, "predictions": []})
    return out


def outgoing(classes: tuple[str, ...], columns: tuple[str, ...] = ("text",)) -> Outgoing:
    """A round of one item."""
    slip = Slip(
        item="a", row=0, content="", given=classes[0], suggested=None, sample="queue", position=1, round=1,
        blind=False, report="r-1",
    )  # fmt: skip
    item = OutItem(
        item="a", cells=("x",) * len(columns), given=classes[0], suggested="", reason="", picture="",
        copies=0, slip=slip,
    )  # fmt: skip
    return Outgoing(name="d.csv", columns=columns, classes=classes, items=(item,), report="r-1")


# out


def test_tasks_hold_texts_alone_and_neither_annotations_nor_predictions(
    made: tuple[Path, Audit, Path],
) -> None:
    """A task with an annotation counts as labelled; numbers of 64 bits break exports; the BOM is refused."""
    raw = (made[2] / "tasks.json").read_bytes()
    assert raw.startswith(b"[") and not raw.startswith(b"\xef\xbb\xbf")
    for task in tasks_of(made[2]):
        assert task.keys() == {"data"}
        assert all(isinstance(value, str) for value in task["data"].values())
        assert not task["data"].keys() & {"id", "label", "annotator", "created_at", "updated_at", "lead_time"}


def test_what_blind_items_hide_on_the_page_is_hidden_here(made: tuple[Path, Audit, Path]) -> None:
    """Suggestion and reason are empty, in predictions too; everything else of the page is there."""
    blind = {item["item"]: item for item in page_items(made[1]) if item["blind"]}
    found = {task["data"]["auditor_item"]: task["data"] for task in tasks_of(made[2])}
    assert blind and blind.keys() <= found.keys()
    for name, data in found.items():
        hidden = name in blind
        assert (data["suggested"] == "") == hidden and (data["reason"] == "") == hidden
    folder = made[2].parent / "ticked"
    auditor.export_items(made[1], folder, to="label-studio", items=30, spot=4, prelabel=True)
    ticked = {task["data"]["auditor_item"] for task in tasks_of(folder) if "predictions" in task}
    assert ticked == found.keys() - blind.keys()


def page_items(audit: Audit) -> list[dict[str, Any]]:
    """The items of the labeller's page of the same round."""
    from auditor.prioritise.round import Plan
    from auditor.report.review_options import ReviewOptions
    from auditor.report.review_view import review_data

    found: list[dict[str, Any]] = review_data(audit, ReviewOptions(plan=Plan(items=30, spot=4)), "en")[
        "items"
    ]
    return found


def test_it_asks_what_the_page_asks_and_each_content_once(made: tuple[Path, Audit, Path]) -> None:
    """The same items in the same order under one id; an exact copy travels with what it is a copy of."""
    slips = [slip_in(task["data"]["auditor"]) for task in tasks_of(made[2])]
    copies = [copy["item"] for slip in slips if slip for copy in slip.copies]
    page = [item["item"] for item in page_items(made[1])]
    assert copies == ["011"]
    assert [slip.item for slip in slips if slip] == [item for item in page if item not in copies]


def test_awkward_texts_arrive_as_they_are(made: tuple[Path, Audit, Path]) -> None:
    """Formulas, markup, line ends, joined emoji: Label Studio shows them as texts."""
    texts = [task["data"]["text"] for task in tasks_of(made[2])]
    assert any(AWKWARD[3] in text for text in texts)


class_names = st.text(st.characters(), min_size=1, max_size=20).filter(
    lambda name: name.strip() and not UNWRITABLE.search(name) and not VARIABLE.search(name)
)


@given(st.lists(class_names, min_size=1, max_size=5, unique=True), class_names)
def test_the_form_is_xml_that_gives_every_class_back(classes: list[str], column: str) -> None:
    """Whatever the names hold: quotes, markup, line ends, blanks at the ends."""
    root = ET.fromstring(label_config(outgoing(tuple(classes), (column, "second"))))
    control = next(one for one in root.iter("Choices") if one.get("name") == "label")
    assert [choice.get("alias") or choice.get("value") for choice in control] == classes
    values = [one.get("value", "") for one in root.iter() if one.tag in {"Text", "Image"}]
    assert values == ["$text_1", "$text_2"]
    heads = [one.get("value", "") for one in root.iter("Header")]
    assert sum("$" in head for head in heads) == 3  # given, suggested, reason: nothing else is replaced


@pytest.mark.parametrize("bad", ["$text", "costs $5", "a\x00b", "a\x1bb", " ", "\ud800"])
def test_a_class_that_would_come_back_as_another_is_refused(bad: str) -> None:
    """With a code, the class, and what to do."""
    with pytest.raises(InputError) as error:
        write(outgoing(("a", bad)))
    assert error.value.problems[0].slug == "class-not-exportable"
    assert error.value.problems[0].fixes


def test_a_class_that_stands_twice_is_refused() -> None:
    """Label Studio drops one of the two without a word."""
    with pytest.raises(InputError, match="stand twice"):
        write(outgoing(("a", "b", "a")))


def test_tasks_that_label_studio_would_not_take_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than an import that fails."""
    monkeypatch.setattr("auditor.review.interchange.label_studio.MOST_BYTES", 100)
    with pytest.raises(InputError) as error:
        write(outgoing(("a", "b")))
    assert error.value.problems[0].slug == "export-too-large"


def test_characters_that_no_file_holds_are_replaced_and_counted(tmp_path: Path) -> None:
    """Zero characters and halves of characters break every export of a project; the item keeps its id."""
    rows = [(f"{pet}-{n}", f"{pet} {n} {n * n}\0", pet) for n in range(30) for pet in ("cat", "dog")]
    audit = auditor.audit(pd.DataFrame(rows, columns=["id", "text", "label"]))
    written = auditor.export_items(audit, tmp_path / "ls", to="label-studio", items=10, spot=0, controls=0)
    assert written.replaced == written.items == 10
    assert all(task["data"]["text"].endswith("\ufffd") for task in tasks_of(tmp_path / "ls"))
    cleaned = Cleaner()
    assert [cleaned(text) for text in ("a\ud800b", "ab")] == ["a\ufffdb", "ab"]
    assert cleaned.replaced == 1


# back


@pytest.mark.parametrize("name", FILES)
def test_real_exports_change_the_decided_cells_alone(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Relabelled, kept, excluded by two, excluded by one, disputed, skipped, changed, nothing chosen."""
    data = write_dataset(tmp_path / "train.csv")
    fixed = tmp_path / "fixed.csv"
    assert main(["apply", str(data), str(GOLDEN / name), "-o", str(fixed)]) == 0
    assert applied_changes(data, fixed) == expected()
    assert ("1 skipped annotation" in capsys.readouterr().out) == (name in {"export.json", "snapshot.json"})


@pytest.mark.parametrize("name", FILES)
def test_real_exports_say_the_same(name: str) -> None:
    """Whichever export was taken: the same decisions by the same people at the same time."""

    def said(file: str) -> set[tuple[object, ...]]:
        return {
            (one.item, one.action, one.label, one.reasons, one.comment, one.reviewer, one.at, one.revision)
            for one in read_decisions(GOLDEN / file).decisions
        }

    assert said(name) == said("export.json")
    assert {one.reviewer for one in read_decisions(GOLDEN / name).decisions} == {
        "label-studio:1",
        "label-studio:2",
    }


def test_a_decision_is_what_the_page_would_have_written(
    made: tuple[Path, Audit, Path], tmp_path: Path
) -> None:
    """Every member of it, the hash of what was seen, and the round it is of."""
    tasks = tasks_of(made[2])
    slip = slip_in(tasks[0]["data"]["auditor"])
    assert slip is not None
    answer = {"label": "경제", "reasons": ["other"], "comment": "본문"}
    path = tmp_path / "e.json"
    path.write_text(json.dumps(exported(tasks, [(slip.item, answer)])), encoding="utf-8")
    found = read_decisions(path)
    (one,) = found.decisions
    assert (one.item, one.row, one.content, one.given) == (slip.item, slip.row, slip.content, slip.given)
    assert one.content.startswith("sha256:")
    assert (one.action, one.label, one.reasons, one.comment) == ("relabel", "경제", ("other",), "본문")
    assert (one.sample, one.position, one.round, one.shown_suggestion) == ("spot", slip.position, 1, False)
    assert (one.at, one.ms, one.reviewer, one.revision) == ("2026-11-28T01:00:00Z", 8400, "label-studio:7", 1)
    assert found.report == slip.report and found.dataset["rows"] == 80 and found.classes == slip.classes
    assert set(found.classes) == set(CLASSES)
    assert found.undecided == len(tasks) - 1


@pytest.mark.parametrize(
    ("people", "handles"),
    [
        ([7, 8], {"label-studio:7", "label-studio:8"}),
        ([{"id": 7, "email": "kim@a.test"}], {"label-studio:7"}),
        (["kim@a.test", "lee@a.test"], {"kim", "lee"}),
        (["kim@a.test", "kim@b.test"], {"kim@a.test", "kim@b.test"}),
        ([None], {"label-studio"}),
    ],
)
def test_people_are_known_by_their_numbers_or_names(
    made: tuple[Path, Audit, Path], tmp_path: Path, people: list[Any], handles: set[str]
) -> None:
    """No two people become one."""
    tasks = tasks_of(made[2])
    answers = [("003", {"label": "경제", "more": {"completed_by": one}}) for one in people]
    path = tmp_path / "e.json"
    path.write_text(json.dumps(exported(tasks, answers)), encoding="utf-8")
    assert {one.reviewer for one in read_decisions(path).decisions} == handles


def test_a_verdict_wins_over_a_class_that_may_have_been_ticked(
    made: tuple[Path, Audit, Path], tmp_path: Path
) -> None:
    """And it is said; several classes in one answer, and comments alone, are counted and decide nothing."""
    answers = [
        ("003", {"label": "경제", "verdict": "unsure"}),
        ("067", {"label": ["경제", "정치"]}),
        ("047", {"comment": "?"}),
    ]
    path = tmp_path / "e.json"
    path.write_text(json.dumps(exported(tasks_of(made[2]), answers)), encoding="utf-8")
    found = read_decisions(path)
    assert [(one.item, one.action) for one in found.decisions] == [("003", "unsure")]
    said = " ".join(str(note.what) for note in found.notes)
    assert "the verdict counts" in said and "several classes" in said and "no decision" in said


def test_a_class_that_was_added_in_the_tool_is_left_alone(
    made: tuple[Path, Audit, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be a slip of the pen: listed, not applied, and no reason to refuse the file."""
    path = tmp_path / "e.json"
    path.write_text(json.dumps(exported(tasks_of(made[2]), [("003", {"label": "날씨"})])), encoding="utf-8")
    assert main(["apply", str(made[0]), str(path), "-o", str(tmp_path / "f.csv")]) == 0
    assert "003" in capsys.readouterr().out
    assert applied_changes(made[0], tmp_path / "f.csv") == {}


def test_a_row_that_changed_since_is_stale(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """The hash of what was seen travels with the item."""
    from exported_round import rows

    found = [(i, f"{t} 날씨" if i == "003" else t, label) for i, t, label in rows()]
    data = write_dataset(tmp_path / "later.csv", found)
    assert main(["apply", str(data), str(GOLDEN / "export.json"), "-o", str(tmp_path / "f.csv")]) == 0
    wanted = {item: label for item, label in expected().items() if item != "003"}
    assert applied_changes(data, tmp_path / "f.csv") == wanted


def test_it_is_refused_for_another_dataset(tmp_path: Path) -> None:
    """Another label column; as with the page's own file."""
    data = write_dataset(tmp_path / "other.csv")
    data.write_text(
        data.read_text(encoding="utf-8").replace("id,text,label", "id,text,class", 1), encoding="utf-8"
    )
    assert main(["apply", str(data), str(GOLDEN / "export.json"), "-o", str(tmp_path / "f.csv")]) == 3


def test_rounds_in_one_project_stay_apart(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """Tasks of a second round were imported into the same project: two parts, each of its own round."""
    first = exported(tasks_of(made[2]), [("003", {"label": "경제"})])
    auditor.export_items(made[1], tmp_path / "second", to="label-studio", items=5, spot=0)
    second = exported(tasks_of(tmp_path / "second"), [("043", {"label": "경제"})])
    path = tmp_path / "e.json"
    path.write_text(json.dumps(first + second), encoding="utf-8")
    found = read_decisions(path)
    assert len(found.parts) == 2 and len({part.report for part in found.parts}) == 2
    assert sorted(one.item for one in found.decisions) == ["003", "043"]


@pytest.mark.parametrize("kind", ["tasks", "flat"])
def test_an_export_of_other_tasks_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    """Label Studio's own numbers would point at wrong rows."""
    task: dict[str, Any] = {"id": 1, "data": {"text": "x"}, "annotations": [], "predictions": []}
    row = {"id": 1, "text": "x", "label": "a", "annotator": 1, "annotation_id": 1, "created_at": "",
           "updated_at": "", "lead_time": 1}  # fmt: skip
    path = tmp_path / "e.json"
    path.write_text(json.dumps([task if kind == "tasks" else row]), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_decisions(path)
    assert error.value.problems[0].slug == "export-not-ours"
    csv = tmp_path / "e.csv"
    csv.write_text(",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_decisions(csv)
    assert error.value.problems[0].slug == "export-not-ours"


def test_tasks_that_others_added_are_counted(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """They have no row in the dataset."""
    foreign = {"id": 99, "data": {"text": "x"}, "annotations": [], "predictions": []}
    path = tmp_path / "e.json"
    path.write_text(
        json.dumps([*exported(tasks_of(made[2]), [("003", {"label": "경제"})]), foreign]), encoding="utf-8"
    )
    found = read_decisions(path)
    assert [str(note.what) for note in found.notes] == [
        "e.json: 1 item did not come from auditor; it was not read"
    ]


def hostile_values() -> st.SearchStrategy[Any]:
    """JSON of any shape."""
    plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    )


@given(hostile_values(), hostile_values(), hostile_values(), st.sampled_from(["tasks", "flat"]))
def test_no_export_of_any_shape_is_a_crash(result: Any, person: Any, other: Any, kind: str) -> None:
    """Decisions, or a coded error."""
    import tempfile

    slip = slip_text(outgoing(("a", "b")).items[0].slip)
    annotation = {
        "result": result,
        "completed_by": person,
        "id": other,
        "was_cancelled": other,
        "lead_time": other,
    }
    task: Any = {"data": {"auditor": slip}, "annotations": [annotation], "predictions": other}
    if kind == "flat":
        task = {"auditor": slip, "label": result, "annotator": person, "id": other, "annotation_id": other,
                "created_at": other, "updated_at": other, "lead_time": other, "comment": other}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "e.json"
        path.write_text(json.dumps([task]), encoding="utf-8")
        try:
            read_decisions(path)
        except AuditorError as error:
            assert all(problem.slug for problem in error.problems)


def test_too_large_an_export_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports with pictures are large: ten times the limit of our own files, and not more."""
    monkeypatch.setattr("auditor.review.reading.LARGEST_EXPORT", 10)
    path = tmp_path / "e.json"
    path.write_text("[" + " " * 20 + "]", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_decisions(path)
    assert error.value.problems[0].slug == "decisions-too-large"


def test_every_answer_of_the_example_is_in_the_real_exports() -> None:
    """The golden files are of this example and no other."""
    tasks = json.loads((GOLDEN / "export.json").read_text(encoding="utf-8"))
    found = {task["data"]["auditor_item"] for task in tasks}
    assert found == {item for item, _ in ANSWERS} | {item for item, _ in OTHER_PERSON}
