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
from auditor.read.frame_index import RowIndex, column_of, id_from_index, row_index
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
from auditor.wording import N_, Text, say


def in_memory(given: Any, name: str) -> Any:
    """What is read of an object: an Arrow table of what hands out Arrow columns, others as they are.

    Frames of polars, relations of duckdb, readers of pyarrow and many more have `__arrow_c_stream__`.

    Raises:
        InputError: `file-unreadable` where the columns cannot be taken.
    """
    is_column = hasattr(given, "to_frame")  # a Series hands out a stream too, of no table
    if isinstance(given, pa.Table) or is_dataframe(given) or is_column:
        return given
    if not hasattr(given, "__arrow_c_stream__"):
        return given
    try:
        return pa.table(given)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InputError(unreadable(Path(name), error)) from error


def table_from_object(
    data: Any, name: str, skip: Skip = skip_nothing, stated_id: str | None = None
) -> TextTable:
    """A pandas DataFrame or an Arrow table as a text table; an index that names the rows is its id column.

    Args:
        data: the object.
        name: what messages call it.
        skip: which columns are not wanted.
        stated_id: the id column that the user named; it may be the name of the index.

    Raises:
        UsageError: `option-value` for anything else.
        InputError: `column-names-repeat`, `no-rows`, or text that is no Unicode.
    """
    if not isinstance(data, pa.Table) and not is_dataframe(data):
        raise UsageError(not_data(data))
    try:
        wanted, skipped = read_and_skipped(name, names_of(data), skip)
        given = data.select(wanted) if isinstance(data, pa.Table) else _arrow(data, wanted)
        table = replace(arrow_table(given, "dataframe", name), skipped=skipped)
        index = None if isinstance(data, pa.Table) else row_index(data)
    except (pa.ArrowException, UnicodeEncodeError) as error:
        raise InputError(unreadable(Path(name), error)) from error
    if index is not None:
        column = id_from_index(index, names_of(data), stated_id)
        table = replace(table, index=index) if column is None else _with_ids(table, index, column)
    refuse_no_rows(name, table)
    return table


def _with_ids(table: TextTable, index: RowIndex, column: str) -> TextTable:
    ids = pa.array(index.texts, pa.string())
    return replace(
        table,
        columns=table.columns.append_column(column, ids)
        if table.columns.num_columns
        else pa.table({column: ids}),
        roles={"id": (column,)},
        index=index,
        index_column=column,
    )


def names_of(data: Any) -> list[str]:
    """The names of the columns of a DataFrame or an Arrow table."""
    return [str(name) for name in (data.column_names if isinstance(data, pa.Table) else data.columns)]


def _arrow(frame: Any, wanted: Sequence[str]) -> pa.Table:
    place = {name: at for at, name in enumerate(names_of(frame))}
    return pa.table({name: column_of(frame.iloc[:, place[name]]) for name in wanted})


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
        values = data.set_axis(names_of(data), axis=1)[list(columns)]
        return ArrayBlocks(_floats(values.to_numpy(), values))
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InputError(not_numbers(name, error)) from error


def _floats(values: NDArray[Any], frame: Any) -> NDArray[Any]:
    if values.dtype.kind != "O":
        return values
    out: NDArray[np.float64] = frame.to_numpy(np.float64, na_value=np.nan)
    return out


def prediction_from_object(given: Any, name: str, known: Known) -> RawPredictions:
    """An (n, K) array in the row order of the dataset, or a table with one column per class.

    A DataFrame or Arrow table may have an id column, and a DataFrame an index that names the rows.

    Raises:
        UsageError: `option-value` for anything else.
        InputError: no matrix of class probabilities.
    """
    given = in_memory(given, name)
    if is_dataframe(given):
        return replace(_from_columns(given, name, known), is_frame=True, index=row_index(given))
    if isinstance(given, pa.Table):
        return _from_columns(given, name, known)
    if isinstance(given, (np.ndarray, list, tuple)):
        try:
            return from_array(np.asarray(given), name)
        except ValueError as error:  # lists of several lengths
            raise InputError(unreadable(Path(name), error)) from error
    raise UsageError(not_data(given))


def _from_columns(frame: Any, name: str, known: Known) -> RawPredictions:
    names = names_of(frame)
    refuse_repeated(name, names)
    frame = frame if isinstance(frame, pa.Table) else frame.set_axis(names, axis=1)
    ids = id_column(names, known, name)
    read = partial(numbers_in_object, frame, name)
    found = settled(probability_columns(names, known, name), known, name, read)
    if ids in found.columns:  # a class called like an id
        ids = None
    texts = None if ids is None else as_text(cells_of(frame[ids])).to_pylist()
    raw = from_array(found.blocks.array, name, ids=texts, classes=found.classes)
    return replace(raw, notes=found.notes)


def cells_of(column: Any) -> pa.ChunkedArray:
    """A column of a DataFrame or an Arrow table as Arrow holds it."""
    if isinstance(column, pa.ChunkedArray):
        return column
    return pa.chunked_array([column_of(column)])


def is_dataframe(data: Any) -> bool:
    """Whether an object is a DataFrame of pandas, without importing it."""
    return type(data).__name__ == "DataFrame" and hasattr(data, "iloc")


def not_data(data: Any) -> Problem:
    """An object that is nothing that could be read."""
    return Problem(
        slug="option-value",
        what=say(N_("{kind} is neither a path, a DataFrame nor an array"), kind=type(data).__name__),
        fixes=_as_frame(data),
    )


def _as_frame(data: Any) -> tuple[Text, ...]:
    """What makes a DataFrame of an object, where it is known."""
    if isinstance(data, (dict, list, tuple)):
        return (say("pd.DataFrame({name})", name="data"),)
    calls = [call for call in ("to_pandas", "collect", "to_frame") if hasattr(data, call)]
    if calls[:1] == ["to_pandas"] and hasattr(data, "save_to_disk"):
        return (
            say(N_('save_to_disk("data"), and give the folder "data": the class names are kept')),
            say(N_(".{call}() makes a table of it"), call="to_pandas"),
        )
    return (say(N_(".{call}() makes a table of it"), call=calls[0]),) if calls else ()
