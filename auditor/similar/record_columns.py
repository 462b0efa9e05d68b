"""The columns of a table by what can be compared in them: measured numbers, and everything else as text.

A column is **decimal** when nearly all of its filled cells are numbers and some are written with a decimal
point or an exponent. Whole numbers are decimal only where numbers make up more than half of the columns (a
table of measurements) and they are no codes: in records of people or places, house numbers, postcodes and
years are typed by hand and go wrong letter by letter. Codes (leading zeros, or nearly all of one length of
six digits or more: dates, phone numbers, ids) stay text anywhere.

A text column is **tagged**, so that its cells are compared with cells of its own column only, when most of
them are common words of other columns too (yes/no, single letters). Elsewhere a cell may stand in the wrong
column: given name and surname swapped are still the same names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$"
NEARLY_ALL = 0.95
"""Share of a column's filled cells that must be numbers."""
POINTS = 0.1
"""Share of its filled cells with a point or an exponent that makes a column decimal."""
LEADING_ZEROS = 0.01
"""Share of cells like 007 from which a column holds codes."""
CODE_DIGITS = 6
"""Digits that codes of one length have at least: measurements rarely have so many and all the same number."""
COMMON = 0.01
"""Share of a column's rows that a word must stand in to be common there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordColumns:
    """The columns of n rows, sorted by name, so that the order in the file does not matter."""

    texts: tuple[pa.Array, ...]
    """(n,) strings each; cells of one may be compared with cells of another."""
    tagged: tuple[pa.Array, ...]
    """(n,) strings each; compared within the column only."""
    tags: tuple[str, ...]
    """Name of each column in `tagged`."""
    numbers: NDArray[np.float64]
    """(n, decimals) NaN where a cell is empty or no number."""

    @property
    def words(self) -> tuple[pa.Array, ...]:
        """All columns that are not decimal."""
        return (*self.texts, *self.tagged)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """How the filled cells of a column are written."""

    numeric: bool
    pointed: bool
    code: bool


def record_columns(columns: pa.Table) -> RecordColumns:
    """The columns by kind; columns without any filled cell are left out.

    Args:
        columns: string columns, lower case; an empty or null cell says nothing.

    >>> table = pa.table({"name": ["ann", "bob"], "height": ["1.8", "1.75"], "code": ["007", "010"]})
    >>> found = record_columns(table)
    >>> len(found.texts), found.numbers.tolist()
    (2, [[1.8], [1.75]])
    """
    order = sorted(range(columns.num_columns), key=lambda at: (columns.column_names[at], at))
    names = [columns.column_names[at] for at in order]
    arrays = [pc.fill_null(whole(columns.column(at)).cast(pa.large_string()), "") for at in order]
    filled = [at for at, array in enumerate(arrays) if pc.any(pc.not_equal(array, "")).as_py()]
    written = {at: _written(arrays[at]) for at in filled}
    measured = 2 * sum(how.numeric and not how.code for how in written.values()) > len(filled)
    decimal = [at for at, how in written.items() if _decimal(how, measured)]
    words = [at for at in filled if at not in decimal]
    tagged = [words[place] for place in _shared_words([arrays[at] for at in words])]
    numbers = [_numbers(arrays[at]) for at in decimal]
    return RecordColumns(
        texts=tuple(arrays[at] for at in words if at not in tagged),
        tagged=tuple(arrays[at] for at in tagged),
        tags=tuple(names[at] for at in tagged),
        numbers=np.stack(numbers, axis=1) if numbers else np.empty((len(columns), 0)),
    )


def _written(column: pa.Array) -> _Written:
    cells = column.filter(pc.not_equal(column, ""))
    numeric = pc.match_substring_regex(cells, NUMBER)
    cells = cells.filter(numeric)
    if len(cells) < NEARLY_ALL * len(numeric):
        return _Written(numeric=False, pointed=False, code=False)
    pointed = _share(pc.match_substring_regex(cells, r"[.e]")) >= POINTS
    return _Written(numeric=True, pointed=pointed, code=not pointed and _codes(cells))


def _codes(cells: pa.Array) -> bool:
    """Whether whole numbers are names of something."""
    if _share(pc.match_substring_regex(cells, r"^0\d")) >= LEADING_ZEROS:
        return True
    lengths = pc.utf8_length(cells).to_numpy(zero_copy_only=False)
    commonest = np.bincount(lengths).argmax()
    return bool(commonest >= CODE_DIGITS and np.mean(lengths == commonest) >= NEARLY_ALL)


def _share(true: pa.Array) -> float:
    return float(pc.mean(true.cast(pa.int8())).as_py() or 0)


def _decimal(how: _Written, measured: bool) -> bool:
    return how.numeric and (how.pointed or (measured and not how.code))


def _numbers(column: pa.Array) -> NDArray[np.float64]:
    plain = pc.replace_substring_regex(column, r"^\+", "")
    numeric = pc.match_substring_regex(plain, NUMBER)
    values = pc.if_else(numeric, plain, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(values), values, np.nan)


def _shared_words(columns: list[pa.Array]) -> list[int]:
    """The columns of whose filled cells at least half are common in another column too."""
    common = [_common_cells(column) for column in columns]
    known_to = Counter(cell for cells in common for cell in cells)
    found = []
    for at, (column, cells) in enumerate(zip(columns, common, strict=True)):
        filled = len(column) - pc.sum(pc.equal(column, "")).as_py()
        if 2 * sum(count for cell, count in cells.items() if known_to[cell] > 1) >= filled:
            found.append(at)
    return found


def _common_cells(column: pa.Array) -> dict[str, int]:
    """The cells that stand in at least `COMMON` of the rows, and in how many."""
    counted = pc.value_counts(column)
    often = counted.filter(pc.greater_equal(counted.field("counts"), max(COMMON * len(column), 2)))
    return {entry["values"]: entry["counts"] for entry in often.to_pylist() if entry["values"]}
