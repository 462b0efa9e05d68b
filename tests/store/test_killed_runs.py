"""A run that is killed leaves the audit before it, or none; the next run sweeps up."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from audit_inputs import planted_files

from auditor import load_audit
from auditor.cli.main import main

CHILD = """
import os, signal, sys
from pathlib import Path
from auditor.cli.main import main
from auditor.store import folder

moment, *args = sys.argv[1:]

def dying(step, function):
    def call(*given):
        if step == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given)
    return call

folder._write_json = dying("before audit.json", folder._write_json)
folder.keys_text = dying("between the tables", folder.keys_text)
rename, seen = Path.rename, []

def counted(path, target):
    seen.append(target)
    if moment == f"before move {len(seen)}":
        os.kill(os.getpid(), signal.SIGKILL)
    moved = rename(path, target)
    if moment == f"after move {len(seen)}":
        os.kill(os.getpid(), signal.SIGKILL)
    return moved

Path.rename = counted
sys.exit(main(args))
"""
MOMENTS = ["between the tables", "before audit.json", "before move 1", "after move 1", "after move 2"]


def killed(moment: str, folder: Path) -> None:
    args = ["audit", "data.csv", "--predictions", "oof.npz", "--quiet"]
    command = [sys.executable, "-c", CHILD, moment, *args]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr


def whole_or_none(folder: Path) -> bool:
    """Whether an audit stands there; a half one is an error."""
    if not folder.exists():
        return False
    load_audit(folder)
    assert len(list(folder.iterdir())) == 11
    return True


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_the_audit_before_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """At every step of the writing; whatever is left, the next run puts it right."""
    planted_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "data.csv", "--quiet"]) == 0
    before = load_audit("audit").audit_id

    killed(moment, tmp_path)

    if whole_or_none(tmp_path / "audit"):
        is_new = load_audit("audit").audit_id != before
        assert is_new == (moment == "after move 2")
    else:
        assert moment == "after move 1"
    assert main(["audit", "data.csv", "--predictions", "oof.npz", "--quiet"]) == 0
    assert whole_or_none(tmp_path / "audit")
    assert {path.name for path in tmp_path.iterdir()} == {"data.csv", "oof.npz", "audit"}


def test_a_first_run_that_is_killed_leaves_no_folder(tmp_path: Path) -> None:
    """There is no half audit where none was before."""
    planted_files(tmp_path)
    killed("before audit.json", tmp_path)
    assert not (tmp_path / "audit").exists()


@pytest.mark.parametrize("seconds", [0.2, 0.45, 0.7])
def test_a_run_killed_at_any_time_leaves_no_half_audit(tmp_path: Path, seconds: float) -> None:
    """Killed by the clock, without a hook in the program."""
    planted_files(tmp_path)
    command = [sys.executable, "-m", "auditor", "audit", "data.csv", "--predictions", "oof.npz", "--quiet"]
    run = subprocess.Popen(command, cwd=tmp_path)
    time.sleep(seconds)
    run.kill()
    run.wait()
    whole_or_none(tmp_path / "audit")
