"""Prediction files: the numbers as they lie there, with ids and class names where the file has them.

`.npy` and stored `.npz` stay memory maps, Parquet stays Parquet, CSV is parsed once into a
memory-mapped temporary file. A new format is a new reader under `@prediction_reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource, ParquetBlocks
from auditor.errors import InputError, Problem
from auditor.read import arrays
from auditor.read.columns import NAMES, normal_name, wide_columns
from auditor.read.files import existing_file, unreadable
from auditor.wording import N_, Text, say

PREDICTED = frozenset({"pred", "prediction", "predictions", "predicted", "predictedlabel", "ypred", "예측"})


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
    single: bool = False
    path: Path | None = None
    is_table: bool = False
    """A table, which could have had ids; a bare array could not."""
    notes: tuple[Problem, ...] = field(default_factory=tuple)


Reader = Callable[[Path, frozenset[str]], RawPredictions]
READERS: dict[str, Reader] = {}


def prediction_reader(*suffixes: str) -> Callable[[Reader], Reader]:
    """Register a function (path, label texts of the dataset) -> RawPredictions for file endings."""

    def register(function: Reader) -> Reader:
        for suffix in suffixes:
            if suffix in READERS:
                raise ValueError(f"a prediction reader for {suffix} is registered already")
            READERS[suffix] = function
        return function

    return register


def read_predictions(path: Path, labels: frozenset[str]) -> RawPredictions:
    """The numbers of a prediction file.

    Args:
        path: `.npy`, `.npz`, CSV, TSV or Parquet.
        labels: the label texts of the dataset, by which probability columns are known.

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
    return reader(path, labels)


@prediction_reader(".npy")
def _npy(path: Path, labels: frozenset[str]) -> RawPredictions:
    return from_array(arrays.read_npy(path).matrix, path.name, path=path)


@prediction_reader(".npz")
def _npz(path: Path, labels: frozenset[str]) -> RawPredictions:
    found = arrays.read_npz(path)
    return from_array(found.matrix, path.name, path=path, ids=found.ids, classes=found.classes)


@prediction_reader(".csv", ".tsv", ".txt")
def _separated(path: Path, labels: frozenset[str]) -> RawPredictions:
    from auditor.read.spool import spooled_columns
    from auditor.read.tables import read_table
    from auditor.read.text_tables import form_of

    names = form_of(path).names()
    wide = probability_columns(names, labels, path.name)
    matrix = spooled_columns(path, list(wide))
    rest = read_table(path, skip=lambda _: frozenset(wide)) if _id_column(names) else None
    return RawPredictions(
        name=path.name,
        path=path,
        is_table=True,
        blocks=ArrayBlocks(matrix),
        ids=None if rest is None else _ids(rest.columns, names),
        classes=tuple(wide.values()),
        notes=() if rest is None else rest.notes,
    )


@prediction_reader(".parquet", ".pq")
def _parquet(path: Path, labels: frozenset[str]) -> RawPredictions:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        names: list[str] = list(schema.names)
        column = _id_column(names)
        ids = _ids(pq.read_table(path, columns=[column]), names) if column else None
        lists = [n for n in names if n in arrays.MATRIX_KEYS and pa.types.is_nested(schema.field(n).type)]
        if lists:
            return RawPredictions(
                name=path.name,
                path=path,
                is_table=True,
                blocks=ArrayBlocks(_list_column(path, lists[0])),
                ids=ids,
            )
        wide = probability_columns(names, labels, path.name)
        floats = {str(schema.field(name).type) for name in wide}
        return RawPredictions(
            name=path.name,
            path=path,
            is_table=True,
            blocks=ParquetBlocks(path, list(wide)),
            ids=ids,
            classes=tuple(wide.values()),
            half="halffloat" in floats,
            single="float" in floats,
        )
    except (pa.ArrowException, OSError) as error:
        raise InputError(unreadable(path, error)) from error


