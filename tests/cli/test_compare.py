"""`auditor compare`, `report --since` and `audit --since` from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import WRONG, planted
from rich.cells import cell_len

from auditor import load_audit
from auditor.cli.main import main

AUDIT = ["--predictions", "oof.npz", "--out-of-sample", "yes", "--quiet"]


@pytest.fixture
def two(here: Path) -> Path:
    """The audit `old` of data.csv, and `new` of next.csv, in which one wrong label is corrected."""
    frame = planted()[0]
    frame.loc[WRONG[0], "label"] = ("cat", "dog", "eel")[WRONG[0] % 3]
    frame.to_csv(here / "next.csv", index=False)
    assert main(["audit", "data.csv", *AUDIT, "-o", "old"]) == 0
    assert main(["audit", "next.csv", *AUDIT, "-o", "new"]) == 0
    return here


def run(*args: str, lang: str = "en") -> tuple[int, str]:
    """Exit code and output of a real process; cp949 on a Korean console."""
    coded = "cp949" if lang == "ko" else "utf-8"
    env = {**os.environ, "AUDITOR_LANG": lang, "PYTHONIOENCODING": f"{coded}:strict"}
    done = subprocess.run([sys.executable, "-m", "auditor", *args], capture_output=True, check=False, env=env)
    return done.returncode, (done.stdout + done.stderr).decode(coded)


def test_it_says_what_is_gone(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One suspect of four is gone, its label was changed; lines of at most 80 columns; exit 0."""
    assert main(["compare", "old", "new"]) == 0
    said = capsys.readouterr().out
    assert "rows: 0 rows added, 0 removed, 1 relabelled, 0 with another content, 239 as" in said
    assert "gone: 1 whose label was changed" in said
    assert f"item-{WRONG[0]:03d}  eel -> dog  (label changed)" in said
    assert "label_issues.count" in said and "better" in said
    assert all(cell_len(line) <= 80 for line in said.splitlines())


def test_korean_fits_a_korean_console(two: Path) -> None:
    """Nothing that cp949 lacks, and no line wider than the console."""
    code, said = run("compare", "old", "new", lang="ko")
    assert code == 0 and f"item-{WRONG[0]:03d}" in said
    assert all(cell_len(line) <= 80 for line in said.splitlines())


def test_json_is_one_object(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole comparison; nothing of the folders."""
    assert main(["compare", "old", "new", "--json"]) == 0
    said = capsys.readouterr().out
    told = json.loads(said)
    assert told["schema"] == "auditor.comparison/1"
    assert (told["old"]["audit_id"], told["new"]["audit_id"]) == tuple(
        load_audit(name).audit_id for name in ("old", "new")
    )
    entry = next(one for one in told["findings"] if one["kind"] == "label_issue")
    assert (entry["gone"]["n"], entry["new"]["n"], entry["still_there"]) == (1, 0, 3)
    assert str(two) not in said


def test_the_same_audit_twice(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is new and it is said why."""
    assert main(["compare", "old", "old"]) == 0
    assert "it is the same audit twice" in capsys.readouterr().out


def test_wrong_calls_and_what_cannot_be_compared(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 for a missing argument, 3 for a folder that is no audit and for an audit of another task."""
    frame = pd.read_csv("data.csv", dtype=str)
    frame.assign(label=[f"{one}s" for one in frame["label"]]).to_csv("other.csv", index=False)
    assert main(["audit", "other.csv", "--model", "none", "-o", "other", "--quiet"]) == 0
    capsys.readouterr()
    assert main(["compare", "old"]) == 2
    assert main(["compare", "old", "none"]) == 3
    assert "not-an-audit" in capsys.readouterr().err
    assert main(["compare", "old", "other"]) == 3
    assert "compare-other-task" in capsys.readouterr().err
    assert main(["compare", "old", "other", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["problems"][0]["slug"] == "compare-other-task"


def test_report_since(two: Path) -> None:
    """The section stands in the page; without the flag it does not."""
    assert main(["report", "new", "--since", "old", "-o", "r.html"]) == 0
    assert 'id="since"' in Path("r.html").read_text(encoding="utf-8")
    assert main(["report", "new", "-o", "plain.html"]) == 0
    assert 'id="since"' not in Path("plain.html").read_text(encoding="utf-8")


def test_audit_since_may_replace_the_folder_it_names(two: Path) -> None:
    """The old audit is read before the new one takes its place; audit.json is the same with and without."""
    assert main(["audit", "next.csv", *AUDIT, "-o", "old", "--since", "old"]) == 0
    assert 'id="since"' in Path("old/report.html").read_text(encoding="utf-8")
    told = [json.loads(Path(name, "audit.json").read_text(encoding="utf-8")) for name in ("old", "new")]
    for one in told:
        del one["files"]["report.html"]
    assert told[0] == told[1]


def test_since_may_stand_in_the_configuration(two: Path) -> None:
    """A path beside the file."""
    (two / "auditor.toml").write_text('[audit]\nsince = "old"\n', encoding="utf-8")
    assert main(["audit", "next.csv", *AUDIT, "-o", "third"]) == 0
    assert 'id="since"' in Path("third/report.html").read_text(encoding="utf-8")


def test_an_old_audit_that_is_none_is_said_before_anything_is_done(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3, nothing written."""
    assert main(["audit", "next.csv", *AUDIT, "-o", "third", "--since", "nowhere"]) == 3
    assert "not-an-audit: nowhere" in capsys.readouterr().err
    assert not Path("third").exists()


def test_an_audit_is_not_lost_because_the_old_one_is_of_another_task(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is written without the section; exit 3 and why."""
    frame = pd.read_csv("data.csv", dtype=str)
    frame.assign(label=[f"{one}s" for one in frame["label"]]).to_csv("other.csv", index=False)
    args = ["audit", "other.csv", "--model", "none", "-o", "other", "--since", "old", "--quiet"]
    assert main(args) == 3
    assert "compare-other-task" in capsys.readouterr().err
    assert load_audit("other").header["dataset"]["classes"] == ["cats", "dogs", "eels"]
    assert 'id="since"' not in Path("other/report.html").read_text(encoding="utf-8")


def test_names_from_the_data_cannot_write_on_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id and a class with control characters, on a row that is new."""
    frame = pd.DataFrame(
        {"id": [f"i{n}" for n in range(20)], "text": [f"text number {n * n}" for n in range(20)]}
    )
    frame["label"] = np.where(np.arange(20) % 2, "a", "b\x1b[31m")
    frame.to_csv("one.csv", index=False)
    more = frame.iloc[[0]].assign(id="::error::\x1b[2J", label="a")
    pd.concat([frame, more]).to_csv("more.csv", index=False)
    for name in ("one", "more"):
        assert main(["audit", f"{name}.csv", "--id", "id", "--model", "none", "-o", name, "--quiet"]) == 0
    capsys.readouterr()
    assert main(["compare", "one", "more"]) == 0
    said = capsys.readouterr().out
    assert "conflict" in said and "\x1b" not in said
    assert not any(line.lstrip().startswith("::") for line in said.splitlines())
