"""Excel workbooks again: the label cells change, styles and other sheets stay as openpyxl keeps them.

openpyxl loses charts, pictures, macros and pivot tables; a workbook that has any is refused.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

from auditor.errors import InputError
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.wording import N_, say

LOST = re.compile(r"xl/(charts|drawings|media|pivotTables|pivotCache|vbaProject|embeddings|activeX)", re.I)
NUMBER = re.compile(r"-?(0|[1-9]\d*)")


@rewriter("xlsx", binary=True)
def rewrite_xlsx(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write a workbook with other cells in the sheet that holds the table.

    Raises:
        InputError: `format-not-written` where openpyxl would lose something.
    """
    import openpyxl

    with zipfile.ZipFile(source.path) as archive:
        lost = sorted({found[1] for name in archive.namelist() if (found := LOST.match(name))})
    if lost:
        why = say(
            N_("charts, pictures, macros or pivot tables would be lost ({parts})"), parts=", ".join(lost)
        )
        raise InputError(format_not_written(source.name, why))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(source.path)
    sheet, first = _sheet(book)
    places = _columns(sheet, first)
    for column, rows in edits.cells.items():
        for row, text in rows.items():
            _set(sheet.cell(first + 1 + row, places[column]), text)
    for offset, (column, rows) in enumerate(edits.added.items(), start=1):
        at = max(places.values()) + offset
        sheet.cell(first, at).value = column
        for row, text in rows.items():
            _set(sheet.cell(first + 1 + row, at), text)
    for row in sorted(edits.dropped, reverse=True):
        sheet.delete_rows(first + 1 + row)
    book.save(target)


def _sheet(book: Any) -> tuple[Any, int]:
    """The sheet that has rows, and the number of its first row that is not empty."""
    for sheet in book.worksheets:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=sheet.min_row):
            if any(cell is not None and cell != "" for cell in row):
                return sheet, number
    raise ValueError("no sheet has rows")


def _columns(sheet: Any, first: int) -> dict[str, int]:
    """Name in the header -> number of its column."""
    return {str(cell.value): cell.column for cell in sheet[first] if cell.value not in (None, "")}


def _set(cell: Any, text: str) -> None:
    """A number stays a number; a text that begins with = is no formula."""
    if isinstance(cell.value, (int, float)) and NUMBER.fullmatch(text):
        cell.value = int(text)
        return
    cell.value = text
    if text:
        cell.data_type = "s"
