"""action.yml: valid, safe against hostile inputs, and run: each of the gate's answers is told apart."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema
from github_runner import ROOT, Runner, action
from jsonschema import Draft7Validator
from junitparser import JUnitXml
from plugged_data import written

PYTHON = """#!/bin/sh
case "$*" in
  "-I -m venv "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; exit ;;
  "-I -m pip "*) echo "pip: $*"; exit "${PIP_EXITS:-0}" ;;
  "-I -m auditor "*) [ -z "$SPOILED" ] || { shift 3; exec PYTHON -I -c "$SPOILED" "$@"; } ;;
esac
exec PYTHON "$@"
"""
"""A Python whose virtual environments are itself and whose pip installs nothing."""
CRASH = """
import sys, auditor.pipeline
def run(*args, **options):
    raise ZeroDivisionError("injected")
auditor.pipeline.run = run
from auditor.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
STEPS = action()["runs"]["steps"]
UPLOAD = "actions/upload-artifact@v6"
SAVE = "actions/cache/save@v5"


@pytest.fixture
def runner(tmp_path: Path, plain_environment: dict[str, str]) -> Runner:
    """A job in an empty folder."""
    python = tmp_path / "bin" / "python"
    python.write_text(PYTHON.replace("PYTHON", shlex.quote(sys.executable)), encoding="utf-8")
    workspace = tmp_path / "work"
    workspace.mkdir(exist_ok=True)
    return Runner(workspace=workspace, temp=tmp_path / "runner temp", environment=plain_environment)


def test_the_action_is_valid_by_githubs_schema() -> None:
    """The published schema of action.yml finds nothing wrong."""
    errors = Draft7Validator(get_builtin_schema("vendor.github-actions")).iter_errors(action())
    assert [error.message for error in errors] == []


def test_no_expression_stands_in_a_script() -> None:
    """GitHub writes the value of an expression into the script: an input there would be run."""
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


def test_every_input_is_used_and_every_input_that_is_used_is_declared() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(action()["inputs"])


def test_a_dataset_that_is_good_passes(runner: Runner) -> None:
    """Exit 0, all reports, the summary; auditor is installed from the action itself.

    The audit is kept: the next run, of unchanged data, reuses it, and saves no cache that is there already.
    """
    written(runner.workspace / "data.csv")
    done = runner.run(data="data.csv", args="--model none", html="true")
    assert (done.code, done.failed) == (0, "")
    assert done.outputs["verdict"] == "passed" and done.outputs["exit-code"] == "0"
    reports = Path(done.outputs["reports"])
    assert {path.name for path in reports.iterdir()} == {"gate.json", "gate.xml", "gate.md", "report.html"}
    assert done.summary == (reports / "gate.md").read_text(encoding="utf-8")
    assert done.used[UPLOAD] == {
        "name": "auditor-gate",
        "path": str(reports),
        "if-no-files-found": "ignore",
    }
    assert Path(done.used[SAVE]["path"]).is_relative_to(runner.temp)
    assert f"pip: -I -m pip install --quiet {ROOT}" in done.log
    assert "::error" not in done.log and "is reused" not in done.log

    runner.found = {"cache-matched-key": done.used[SAVE]["key"]}
    again = runner.run(data="data.csv", args="--model none")
    assert (again.code, again.outputs["verdict"]) == (0, "passed")
    assert "is reused" in again.log and SAVE not in again.used


def test_a_dataset_with_a_leak_fails_with_1(runner: Runner) -> None:
    """The step fails with the gate's own code; reports and cache are kept all the same."""
    written(runner.workspace / "data.csv", leak=True)
    done = runner.run(data="data.csv", args="--model none")
    assert (done.code, done.failed) == (1, "Judge")
    assert (done.outputs["verdict"], done.outputs["exit-code"]) == ("failed", "1")
    assert UPLOAD in done.used and SAVE in done.used
    assert not (Path(done.outputs["reports"]) / "report.html").exists()
    assert "::error title=auditor%3A leaked-rows::" in done.log
    suite = JUnitXml.fromfile(str(Path(done.outputs["reports"]) / "gate.xml"))
    assert (suite.failures, suite.errors) == (1, 0)
    assert "leaked-rows" in done.summary


