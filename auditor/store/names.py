"""What the files of an audit folder are called."""

from __future__ import annotations

import re
from pathlib import Path

REPORT = "report.html"
AUDIT_JSON = "audit.json"
SCHEMA = "auditor.audit/1"
"""The schema of `audit.json`."""
CSV_TABLES = ("queue", "classes", "duplicates")
PARQUET_TABLES = ("scores", "findings", "items")
DECISIONS, MAP = "decisions", "map"
"""The tables of what reviewers decided, and of where rows lie on the map."""
OPTIONAL_TABLES = (DECISIONS, MAP)
"""A Parquet file where the table has a row, none otherwise."""
KEYS = "findings.keys"
ROWS = "rows.digests"
"""Of each row, in their order, 8 bytes that know it again: little-endian integers."""
REVIEW = re.compile(r"review(-\d+of\d+)?\.html")
"""The labeller's page, in one file or in parts."""
NAMES = frozenset(
    {
        AUDIT_JSON,
        KEYS,
        ROWS,
        REPORT,
        *(f"{name}.csv" for name in CSV_TABLES),
        *(f"{name}.parquet" for name in PARQUET_TABLES),
    }
)
"""The files of every audit, beside the labeller's page, which may stand in parts."""


def is_ours(name: str) -> bool:
    """Whether a file of an audit may be called so."""
    optional = {f"{table}.parquet" for table in OPTIONAL_TABLES}
    return name in NAMES | optional or REVIEW.fullmatch(name) is not None


def shown(folder: Path) -> str:
    """The last part of a path; `.` and `..` have none and are shown as they were given."""
    return folder.name or str(folder)
