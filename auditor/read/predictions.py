"""Prediction files: the numbers as they lie there, with ids and class names where the file has them.

`.npy` and stored `.npz` stay memory maps, Parquet stays Parquet, CSV is parsed once into a
memory-mapped temporary file. A new format is a new reader under `@prediction_reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource, ParquetBlocks
from auditor.errors import InputError, Problem
from auditor.read import arrays
from auditor.read.files import existing_file, unreadable
from auditor.read.probability_columns import Known, hard_labels, id_column, probability_columns
from auditor.read.probability_numbers import settled
from auditor.read.separated import SeparatedForm, form_of
from auditor.read.spool import not_numbers, spooled, spooled_columns
from auditor.read.tables import read_table, refuse_repeated
from auditor.read.unpacked import refuse_huge_groups
from auditor.wording import N_, say


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPredictions:
    """The numbers of one file, before it is known whether they are probabilities."""

    name: str
    blocks: BlockSource
    ids: tuple[str, ...] | None = None
    """(n,) ids of the rows, where the file has them."""
    classes: tuple[str, ...] | None = None
    """(K,) names of the columns, where the file has them."""
    half: bool = False
    """The numbers are float16."""
    single: bool = False
    """The numbers are float32."""
    quantised: bool = False
    """The numbers are 8-bit integers."""
    path: Path | None = None
    """None for what was in memory already."""
    is_table: bool = False
    """A table, which could have had ids; a bare array could not."""
    of_dataset: bool = False
    """Columns of the dataset itself: row i is row i."""
    notes: tuple[Problem, ...] = ()
    """What was left out or understood while reading."""


Reader = Callable[[Path, Known], RawPredictions]
READERS: dict[str, Reader] = {}


def prediction_reader(*suffixes: str) -> Callable[[Reader], Reader]:
    """Register a function (path, what the dataset tells) -> RawPredictions for file endings."""

    def register(function: Reader) -> Reader:
        for suffix in suffixes:
            if suffix in READERS:
                raise ValueError(f"a prediction reader for {suffix} is registered already")
            READERS[suffix] = function
        return function

    return register


def read_predictions(path: Path, known: Known) -> RawPredictions:
    """The numbers of a prediction file.

    Args:
        path: `.npy`, `.npz`, CSV, TSV or Parquet.
        known: labels and id column of the dataset, by which the columns of a table are known.

    Raises:
        InputError: the file is missing, unsafe, unreadable, of unknown format, or holds no matrix.
    """
    existing_file(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            Problem(
                slug="format-unknown",
                what=say(N_("predictions in {name}: this format is not read"), name=path.name),
                fixes=(say(N_("write one of: {names}"), names=" ".join(sorted(READERS))),),
            )
        )
    return reader(path, known)


@prediction_reader(".npy")
def _npy(path: Path, known: Known) -> RawPredictions:
    return from_array(arrays.read_npy(path).matrix, path.name, path=path)


@prediction_reader(".npz")
def _npz(path: Path, known: Known) -> RawPredictions:
    found = arrays.read_npz(path)
    return from_array(found.matrix, path.name, path=path, ids=found.ids, classes=found.classes)


@prediction_reader(".csv", ".tsv", ".txt")
def _separated(path: Path, known: Known) -> RawPredictions:
    names: list[str] = []

    def skip(found: Sequence[str]) -> frozenset[str]:
        names.extend(found)
        return frozenset(found) - {id_column(found, known, path.name) or next(iter(found), "")}

    table = read_table(path, skip=skip)
    found = settled(
        probability_columns(names, known, path.name), known, path.name, partial(text_blocks, path, table.form)
    )
    ids = id_column(names, known, path.name)
    has_ids = ids is not None and ids not in found.columns
    return RawPredictions(
        name=path.name,
        path=path,
        is_table=True,
        blocks=found.blocks,
        ids=tuple(table.columns[ids].to_pylist()) if has_ids else None,
        classes=found.classes,
        notes=table.notes + found.notes,
    )


def text_blocks(path: Path, form: SeparatedForm | None, columns: Sequence[str]) -> ArrayBlocks:
    """Columns of a CSV or TSV file as numbers, read in the form in which its text was read.

    Raises:
        InputError: `predictions-not-numbers`.
    """
    return ArrayBlocks(spooled_columns(form or form_of(path), columns))


@prediction_reader(".parquet", ".pq")
def _parquet(path: Path, known: Known) -> RawPredictions:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        names: list[str] = list(schema.names)
        refuse_repeated(path.name, names)
        column = id_column(names, known, path.name)
        ids = _ids(path, column) if column else None
        lists = [n for n in names if n in arrays.MATRIX_KEYS and pa.types.is_nested(schema.field(n).type)]
        if lists:
            blocks = ArrayBlocks(_list_column(path, arrays.matrix_key(path, lists)))
            return RawPredictions(name=path.name, path=path, is_table=True, blocks=blocks, ids=ids)
        found = settled(
            probability_columns(names, known, path.name), known, path.name, partial(parquet_blocks, path)
        )
        floats = {str(schema.field(name).type) for name in found.columns}
        return RawPredictions(
            name=path.name,
            path=path,
            is_table=True,
            blocks=found.blocks,
            ids=None if column in found.columns else ids,
            classes=found.classes,
            notes=found.notes,
            half="halffloat" in floats,
            single="float" in floats,
            quantised=floats <= {"int8", "uint8"},
        )
    except (pa.ArrowException, OSError) as error:
        raise InputError(unreadable(path, error)) from error


def parquet_blocks(path: Path, columns: Sequence[str]) -> ParquetBlocks:
    """Numeric columns of a Parquet file, a row group at a time.

    Raises:
        InputError: `predictions-not-numbers`, `archive-refused`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    for name in columns:
        kind = schema.field(name).type
        if not any(fits(kind) for fits in (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)):
            raise InputError(not_numbers(path.name, TypeError(f"{name}: {kind}")))
    refuse_huge_groups(path, pq.read_metadata(path), len(columns))
    return ParquetBlocks(path, list(columns))