def test_data_that_cannot_be_judged_end_with_3(runner: Runner) -> None:
    """Neither passed nor failed, and it says so where people look: annotation, summary, reports."""
    done = runner.run(data="missing.csv")
    assert (done.code, done.failed) == (3, "Judge")
    assert (done.outputs["verdict"], done.outputs["exit-code"]) == ("no verdict", "3")
    assert "::error title=auditor gate%3A no verdict::" in done.log
    assert "missing.csv" in done.summary
    reports = Path(done.outputs["reports"])
    assert json.loads((reports / "gate.json").read_text(encoding="utf-8"))["exit_code"] == 3
    assert JUnitXml.fromfile(str(reports / "gate.xml")).errors == 1
    assert UPLOAD in done.used and SAVE not in done.used


def test_a_crash_ends_with_4(runner: Runner) -> None:
    """A bug of the program is no finding."""
    written(runner.workspace / "data.csv")
    runner.environment = {**runner.environment, "SPOILED": CRASH}
    done = runner.run(data="data.csv")
    assert (done.code, done.failed) == (4, "Judge")
    assert (done.outputs["verdict"], done.outputs["exit-code"]) == ("crashed", "4")
    assert "::error title=auditor gate%3A crashed::" in done.log
    assert UPLOAD in done.used and SAVE not in done.used


@pytest.mark.parametrize(
    ("args", "said"), [("--no-such-flag", "--no-such-flag"), ("--rule 'x", "a quote is not closed")]
)
def test_wrong_usage_ends_with_2(runner: Runner, args: str, said: str) -> None:
    """And not with a verdict about the data."""
    written(runner.workspace / "data.csv")
    done = runner.run(data="data.csv", args=args)
    assert (done.code, done.outputs["verdict"], done.outputs["exit-code"]) == (2, "usage", "2")
    assert said in done.log
    assert "wrong usage" in done.summary


@pytest.mark.parametrize("spoiled", [{"PIP_EXITS": "1"}, {"PATH": ""}])
def test_an_installation_that_fails_is_a_crash(runner: Runner, spoiled: dict[str, str]) -> None:
    """pip's own 1 would look as if the gate had failed; nor is there a verdict where there is no Python."""
    runner.environment = {**runner.environment, **spoiled}
    done = runner.run(data="data.csv")
    assert (done.code, done.failed) == (4, "Install auditor")
    assert "::error title=auditor gate%3A crashed::" in done.log
    assert (done.outputs["verdict"], done.outputs["exit-code"]) == ("crashed", "4")
    assert list(done.used) == ["actions/setup-python@v6"]


HOSTILE = "$(touch x) `touch x`; touch x; 'a\" ${HOME} && || é.csv"


def test_hostile_names_are_names(runner: Runner) -> None:
    """Of the dataset, the folder, the artifact: nothing in them is run, expanded or split.

    Nor is a Python file beside the data imported, as it would be from the working folder.
    """
    folder = runner.workspace / "-a $(touch x) 'b"
    folder.mkdir()
    written(folder / HOSTILE)
    modules = {"json.py", "auditor.py", "shlex.py", "venv.py"}
    for name in modules:
        (folder / name).write_text("raise SystemExit(0)\n", encoding="utf-8")
    done = runner.run(
        data=HOSTILE, working_directory=folder.name, args="--model none", html="false", artifact=HOSTILE
    )
    assert (done.code, done.outputs["verdict"]) == (0, "passed")
    told = json.loads((Path(done.outputs["reports"]) / "gate.json").read_text(encoding="utf-8"))
    assert (told["verdict"], told["dataset"]["rows"]) == ("passed", 45)
    assert {path.name for path in folder.iterdir()} == {HOSTILE, *modules}
    assert {path.name for path in runner.workspace.iterdir()} == {folder.name}
    assert done.used[UPLOAD]["name"] == HOSTILE


@pytest.mark.parametrize(
    "inputs",
    [
        {"data": HOSTILE},
        {"data": "--help"},
        {"data": "data.csv", "predictions": f"{HOSTILE}\n--help"},
        {"data": "data.csv", "config": HOSTILE},
        {"data": "data.csv", "args": "--rule '$(touch x) > 1'"},
        {"data": "data.csv", "args": "--label `touch x` $(touch x)"},
    ],
)
def test_hostile_inputs_never_pass_and_run_nothing(runner: Runner, inputs: dict[str, str]) -> None:
    """What is no file or no flag is refused by the gate itself, as one name."""
    written(runner.workspace / "data.csv")
    done = runner.run(**inputs, html="false")
    assert done.code in (2, 3)
    assert {path.name for path in runner.workspace.iterdir()} == {"data.csv"}
