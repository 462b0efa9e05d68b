"""What holds of every tool: a round goes out, is answered, and comes back as the page's file would."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from answered_round import applied_changes, chosen
from exported_round import audited, rows, write_dataset

import auditor
from auditor import Audit
from auditor.cli.main import main
from auditor.errors import InputError
from auditor.prioritise.round import Plan
from auditor.report.review_options import ReviewOptions
from auditor.report.review_view import review_data
from auditor.review.interchange import register_all
from auditor.review.interchange.family import NAMES, TOOLS
from auditor.review.reading import read_decisions

Answers = Mapping[str, Mapping[str, Any]]
"""Item -> `label` or `verdict`, `reasons`, `comment`."""
ASKED: Answers = {
    "003": {"label": "경제", "reasons": ["other"], "comment": "=1+1"},
    "067": {"label": "정치"},  # the given one
    "047": {"verdict": "exclude"},
    "079": {"verdict": "unsure", "reasons": ["guideline_unclear", "other"]},
    "070": {"label": " 007"},  # 011 is its copy
}
SETTLED = {
    "003": ("relabel", "경제"),
    "067": ("keep", None),
    "047": ("exclude", None),
    "079": ("unsure", None),
    "070": ("relabel", " 007"),
    "011": ("relabel", " 007"),
}
"""What a person who gave these answers on the page would have in the file."""


def in_csv(place: Path, answers: Answers, people: Sequence[int]) -> Path:
    """Cells filled in; a sheet is one person's."""
    with place.open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    for row in found:
        said = answers.get(row["item"], {})
        row |= {"label": said.get("label", ""), "action": said.get("verdict", "")}
        row |= {"reasons": "; ".join(said.get("reasons", [])), "comment": said.get("comment", "")}
    path = place.with_name("answered.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    return path


def in_label_studio(place: Path, answers: Answers, people: Sequence[int]) -> Path:
    """Annotations as its JSON export has them."""
    tasks = json.loads((place / "tasks.json").read_text(encoding="utf-8"))
    for number, task in enumerate(tasks):
        said = answers.get(task["data"]["auditor_item"])
        task |= {"id": number, "drafts": [], "predictions": []}
        task["annotations"] = [
            {"id": 10 * number + who, "completed_by": who, "result": chosen(dict(said))}
            for who in people
            if said is not None
        ]
    return written(place.with_name("answered.json"), tasks)


def in_argilla(place: Path, answers: Answers, people: Sequence[int]) -> Path:
    """Responses as `to_list(flatten=True)` has them."""
    out = []
    for record in json.loads((place / "records.json").read_text(encoding="utf-8")):
        said = dict(answers.get(record["metadata"]["auditor_item"], {}))
        if said:
            said.setdefault("verdict", "relabel")
        row = {"id": record["id"], "status": "pending", **record["fields"], **record["metadata"]}
        for name in ("verdict", "label", "reasons", "comment"):
            users = list(map(str, people)) if name in said else []
            row[f"{name}.responses"] = [said[name] for _ in users] or None
            row[f"{name}.responses.users"] = users or None
            row[f"{name}.responses.status"] = ["submitted" for _ in users] or None
        out.append(row)
    return written(place.with_name("answered.json"), out)


def written(path: Path, found: Any) -> Path:
    """The same as JSON."""
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return path


ANSWERED: dict[str, Callable[[Path, Answers, Sequence[int]], Path]] = {
    "csv": in_csv,
    "label-studio": in_label_studio,
    "argilla": in_argilla,
}
SEVERAL = sorted(set(ANSWERED) - {"csv"})
"""Tools in which several people work in one place."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit]:
    """The dataset and its audit."""
    return audited(tmp_path_factory.mktemp("round"))


def answered(made: tuple[Path, Audit], folder: Path, to: str, people: Sequence[int] = (7,)) -> Path:
    """A round of a tool as it comes back."""
    written = auditor.export_items(made[1], folder / "out", to=to, items=30, spot=4)
    place = written.paths[0] if to == "csv" else folder / "out"
    return ANSWERED[to](place, ASKED, people)


def test_every_member_is_answered_here() -> None:
    """A tool that is added has to be added to these tests."""
    register_all()
    assert list(TOOLS) == [name for name in TOOLS if name in NAMES]
    assert set(TOOLS) == set(NAMES) == set(ANSWERED)


@pytest.mark.parametrize("to", ANSWERED)
def test_answers_come_back_as_the_page_would_have_written_them(
    made: tuple[Path, Audit], tmp_path: Path, to: str
) -> None:
    """Item, content, place in the round and what was hidden are those of the page's own items."""
    found = read_decisions(answered(made, tmp_path, to))
    assert {one.item: (one.action, one.label) for one in found.decisions} == SETTLED
    page = review_data(made[1], ReviewOptions(plan=Plan(items=30, spot=4)), "en")
    asked = {item["item"]: item for item in page["items"]}
    for one in found.decisions:
        if one.copy_of is None:
            shown = asked[one.item]
            assert (one.row, one.content, one.given) == (shown["row"], shown["content"], shown["given"])
            assert (one.sample, one.position) == (shown["sample"], shown["position"])
            assert one.shown_suggestion is not shown["blind"]
            assert list(one.reasons) == list(ASKED[one.item].get("reasons", []))
            assert one.comment == ASKED[one.item].get("comment", "")
        assert one.round == page["round"]
    assert found.report == page["report"]["id"]
    assert found.dataset["label_column"] == page["dataset"]["label_column"] == "label"


@pytest.mark.parametrize("to", ANSWERED)
def test_those_cells_change_and_no_others(made: tuple[Path, Audit], tmp_path: Path, to: str) -> None:
    """A dry run writes nothing; the same without it changes what was decided."""
    path, fixed = answered(made, tmp_path, to), tmp_path / "fixed.csv"
    command = ["apply", str(made[0]), str(path), "-o", str(fixed)]
    assert main([*command, "--dry-run"]) == 0 and not fixed.exists()
    assert main(command) == 0
    assert applied_changes(made[0], fixed) == {"003": "경제", "011": " 007", "047": None, "070": " 007"}


@pytest.mark.parametrize("to", ANSWERED)
def test_what_changed_since_is_left_alone_whatever_tool_it_came_from(
    made: tuple[Path, Audit], tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    """A row with another text, and one with another label than was shown."""
    changed = {"003": ("다른 글", "정치"), "047": (None, "경제")}
    later = [
        (item, changed.get(item, (None, ""))[0] or text, changed.get(item, ("", label))[1])
        for item, text, label in rows()
    ]
    assert {i: label for i, _, label in rows()}["047"] != "경제"
    data = write_dataset(tmp_path / "later.csv", later)
    path = answered(made, tmp_path, to)
    assert main(["apply", str(data), str(path), "-o", str(tmp_path / "fixed.csv")]) == 0
    assert "changed since" in capsys.readouterr().out
    assert applied_changes(data, tmp_path / "fixed.csv") == {"011": " 007", "070": " 007"}


@pytest.mark.parametrize("to", SEVERAL)
def test_two_people_in_one_export_are_two_reviewers(
    made: tuple[Path, Audit], tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    """`merge` tells how far they agree; what it writes is applied as the export itself is."""
    path = answered(made, tmp_path, to, people=(7, 8))
    merged = tmp_path / "merged.json"
    assert main(["merge", str(path), "-o", str(merged)]) == 0
    said = capsys.readouterr().out
    assert f"{to}:7" in said and f"{to}:8" in said
    assert "100% of the pairs of answers" in said and "Cohen's kappa" in said
    for at, decisions in enumerate((path, merged)):
        fixed = tmp_path / f"{at}.csv"
        assert main(["apply", str(made[0]), str(decisions), "-o", str(fixed)]) == 0
        assert applied_changes(made[0], fixed) == {"003": "경제", "011": " 007", "047": None, "070": " 007"}


@pytest.mark.parametrize("to", SEVERAL)
def test_brackets_without_end_are_refused(made: tuple[Path, Audit], tmp_path: Path, to: str) -> None:
    """An export that would exhaust the reader is a coded error."""
    path = answered(made, tmp_path, to)
    whole = path.read_text(encoding="utf-8")
    path.write_text(f"{whole[:-1]}, {'[' * 50_000}{']' * 50_000}]", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_decisions(path)
    assert error.value.problems[0].slug == "json-too-deep"


@pytest.mark.parametrize("to", ANSWERED)
def test_a_slip_that_was_changed_is_refused(made: tuple[Path, Audit], tmp_path: Path, to: str) -> None:
    """Whoever edits it cannot point a decision at another row unseen."""
    path = answered(made, tmp_path, to)
    text = path.read_text(encoding="utf-8-sig")
    at = text.index("a1.") + len("a1.01234567.")
    other = "A" if text[at + 9] != "A" else "B"
    path.write_text(f"{text[: at + 9]}{other}{text[at + 10 :]}", encoding="utf-8")
    assert main(["apply", str(made[0]), str(path), "-o", str(tmp_path / "fixed.csv")]) == 3
    assert not (tmp_path / "fixed.csv").exists()
