"""`auditor check`: what it prints of sound and of faulty input."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from auditor.cli.main import main

CHECK = ["check", "data.csv", "--predictions", "oof.npz"]


def printed(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> str:
    """What a command prints on stdout."""
    capsys.readouterr()
    assert main(list(args)) == code
    return capsys.readouterr().out


def test_what_was_understood_is_printed_with_the_reason(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(capsys, *CHECK, "--label", "label")
    for line in (
        "240, read as csv (utf-8 ,)",
        "240 rows, 0 without, 0 outside the class list",
        "label (as you said)",
        "text (by its name)",
        "class order  ",
        "oof.npz: 240 rows, probabilities, joined by id",
        "not said whether out of sample (--out-of-sample yes|no)",
        "an audit is possible; warnings: 0",
    ):
        assert line in out


def test_nothing_is_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    printed(capsys, *CHECK)
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_what_is_wrong_is_printed_with_what_to_type(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two faults of two kinds at once, each with a fix; the last line says what follows."""
    frame = pd.read_csv(here / "data.csv", dtype=str)
    probs = np.load(here / "oof.npz")["probs"]
    np.save(here / "bare.npy", probs[:, [1, 2, 0]])
    frame.drop(columns="id").to_csv(here / "bare.csv", index=False)
    out = printed(capsys, "check", "bare.csv", "--predictions", "bare.npy", code=3)
    assert "auditor: class-order: " in out
    assert "fix: --classes dog,eel,cat" in out
    assert out.splitlines()[-1].startswith("no audit is possible; errors: 1, ")
    assert out.splitlines()[-1].endswith("; exit 3")


def test_wrong_usage_exits_2_and_says_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *CHECK, "--label", "lable", code=2)
    assert "column-not-found" in out
    assert "fix: --label label" in out


def test_quiet_prints_problems_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, *CHECK, "--quiet") == ""
    assert "column-not-found" in printed(capsys, *CHECK, "--quiet", "--label", "lable", code=2)


@pytest.mark.parametrize("args", [[], ["--label", "lable"]])
def test_the_same_as_json(here: Path, capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    code = 2 if args else 0
    said = json.loads(printed(capsys, *CHECK, "--json", *args, code=code))
    assert (said["schema"], said["ok"], said["exit_code"]) == ("auditor.check/1", not args, code)
    if not args:
        assert said["predictions"] == [
            {"name": "oof.npz", "kind": "probabilities", "joined_by": "id", "rows": 240}
        ]
        assert {entry["verdict"] for entry in said["checks"]} >= {"fine"}
    else:
        assert said["problems"][0]["slug"] == "column-not-found"


def test_korean(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *CHECK, "--lang", "ko")
    assert "라벨" in out
    assert not any(word in out for word in ("rows,", "an audit", "checked:", "by its name"))
    out.encode("cp949")


def test_the_next_command_is_there_to_paste(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the flags that were given, but for those of `check` alone."""
    (here / "my data").mkdir()
    (here / "data.csv").rename(here / "my data" / "한글.csv")
    out = printed(capsys, "check", "my data/한글.csv", "--predictions", "oof.npz", "--text", "text")
    line = out.splitlines()[-1]
    assert line == "next: auditor audit 'my data/한글.csv' --predictions oof.npz --text text"
    assert main([*shlex.split(line.removeprefix("next: auditor ")), "--quiet"]) == 0


def test_columns_that_are_not_used_are_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also the one without a name, in which pandas writes its index."""
    frame = pd.read_csv(here / "data.csv").assign(score=1.5)
    frame.to_csv(here / "wide.csv")
    (line,) = [
        line for line in printed(capsys, "check", "wide.csv").splitlines() if line.startswith("  not used")
    ]
    assert line.split(None, 2)[2] == '"", score'


def test_what_an_audit_without_predictions_offers_can_be_pasted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder and the flags stay."""
    (here / "sub").mkdir()
    (here / "data.csv").rename(here / "sub" / "data.csv")
    out = printed(capsys, "audit", "sub/data.csv", "--label", "label", "--force")
    command = next(line for line in out.splitlines() if "--predictions oof.npz" in line).split(": ")[-1]
    assert command == "auditor audit sub/data.csv --predictions oof.npz --label label"
    assert main([*shlex.split(command)[1:], "--quiet", "--force"]) == 0


def test_predictions_are_not_asked_for_where_there_are_no_labels(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(capsys, "audit", "data.csv", "--label", "none", "--force")
    assert "predictions oof.npz" not in out
