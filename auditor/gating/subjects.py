"""A `Subject` from a saved audit, or from one that was just made.

From a folder only `audit.json` and, where a rule asks for them, `findings.keys` are read.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.drift import settings_of
from auditor.errors import InputError
from auditor.gating.subject import Found, Outcome, Subject
from auditor.measures import Measure
from auditor.store.audit_json import not_an_audit, read_audit_json
from auditor.store.names import KEYS, ROWS
from auditor.store.shape_pieces import (
    MEASURE,
    Shape,
    both,
    is_count,
    is_outcome,
    is_text,
    list_of,
    map_of,
    members,
    or_none,
    perhaps,
)
from auditor.wording import text_from

if TYPE_CHECKING:
    from auditor.audits import Audit

SHAPES: Mapping[str, Shape] = {
    "audit_id": is_text,
    "dataset": both(
        members(name=is_text, rows=is_count, classes=list_of(is_text)),
        perhaps(roles=map_of(list_of(is_text))),
    ),
    "predictions": or_none(members(files=list_of(is_text), out_of_sample=is_text)),
    "decisions": or_none(perhaps(kept_suspects=is_count)),
    "settings": perhaps(input=lambda value: isinstance(value, dict)),
    "versions": map_of(is_text),
    "outcomes": list_of(is_outcome),
    "measures": list_of(MEASURE),
    "files": map_of(members(bytes=is_count, sha256=is_text)),
}
"""Member of `audit.json` that the gate reads -> what it must be."""
FIELDS = tuple(field.name for field in fields(Measure))
"""Members of a measure; a later version may write more."""
LATER = frozenset({"decisions"})
"""Members that audits of earlier versions do not have."""


def subject_in(folder: str | Path, *, source: str | None = None) -> Subject:
    """The audit in a folder.

    Args:
        folder: what `auditor audit` wrote.
        source: the dataset's file as the user named it, where it is known.

    Raises:
        InputError: `not-an-audit` or `audit-version`.
    """
    path = Path(folder)
    document = read_audit_json(path)
    for name, fits in SHAPES.items():
        if name not in document and name in LATER:
            continue
        if not fits(document.get(name)):
            raise InputError(not_an_audit(path, f"audit.json: {name}"))
    place = path.parent if path.is_file() else path
    return subject_from(
        document,
        lambda: keys_of(place, document["files"]),
        lambda: rows_of(place, document["files"]),
        folder=str(folder),
        source=source,
    )


def subject_of(audit: Audit, *, folder: str | None = None, source: str | None = None) -> Subject:
    """An audit in memory.

    Args:
        audit: with its decisions, where there are any (`auditor.decided.with_decisions`).
        folder: where it is saved, as the user named it.
        source: the dataset's file as the user named it.
    """
    from auditor.store.folder import keys_text  # Arrow, which a saved audit is judged without

    document = {**audit.header, "measures": [asdict(one) for one in audit.measures]}
    scores = audit.tables["scores"]
    return subject_from(
        document,
        lambda: keys_in(keys_text(audit.tables["findings"])),
        lambda: scores["digest"].to_pylist() if "digest" in scores.column_names else None,
        folder=folder,
        source=source,
    )


def subject_from(
    document: Mapping[str, Any],
    keys: Callable[[], tuple[Found, ...]],
    rows: Callable[[], Sequence[int] | None],
    *,
    folder: str | None = None,
    source: str | None = None,
) -> Subject:
    """A subject from the members of an `audit.json` that fit `SHAPES`."""
    dataset, predictions, decisions = (
        document["dataset"],
        document["predictions"],
        document.get("decisions"),
    )
    return Subject(
        name=dataset["name"],
        audit_id=document["audit_id"],
        rows=dataset["rows"],
        label=next(iter((dataset.get("roles") or {}).get("label") or ()), None),
        classes=tuple(dataset["classes"]),
        has_ids=bool(dataset.get("has_ids", True)),
        predictions=tuple(predictions["files"]) if predictions else (),
        out_of_sample=predictions["out_of_sample"] if predictions else "",
        measures=tuple(Measure(**{name: entry[name] for name in FIELDS}) for entry in document["measures"]),
        outcomes={entry["detector"]: _outcome(entry) for entry in document["outcomes"]},
        settings=settings_of(document),
        read_keys=keys,
        read_rows=rows,
        decided=bool(decisions),
        kept=(decisions or {}).get("kept_suspects", 0),
        folder=folder,
        source=source,
        versions=document["versions"],
    )


def keys_of(folder: Path, files: Mapping[str, Any]) -> tuple[Found, ...]:
    """The findings of a saved audit.

    Raises:
        InputError: `not-an-audit`: the file is not there, or not the one that the audit wrote.
    """
    raw = _whole(folder, KEYS, files)
    try:
        return keys_in(raw.decode("utf-8"))
    except ValueError as error:
        raise InputError(not_an_audit(folder, f"{KEYS}: {error}")) from error


def rows_of(folder: Path, files: Mapping[str, Any]) -> Sequence[int] | None:
    """Of each row of a saved audit its digest; None where an earlier version wrote none.

    Raises:
        InputError: `not-an-audit`: the file is not the one that the audit wrote.
    """
    if ROWS not in files:
        return None
    rows = array("Q", _whole(folder, ROWS, files))
    if sys.byteorder == "big":
        rows.byteswap()
    return rows


def _whole(folder: Path, name: str, files: Mapping[str, Any]) -> bytes:
    """The bytes of a file, if they are those that the audit wrote: half a list of findings would pass."""
    try:
        raw = (folder / name).read_bytes()
    except OSError as error:
        raise InputError(not_an_audit(folder, f"{name}: {error.strerror or error}")) from error
    if name not in files or hashlib.sha256(raw).hexdigest() != files[name]["sha256"]:
        raise InputError(not_an_audit(folder, f"{name}: sha256"))
    return raw


def keys_in(text: str) -> tuple[Found, ...]:
    """The findings of a text in the form of `findings.keys`.

    Raises:
        ValueError: a line is not of that form.

    >>> keys_in("849aa1b647b1ff47 label_issue i%201 7 model-contradicts\\n")[0].name
    'i 1'
    """
    return tuple(_found(line) for line in text.split("\n") if line)


def _found(line: str) -> Found:
    key, kind, item, row, reason = line.split(" ")
    return Found(key=key, kind=kind, item=item, row=None if row == "-" else int(row), reason=reason)


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    return Outcome(status=entry["status"], why=None if entry["why"] is None else text_from(entry["why"]))
