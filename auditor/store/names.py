"""What the files of an audit folder are called."""

from __future__ import annotations

from pathlib import Path

from auditor.audits import REPORT

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


def shown(folder: Path) -> str:
    """The last part of a path; `.` and `..` have none and are shown as they were given."""
    return folder.name or str(folder)
