"""`auditor check`: what it prints of sound and of faulty input."""

from __future__ import annotations

import json
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
