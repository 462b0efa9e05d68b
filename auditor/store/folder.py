"""The audit folder: written whole or not at all, read back without loss.

The folder is made beside its place under another name and moved there in one step; a run that is
killed leaves the folder of the run before, or none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.audits import REPORT, Audit
from auditor.errors import InputError, Problem, UsageError
from auditor.findings import Measure
from auditor.header import SCHEMA
from auditor.store.csvs import read_csv_table, write_csv_table
from auditor.store.one_step import in_one_step, sweep
from auditor.wording import N_, listed, say

AUDIT_JSON = "audit.json"
CSV_TABLES = ("queue", "classes", "duplicates")
PARQUET_TABLES = ("scores", "findings", "items")
KEYS = "findings.keys"
NAMES = frozenset(
    {
        AUDIT_JSON,
        KEYS,
        REPORT,
        *(f"{name}.csv" for name in CSV_TABLES),
        *(f"{name}.parquet" for name in PARQUET_TABLES),
    }
)
"""The files of an audit."""
HEADER = frozenset(
    {
        "schema",
        "audit_id",
        "dataset",
        "predictions",
        "settings",
        "versions",
        "outcomes",
        "notes",
        "queue",
        "tables",
    }
)
"""The members that `audit.json` must have beside `measures` and `files`."""


def write(audit: Audit, folder: str | Path, pages: Mapping[str, str], *, force: bool = False) -> Path:
    """Write an audit and its pages into a folder, in one step.

    Args:
        audit: what to write.
        folder: where; a folder that an audit wrote before is replaced.
        force: keep files of other origin that stand in the folder, and go on.
        pages: file name -> HTML text.

    Raises:
        UsageError: `output-exists`: the folder holds something that no audit wrote.
    """
    target = Path(folder)
    foreign = check_output(target, force=force)
    try:
        _write(audit, target.resolve(), foreign, pages)
    except OSError as error:
        raise UsageError(not_writable(target, error)) from error
    return target


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
    except OSError as error:
        raise UsageError(not_writable(folder, error)) from error
    blocking = [path for path in foreign if not force or path == folder or path.name in NAMES]
    if blocking:
        raise UsageError(_occupied(folder, blocking, force))
    if folder.is_dir() and Path.cwd().is_relative_to(folder.resolve()):
        raise UsageError(_working_folder(folder))
    return foreign


def _write(audit: Audit, target: Path, foreign: list[Path], pages: Mapping[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with in_one_step(target) as new:
        files = _write_tables(audit, new)
        for name, html in pages.items():
            (new / name).write_text(html, encoding="utf-8", newline="\n")
            files[name] = _described(new / name)
        _write_json(audit, new, files)
        for path in foreign:
            _copy(path, new / path.name)


def _copy(path: Path, target: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, target, symlinks=True)
    else:
        shutil.copy2(path, target, follow_symlinks=False)


def load_audit(folder: str | Path) -> Audit:
    """Read an audit back from its folder.

    Args:
        folder: what `auditor audit` or `Audit.save` wrote.

    Raises:
        auditor.InputError: `not-an-audit` or `audit-version`.

    Example:
        >>> import auditor, pandas as pd, tempfile
        >>> audit = auditor.audit(pd.DataFrame({"text": ["a cat", "a dog"], "label": ["cat", "dog"]}))
        >>> folder = audit.save(tempfile.mkdtemp() + "/audit")
        >>> auditor.load_audit(folder).audit_id == audit.audit_id
        True
    """
    path = Path(folder)
    document = read_audit_json(path)
    try:
        tables = {name: read_csv_table(path / f"{name}.csv", name) for name in CSV_TABLES}
        tables |= {name: pq.read_table(path / f"{name}.parquet") for name in PARQUET_TABLES}
        measures = tuple(Measure(**entry) for entry in document["measures"])
        header = {name: value for name, value in document.items() if name not in {"measures", "files"}}
        if not header.keys() >= HEADER:
            raise KeyError(*sorted(HEADER - header.keys())[:1])
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise InputError(_not_an_audit(path, f"{type(error).__name__}: {error}")) from error
    return Audit(header=header, measures=measures, tables=tables)


def read_audit_json(folder: Path) -> dict[str, Any]:
    """`audit.json` alone: all that judging needs.

    Raises:
        InputError: `not-an-audit` or `audit-version`.
    """
    path = folder if folder.name == AUDIT_JSON else folder / AUDIT_JSON
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        schema = str(document["schema"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(_not_an_audit(folder, str(error))) from error
    if schema != SCHEMA:
        raise InputError(
            Problem(
                slug="audit-version",
                what=say(
                    N_("{name} is of schema {found}; this version reads {known}"),
                    name=_shown(folder),
                    found=schema[:60],
                    known=SCHEMA,
                ),
                fixes=(say(N_("run the audit again")),),
            )
        )
    return dict(document)


def foreign_files(folder: Path) -> list[Path]:
    """What stands in a folder that no audit wrote; [] for a folder that does not exist."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        return [folder]
    ours: set[str] = set()
    try:
        document = json.loads((folder / AUDIT_JSON).read_text(encoding="utf-8"))
        if str(document["schema"]).startswith("auditor.audit/"):
            ours = {AUDIT_JSON, *document["files"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        ours = set()
    return sorted(path for path in folder.iterdir() if path.name not in ours)


def _shown(folder: Path) -> str:
    """The last part of a path; `.` and `..` have none and are shown as they were given."""
    return folder.name or str(folder)


def _occupied(folder: Path, foreign: list[Path], force: bool) -> Problem:
    if foreign == [folder]:
        return Problem(
            slug="output-exists",
            what=say(N_("{name} is a file, not a folder"), name=_shown(folder)),
            fixes=(say(N_("-o FOLDER with another name")),),
        )
    names = listed([path.name for path in foreign], most=5)
    return Problem(
        slug="output-exists",
        what=say(N_("{name} holds what auditor did not write: {files}"), name=_shown(folder), files=names),
        fixes=(
            say(N_("-o FOLDER with another name")),
            *(() if force else (say(N_("--force replaces auditor's own files and keeps the others")),)),
        ),
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
            N_("{name} cannot be written: {error}"), name=_shown(folder), error=error.strerror or str(error)
        ),
        fixes=(say(N_("-o FOLDER with another name")),),
    )


def _write_tables(audit: Audit, folder: Path) -> dict[str, dict[str, Any]]:
    """Every table and the keys; returns name -> size and hash."""
    for name in CSV_TABLES:
        write_csv_table(audit.tables[name], folder / f"{name}.csv")
    for name in PARQUET_TABLES:
        pq.write_table(audit.tables[name], folder / f"{name}.parquet", compression="zstd")
    (folder / KEYS).write_text(keys_text(audit.tables["findings"]), encoding="utf-8", newline="\n")
    return {path.name: _described(path) for path in sorted(folder.iterdir())}


def keys_text(findings: pa.Table) -> str:
    """`findings.keys`: `key kind item row reason_code` a line, sorted; items are percent-encoded."""
    listed = findings.select(["key", "kind", "item", "part", "row", "reason_code"]).to_pylist()
    lines = sorted(
        " ".join(
            [
                entry["key"],
                entry["kind"],
                quote(entry["item"] or entry["part"] or "-", safe=""),
                "-" if entry["row"] is None else str(entry["row"]),
                entry["reason_code"],
            ]
        )
        for entry in listed
    )
    return "".join(f"{line}\n" for line in lines)


def _described(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _write_json(audit: Audit, folder: Path, files: Mapping[str, Any]) -> None:
    document = {**audit.header, "measures": [asdict(m) for m in audit.measures], "files": dict(files)}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    (folder / AUDIT_JSON).write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))


def _not_an_audit(path: Path, why: str) -> Problem:
    return Problem(
        slug="not-an-audit",
        what=say(N_("{name} is not an audit folder"), name=_shown(path)),
        details=(say("{why}", why=(why.splitlines() or [""])[0][:200]),),
        fixes=(say("auditor audit DATA --predictions FILE -o {name}", name=_shown(path)),),
    )
