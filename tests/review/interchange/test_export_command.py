"""`auditor export`: what it writes, says and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from exported_round import audited

import auditor
from auditor import Audit
from auditor.cli.main import main
from auditor.errors import UsageError
from auditor.exports import export_round
from auditor.report.review_options import ReviewOptions


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit]:
    """A saved audit."""
    folder = tmp_path_factory.mktemp("round")
    _, audit = audited(folder)
    audit.save(folder / "audit")
    return folder / "audit", audit


TOOLS = {
    "csv": ["review.csv"],
    "label-studio": ["label-studio/label_config.xml", "label-studio/tasks.json"],
    "argilla": ["argilla/records.json", "argilla/send.py", "argilla/settings.json"],
}


def files_in(folder: Path) -> list[str]:
    """The files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("to", TOOLS)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_writes_its_files_and_says_what_to_do_next(
    made: tuple[Path, Audit],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    to: str,
    lang: str,
) -> None:
    """Under the usual names, with the same bytes each time; in words that a Korean console prints."""
    monkeypatch.chdir(tmp_path)
    command = ["export", str(made[0]), "--to", to, "--items", "20", "--lang", lang]
    assert main(command) == 0
    said = capsys.readouterr().out
    said.encode("cp949")
    assert files_in(tmp_path) == TOOLS[to]
    assert "auditor apply DATA" in said and all(Path(name).name in said for name in TOOLS[to])
    before = [(tmp_path / name).read_bytes() for name in TOOLS[to]]
    assert main(command) == 2
    assert "output-exists" in capsys.readouterr().err
    assert main([*command, "--force", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert [(tmp_path / name).read_bytes() for name in TOOLS[to]] == before


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--to", "excel"],
        ["--to", "csv", "--prelabel"],
        ["--to", "csv", "--items", "0"],
        ["--to", "label-studio", "-o", "tasks.json"],
        ["--to", "csv", "--column", "nothing"],
        ["--to", "csv", "--only", "nothing"],
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(
    made: tuple[Path, Audit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    """Exit 2, and no file."""
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(made[0]), *flags]) == 2
    assert files_in(tmp_path) == []


def test_guidelines_go_where_a_tool_shows_them(
    made: tuple[Path, Audit], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Argilla has a place for them; of Label Studio it is said where they belong."""
    guide = tmp_path / "guide.md"
    guide.write_text("정치: 국회", encoding="utf-8")
    command = ["export", str(made[0]), "--guidelines", str(guide), "-o", str(tmp_path / "out")]
    assert main([*command, "--to", "label-studio"]) == 2
    assert "Labeling Instructions" in capsys.readouterr().err
    assert main([*command, "--to", "argilla"]) == 0


def test_a_folder_that_is_no_audit_is_refused(tmp_path: Path) -> None:
    assert main(["export", str(tmp_path), "--to", "csv", "-o", str(tmp_path / "r.csv")]) == 3


def test_nothing_is_written_into_the_folder_of_an_audit(made: tuple[Path, Audit]) -> None:
    """The next audit would find it foreign."""
    assert main(["export", str(made[0]), "--to", "csv", "-o", str(made[0] / "r.csv")]) == 2
    assert main(["export", str(made[0]), "--to", "label-studio", "-o", str(made[0])]) == 2


def test_what_was_decided_is_not_asked_again(made: tuple[Path, Audit], tmp_path: Path) -> None:
    """Whatever tool it was decided in: the second round goes on behind the first."""
    golden = Path(__file__).parents[2] / "data" / "label_studio" / "export.json"
    first = auditor.export_items(made[1], tmp_path / "a.csv", to="csv", items=30, spot=4)
    second = auditor.export_items(made[1], tmp_path / "b.csv", to="csv", items=30, spot=4, decisions=golden)
    assert (first.round, second.round) == (1, 2)
    asked = (tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    assert ",003," in (tmp_path / "a.csv").read_text(encoding="utf-8-sig") and "\ni3," not in asked


def test_without_content_the_ids_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit that keeps no content can be reviewed by people who look the items up; it is said, once."""
    rows = [
        {"id": f"a{n}", "text": f"{pet} {n} {n * n}", "label": pet}
        for n in range(30)
        for pet in ["cat", "dog"]
    ]
    rows = [row | {"id": f"{row['id']}-{row['label']}"} for row in rows]
    audit = auditor.audit(pd.DataFrame(rows), privacy="ids")
    audit.save(tmp_path / "audit")
    command = ["export", str(tmp_path / "audit"), "--items", "5", "-o"]
    for lang, said in {"en": "kept no content", "ko": "id"}.items():
        place = str(tmp_path / f"{lang}.csv")
        assert main([*command, place, "--to", "csv", "--lang", lang]) == 0
        assert said in capsys.readouterr().out.splitlines()[1]
    sheet = pd.read_csv(tmp_path / "en.csv", dtype=str)
    assert list(sheet)[:3] == ["key", "item", "given"]
    auditor.export_items(audit, tmp_path / "ls", to="label-studio", items=5)
    tasks = json.loads((tmp_path / "ls" / "tasks.json").read_text(encoding="utf-8"))
    assert all(task["data"]["text"] == task["data"]["auditor_item"] for task in tasks)


def test_an_unknown_tool_is_refused_in_python(made: tuple[Path, Audit]) -> None:
    with pytest.raises(UsageError, match="csv, label-studio, argilla"):
        export_round(made[1], ReviewOptions(), "excel", None, "en")
