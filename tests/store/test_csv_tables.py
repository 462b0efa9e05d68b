"""The CSV tables of an audit: every cell comes back, and any other reader sees the same."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.store.csvs import DUPLICATES, SCHEMAS, read_csv_table, write_csv_table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
"""Any text that UTF-8 can hold: quotes, line ends, NUL, formulas, what looks like a number."""
AWKWARD = st.sampled_from(
    [
        'a,"b"',
        "two\nlines",
        "two\r\nlines",
        "\r",
        "\n",
        "\x00",
        "=1+1",
        "@SUM(A1)",
        "007",
        "None",
        "NA",
        "nan",
        " x ",
    ]
)
NUMBERS = st.floats(allow_nan=False, width=64) | st.sampled_from([0.1, 1e-300, 5e-324, 1 / 3, -0.0])


def rows(*values: Any) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    return st.lists(st.tuples(*values), max_size=4)


MAYBE = st.none() | TEXT.filter(bool) | AWKWARD
ALWAYS = TEXT | AWKWARD
WHOLE = st.integers(-(2**62), 2**62)
TRUTHS = (st.booleans(), st.booleans())
DUPLICATE = (MAYBE, ALWAYS, WHOLE, MAYBE, MAYBE, MAYBE, st.none() | NUMBERS, *TRUTHS, MAYBE)


def duplicates(values: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*values, strict=True)) if values else [[]] * len(DUPLICATES)
    return pa.table(
        [pa.array(column, entry.type) for column, entry in zip(columns, DUPLICATES, strict=True)],
        schema=DUPLICATES,
    )


ROW = ("g", "item", 3, None, "cat", "exact_duplicate", 1.0, True, False, None)


@given(rows(*DUPLICATE))
def test_every_cell_comes_back(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[Any, ...]]
) -> None:
    """Texts of any characters, None, whole numbers, floats with every digit, booleans."""
    path = tmp_path_factory.mktemp("table") / "t.csv"
    table = duplicates(values)
    write_csv_table(table, path)

    back = read_csv_table(path, "duplicates")

    assert back.schema == table.schema
    assert back.to_pylist() == table.to_pylist()


@given(rows(*DUPLICATE))
def test_the_csv_reader_of_python_sees_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[Any, ...]]
) -> None:
    """An independent reader agrees on the number of rows and on every text."""
    path = tmp_path_factory.mktemp("table") / "t.csv"
    write_csv_table(duplicates(values), path)

    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = csv.reader(stream)

    assert header == DUPLICATES.names
    assert [line[1] for line in lines] == [row[1] for row in values]
    assert [line[4] for line in lines] == [row[4] or "" for row in values]


def test_the_file_as_written_by_hand(tmp_path: Path) -> None:
    """A plain header, quotes only where needed, formulas unguarded, line feeds, empty for None."""
    table = duplicates(
        [
            ("g1", '=1+1,"x"', 3, "train", None, "exact_duplicate", 0.1, True, False, None),
            (None, "a\rb", 4, None, "cat", "near_duplicate", 1.0, False, True, "x,y"),
        ]
    )
    write_csv_table(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == (
        b"group,item,row,split,label,kind,similarity,conflict,leak,nearest\n"
        b'g1,"=1+1,""x""",3,train,,exact_duplicate,0.1,true,false,\n'
        b',"a\rb",4,,cat,near_duplicate,1.0,false,true,"x,y"\n'
    )


def test_a_row_without_label_comes_back_without_label(tmp_path: Path) -> None:
    """None is not the empty label."""
    write_csv_table(duplicates([(*ROW[:4], None, *ROW[5:])]), tmp_path / "t.csv")
    assert read_csv_table(tmp_path / "t.csv", "duplicates")["label"].to_pylist() == [None]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_table_without_rows_keeps_its_columns(tmp_path: Path, name: str) -> None:
    """A header alone is a table of the right types."""
    write_csv_table(SCHEMAS[name].empty_table(), tmp_path / "t.csv")
    assert read_csv_table(tmp_path / "t.csv", name).equals(SCHEMAS[name].empty_table())


def test_a_cell_of_a_megabyte_comes_back(tmp_path: Path) -> None:
    """There is no limit on the length of a cell, as the reader of the standard library has."""
    table = duplicates([(ROW[0], "w" * 2_000_000, *ROW[2:])])
    write_csv_table(table, tmp_path / "t.csv")
    assert read_csv_table(tmp_path / "t.csv", "duplicates").equals(table)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"item,row\na,1\n",
        b"group,item,row,split,label,kind,similarity,conflict,leak,nearest\na,b\n",
        b"group,item,row,split,label,kind,similarity,conflict,leak,nearest\ng,i,three,,,k,1.0,true,true,\n",
        b"group,item,row,split,label,kind,similarity,conflict,leak,nearest\ng,\xff,3,,,k,1.0,true,true,\n",
    ],
    ids=["empty", "blank", "other columns", "ragged", "no number", "no utf-8"],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, content: bytes) -> None:
    """A damaged file is an error that `load_audit` can tell, never a wrong table."""
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises((OSError, KeyError, pa.ArrowException)):
        read_csv_table(tmp_path / "t.csv", "duplicates")
