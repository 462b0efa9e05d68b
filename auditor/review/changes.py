"""What was changed, as a table for people: UTF-8 with a mark for spreadsheets, and no formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from auditor.data import Dataset
from auditor.review.corrections import Change, Corrections

COLUMNS = ("item", "key", "from", "to", "action", "who", "when", "reason")
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet would compute; signs `'` before it are text, and get one more."""
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


def write_labels(path: Path, dataset: Dataset, found: Corrections, *, excluded: bool = False) -> None:
    """A table of item and label, for a format that is not written.

    Rows taken out are not in it, or with `excluded` nothing but them, as they were; rows that are marked have
    their mark in a third column.
    """
    after = {change.row: change.after for change in found.changes if change.action == "relabel"}
    marks = found.edits.added
    rows = (
        (item, after.get(row, dataset.labels.text_of(row)), *(marks[name].get(row, "") for name in marks))
        for row, item in enumerate(dataset.ids.to_pylist())
        if (row in found.edits.dropped) == excluded
    )
    _write_lines(path, ("item", "label", *marks), rows)


def write_table(path: Path, table: pa.Table) -> None:
    """A table of texts as CSV in UTF-8."""
    cells = [[cell or "" for cell in column.to_pylist()] for column in table.columns]
    _write_lines(path, table.column_names, zip(*cells, strict=True))


def _write_lines(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        for cells in (names, *rows):
            stream.write(",".join(map(_quoted, cells)) + "\n")


def _write(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(sheet(names, rows))


def sheet(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV for spreadsheets: a byte order mark, line ends of Windows, no formulas."""
    lines = (",".join(_quoted(guarded(cell)) for cell in cells) for cells in (names, *rows))
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet computes.

    >>> guarded("=1+1"), guarded("a=b"), guarded("'=1")
    ("'=1+1", 'a=b', "''=1")
    """
    return f"'{cell}" if FORMULA.match(cell) else cell


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if NEEDS_QUOTES.search(cell) else cell