def from_array(
    matrix: NDArray[Any],
    name: str,
    *,
    path: Path | None = None,
    ids: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
) -> RawPredictions:
    """Predictions from an array: (n, K) numbers; (n,) or (n, 1) is no matrix of class probabilities.

    Raises:
        InputError: `hard-labels` or `predictions-shape`.
    """
    if matrix.dtype.kind not in "fiub":
        raise InputError(_hard(name, say(N_("it holds {kind} values"), kind=str(matrix.dtype))))
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise InputError(_shape(name, matrix))
    for what, given, wanted in (("ids", ids, matrix.shape[0]), ("classes", classes, matrix.shape[1])):
        if given is not None and len(given) != wanted:
            raise InputError(
                Problem(
                    slug="predictions-shape",
                    what=say(
                        N_("{name}: {found:,} {what} for a matrix of {rows:,} x {columns:,}"),
                        name=name,
                        found=len(given),
                        what=what,
                        rows=matrix.shape[0],
                        columns=matrix.shape[1],
                    ),
                )
            )
    return RawPredictions(
        name=name,
        path=path,
        blocks=ArrayBlocks(matrix),
        ids=None if ids is None else tuple(ids),
        classes=None if classes is None else tuple(classes),
        half=matrix.dtype == np.float16,
        single=matrix.dtype == np.float32,
    )


def probability_columns(names: Sequence[str], labels: frozenset[str], file: str) -> dict[str, str]:
    """Column -> class, for a table of predictions: `prob_cat`, `c0`, or the class names themselves.

    Raises:
        InputError: `hard-labels` if there is only a predicted label, `predictions-columns` otherwise.
    """
    wide = wide_columns(names)
    if wide:
        return wide
    rest = [name for name in names if name != _id_column(names)]
    own = [name for name in rest if name in labels]
    if len(own) >= 2 and set(labels) <= set(rest):
        return {name: name for name in rest if normal_name(name) not in PREDICTED}
    numbers = {name: name for name in rest if name.isdigit()}
    if len(numbers) >= 2:
        return numbers
    if any(normal_name(name) in PREDICTED | NAMES["label"] for name in rest):
        raise InputError(_hard(file, say(N_("columns: {names}"), names=", ".join(names[:12]))))
    raise InputError(
        Problem(
            slug="predictions-columns",
            what=say(N_("cannot tell which columns of {file} are the class probabilities"), file=file),
            details=(say(N_("columns: {names}"), names=", ".join(names[:12])),),
            fixes=(say(N_("name them prob_CLASS, or by the class names of the dataset")),),
        )
    )


def _id_column(names: Sequence[str]) -> str | None:
    found = [name for name in names if normal_name(name) in NAMES["id"]]
    return found[0] if found else None


def _ids(table: Any, names: Sequence[str]) -> tuple[str, ...]:
    from auditor.read.arrow_tables import as_text

    return tuple(as_text(table[_id_column(names)]).to_pylist())


def _list_column(path: Path, column: str) -> NDArray[np.float64]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from auditor.read.spool import spooled

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


def _hard(name: str, detail: Text) -> Problem:
    return Problem(
        slug="hard-labels",
        what=say(N_("{name} holds predicted labels, not class probabilities"), name=name),
        details=(
            detail,
            say(N_("a predicted label tells who disagrees, but not how surely; no order can be made of it")),
        ),
        fixes=(say(N_("write predict_proba's output: one column per class, named prob_CLASS")),),
    )


def _shape(name: str, matrix: NDArray[Any]) -> Problem:
    shape = " x ".join(f"{size:,}" for size in matrix.shape)
    if matrix.ndim == 1 and matrix.dtype.kind in "iub":
        return _hard(name, say(N_("shape: {shape}"), shape=shape))
    return Problem(
        slug="predictions-shape",
        what=say(N_("{name} is an array of shape {shape}; rows x classes is needed"), name=name, shape=shape),
        fixes=(
            say(N_("for two classes write both columns: {recipe}"), recipe="np.column_stack([1 - p, p])"),
        ),
    )
