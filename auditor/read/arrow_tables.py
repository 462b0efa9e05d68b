"""Parquet and Feather: types are kept for numbers, everything else becomes text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError
from auditor.read.files import unreadable
from auditor.read.tables import Skip, TextTable, table_reader


@table_reader("parquet", (".parquet", ".pq"))
def read_parquet(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """A Parquet file; wide numeric columns are left for the block readers."""
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
        skipped = skip(names)
        wanted = [name for name in names if name not in skipped]
        table = arrow_table(pq.read_table(path, columns=wanted if skipped else None), "parquet")
    except (pa.ArrowException, OSError) as error:
        raise InputError(unreadable(path, error)) from error
    return replace(table, skipped=tuple(skipped))


@table_reader("feather", (".feather", ".arrow"))
def read_feather(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """A Feather (Arrow IPC file) table."""
    import pyarrow.feather as feather

    try:
        everything = feather.read_table(path)
        skipped = skip(everything.column_names)
        table = arrow_table(everything.drop_columns(list(skipped)), "feather")
    except (pa.ArrowException, OSError) as error:
        raise InputError(unreadable(path, error)) from error
    return replace(table, skipped=tuple(skipped))


def arrow_table(table: pa.Table, name: str) -> TextTable:
    """An Arrow table with every column as text, floats excepted."""
    columns = {column: as_text(table[column]) for column in table.column_names}
    if len(columns) != len(table.column_names):
        return TextTable(columns=table, format=name)  # names repeat: reported by the caller
    return TextTable(columns=pa.table(columns), format=name, class_names=_class_names(table))


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as a person would write them: 7 for the integer 7, 0.5 for the float, "" for null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        return pa.chunked_array([pa.array([""] * len(column), pa.string())])
    if pa.types.is_floating(kind):
        return pa.chunked_array([pa.array([_float_text(v) for v in column.to_pylist()], pa.string())])
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return pa.chunked_array([pa.array([_nested_text(v) for v in column.to_pylist()], pa.string())])
    return pc.fill_null(column.cast(pa.string()), "")


def _float_text(value: float | None) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _nested_text(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _class_names(table: pa.Table) -> tuple[str, ...] | None:
    """Names of a Hugging Face ClassLabel column, kept in the schema's metadata."""
    raw = (table.schema.metadata or {}).get(b"huggingface")
    if not raw:
        return None
    features = json.loads(raw).get("info", {}).get("features", {})
    named = [f["names"] for f in features.values() if isinstance(f, dict) and f.get("_type") == "ClassLabel"]
    return tuple(str(name) for name in named[0]) if len(named) == 1 else None
