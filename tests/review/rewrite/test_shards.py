"""Folders of tables rewritten: each file in its own format, under its own name."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from audit_inputs import refusal, slugs
from examples_folders import put
from rewriting import edited_rows, rows_of

from auditor.errors import InputError
from auditor.read.sources import located
from auditor.read.tables import read_table
from auditor.review.rewrite import register_all
from auditor.review.rewrite.family import REWRITERS, Edits

FILES = {"train.csv": "text,label\r\na,x\r\nb,y\r\n", "test.csv": 'text,label\r\n"c",x\r\n'}
"""In name order test comes first: row 0 is c."""


def rewritten_folder(folder: Path, edits: Edits) -> Path:
    """The folder again beside itself."""
    register_all()
    source = located(folder, folders=True)
    table = read_table(source)
    target = folder.with_name("new")
    REWRITERS[table.format].rewrite(source, table, edits, target)
    return target


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_written_and_only_the_named_cells_change(tmp_path: Path) -> None:
    """Of text formats every byte; rows are numbered through the files."""
    new = rewritten_folder(put(tmp_path / "data", FILES), Edits(cells={"label": {0: "z", 2: "x"}}))
    assert files(new) == {
        "train.csv": b"text,label\r\na,x\r\nb,x\r\n",
        "test.csv": b'text,label\r\n"c",z\r\n',
    }


def test_without_edits_every_file_is_the_same(tmp_path: Path) -> None:
    """In folders within the folder too; a file that is no table is not copied."""
    there = {f"data/{name}": text for name, text in FILES.items()}
    folder = put(tmp_path / "data", {**there, "README.md": "# card\n"})
    assert files(rewritten_folder(folder, Edits())) == {name: text.encode() for name, text in there.items()}


def test_a_folder_of_one_file_is_written(tmp_path: Path) -> None:
    """It has no parts to be told apart."""
    folder = put(tmp_path / "data", {"train.jsonl": '{"text":"a","label":"x"}\n{"text":"b","label":"y"}\n'})
    new = rewritten_folder(folder, Edits(cells={"label": {1: "x"}}, dropped=frozenset({0})))
    assert files(new) == {"train.jsonl": b'{"text":"b","label":"x"}\n'}


def test_compressed_files_are_compressed_again(tmp_path: Path) -> None:
    """And nothing is left beside them."""
    packed = {f"data/{name}.gz": gzip.compress(text.encode()) for name, text in FILES.items()}
    new = rewritten_folder(put(tmp_path / "data", packed), Edits(cells={"label": {1: "y"}}))
    assert sorted(files(new)) == sorted(packed)
    assert gzip.decompress(files(new)["data/train.csv.gz"]) == b"text,label\r\na,y\r\nb,y\r\n"
    assert not list(new.rglob(".plain"))


def test_parquet_shards_keep_their_rows_and_schema(tmp_path: Path) -> None:
    """Also a shard of which every row goes."""
    folder = tmp_path / "data"
    folder.mkdir()
    for at in range(3):
        table = pa.table({"text": [f"{at}a", f"{at}b"], "label": pa.array([0, 1], pa.int8())})
        pq.write_table(table, folder / f"train-{at:05d}-of-00003.parquet")
    edits = Edits(cells={"label": {0: "1", 5: "0"}}, dropped=frozenset({1, 2, 3}))
    expected = edited_rows(rows_of(read_table(folder)), edits)
    new = rewritten_folder(folder, edits)
    assert rows_of(read_table(new)) == expected
    assert [len(pq.read_table(path)) for path in sorted(new.iterdir())] == [1, 0, 2]
    assert {str(pq.read_schema(path).field("label").type) for path in new.iterdir()} == {"int8"}


def test_an_added_column_is_in_every_file(tmp_path: Path) -> None:
    """Empty where no row of the file has it: all parts have the same columns."""
    new = rewritten_folder(put(tmp_path / "data", FILES), Edits(added={"excluded": {0: "exclude"}}))
    assert files(new)["train.csv"] == b"text,label,excluded\r\na,x,\r\nb,y,\r\n"
    assert rows_of(read_table(new))["excluded"] == ["exclude", "", ""]


def test_files_that_are_read_only_with_a_stated_separator_are_refused(tmp_path: Path) -> None:
    """The separator is not known when a file is written."""
    register_all()
    text = "text;a,label\nx;1,2\n"
    folder = put(tmp_path / "data", {"train.csv": text, "test.csv": text})
    source = located(folder, folders=True)
    table = read_table(source, sep=";")
    assert table.columns.column_names == ["text", "a,label", "split"]
    run = REWRITERS["shards"].rewrite
    found = refusal(InputError, run, source, table, Edits(), tmp_path / "new")
    assert slugs(found) == ["format-not-written"]
