"""What tests of rewriters have in common: a file rewritten, and what its table must be then."""

from __future__ import annotations

from pathlib import Path

from auditor.read.sources import located
from auditor.read.tables import TextTable, read_table
from auditor.review.rewrite import register_all
from auditor.review.rewrite.family import REWRITERS, Edits

Rows = dict[str, list[str]]
"""Column -> its cells."""


def rewritten(path: Path, edits: Edits, input_format: str | None = None) -> Path:
    """The file again with the edits, under the same name in a new folder."""
    register_all()
    source = located(path)
    table = read_table(source, input_format=input_format)
    folder = path.parent / "new"
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    REWRITERS[table.format].rewrite(source, table, edits, target)
    return target


def rows_of(table: TextTable) -> Rows:
    """The cells of a table."""
    found: Rows = table.columns.to_pydict()
    return found


def edited_rows(rows: Rows, edits: Edits) -> Rows:
    """The cells that a table must have after the edits."""
    n = len(next(iter(rows.values())))
    kept = [row for row in range(n) if row not in edits.dropped]
    out = {
        name: [edits.cells.get(name, {}).get(row, cells[row]) for row in kept] for name, cells in rows.items()
    }
    return out | {name: [texts.get(row, "") for row in kept] for name, texts in edits.added.items()}
