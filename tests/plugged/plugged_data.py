"""Small datasets that pass, fail and cannot be judged, and programs to put on the PATH."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

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


def program(path: Path, *words: str) -> Path:
    """An executable that runs this interpreter with some words before its own arguments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.join((sys.executable, *words))} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def told(ended: subprocess.CompletedProcess[str]) -> str:
    """Everything a process printed."""
    return ended.stdout + ended.stderr
