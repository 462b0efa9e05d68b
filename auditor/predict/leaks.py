"""Columns that a model must not see: they name the row, or they were made from the label.

**Identifiers** (`table_identifiers.py`) tell nothing but the order of the file.

**Leaks.** A column that tells the given label (nearly) without exception hides every wrong label: a model
that sees it repeats the label. It is the label's code, its name in another language, or a rating from which
the label was cut. Honest columns must stay, however strong they are: a wrong label is an exception to them.
So a column is left out only where there are (nearly) no exceptions, and then little is lost: a column that
agrees with every given label can accuse none. The rows that are exceptions are given, because two columns
that should say the same do not.

- A few values: each goes with one class, with exceptions in at most `EXCEPTIONS` of the rows, and in at most
  a twentieth of the rows outside of the largest class (a rare class is not told by saying "never").
- Cells that are filled for one class and empty for the other (the date of a relapse).
- Columns of two values that tell one class each, for all classes but one: a label that was written as a
  column per class. One or two such columns are honest (milk tells mammals): they stay, and are named.
- A number of many values: sorted, it falls into a stretch per class, without exception, and where a class
  ends there is no wider gap than elsewhere. Groups that lie apart by nature (one iris' petals) have a gap.

Fewer than `FEWEST` labelled rows prove nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auditor.predict.table_columns import TypedColumn
from auditor.predict.table_identifiers import names_rows

Why = Literal["identifier", "leak", "constant"]
FEWEST = 50
"""Labelled rows below which no column is judged a leak."""
EXCEPTIONS = 0.005
"""Share of the labelled rows that may be exceptions to a leak of few values."""
OF_THE_OTHERS = 0.05
"""Exceptions as a share of the rows that are not of the largest class, at most."""
COVERED = 0.9
"""Share of the labelled rows whose value must be seen at least twice."""
CATEGORIES, NUMBERS = 50, 12
"""Different values of a leak of few values, at most, or four per class. Ratings have eleven, 0 to 10."""
STRETCH = 10
"""Rows per stretch of a sorted number, at least, on average."""
MIDDLE = (0.05, 0.95)
"""Gaps at the ends of a distribution are wide anyway; those in between are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A column that says nothing, or tells the row or the label."""

    column: str
    why: Why
    share: float = 1.0
    """Identifier: share of its filled cells that differ. Leak: share of the labelled rows that it tells."""
    classes: tuple[int, ...] = ()
    """Leak: the codes of the classes that it tells, rising."""
    exceptions: tuple[int, ...] = ()
    """Leak: the rows whose label is not the one that the column tells, rising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found of the columns."""

    left_out: tuple[LeftOut, ...] = ()
    """Constants, identifiers and leaks."""
    tells_one: tuple[LeftOut, ...] = ()
    """Columns that tell one class of several exactly, and stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The given labels."""

    rows: NDArray[np.int64]
    """(m,) the rows that have one, rising."""
    labels: NDArray[np.int64]
    """(m,) their codes."""
    sizes: NDArray[np.int64]
    """(K,) rows of each class."""

    @property
    def present(self) -> NDArray[np.int64]:
        """Codes of the classes that have rows."""
        return np.flatnonzero(self.sizes)


def judged(columns: Sequence[TypedColumn], codes: NDArray[np.int32], classes: int) -> Judged:
    """Which columns are constants, identifiers or leaks, each at most one of them.

    Args:
        columns: typed, of n rows.
        codes: (n,) the given label of each row, negative where there is none.
        classes: K.
    """
    rows = np.flatnonzero(codes >= 0)
    labels = codes[rows].astype(np.int64)
    given = _Given(rows=rows, labels=labels, sizes=np.bincount(labels, minlength=classes))
    parts = [part for column in columns if (part := _judged(column, given)) is not None]
    one = tuple(part for part in parts if part.why == "leak" and len(part.classes) == 1)
    others = tuple(part for part in parts if part not in one)
    if _a_column_per_class(one, given):
        return Judged(left_out=tuple(parts))
    return Judged(left_out=others, tells_one=one)


def _judged(column: TypedColumn, given: _Given) -> LeftOut | None:
    if column.kind == "constant":
        return LeftOut(column=column.name, why="constant")
    share = names_rows(column)
    if share is not None:
        return LeftOut(column=column.name, why="identifier", share=share)
    if len(given.rows) < FEWEST or len(given.present) < 2:
        return None
    return _leak(column, given)


def _leak(column: TypedColumn, given: _Given) -> LeftOut | None:
    measured = column.kind in ("number", "date")
    missing = column.missing[given.rows].astype(np.int64)
    if column.kind != "text":
        found, number = column.coded()
        values = np.where(found < 0, number, found)[given.rows].astype(np.int64)
        if number <= max(4 * len(given.sizes), NUMBERS if measured else CATEGORIES):
            return _by_values(column.name, values, given)
    if missing.any() and not missing.all() and (part := _by_values(column.name, missing, given)) is not None:
        return part
    if measured and _is_cut(column.numbers[given.rows], given):
        return _all_classes(column.name, np.zeros(len(given.rows), bool), given)
    return None


def _by_values(name: str, values: NDArray[np.int64], given: _Given) -> LeftOut | None:
    """Which classes (m,) values tell (nearly) without exception: all, or one; None where none."""
    wrong, seen_again = _exceptions(values, given)
    others = len(given.labels) - int(given.sizes.max())
    if wrong.sum() <= min(EXCEPTIONS * len(wrong), OF_THE_OTHERS * others) and seen_again >= COVERED:
        return _all_classes(name, wrong, given)
    return _one_class(name, values, given)


def _exceptions(values: NDArray[np.int64], given: _Given) -> tuple[NDArray[np.bool_], float]:
    """(m,) True where a label is not its value's commonest; the share of rows whose value is seen again."""
    number, classes = int(values.max()) + 1, len(given.sizes)
    table = np.bincount(values * classes + given.labels, minlength=number * classes)
    table = table.reshape(number, classes)
    seen = table.sum(axis=1)
    wrong: NDArray[np.bool_] = table.argmax(axis=1)[values] != given.labels
    return wrong, float(seen[seen > 1].sum()) / len(values)


