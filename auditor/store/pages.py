"""Pages outside of an audit's folder: each is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from auditor.errors import Problem, UsageError
from auditor.store.names import shown
from auditor.store.place import not_writable
from auditor.wording import N_, say


def write_pages(folder: Path, pages: Mapping[str, str], *, force: bool = False) -> list[Path]:
    """Write some pages beside each other and return their paths.

    Args:
        folder: that is there already.
        pages: file name -> HTML text.
        force: replace files that are there.

    Raises:
        UsageError: `output-exists`, unless `force`; `output-not-writable`.
    """
    paths = [folder / name for name in pages]
    for path in paths:
        if not force and _stands(path):
            raise UsageError(_exists(path))
    for path, html in zip(paths, pages.values(), strict=True):
        _write(path, html)
    return paths


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise UsageError(not_writable(path, error)) from error


def _write(path: Path, html: str) -> None:
    """A regular file takes the place of the old one in one step; anything else is written to as it is."""
    beside = path.with_name(f".{os.getpid()}.partial")
    try:
        if path.exists() and not path.is_file():
            path.write_text(html, encoding="utf-8", newline="\n")
            return
        beside.write_text(html, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise UsageError(not_writable(path, error)) from error


def _exists(path: Path) -> Problem:
    return Problem(
        slug="output-exists",
        what=say(N_("{name} is there already"), name=shown(path)),
        fixes=(say(N_("-o FILE with another name")), say(N_("--force replaces it"))),
    )
