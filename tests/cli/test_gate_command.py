"""`auditor gate` in processes of its own: the four answers and their codes, files, CI, cache."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted

from auditor import load_audit, write_baseline

Run = subprocess.CompletedProcess[str]
DATA = ["data.csv", "--predictions", "oof.npz"]
FACTS = ["--rule", "duplicates.leaked_rows > 0"]
GITHUB = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "AUDITOR_CACHE")
BARE = {name: value for name, value in os.environ.items() if name not in GITHUB}


def run(folder: Path, *args: str, **env: str) -> Run:
    """`auditor gate ARGS` in a folder."""
    command = [sys.executable, "-m", "auditor", "gate", *args]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**BARE, **env},
        encoding="utf-8",
    )


def run_spoiled(folder: Path, spoil: str, *args: str) -> Run:
    """The same with a piece of the program replaced before it starts."""
    code = f"{spoil}\nimport sys\nfrom auditor.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "gate", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=BARE)


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the audit of the planted dataset, and one whose detector failed."""
    from auditor import audit

    folder = tmp_path_factory.mktemp("audits")
    frame, probs, _ = planted()
    audit(frame, predictions=probs, out_of_sample=True).save(folder / "whole")
    partial = json.loads((folder / "whole" / "audit.json").read_text(encoding="utf-8"))
    audit(frame, predictions=probs, out_of_sample=True).save(folder / "partial")
    for entry in partial["outcomes"]:
        if entry["detector"] == "outliers":
            entry |= {
                "status": "failed",
                "why": {"template": "{error}", "values": {"error": "KeyError: 'x'"}},
            }
    (folder / "partial" / "audit.json").write_text(json.dumps(partial), encoding="utf-8")
    return folder


# 0 and 1


def test_it_passes_with_0_and_fails_with_1(audits: Path) -> None:
    """One leaked row is planted: a limit of one passes, a limit of none fails."""
    passed = run(audits, "whole", "--rule", "duplicates.leaked_rows > 1")
    failed = run(audits, "whole", *FACTS)
    assert (passed.returncode, failed.returncode) == (0, 1)
    assert "GATE PASSED" in passed.stdout and "exit 0" in passed.stdout
    assert "GATE FAILED" in failed.stdout and "exit 1" in failed.stdout
    assert passed.stderr == failed.stderr == ""


def test_built_in_rules_fail_on_the_leak(audits: Path) -> None:
    """Nothing is written: errors on facts alone, and it says that the rules are built in."""
    failed = run(audits, "whole")
    assert failed.returncode == 1
    assert "FAIL  leaked-rows" in failed.stdout
    assert "built-in rules" in failed.stdout


def test_a_dataset_without_splits_and_predictions_is_judged_on_what_applies(tmp_path: Path) -> None:
    frame, _, _ = planted()
    frame[["id", "text", "label"]].drop_duplicates("text").to_csv(tmp_path / "data.csv", index=False)
    judged = run(tmp_path, "data.csv", "--model", "none")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert judged.stdout.count("does not apply") == 2
    assert "no splits to compare" in judged.stdout and "no predictions" in judged.stdout


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warn", 1), ("never", 0)])
def test_the_level_at_which_it_fails_can_be_said(audits: Path, level: str, code: int) -> None:
    judged = run(audits, "whole", "--warn", "duplicates.leaked_rows > 0", "--fail-on", level)
    assert judged.returncode == code


def test_a_share_is_compared_unrounded_and_the_message_shows_why(audits: Path) -> None:
    """4 of 240 are 1.666...%: more than 1.66 % and not more than 1.67 %."""
    rate = load_audit(audits / "whole").measure("label_issues.rate")
    assert rate.value == 4 / 240
    over = run(audits, "whole", "--rule", "label_issues.rate > 1.66%")
    under = run(audits, "whole", "--rule", "label_issues.rate > 1.67%")
    at = run(audits, "whole", "--rule", "label_issues.rate > 1.6666%")
    assert (over.returncode, under.returncode, at.returncode) == (1, 0, 1)
    assert "1.67% (4 of 240)" in over.stdout
    assert "1.667% (4 of 240)  > 1.67%" in under.stdout
    assert "1.67% (4 of 240)  > 1.6666%" in at.stdout


