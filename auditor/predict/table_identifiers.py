"""Columns that only name the row: counters and codes, told by their values, not by the file's order."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.predict.table_columns import TypedColumn

FEWEST = 20
"""Filled rows that such a column has at least."""
DIFFERENT = 0.95
"""Share of the filled cells that are different."""
REPEATS = 10.0
"""Repeats that are expected of a measured number, at least, for their absence to say something."""


def names_rows(column: TypedColumn) -> float | None:
    """The share of its filled cells that are different, where a column only names the row; else None.

    Codes and names that nearly all differ cannot be learned from. Whole numbers name the row when they
    hardly repeat although that many measurements within their range would (the birthday problem): 1 to n in
    any order, invoice numbers with gaps. Measurements bunch, and so repeat more than numbers drawn evenly.

    >>> import pyarrow as pa
    >>> from auditor.predict.table_columns import typed_columns
    >>> table = pa.table({"ticket": [str(number) for number in range(1000, 1100)]})
    >>> names_rows(typed_columns(table)[0])
    1.0
    """
    filled = ~column.missing
    n = int(filled.sum())
    if column.kind not in ("number", "category") or n < FEWEST:
        return None
    if column.kind == "category":
        values = int(pc.count_distinct(column.cells, mode="only_valid").as_py())
    else:
        numbers = column.numbers[filled]
        values = len(np.unique(numbers))
        if not _are_counted(numbers, values):
            return None
    return values / n if values >= DIFFERENT * n else None


def _are_counted(numbers: NDArray[np.float64], values: int) -> bool:
    """Whether whole numbers hardly repeat, although as many drawn evenly from their range would."""
    low, high = float(numbers.min()), float(numbers.max())
    if not np.isfinite(high - low) or (numbers != np.floor(numbers)).any():
        return False
    n, width = len(numbers), high - low + 1
    expected = n + width * float(np.expm1(-n / width))
    return expected >= REPEATS and n - values <= expected / REPEATS
