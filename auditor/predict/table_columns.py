"""The columns of a table by what a model can learn from them.

A column of strings is taken for measured **numbers** (or **dates**) when nearly all of its filled cells are
such and it holds no codes (007); for free **texts** when its cells are several words and mostly differ; for
a **constant** when it says the same everywhere; else for **categories**. Labels are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.predict.table_cells import as_days, as_numbers, filled_cells

Kind = Literal["number", "date", "category", "text", "constant"]
NEARLY_ALL = 0.95
"""Share of a column's filled cells that must be numbers, or dates; the others are then missing."""
LEADING_ZEROS = 0.01
"""Share of cells like 007 from which a column holds codes and no numbers."""
DIFFERENT = 0.5
"""Share of the filled cells that are different, above which a column may be free text."""
WORDS = 2.0
"""Words (two letters in a row, at least) that a cell of free text has on average, at least."""
SYLLABLES = 4.0
"""Hangul, kana or ideographs that a cell of free text has on average: there words need no spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedColumn:
    """One column of n rows."""

    name: str
    kind: Kind
    cells: pa.Array
    """(n,) large strings, null where the cell says nothing."""
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """(n,) the numbers, or days since 1970; NaN where missing; empty for other kinds."""

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(n,) True where the cell gives no value of the column's kind."""
        if self.kind in ("number", "date"):
            return np.isnan(self.numbers)
        return np.asarray(pc.is_null(self.cells))

    def coded(self) -> tuple[NDArray[np.int32], int]:
        """(n,) a code per value in the order of the values, -1 where missing; and how many values there are.

        >>> table = pa.table({"size": ["XL", "S", "", "XL"]})
        >>> codes, values = typed_columns(table)[0].coded()
        >>> codes.tolist(), values
        ([1, 0, -1, 1], 2)
        """
        if self.kind in ("number", "date"):
            return _codes_of_numbers(self.numbers)
        return codes_of_texts(self.cells)


def typed_columns(columns: pa.Table) -> tuple[TypedColumn, ...]:
    """The columns, sorted by name so that their order in the file does not matter.

    Args:
        columns: string columns; an empty or null cell says nothing, nor does NA, -, ? or 없음.

    >>> table = pa.table({"b": ["1.5", "NA"], "a": ["x", "y"], "c": ["same", "same"]})
    >>> [(column.name, column.kind) for column in typed_columns(table)]
    [('a', 'category'), ('b', 'number'), ('c', 'constant')]
    """
    names = columns.column_names
    order = sorted(range(columns.num_columns), key=lambda at: (names[at], at))
    return tuple(_typed(names[at], filled_cells(columns.column(at))) for at in order)


def codes_of_texts(cells: pa.Array) -> tuple[NDArray[np.int32], int]:
    """(n,) a code per text in the order of the texts, -1 for null; and how many texts there are."""
    coded = cells.dictionary_encode()
    order = np.asarray(pc.sort_indices(coded.dictionary), np.int64)
    place = np.empty(len(order) + 1, np.int32)
    place[order] = np.arange(len(order))
    place[-1] = -1
    found = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), np.int64)
    return place[found], len(order)


def _codes_of_numbers(numbers: NDArray[np.float64]) -> tuple[NDArray[np.int32], int]:
    codes = np.full(len(numbers), -1, np.int32)
    filled = ~np.isnan(numbers)
    values, inverse = np.unique(numbers[filled], return_inverse=True)
    codes[filled] = inverse.reshape(-1)
    return codes, len(values)


def _typed(name: str, cells: pa.Array) -> TypedColumn:
    filled = len(cells) - cells.null_count
    distinct = pc.count_distinct(cells, mode="only_valid").as_py()
    if distinct == 0 or (distinct == 1 and filled == len(cells)):
        return TypedColumn(name=name, kind="constant", cells=cells)
    days = as_days(cells) if _begins_like_a_date(cells) else None
    if days is not None and np.isfinite(days).sum() >= NEARLY_ALL * filled:
        return TypedColumn(name=name, kind="date", cells=cells, numbers=days)
    numbers = as_numbers(cells)
    if (~np.isnan(numbers)).sum() >= NEARLY_ALL * filled and not _are_codes(cells):
        return TypedColumn(name=name, kind="number", cells=cells, numbers=numbers)
    kind: Kind = "text" if distinct > DIFFERENT * filled and _is_text(cells) else "category"
    return TypedColumn(name=name, kind=kind, cells=cells)


def _begins_like_a_date(cells: pa.Array) -> bool:
    """Whether one of the first filled cells could be a date: spares the others three patterns."""
    first = cells.drop_null().slice(0, 100)
    return bool(
        pc.any(pc.match_substring_regex(first, r"^\d{1,4}[-/.년] ?\d{1,2}[-/.월]|^(19|20)\d{6}$")).as_py()
    )


def _are_codes(cells: pa.Array) -> bool:
    zeros = pc.match_substring_regex(cells.drop_null(), r"^0\d")
    return float(pc.mean(zeros.cast(pa.int8())).as_py() or 0) >= LEADING_ZEROS


def _is_text(cells: pa.Array) -> bool:
    words = pc.mean(pc.count_substring_regex(cells, r"\pL\pL+")).as_py() or 0.0
    if words >= WORDS:
        return True
    syllables = r"[\p{Hangul}\p{Han}\p{Hiragana}\p{Katakana}]"
    return (pc.mean(pc.count_substring_regex(cells, syllables)).as_py() or 0.0) >= SYLLABLES
