"""Typed columns as numbers for models: made once for all rows, without labels.

- Numbers become **normal scores** of their ranks (van der Waerden), for skewed columns, and for a linear
  model **standard scores** too, cut at the tails. Neither the unit nor infinities nor 1e300 do any harm. A
  missing one stands in the middle (0), with a mark that says so.
- A date is a number, and so are its month, its weekday and its time of day, where these differ.
- Categories are a **mark**, 0 or 1, per value that several rows have. Trees see the commonest of them, and
  how common the value of a row is.
- Free texts go to the linear model only, as weighted n-grams (`text_features`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Rows
from auditor.predict.table_columns import TypedColumn
from auditor.predict.table_scores import normal_scores, standard_scores
from auditor.predict.text_features import TextFeatures, text_features

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

REPEATED = 2
"""Rows that must have a category's value for it to be learned from."""
DENSE_VALUES = 30
"""Values of a category, the commonest, that trees see one by one."""
MARKS = 1 << 29
"""Bytes for the marks of all rows, from which on trees see fewer values of a category."""
RARE_MISSING = 5
"""Rows that must be missing, and filled, for a mark that says so."""
HALF = np.float32(np.sqrt(0.5))
"""A number is told twice to a linear model, at half the weight each."""
LIGHTER = np.float32(0.3)
"""Weight of a number beside a mark and a text of length 1 in a linear model: rows of texts have length 1."""
Column = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFeatures:
    """What models see of n rows."""

    numbers: NDArray[np.float32]
    """(n, p) normal scores."""
    measured: NDArray[np.float32]
    """(n, p) standard scores of the same: for a linear model."""
    marks: NDArray[np.uint8]
    """(n, q) 0 and 1."""
    counts: NDArray[np.float32]
    """(n, c) how common the row's value is, per category of many values: for trees."""
    sparse: csr_matrix | None
    """(n, v) float32 0 and 1: rarer values of categories, for a linear model; None without any."""
    texts: TextFeatures | None
    """Weighted n-grams of the free texts, for a linear model; None without any."""

    @property
    def tree_width(self) -> int:
        """Features that trees see."""
        return int(self.numbers.shape[1] + self.marks.shape[1] + self.counts.shape[1])

    @property
    def is_dense(self) -> bool:
        """Whether all features are dense."""
        return self.sparse is None and self.texts is None

    @property
    def per_row(self) -> float:
        """Numbers of a row that a linear model sees and that are not 0, on average, at most."""
        sparse = 0 if self.sparse is None else self.sparse.nnz / max(self.sparse.shape[0], 1)
        return self.dense_width + sparse + (0 if self.texts is None else self.texts.per_row)

    @property
    def dense_width(self) -> int:
        """Features that `dense` gives."""
        return int(2 * self.numbers.shape[1] + self.marks.shape[1])

    def rows(self, rows: Rows) -> Any:
        """(m, D) what a linear model sees: a dense array, or csr where there are sparse features."""
        numbers = LIGHTER * HALF
        dense = np.hstack([numbers * self.numbers[rows], numbers * self.measured[rows], self.marks[rows]])
        if self.is_dense:
            return dense
        from scipy.sparse import csr_matrix, hstack

        sparse = [] if self.sparse is None else [self.sparse[rows]]
        texts = [] if self.texts is None else [self.texts.rows(rows)]
        return hstack([csr_matrix(dense), *sparse, *texts], format="csr")

    def dense(self, rows: Rows) -> NDArray[np.float32]:
        """(m, dense_width) numbers, measured twice, and marks: for distances and covariances."""
        return np.hstack([HALF * self.numbers[rows], HALF * self.measured[rows], self.marks[rows]])

    def for_trees(self, rows: Rows) -> NDArray[np.float32]:
        """(m, tree_width) what trees see."""
        return np.hstack([self.numbers[rows], self.marks[rows], self.counts[rows]])


@dataclass(slots=True)
class _Parts:
    """Features as they are made, column by column."""

    numbers: list[Column] = field(default_factory=list)
    measured: list[Column] = field(default_factory=list)
    marks: list[Column] = field(default_factory=list)
    counts: list[Column] = field(default_factory=list)
    sparse: list[Any] = field(default_factory=list)


