"""Excel workbooks: cells as they would be written down, and what a sheet must not do in silence."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read import compressed
from auditor.read.dataset import read_inputs
from auditor.read.formats import spreadsheets
from auditor.read.tables import read_table

Rows = Sequence[Sequence[Any]]


def book(path: Path, *sheets: Rows, formats: dict[str, str] | None = None) -> Path:
    """A workbook of these sheets, as openpyxl writes it."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"sheet {number}")
        for row in rows:
            sheet.append(list(row))
        for place, form in (formats or {}).items():
            sheet[place].number_format = form
    made.save(path)
    return path


def cells(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_table(path).columns.to_pydict()
    return found


def refused(path: Path) -> list[str]:
    return slugs(refusal(InputError, read_table, path))


# cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        ("1e5", "1e5"),
        ("NA", "NA"),
        ("", ""),
        (None, ""),
        (" blank ", " blank "),
        ("두 줄\n글", "두 줄\n글"),
        (7, "7"),
        (7.0, "7"),
        (-0.5, "-0.5"),
        (0.1, "0.1"),
        (100000, "100000"),
        (True, "True"),
        (False, "False"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 10, 5, 7), "2024-01-31 10:05:07"),
        (time(10, 5), "10:05:00"),
        ("a_x000D_b", "a\rb"),  # how Excel writes a character that XML cannot hold
    ],
)
def test_a_cell_is_what_would_be_written_down(tmp_path: Path, value: Any, text: str) -> None:
    """As in a CSV file of the same table."""
    assert cells(book(tmp_path / "a.xlsx", [["id", "x"], ["1", value]])) == {"id": ["1"], "x": [text]}


@pytest.mark.parametrize(("form", "text"), [("000", "007"), ("General", "7"), ("0", "7"), ("0.00", "7")])
def test_leading_zeros_that_a_format_shows_are_there(tmp_path: Path, form: str, text: str) -> None:
    """Who sees 007 in the sheet means 007."""
    path = book(tmp_path / "a.xlsx", [["id", "x"], [7, "a"]], formats={"A2": form})
    assert cells(path)["id"] == [text]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_￾￿"), max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL | st.just('say "hi",\n다음')), min_size=1, max_size=5))
def test_any_text_comes_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    """Quotes, line ends, Hangul; a text that begins with = is a text, if it was written as one."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["id", "x", "end"])
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate((*row, "."), start=1):
            cell = sheet.cell(number, column)
            cell.value = text
            cell.data_type = "s" if text else "n"
    made.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == {
        "id": [row[0] for row in rows],
        "x": [row[1] for row in rows],
        "end": ["."] * len(rows),
    }


def test_a_table_is_the_same_dataset_as_its_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["01", "02"], "text": ["a, b", "c\nd"], "label": [1, 0], "score": [0.5, 3.0]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    found = [read_inputs(tmp_path / name).dataset.fingerprint for name in ("a.csv", "a.xlsx")]
    assert found[0] == found[1]


# the shape of the sheet


def test_empty_rows_and_columns_around_the_table_are_nothing(tmp_path: Path) -> None:
    """And an empty row inside it is a row, because nothing may vanish."""
    rows = [[], [None, "id", None, "x"], [None, "1", None, "a"], [], [None, "2", "", "b"], [], [None, ""]]
    assert cells(book(tmp_path / "a.xlsx", rows)) == {"id": ["1", "", "2"], "x": ["a", "", "b"]}


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    """Some programs write a size of one cell."""
    path = book(tmp_path / "a.xlsx", [["id", "x"], ["1", "a"], ["2", "b"]])
    lying = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(lying, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:B3"', b'ref="A1"'))
    assert lying.read_bytes() != path.read_bytes()
    assert cells(lying) == {"id": ["1", "2"], "x": ["a", "b"]}


def test_sheets_without_rows_are_no_tables(tmp_path: Path) -> None:
    assert cells(book(tmp_path / "a.xlsx", [], [["id"], ["1"]], [])) == {"id": ["1"]}


def test_two_tables_are_named_and_neither_is_read(tmp_path: Path) -> None:
    (problem,) = refusal(InputError, read_table, book(tmp_path / "a.xlsx", [["a"], [1]], [["b"], [2]]))
    assert problem.slug == "several-tables"
    assert "sheet 0, sheet 1" in str(problem.what)


def test_the_row_numbers_of_pandas_are_a_column_without_a_name(tmp_path: Path) -> None:
    """As in a CSV file with an index."""
    pd.DataFrame({"text": ["a"], "label": ["b"]}).to_excel(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == {"": ["0"], "text": ["a"], "label": ["b"]}


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    """It names the first of its columns, and the others would be nameless."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["id", "both", None], ["1", "a", "b"]):
        sheet.append(row)
    sheet.merge_cells("B1:C1")
    made.save(tmp_path / "a.xlsx")
    (problem,) = refusal(InputError, read_table, tmp_path / "a.xlsx")
    assert problem.slug == "header-incomplete"
    assert "columns C" in str(problem.what)


def test_an_empty_workbook_has_no_rows(tmp_path: Path) -> None:
    assert refused(book(tmp_path / "a.xlsx", [])) == ["no-rows"]
    assert refused(book(tmp_path / "a.xlsx", [["id", "x"]])) == ["no-rows"]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    assert refused(book(tmp_path / "a.xlsx", [["x", "x"], [1, 2]])) == ["column-names-repeat"]


# what is no value


