"""Excel workbooks rewritten: the named cells change, and all that openpyxl keeps is kept."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits

ROWS: list[list[Any]] = [
    ["id", "글", "label"],
    ["007", "안녕", "x"],
    [None, 0.5, "y"],
    ["z", date(2026, 1, 31), None],
    ["w", True, "x"],
]


def made(rows: Sequence[Sequence[Any]] = ROWS, title_rows: int = 0) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for at, row in enumerate(rows, start=1 + title_rows):
        for column, value in enumerate(row, start=1):
            book.active.cell(at, column).value = value
    return book


def saved(book: openpyxl.Workbook, folder: Path) -> Path:
    path = folder / "data.xlsx"
    book.save(path)
    return path


def values(path: Path) -> list[list[Any]]:
    """The cells of the first sheet, by openpyxl alone."""
    return [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]


def test_one_cell_changes_and_nothing_else(tmp_path: Path) -> None:
    """Values keep their types: a date, a truth, a number, a text of digits."""
    path = saved(made(), tmp_path)
    expected = values(path)
    expected[2][2] = "새 것"
    assert values(rewritten(path, Edits(cells={"label": {1: "새 것"}}))) == expected


def test_what_stands_around_the_cells_is_kept(tmp_path: Path) -> None:
    """Styles, widths, heights, comments, links, bold parts, other sheets, titles of the file."""
    book = made()
    sheet = book.active
    sheet["C3"].font = Font(bold=True, color="FF0000")
    sheet["C3"].number_format = "@"
    sheet["B2"].comment = Comment("why", "kim")
    sheet["A5"].hyperlink = "http://localhost/w"
    sheet["A4"] = CellRichText("plain", TextBlock(InlineFont(b=True), "bold"))
    sheet.column_dimensions["B"].width = 41.5
    sheet.row_dimensions[5].height = 33
    sheet.freeze_panes = "A2"
    book.create_sheet("empty").sheet_properties.tabColor = "00FF00"
    book.properties.title = "my labels"
    path = saved(book, tmp_path)
    edits = Edits(cells={"label": {1: "x"}}, dropped=frozenset({0}))
    new = openpyxl.load_workbook(rewritten(path, edits), rich_text=True)
    sheet = new.active
    assert (sheet["C2"].value, sheet["C2"].font.b, sheet["C2"].number_format) == ("x", True, "@")
    assert sheet["B1"].comment is None  # of the row that went
    assert (sheet["A4"].hyperlink.target, sheet["A4"].hyperlink.ref) == ("http://localhost/w", "A4")
    assert [str(part) for part in sheet["A3"].value] == ["plain", "bold"]
    assert sheet["A3"].value[1].font.b
    assert (sheet.column_dimensions["B"].width, sheet.row_dimensions[4].height) == (41.5, 33)
    assert (sheet.row_dimensions[5].height, sheet.freeze_panes) == (None, "A2")
    assert new.sheetnames == ["Sheet", "empty"]
    assert new["empty"].sheet_properties.tabColor.rgb == "0000FF00"
    assert new.properties.title == "my labels"


def test_comments_and_links_of_rows_that_stay_move_with_them(tmp_path: Path) -> None:
    """A comment has a drawing in the file, which is no reason to refuse it."""
    book = made()
    book.active["B5"].comment = Comment("why", "kim")
    once = saved(book, tmp_path)
    new = openpyxl.load_workbook(rewritten(once, Edits(dropped=frozenset({0, 2}))))
    assert new.active["B3"].comment.text == "why"
    again = rewritten(saved(new, tmp_path), Edits())
    assert openpyxl.load_workbook(again).active["B3"].comment.text == "why"


@pytest.mark.parametrize(
    ("old", "form", "text", "value"),
    [
        (7, "General", "8", 8),
        (7.5, "General", "8", 8),
        (7, "General", "0.5", 0.5),
        (7, "General", "007", "007"),
        (7, "000", "012", 12),
        (7, "General", "x", "x"),
        (7, "General", "1e5", "1e5"),
        (7, "General", "12345678901234567890", "12345678901234567890"),
        (True, "General", "False", False),
        (True, "General", "no", "no"),
        (None, "General", "8", 8),
        ("7", "General", "8", "8"),
    ],
)
def test_a_number_stays_a_number_where_the_text_is_one(
    tmp_path: Path, old: Any, form: str, text: str, value: Any
) -> None:
    """What would be read as another text is written as a text; an empty cell is what its column is."""
    book = made([["text", "label"], ["a", 1 if old is None else old], ["b", old]])
    book.active["B3"].number_format = form
    new = rewritten(saved(book, tmp_path), Edits(cells={"label": {1: text}}))
    found = openpyxl.load_workbook(new).active["B3"].value
    assert (found, type(found)) == (value, type(value))
    assert rows_of(read_table(new))["label"][1] == text


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "a\rb", "_x000D_", "_x0041_", "\x01", " ", "\ufffe", "'x"])
def test_a_text_that_a_sheet_takes_for_something_else_stays_a_text(tmp_path: Path, text: str) -> None:
    """No formula, no error, no character that XML lacks."""
    new = rewritten(saved(made(), tmp_path), Edits(cells={"label": {0: text}}))
    assert rows_of(read_table(new))["label"][0] == text


def test_a_text_of_too_many_characters_is_refused(tmp_path: Path) -> None:
    """openpyxl would cut it."""
    found = refusal(InputError, rewritten, saved(made(), tmp_path), Edits(cells={"label": {0: "x" * 32_768}}))
    assert slugs(found) == ["format-not-written"]


def test_tables_and_filters_shrink_with_their_rows(tmp_path: Path) -> None:
    """Their borders are those of the rows; the header stays in them."""
    book = made([["a", "label"], *[[f"t{at}", "x"] for at in range(8)]])
    book.active.add_table(Table(displayName="T", ref="A1:B9"))
    path = saved(book, tmp_path)
    sheet = openpyxl.load_workbook(rewritten(path, Edits(dropped=frozenset({0, 3, 7})))).active
    assert sheet.tables["T"].ref == "A1:B6"
    assert [cell.value for cell in sheet["A"]] == ["a", "t1", "t2", "t4", "t5", "t6"]


def test_the_table_may_stand_below_empty_rows_and_beside_an_index(tmp_path: Path) -> None:
    """The first column may have no name: the row numbers that pandas writes."""
    path = saved(made([[None, "label"], [0, "x"], [1, "y"]], title_rows=3), tmp_path)
    edits = Edits(cells={"label": {1: "z"}}, added={"new": {0: "n"}})
    expected = edited_rows(rows_of(read_table(path)), edits)
    assert rows_of(read_table(rewritten(path, edits))) == expected


def test_what_pandas_wrote_pandas_reads(tmp_path: Path) -> None:
    """The oracle is a frame edited by hand."""
    frame = pd.DataFrame({"text": ["a", "b", "c"], "label": [1, 2, 1], "score": [0.1, None, 2.0]})
    path = tmp_path / "data.xlsx"
    frame.to_excel(path, index=False)
    frame.loc[1, "label"] = 3
    edits = Edits(cells={"label": {1: "3"}}, dropped=frozenset({0}))
    found = pd.read_excel(rewritten(path, edits))
    pd.testing.assert_frame_equal(found, frame.iloc[1:].reset_index(drop=True))


def with_chart(book: openpyxl.Workbook) -> None:
    book.active.add_chart(BarChart(), "E5")


def with_formula(book: openpyxl.Workbook) -> None:
    book.active["D1"], book.active["D2"] = "n", "=1+1"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/pivotTables/pivotTable1.xml", "xl/media/a.png"])
def test_a_workbook_with_parts_that_would_be_lost_is_refused(tmp_path: Path, part: str) -> None:
    """The file says by the names of its parts what it holds."""
    path = saved(made(), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"")
    found = refusal(InputError, rewritten, path, Edits(cells={"label": {0: "y"}}))
    assert slugs(found) == ["format-not-written"]


def test_a_workbook_with_a_chart_is_refused(tmp_path: Path) -> None:
    """openpyxl reads no chart."""
    book = made()
    with_chart(book)
    found = refusal(InputError, rewritten, saved(book, tmp_path), Edits())
    assert slugs(found) == ["format-not-written"]


def test_a_workbook_with_formulas_is_refused_and_a_cell_is_named(tmp_path: Path) -> None:
    """A formula would lose its value, and the table could not be read any more."""
    book = made()
    with_formula(book)
    path = saved(book, tmp_path)
    data = {}
    with zipfile.ZipFile(path) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    data[sheet] = data[sheet].replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")  # as Excel saves it
    data[sheet] = data[sheet].replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    assert rows_of(read_table(path))["n"][0] == "2"
    found = refusal(InputError, rewritten, path, Edits(cells={"label": {0: "y"}}))
    assert slugs(found) == ["format-not-written"]
    assert "Sheet!D2" in str(found)


def test_extensions_that_openpyxl_leaves_out_are_refused(tmp_path: Path) -> None:
    """Data validations over several sheets, sparklines: openpyxl warns that it removes them."""
    path = saved(made(), tmp_path)
    uri = "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"
    with zipfile.ZipFile(path) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    more = f'<extLst><ext uri="{uri}"/></extLst></worksheet>'.encode()
    data[sheet] = data[sheet].replace(b"</worksheet>", more)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    assert slugs(refusal(InputError, rewritten, path, Edits())) == ["format-not-written"]


def test_rows_around_merged_cells_are_not_taken_out(tmp_path: Path) -> None:
    """An empty range below the header would slide over other rows."""
    book = made([*ROWS, [], [None, None, None]])
    book.active["B9"].value = None
    book.active.merge_cells("A8:B9")
    path = saved(book, tmp_path)
    assert rows_of(read_table(rewritten(path, Edits(cells={"label": {0: "y"}}))))["label"][0] == "y"
    found = refusal(InputError, rewritten, path, Edits(dropped=frozenset({0})))
    assert slugs(found) == ["format-not-written"]


def test_the_same_edits_give_the_same_bytes(tmp_path: Path) -> None:
    """No clock: neither in the archive nor in the properties."""
    path = saved(made(), tmp_path)
    edits = Edits(cells={"label": {0: "y"}})
    once = rewritten(path, edits).read_bytes()
    assert rewritten(path, edits).read_bytes() == once
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "new" / "data.xlsx") as new:
        assert old.read("docProps/core.xml") == new.read("docProps/core.xml")
        assert {info.date_time for info in new.infolist()} == {(1980, 1, 1, 0, 0, 0)}


CELLS = st.one_of(
    st.none(),
    st.text("a=가 \n'_x", min_size=1, max_size=4).filter(lambda text: not text.startswith("=")),
    st.integers(-99, 99),
    st.booleans(),
    st.floats(-9, 9, allow_nan=False),
)
NEW = st.text("a1=가 _x\r\x02", max_size=5) | st.integers(-99, 99).map(str)


@settings(max_examples=60)
@given(data=st.data())
def test_any_edits_give_the_table_that_they_say(data: st.DataObject) -> None:
    """The oracle is the list of texts, edited by hand."""
    n = data.draw(st.integers(1, 6))
    cells = data.draw(st.lists(st.tuples(CELLS, CELLS), min_size=n, max_size=n))
    rows = [["id", "글", "label"], *[[f"r{at}", *pair] for at, pair in enumerate(cells)]]
    at = st.integers(0, n - 1)
    edits = Edits(
        cells={name: data.draw(st.dictionaries(at, NEW)) for name in ("글", "label")},
        dropped=data.draw(st.frozensets(at, max_size=n - 1)),
        added=data.draw(st.sampled_from([{}, {"new": {0: "=a"}}])),
    )
    with TemporaryDirectory() as folder:
        path = saved(made(rows), Path(folder))
        expected = edited_rows(rows_of(read_table(path)), edits)
        assert rows_of(read_table(rewritten(path, edits))) == expected
