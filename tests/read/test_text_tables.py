"""CSV, TSV and JSON Lines: every cell as it was written, or a refusal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read import separated
from auditor.read.dataset import read_inputs
from auditor.read.predictions import text_blocks
from auditor.read.tables import TextTable, read_table, skip_nothing

SURVIVORS = [
    "007",
    "1e5",
    "None",
    "NA",
    "null",
    "NaN",
    "nan",
    "-0",
    "1.50",
    "TRUE",
    "2024-01-02",
    " x ",
    "#N/A",
]
"""Texts that a careless reader turns into numbers, dates or missing cells."""


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def cells(table: TextTable) -> dict[str, list[str]]:
    found: dict[str, list[str]] = table.columns.to_pydict()
    return found


def refused(path: Path) -> list[str]:
    return slugs(refusal(InputError, read_table, path))


# cells survive


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_texts_that_look_like_something_else_survive(tmp_path: Path, suffix: str) -> None:
    """`007`, `1e5`, `None`, `NA` and `null` stay text in ids, labels and texts."""
    path = tmp_path / f"data.{suffix}"
    names = ("id", "text", "label")
    with path.open("w", encoding="utf-8", newline="") as stream:
        if suffix == "jsonl":
            stream.writelines(json.dumps(dict.fromkeys(names, cell)) + "\n" for cell in SURVIVORS)
        else:
            writer = csv.writer(stream, delimiter="," if suffix == "csv" else "\t")
            writer.writerows([names, *([cell] * 3 for cell in SURVIVORS)])
    assert cells(read_table(path)) == dict.fromkeys(names, SURVIVORS)


def test_only_the_empty_cell_is_empty(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,label\n1,\n2,""\n3, \n4,NA\n')
    assert cells(read_table(path))["label"] == ["", "", " ", "NA"]


# any table comes back

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
KOREAN = st.text(
    st.characters(codec="cp949", exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)
SPELT = st.sampled_from(
    [*SURVIVORS, "", '"', '""', 'a "b" c', '"x', "a\nb", "a\r\nb", "a\rb", ",", ";", "|", "\t"]
)


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[str]) -> list[list[str]]:
    """Rows of two or more columns: an empty row of several cells is no empty line."""
    width = draw(st.integers(2, 4))
    return draw(st.lists(st.lists(cell | SPELT, min_size=width, max_size=width), min_size=1, max_size=6))


def is_utf8(path: Path) -> bool:
    """Whether the bytes are valid UTF-8: a few cp949 texts of one or two characters are both."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_that_python_writes_comes_back_cell_by_cell(
    tmp_path: Path, separator: str, encoding: str, data: st.DataObject
) -> None:
    """Any cells, quoted as the csv module quotes, in each separator and encoding."""
    rows = data.draw(tables(KOREAN if encoding == "cp949" else ANY))
    names = [f"column {at}" for at in range(len(rows[0]))]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([names, *rows])
    path = written(tmp_path / "any.csv", text.getvalue(), encoding)
    assume(encoding != "cp949" or text.getvalue().isascii() or not is_utf8(path))

    table = read_table(path)

    assert cells(table) == {name: [row[at] for row in rows] for at, name in enumerate(names)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables(ANY))
@example(rows=[["\u2028", "\x85"]])  # line ends for str.splitlines, not for JSON Lines
def test_any_objects_that_python_writes_as_json_lines_come_back(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    names = [f"column {at}" for at in range(len(rows[0]))]
    lines = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows]
    path = written(tmp_path / "any.jsonl", "\n".join(lines))
    assert cells(read_table(path)) == {name: [row[at] for row in rows] for at, name in enumerate(names)}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path / "a.csv", ending.join(["id,label", "007,cat", "8,dog", ""]))
    assert cells(read_table(path)) == {"id": ["007", "8"], "label": ["cat", "dog"]}


