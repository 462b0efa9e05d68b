"""Rows taken out of a sheet of openpyxl, all in one pass: its own way moves every cell for every row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any


def without_rows(sheet: Any, gone: Sequence[int]) -> None:
    """Take rows out; what stands below moves up, with its heights, links and comments.

    The ranges of tables and filters shrink with it; other ranges stay as they are.

    Args:
        sheet: a worksheet of openpyxl that is no read-only one.
        gone: numbers of rows from 1, sorted.
    """
    dropped = set(gone)
    cells = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if row in dropped:
            continue
        cell.row = row - bisect_left(gone, row)
        cells[cell.row, column] = cell
        if cell.hyperlink:
            cell.hyperlink.ref = cell.coordinate
    sheet._cells = cells
    _move_heights(sheet, gone)
    for table in sheet.tables.values():
        table.ref = _shrunk(table.ref, gone)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = _shrunk(table.autoFilter.ref, gone)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _shrunk(sheet.auto_filter.ref, gone)


def _move_heights(sheet: Any, gone: Sequence[int]) -> None:
    """Heights, and whether a row is hidden, go with their rows."""
    dropped = set(gone)
    dimensions = dict(sheet.row_dimensions.items())
    sheet.row_dimensions.clear()
    for row, dimension in sorted(dimensions.items()):
        if row not in dropped:
            dimension.index = row - bisect_left(gone, row)
            sheet.row_dimensions[dimension.index] = dimension


def _shrunk(ref: str, gone: Sequence[int]) -> str:
    """A range without some rows; at least its first row and one more, which a table must have."""
    from openpyxl.worksheet.cell_range import CellRange

    found = CellRange(ref)
    top = found.min_row - bisect_left(gone, found.min_row)
    bottom = max(found.max_row - bisect_right(gone, found.max_row), top + 1)
    shrunk = CellRange(min_col=found.min_col, max_col=found.max_col, min_row=top, max_row=bottom)
    return str(shrunk.coord)
