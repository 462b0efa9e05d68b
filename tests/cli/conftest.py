"""Folders to run the command line in."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_inputs import planted_files


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """English, and nothing of the shell that started the tests."""
    for name in ("AUDITOR_LANG", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the planted dataset as data.csv and oof.npz."""
    planted_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
