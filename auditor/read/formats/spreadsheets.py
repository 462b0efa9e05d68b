"""Excel workbooks (`.xlsx`): the one sheet that has rows, every cell as it would be written down."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import repeat
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from auditor.errors import AuditorError, InputError, Problem
from auditor.read.compressed import refuse_swollen_zip
from auditor.read.files import extra_missing, swollen_file, unreadable
from auditor.read.formats.merged_cells import lost_in, merged_cells, merged_ranges
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader
from auditor.wording import N_, Text, listed, say

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1 << 20, 1 << 14, 100_000_000
"""What a sheet can have in Excel; and more cells than this, empty ones too, are not walked through."""
SHOWN = 5
"""How many cells an error names."""
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
PADDED = re.compile(r"^0+$")
"""A number format that shows leading zeros: 007 for the number 7 under `000`."""
MARKUP = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How a workbook writes a character that XML cannot hold."""


@dataclass(slots=True)
class _Sheet:
    """What a sheet holds."""

    title: str
    rows: list[list[str]] = field(default_factory=list)
    """From the first row that is not empty to the last, without empty cells at their ends."""
    first: int = 1
    """The number of the first row, from 1."""
    errors: list[str] = field(default_factory=list)
    """Cells that hold an error, as `B7: #N/A`."""
    unknown: list[str] = field(default_factory=list)
    """Cells whose formula has no value yet."""
    merged: tuple[str, ...] = ()
    """Ranges of cells that are one, as `A2:A21`."""