# 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["whole", "--rule", "label_issues.rat > 3%"], "did you mean label_issues.rate?"),
        (["whole", "--rule", "label_issues.rate"], "is no rule"),
        (["whole", "--warn", "label_issues.count > 3%"], "write > 3"),
        (["whole", "--require", "x.y"], "there is no measure x.y"),
        (["whole", "--report", "xml=out.xml"], "with a format of: text, json, junit"),
        (["whole", "--scope", "old"], "--scope"),
        ([], "auditor init DATA writes auditor.toml"),
        (["whole", "--no-baseline", "--ratchet"], "contradict each other"),
        (["whole", "--report", "json=-"], "FORMAT=PATH"),
    ],
)
def test_wrong_usage_is_2_before_any_work(audits: Path, args: list[str], said: str) -> None:
    ended = run(audits, *args)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr and "Traceback" not in ended.stderr


def test_a_misspelt_key_of_a_rule_is_2_with_a_guess(audits: Path, tmp_path: Path) -> None:
    config = tmp_path / "auditor.toml"
    config.write_text('[[gate.rules]]\nmeasure = "labels.missing"\neror_if = "> 0"\n', encoding="utf-8")
    ended = run(audits, "whole", "--config", str(config))
    assert ended.returncode == 2
    assert "did you mean error_if?" in ended.stderr


def test_a_report_is_never_written_over_an_input(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("text,label\na cat,cat\na dog,dog\n", encoding="utf-8")
    before = (tmp_path / "data.csv").read_bytes()
    ended = run(tmp_path, "data.csv", "--report", "json=./data.csv")
    assert ended.returncode == 2 and "is an input" in ended.stderr
    assert (tmp_path / "data.csv").read_bytes() == before


@pytest.mark.parametrize("path", [".", "whole/audit.json", "whole/findings.keys", "whole/new.json"])
def test_a_report_is_never_written_into_an_audit_or_over_a_folder(audits: Path, path: str) -> None:
    before = {one.name: one.read_bytes() for one in (audits / "whole").iterdir()}
    assert run(audits, "whole", "--report", f"json={path}").returncode == 2
    assert {one.name: one.read_bytes() for one in (audits / "whole").iterdir()} == before


# 3


def test_an_input_that_cannot_be_read_is_3_in_every_form(tmp_path: Path) -> None:
    """No file of the run before stays, and every report says that there is no verdict."""
    (tmp_path / "gate.json").write_text('{"verdict": "passed"}', encoding="utf-8")
    reports = ["--report", "json=gate.json", "--report", "junit=gate.xml"]
    ended = run(tmp_path, "none.csv", *reports)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "file-not-found" in ended.stderr
    told = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))
    assert (told["verdict"], told["exit_code"]) == ("no verdict", 3)
    assert "<error" in (tmp_path / "gate.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--baseline", "nope.json"], 3),
        (["--rule", "nope > 1"], 2),
        (["--config", "broken.toml"], 2),
        (["--label", "x"], 2),
    ],
)
def test_no_report_of_the_run_before_outlives_a_run_that_ended_early(
    audits: Path, tmp_path: Path, args: list[str], code: int
) -> None:
    """Whatever ended it: a pass that is not of this run would be taken for one."""
    report = ["--report", f"json={tmp_path / 'gate.json'}"]
    config = audits / "broken.toml"
    config.write_text("[gate\n", encoding="utf-8")
    assert run(audits, "whole", "--rule", "labels.missing > 9", *report).returncode == 0
    assert run(audits, "whole", *args, *report).returncode == code
    left = tmp_path / "gate.json"
    assert not left.exists() or json.loads(left.read_text(encoding="utf-8"))["verdict"] == "no verdict"


def test_a_file_that_is_no_report_is_not_taken_away_before_it_is_replaced(
    audits: Path, tmp_path: Path
) -> None:
    """A slip of the path, and a run that ends early: the user's file is still there."""
    mine = tmp_path / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    assert run(audits, "whole", "--rule", "nope > 1", "--report", f"json={mine}").returncode == 2
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "args", [["--label", "x"], ["--predictions", "oof.npz"], ["-o", "out"], ["--cache", "c"]]
)
def test_flags_that_say_nothing_of_a_saved_audit_are_refused(audits: Path, args: list[str]) -> None:
    """They would be ignored without a word."""
    ended = run(audits, "whole", *args)
    assert ended.returncode == 2
    assert "says nothing of a saved audit" in ended.stderr


def test_an_input_that_cannot_be_read_is_annotated_on_github(tmp_path: Path) -> None:
    ended = run(tmp_path, "none.csv", GITHUB_ACTIONS="true")
    assert ended.returncode == 3
    assert ended.stdout.startswith("::error ")


