"""Columns of strings as numbers, dates, categories, texts."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.predict.table_cells import as_days, as_numbers, filled_cells
from auditor.predict.table_columns import TypedColumn, typed_columns


def strings(*cells: str | None) -> pa.Array:
    """Cells as the readers give them."""
    return pa.array(cells, pa.large_string())


def column(*cells: str | None) -> TypedColumn:
    """One column, typed."""
    return typed_columns(pa.table({"x": strings(*cells)}))[0]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("1", "2.5", "-3e2"), "number"),
        (("1,234", "12,345.6"), "number"),
        (("3,5", "12,25"), "number"),
        (("12%", "7.5 %"), "number"),
        (("$1,200", "$900"), "number"),
        (("0", "1", "1"), "number"),
        (("1", "inf", "-inf"), "number"),
        (("007", "010", "123"), "category"),
        (("True", "False"), "category"),
        (("red", "blue", "red"), "category"),
        (("1", "2", "three"), "category"),
        (("2024-03-05", "2023-01-01 10:30"), "date"),
        (("2024.03.05", "2024. 3. 5."), "date"),
        (("2024년 3월 5일", "2023년 12월 31일"), "date"),
        (("20240305", "20231231"), "date"),
        (("03/14/2024", "12/31/2023"), "date"),
        (("1.5.2", "2.0.1"), "category"),
        (("a good film", "no film at all"), "text"),
        (("정말재미있는영화", "다시는안보고싶다"), "text"),
        (("서울", "부산"), "category"),
        (("x", "x"), "constant"),
        (("", None), "constant"),
        (("x", ""), "category"),
    ],
)
def test_a_column_is_what_nearly_all_of_its_cells_are(cells: tuple[str | None, ...], kind: str) -> None:
    """Each way of writing is recognised."""
    assert column(*cells).kind == kind


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "-", "?", "NaN", "없음", " null ", None])
def test_what_people_write_for_nothing_is_missing(cell: str | None) -> None:
    """A number column stays one, and the cell is NaN."""
    found = column("1", "2", cell)
    assert found.kind == "number"
    assert found.missing.tolist() == [False, False, True]


def test_a_stray_word_among_numbers_is_missing() -> None:
    """One cell of twenty that is no number does not make categories of the others."""
    found = column(*map(str, range(19)), "broken")
    assert found.kind == "number"
    assert found.missing.sum() == 1


@given(st.lists(st.floats(allow_nan=False) | st.none(), min_size=1))
def test_numbers_are_read_as_python_reads_them(values: list[float | None]) -> None:
    """Every float, as repr writes it, comes back; None is NaN."""
    found = as_numbers(
        filled_cells(pa.chunked_array([strings(*(v if v is None else repr(v) for v in values))]))
    )
    expected = [math.nan if v is None else v for v in values]
    np.testing.assert_array_equal(found, expected)


@given(st.integers(-(10**15), 10**15))
def test_commas_part_thousands(value: int) -> None:
    """As Python's own format writes them."""
    assert as_numbers(strings(f"{value:,}")).tolist() == [value]


@given(st.dates(min_value=datetime.date(1, 1, 1)), st.sampled_from(["-", "/", "."]))
def test_days_are_counted_as_the_calendar_does(day: datetime.date, sign: str) -> None:
    """Days since 1970 of any date, whatever parts its numbers."""
    written = f"{day.year:04d}{sign}{day.month:02d}{sign}{day.day:02d}"
    assert as_days(strings(written)).tolist() == [(day - datetime.date(1970, 1, 1)).days]


def test_impossible_days_are_missing() -> None:
    """30 February, month 13 and day 0 are no dates; 29 February 2024 is."""
    found = as_days(strings("2024-02-30", "2024-13-01", "2024-01-00", "2024-02-29"))
    assert np.isnan(found).tolist() == [True, True, True, False]


def test_the_whole_column_tells_whether_the_day_comes_first() -> None:
    """A first number above 12 makes all of them days."""
    assert as_days(strings("02/01/1970", "13/01/1970")).tolist() == [1, 12]
    assert as_days(strings("01/02/1970", "01/13/1970")).tolist() == [1, 12]


def test_the_order_of_the_columns_does_not_matter() -> None:
    """Columns are sorted by name."""
    one = pa.table({"b": strings("1", "2"), "a": strings("x", "y")})
    assert [part.name for part in typed_columns(one)] == ["a", "b"]


@given(st.lists(st.text(max_size=12) | st.none(), min_size=1, max_size=30))
def test_any_cells_are_typed_and_coded(cells: list[str | None]) -> None:
    """Equal codes for equal values, -1 where missing, whatever stands in the cells."""
    found = column(*cells)
    codes, values = found.coded()
    assert len(codes) == len(cells)
    assert ((codes == -1) == found.missing).all()
    assert set(codes[codes >= 0].tolist()) == set(range(values))
