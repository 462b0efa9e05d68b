"""A folder that takes its place in one step, and what killed runs leave beside it."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BESIDE = ".partial-"
"""Middle of the name under which a folder is built beside its place."""


@contextmanager
def in_one_step(target: Path) -> Iterator[Path]:
    """A new folder beside `target`, an absolute path, that takes its place when the block ends well."""
    new = target.parent / f".{target.name}{BESIDE}{os.getpid()}"
    old = target.parent / f"{new.name}-old"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        yield new
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except BaseException:
            if old.exists() and not target.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def sweep(target: Path) -> None:
    """Remove what killed runs left beside a folder; put back the old folder of a run killed mid-move."""
    for left in target.parent.glob(f".{glob.escape(target.name)}{BESIDE}*"):
        pid = left.name.rpartition(BESIDE)[2].removesuffix("-old")
        if not pid.isdecimal() or _alive(int(pid)):
            continue
        if left.name.endswith("-old") and not target.exists():
            left.rename(target)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
