"""The audit folder: written whole or not at all.

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

from auditor.audits import Audit
from auditor.errors import UsageError
from auditor.store.csvs import write_csv_table
from auditor.store.names import AUDIT_JSON, CSV_TABLES, KEYS, OPTIONAL_TABLES, PARQUET_TABLES, ROWS
from auditor.store.one_step import in_one_step
from auditor.store.place import check_output, not_writable


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


def _write_tables(audit: Audit, folder: Path) -> dict[str, dict[str, Any]]:
    """Every table and the keys; returns name -> size and hash."""
    for name in CSV_TABLES:
        write_csv_table(audit.tables[name], folder / f"{name}.csv")
    for name in PARQUET_TABLES:
        pq.write_table(audit.tables[name], folder / f"{name}.parquet", compression="zstd")
    for name in OPTIONAL_TABLES:
        if len(audit.tables.get(name, ())):
            pq.write_table(audit.tables[name], folder / f"{name}.parquet", compression="zstd")
    (folder / ROWS).write_bytes(audit.tables["scores"]["digest"].to_numpy().astype("<u8").tobytes())
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
