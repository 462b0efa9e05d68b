"""What holds of every rewriter; a new one needs a file here that it writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import examples_folders
import examples_json
import pandas as pd
import pyarrow.feather as feather
import pytest
from examples_of_formats import Example
from rewriting import edited_rows, rows_of

from auditor.errors import InputError
from auditor.read import formats
from auditor.read.sources import located
from auditor.read.tables import READERS, TextTable, read_table
from auditor.review.rewrite import register_all
from auditor.review.rewrite.family import REWRITERS, Edits, rewriter

register_all()
formats.register_all()
FRAME = pd.DataFrame({"id": ["007", "1e5", "NA"], "글": ["a, b", 'say "hi"', "c"], "label": ["x", "y", "x"]})
TABLES: Mapping[str, tuple[str, Callable[[Path], object]]] = {
    "csv": ("data.csv", lambda path: FRAME.to_csv(path, index=False)),
    "tsv": ("data.tsv", lambda path: FRAME.to_csv(path, index=False, sep="\t")),
    "json": ("data.json", lambda path: FRAME.to_json(path, orient="records")),
    "jsonl": ("data.jsonl", lambda path: FRAME.to_json(path, orient="records", lines=True)),
    "parquet": ("data.parquet", lambda path: FRAME.to_parquet(path, index=False)),
    "feather": ("data.feather", lambda path: feather.write_feather(FRAME, path)),
    "xlsx": ("data.xlsx", lambda path: FRAME.to_excel(path, index=False)),
}
"""Format -> the name of a file, and what writes it: none of these functions is ours."""
EXAMPLES: Mapping[str, Example] = {**examples_json.EXAMPLES, **examples_folders.EXAMPLES}
NO_NEW_COLUMN = frozenset({"label-studio", "argilla", "prodigy", "fasttext", "doccano", "conll"})
"""Formats that refuse a new column, doccano in the shape of its example: spans."""
NEW = {"huggingface": "1", "shards": "1"}
"""A label that the example may have, where its labels are numbers."""
every_rewriter = pytest.mark.parametrize("name", sorted(REWRITERS))


def made(name: str, folder: Path) -> Path:
    """A file or folder of the format."""
    if name in TABLES:
        place, write = TABLES[name]
        write(folder / place)
        return folder / place
    return EXAMPLES[name].make(folder)


def label_of(name: str, table: TextTable) -> str:
    return "label" if name in TABLES else table.roles.get("label", ("label",))[0]


def through(path: Path, edits: Edits) -> TextTable:
    """The table after the edits, written and read."""
    source = located(path, folders=True)
    table = read_table(source)
    (path.parent / "new").mkdir()
    target = path.parent / "new" / path.name
    REWRITERS[table.format].rewrite(source, table, edits, target)
    return read_table(target)


def test_every_rewriter_is_tested() -> None:
    """A rewriter without an example here is one without tests; each is of a reader that there is."""
    assert REWRITERS.keys() <= TABLES.keys() | EXAMPLES.keys()
    assert REWRITERS.keys() <= READERS.keys()


@every_rewriter
def test_without_edits_the_table_is_the_same(tmp_path: Path, name: str) -> None:
    """Cells, columns in their order, class names and roles."""
    path = made(name, tmp_path)
    before, after = read_table(path), through(path, Edits())
    assert after.format == name
    assert after.columns.equals(before.columns)
    assert (after.class_names, after.roles) == (before.class_names, before.roles)


@every_rewriter
def test_one_label_changes_and_no_other_cell(tmp_path: Path, name: str) -> None:
    """The first row takes a class that others have, or a new one."""
    path = made(name, tmp_path)
    before = read_table(path)
    column = label_of(name, before)
    edits = Edits(cells={column: {0: NEW.get(name, "새것")}})
    assert rows_of(before)[column][0] != NEW.get(name, "새것")
    after = through(path, edits)
    assert rows_of(after) == edited_rows(rows_of(before), edits)
    assert after.columns.column_names == before.columns.column_names


@every_rewriter
def test_a_row_goes_and_the_others_stay(tmp_path: Path, name: str) -> None:
    """The second one."""
    path = made(name, tmp_path)
    edits = Edits(dropped=frozenset({1}))
    expected = edited_rows(rows_of(read_table(path)), edits)
    assert rows_of(through(path, edits)) == expected


@every_rewriter
def test_a_new_column_is_read_again_or_refused(tmp_path: Path, name: str) -> None:
    """Its order among the others may be another: the reader of a folder puts the split last."""
    path = made(name, tmp_path)
    edits = Edits(added={"excluded": {0: "duplicate"}})
    expected = edited_rows(rows_of(read_table(path)), edits)
    if name in NO_NEW_COLUMN:
        with pytest.raises(InputError, match="format-not-written"):
            through(path, edits)
    else:
        assert rows_of(through(path, edits)) == expected


@every_rewriter
def test_what_is_read_stays_as_it_is(tmp_path: Path, name: str) -> None:
    """No byte of it changes, and no file comes beside it."""

    def content() -> dict[Path, bytes]:
        files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
        return {one: one.read_bytes() for one in files}

    path = made(name, tmp_path)
    before = content()
    column = label_of(name, read_table(path))
    through(path, Edits(cells={column: {0: NEW.get(name, "새것")}}, dropped=frozenset({1})))
    assert content() == before


def test_a_format_can_have_one_rewriter() -> None:
    """Two would depend on the order of imports."""
    with pytest.raises(ValueError, match="has a rewriter already"):
        rewriter("csv")(REWRITERS["csv"].rewrite)
