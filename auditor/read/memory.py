"""Tables and predictions that are in memory already: DataFrames and arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from auditor.errors import Problem, UsageError
from auditor.read.arrow_tables import arrow_table
from auditor.read.predictions import RawPredictions, from_array
from auditor.read.tables import TextTable
from auditor.wording import N_, say


def table_from_object(data: Any) -> TextTable:
    """A pandas DataFrame or an Arrow table as a text table; the index is not used.

    Raises:
        UsageError: `option-value` for anything else.
    """
    if isinstance(data, pa.Table):
        return arrow_table(data, "arrow")
    if _is_dataframe(data):
        columns = {str(name): _column(data.iloc[:, at]) for at, name in enumerate(data.columns)}
        return arrow_table(pa.table(columns), "dataframe")
    raise UsageError(_not_data(data))


def _column(series: Any) -> pa.Array:
    """A column as Arrow holds it; cells of several types become their text."""
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        missing = series.isna()
        return pa.array([None if gone else str(cell) for cell, gone in zip(series, missing, strict=True)])


def prediction_from_object(given: Any, name: str) -> RawPredictions:
    """An (n, K) array, or a DataFrame whose columns are the classes; rows in the order of the dataset.

    Raises:
        UsageError: `option-value` for anything else.
    """
    if _is_dataframe(given):
        classes = [str(column) for column in given.columns]
        return from_array(given.to_numpy(), name, classes=classes)
    if isinstance(given, (np.ndarray, list, tuple)):
        return from_array(np.asarray(given), name)
    raise UsageError(_not_data(given))


def _is_dataframe(data: Any) -> bool:
    return type(data).__name__ == "DataFrame" and hasattr(data, "iloc")


def _not_data(data: Any) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("{kind} is neither a path, a DataFrame nor an array"), kind=type(data).__name__),
    )
