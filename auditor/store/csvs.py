"""The CSV files of an audit: UTF-8, a plain header, unrounded numbers, nothing guarded."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa

from auditor.prioritise.queue import QUEUE

CLASSES = pa.schema(
    [
        ("class", pa.string()),
        ("count", pa.int64()),
        ("share", pa.float64()),
        ("effective_number", pa.float64()),
        ("train", pa.int64()),
        ("validation", pa.int64()),
        ("test", pa.int64()),
        ("suspected", pa.int64()),
        ("suspected_share", pa.float64()),
        ("accuracy", pa.float64()),
        ("f1", pa.float64()),
        ("most_confused_with", pa.string()),
    ]
)
DUPLICATES = pa.schema(
    [
        ("group", pa.string()),
        ("item", pa.string()),
        ("row", pa.int64()),
        ("split", pa.string()),
        ("label", pa.string()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("conflict", pa.bool_()),
        ("leak", pa.bool_()),
    ]
)
SCHEMAS = {"queue": QUEUE, "classes": CLASSES, "duplicates": DUPLICATES}
"""The columns of each CSV file, in order; columns are added at the end, never moved."""
REQUIRED_TEXT = {"item", "class", "kinds", "given_label", "reason_code", "reason", "label"}
"""Text columns in which an empty cell is an empty text, not a missing value."""


def write_csv_table(table: pa.Table, path: Path) -> None:
    """Write a table; null is an empty cell, floats have all their digits, booleans are true/false."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.column_names)
        columns = [[_cell(value) for value in table[name].to_pylist()] for name in table.column_names]
        writer.writerows(zip(*columns, strict=True))


def read_csv_table(path: Path, name: str) -> pa.Table:
    """Read a table of an audit back with the types it was written with."""
    schema = SCHEMAS[name]
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        rows = list(reader)
    columns = {title: [row[at] for row in rows] for at, title in enumerate(header)}
    return pa.table(
        {
            entry.name: pa.array([_value(cell, entry) for cell in columns[entry.name]], entry.type)
            for entry in schema
        }
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _value(cell: str, entry: pa.Field) -> Any:
    if pa.types.is_string(entry.type):
        return cell if cell or entry.name in REQUIRED_TEXT else None
    if cell == "":
        return None
    if pa.types.is_boolean(entry.type):
        return cell == "true"
    return int(cell) if pa.types.is_integer(entry.type) else float(cell)
