"""What holds of every reader of plain tables; a new one needs a line in `WRITERS`."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.dataset import read_inputs
from auditor.read.formats import register_all
from auditor.read.tables import READERS, read_table, table_reader

CELLS = {
    "id": ["007", "1e5", "NA", "x"],
    "글": ["None", "안녕, 하세요", 'say "hi"', ""],
    "prob_a": ["0.5", "1", "", "0.25"],
}


def workbook(frame: pd.DataFrame) -> bytes:
    """As pandas writes it, which asks for the ending."""
    stream = io.BytesIO()
    frame.to_excel(stream, index=False, engine="openpyxl")
    return stream.getvalue()


WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "json": lambda frame, path: frame.to_json(path, orient="records", force_ascii=False),
    "jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True, force_ascii=False),
    "parquet": lambda frame, path: frame.to_parquet(path, index=False),
    "feather": lambda frame, path: feather.write_feather(frame, path),
    "xlsx": lambda frame, path: path.write_bytes(workbook(frame)),
}
"""How somebody else writes each format: not one of these functions is ours."""
register_all()
JUNK = [b"\xff\xfe\x00", b"\x00" * 64, b"\n\n", b"{", b"PAR1PAR1", b"ARROW1\0\0"]
"""Files of no format, or of the first bytes of one."""
every_reader = pytest.mark.parametrize("name", WRITERS)
every_suffix = pytest.mark.parametrize(
    ("name", "suffix"), [(name, suffix) for name in WRITERS for suffix in READERS[name].suffixes]
)


def written(name: str, path: Path, cells: dict[str, list[str]] | None = None) -> Path:
    """A table of texts in a format, under any file name."""
    WRITERS[name](pd.DataFrame(CELLS if cells is None else cells, dtype=object), path)
    return path


def test_every_reader_is_tested() -> None:
    """A reader without a writer here is a reader without tests."""
    assert {name for name, reader in READERS.items() if not reader.looks_like} <= WRITERS.keys()


@every_suffix
def test_cells_come_back_as_they_were_written(tmp_path: Path, name: str, suffix: str) -> None:
    """Under each ending the reader owns, in any case; an empty cell is an empty text."""
    for ending in (suffix, suffix.upper()):
        table = read_table(written(name, tmp_path / f"자료 1{ending}"))
        assert table.columns.to_pydict() == CELLS
        assert table.format == name
        assert (table.skipped, table.notes) == ((), ())


@every_reader
def test_the_format_can_be_named_where_the_ending_does_not_tell(tmp_path: Path, name: str) -> None:
    """`--input-format`."""
    path = written(name, tmp_path / "data")
    assert read_table(path, input_format=name).columns.to_pydict() == CELLS


@every_reader
def test_columns_that_are_skipped_are_named_and_not_read(tmp_path: Path, name: str) -> None:
    """`skip` sees every column in file order and chooses; what is left keeps its order."""
    seen: list[list[str]] = []

    def skip(names: Sequence[str]) -> frozenset[str]:
        seen.append(list(names))
        return frozenset({"글", "not there"})

    table = read_table(written(name, tmp_path / "data"), input_format=name, skip=skip)
    assert seen == [list(CELLS)]
    assert table.skipped == ("글",)
    assert table.columns.to_pydict() == {column: CELLS[column] for column in ("id", "prob_a")}


@every_reader
def test_every_column_is_a_column_of_texts_without_nulls(tmp_path: Path, name: str) -> None:
    """What comes after reading looks for "" and never for null."""
    table = read_table(written(name, tmp_path / "data"), input_format=name)
    assert {column.type for column in table.columns.columns} == {pa.string()}
    assert sum(column.null_count for column in table.columns.columns) == 0


@every_reader
def test_a_file_is_read_twice_alike_and_left_as_it_is(tmp_path: Path, name: str) -> None:
    """The same dataset, the same fingerprint, the same bytes on disk."""
    path = written(name, tmp_path / f"data{READERS[name].suffixes[0]}", {**CELLS, "label": list("abab")})
    before = path.read_bytes()
    first, second = (read_inputs(path).dataset for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert path.read_bytes() == before


@every_reader
@pytest.mark.parametrize("content", JUNK)
def test_bytes_that_are_no_table_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """A coded error or, of a text format, no crash: single-column text can be almost anything."""
    path = tmp_path / "data"
    path.write_bytes(content)
    try:
        read_table(path, input_format=name)
    except InputError as error:
        assert all(problem.slug and problem.what.to("ko") for problem in error.problems)
    else:
        assert name in {"csv", "tsv"}


@every_reader
def test_no_rows_are_refused(tmp_path: Path, name: str) -> None:
    """A header alone, or what comes nearest to it in the format."""
    path = written(name, tmp_path / "data", {"id": [], "text": []})
    assert slugs(refusal(InputError, read_table, path, input_format=name)) == ["no-rows"]


@every_reader
def test_a_reader_says_what_it_reads(name: str) -> None:
    """A docstring of its own, and endings with a dot in small letters."""
    reader = READERS[name]
    assert (inspect.getdoc(reader.read) or "").endswith(".")
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in reader.suffixes)


def test_a_name_or_an_ending_can_be_taken_once() -> None:
    """Two readers of one format would depend on the order of imports."""
    for name, suffix in (("csv", ".new"), ("new", ".csv")):
        with pytest.raises(ValueError, match="registered already"):
            table_reader(name, "a title", (suffix,))(READERS["csv"].read)
    assert "new" not in READERS