def test_a_nul_and_a_non_breaking_blank_stay_in_their_cells(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,label\n1,a\0b\n2,cat\u00a0\n")
    assert cells(read_table(path))["label"] == ["a\0b", "cat\u00a0"]


# the header


@pytest.mark.parametrize(
    ("header", "separator"),
    [
        ("id,label", ","),
        ("id;label", ";"),
        ("id\tlabel", "\t"),
        ("id|label", "|"),
        ('"a;b;c",label', ","),  # separators inside quotes do not count
    ],
)
def test_the_separator_is_told_from_the_header(tmp_path: Path, header: str, separator: str) -> None:
    path = written(tmp_path / "a.csv", f"{header}\n1{separator}x\n")
    assert len(cells(read_table(path))) == 2


def test_sep_overrides_what_the_header_tells(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a;b,c;d\n1;2,3;4\n")
    assert cells(read_table(path, sep=",")) == {"a;b": ["1;2"], "c;d": ["3;4"]}


@pytest.mark.parametrize("blank", ["\n", "\n\r\n", "\n\n\n"])
@pytest.mark.parametrize(("header", "row"), [("id;label", "007;x"), ("label", "007")])
def test_empty_lines_before_the_header_are_passed_over(
    tmp_path: Path, blank: str, header: str, row: str
) -> None:
    path = written(tmp_path / "a.csv", f"{blank}{header}\n{row}\n")
    names, row_cells = header.split(";"), row.split(";")
    assert cells(read_table(path)) == {n: [c] for n, c in zip(names, row_cells, strict=True)}


def test_a_trailing_separator_makes_a_column_without_a_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,label,\n1,x,\n")
    assert cells(read_table(path)) == {"id": ["1"], "label": ["x"], "": [""]}


def test_a_header_with_a_line_end_in_quotes_is_one_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", '"i\nd",label\n007,1\n')
    assert cells(read_table(path)) == {"i\nd": ["007"], "label": ["1"]}


def test_a_column_name_of_200_kb_is_no_crash(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a" * 200_000 + ",label\n1,2\n")
    assert cells(read_table(path))["label"] == ["2"]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_header_alone_is_no_dataset(tmp_path: Path, name: str) -> None:
    assert refused(written(tmp_path / name, "id,label\n")) == ["no-rows"]


def test_a_file_of_empty_lines_is_refused(tmp_path: Path) -> None:
    assert refused(written(tmp_path / "a.csv", "\n\n")) == ["file-unreadable"]


@pytest.mark.parametrize("skip", [skip_nothing, lambda names: frozenset({"prob_a"})])
def test_two_columns_of_one_name_are_refused_even_if_they_are_skipped(tmp_path: Path, skip: object) -> None:
    path = written(tmp_path / "a.csv", "id,prob_a,prob_a\n1,2,3\n")
    (problem,) = refusal(InputError, read_table, path, skip=skip)
    assert problem.slug == "column-names-repeat"
    assert "prob_a" in str(problem.what)


# rows of another width


def test_ragged_rows_are_counted_and_the_first_five_listed(tmp_path: Path) -> None:
    """Rows 3, 4 and 6 to 10 of the file: seven, five of them shown with what was found."""
    lines = ["id,label", "1,a", "2", "3,a,b", "4,a", "5", "6", "7", "8", "9,a,b"]
    (problem,) = refusal(InputError, read_table, written(tmp_path / "a.csv", "\n".join(lines) + "\n"))
    assert problem.slug == "ragged-rows"
    assert str(problem.what) == "a.csv: 7 rows have another number of cells than the header"
    assert [str(line) for line in problem.details] == [
        "row 3: 1 cells, the header has 2",
        "row 4: 3 cells, the header has 2",
        "row 6: 1 cells, the header has 2",
        "row 7: 1 cells, the header has 2",
        "row 8: 1 cells, the header has 2",
    ]


def test_empty_lines_between_rows_are_no_rows_and_in_a_single_column_they_are(tmp_path: Path) -> None:
    assert cells(read_table(written(tmp_path / "a.csv", "id,label\n1,a\n\n2,b\n")))["id"] == ["1", "2"]
    assert cells(read_table(written(tmp_path / "b.csv", "label\na\n\nb\n")))["label"] == ["a", "", "b"]


# quotes


def test_quotes_are_literal_where_they_would_swallow_rows_of_a_tsv(tmp_path: Path) -> None:
    """The NSMC files are written so: a review that begins with a quote, another rows later."""
    rows = ['1\t"좋아요\t1', "2\t별로\t0", '3\t"음\t0', "4\t굿\t1"]
    path = written(tmp_path / "ratings.txt", "\n".join(["id\tdocument\tlabel", *rows]) + "\n")
    table = read_table(path)
    assert cells(table) == {
        "id": ["1", "2", "3", "4"],
        "document": ['"좋아요', "별로", '"음', "굿"],
        "label": ["1", "0", "0", "1"],
    }
    assert slugs(table.notes) == ["quotes-literal"]


@pytest.mark.parametrize(
    "lines",
    [
        ["1,a", '2,"b', "3,c", "4,d"],  # to the end of the file
        ['1,"a', "2,b", '3,"c', "4,d"],  # to the next quote
    ],
    ids=["end", "next"],
)
def test_an_open_quote_never_swallows_rows_of_a_csv(tmp_path: Path, lines: list[str]) -> None:
    """pandas and pyarrow make one row of several here, without a word."""
    table = read_table(written(tmp_path / "a.csv", "\n".join(["id,label", *lines]) + "\n"))
    assert cells(table) == {
        "id": ["1", "2", "3", "4"],
        "label": [line.split(",")[1] for line in lines],
    }
    assert slugs(table.notes) == ["quotes-literal"]


def test_an_open_quote_beside_cells_that_need_quotes_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,text,label\n1,"a, b",x\n2,"c,y\n3,d,z\n4,"e",w\n')
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "quote-open"
    assert str(problem.what) == 'a.csv: a cell that begins with " in line 3 does not end with one'


def test_quotes_inside_a_cell_are_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,label\n1,5" disk\n2,"say ""hi"""\n')
    table = read_table(path)
    assert cells(table)["label"] == ['5" disk', 'say "hi"']
    assert table.notes == ()


def test_cells_with_line_ends_in_quotes_stay_one_cell_in_a_tsv_too(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tsv", 'id\ttext\n1\t"two\nlines"\n2\tone\n')
    table = read_table(path)
    assert cells(table) == {"id": ["1", "2"], "text": ["two\nlines", "one"]}
    assert table.notes == ()


# JSON Lines


def test_json_numbers_keep_their_digits_and_nothing_is_empty(tmp_path: Path) -> None:
    """As written: 1.50 stays 1.50 and 10000000000000000000001 all its digits; null and NaN are empty."""
    line = (
        '{"a": 1.50, "b": 10000000000000000000001, "c": true, "d": null, "e": NaN, "f": [1, "x"], "g": 1e5}'
    )
    table = read_table(written(tmp_path / "a.jsonl", line + "\n\n"))
    assert {name: column[0] for name, column in cells(table).items()} == {
        "a": "1.50",
        "b": "10000000000000000000001",
        "c": "True",
        "d": "",
        "e": "",
        "f": '[1, "x"]',
        "g": "1e5",
    }


def test_keys_missing_in_some_objects_are_empty_cells(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ndjson", '{"a": "1"}\n{"b": "2"}\n')
    assert cells(read_table(path)) == {"a": ["1", ""], "b": ["", "2"]}


def test_lines_that_are_no_objects_are_counted_and_listed(tmp_path: Path) -> None:
    deep = "[" * 100_000
    path = written(tmp_path / "a.jsonl", f'{{"a": 1}}\n[1]\n{{"a": 007}}\n{deep}\n"x"\n1\n{{\n')
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "not-json-lines"
    assert str(problem.what) == "a.jsonl: 6 lines are not JSON objects: lines 2, 3, 4, 5, 6, ..."


def test_half_a_character_in_json_is_refused(tmp_path: Path) -> None:
    assert refused(written(tmp_path / "a.jsonl", '{"a": "\\ud800"}\n')) == ["file-unreadable"]


def test_a_row_that_is_longer_than_a_block_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(separated, "CELL_CAP", 1 << 20)
    monkeypatch.setattr(separated.read_options, "__defaults__", (1 << 20,))
    path = written(tmp_path / "a.csv", "text,label\n" + "x" * (3 << 20) + ",a\ny,b\n" * 2)
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "row-too-long"
    assert "1 MB" in str(problem.what)


def test_numbers_beside_a_text_of_many_megabytes_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv", "text,label,prob_a,prob_b\n" + f"{'x' * (20 << 20)},a,.9,.1\ny,b,.2,.8\n"
    )
    found = read_inputs(path)
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 2).tolist() == [[0.9, 0.1], [0.2, 0.8]]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "sep=;,,"])
def test_the_line_by_which_excel_is_told_the_separator_is_no_header(tmp_path: Path, line: str) -> None:
    path = written(tmp_path / "a.csv", f"{line}\r\nid;text\r\n1;a, b\r\n2;c\r\n")
    assert cells(read_table(path)) == {"id": ["1", "2"], "text": ["a, b", "c"]}
    blocks = text_blocks(path, separated.form_of(path), ["id"])
    assert blocks.read(0, 2).tolist() == [[1.0], [2.0]]


def test_a_title_above_the_table_is_told_from_a_stray_separator(tmp_path: Path) -> None:
    (titled,) = refusal(InputError, read_table, written(tmp_path / "a.csv", "Results\nid,text\n1,a\n"))
    assert "title" in str(titled.fixes[0])
    (stray,) = refusal(InputError, read_table, written(tmp_path / "b.csv", "id,text\n1,a,b\n2,c\n"))
    assert [str(fix) for fix in stray.fixes] == ["quote cells that hold the separator"]


def test_only_another_separator_is_offered(tmp_path: Path) -> None:
    """The header holds both; the one in use is not named again."""
    path = written(tmp_path / "a.csv", "a,b;c,d\n1,2;3\n4,5;6\n")
    (problem,) = refusal(InputError, read_table, path)
    assert [str(fix) for fix in problem.fixes] == ["quote cells that hold the separator", "--sep ';'"]


def test_columns_without_names_are_said_by_their_numbers(tmp_path: Path) -> None:
    (problem,) = refusal(InputError, read_table, written(tmp_path / "a.csv", "Results,,\nid,label,text\n"))
    assert problem.slug == "column-names-repeat"
    assert str(problem.what).endswith("columns 2, 3")
