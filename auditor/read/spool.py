"""Text columns of numbers into a memory-mapped temporary file, a block at a time.

A CSV file cannot be mapped as numbers; parsed once into a file that has no name and goes when the
process ends, it can, and no (n, K) copy stands in memory.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from auditor.errors import InputError, Problem
from auditor.read.files import first_line
from auditor.read.separated import CELL_CAP, SeparatedForm, is_too_long, parse_options, read_options, too_long
from auditor.scratch import asking_for_room
from auditor.wording import N_, Text, say

CELL = re.compile(
    r"CSV column #(?P<column>\d+): Row #(?P<row>\d+): .*invalid value '(?P<value>.*)'", re.DOTALL
)
"""Where pyarrow found a cell that is no number."""
QUOTED = re.compile(r"'([^']*)'\s*$")
COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")
PERCENT = re.compile(r"\s*[-+]?[\d.,]+\s*%\s*")
BLOCK_BYTES = 8 << 20
NUMBERS = N_("the numbers find no room in the temporary folder: {error}")


def spooled_columns(form: SeparatedForm, columns: Sequence[str]) -> NDArray[np.float64]:
    """(n, K) float64 memory map of the numeric columns of a CSV or TSV file.

    An empty cell becomes NaN and is reported by the check of the probabilities.

    Raises:
        InputError: `predictions-not-numbers` where a cell is not a number.
    """
    try:
        return _in_blocks(form, columns, BLOCK_BYTES)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if not is_too_long(error):
            raise InputError(_not_numbers_in(form, error)) from error
    try:  # a long text in another column
        return _in_blocks(form, columns, CELL_CAP)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        problem = too_long(form.path) if is_too_long(error) else _not_numbers_in(form, error)
        raise InputError(problem) from error


def _in_blocks(form: SeparatedForm, columns: Sequence[str], block_bytes: int) -> NDArray[np.float64]:
    reader = csv.open_csv(
        form.path,
        read_options=read_options(form, block_bytes),
        parse_options=parse_options(form, len(form.names())),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.float64() for name in columns},
            include_columns=list(columns),
            null_values=["", "NaN", "nan", "NA", "null", "None"],
        ),
    )
    return spooled((_matrix(batch) for batch in reader), len(columns))


def not_numbers(file: str, error: Exception) -> Problem:
    """A cell of a probability column that is no number."""
    value = QUOTED.search(first_line(error))
    return Problem(
        slug="predictions-not-numbers",
        what=say(N_("{name}: a probability is not a number: {error}"), name=file, error=first_line(error)),
        fixes=_as_numbers(value[1]) if value else (),
    )


def _not_numbers_in(form: SeparatedForm, error: Exception) -> Problem:
    """The same with the names of the column and the row, where pyarrow says which they are."""
    found = CELL.search(first_line(error))
    names = form.names()
    if found is None or int(found["column"]) >= len(names):
        return not_numbers(form.path.name, error)
    return Problem(
        slug="predictions-not-numbers",
        what=say(
            N_('{name}: a probability is not a number: "{value}" in row {row:,} of column {column}'),
            name=form.path.name,
            value=found["value"],
            row=int(found["row"]),
            column=names[int(found["column"])],
        ),
        details=(say(N_("row 1 is the first line of the file")),),
        fixes=_as_numbers(found["value"]),
    )


def _as_numbers(value: str) -> tuple[Text, ...]:
    """How to write what is meant as a number; none where it is not known."""
    if COMMA.fullmatch(value):
        return (
            say(
                N_(
                    'write a point for the comma: pd.read_csv(..., decimal=",") reads it, '
                    "to_csv writes a point"
                )
            ),
        )
    if PERCENT.fullmatch(value):
        return (say(N_("leave out the % sign: percentages are told by their sums")),)
    return ()


def spooled(blocks: Iterator[NDArray[np.float64]], k: int) -> NDArray[np.float64]:
    """(n, K) float64 memory map of blocks of rows.

    Raises:
        InputError: `no-room` where the temporary folder is full.
    """
    return mapped(blocks, k, np.dtype(np.float64))


def mapped(blocks: Iterator[NDArray[Any]], k: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """(n, K) memory map of blocks of rows, which are of this type.

    Raises:
        InputError: `no-room` where the temporary folder is full.
    """
    n = 0
    with _temporary_file() as stream:
        for block in blocks:
            with _asking_for_room():
                _write(stream, memoryview(np.ascontiguousarray(block).tobytes()))
            n += len(block)
        if n == 0:
            return np.empty((0, k), dtype)
        return np.memmap(stream, dtype, "r", shape=(n, k))


def _temporary_file() -> IO[bytes]:
    with _asking_for_room():
        return tempfile.TemporaryFile(prefix="auditor-", buffering=0)


def _write(stream: IO[bytes], data: memoryview) -> None:
    """All bytes: an unbuffered file may take them in parts."""
    while data:
        data = data[stream.write(data) :]


def _asking_for_room() -> AbstractContextManager[None]:
    return asking_for_room(NUMBERS, say(N_("write the probabilities as a plain .npy file")))


def _matrix(batch: pa.RecordBatch) -> NDArray[Any]:
    columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
    return np.column_stack(columns).astype(np.float64)