@table_reader("xlsx", N_("Excel workbook"), (".xlsx",))
def read_xlsx(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """The one sheet that has rows: dates as 2024-01-31, 7 without a point, formulas as their last value.

    Raises:
        InputError: `extra-missing`, `several-tables`, `cells-without-value`, `cells-merged`,
            `header-incomplete`, `column-names-repeat`, `archive-refused`, `file-unreadable`.
    """
    path = source.path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not bear on the cells
            sheets = [sheet for sheet in _sheets(path) if sheet.rows]
    except AuditorError:
        raise
    except Exception as error:  # a damaged workbook raises nearly anything, from the parser of XML upward
        raise InputError(unreadable(path, error)) from error
    if len(sheets) > 1:
        raise InputError(_several(path, [sheet.title for sheet in sheets]))
    sheet = sheets[0] if sheets else _Sheet(title="")
    merged = lost_in(sheet.merged, sheet.rows, sheet.first)
    if problems := [
        *_errors(path, sheet.errors),
        *_unknown(path, sheet.unknown),
        *merged_cells(path, merged),
    ]:
        raise InputError(problems)
    return _table(path, sheet, skip)


def _table(path: Path, sheet: _Sheet, skip: Skip) -> TextTable:
    width = max(map(len, sheet.rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in sheet.rows]
    place = {at: rows[0][at] for at in range(width) if any(row[at] for row in rows)}
    unnamed = [_letters(at) for at, name in place.items() if not name and at > 0]
    if unnamed:  # the first may be the row numbers that pandas writes
        raise InputError(_no_name(path, sheet, unnamed))
    wanted, skipped = read_and_skipped(path.name, list(place.values()), skip)
    at_of = {name: at for at, name in place.items()}
    columns = {name: pa.array([row[at_of[name]] for row in rows[1:]], pa.string()) for name in wanted}
    return TextTable(columns=pa.table(columns), format="xlsx", skipped=skipped)


def _sheets(path: Path) -> list[_Sheet]:
    with path.open("rb") as stream:
        formulas = _refuse_unsafe(path, stream)
        book = _workbook(path, stream, values=True)
        other = _workbook(path, stream, values=False).worksheets if formulas else repeat(None)
        sheets = [_read(path, sheet, twin) for sheet, twin in zip(book.worksheets, other, strict=False)]
        return [
            replace(read, merged=merged_ranges(stream, str(getattr(sheet, "_worksheet_path", ""))))
            for read, sheet in zip(sheets, book.worksheets, strict=True)
        ]


def _workbook(path: Path, stream: IO[bytes], *, values: bool) -> Any:
    try:
        import openpyxl
    except ImportError:
        raise InputError(extra_missing(path.name, "xlsx", say(N_("save the sheet as CSV (UTF-8)")))) from None
    stream.seek(0)
    return openpyxl.load_workbook(stream, read_only=True, data_only=values, keep_links=False)


def _refuse_unsafe(path: Path, stream: IO[bytes]) -> bool:
    """Refuse what swells or defines entities; whether there are formulas."""
    with zipfile.ZipFile(stream) as archive:
        refuse_swollen_zip(path, archive.infolist())
        for info in archive.infolist():
            with archive.open(info) as member:
                if MARKUP.search(member.read(4096)):
                    raise ValueError("its XML defines entities")
        parts = [info for info in archive.infolist() if info.filename.startswith("xl/worksheets/")]
        return any(_holds_formula(archive, info) for info in parts)


def _holds_formula(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    with archive.open(info) as member:
        tail = b""
        while piece := member.read(1 << 20):
            if FORMULA.search(tail + piece):
                return True
            tail = piece[-64:]
    return False


def _read(path: Path, sheet: Any, twin: Any) -> _Sheet:
    """A sheet as texts; `twin` is the same with its formulas, where it may have some."""
    out = _Sheet(title=str(sheet.title))
    cells = 0
    for number, (row, formulas) in enumerate(_rows(sheet, twin), start=1):
        cells += len(row) + 1
        if number > MOST_ROWS or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
            raise InputError(swollen_file(path, say(N_("save the sheet as CSV (UTF-8)"))))
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        out.first = out.first if out.rows else number
        if texts or out.rows:
            out.rows.append(texts)
        for at, cell in enumerate(row):
            if cell.data_type == "e":
                out.errors.append(f"{_letters(at)}{number}: {cell.value}")
            elif _lacks_value(cell, formulas[at : at + 1]):
                out.unknown.append(f"{_letters(at)}{number}")
    while out.rows and not out.rows[-1]:
        out.rows.pop()
    return out


def _lacks_value(cell: Any, formula: Sequence[Any]) -> bool:
    """Whether a cell has a formula and no value; the empty text that a formula may give is one."""
    return cell.value is None and cell.data_type == "n" and any(twin.data_type == "f" for twin in formula)


def _rows(sheet: Any, twin: Any) -> Iterator[tuple[Any, Any]]:
    """Rows beside their formulas; what a sheet says of its own size is not believed."""
    sheet.reset_dimensions()
    if twin is None:
        return ((row, ()) for row in sheet.iter_rows())
    twin.reset_dimensions()
    return zip(sheet.iter_rows(), twin.iter_rows(), strict=False)


def _text(cell: Any) -> str:
    """A cell as it would be written down."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(_unescaped, value)
    if isinstance(value, bool):  # as in every other format
        return str(value)
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format))
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _number(value: float, shown_as: str) -> str:
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    text = str(int(value)) if whole else str(value)
    return text.zfill(len(shown_as)) if whole and value >= 0 and PADDED.match(shown_as) else text


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _letters(at: int) -> str:
    """The letters of a column, counted from 0.

    >>> _letters(0), _letters(25), _letters(26), _letters(701), _letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _several(path: Path, titles: Sequence[str]) -> Problem:
    return Problem(
        slug="several-tables",
        what=say(
            N_("{name} has {n:,} sheets with rows: {names}"),
            name=path.name,
            n=len(titles),
            names=listed(titles, SHOWN),
        ),
        fixes=(say(N_("save the sheet as CSV (UTF-8)")),),
    )


def _errors(path: Path, cells: Sequence[str]) -> list[Problem]:
    what = say(
        N_("{name}: {n:,} cell holds an error: {cells}"),
        N_("{name}: {n:,} cells hold an error: {cells}"),
        name=path.name,
        n=len(cells),
        cells=listed(cells, SHOWN),
    )
    return _without_value(cells, what, say(N_("correct or clear them in the sheet")))


def _unknown(path: Path, cells: Sequence[str]) -> list[Problem]:
    what = say(
        N_("{name}: {n:,} cell has a formula without a value: {cells}"),
        N_("{name}: {n:,} cells have a formula without a value: {cells}"),
        name=path.name,
        n=len(cells),
        cells=listed(cells, SHOWN),
    )
    fix = say(N_("open the file in a spreadsheet program and save it once: that writes the values"))
    return _without_value(cells, what, fix)


def _without_value(cells: Sequence[str], what: Text, fix: Text) -> list[Problem]:
    return [Problem(slug="cells-without-value", what=what, fixes=(fix,))] if cells else []


def _no_name(path: Path, sheet: _Sheet, letters: Sequence[str]) -> Problem:
    return Problem(
        slug="header-incomplete",
        what=say(
            N_("{name}: columns {columns} have cells and no name in row {row}"),
            name=path.name,
            columns=listed(letters, SHOWN),
            row=sheet.first,
        ),
        details=(say(N_("a merged cell names only its first column; a title above the table is no header")),),
        fixes=(say(N_("give every column a name in the first row that is not empty")),),
    )
