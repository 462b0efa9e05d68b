"""Tables and predictions that are in memory already: DataFrames and arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks
from auditor.errors import InputError, Problem, UsageError
from auditor.read.files import unreadable
from auditor.read.formats.arrow_tables import arrow_table, as_text
from auditor.read.probability_columns import Known, id_column, probability_columns
from auditor.read.probability_numbers import settled
from auditor.read.raw_predictions import RawPredictions, from_array
from auditor.read.spool import not_numbers
from auditor.read.tables import (
    Skip,
    TextTable,
    read_and_skipped,
    refuse_no_rows,
    refuse_repeated,
    skip_nothing,
)
from auditor.wording import N_, say


def table_from_object(data: Any, name: str, skip: Skip = skip_nothing) -> TextTable:
    """A pandas DataFrame or an Arrow table as a text table; the index is not used.

    Args:
        data: the object.
        name: what messages call it.
        skip: which columns are not wanted.

    Raises:
        UsageError: `option-value` for anything else.
        InputError: `column-names-repeat`, `no-rows`, or text that is no Unicode.
    """
    if not isinstance(data, pa.Table) and not _is_dataframe(data):
        raise UsageError(_not_data(data))
    try:
        wanted, skipped = read_and_skipped(name, _names(data), skip)
        given = data.select(wanted) if isinstance(data, pa.Table) else _arrow(data, wanted)
        table = replace(arrow_table(given, "dataframe", name), skipped=skipped)
    except (pa.ArrowException, UnicodeEncodeError) as error:
        raise InputError(unreadable(Path(name), error)) from error
    refuse_no_rows(name, table)
    return table


def _names(data: Any) -> list[str]:
    return [str(name) for name in (data.column_names if isinstance(data, pa.Table) else data.columns)]


def _arrow(frame: Any, wanted: Sequence[str]) -> pa.Table:
    place = {name: at for at, name in enumerate(_names(frame))}
    return pa.table({name: _column(frame.iloc[:, place[name]]) for name in wanted})


def numbers_in_object(data: Any, name: str, columns: Sequence[str]) -> ArrayBlocks:
    """Columns of a DataFrame or an Arrow table as numbers.

    Args:
        data: the object; no two columns have one name.
        name: what messages call it.
        columns: the names of the columns.

    Raises:
        InputError: `predictions-not-numbers`.
    """
    try:
        if isinstance(data, pa.Table):
            return ArrayBlocks(np.column_stack([data[column].cast(pa.float64()) for column in columns]))
        values = data.set_axis(_names(data), axis=1)[list(columns)]
        return ArrayBlocks(_floats(values.to_numpy(), values))
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InputError(not_numbers(name, error)) from error


def _floats(values: NDArray[Any], frame: Any) -> NDArray[Any]:
    if values.dtype.kind != "O":
        return values
    out: NDArray[np.float64] = frame.to_numpy(np.float64, na_value=np.nan)
    return out


def _column(series: Any) -> pa.Array:
    """A column as Arrow holds it; cells of several types become their text."""
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        missing = series.isna()
        return pa.array([None if gone else str(cell) for cell, gone in zip(series, missing, strict=True)])


def prediction_from_object(given: Any, name: str, known: Known) -> RawPredictions:
    """An (n, K) array in the row order of the dataset, or a DataFrame with one column per class.

    A DataFrame may have an id column; without one its rows are in the order of the dataset.

    Raises:
        UsageError: `option-value` for anything else.
        InputError: no matrix of class probabilities.
    """
    if _is_dataframe(given):
        return _from_frame(given, name, known)
    if isinstance(given, (np.ndarray, list, tuple)):
        try:
            return from_array(np.asarray(given), name)
        except ValueError as error:  # lists of several lengths
            raise InputError(unreadable(Path(name), error)) from error
    raise UsageError(_not_data(given))


def _from_frame(frame: Any, name: str, known: Known) -> RawPredictions:
    names = _names(frame)
    refuse_repeated(name, names)
    frame = frame.set_axis(names, axis=1)
    ids = id_column(names, known, name)
    read = partial(numbers_in_object, frame, name)
    found = settled(probability_columns(names, known, name), known, name, read)
    if ids in found.columns:  # a class called like an id
        ids = None
    texts = None if ids is None else as_text(pa.table({"id": _column(frame[ids])})["id"]).to_pylist()
    raw = from_array(found.blocks.array, name, ids=texts, classes=found.classes)
    return replace(raw, notes=found.notes)


def _is_dataframe(data: Any) -> bool:
    return type(data).__name__ == "DataFrame" and hasattr(data, "iloc")


def _not_data(data: Any) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("{kind} is neither a path, a DataFrame nor an array"), kind=type(data).__name__),
    )
