"""Decisions as a table: `item,label` typed by a person, the page's own copy, or one of a round filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import InputError, Problem
from auditor.review.decisions import ACTIONS, REASONS, Action, Decision, DecisionFile
from auditor.review.interchange.slips import FIELD
from auditor.wording import N_, say

if TYPE_CHECKING:
    import pyarrow as pa

ITEM = ("item", "id")
"""What the column of the items may be called; `key` alone will do too."""
GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
"""How a cell begins that a spreadsheet would compute without its `'`."""
SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table that says something, or that could."""

    number: int
    """From 1, below the header."""
    item: str
    row: int | None
    """What stands behind the `i` of its key."""
    action: Action | None
    """`relabel` where there is a label alone; None where nothing was decided."""
    label: str
    reasons: tuple[str, ...]
    comment: str
    at: str
    slip: str
    """What a copy of a round holds of the item; "" in other tables."""


def rows_in(file: str, table: pa.Table) -> list[Row]:
    """The rows of a table of texts: CSV in any encoding, TSV, a spreadsheet. Rows without anything are none.

    Raises:
        InputError: `not-decisions` without an item column and without labels or actions;
            `decisions-invalid`.
    """
    names = {name.strip().casefold(): name for name in reversed(table.column_names)}
    columns = {name: _cells(table, names[name]) for name in _KNOWN if name in names}
    if not {"item", "id", "key", FIELD} & columns.keys() or not {"label", "action"} & columns.keys():
        raise InputError(_no_columns(file, table.column_names))
    return list(_rows(file, columns, len(table)))


def plain_file(file: str, rows: Iterable[Row]) -> DecisionFile:
    """The decisions in rows that say nothing but an item and what was decided of it.

    A row with a label changes the item to it (or keeps it, where it is the given one); a row without label
    and action is passed over and counted.
    """
    found = list(rows)
    decisions = tuple(
        Decision(
            item=one.item or f"row-{one.row}",
            row=one.row,
            action=one.action,
            label=one.label if one.action == "relabel" else None,
            reasons=one.reasons,
            comment=one.comment,
            at=one.at,
        )
        for one in found
        if one.action is not None
    )
    return DecisionFile(name=file, decisions=decisions, undecided=len(found) - len(decisions))


_KNOWN = ("key", *ITEM, "label", "action", "reasons", "comment", "at", FIELD)


def _cells(table: pa.Table, name: str) -> list[str]:
    import pyarrow as pa

    return [_unguarded(cell or "") for cell in table[name].cast(pa.string()).to_pylist()]


def _unguarded(cell: str) -> str:
    """A cell without the sign that keeps spreadsheets from computing it.

    >>> _unguarded("'=1+1"), _unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if GUARDED.match(cell) else cell


def _rows(name: str, columns: Mapping[str, Sequence[str]], n: int) -> Iterator[Row]:
    empty = [""] * n
    items = next((columns[column] for column in ITEM if column in columns), empty)
    cells = [columns.get(column, empty) for column in _KNOWN if column not in ITEM]
    for number, (item, *others) in enumerate(zip(items, *cells, strict=True), start=1):
        key, label, action, reasons, comment, at, slip = others
        if not any((item, *others)):
            continue
        row = _row(key)
        if not item and row is None and not slip:
            raise InputError(invalid_row(name, number, "item", item))
        decided = bool(label or action)
        yield Row(
            number=number,
            item=item,
            row=row,
            action=_action(name, number, action, label) if decided else None,
            label=label,
            reasons=_reasons(name, number, reasons) if decided else (),
            comment=comment,
            at=at,
            slip=slip,
        )


def _row(key: str) -> int | None:
    digits = key.removeprefix("i")
    return int(digits) if key.startswith("i") and digits.isascii() and digits.isdigit() else None


def _action(name: str, number: int, action: str, label: str) -> Action:
    said = action.strip().casefold() or "relabel"
    if said not in ACTIONS or (said == "relabel" and not label):
        raise InputError(invalid_row(name, number, "action", action))
    return next(one for one in ACTIONS if one == said)


def _reasons(name: str, number: int, cell: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in cell.split(";") if part.strip())
    if set(found) - set(REASONS):
        raise InputError(invalid_row(name, number, "reasons", cell))
    return found


def _no_columns(name: str, columns: Sequence[str]) -> Problem:
    return Problem(
        slug="not-decisions",
        what=say(N_("{name} is no decisions file"), name=name),
        details=(say(N_("columns: {names}"), names=", ".join(columns[:12])),),
        fixes=(say(N_("give the file that the labeller's page exports, or a table with item and label")),),
    )


def invalid_row(name: str, number: int, field: str, value: str) -> Problem:
    """A row with a cell that cannot be used."""
    return Problem(
        slug="decisions-invalid",
        what=say(
            N_("{name}: row {number:,}: {field} {value} cannot be used"),
            name=name,
            number=number,
            field=field,
            value=repr(value)[:SHOWN],
        ),
    )
