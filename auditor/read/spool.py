"""Text columns of numbers into a memory-mapped temporary file, a block at a time.

A CSV file cannot be mapped as numbers; parsed once into a file that has no name and goes when the
process ends, it can, and no (n, K) copy stands in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from auditor.errors import InputError, Problem
from auditor.read.files import first_line
from auditor.read.separated import SeparatedForm, parse_options, read_options
from auditor.wording import N_, say

BLOCK_BYTES = 8 << 20


def spooled_columns(form: SeparatedForm, columns: Sequence[str]) -> NDArray[np.float64]:
    """(n, K) float64 memory map of the numeric columns of a CSV or TSV file.

    An empty cell becomes NaN and is reported by the check of the probabilities.

    Raises:
        InputError: `predictions-not-numbers` where a cell is not a number.
    """
    try:
        reader = csv.open_csv(
            form.path,
            read_options=read_options(form, BLOCK_BYTES),
            parse_options=parse_options(form, len(form.names())),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.float64() for name in columns},
                include_columns=list(columns),
                null_values=["", "NaN", "nan", "NA", "null", "None"],
            ),
        )
        return spooled((_matrix(batch) for batch in reader), len(columns))
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise InputError(not_numbers(form.path.name, error)) from error


def not_numbers(file: str, error: Exception) -> Problem:
    """A cell of a probability column that is no number."""
    return Problem(
        slug="predictions-not-numbers",
        what=say(N_("{name}: a probability is not a number: {error}"), name=file, error=first_line(error)),
    )


def spooled(blocks: Iterator[NDArray[np.float64]], k: int) -> NDArray[np.float64]:
    """(n, K) float64 memory map of blocks of rows."""
    n = 0
    with tempfile.TemporaryFile(prefix="auditor-") as stream:
        for block in blocks:
            stream.write(np.ascontiguousarray(block).tobytes())
            n += len(block)
        stream.flush()
        if n == 0:
            return np.empty((0, k))
        return np.memmap(stream, np.float64, "r", shape=(n, k))


def _matrix(batch: pa.RecordBatch) -> NDArray[Any]:
    columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
    return np.column_stack(columns).astype(np.float64)
