"""The CSV files of an audit: UTF-8, a plain header, unrounded numbers, nothing guarded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from auditor.prioritise.queue import QUEUE
from auditor.tables import CLASSES, DUPLICATES

SCHEMAS = {"queue": QUEUE, "classes": CLASSES, "duplicates": DUPLICATES}
"""The columns of each CSV file, in order; columns are added at the end, never moved."""
REQUIRED_TEXT = {"item", "class", "kinds", "given_label", "reason_code", "reason"}
"""Text columns in which an empty cell is an empty text, not a missing value."""
NEEDS_QUOTES = re.compile('[,"\\r\\n]')


def write_csv_table(table: pa.Table, path: Path) -> None:
    """Write a table; null is an empty cell, floats have all their digits, booleans are true/false."""
    columns = [[_cell(value) for value in table[name].to_pylist()] for name in table.column_names]
    with path.open("w", encoding="utf-8", newline="") as stream:
        for row in (table.column_names, *zip(*columns, strict=True)):
            stream.write(",".join(map(_quoted, row)) + "\n")


def read_csv_table(path: Path, name: str) -> pa.Table:
    """Read a table of an audit back with the types it was written with.

    Raises:
        OSError, pyarrow.ArrowException, KeyError: the file is not there, or is no such table.
    """
    schema = SCHEMAS[name]
    texts = csv.read_csv(
        path,
        read_options=csv.ReadOptions(block_size=path.stat().st_size + 1, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(schema.names, pa.string())),
    )
    return pa.table({entry.name: _typed(texts[entry.name], entry) for entry in schema}, schema=schema)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _quoted(cell: str) -> str:
    """A cell that holds a comma, a quote or a line end stands in quotes.

    The writer of the standard library leaves a lone carriage return bare, and no reader takes that back.
    """
    return '"' + cell.replace('"', '""') + '"' if NEEDS_QUOTES.search(cell) else cell


def _typed(cells: pa.ChunkedArray, entry: pa.Field) -> pa.ChunkedArray:
    if pa.types.is_string(entry.type) and entry.name in REQUIRED_TEXT:
        return cells
    filled = pc.if_else(pc.equal(cells, ""), None, cells)
    return pc.equal(filled, "true") if pa.types.is_boolean(entry.type) else filled.cast(entry.type)
