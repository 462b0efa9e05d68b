"""Pages outside of an audit's folder: each is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from auditor.errors import Problem, UsageError
from auditor.store.names import shown
from auditor.store.place import not_writable
from auditor.wording import N_, say


def write_pages(
    folder: Path, pages: Mapping[str, str], *, force: bool = False, make: bool = False
) -> list[Path]:
    """Write some pages beside each other and return their paths: all of them, or none.

    Args:
        folder: where they are to stand.
        pages: file name -> HTML text.
        force: replace files that are there.
        make: make the folder where it is not there.

    Raises:
        UsageError: `output-exists`, unless `force`; `output-not-writable`.
    """
    return write_files(
        {folder / name: html for name, html in pages.items()}, force=force, made=folder if make else None
    )


def write_files(texts: Mapping[Path, str], *, force: bool = False, made: Path | None = None) -> list[Path]:
    """Write some files and return their paths: all of them, or none.

    Args:
        texts: file -> its text.
        force: replace files that are there.
        made: a folder to make where it is not there.

    Raises:
        UsageError: `output-exists`, unless `force`; `output-not-writable`.
    """
    paths = list(texts)
    for path in paths:
        if not force and _stands(path):
            raise UsageError(_exists(path))
    folder = made if made is not None and _made(made) else None
    beside = [path.parent / f".{os.getpid()}-{number}.partial" for number, path in enumerate(paths)]
    try:
        for path, other, text in zip(paths, beside, texts.values(), strict=True):
            _write(path, other, text)
        for path, other in zip(paths, beside, strict=True):
            if other.exists():
                other.replace(path)
    except OSError as error:
        _sweep(beside, folder)
        raise UsageError(not_writable(path, error)) from error
    return paths


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise UsageError(not_writable(path, error)) from error


def _made(folder: Path) -> bool:
    """Make a folder; whether that was needed."""
    try:
        made = not folder.exists()
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(not_writable(folder, error)) from error
    return made


def _write(path: Path, beside: Path, html: str) -> None:
    """Beside a regular file, whose place it takes in one step; anything else is written to as it is."""
    special = path.exists() and not path.is_file()
    (path if special else beside).write_text(html, encoding="utf-8", newline="\n")


def _sweep(files: Sequence[Path], folder: Path | None) -> None:
    """Take away what was begun, and the folder that was made for it."""
    with suppress(OSError):
        for file in files:
            file.unlink(missing_ok=True)
        if folder is not None:
            folder.rmdir()


def _exists(path: Path) -> Problem:
    return Problem(
        slug="output-exists",
        what=say(N_("{name} is there already"), name=shown(path)),
        fixes=(say(N_("-o FILE with another name")), say(N_("--force replaces it"))),
    )
