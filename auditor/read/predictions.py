"""Prediction files: the numbers as they lie there, with ids and class names where the file has them.

`.npy` and stored `.npz` stay memory maps, Parquet stays Parquet, CSV is parsed once into a
memory-mapped temporary file. A new format is a new reader under `@prediction_reader`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, ParquetBlocks
from auditor.errors import InputError, Problem
from auditor.read import arrays
from auditor.read.files import recipes, unreadable
from auditor.read.headless import refuse_no_header
from auditor.read.prediction_rows import LIST_KEYS
from auditor.read.probability_columns import Known, id_column, probability_columns
from auditor.read.probability_numbers import settled
from auditor.read.raw_predictions import READERS, RawPredictions, from_array, prediction_reader
from auditor.read.separated import SeparatedForm, form_of
from auditor.read.sources import Source, located
from auditor.read.spool import not_numbers, spooled, spooled_columns
from auditor.read.tables import read_table, refuse_repeated
from auditor.read.unpacked import refuse_huge_groups
from auditor.wording import N_, Text, say


def read_predictions(where: str | Path | Source, known: Known) -> RawPredictions:
    """The numbers of a prediction file.

    Args:
        where: `.npy`, `.npz`, CSV, TSV, JSON, JSON Lines, Parquet or Feather, compressed or not.
        known: labels and id column of the dataset, by which the columns of a table are known.

    Raises:
        InputError: the file is missing, unsafe, unreadable, of unknown format, or holds no matrix.
    """
    source = located(where)
    reader = READERS.get(source.suffix)
    if reader is None:
        raise InputError(
            Problem(
                slug="format-unknown",
                what=say(N_("predictions in {name}: this format is not read"), name=source.name),
                fixes=recipes(source.suffix) or (_formats(),),
            )
        )
    beside = None if source.beside is None else source.beside / source.name
    return replace(reader(source.path, known), name=source.name, path=beside)


def _formats() -> Text:
    return say(N_("write one of: {names}"), names=" ".join(sorted(READERS)))


@prediction_reader(".npy")
def _npy(path: Path, known: Known) -> RawPredictions:
    return from_array(arrays.read_npy(path).matrix, path.name, path=path, labels=known.labels)


@prediction_reader(".npz")
def _npz(path: Path, known: Known) -> RawPredictions:
    found = arrays.read_npz(path)
    raw = from_array(
        found.matrix, path.name, path=path, ids=found.ids, classes=found.classes, labels=known.labels
    )
    return replace(raw, out_of_sample=found.out_of_sample, by_auditor=found.by_auditor)


@prediction_reader(".csv", ".tsv", ".txt")
def _separated(path: Path, known: Known) -> RawPredictions:
    names: list[str] = []

    def skip(found: Sequence[str]) -> frozenset[str]:
        names.extend(found)
        return frozenset(found) - {id_column(found, known, path.name) or next(iter(found), "")}

    refuse_no_header(path, known.labels.union(known.stated))
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
        ids = ids_in_parquet(path, column) if column else None
        lists = [n for n in names if n in LIST_KEYS and pa.types.is_nested(schema.field(n).type)]
        if lists:
            blocks = ArrayBlocks(list_column(path, arrays.matrix_key(path, lists)))
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
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last: of a column's name
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


def ids_in_parquet(path: Path, column: str) -> tuple[str, ...]:
    """(n,) the texts of a column of a Parquet file."""
    from auditor.read.formats.arrow_tables import as_text, parquet_columns

    table = parquet_columns(path, [column])
    table.validate(full=True)
    return tuple(as_text(table[column]).to_pylist())


def list_column(path: Path, column: str) -> NDArray[np.float64]:
    """(n, K) float64 memory map of a column of a Parquet file whose cells are lists of K numbers.

    Raises:
        InputError: `predictions-shape` where they differ in length.
    """
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