def test_cells_with_an_error_are_refused_by_their_places(tmp_path: Path) -> None:
    """They are nothing that anybody wrote."""
    (problem,) = refusal(
        InputError, read_table, book(tmp_path / "a.xlsx", [["id", "x"], ["1", "#N/A"], ["2", "#REF!"]])
    )
    assert problem.slug == "cells-without-value"
    assert "B2: #N/A, B3: #REF!" in str(problem.what)


def test_a_formula_that_was_never_calculated_is_refused(tmp_path: Path) -> None:
    """As a program writes it that calculates nothing; read as empty it would be a missing label."""
    path = book(tmp_path / "a.xlsx", [["id", "label"], ["1", "=A2"], ["2", "b"]])
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "cells-without-value"
    assert "B2" in str(problem.what)


def test_a_formula_is_its_last_value(tmp_path: Path) -> None:
    """As a spreadsheet program saves it; also where that value is the empty text."""
    path = book(tmp_path / "a.xlsx", [["id", "x", "y"], ["1", "=A2", '=""']])
    saved = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            content = content.replace(b'<c r="B2"><f>A2</f><v /></c>', b'<c r="B2"><f>A2</f><v>42</v></c>')
            content = content.replace(b'<c r="B2"><f>A2</f><v></v></c>', b'<c r="B2"><f>A2</f><v>42</v></c>')
            new.writestr(name, content.replace(b'<c r="C2"><f>', b'<c r="C2" t="str"><f>'))
    assert cells(saved) == {"id": ["1"], "x": ["42"], "y": [""]}


# hostile workbooks


def rewritten(path: Path, target: Path, name: str, content: bytes) -> Path:
    """A workbook with another part in the place of one of its own."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return target


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + SHEET % b"",
        SHEET % b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>',  # a text that is not there
        SHEET % b'<row r="x"><c r="!!"/></row>',
        b"<worksheet><sheetData><row>",
        b"\x00\x01",
    ],
)
def test_a_damaged_or_tricky_sheet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = book(tmp_path / "a.xlsx", [["id"], ["1"]])
    assert refused(rewritten(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", content)) == [
        "file-unreadable"
    ]


@pytest.mark.parametrize("row", [1 << 21, 10**12])
def test_a_row_far_away_is_refused_and_not_walked_to(tmp_path: Path, row: int) -> None:
    """A few bytes that name row one billion."""
    path = book(tmp_path / "a.xlsx", [["id"], ["1"]])
    content = SHEET % b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row)
    assert refused(rewritten(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", content)) == [
        "archive-refused"
    ]


def test_many_wide_rows_of_nothing_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cell in the last column makes thousands of empty ones."""
    monkeypatch.setattr(spreadsheets, "MOST_CELLS", 50_000)
    path = book(tmp_path / "a.xlsx", [["id"], ["1"]])
    content = SHEET % b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(1, 10))
    assert refused(rewritten(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", content)) == [
        "archive-refused"
    ]


def test_a_swollen_workbook_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed, "HARMLESS", 1 << 20)
    path = book(tmp_path / "a.xlsx", [["id"], ["1"]])
    content = SHEET % (b" " * (4 << 20))
    assert refused(rewritten(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", content)) == [
        "archive-refused"
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), junk=st.binary(min_size=1, max_size=8))
def test_bytes_that_were_changed_are_found_or_harmless(tmp_path: Path, at: int, junk: bytes) -> None:
    """A coded error or the same cells; never a traceback."""
    path = tmp_path / "a.xlsx"
    stream = io.BytesIO()
    pd.DataFrame({"id": ["1", "2"], "x": ["a", "b"]}).to_excel(stream, index=False)
    content = bytearray(stream.getvalue())
    at %= len(content)
    content[at : at + len(junk)] = junk
    path.write_bytes(bytes(content))
    try:
        found = cells(path)
    except InputError as error:
        assert error.problems[0].slug
    else:
        assert found == {"id": ["1", "2"], "x": ["a", "b"]}


def test_without_the_extra_the_command_that_installs_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "a.xlsx", [["id"], ["1"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "extra-missing"
    assert str(problem.fixes[0]) == 'pip install "dataset-auditor[xlsx]"'


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.ods"])
def test_other_spreadsheets_are_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (problem,) = refusal(InputError, read_table, tmp_path / name)
    assert problem.slug == "format-unknown"
    assert "CSV" in str(problem.fixes[0])


def merged(path: Path, *ranges: str) -> Path:
    """Two labels, each written once over two rows, as people do it in Excel."""
    made = openpyxl.Workbook()
    for row in [["label", "text"], ["pos", "a"], ["", "b"], ["neg", "c"], ["", "d"]]:
        made.active.append([cell or None for cell in row])
    for place in ranges:
        made.active.merge_cells(place)
    made.save(path)
    return path


def test_labels_that_are_merged_over_rows_are_refused(tmp_path: Path) -> None:
    """All but the first row would have no label, in silence."""
    (problem,) = refusal(InputError, read_table, merged(tmp_path / "a.xlsx", "A2:A3", "A4:A5"))
    assert problem.slug == "cells-merged"
    assert "A2:A3, A4:A5" in problem.what.to("en")
    (one,) = refusal(InputError, read_table, merged(tmp_path / "b.xlsx", "A4:B4"))
    assert "A4:B4" in one.what.to("en")


def test_merged_cells_without_a_value_or_in_the_header_do_no_harm(tmp_path: Path) -> None:
    """An empty range beside or below the table holds nothing that could be lost."""
    path = merged(tmp_path / "a.xlsx", "D1:E1", "D2:D5", "A9:B12")
    assert cells(path)["label"] == ["pos", "", "neg", ""]
