"""A dataset that passes, and the environment of a process with `auditor` on its PATH."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from plugged_data import program, written

DROPPED = ("GIT_", "GITHUB_", "GITLAB_", "RUNNER_", "CI_", "AUDITOR_", "PRE_COMMIT", "LC_", "PYTHON", "SKIP")
"""How variables begin that would change what is tested."""


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A dataset that passes, in a folder of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    return written(folder / "data.csv")


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
