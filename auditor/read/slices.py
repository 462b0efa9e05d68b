"""The values of the columns by which rows are told apart: annotators, batches, sources, `--slice`."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from auditor.arrow import whole
from auditor.data import Slices
from auditor.errors import Problem
from auditor.read.columns import Roles
from auditor.read.labels import codes_of
from auditor.read.tables import TextTable
from auditor.wording import N_, Text, say

ROWS_A_VALUE = 2
"""Rows that a value must have on average: a column with more values tells every row from every other, and
no value of it from the rest."""


def slices_of(table: TextTable, roles: Roles, file: str) -> tuple[dict[str, Slices], tuple[Problem, ...]]:
    """Column -> its values, in file order; a column that tells no rows apart is left out and noted.

    Args:
        table: the dataset as read; its cells stay as they are.
        roles: the columns by role, those of slices in `roles.slice`.
        file: the file's name, for messages.
    Returns:
        The slices, and a `slice-unusable` for every column that is none: a warning where a flag asked for
        it, a note where its name or the format did.
    """
    found, notes = {}, []
    for column in roles.slice:
        cells = whole(table.columns[column])
        names = sorted(name for name in pc.unique(cells).to_pylist() if name)
        why = _unusable(cells, len(names))
        if why is None:
            found[column] = Slices(codes=codes_of(cells, names), names=tuple(names))
        else:
            notes.append(_left(column, file, why, asked=column in roles.sliced))
    return found, tuple(notes)


def _unusable(cells: pa.Array, values: int) -> Text | None:
    """Why a column tells no rows apart; None where it does."""
    if values < 2:
        return say(N_("it has one value in all rows")) if values else say(N_("it is empty"))
    filled = pc.sum(pc.not_equal(cells, "")).as_py()
    if values * ROWS_A_VALUE > filled:
        return say(N_("{values:,} different values in {rows:,} rows"), values=values, rows=filled)
    return None


def _left(column: str, file: str, why: Text, *, asked: bool) -> Problem:
    return Problem(
        slug="slice-unusable",
        what=say(
            N_("suspects are not counted by column {column} of {file}: {why}"),
            column=column,
            file=file,
            why=why,
        ),
        level="warning" if asked else "note",
    )
