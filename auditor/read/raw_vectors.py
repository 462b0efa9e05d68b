"""Files and objects of vectors: the numbers as they lie there, with ids where there are any.

They are read by what reads predictions: `.npy` stays a memory map, Parquet stays Parquet, CSV is parsed once
into a mapped temporary file. Only which columns are meant is another question: one column of lists, or the
columns that are numbered through (`e0`, `e1`, ...), or all that have no other use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource
from auditor.errors import InputError, Problem, UsageError
from auditor.read import arrays
from auditor.read.columns import NAMES, normal_name
from auditor.read.files import unreadable
from auditor.read.formats.arrow_tables import as_text
from auditor.read.frame_index import row_index
from auditor.read.memory import cells_of, in_memory, is_dataframe, names_of, not_data, numbers_in_object
from auditor.read.prediction_rows import (
    arrow_numbers,
    column_of_numbers,
    feather_table,
    json_lines,
    matrix_of_lists,
)
from auditor.read.predictions import ids_in_parquet, list_column, parquet_blocks, text_blocks
from auditor.read.probability_columns import Known, id_column
from auditor.read.raw_predictions import RawPredictions
from auditor.read.sources import located
from auditor.read.tables import read_table, refuse_repeated
from auditor.read.vector_lists import is_listed, matrix_of_cells
from auditor.read.vector_problems import not_vectors
from auditor.wording import N_, say

VECTOR_KEYS = ("embeddings", "embedding", "vectors", "vector", "features", "emb", "X", "x", "arr_0")
"""Names under which a file may hold the vectors: as an array, or as a column of lists."""
UNCLEAR = N_("cannot tell which array of {name} holds the vectors")
NUMBERED = re.compile(r"^(?P<prefix>.*?)(?P<number>\d+)$")
ENDINGS = (".npy", ".npz", ".csv", ".tsv", ".parquet", ".pq", ".feather", ".arrow", ".jsonl", ".ndjson")
OTHER_NAMES = frozenset[str]().union(*NAMES.values())


def raw_vectors(where: Any, known: Known) -> RawPredictions:
    """The vectors of a file or an object, before they are joined to anything.

    Args:
        where: a path or an address, an (n, d) array, or a DataFrame or Arrow table.
        known: the name of the dataset's id column.

    Raises:
        UsageError: `option-value` for what is none of these.
        InputError: the file is missing, unsafe, unreadable, of unknown format, or holds no matrix of numbers.
    """
    if not isinstance(where, (str, Path)):
        return _of_object(in_memory(where, "embeddings"), known)
    source = located(where)
    reader = READERS.get(source.suffix)
    if reader is None:
        raise InputError(_unknown(source.name))
    return replace(reader(source.path, known), name=source.name)


def _of_array(name: str, matrix: NDArray[Any], ids: Sequence[str] | None = None) -> RawPredictions:
    if matrix.dtype.kind not in "fiu":
        raise InputError(not_vectors(name, str(matrix.dtype)))
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise InputError(_shape(name, matrix.shape))
    if ids is not None and len(ids) != len(matrix):
        raise InputError(_shape(name, (len(ids), "ids", *matrix.shape)))
    return RawPredictions(name=name, blocks=ArrayBlocks(matrix), ids=None if ids is None else tuple(ids))


def _npy(path: Path, known: Known) -> RawPredictions:
    return _of_array(path.name, arrays.read_npy(path).matrix)


def _npz(path: Path, known: Known) -> RawPredictions:
    found = arrays.read_npz(path, VECTOR_KEYS, UNCLEAR)
    return _of_array(path.name, found.matrix, found.ids)


def _separated(path: Path, known: Known) -> RawPredictions:
    names: list[str] = []

    def skip(found: Sequence[str]) -> frozenset[str]:
        names.extend(found)
        ids = id_column(found, known, path.name) or next(iter(found), "")
        return frozenset(found) - {ids, *_may_hold_lists(found, ids)}

    table = read_table(path, skip=skip)
    column = id_column(names, known, path.name)
    maybe = _may_hold_lists(names, column)
    lists = _lists(path, [name for name in maybe if is_listed(table.columns[name])])
    return _of_columns(
        path.name,
        ArrayBlocks(matrix_of_cells(path.name, lists, table.columns[lists]))
        if lists
        else text_blocks(path, table.form, vector_columns(path.name, names, column)),
        None if column is None else table.columns[column].to_pylist(),
        notes=table.notes,
    )


def _may_hold_lists(names: Sequence[str], ids: str | None) -> list[str]:
    """The columns of texts that may be lists: those of a known name, or the only one of no known use."""
    others = [name for name in names if name != ids and normal_name(name) not in OTHER_NAMES]
    return others if len(others) == 1 else [name for name in others if name in VECTOR_KEYS]


def _parquet(path: Path, known: Known) -> RawPredictions:
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        names: list[str] = list(schema.names)
        refuse_repeated(path.name, names)
        column = id_column(names, known, path.name)
        lists = _lists(path, [n for n in names if pa.types.is_nested(schema.field(n).type)])
        blocks: BlockSource = (
            ArrayBlocks(list_column(path, lists))
            if lists
            else parquet_blocks(path, vector_columns(path.name, names, column))
        )
        return _of_columns(path.name, blocks, ids_in_parquet(path, column) if column else None)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(unreadable(path, error)) from error


def _feather(path: Path, known: Known) -> RawPredictions:
    return _of_table(path.name, feather_table(path), known)


def _of_table(name: str, table: pa.Table, known: Known) -> RawPredictions:
    names = table.column_names
    refuse_repeated(name, names)
    column = id_column(names, known, name)
    lists = _lists(Path(name), [n for n in names if pa.types.is_nested(table.schema.field(n).type)])
    blocks = (
        ArrayBlocks(matrix_of_lists(name, lists, table[lists].to_pylist()))
        if lists
        else arrow_numbers(name, table, vector_columns(name, names, column))
    )
    return _of_columns(name, blocks, None if column is None else as_text(table[column]).to_pylist())


def _jsonl(path: Path, known: Known) -> RawPredictions:
    rows = json_lines(path)
    if rows and all(isinstance(row, list) for row in rows):
        return _of_columns(path.name, ArrayBlocks(matrix_of_lists(path.name, "-", rows)), None)
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError(_no_columns(path.name, ()))
    names = list(dict.fromkeys(name for row in rows for name in row))
    column = id_column(names, known, path.name)
    lists = _lists(path, [name for name in names if isinstance(rows[0].get(name), list)])
    ids = None if column is None else [str(row.get(column) or "") for row in rows]
    if lists:
        matrix = matrix_of_lists(path.name, lists, [row.get(lists) for row in rows])
    else:
        wanted = vector_columns(path.name, names, column)
        cells = [column_of_numbers(path.name, [row.get(name) for row in rows]) for name in wanted]
        matrix = np.column_stack(cells)
    return _of_columns(path.name, ArrayBlocks(matrix), ids)


READERS: Mapping[str, Callable[[Path, Known], RawPredictions]] = {
    ".npy": _npy,
    ".npz": _npz,
    **dict.fromkeys((".csv", ".tsv", ".txt"), _separated),
    **dict.fromkeys((".parquet", ".pq"), _parquet),
    **dict.fromkeys((".feather", ".arrow"), _feather),
    **dict.fromkeys((".jsonl", ".ndjson"), _jsonl),
}
"""Ending -> what reads it."""


def _of_object(given: Any, known: Known) -> RawPredictions:
    name = "embeddings"
    if isinstance(given, pa.Table):
        return _of_table(name, given, known)
    if is_dataframe(given):
        return _of_frame(name, given, known)
    if isinstance(given, (list, tuple)) or hasattr(given, "__array__"):
        try:
            return _of_array(name, np.asarray(given))
        except ValueError as error:  # lists of several lengths
            raise InputError(unreadable(Path(name), error)) from error
    raise UsageError(not_data(given))


def _of_frame(name: str, frame: Any, known: Known) -> RawPredictions:
    names = names_of(frame)
    refuse_repeated(name, names)
    frame = frame.set_axis(names, axis=1)
    column = id_column(names, known, name)
    lists = _lists(Path(name), [n for n in names if len(frame) and _is_list(frame[n].iloc[0])])
    wanted: list[str] = []
    if lists:
        matrix = matrix_of_lists(name, lists, [list(cell) for cell in frame[lists]])
    else:
        wanted = vector_columns(name, names, column)
        matrix = numbers_in_object(frame, name, wanted).array
    index = row_index(frame)
    bare = not lists and index is None and len(wanted) == len(names)  # as an array: it names no row
    ids = None if column is None else as_text(cells_of(frame[column])).to_pylist()
    return replace(_of_array(name, matrix, ids), is_table=not bare, is_frame=True, index=index)


def _is_list(cell: Any) -> bool:
    return isinstance(cell, (list, tuple, np.ndarray))


def _of_columns(
    name: str, blocks: BlockSource, ids: Sequence[str] | None, notes: tuple[Problem, ...] = ()
) -> RawPredictions:
    if blocks.shape[1] < 2:
        raise InputError(_shape(name, blocks.shape))
    return RawPredictions(
        name=name, blocks=blocks, ids=None if ids is None else tuple(ids), is_table=True, notes=notes
    )


def _lists(path: Path, nested: list[str]) -> str | None:
    """The column of lists that is meant: one of a known name, or the only one; None without any."""
    return arrays.matrix_key(path, nested, VECTOR_KEYS, UNCLEAR) if nested else None


def vector_columns(file: str, names: Sequence[str], ids: str | None) -> list[str]:
    """The columns of a table that are the dimensions of its vectors, in the order of the file.

    Raises:
        InputError: `embeddings-columns` where fewer than two could be.

    >>> vector_columns("v.csv", ["id", "e0", "e1", "label"], "id")
    ['e0', 'e1']
    """
    others = [name for name in names if name != ids]
    groups: dict[str, list[str]] = {}
    for name in others:
        if numbered := NUMBERED.match(name):
            groups.setdefault(numbered["prefix"], []).append(name)
    largest = max(groups.values(), key=len, default=[])
    found = largest if len(largest) > 1 else [n for n in others if normal_name(n) not in OTHER_NAMES]
    if len(found) < 2:
        raise InputError(_no_columns(file, names))
    return found


def _no_columns(file: str, names: Sequence[str]) -> Problem:
    return Problem(
        slug="embeddings-columns",
        what=say(N_("cannot tell which columns of {file} are the vectors"), file=file),
        details=(say(N_("columns: {names}"), names=", ".join(names[:12])),) if names else (),
        fixes=(say(N_("name them e0, e1, e2, ... or write one column of lists called embedding")),),
    )


def _shape(name: str, shape: Sequence[object]) -> Problem:
    return Problem(
        slug="embeddings-shape",
        what=say(
            N_("{name} is of shape {shape}; a row per item and at least two numbers in it are needed"),
            name=name,
            shape=" x ".join(f"{size:,}" if isinstance(size, int) else str(size) for size in shape),
        ),
    )


def _unknown(name: str) -> Problem:
    return Problem(
        slug="format-unknown",
        what=say(N_("embeddings in {name}: this format is not read"), name=name),
        fixes=(say(N_("write one of: {names}"), names=" ".join(ENDINGS)),),
    )
