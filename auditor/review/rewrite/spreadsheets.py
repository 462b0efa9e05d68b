"""Excel workbooks again: the named cells change, all else is kept as openpyxl keeps it.

Kept are values, styles, number formats, widths, comments, links, tables, filters, other sheets, and texts
of which parts are bold. A workbook with charts, pictures, macros, pivot tables or anything else that
openpyxl loses is refused, and so is one with formulas: it would lose their values. Printer settings and
custom XML are lost in silence. Where rows go, conditional formats and data validations keep their ranges.
The workbook is held in memory.
"""

from __future__ import annotations

import re
import shutil
import warnings
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.errors import InputError
from auditor.read.formats.spreadsheets import ESCAPED
from auditor.read.formats.spreadsheets import _letters as letters
from auditor.read.formats.spreadsheets import _text as text_of
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.review.rewrite.sheet_rows import without_rows
from auditor.wording import N_, Text, say

LOST = re.compile(
    r"xl/(charts|chartsheets|drawings(?!/(?:vmlDrawing|commentsDrawing))|media|diagrams|pivotTables|pivotCache"
    r"|vbaProject|macrosheets|dialogsheets|embeddings|activeX|ctrlProps|slicers|slicerCaches|timelines"
    r"|timelineCaches|threadedComments|queryTables|connections|model|richData|webextensions)(?=[/.\d])",
    re.IGNORECASE,
)
"""Parts of a workbook that openpyxl does not write again; comments have drawings that it does."""
REMOVED = re.compile(r"(.+?) (?:extension )?is not supported and will be removed")
"""What openpyxl says of parts of a sheet that it does not keep."""
NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold, or does not give back; the halves of characters cannot be written."""
LONGEST = 32_767
"""Characters of a cell at most; openpyxl cuts what is longer."""
DATE = datetime(1980, 1, 1)
"""Of the parts of the file, and of a workbook that has none: the same input gives the same bytes."""


@rewriter("xlsx", binary=True)
def rewrite_xlsx(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write a workbook with other cells in the sheet that holds the table.

    A cell keeps its style. A number stays a number where the new text is one.

    Raises:
        InputError: `format-not-written` where openpyxl would lose something, or for a text that is too long.
    """
    book = _workbook(source)
    _refuse_formulas(source.name, book)
    sheet, header = _sheet(book)
    columns = {
        text: at for (row, at), cell in sheet._cells.items() if row == header and (text := _shown(cell))
    }
    last = max(columns.values())
    for name, rows in edits.cells.items():
        at = columns.get(name, 1)  # the first column may have no name
        numbers = _are_numbers(sheet, at, header)
        for row, text in rows.items():
            _set(source.name, sheet.cell(header + 1 + row, at), text, numbers=numbers)
    for offset, (name, rows) in enumerate(edits.added.items(), start=1):
        for row, text in {-1: name, **rows}.items():
            _set(source.name, sheet.cell(header + 1 + row, last + offset), text)
    if edits.dropped:
        _refuse_merged(source.name, sheet, header)
        without_rows(sheet, [header + 1 + row for row in sorted(edits.dropped)])
    _save(book, target)


def _workbook(source: Source) -> Any:
    """The whole workbook.

    Raises:
        InputError: `format-not-written` where openpyxl would lose something.
    """
    import openpyxl

    with zipfile.ZipFile(source.path) as archive:
        names = archive.namelist()
    lost = {found[1] for name in names if (found := LOST.match(name.lstrip("/")))}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        book = openpyxl.load_workbook(source.path, rich_text=True)
    lost |= {found[1] for one in said if (found := REMOVED.match(str(one.message)))}
    if lost:
        why = say(
            N_("charts, pictures, macros or pivot tables would be lost ({parts})"),
            parts=", ".join(sorted(lost)),
        )
        raise InputError(format_not_written(source.name, why))
    if "docProps/core.xml" not in names:
        book.properties.created = book.properties.modified = DATE
    return book


