"""Where an audit may be written: asked before the work is begun, so that none is lost."""

from __future__ import annotations

import json
import os
import shlex
import stat
from pathlib import Path

from auditor.errors import Problem, UsageError
from auditor.store.names import AUDIT_JSON, REPORT, is_ours, shown
from auditor.store.one_step import sweep
from auditor.wording import N_, listed, say


def check_output(folder: Path, *, force: bool = False) -> list[Path]:
    """What stands in the folder that no audit wrote; asked before the work is begun.

    What killed runs left beside the folder is put right first. A foreign file that has the name of
    one of ours can neither stay nor go, so even `force` does not write there.

    Raises:
        UsageError: `output-exists`, unless `force`; `output-not-writable`.
    """
    try:
        sweep(folder.resolve())
        foreign = foreign_files(folder)
        blocking = [path for path in foreign if not force or path == folder or not _can_stay(path)]
        if blocking:
            raise UsageError(_occupied(folder, blocking, force))
        _check_folder(folder)
    except OSError as error:
        raise UsageError(not_writable(folder, error)) from error
    return foreign


def check_page(path: Path) -> None:
    """Another page has no place in the folder of an audit: the next audit would find it foreign.

    Raises:
        UsageError: `output-exists`.
    """
    folder = path.parent
    if path.name == REPORT or not _ours(folder):
        return
    what = say(N_("{name} is the folder of an audit, which holds its own pages"), name=shown(folder))
    fixes = (say("-o {file}", file=shlex.quote(str(folder.parent / path.name))),)
    raise UsageError(Problem(slug="output-exists", what=what, fixes=fixes))


def _check_folder(folder: Path) -> None:
    """A folder that stands there must be one that another folder can take the place of."""
    if not folder.is_dir():
        return
    if os.path.ismount(folder.resolve()):
        raise UsageError(_mount(folder))
    if Path.cwd().is_relative_to(folder.resolve()):
        raise UsageError(_working_folder(folder))


def _can_stay(path: Path) -> bool:
    """Whether a foreign file can be copied into the new folder: it has no name of ours and is no pipe."""
    return not is_ours(path.name) and _is_copied(path)


def _is_copied(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        return all(map(_is_copied, path.iterdir()))
    return stat.S_ISREG(path.lstat().st_mode) or path.is_symlink()


def foreign_files(folder: Path) -> list[Path]:
    """What stands in a folder that no audit wrote; [] for a folder that does not exist."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        return [folder]
    ours = _ours(folder)
    return sorted(path for path in folder.iterdir() if path.name not in ours)


def _ours(folder: Path) -> frozenset[str]:
    """The files of the audit in a folder; none where there is no audit."""
    try:
        document = json.loads((folder / AUDIT_JSON).read_text(encoding="utf-8"))
        if str(document["schema"]).startswith("auditor.audit/"):
            return frozenset({AUDIT_JSON, *document["files"]})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return frozenset()


def _occupied(folder: Path, foreign: list[Path], force: bool) -> Problem:
    if foreign == [folder]:
        return Problem(
            slug="output-exists",
            what=say(N_("{name} is a file, not a folder"), name=shown(folder)),
            fixes=(say(N_("-o FOLDER with another name")),),
        )
    names = listed([path.name for path in foreign], most=5)
    return Problem(
        slug="output-exists",
        what=say(N_("{name} holds what auditor did not write: {files}"), name=shown(folder), files=names),
        fixes=(
            say(N_("-o FOLDER with another name")),
            *(() if force else (say(N_("--force replaces auditor's own files and keeps the others")),)),
        ),
    )


def _mount(folder: Path) -> Problem:
    return Problem(
        slug="output-not-writable",
        what=say(N_("{name} is a mount point: no folder can take its place"), name=shown(folder)),
        fixes=(say("-o {folder}", folder=shlex.quote(str(folder / "audit"))),),
    )


def _working_folder(folder: Path) -> Problem:
    return Problem(
        slug="output-not-writable",
        what=say(
            N_("{name} is the working folder: it cannot be replaced while it is in use"),
            name=folder.resolve().name,
        ),
        fixes=(say(N_("-o FOLDER with another name")),),
    )


def not_writable(folder: Path, error: OSError) -> Problem:
    return Problem(
        slug="output-not-writable",
        what=say(
            N_("{name} cannot be written: {error}"), name=shown(folder), error=error.strerror or str(error)
        ),
        fixes=(say(N_("-o FOLDER with another name")),),
    )
