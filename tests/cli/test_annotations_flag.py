"""`--annotations` from the command line and from the configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from audit_inputs import answers_of, planted, planted_files

from auditor.cli.main import main
from auditor.store.loading import load_audit

AUDIT = ["audit", "data.csv", "--predictions", "oof.npz"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the planted dataset, its predictions and answers."""
    planted_files(tmp_path)
    answers = answers_of(planted()[0])
    assert answers is not None
    answers.to_csv(tmp_path / "answers.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_flag_gives_the_section_and_stands_in_the_command(here: Path) -> None:
    """Four wrong labels, found by the consensus; the command makes the audit again."""
    assert main([*AUDIT, "--annotations", "answers.csv", "--quiet"]) == 0
    page = (here / "audit" / "report.html").read_text("utf-8")
    assert "4 annotators gave 720 answers to 240 rows." in page
    assert "--annotations answers.csv" in page
    found = load_audit("audit").findings
    assert (found["kind"] == "annotation").sum() == 4


def test_the_configuration_may_name_the_file(here: Path) -> None:
    """A path in it is relative to it; `apply` does without it."""
    (here / "auditor.toml").write_text("[data]\nannotations = 'answers.csv'\n")
    assert main([*AUDIT, "--quiet"]) == 0
    assert load_audit("audit").header["annotations"]["file"] == "answers.csv"


def test_check_says_what_was_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and as JSON."""
    command = ["check", *AUDIT[1:], "--annotations", "answers.csv"]
    assert main(command) == 0
    assert "answers.csv: 720 answers of 4 annotators to 240 rows" in capsys.readouterr().out
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["annotations"]["annotators"] == 4


def test_answers_that_cannot_be_used_stop_the_audit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3, the code, what to do; nothing is written."""
    table = pd.read_csv(here / "answers.csv")
    table.assign(item="x" + table["item"]).to_csv(here / "answers.csv", index=False)
    assert main([*AUDIT, "--annotations", "answers.csv"]) == 3
    assert "ids-do-not-match" in capsys.readouterr().err
    assert not (here / "audit").exists()


def test_a_file_that_is_not_there_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*AUDIT, "--annotations", "answer.csv"]) == 3
    assert "answers.csv" in capsys.readouterr().err


def test_apply_has_no_use_for_answers(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The flag is refused, as that of predictions is."""
    assert main(["apply", "data.csv", "none.json", "--annotations", "answers.csv", "-o", "fixed.csv"]) == 2
    assert "--annotations" in capsys.readouterr().err
