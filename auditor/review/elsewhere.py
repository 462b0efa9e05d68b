"""Decisions made elsewhere: exports of other tools, and tables; their content tells which they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.read.formats.argilla import PARQUET, questions_of
from auditor.read.formats.label_studio import is_flat_row
from auditor.read.json_text import starts_with
from auditor.read.sources import Source
from auditor.review.decisions import DecisionFile
from auditor.review.interchange import register_all
from auditor.review.interchange.family import TOOLS, Record
from auditor.review.interchange.files import ReadEntry, file_of, joined
from auditor.review.plain import plain_file, rows_in

if TYPE_CHECKING:
    import pyarrow as pa


def from_elsewhere(place: Path, read: ReadEntry) -> DecisionFile:
    """An export of another tool, or a table.

    Args:
        place: a file that is there.
        read: reads a decision that came back, as one of a decisions file.

    Raises:
        InputError: `export-not-ours`, `not-decisions`, `decisions-damaged`, `decisions-invalid`; or as a
            table is refused.
    """
    from auditor.read.sources import located
    from auditor.read.tables import read_table

    register_all()
    source = located(place)
    records = _records(source)
    if records and (found := _export(place.name, records, read)) is not None:
        return found
    table = read_table(source).columns
    names = dict.fromkeys(table.column_names, "")
    if is_flat_row(names) and (found := _export(place.name, table.to_pylist(), read)) is not None:
        return found
    return _table(place.name, table, read)


def _records(source: Source) -> list[Record]:
    """The objects of JSON, of JSON Lines, or of Parquet that holds records of Argilla; none of a table."""
    from auditor.read.formats.records import parquet_names, parquet_records, records_in

    if source.suffix in PARQUET:
        flattened = questions_of(dict.fromkeys(parquet_names(source)))
        return list(parquet_records(source).rows) if flattened else []
    return list(records_in(source).rows) if starts_with(source.head, "[", "{") else []


def _export(name: str, records: Sequence[Record], read: ReadEntry) -> DecisionFile | None:
    """The answers in an export of a tool of the family; None where it is none."""
    for tool in TOOLS.values():
        if tool.is_export is not None and tool.read is not None and tool.is_export(records):
            return file_of(name, tool.read(name, records), read)
    return None


def _table(name: str, table: pa.Table, read: ReadEntry) -> DecisionFile:
    """A table that was filled in: rows of a round that was exported, and rows of item and label."""
    from auditor.review.interchange.spreadsheet import returned

    rows = rows_in(name, table)
    ours, others = [row for row in rows if row.slip], [row for row in rows if not row.slip]
    if not ours:
        return plain_file(name, others)
    parts = [file_of(name, returned(name, ours), read)]
    return joined(name, parts + ([plain_file(name, others)] if others else []))
