"""Whether the first row of a table is its header, and the only one: rows that look otherwise are said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError, Problem
from auditor.read.columns import NAMES, normal_name
from auditor.read.tables import TextTable
from auditor.wording import N_, listed, say

ROW_BY_ROW = frozenset({"csv", "tsv", "xlsx"})
"""Formats whose first row is the header only by custom."""
NUMBER = re.compile(r"\s*[-+]?[\d.,]+([eE][-+]?\d+)?%?\s*", re.ASCII)
ROLE_NAMES = frozenset().union(*NAMES.values())
FEW = 0.5
"""A column of classes has fewer different values than this part of its rows."""
HEADER = "id,label,text"
"""A header that the message shows."""


def header_problems(file: str, table: TextTable, *, named: bool) -> tuple[Problem, ...]:
    """What is said of the first rows: a warning where the user named the label column, else errors.

    Args:
        file: what messages call it.
        table: its rows as texts, under the names in its first row.
        named: whether the user named the label column.

    Raises:
        InputError: `header-repeats`; `header-missing` where `named` is False.
    """
    if table.format not in ROW_BY_ROW or not len(table.columns):
        return ()
    names = [*table.columns.column_names]
    if repeated := _header_below(table.columns, names):
        raise InputError(_repeats(file, *repeated))
    cells = _data_in(table.columns, names)
    if not cells or table.skipped:
        return ()
    problem = _missing(file, cells, "warning" if named else "error")
    if named:
        return (problem,)
    raise InputError(problem)


def _header_below(columns: pa.Table, names: Sequence[str]) -> tuple[int, list[str]] | None:
    """(row in the file, its cells) of the first row that is a header too; None where there is none."""
    first = [str(cells[0]) for cells in columns.columns]
    roles = [normal_name(cell) in NAMES.get(_role(name), ()) for name, cell in zip(names, first, strict=True)]
    if sum(roles) > 1 and all(normal_name(cell) in ROLE_NAMES for cell in first if cell):
        return 2, first
    if len(names) < 2:
        return None
    same: pa.ChunkedArray | None = None
    for name in names:
        equal = pc.equal(columns[name], name)
        same = equal if same is None else pc.and_(same, equal)
    at = pc.index(same, True).as_py()
    return None if at < 0 else (at + 2, list(names))


def _role(name: str) -> str:
    return next((role for role, known in NAMES.items() if normal_name(name) in known), "")


def _data_in(columns: pa.Table, names: Sequence[str]) -> list[str]:
    """The cells of the header that look like data; none where it looks like a header."""
    if any(normal_name(name) in ROLE_NAMES for name in names) or _numbered(names):
        return []
    numbers = [name for name in names if not name.strip() or NUMBER.fullmatch(name)]
    if 2 * len(numbers) > len(names):
        return numbers
    return [name for name in names if not NUMBER.fullmatch(name) and _among(columns[name], name)]


def _numbered(names: Sequence[str]) -> bool:
    """Whether columns have no names but 0, 1, 2, ..., as pandas writes them; one of them may be empty."""
    kept = [name for name in names if name]
    return kept in ([str(at) for at in range(len(kept))], [str(at + 1) for at in range(len(kept))])


def _among(cells: pa.ChunkedArray, name: str) -> bool:
    """Whether a name stands among the values of its column, which are classes by their number."""
    if not name or not pa.types.is_string(cells.type):
        return False
    few = pc.count_distinct(cells).as_py() <= FEW * len(cells)
    return bool(few and pc.index(cells, name).as_py() >= 0)


def _missing(file: str, cells: Sequence[str], level: str) -> Problem:
    return Problem(
        slug="header-missing",
        what=say(
            N_("{name}: the first row looks like data, not like names of columns: {cells}"),
            name=file,
            cells=listed([cell or '""' for cell in cells], 5),
        ),
        fixes=(
            say(N_("put a row of names above it, e.g. {example}"), example=HEADER),
            say(N_("if it is the header, name the label column: {flag}"), flag="--label COLUMN"),
        ),
        level=level,
    )


def _repeats(file: str, row: int, cells: Sequence[str]) -> Problem:
    return Problem(
        slug="header-repeats",
        what=say(
            N_("{name}: row {row:,} looks like a header too: {cells}"),
            name=file,
            row=row,
            cells=listed(cells, 5),
        ),
        fixes=(
            say(
                N_("keep one header, the first row, and delete the other"),
            ),
        ),
    )