def table_features(columns: Sequence[TypedColumn]) -> TableFeatures:
    """The features of some columns.

    Args:
        columns: at least one, none constant, all of n rows.
    """
    n = len(columns[0].cells)
    parts = _Parts()
    most = _marked_values(columns, n)
    for column in columns:
        if column.kind in ("number", "date"):
            _add_numbers(parts, column)
        elif column.kind == "category":
            _add_categories(parts, column, most)
    return TableFeatures(
        numbers=_side_by_side(parts.numbers, n, np.float32),
        measured=_side_by_side(parts.measured, n, np.float32),
        marks=_side_by_side(parts.marks, n, np.uint8),
        counts=_side_by_side(parts.counts, n, np.float32),
        sparse=_joined(parts.sparse),
        texts=_of_texts([column for column in columns if column.kind == "text"]),
    )


def _marked_values(columns: Sequence[TypedColumn], n: int) -> int:
    """How many values of each category get a mark: at least 2."""
    categories = sum(column.kind == "category" for column in columns)
    return min(max(MARKS // max(n * categories, 1), 2), DENSE_VALUES)


def _add_numbers(parts: _Parts, column: TypedColumn) -> None:
    told = [column.numbers]
    if column.kind == "date":
        told += [part for part in _calendar(column.numbers) if np.nanmin(part) < np.nanmax(part)]
    parts.numbers += [normal_scores(part) for part in told]
    parts.measured += [standard_scores(part) for part in told]
    missing = column.missing
    if RARE_MISSING <= missing.sum() <= len(missing) - RARE_MISSING:
        parts.marks.append(missing)


def _calendar(days: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Month, weekday and time of day, NaN where the date is missing."""
    filled = np.isfinite(days)
    whole = np.floor(np.where(filled, days, 0)).astype(np.int64)
    months = whole.astype("M8[D]").astype("M8[M]").astype(np.int64) % 12
    parts = (months, (whole + 3) % 7, np.where(filled, days, 0) - whole)
    return [np.where(filled, part, np.nan) for part in parts]


def _add_categories(parts: _Parts, column: TypedColumn, most: int) -> None:
    """A mark for each of the commonest values, sparse ones for the other repeated ones, how common each is.

    Missing is a value too.
    """
    found, values = column.coded()
    codes = np.where(found < 0, values, found).astype(np.int64)
    sizes = np.bincount(codes, minlength=values + 1)
    order = np.argsort(-sizes, kind="stable")  # ties: in the order of the texts
    order = order[sizes[order] >= REPEATED]
    common, rest = order[:most], order[most:]
    if len(order) == 2 and sizes[order].sum() == len(codes):
        common = common[1:]  # the one is what the other is not
    parts.marks += [codes == value for value in common]
    if len(rest):
        parts.sparse.append(_indicators(codes, rest, values + 1))
    if (sizes > 0).sum() > most:
        parts.counts.append(normal_scores(sizes[codes].astype(np.float64)))


def _indicators(codes: NDArray[np.int64], chosen: NDArray[np.int64], values: int) -> csr_matrix:
    """(n, chosen) 1 where a row has the value."""
    from scipy.sparse import csr_matrix

    place = np.full(values, -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    found = place[codes]
    rows = np.flatnonzero(found >= 0)
    ones = np.ones(len(rows), np.float32)
    return csr_matrix((ones, (rows, found[rows])), shape=(len(codes), len(chosen)))


def _of_texts(columns: Sequence[TypedColumn]) -> TextFeatures | None:
    return text_features([column.cells for column in columns]) if columns else None


def _side_by_side(columns: Sequence[Column], n: int, dtype: type[Any]) -> NDArray[Any]:
    out = np.empty((n, len(columns)), dtype)
    for at, column in enumerate(columns):
        out[:, at] = column
    return out


def _joined(parts: Sequence[Any]) -> csr_matrix | None:
    if not parts:
        return None
    from scipy.sparse import hstack

    found: csr_matrix = hstack(parts, format="csr", dtype=np.float32)
    return found