def _refuse_formulas(name: str, book: Any) -> None:
    for sheet in book.worksheets:
        for (row, at), cell in sorted(sheet._cells.items()):
            if cell.data_type == "f":
                place = f"{sheet.title}!{letters(at - 1)}{row}"
                why = say(N_("formulas would lose their values, e.g. {cell}"), cell=place[:80])
                raise InputError(format_not_written(name, why))


def _refuse_merged(name: str, sheet: Any, header: int) -> None:
    merged = sorted(one.coord for one in sheet.merged_cells.ranges if one.max_row > header)
    if merged:
        why = say(N_("rows cannot be taken out around merged cells: {range}"), range=merged[0])
        raise InputError(format_not_written(name, why))


def _sheet(book: Any) -> tuple[Any, int]:
    """The sheet that has rows, and the number of its header: its first row that is not empty."""
    for sheet in book.worksheets:
        rows = [row for (row, _), cell in sheet._cells.items() if _shown(cell)]
        if rows:
            return sheet, min(rows)
    raise ValueError("no sheet has rows")


def _shown(cell: Any) -> str:
    """A cell as the reader reads it; a text with bold parts as its letters."""
    if isinstance(cell.value, list):
        return ESCAPED.sub(_unescaped, str(cell.value))
    return text_of(cell)


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _are_numbers(sheet: Any, at: int, header: int) -> bool:
    """Whether all cells of a column that are not empty are numbers."""
    cells = (cell for (row, column), cell in sheet._cells.items() if column == at and row > header)
    values = [cell.value for cell in cells if cell.value is not None]
    return bool(values) and all(_is_number(value) for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _set(name: str, cell: Any, text: str, *, numbers: bool = False) -> None:
    """Give a cell a text, as the kind of value that it has where that reads as the text."""
    old = cell.value
    if _shown(cell) == text:
        return
    if text == "":
        cell.value = None
        return
    for value in _values(old, text, numbers=numbers):
        cell.value = value
        if _shown(cell) == text:
            return
    escaped = _escaped(text)
    if len(escaped) > LONGEST:
        raise InputError(format_not_written(name, _too_long(text)))
    cell.value = escaped
    cell.data_type = "s"  # a text that begins with = is no formula


def _values(old: Any, text: str, *, numbers: bool) -> list[Any]:
    """The values of the kind of the old one that may read as a text."""
    if isinstance(old, bool):
        return [text == "True"]
    if not _is_number(old) and not (numbers and old is None):
        return []
    out: list[Any] = []
    for kind in (int, float):
        try:
            value = kind(text)
        except (ValueError, OverflowError):
            continue
        if abs(value) < 1e15:  # a workbook holds 15 digits
            out.append(value)
    return out


def _escaped(text: str) -> str:
    r"""A text as a workbook writes it: characters that XML cannot hold by their numbers.

    >>> _escaped("a\rb"), _escaped("_x000D_")
    ('a_x000D_b', '_x005F_x000D_')
    """
    guarded = ESCAPED.sub(lambda found: f"_x005F{found[0]}", text)
    return NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", guarded)


def _too_long(text: str) -> Text:
    return say(N_("a cell holds {n:,} characters at most: {text}"), n=LONGEST, text=text[:80])


def _save(book: Any, target: Path) -> None:
    """Write a workbook; `Workbook.save` would write the time into it."""
    from openpyxl.writer.excel import ExcelWriter

    with _Undated(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()


class _Undated(zipfile.ZipFile):
    """An archive whose members have the same date, whenever it is written."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """As `ZipFile` does it."""
        super().writestr(_member(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """As `ZipFile` does it."""
        with (
            Path(filename).open("rb") as read,
            self.open(_member(str(arcname)), "w", force_zip64=True) as out,
        ):
            shutil.copyfileobj(read, out)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, DATE.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