def test_a_required_measure_that_is_not_there_is_3(audits: Path) -> None:
    """No embeddings: outliers were not looked for. Without the wish it passes."""
    rule = ["whole", "--rule", "outliers.count > 0"]
    assert run(audits, *rule).returncode == 0
    asked = run(audits, *rule, "--require", "outliers.count")
    assert asked.returncode == 3
    assert "NO VERDICT" in asked.stdout and "; it is required" in asked.stdout


def test_real_errors_are_3_before_enough_is_judged_and_it_says_what_to_do(audits: Path) -> None:
    ended = run(audits, "whole", "--rule", "label_errors.rate > 3%")
    assert ended.returncode == 3
    assert "fix: auditor review whole --estimate 100 -o review.html" in ended.stdout


def test_new_findings_without_a_baseline_are_3_and_with_one_are_judged(audits: Path, tmp_path: Path) -> None:
    rule = ["whole", "--rule", "label_issues.count > 0", "--scope", "new"]
    assert run(audits, *rule).returncode == 3
    path = write_baseline(audits / "whole", tmp_path / "baseline.json")
    assert run(audits, *rule, "--baseline", str(path)).returncode == 0
    assert run(audits, *rule, "--no-baseline").returncode == 1
    missing = run(audits, *rule, "--baseline", str(tmp_path / "none.json"))
    assert missing.returncode == 3 and "there is no baseline none.json" in missing.stderr


@pytest.mark.parametrize("content", ["text,label\n", ""])
def test_a_dataset_without_rows_is_3_unless_that_is_allowed(tmp_path: Path, content: str) -> None:
    (tmp_path / "data.csv").write_text(content, encoding="utf-8")
    assert run(tmp_path, "data.csv").returncode == 3
    allowed = run(tmp_path, "data.csv", "--allow-empty")
    assert allowed.returncode == 0
    assert "has no rows" in allowed.stdout


