"""Parquet and Feather: types are kept for numbers, everything else becomes text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError
from auditor.read.files import unreadable
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader


@table_reader("parquet", (".parquet", ".pq"))
def read_parquet(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """A Parquet file; wide numeric columns are left for the block readers."""
    import pyarrow.parquet as pq

    try:
        wanted, skipped = read_and_skipped(path.name, pq.read_schema(path).names, skip)
        table = arrow_table(pq.read_table(path, columns=wanted if skipped else None), "parquet")
    except (pa.ArrowException, OSError) as error:
        raise InputError(unreadable(path, error)) from error
    return replace(table, skipped=skipped)


@table_reader("feather", (".feather", ".arrow"))
def read_feather(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """A Feather (Arrow IPC file) table."""
    import pyarrow.feather as feather

    try:
        everything = feather.read_table(path)
        wanted, skipped = read_and_skipped(path.name, everything.column_names, skip)
        table = arrow_table(everything.select(wanted), "feather")
    except (pa.ArrowException, OSError) as error:
        raise InputError(unreadable(path, error)) from error
    return replace(table, skipped=skipped)


def arrow_table(table: pa.Table, name: str) -> TextTable:
    """An Arrow table with every column as text, floats excepted."""
    named = _class_names(table)
    columns = {column: as_text(table[column]) for column in table.column_names}
    for column in named.keys() & columns.keys():  # a ClassLabel of -1 is a row without a label
        columns[column] = pc.if_else(pc.equal(columns[column], "-1"), "", columns[column])
    return TextTable(columns=pa.table(columns), format=name, class_names=named)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as a person would write them: 7 for the integer 7, 0.5 for the float, "" for null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        return pa.chunked_array([pa.array([""] * len(column), pa.string())])
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
    return {
        str(column): tuple(str(name) for name in feature["names"])
        for column, feature in features
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and feature.get("names")
    }
