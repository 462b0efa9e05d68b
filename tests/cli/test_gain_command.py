"""`auditor gain` as it is typed: exit codes, the text at 80 columns, JSON, Korean, the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from rich.cells import cell_len

from auditor.cli.main import main

COMMAND = ["gain", "before.csv", "after.csv", "--test", "test.csv"]


def texts(n: int, first: int) -> pd.DataFrame:
    """Texts about cats and dogs in turn."""
    rows = [(f"r{row}", f"{('cat', 'dog')[row % 2]} number {row}") for row in range(first, first + n)]
    frame = pd.DataFrame(rows, columns=["id", "text"])
    return frame.assign(label=frame["text"].str[:3])


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """before.csv with nearly all cats called dogs, after.csv with right labels, test.csv."""
    after, test = texts(200, 0), texts(80, 1_000)
    before = after.copy()
    before.loc[0:192:2, "label"] = "dog"
    for name, frame in (("before", before), ("after", after), ("test", test)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_is_printed_fits_80_columns(files: Path, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    """Exit 0, no file is written, no line is longer, in both languages."""
    held = sorted(path.name for path in files.iterdir())
    assert main([*COMMAND, "--lang", lang]) == 0
    said = capsys.readouterr()
    assert all(cell_len(line) < 80 for line in said.out.splitlines())
    assert sorted(path.name for path in files.iterdir()) == held


def test_the_text_says_what_was_bought(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The numbers, the verdict, and what the interval covers."""
    assert main(COMMAND) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "labels: 97 of 200 are different" in said
    assert "accuracy 80 50.0 100.0 +50.0" in said
    assert "rows put right: 40, put wrong: 0" in said
    assert "A gain: accuracy is up by 50.0 points, clear of zero with this test set of 80 rows" in said
    assert "not another training" in said


def test_no_gain_is_not_sold_as_one(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same file twice changes no prediction."""
    assert main(["gain", "after.csv", "after.csv", "--test", "test.csv"]) == 0
    assert "not one of 80 rows is predicted otherwise" in " ".join(capsys.readouterr().out.split())


def test_json_is_one_object_with_the_same_bytes(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All but the CPU seconds is the same again."""
    found = []
    for _ in range(2):
        assert main([*COMMAND, "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0].pop("cpu_seconds").keys() == found[1].pop("cpu_seconds").keys() == {"total"}
    assert found[0] == found[1]
    assert found[0]["schema"] == "auditor.gain/1"
    assert (found[0]["verdict"], found[0]["right"], found[0]["wrong"]) == ("gain", 40, 0)


def test_a_touched_test_set_is_warned_of(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Decisions about rows of TEST are named on stderr."""
    (files / "decided.csv").write_text("item,label\nr1000,cat\n", encoding="utf-8")
    assert main([*COMMAND, "--decisions", "decided.csv"]) == 0
    assert "warn: gain-test-touched: 1 row of test.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["gain", "before.csv", "after.csv"], 2, "--test"),
        ([*COMMAND, "--annotations", "a.csv"], 2, "option-value: --annotations"),
        ([*COMMAND, "--model", "none"], 2, "option-value: --model none"),
        ([*COMMAND, "--seed", "x"], 2, "--seed x"),
        ([*COMMAND, "--test-predictions", "oof.npz"], 2, "--test-predictions: 1 is given"),
        (["gain", "before.csv", "test.csv", "--test", "after.csv"], 3, "gain-not-corrected"),
        (["gain", "before.csv", "after.csv", "--test", "after.csv"], 3, "gain-few-rows"),
        (["gain", "before.csv", "after.csv", "--test", "none.csv"], 3, "file-not-found"),
    ],
)
def test_a_wrong_call_and_what_cannot_be_judged_have_their_codes(
    files: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, said: str
) -> None:
    """2 for usage, 3 for no verdict, and words that help; nothing on stdout."""
    assert main(args) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_help_names_its_flags(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` exits 0 and knows BEFORE, AFTER and TEST."""
    assert main(["gain", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("BEFORE", "AFTER", "--test", "--test-predictions", "--decisions"))