def from_array(
    matrix: NDArray[Any],
    name: str,
    *,
    path: Path | None = None,
    ids: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
) -> RawPredictions:
    """Predictions from an array.

    Args:
        matrix: (n, K) numbers of any type; (n,) or (n, 1) is no matrix of class probabilities.
        name: what messages call it.
        path: the file it is mapped from, if it is.
        ids: (n,) ids of the rows, where there are any.
        classes: (K,) names of the columns, where there are any.

    Raises:
        InputError: `hard-labels` or `predictions-shape`.
    """
    if matrix.dtype.kind not in "fiub":
        raise InputError(hard_labels(name, say(N_("it holds {kind} values"), kind=str(matrix.dtype))))
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise InputError(_shape(name, matrix))
    for what, given, wanted in (("ids", ids, matrix.shape[0]), ("classes", classes, matrix.shape[1])):
        if given is not None and len(given) != wanted:
            raise InputError(_other_length(name, matrix, what, len(given)))
    return RawPredictions(
        name=name,
        path=path,
        blocks=ArrayBlocks(matrix),
        ids=None if ids is None else tuple(ids),
        classes=None if classes is None else tuple(classes),
        half=matrix.dtype == np.float16,
        single=matrix.dtype == np.float32,
        quantised=matrix.dtype in (np.int8, np.uint8),
    )


def _other_length(name: str, matrix: NDArray[Any], what: str, found: int) -> Problem:
    return Problem(
        slug="predictions-shape",
        what=say(
            N_("{name}: {found:,} {what} for a matrix of {rows:,} x {columns:,}"),
            name=name,
            found=found,
            what=what,
            rows=matrix.shape[0],
            columns=matrix.shape[1],
        ),
    )


def _ids(path: Path, column: str) -> tuple[str, ...]:
    from auditor.read.arrow_tables import as_text, parquet_columns

    table = parquet_columns(path, [column])
    table.validate(full=True)
    return tuple(as_text(table[column]).to_pylist())


def _list_column(path: Path, column: str) -> NDArray[np.float64]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def blocks() -> Iterator[NDArray[np.float64]]:
        for batch in file.iter_batches(columns=[column], batch_size=8_192):
            cells = batch.column(0)
            if cells.null_count or len(cells.flatten()) != len(cells) * k:
                raise InputError(_ragged_lists(path, column))
            yield cells.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False).reshape(-1, k)

    file = pq.ParquetFile(path)
    first = next(file.iter_batches(columns=[column], batch_size=1), None)
    k = 0 if first is None else len(first.column(0)[0].as_py() or ())
    return spooled(blocks(), k)


def _ragged_lists(path: Path, column: str) -> Problem:
    return Problem(
        slug="predictions-shape",
        what=say(N_("{name}: the lists in column {column} differ in length"), name=path.name, column=column),
    )


def _shape(name: str, matrix: NDArray[Any]) -> Problem:
    shape = " x ".join(f"{size:,}" for size in matrix.shape)
    if matrix.ndim == 1 and matrix.dtype.kind in "iub":
        return hard_labels(name, say(N_("shape: {shape}"), shape=shape))
    return Problem(
        slug="predictions-shape",
        what=say(N_("{name} is an array of shape {shape}; rows x classes is needed"), name=name, shape=shape),
        fixes=(
            say(N_("for two classes write both columns: {recipe}"), recipe="np.column_stack([1 - p, p])"),
        ),
    )
