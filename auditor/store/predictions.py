"""Predictions as one `.npz` file, beside which no other file of the user is touched."""

from __future__ import annotations

import os
import shlex
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from auditor.errors import Problem, UsageError
from auditor.store.names import shown
from auditor.version import __version__
from auditor.wording import N_, say

if TYPE_CHECKING:
    from auditor.predictions import Predictions

ENDING = ".npz"
MARK = "made_by"
"""The array by which auditor knows a file that it wrote."""


def check_place(path: Path, *, force: bool = False) -> None:
    """Whether predictions may be written there: asked before the work is begun.

    Raises:
        UsageError: `option-value` for another ending; `output-exists` for a file that auditor did not
            write, unless `force`; `output-not-writable` for a folder.
    """
    if path.suffix.lower() != ENDING:
        what = say(N_("-o {name}: predictions are written as an .npz file"), name=shown(path))
        fixes = (say("-o {file}", file=shlex.quote(str(path.with_suffix(ENDING)))),)
        raise UsageError(Problem(slug="option-value", what=what, fixes=fixes))
    parent = path.absolute().parent
    if not parent.is_dir():
        raise UsageError(_not_writable(path, say(N_("there is no folder {name}"), name=shown(parent))))
    if path.is_dir():
        raise UsageError(_not_writable(path, say(N_("it is a folder"))))
    if path.exists() and not force and not _is_ours(path):
        raise UsageError(
            Problem(
                slug="output-exists",
                what=say(N_("{name} is there, and auditor did not write it"), name=shown(path)),
                fixes=(say(N_("-o FILE with another name")), say(N_("--force replaces it"))),
            )
        )


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return f"{MARK}.npy" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def write_predictions(found: Predictions, path: Path, *, force: bool = False) -> Path:
    """Write `probs`, `ids`, `classes`, `folds`, `out_of_sample`; the same predictions give the same bytes.

    Ids are left out where every row has a prediction and the dataset has no ids of its own: such rows are
    joined by position.

    Raises:
        UsageError: as `check_place`; `output-not-writable`.
    """
    check_place(path, force=force)
    kept = found.covered
    arrays: dict[str, Any] = {
        "probs": found.probs if kept.all() else found.probs[kept],
        "classes": np.array(found.classes, str),
        "folds": found.folds[kept],
        "out_of_sample": np.array(True),
        MARK: np.array(f"auditor {__version__}"),
    }
    if found.has_ids or not kept.all():
        arrays["ids"] = np.array(found.ids, str)[kept]
    beside = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            np.savez(stream, **arrays)
        beside.replace(path)
    except OSError as error:
        raise UsageError(_not_writable(path, error.strerror or str(error))) from error
    finally:
        beside.unlink(missing_ok=True)
    return path


def _not_writable(path: Path, why: object) -> Problem:
    return Problem(
        slug="output-not-writable",
        what=say(N_("{name} cannot be written: {error}"), name=shown(path), error=why),
        fixes=(say(N_("-o FILE with another name")),),
    )