def test_allowing_empty_lets_nothing_else_pass(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("text,label\na,x\nb,x\n", encoding="utf-8")
    assert run(tmp_path, "data.csv", "--allow-empty").returncode == 3
    assert run(tmp_path, "none.csv", "--allow-empty").returncode == 3


def test_a_damaged_audit_is_3(audits: Path, tmp_path: Path) -> None:
    document = json.loads((audits / "whole" / "audit.json").read_text(encoding="utf-8"))
    document["measures"][0]["value"] = "many"
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "audit.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "audit" / "findings.keys").write_text("", encoding="utf-8")
    ended = run(tmp_path, "audit")
    assert ended.returncode == 3 and "not-an-audit" in ended.stderr


def test_a_folder_that_lost_its_findings_is_an_audit_and_no_dataset(audits: Path, tmp_path: Path) -> None:
    """Cut off, emptied, or gone: half a list of findings would pass."""
    rule = ["--rule", "label_issues.count > 0", "--scope", "new", "--no-baseline"]
    folder = tmp_path / "audit"
    shutil.copytree(audits / "whole", folder)
    keys = folder / "findings.keys"
    whole = keys.read_bytes()
    assert run(tmp_path, "audit", *rule).returncode == 1
    for content in (whole[: len(whole) // 2], b"", None):
        keys.unlink() if content is None else keys.write_bytes(content)
        ended = run(tmp_path, "audit", *rule)
        assert ended.returncode == 3 and "not-an-audit" in ended.stderr


def test_a_measure_that_vanished_from_an_audit_is_3(audits: Path, tmp_path: Path) -> None:
    """Its detector ran; a member that a later version adds does no harm."""
    document = json.loads((audits / "whole" / "audit.json").read_text(encoding="utf-8"))
    shutil.copytree(audits / "whole", tmp_path / "audit")
    place = tmp_path / "audit" / "audit.json"
    more = [{**one, "unit": "rows"} for one in document["measures"]]
    place.write_text(json.dumps(document | {"measures": more}), encoding="utf-8")
    assert run(tmp_path, "audit", "--rule", "labels.unknown > 0").returncode == 0
    place.write_text(json.dumps(document | {"measures": []}), encoding="utf-8")
    assert run(tmp_path, "audit", "--rule", "labels.unknown > 0").returncode == 3


@pytest.mark.parametrize("asked", [["--require", "label_issues.rate"], []])
def test_what_is_required_is_not_there_in_an_empty_dataset(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "data.csv").write_text("text,label\n", encoding="utf-8")
    assert run(tmp_path, "data.csv", "--allow-empty", *asked).returncode == (3 if asked else 0)


# 4


def test_a_bug_is_4_and_every_report_says_that_it_crashed(audits: Path, tmp_path: Path) -> None:
    """Not 1: nobody may take a crash for a finding."""
    spoil = "import auditor.gates as g\ndef boom(*a, **k): raise KeyError('planted')\ng.judge = boom"
    ended = run_spoiled(audits, spoil, "whole", "--report", f"json={tmp_path / 'gate.json'}")
    assert ended.returncode == 4
    assert "this is a bug in auditor" in ended.stderr and "Traceback" not in ended.stderr
    told = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))
    assert (told["verdict"], told["exit_code"]) == ("crashed", 4)


def test_a_failed_detector_is_4_though_every_rule_passes(audits: Path) -> None:
    """An audit that did not finish passes nothing."""
    ended = run(audits, "partial", "--rule", "duplicates.leaked_rows > 9")
    assert ended.returncode == 4
    assert "did not finish" in ended.stdout


def test_a_detector_that_fails_in_the_run_is_4(here: Path) -> None:
    spoil = (
        "import auditor.detect as d\n"
        "from dataclasses import replace\n"
        "found = d.detectors()\n"
        "def boom(inputs, settings): raise RuntimeError('planted')\n"
        "d._REGISTRY['outliers'] = replace(found['outliers'], needs=(), find=boom)"
    )
    ended = run_spoiled(here, spoil, *DATA, "--rule", "duplicates.leaked_rows > 9")
    assert ended.returncode == 4, ended.stdout + ended.stderr


# 130


def test_an_interrupt_is_130(here: Path) -> None:
    """Ctrl-C while it works."""
    code = (
        "import auditor.pipeline as p, time, sys\n"
        "def slow(*a, **k): print('ready', flush=True); time.sleep(60)\n"
        "p.run = slow\n"
        "from auditor.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "gate", *DATA],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, "interrupted" in said) == (130, True)


# configuration, files, CI


def test_rules_of_the_configuration_are_judged_from_any_folder_below(here: Path) -> None:
    """`auditor gate` alone: the dataset, the rules and the baseline are found beside the file."""
    (here / ".git").mkdir()
    (here / "auditor.toml").write_text(
        '[data]\npath = "data.csv"\n[predictions]\npath = "oof.npz"\n'
        '[[gate.rules]]\nid = "leak"\nmeasure = "duplicates.leaked_rows"\nerror_if = "> 0"\n',
        encoding="utf-8",
    )
    below = here / "deep" / "er"
    below.mkdir(parents=True)
    ended = run(below)
    assert ended.returncode == 1, ended.stderr
    assert "rules: auditor.toml" in ended.stdout and "FAIL  leak" in ended.stdout


def test_every_report_is_written_and_html_is_that_of_the_audit(audits: Path, tmp_path: Path) -> None:
    names = ("text", "json", "junit", "gitlab", "sarif", "markdown", "github", "html")
    reports = [part for name in names for part in ("--report", f"{name}={tmp_path / 'out' / name}")]
    assert run(audits, "whole", *FACTS, *reports).returncode == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(names)
    assert json.loads((tmp_path / "out" / "json").read_text(encoding="utf-8"))["verdict"] == "failed"
    assert "<!DOCTYPE html>" in (tmp_path / "out" / "html").read_text(encoding="utf-8")[:200]


def test_on_github_annotations_are_printed_and_the_summary_is_appended(audits: Path, tmp_path: Path) -> None:
    """Nothing of it elsewhere, nor where it is switched off."""
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n", encoding="utf-8")
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    on = run(audits, "whole", *FACTS, **env)
    assert on.returncode == 1
    assert on.stdout.count("::error ") == 1
    assert summary.read_text(encoding="utf-8").startswith("# Before\n")
    assert "duplicates.leaked_rows" in summary.read_text(encoding="utf-8")
    before = summary.read_bytes()
    off = run(audits, "whole", *FACTS, "--ci", "none", **env)
    assert "::error" not in off.stdout and summary.read_bytes() == before
    assert "::error" not in run(audits, "whole", *FACTS).stdout


def test_a_summary_that_would_grow_too_large_is_left_as_it_is(audits: Path, tmp_path: Path) -> None:
    """GitHub drops all of one over its limit."""
    summary = tmp_path / "summary.md"
    summary.write_bytes(b"x" * 999_990)
    run(audits, "whole", *FACTS, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert len(summary.read_bytes()) == 999_990


def test_json_on_stdout_is_one_object(audits: Path) -> None:
    told = json.loads(run(audits, "whole", *FACTS, "--format", "json").stdout)
    assert (told["schema"], told["verdict"], told["exit_code"]) == ("auditor.gate/1", "failed", 1)


def test_a_korean_console_can_print_it(audits: Path) -> None:
    """cp949 on the success path and the other: no crash that looks like a verdict."""
    command = [sys.executable, "-m", "auditor", "gate", "whole", "--lang", "ko", *FACTS]
    env = {**BARE, "PYTHONIOENCODING": "cp949"}
    ended = subprocess.run(command, cwd=audits, capture_output=True, check=False, env=env)
    assert ended.returncode == 1
    assert ended.stdout.decode("cp949")


# the cache


def test_unchanged_inputs_are_not_audited_again(here: Path) -> None:
    """The second run reads the audit of the first, and the verdict is the same; what changed is audited."""
    cached = [*DATA, *FACTS, "--cache", "cache"]
    first, second = run(here, *cached), run(here, *cached)
    assert (first.returncode, second.returncode) == (1, 1)
    assert "the inputs are unchanged" not in first.stdout
    assert "the inputs are unchanged" in second.stdout
    assert len(list((here / "cache").iterdir())) == 1

    moved = here / "elsewhere"
    moved.mkdir()
    (here / "data.csv").rename(moved / "data.csv")
    again = run(here, "elsewhere/data.csv", *cached[1:])
    assert "the inputs are unchanged" in again.stdout

    frame = pd.read_csv(moved / "data.csv", dtype=str)
    frame.loc[3, "label"] = "dog" if frame.loc[3, "label"] != "dog" else "cat"
    frame.to_csv(moved / "data.csv", index=False)
    assert "the inputs are unchanged" not in run(here, "elsewhere/data.csv", *cached[1:]).stdout
    other = run(here, "elsewhere/data.csv", *cached[1:], "--near-threshold", "0.7")
    assert "the inputs are unchanged" not in other.stdout


def test_other_predictions_are_another_audit(here: Path) -> None:
    cached = [*DATA, "--cache", "cache"]
    run(here, *cached)
    with np.load(here / "oof.npz") as file:
        arrays = dict(file)
    name = next(name for name, array in arrays.items() if array.ndim == 2)
    arrays[name] = arrays[name][:, :] * 0.99 + 0.01 / arrays[name].shape[1]
    np.savez(here / "oof.npz", **arrays)
    assert "the inputs are unchanged" not in run(here, *cached).stdout


def test_a_cached_audit_keeps_no_text_unless_a_report_asks_for_it(here: Path) -> None:
    """The cache of a CI system is read by others."""
    run(here, *DATA, "--cache", "cache")
    (entry,) = (here / "cache").iterdir()
    assert load_audit(entry).header["settings"]["privacy"] == "ids"
    run(here, *DATA, "--cache", "cache", "--report", "html=report.html")
    assert len(list((here / "cache").iterdir())) == 2


@pytest.mark.parametrize("name", ["findings.keys", "audit.json"])
def test_a_damaged_entry_of_the_cache_is_made_again(here: Path, name: str) -> None:
    cached = [*DATA, *FACTS, "--cache", "cache"]
    assert run(here, *cached).returncode == 1
    (entry,) = (here / "cache").iterdir()
    (entry / name).write_bytes(b"")
    again = run(here, *cached)
    assert again.returncode == 1 and "the inputs are unchanged" not in again.stdout
    assert "the inputs are unchanged" in run(here, *cached).stdout


def test_a_partial_audit_is_not_kept(here: Path) -> None:
    spoil = (
        "import auditor.detect as d\n"
        "from dataclasses import replace\n"
        "found = d.detectors()\n"
        "def boom(inputs, settings): raise RuntimeError('planted')\n"
        "d._REGISTRY['outliers'] = replace(found['outliers'], needs=(), find=boom)"
    )
    assert run_spoiled(here, spoil, *DATA, "--cache", "cache").returncode == 4
    assert not (here / "cache").exists() or not list((here / "cache").iterdir())


def test_the_audit_can_be_kept_in_a_folder_from_the_cache_too(here: Path) -> None:
    assert run(here, *DATA, "--cache", "cache", "-o", "one").returncode == 1
    assert run(here, *DATA, "--cache", "cache", "-o", "two").returncode == 1
    assert load_audit(here / "one").audit_id == load_audit(here / "two").audit_id
