"""Decisions as a plain table: `item,label` typed by a person, or the page's own copy from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import InputError, Problem
from auditor.review.decisions import ACTIONS, REASONS, Action, Decision, DecisionFile
from auditor.wording import N_, say

if TYPE_CHECKING:
    import pyarrow as pa

ITEM = ("item", "id")
"""What the column of the items may be called; `key` alone will do too."""
GUARDED = "=+-@\t\r＝＋－＠"
"""Characters before which a cell for spreadsheets has a `'`."""
SHOWN = 80


def read_plain(path: Path) -> DecisionFile:
    """The decisions in a table that our readers read: CSV in any encoding, TSV, a spreadsheet.

    A row with a label changes the item to it (or keeps it, where it is the given one); a row without label
    and action is passed over and counted.

    Raises:
        InputError: `not-decisions` without an item column and without labels or actions;
            `decisions-invalid`; or as a table is refused.
    """
    from auditor.read.tables import read_table

    table = read_table(path).columns
    names = {name.strip().casefold(): name for name in reversed(table.column_names)}
    columns = {name: _cells(table, names[name]) for name in _KNOWN if name in names}
    if not {"item", "id", "key"} & columns.keys() or not {"label", "action"} & columns.keys():
        raise InputError(_no_columns(path.name, table.column_names))
    found = list(_decisions(path.name, columns, len(table)))
    decisions = tuple(one for one in found if one is not None)
    return DecisionFile(name=path.name, decisions=decisions, undecided=len(found) - len(decisions))


_KNOWN = ("key", *ITEM, "label", "action", "reasons", "comment", "at")


def _cells(table: pa.Table, name: str) -> list[str]:
    import pyarrow as pa

    return [_unguarded(cell or "") for cell in table[name].cast(pa.string()).to_pylist()]


def _unguarded(cell: str) -> str:
    """A cell without the sign that keeps spreadsheets from computing it.

    >>> _unguarded("'=1+1"), _unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in GUARDED else cell


def _decisions(name: str, columns: Mapping[str, Sequence[str]], n: int) -> Iterator[Decision | None]:
    empty = [""] * n
    items = next((columns[column] for column in ITEM if column in columns), empty)
    cells = [columns.get(column, empty) for column in ("key", "label", "action", "reasons", "comment", "at")]
    for number, (item, key, label, action, reasons, comment, at) in enumerate(
        zip(items, *cells, strict=True), start=1
    ):
        row = _row(key)
        if not item and row is None:
            raise InputError(_invalid(name, number, "item", item))
        if not label and not action:
            yield None
            continue
        yield Decision(
            item=item or f"row-{row}",
            row=row,
            action=_action(name, number, action, label),
            label=label or None if action in {"", "relabel"} else None,
            reasons=_reasons(name, number, reasons),
            comment=comment,
            at=at,
        )


def _row(key: str) -> int | None:
    digits = key.removeprefix("i")
    return int(digits) if key.startswith("i") and digits.isascii() and digits.isdigit() else None


def _action(name: str, number: int, action: str, label: str) -> Action:
    said = action.strip().casefold() or "relabel"
    if said not in ACTIONS or (said == "relabel" and not label):
        raise InputError(_invalid(name, number, "action", action))
    return next(one for one in ACTIONS if one == said)


def _reasons(name: str, number: int, cell: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in cell.split(";") if part.strip())
    if set(found) - set(REASONS):
        raise InputError(_invalid(name, number, "reasons", cell))
    return found


def _no_columns(name: str, columns: Sequence[str]) -> Problem:
    return Problem(
        slug="not-decisions",
        what=say(N_("{name} is no decisions file"), name=name),
        details=(say(N_("columns: {names}"), names=", ".join(columns[:12])),),
        fixes=(say(N_("give the file that the labeller's page exports, or a table with item and label")),),
    )


def _invalid(name: str, number: int, field: str, value: str) -> Problem:
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
