"""Small datasets that pass, fail and cannot be judged, and an `auditor` on the PATH to judge them with."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from audit_inputs import sentence

ROWS = 45


def written(path: Path, *, leak: bool = False, conflict: bool = False) -> Path:
    """Three classes in equal parts, a third of them for testing; and perhaps one fault.

    Args:
        path: the CSV to write.
        leak: the last test row is a copy of a training row.
        conflict: the second training row is a copy of the first, which has another label.
    """
    rows = [
        [f"item-{row:03d}", sentence(row), ("cat", "dog", "eel")[row % 3], "test" if row >= 30 else "train"]
        for row in range(ROWS)
    ]
    if leak:
        rows[-1][1] = rows[2][1]
    if conflict:
        rows[1][1] = rows[0][1]
    lines = [["id", "text", "label", "split"], *rows]
    path.write_text("".join(",".join(cells) + "\n" for cells in lines), encoding="utf-8")
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A dataset that passes, in a folder of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    return written(folder / "data.csv")


def program(path: Path, *words: str) -> Path:
    """An executable that runs this interpreter with some words before its own arguments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.join((sys.executable, *words))} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def plain_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a process: English, `auditor` on the PATH, nothing of git, CI or the user's home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    program(tmp_path / "bin" / "auditor", "-m", "auditor")
    program(tmp_path / "bin" / "python")
    home = tmp_path / "home"
    home.mkdir()
    return kept | {
        "PATH": os.pathsep.join((str(tmp_path / "bin"), kept["PATH"])),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
    }


DROPPED = ("GIT_", "GITHUB_", "GITLAB_", "RUNNER_", "CI_", "AUDITOR_", "PRE_COMMIT", "LC_", "PYTHON", "SKIP")
"""How variables begin that would change what is tested."""


def told(ended: subprocess.CompletedProcess[str]) -> str:
    """Everything a process printed."""
    return ended.stdout + ended.stderr
