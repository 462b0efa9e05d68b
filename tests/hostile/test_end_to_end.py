"""Hostile files in a process of its own: a code, an exit code, no traceback, nothing written, and soon."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from audit_inputs import planted_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and devices are those of POSIX")


def link_to_itself(folder: Path) -> None:
    (folder / "oof.npz").unlink()
    (folder / "oof.npz").symlink_to("oof.npz")


def link_to_zeros(folder: Path) -> None:
    (folder / "data.csv").unlink()
    (folder / "data.csv").symlink_to("/dev/zero")


def bomb(folder: Path) -> None:
    """A row, and then 300 MB of one letter in 300 kB."""
    with gzip.open(folder / "data.csv", "wb", compresslevel=9) as stream:
        stream.write(b"id,text,label\n1,")
        for _ in range(300):
            stream.write(b"x" * (1 << 20))


def lying_header(folder: Path) -> None:
    """7 TiB in 200 bytes, stored in the archive as it is."""
    np.lib.format.open_memmap(folder / "p.npy", mode="w+", dtype="<f8", shape=(2, 2)).flush()
    head = (folder / "p.npy").read_bytes().replace(b"(2, 2), }           ", b"(1000000000000, 1), }")
    (folder / "p.npy").write_bytes(head[:200])
    (folder / "oof.npz").unlink()
    (folder / "p.npy").rename(folder / "oof.npz")


def nothing(folder: Path) -> None:
    (folder / "data.csv").write_bytes(b"\xff\xfe")


CASES: dict[str, tuple[Callable[[Path], None], list[str], int]] = {
    "a link to itself": (link_to_itself, [], 3),
    "a link to a device": (link_to_zeros, [], 3),
    "a bomb": (bomb, [], 3),
    "a header that lies": (lying_header, [], 3),
    "a mark and nothing": (nothing, [], 3),
    "a column that is not there": (lambda folder: None, ["--text", "\x1b[31m\n::error::x"], 2),
}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_ends_in_a_code(tmp_path: Path, case: str) -> None:
    """And the folder is as it was."""
    spoil, args, code = CASES[case]
    planted_files(tmp_path)
    spoil(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    command = [sys.executable, "-m", "auditor", "audit", "data.csv", "--predictions", "oof.npz", *args]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.startswith("auditor: ") and done.stderr.endswith(f"exit {code}\n")
    assert "Traceback" not in done.stderr and "auditor: bug" not in done.stderr
    assert "\x1b" not in done.stderr and "\n::" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
