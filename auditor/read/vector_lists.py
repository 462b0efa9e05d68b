"""Vectors as lists in the cells of a CSV file: `[0.1, -2.0, 3.5]`, as pandas and JSON write them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.errors import InputError, Problem
from auditor.read.prediction_rows import ragged_lists
from auditor.wording import N_, say


def is_listed(column: pa.ChunkedArray) -> bool:
    """Whether the first filled cell of a column of texts begins as a list.

    >>> is_listed(pa.chunked_array([["", "[1, 2]"]])), is_listed(pa.chunked_array([["1", "[1, 2]"]]))
    (True, False)
    """
    return _first(column.to_pylist()).startswith("[")


def _first(cells: Sequence[str | None]) -> str:
    return next((cell.strip() for cell in cells if cell and cell.strip()), "")


def matrix_of_cells(file: str, name: str, column: pa.ChunkedArray) -> NDArray[np.float64]:
    """(n, d) the numbers of the cells; NaN where a cell, or a number in it, is empty.

    Args:
        file: what messages call the file.
        name: the column.
        column: (n,) texts, one filled at least.

    Raises:
        InputError: `embeddings-not-numbers` where a cell is no list of numbers; `predictions-shape` where
            lists differ in length.
    """
    cells: list[str | None] = column.to_pylist()
    width = len(_numbers(file, name, 0, _first(cells)))
    out = np.full((len(cells), width), np.nan)
    for row, cell in enumerate(cells):
        if not cell or not cell.strip():
            continue
        numbers = _numbers(file, name, row, cell)
        if len(numbers) != width:
            raise InputError(ragged_lists(file, name))
        out[row] = numbers
    return out


def _numbers(file: str, name: str, row: int, cell: str) -> NDArray[np.float64]:
    try:
        found = json.loads(cell)
        if isinstance(found, list) and not any(
            isinstance(number, (list, dict, str, bool)) for number in found
        ):
            return np.array(found, np.float64)
    except (ValueError, RecursionError, OverflowError):
        pass
    raise InputError(_no_list(file, name, row))


def _no_list(file: str, name: str, row: int) -> Problem:
    return Problem(
        slug="embeddings-not-numbers",
        what=say(
            N_("{file}: row {row:,} (from 0) of column {name} is no list of numbers such as [0.1, 2.0]"),
            file=file,
            row=row,
            name=name,
        ),
        details=(say(N_("an array that was printed has no commas, and of a long one only the ends")),),
        fixes=(say(N_("write lists with tolist(), or Parquet or .npy, which hold arrays")),),
    )
