"""Parquet and Feather: types are kept for numbers, everything else becomes text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError, Problem
from auditor.read.files import unreadable
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader
from auditor.read.unpacked import (
    DAMAGED,
    feather_size,
    parquet_size,
    refuse_swollen,
    repeating_texts,
    written_out,
)
from auditor.wording import N_, say

BROKEN = (pa.ArrowException, OSError, MemoryError)
"""What pyarrow raises for a file that it cannot read."""


@table_reader("parquet", (".parquet", ".pq"))
def read_parquet(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """A Parquet file; wide numeric columns are left for the block readers."""
    import pyarrow.parquet as pq

    try:
        wanted, skipped = read_and_skipped(path.name, pq.read_schema(path).names, skip)
        table = arrow_table(parquet_columns(path, wanted), "parquet", path.name)
    except BROKEN as error:
        raise InputError(unreadable(path, error)) from error
    return replace(table, skipped=skipped)


@table_reader("feather", (".feather", ".arrow"))
def read_feather(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """A Feather (Arrow IPC file) table."""
    import pyarrow.feather as feather

    try:
        refuse_swollen(path, feather_size(path))
        everything = feather.read_table(path)
        wanted, skipped = read_and_skipped(path.name, everything.column_names, skip)
        table = everything.select(wanted)
        table.validate(full=True)
        refuse_swollen(path, written_out(table))
        read = arrow_table(table, "feather", path.name)
    except (*BROKEN, *DAMAGED) as error:
        raise InputError(unreadable(path, error)) from error
    return replace(read, skipped=skipped)


def parquet_columns(path: Path, columns: list[str]) -> pa.Table:
    """Columns of a Parquet file, once it is sure that they have room.

    Raises:
        InputError: `archive-refused`.
        pa.ArrowException, OSError: the file is damaged.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        refuse_swollen(path, parquet_size(file.metadata, columns))
        repeating = [name for name in repeating_texts(file.metadata, file.schema_arrow) if name in columns]
    table = pq.read_table(path, columns=columns, read_dictionary=repeating or None, partitioning=None)
    refuse_swollen(path, written_out(table))
    return table


def arrow_table(table: pa.Table, form: str, file: str) -> TextTable:
    """An Arrow table with every column as text; a column of a type that has no text is left out.

    Raises:
        pa.ArrowException: the table is damaged; nothing of it may be touched.
    """
    table.validate(full=True)
    named = _class_names(table)
    columns = {name: text for name in table.column_names if (text := _text_or_none(table[name])) is not None}
    for column in named.keys() & columns.keys():  # a ClassLabel of -1 is a row without a label
        columns[column] = pc.if_else(pc.equal(columns[column], "-1"), "", columns[column])
    left_out = [name for name in table.column_names if name not in columns]
    notes = (_no_text(file, table, left_out),) if left_out else ()
    return TextTable(columns=pa.table(columns), format=form, class_names=named, notes=notes)


def _text_or_none(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    try:
        return as_text(column)
    except (NotImplementedError, ValueError, TypeError):  # e.g. a struct with two fields of one name
        return None


def _no_text(file: str, table: pa.Table, columns: list[str]) -> Problem:
    shown = ", ".join(f"{name} ({table.schema.field(name).type})"[:80] for name in columns[:5])
    return Problem(
        slug="columns-not-read",
        what=say(
            N_("{file}: columns of a type that is not read are left out: {names}"), file=file, names=shown
        ),
        fixes=(say(N_("write them as text or as numbers")),),
        level="note",
    )


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as a person would write them: 7 for the integer 7, 0.5 for the float, "" for null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type))
    if pa.types.is_null(kind):
        return pa.chunked_array([pa.array([""] * len(column), pa.string())])
    if pa.types.is_boolean(kind):  # as pandas and numpy write them, and so a CSV file
        return pc.fill_null(pc.if_else(column, "True", "False"), "")
    if pa.types.is_floating(kind):
        single = pa.types.is_float32(kind)  # 0.1 in float32 is 0.1, not 0.10000000149011612
        values = (np.float32(v) if single and v is not None else v for v in column.to_pylist())
        return pa.chunked_array([pa.array([_float_text(v) for v in values], pa.string())])
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return pa.chunked_array([pa.array([_nested_text(v) for v in column.to_pylist()], pa.string())])
    return pc.fill_null(column.cast(pa.string()), "")


def _float_text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else str(value)


def _nested_text(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _class_names(table: pa.Table) -> dict[str, tuple[str, ...]]:
    """ClassLabel column -> class names, as Hugging Face keeps them in the schema's metadata."""
    try:
        info = json.loads((table.schema.metadata or {}).get(b"huggingface", b"{}"))
        features = info["info"]["features"].items()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {str(column): names for column, feature in features if (names := _names_of(feature))}


def _names_of(feature: Any) -> tuple[str, ...]:
    """The class names of one feature, none where it has none or they are no texts."""
    names = (
        feature.get("names") if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" else None
    )
    fits = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if names and fits else ()
