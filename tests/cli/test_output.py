"""What is printed: ten lines or one object, in the right language and encoding, on the right stream."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor import detect, pipeline
from auditor.cli.main import main

AUDIT = ["audit", "data.csv", "--predictions", "oof.npz"]
Said = Callable[[], tuple[str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """(stdout, stderr) since it was last asked."""

    def read() -> tuple[str, str]:
        out, err = capsys.readouterr()
        return out, err

    return read


@pytest.fixture
def boom(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the program."""

    def fail(*args: Any) -> None:
        raise RuntimeError("no idea")

    monkeypatch.setattr("auditor.cli.run_audit.run", fail)
    monkeypatch.setattr(pipeline, "run", fail)


# the summary


def test_the_summary_is_ten_lines(here: Path, said: Said) -> None:
    """What was read, four numbers, three things to do, what was written.

    By hand: 4 wrong labels of 240; with the group in conflict 5 decisions, 35 s; three groups of two;
    rows 10, 53, 101 and 202 moved one dog, one dog, one eel and one eel away: 78 dogs against 82 cats.
    """
    assert main([*AUDIT, "--out-of-sample", "yes"]) == 0
    lines = said()[0].splitlines()
    assert lines[:-1] == [
        "data.csv: 240 rows, 3 classes; oof.npz",
        "  Labels suspected   4 rows (1.7% of 240 rows; how many are real is not known yet)",
        "  To review first    5 decisions (from the top of the queue, as many as suspects and conflicts; "
        "about 1 min at 7 s each)",
        "  Duplicate groups   3 same content (1 with different labels; 1 row leaked across splits; + 2 near)",
        '  Smallest class    78 rows ("dog"; largest to smallest 1.1:1)',
        "do first:",
        "  1. Open review.html and check the first 25 rows, about 3 minutes",
        "  2. Settle 1 group of equal rows with different labels",
        "  3. Remove 1 leaked row from the later split",
    ]
    assert lines[-1].startswith("wrote audit: report.html ") and lines[-1].endswith("and 8 more files")
    assert len(lines) == 10


def test_without_predictions_nothing_is_said_of_label_errors(here: Path, said: Said) -> None:
    """`not measured` and why, and the command that would measure."""
    assert main(["audit", "data.csv", "--model", "none"]) == 0
    out = said()[0]
    assert "Labels suspected   - not measured (no predictions)" in out
    assert "auditor audit data.csv --predictions oof.npz" in out
    assert len(out.splitlines()) <= 10


def test_files_of_others_are_not_counted_as_written(here: Path, said: Said) -> None:
    (here / "audit").mkdir()
    (here / "audit" / "mine.txt").write_text("x")
    assert main([*AUDIT, "--force"]) == 0
    assert said()[0].splitlines()[-1].endswith("and 8 more files")


def test_notes_go_to_stderr(here: Path, said: Said) -> None:
    """What was understood on the way in is no result."""
    assert main(AUDIT) == 0
    out, err = said()
    assert "note: class-order-source: " in err
    assert "note:" not in out


def test_quiet_prints_nothing_but_errors(here: Path, said: Said) -> None:
    assert main([*AUDIT, "--quiet"]) == 0
    assert said() == ("", "")
    assert main(["audit", "none.csv", "--quiet"]) == 3
    out, err = said()
    assert out == ""
    assert err.startswith("auditor: file-not-found: ")


# one object


def test_json_is_one_object_with_the_numbers_of_the_summary(here: Path, said: Said) -> None:
    """The same as the ten lines, with timings, which no file may hold."""
    assert main([*AUDIT, "--json"]) == 0
    out, err = said()
    found = json.loads(out)
    values = {measure["name"]: measure["value"] for measure in found["measures"]}
    assert found["schema"] == "auditor.audit/1"
    assert (values["label_issues.count"], values["duplicates.exact_groups"]) == (4, 3)
    assert found["audit_id"] == json.loads((here / "audit" / "audit.json").read_bytes())["audit_id"]
    assert found["command"] == "auditor audit data.csv --predictions oof.npz"
    assert [action["title"] for action in found["actions"]][1].startswith("Settle 1 group")
    assert found["cpu_seconds"]["total"] >= 0
    assert "cpu_seconds" not in (here / "audit" / "audit.json").read_text()
    assert "note:" in err


@pytest.mark.parametrize(
    ("args", "code", "slug"),
    [
        (["audit", "data.csv", "--top", "0"], 2, "option-value"),
        (["audit", "data.csv", "--nonsense"], 2, "usage"),
        (["audit", "data.csv", "--privacy", "x"], 2, "usage"),
        (["adit"], 2, "usage"),
        (["audit", "none.csv"], 3, "file-not-found"),
        (["audit", "data.csv", "-o", "."], 2, "output-exists"),
    ],
)
def test_json_is_one_object_for_an_error_too(
    here: Path, said: Said, args: list[str], code: int, slug: str
) -> None:
    """On stdout for programs; for people the same on stderr."""
    assert main([*args, "--json"]) == code
    out, err = said()
    found = json.loads(out)
    assert found["schema"] == "auditor.error/1"
    assert (found["exit_code"], found["problems"][0]["slug"]) == (code, slug)
    assert found["problems"][0]["message"]
    assert err


@pytest.mark.usefixtures("boom")
def test_json_is_one_object_for_a_bug_too(here: Path, said: Said) -> None:
    assert main([*AUDIT, "--json"]) == 4
    out, err = said()
    found = json.loads(out)
    assert (found["exit_code"], found["problems"][0]["slug"]) == (4, "bug")
    assert found["problems"][0]["message"] == "RuntimeError: no idea"
    assert "auditor: bug: RuntimeError: no idea" in err


