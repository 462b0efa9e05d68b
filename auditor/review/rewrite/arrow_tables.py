"""Parquet and Feather again: the same schema, row groups and compression, other values in the named cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from auditor.errors import InputError
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.wording import N_, say


@rewriter("parquet", binary=True)
def rewrite_parquet(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write a Parquet file row group by row group.

    Raises:
        InputError: `format-not-written` for a label column of a type that holds no text and no number.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(source.path) as file:
        schema = _with_added(file.schema_arrow, edits)
        codec = _compression(file)
        done = 0
        with pq.ParquetWriter(target, schema, compression=codec) as writer:
            for number in range(file.num_row_groups):
                group = file.read_row_group(number)
                writer.write_table(edited(source.name, group, edits, done), max(len(group), 1))
                done += len(group)


def _compression(file: Any) -> str:
    """Of the first column; a file without rows has none."""
    metadata = file.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    codec = str(metadata.row_group(0).column(0).compression).lower()
    return {"uncompressed": "none", "lz4_raw": "lz4"}.get(codec, codec)


@rewriter("feather", binary=True)
def rewrite_feather(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write an Arrow IPC file or stream.

    Raises:
        InputError: `format-not-written`.
    """
    import pyarrow.feather as feather

    with source.path.open("rb") as stream:
        is_file = stream.read(6) in {b"ARROW1", b"FEA1\0\0"}
    if is_file:
        new = edited(source.name, feather.read_table(source.path, memory_map=False), edits, 0)
        feather.write_feather(new, target)
        return
    with pa.memory_map(str(source.path), "r") as mapped, pa.ipc.open_stream(mapped) as reader:
        new = edited(source.name, reader.read_all(), edits, 0)
        with pa.OSFile(str(target), "wb") as out, pa.ipc.new_stream(out, new.schema) as writer:
            writer.write_table(new)


def edited(name: str, table: pa.Table, edits: Edits, first: int) -> pa.Table:
    """A part of a table with the edits that fall into it.

    Args:
        name: of the file, for messages.
        table: the part.
        edits: of the whole table.
        first: the row of the whole table that the part begins with.

    Raises:
        InputError: `format-not-written`.
    """
    rows = range(first, first + len(table))
    for column, texts in edits.cells.items():
        here = {row - first: text for row, text in texts.items() if row in rows}
        if here:
            at = table.column_names.index(column)
            table = table.set_column(at, table.schema.field(at), _set(name, column, table[column], here))
    for column, texts in edits.added.items():
        cells = [texts.get(row, "") for row in rows]
        table = table.append_column(pa.field(column, pa.string()), pa.array(cells, pa.string()))
    if edits.dropped:
        kept = [row - first for row in rows if row not in edits.dropped]
        table = table.take(pa.array(np.array(kept, np.int64)))
    return table.replace_schema_metadata(table.schema.metadata)


def _with_added(schema: pa.Schema, edits: Edits) -> pa.Schema:
    for column in edits.added:
        schema = schema.append(pa.field(column, pa.string()))
    return schema


def _set(name: str, column: str, cells: pa.ChunkedArray, new: dict[int, str]) -> pa.ChunkedArray:
    """A column with some cells replaced, of the type it has."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    values = cells.to_pylist()
    for row, text in new.items():
        values[row] = _value(name, column, kind, text)
    try:
        return pa.chunked_array([pa.array(values, cells.type)])
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise _no_place(name, column, cells.type) from error


def _value(name: str, column: str, kind: pa.DataType, text: str) -> Any:
    if text == "":
        return None if not pa.types.is_string(kind) and not pa.types.is_large_string(kind) else ""
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_floating(kind):
        return float(text)
    if pa.types.is_boolean(kind):
        return {"True": True, "False": False}[text]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return text
    raise _no_place(name, column, kind)


def _no_place(name: str, column: str, kind: pa.DataType) -> InputError:
    why = say(N_("column {column} is of type {type}"), column=column, type=str(kind)[:80])
    return InputError(format_not_written(name, why))