def _all_classes(name: str, wrong: NDArray[np.bool_], given: _Given) -> LeftOut:
    return LeftOut(
        column=name,
        why="leak",
        share=1.0 - float(wrong.mean()),
        classes=tuple(given.present.tolist()),
        exceptions=tuple(given.rows[wrong].tolist()),
    )


def _one_class(name: str, values: NDArray[np.int64], given: _Given) -> LeftOut | None:
    """The one class of three or more that has one of two values for itself, exactly."""
    two = np.unique(values)
    if len(two) != 2 or len(given.present) < 3:
        return None
    for value in two.tolist():
        inside = given.labels[values == value]
        code = int(inside[0])
        if (inside == code).all() and given.sizes[code] == len(inside):
            return LeftOut(column=name, why="leak", classes=(code,))
    return None


def _a_column_per_class(one: Sequence[LeftOut], given: _Given) -> bool:
    """Whether columns that tell one class each tell all classes so, or all but one."""
    told = {code for part in one for code in part.classes}
    return len(told) >= max(len(given.present) - 1, 2)


def _is_cut(numbers: NDArray[np.float64], given: _Given) -> bool:
    """Whether a sorted number falls into a stretch per class, and one more at most, without gaps between."""
    filled = np.isfinite(numbers)
    if filled.mean() < COVERED:
        return False
    order = np.lexsort((given.labels[filled], numbers[filled]))
    ordered, labels = numbers[filled][order], given.labels[filled][order]
    ends = np.flatnonzero(labels[1:] != labels[:-1])
    if not 0 < len(ends) <= len(given.present) or len(labels) < STRETCH * (len(ends) + 1):
        return False
    shared = bool((ordered[ends] == ordered[ends + 1]).any())
    return not shared and _no_gap(ordered, ends)


def _no_gap(ordered: NDArray[np.float64], ends: NDArray[np.int64]) -> bool:
    """Whether most classes end at a gap no wider than the widest inside of a class, away from the tails."""
    gaps = np.diff(ordered / max(float(np.abs(ordered).max()), np.finfo(float).tiny))
    low, high = np.quantile(ordered, MIDDLE, method="nearest")
    inner = (ordered[:-1] >= low) & (ordered[1:] <= high)
    inner[ends] = False
    return bool(2 * (gaps[ends] > gaps[inner].max(initial=0.0)).sum() < len(ends))
