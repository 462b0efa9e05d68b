"""Parquet and Feather: types are kept for numbers, everything else becomes text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError, Problem
from auditor.read.files import MAX_BYTES, unreadable
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader
from auditor.read.unpacked import (
    DAMAGED,
    feather_size,
    refuse_swollen,
    refuse_swollen_parquet,
    repeating_texts,
    stream_size,
    written_out,
)
from auditor.wording import N_, listed, say

BROKEN = (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError)
"""What pyarrow raises for a file that it cannot read."""

ROWS = 65_536
"""Rows of a Parquet file that are read before their size is looked at."""


@table_reader("parquet", N_("Parquet table"), (".parquet", ".pq"))
def read_parquet(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A Parquet file; wide numeric columns are left for the block readers.

    Raises:
        InputError: `column-names-repeat`, `archive-refused`, `file-unreadable`.
    """
    import pyarrow.parquet as pq

    path = source.path
    try:
        wanted, skipped = read_and_skipped(path.name, pq.read_schema(path).names, skip)
        table = arrow_table(parquet_columns(path, wanted), "parquet", path.name)
    except BROKEN as error:
        raise InputError(unreadable(path, error)) from error
    return replace(table, skipped=skipped)


@table_reader("feather", N_("Feather table"), (".feather", ".arrow"))
def read_feather(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A Feather (Arrow IPC file) table, or an Arrow IPC stream as Hugging Face writes it.

    Raises:
        InputError: `column-names-repeat`, `archive-refused`, `file-unreadable`.
    """
    path = source.path
    try:
        with arrow_file(path) as everything:
            wanted, skipped = read_and_skipped(path.name, everything.column_names, skip)
            read = arrow_table(everything.select(wanted), "feather", path.name, path)
    except (*BROKEN, *DAMAGED) as error:
        raise InputError(unreadable(path, error)) from error
    return replace(read, skipped=skipped)


@contextmanager
def arrow_file(path: Path) -> Iterator[pa.Table]:
    """An Arrow IPC file or stream, once it is sure that it has room; uncompressed columns stay on disk.

    Raises:
        InputError: `archive-refused`.
        pa.ArrowException, OSError, ValueError, struct.error: it is damaged.
    """
    import pyarrow.feather as feather

    with path.open("rb") as stream:
        is_file = stream.read(6) in {b"ARROW1", b"FEA1\0\0"} or path.suffix.lower() == ".feather"
    if is_file:
        refuse_swollen(path, feather_size(path))
        yield feather.read_table(path)
        return
    refuse_swollen(path, stream_size(path), limit=max(MAX_BYTES, path.stat().st_size))
    with pa.memory_map(str(path), "r") as mapped, pa.ipc.open_stream(mapped) as reader:
        yield reader.read_all()


def parquet_columns(path: Path, columns: list[str]) -> pa.Table:
    """Columns of a Parquet file, counted while they are read; of images and sounds the names.

    The file may lie about its size. pyarrow ends the process where it is asked for a column chunk whose
    record is damaged (`metadata.row_group(0).column(0)`), so only the totals are looked at before.

    Raises:
        InputError: `archive-refused`.
        pa.ArrowException, OSError, UnicodeDecodeError: the file is damaged.
    """
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    refuse_swollen_parquet(path, metadata, len(columns))
    if not columns:  # a table without columns still has rows
        return pq.read_table(path, columns=[], partitioning=None)
    schema = metadata.schema.to_arrow_schema()
    fields = [schema.field(name) for name in columns]
    leaves = [f"{field.name}.path" if holds_files(field.type) else field.name for field in fields]
    repeating = [name for name in repeating_texts(metadata, schema) if name in columns]
    batches: list[pa.Table] = []
    done = 0
    with pq.ParquetFile(path, read_dictionary=repeating or None) as file:
        for batch in file.iter_batches(ROWS, columns=leaves):
            batches.append(pa.Table.from_batches([batch]))
            done += written_out(batches[-1])
            refuse_swollen(path, done)
    table = pa.concat_tables(batches) if batches else schema.empty_table()
    return table.select(columns).replace_schema_metadata(schema.metadata)


def holds_files(kind: pa.DataType) -> bool:
    """Whether cells are images or sounds as Hugging Face keeps them: {bytes, path}, or the path alone."""
    if not pa.types.is_struct(kind):
        return False
    names = {kind.field(at).name for at in range(kind.num_fields)}
    return names == {"path"} or (names == {"bytes", "path"} and pa.types.is_binary(kind.field("bytes").type))


def arrow_table(table: pa.Table, form: str, file: str, path: Path | None = None) -> TextTable:
    """An Arrow table with every column as text; a column of a type that has no text is left out.

    Args:
        table: the table; images and sounds in it are taken by their names.
        form: what its format is called.
        file: what messages call the file.
        path: the file, where what the table is written out to is to be held against its size.

    Raises:
        InputError: `archive-refused`.
        pa.ArrowException: the table is damaged; nothing of it may be touched.
    """
    table.validate(full=True)
    table = without_bytes(table)
    if path is not None:
        refuse_swollen(path, written_out(table))
    files = [field.name for field in table.schema if holds_files(field.type)]
    named = _class_names(table)
    columns = {name: text for name in table.column_names if (text := _text_or_none(table[name])) is not None}
    for column in named.keys() & columns.keys():  # a ClassLabel of -1 is a row without a label
        columns[column] = pc.if_else(pc.equal(columns[column], "-1"), "", columns[column])
    left_out = [name for name in table.column_names if name not in columns]
    notes: tuple[Problem, ...] = (_no_text(file, table, left_out),) if left_out else ()
    notes += (_not_compared(file, files),) if files else ()
    return TextTable(columns=pa.table(columns), format=form, class_names=named, notes=notes)


def without_bytes(table: pa.Table) -> pa.Table:
    """A table whose images and sounds are their paths alone.

    Args:
        table: a table that is valid, because its cells are touched.
    """
    for at, field in enumerate(table.schema):
        if holds_files(field.type):
            chunks = [
                pa.StructArray.from_arrays([chunk.field("path")], names=["path"], mask=chunk.is_null())
                for chunk in table.column(at).chunks
            ]
            kind = pa.struct([("path", field.type.field("path").type)])
            table = table.set_column(at, pa.field(field.name, kind), pa.chunked_array(chunks, kind))
    return table


def _not_compared(file: str, columns: list[str]) -> Problem:
    return Problem(
        slug="content-not-compared",
        what=say(
            N_("{file}: images or sounds in {names} are shown by their names and not compared"),
            file=file,
            names=listed(columns),
        ),
        level="note",
    )


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
    if holds_files(kind):
        return as_text(pc.struct_field(column, "path"))
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
    if isinstance(value, bytes):
        return json.dumps(str(value), ensure_ascii=False)
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=_inside)


def _inside(value: object) -> str:
    """What stands for a value inside a list or struct that JSON does not have: of bytes, which may be a
    whole image, a digest, so that equal ones stay equal and others do not become so."""
    return f"sha256:{sha256(value).hexdigest()[:16]}" if isinstance(value, bytes) else str(value)


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
