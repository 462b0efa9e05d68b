"""What was changed, as a table for people: UTF-8 with a mark for spreadsheets, and no formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from auditor.review.corrections import Change, Corrections

COLUMNS = ("item", "key", "from", "to", "action", "who", "when", "reason")
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
NEEDS_QUOTES = re.compile('[,"\r\n]')


def write_changes(path: Path, changes: Iterable[Change]) -> None:
    """The table of changes: a line for each row that was changed or taken out."""
    rows = (
        (
            change.item,
            f"i{change.row}",
            change.before,
            change.after,
            change.action,
            ";".join(change.reviewers),
            change.at,
            ";".join(change.reasons),
        )
        for change in changes
    )
    _write(path, COLUMNS, rows)


def write_labels(
    path: Path, items: Sequence[str], labels: Sequence[str], found: Corrections, *, excluded: bool = False
) -> None:
    """A table of item and label, for a format that is not written.

    Rows taken out are not in it, or with `excluded` nothing but them, as they were; rows that are marked have
    their mark in a third column.
    """
    after = {change.row: change.after for change in found.changes if change.action == "relabel"}
    marks = found.edits.added
    rows = (
        (item, after.get(row, labels[row]), *(marks[name].get(row, "") for name in marks))
        for row, item in enumerate(items)
        if (row in found.edits.dropped) == excluded
    )
    with path.open("w", encoding="utf-8", newline="") as stream:
        for cells in (("item", "label", *marks), *rows):
            stream.write(",".join(map(_quoted, cells)) + "\n")


def _write(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(",".join(names) + "\r\n")
        for cells in rows:
            stream.write(",".join(_quoted(_guarded(cell)) for cell in cells) + "\r\n")


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet computes.

    >>> _guarded("=1+1"), _guarded("a=b")
    ("'=1+1", 'a=b')
    """
    return f"'{cell}" if FORMULA.match(cell) else cell


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if NEEDS_QUOTES.search(cell) else cell
