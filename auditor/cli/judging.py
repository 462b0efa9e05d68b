"""What `auditor gate` judges: an audit that is saved, one from the cache, or one that is made now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from auditor.cli.input_flags import FLAG_NAMES, data_path
from auditor.cli.made_audit import Case, Making
from auditor.config import Config
from auditor.errors import AuditorError, InputError, Problem, UsageError
from auditor.store.names import AUDIT_JSON, KEYS
from auditor.wording import N_, say

FAMILY = b'"auditor.audit/'
"""What the schema of every version begins with."""
EMPTY = frozenset({"no-rows", "file-empty"})
"""Problems of a dataset that has no rows, which `--allow-empty` lets pass."""


def is_audit(path: str | Path | None) -> bool:
    """Whether a path is the folder of a saved audit, or its audit.json."""
    if path is None:
        return False
    folder = Path(path)
    folder = folder.parent if folder.name == AUDIT_JSON else folder
    return (folder / KEYS).is_file() or _says_audit(folder / AUDIT_JSON)


def _says_audit(path: Path) -> bool:
    """Whether a file calls itself an audit: also one whose folder lost its other files."""
    try:
        return FAMILY in path.read_bytes()
    except OSError:
        return False


def saved_case(folder: str | Path, decisions: Sequence[str]) -> Case:
    """A saved audit; with decisions its tables are read, without them two small files."""
    from auditor.gates import opened

    place = Path(folder)
    subject, audit = opened(place.parent if place.name == AUDIT_JSON else place, decisions)
    return Case(subject=subject, audit=audit)


def case_of(
    data: str | None,
    flags: Mapping[str, Any],
    config: Config,
    decisions: Sequence[str],
    *,
    wants_content: bool,
) -> Case:
    """What is to be judged.

    Raises:
        UsageError: no dataset is named; a flag or a value that is not allowed.
        InputError: the input cannot be judged.
    """
    if is_audit(data):
        refuse_flags(flags)
        return saved_case(str(data), decisions)
    making = Making(
        data=data_path(data, config),
        flags=flags,
        config=config,
        decisions=decisions or config.several("audit", "decisions"),
        wants_content=wants_content,
    )
    return making.case()


def refuse_flags(flags: Mapping[str, Any]) -> None:
    """A saved audit is what it is: flags about the input would change nothing, and are not passed over.

    Raises:
        UsageError: `option-value`.
    """
    said = [name for name in (*FLAG_NAMES, "cache", "output") if name != "config" and flags[name]]
    if said:
        flag = "-o" if said[0] == "output" else "--" + said[0].replace("_", "-")
        what = say(N_("{flag} says nothing of a saved audit"), flag=flag)
        fix = say(N_("auditor gate DATA {flag} ... audits the dataset again"), flag=flag)
        raise UsageError(Problem(slug="option-value", what=what, fixes=(fix,)))


@contextmanager
def told_if_it_ends(tell: Callable[[Sequence[Problem], str | None], None]) -> Iterator[None]:
    """An input that cannot be judged, or a bug, is told in every form that was asked for, then raised."""
    try:
        yield
    except InputError as error:
        tell(error.problems, None)
        raise
    except AuditorError:
        raise
    except Exception as error:
        tell((), f"{type(error).__name__}: {error}".splitlines()[0][:300])
        raise


def is_empty(error: InputError) -> bool:
    """Whether all that is wrong with an input is that it has no rows."""
    return all(problem.slug in EMPTY for problem in error.problems)
