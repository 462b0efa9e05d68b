"""Folders of tables that are one: Parquet shards, `train.csv` and `test.csv`."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from examples_folders import news, put, stream
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.read.formats.folder_kinds import split_of
from auditor.read.tables import read_table


def parquet(folder: Path, tables: dict[str, pa.Table]) -> Path:
    """Parquet files by their paths within a folder."""
    for place, table in tables.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / place)
    return folder


def the(notes: tuple[Problem, ...], slug: str) -> Problem:
    """The only note of a code."""
    (note,) = [note for note in notes if note.slug == slug]
    return note


@pytest.mark.parametrize(
    ("place", "split"),
    [
        # a series of shards names its split, whatever it is called
        ("data/train-00000-of-00002.parquet", "train"),
        ("data/unsupervised-00000-of-00001.parquet", "unsupervised"),
        ("plain_text/train_extra-00000-of-00001-abc123.parquet", "train_extra"),
        # else the folders, then the file: the words of `datasets` between - . _ blanks and digits
        ("train/a.csv", "train"),
        ("my train data/a.csv", "train"),
        ("valid/test.csv", "validation"),
        ("train.csv", "train"),
        ("training.csv", "train"),
        ("ratings_train.txt", "train"),
        ("dev.tsv", "validation"),
        ("val2017.csv", "validation"),
        ("x-VALIDATION-y.csv", "validation"),
        ("evaluation.jsonl", "test"),
        ("testing-1.csv", "test"),
        ("학습.csv", "train"),
        # a word inside a word is none
        ("trains.csv", None),
        ("contest.csv", None),
        ("devices.csv", None),
        ("data.csv", None),
        # two words say nothing
        ("train-test.csv", ""),
        ("train/val/a.csv", ""),
    ],
)
def test_the_split_is_read_from_names_as_datasets_does(place: str, split: str | None) -> None:
    assert split_of(place) == split


def test_train_and_test_in_a_folder_are_one_table_with_splits(tmp_path: Path) -> None:
    put(tmp_path, {"train.csv": "text,label\n007,a\n", "test.csv": "label,text\nb,NA\n", "README.md": "x"})
    table = read_table(tmp_path)
    assert table.columns.to_pydict() == {
        "label": ["b", "a"],
        "text": ["NA", "007"],
        "split": ["test", "train"],
    }
    assert "README.md" in str(the(table.notes, "files-left-out").what)
    splits = read_inputs(tmp_path).dataset.splits
    assert splits is not None
    assert splits.names == ("train", "test")


def test_ids_that_start_again_in_each_file_are_told_by_the_files(tmp_path: Path) -> None:
    """The first fix names a column, the second a file: that reads."""
    rows = "id,text,label\n0,a,x\n1,b,y\n"
    put(tmp_path, {"train.csv": rows + "2,c,x\n", "test.csv": rows, "val.csv": "id,text,label\n9,d,x\n"})
    (problem,) = refusal(InputError, read_inputs, tmp_path)
    assert problem.slug == "ids-repeat"
    assert str(problem.what) == f"{tmp_path.name}: 2 ids stand in more than one row"
    assert list(map(str, problem.details)) == ["e.g. 0, 1", "2 ids stand in both test.csv and train.csv"]
    assert list(map(str, problem.fixes)) == [
        "--id COLUMN with a column that names each row once",
        f"name one file or folder: {tmp_path}/train.csv",
        "or write ids that no other file has, e.g. test-0",
    ]
    assert len(read_inputs(tmp_path / "train.csv").dataset) == 3


def test_ids_that_repeat_within_one_file_are_not_those_of_several(tmp_path: Path) -> None:
    put(tmp_path, {"train.csv": "id,text,label\n0,a,x\n0,b,y\n", "test.csv": "id,text,label\n1,c,x\n"})
    (problem,) = refusal(InputError, read_inputs, tmp_path)
    assert list(map(str, problem.details)) == ["e.g. 0"]
    assert len(problem.fixes) == 1


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_columns_that_differ_are_named(tmp_path: Path, suffix: str) -> None:
    """A test set without labels is another table."""
    files = {
        "csv": ("text,label\na,b\n", "text\nc\n"),
        "tsv": ("text\tlabel\na\tb\n", "text\nc\n"),
        "jsonl": ('{"text": "a", "label": "b"}\n', '{"text": "c"}\n'),
    }[suffix]
    put(tmp_path, {f"train.{suffix}": files[0], f"test.{suffix}": files[1]})
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug == "parts-differ"
    assert f"train.{suffix}" in str(problem.what)
    assert "label" in str(problem.details[0])


def test_types_that_differ_are_named(tmp_path: Path) -> None:
    one, two = news(["a"], [0]), pa.table({"text": ["b"], "label": ["sports"]})
    parquet(tmp_path, {"a.parquet": one, "b.parquet": two})
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug == "parts-differ"
    assert str(problem.details[0]) == "column label: number; there: text"


def test_types_that_are_written_alike_are_one(tmp_path: Path) -> None:
    """pandas writes integers with a gap as floats, and a column without a value as nulls."""
    tables = {
        "a.parquet": pa.table({"text": ["a"], "label": [7]}),
        "b.parquet": pa.table({"text": pa.nulls(1), "label": [8.0]}),
        "c.parquet": pa.table(
            {"text": pa.array(["c"], pa.large_string()), "label": pa.array([None], pa.int8())}
        ),
    }
    table = read_table(parquet(tmp_path, tables))
    assert table.columns.to_pydict() == {"text": ["a", "", "c"], "label": ["7", "8", ""]}


def test_class_names_that_differ_are_refused(tmp_path: Path) -> None:
    """Else 0 would be one class in one file and another in the next."""

    def with_names(*names: str) -> pa.Table:
        features: Any = {"label": {"names": names, "_type": "ClassLabel"}}
        said = {"huggingface": json.dumps({"info": {"features": features}})}
        return news(["a"], [0]).replace_schema_metadata(said)

    parquet(tmp_path, {"a.parquet": with_names("x", "y"), "b.parquet": with_names("y", "x")})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["parts-differ"]
    parquet(tmp_path, {"b.parquet": with_names("x", "y")})
    assert read_table(tmp_path).class_names == {"label": ("x", "y")}


def test_a_gap_in_a_series_is_refused(tmp_path: Path) -> None:
    parquet(tmp_path, {f"data/train-0000{n}-of-00004.parquet": news(["a"], [0]) for n in (0, 2)})
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug == "shards-missing"
    assert "data/train-00001-of-00004, data/train-00003-of-00004" in str(problem.what)


@pytest.mark.parametrize("other", ["train-00000-of-00001-ffff.parquet", "train-00000-of-00002.parquet"])
def test_a_shard_that_is_there_in_two_versions_is_refused(tmp_path: Path, other: str) -> None:
    tables = {"train-00000-of-00001-abcd.parquet": news(["a"], [0]), other: news(["a"], [0])}
    assert slugs(refusal(InputError, read_table, parquet(tmp_path, tables))) == ["shards-repeat"]


def test_a_split_column_goes_before_the_names(tmp_path: Path) -> None:
    put(tmp_path, {"train.csv": "text,label,Split\na,b,x\n", "test.csv": "text,label,Split\nc,d,y\n"})
    table = read_table(tmp_path)
    assert table.columns.column_names == ["text", "label", "Split"]
    assert "Split" in str(the(table.notes, "split-source").what)


def test_names_that_say_no_split_beside_some_that_do_are_warned_of(tmp_path: Path) -> None:
    put(tmp_path, {"train.csv": "text,label\na,b\n", "more.csv": "text,label\nc,d\n"})
    table = read_table(tmp_path)
    assert table.columns["split"].to_pylist() == ["", "train"]
    note = the(table.notes, "split-source")
    assert (note.level, str(note.details[0])) == ("warning", "names that say no split, or several: more.csv")


def test_tables_of_several_formats_are_refused(tmp_path: Path) -> None:
    put(tmp_path, {"a.csv": "text,label\na,b\n", "a.jsonl": '{"text": "a", "label": "b"}\n'})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["several-tables"]


def test_tables_beside_images_are_of_two_kinds(tmp_path: Path) -> None:
    """The user says which, where the table does not name the images."""
    put(tmp_path, {"train.csv": "picture,label\na,x\n", "images/a.jpg": b""})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["format-ambiguous"]
    assert read_table(tmp_path, input_format="shards").columns["label"].to_pylist() == ["x"]


def test_tables_of_tabs_may_be_called_txt(tmp_path: Path) -> None:
    """NSMC; a README alone is no table."""
    put(tmp_path / "nsmc", {f"ratings_{s}.txt": "id\tdocument\tlabel\n1\t아\t0\n" for s in ("train", "test")})
    assert read_table(tmp_path / "nsmc").columns["document"].to_pylist() == ["아", "아"]
    put(tmp_path / "text", {"README.txt": "hello\n"})
    assert slugs(refusal(InputError, read_table, tmp_path / "text")) == ["format-unknown"]


def test_compressed_parts_and_arrow_files_are_read(tmp_path: Path) -> None:
    """The cache of `datasets` holds streams beside a `dataset_info.json`."""
    put(tmp_path / "a", {"train.csv.gz": gzip.compress(b"text,label\na,b\n")})
    assert read_table(tmp_path / "a").columns.to_pydict() == {
        "text": ["a"],
        "label": ["b"],
        "split": ["train"],
    }
    stream(put(tmp_path / "b", {"dataset_info.json": "{}"}) / "news-train.arrow", news(["x"], [0]))
    assert read_table(tmp_path / "b").columns["split"].to_pylist() == ["train"]


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing", b"\x80\x04."])
def test_a_part_that_is_none_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    parquet(tmp_path, {"a.parquet": news(["a"], [0])})
    put(tmp_path, {"b.parquet": content})
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug in {"file-empty", "file-unreadable", "pickle-refused"}
    assert "b.parquet" in str(problem.what)


WIDE = "text;label;prob_a;prob_b\nx;a;0.75;0.25\ny;b;0.5;0.5\n"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_probabilities_inside_the_parts_are_found(tmp_path: Path, form: str) -> None:
    """They are read as numbers, and the separator that was named is kept."""
    if form == "csv":
        put(tmp_path, {"train.csv": WIDE, "test.csv": WIDE})
    else:
        table = pa.table(
            {"text": ["x", "y"], "label": ["a", "b"], "prob_a": [0.75, 0.5], "prob_b": [0.25, 0.5]}
        )
        parquet(tmp_path, {"train.parquet": table, "test.parquet": table})
    given_ = read_inputs(tmp_path, (), InputChoice(sep=";" if form == "csv" else None))
    assert given_.probabilities is not None
    assert given_.probabilities.blocks.read(0, 4).tolist() == [[0.75, 0.25], [0.5, 0.5]] * 2
    assert given_.dataset.content.columns.column_names == ["text"]


def test_images_in_parquet_are_shown_by_their_paths(tmp_path: Path) -> None:
    """As the Hub converts an image dataset; the bytes are not even read."""
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    image = pa.array([{"bytes": b"SECRET", "path": "a.jpg"}, {"bytes": b"SECRET", "path": None}], kind)
    table = pa.table({"image": image, "label": [0, 1]})
    read = read_table(parquet(tmp_path, {"train.parquet": table}))
    assert read.columns["image"].to_pylist() == ["a.jpg", ""]
    assert "content-not-compared" in slugs(read.notes)


def test_images_in_lists_are_told_apart_without_their_bytes(tmp_path: Path) -> None:
    """Several images a row: equal ones stay equal, others do not become so."""
    kind = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    cells = [[{"bytes": content, "path": None}] for content in (b"SECRET1", b"SECRET2", b"SECRET1")]
    table = pa.table({"pages": pa.array(cells, kind), "label": [0, 1, 0]})
    read = read_table(parquet(tmp_path, {"train.parquet": table})).columns["pages"].to_pylist()
    assert read[0] == read[2] != read[1]
    assert "SECRET" not in "".join(read)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('"\n,가나\t'), max_size=6)
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12)


@given(rows=ROWS, cuts=st.sets(st.integers(1, 11)), form=st.sampled_from(["csv", "jsonl", "parquet"]))
@settings(max_examples=60)
def test_a_table_cut_anywhere_gives_the_rows_of_one_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], cuts: set[int], form: str
) -> None:
    """The same cells and the same fingerprint as the whole."""
    folder = tmp_path_factory.mktemp("any")
    at = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    for number, (a, b) in enumerate(itertools.pairwise(at)):
        _write(folder / "parts" / f"part-{number:02d}.{form}", rows[a:b], form)
    _write(folder / f"whole.{form}", rows, form)
    parts, whole = read_table(folder / "parts"), read_table(folder / f"whole.{form}")
    assert parts.columns.to_pydict() == whole.columns.to_pydict()
    assert [cells[0] for cells in rows] == whole.columns["text"].to_pylist()


def _write(path: Path, rows: list[tuple[str, str]], form: str) -> None:
    import csv

    path.parent.mkdir(exist_ok=True)
    if form == "parquet":
        pq.write_table(pa.table({"text": [r[0] for r in rows], "label": [r[1] for r in rows]}), path)
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        if form == "csv":
            csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
        else:
            out.writelines(json.dumps({"text": a, "label": b}) + "\n" for a, b in rows)