def test_all_problems_of_an_input_are_told_at_once(here: Path, said: Said) -> None:
    """One object holds them all; a person sees them all."""
    (here / "data.csv").write_text("id,text,label\na,x,cat\na,y,cat\n,z,cat\n")
    assert main(["audit", "data.csv", "--json"]) == 3
    out, err = said()
    assert [problem["slug"] for problem in json.loads(out)["problems"]] == [
        line.split(": ")[1] for line in err.splitlines() if line.startswith("auditor: ")
    ]


def test_debug_shows_why_a_detector_failed(here: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its traceback too; without the flag one line."""

    def fail(inputs: Any, settings: Any) -> None:
        raise RuntimeError("no idea")

    failing = replace(detect.detectors()["exact_duplicates"], find=fail)
    monkeypatch.setitem(detect._REGISTRY, "exact_duplicates", failing)
    assert main([*AUDIT, "-o", "first"]) == 4
    assert "Traceback" not in said()[1]
    assert main([*AUDIT, "-o", "second", "--debug"]) == 4
    err = said()[1]
    assert "Traceback" in err and "RuntimeError: no idea" in err


# languages and encodings


@pytest.mark.parametrize(
    ("environment", "flag", "korean"),
    [
        ({}, None, False),
        ({"AUDITOR_LANG": "ko"}, None, True),
        ({"AUDITOR_LANG": "ko"}, "en", False),
        ({"AUDITOR_LANG": "en", "LC_ALL": "ko_KR.UTF-8"}, None, False),
        ({"LC_ALL": "ko_KR.UTF-8"}, None, True),
        ({"LC_MESSAGES": "ko_KR.eucKR"}, None, True),
        ({"LANG": "ko"}, None, True),
        ({"LANG": "kok_IN.UTF-8"}, None, False),
        ({"AUDITOR_LANG": "de_DE"}, None, False),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, None, False),
        ({}, "ko", True),
    ],
)
def test_the_language_is_the_flags_then_the_environments(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: Said,
    environment: dict[str, str],
    flag: str | None,
    korean: bool,
) -> None:
    """--lang, AUDITOR_LANG, LC_ALL, LC_MESSAGES, LANG; what is no language of ours is English."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "none.csv", *(["--lang", flag] if flag else [])]) == 3
    err = said()[1]
    assert err.startswith("auditor: file-not-found: ")  # the code comes first in both
    assert any("가" <= character <= "힣" for character in err) == korean


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_cp949_console_can_print_everything(tmp_path: Path, lang: str) -> None:
    """Not one character of the demo in either language is lost on the way."""
    command = [sys.executable, "-m", "auditor", "demo", "--lang", lang]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "cp949"},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    out, err = run.stdout.decode("cp949"), run.stderr.decode("cp949")
    assert "?" not in out + err
    assert len(out.splitlines()) <= 10
    assert any("가" <= character <= "힣" for character in out) == (lang == "ko")


# terminals


def on_a_terminal(folder: Path, *args: str, stdout: bool, **environment: str) -> tuple[str, str]:
    """(stdout, what a terminal showed) of a run whose stderr, or both streams, are a terminal."""
    main_end, child_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", *args],
        cwd=folder,
        stdout=child_end if stdout else subprocess.PIPE,
        stderr=child_end,
        env=os.environ | {"TERM": "xterm"} | environment,
    )
    os.close(child_end)
    shown = b""
    try:
        while piece := os.read(main_end, 65_536):
            shown += piece
    except OSError:  # Linux says so at the end
        pass
    out = process.stdout.read().decode() if process.stdout else ""
    process.wait()
    os.close(main_end)
    if process.stdout:
        process.stdout.close()
    assert process.returncode == 0
    return out, shown.decode()


def test_progress_is_drawn_on_a_terminal_and_on_stderr_alone(here: Path) -> None:
    """stdout holds the ten lines; the line that moves is taken away at the end."""
    out, shown = on_a_terminal(here, *AUDIT, stdout=False)
    assert "\x1b" not in out
    assert len(out.splitlines()) == 10
    assert "\x1b[2K" in shown
    assert "report" in shown


def test_quiet_draws_no_progress(here: Path) -> None:
    assert on_a_terminal(here, *AUDIT, "--quiet", stdout=False) == ("", "")


def test_colour_is_for_terminals_without_no_color(tmp_path: Path) -> None:
    """NO_COLOR of any value but none takes it out; so does a pipe."""
    assert "\x1b[1mlabel_issues" in on_a_terminal(tmp_path, "detectors", stdout=True)[1]
    assert "\x1b" not in on_a_terminal(tmp_path, "detectors", stdout=True, NO_COLOR="1")[1]


def test_without_a_terminal_nothing_moves(here: Path, said: Said) -> None:
    """Neither colours nor progress in a log."""
    assert main(AUDIT) == 0
    assert "\x1b" not in "".join(said())


def test_a_label_is_no_command_to_a_runner_of_pipelines(here: Path, said: Said) -> None:
    """Azure Pipelines obeys `##vso[` anywhere in a line of the log, GitHub Actions `##[`."""
    evil = "##vso[task.complete result=Succeeded]##[error]###[x]"
    data = (here / "data.csv").read_text(encoding="utf-8")
    (here / "data.csv").write_text(data.replace("dog", evil), encoding="utf-8")
    assert main(["audit", "data.csv", "--json"]) == 0
    printed = said()[0]
    assert evil in json.loads(printed)["dataset"]["classes"]
    assert main(["audit", "data.csv", "--force", "-o", "b"]) == 0
    assert main(["show", "audit", "item-001"]) == 0
    assert main(["audit", "data.csv", "--label", evil]) == 2
    assert main([*AUDIT, "-o", "c"]) == 0  # the label is not in the class list
    printed += "".join(said())
    assert "##vso[" not in printed and "##[" not in printed
