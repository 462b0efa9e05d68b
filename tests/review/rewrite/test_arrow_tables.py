"""Parquet and Feather rewritten: schema, groups and compression stay, and every value but the named ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from hypothesis import given
from hypothesis import strategies as st
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits

FEATURES = {
    "text": {"dtype": "string", "_type": "Value"},
    "label": {"names": ["world", "sports"], "_type": "ClassLabel"},
}
TEXTS = ["a", "007", "None", "", "안녕", "a"]
LABELS = ["x", "y", "x", "x", "y", "x"]


def put_parquet(table: pa.Table, path: Path) -> Path:
    """Two rows a group."""
    pq.write_table(table, path, row_group_size=2)
    return path


def put_file(table: pa.Table, path: Path) -> Path:
    """Feather of version 2, two rows a batch."""
    feather.write_feather(table, path, chunksize=2)
    return path


def put_stream(table: pa.Table, path: Path) -> Path:
    """As `datasets` writes it, two rows a batch."""
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return path


def load(path: Path) -> pa.Table:
    """The table of a file, by pyarrow alone."""
    if path.suffix == ".parquet":
        return pq.ParquetFile(path).read()
    with path.open("rb") as stream:
        is_file = stream.read(6) == b"ARROW1"
    with pa.OSFile(str(path)) as opened:
        return (pa.ipc.open_file if is_file else pa.ipc.open_stream)(opened).read_all()


Put = Callable[[pa.Table, Path], Path]
WRITERS: dict[str, tuple[Put, str]] = {
    "parquet": (put_parquet, "data.parquet"),
    "file": (put_file, "data.feather"),
    "stream": (put_stream, "data.arrow"),
}
every_writer = pytest.mark.parametrize("kind", WRITERS)


def put(kind: str, table: pa.Table, folder: Path) -> Path:
    write, name = WRITERS[kind]
    return write(table, folder / name)


def of_labels(labels: Any, kind: pa.DataType | None = None) -> pa.Table:
    """Texts with labels, and columns of other types that must stay."""
    n = len(labels)
    return pa.table(
        {
            "text": pa.array(TEXTS[:n], pa.string()),
            "label": pa.array(labels, kind),
            "when": pa.array([datetime(2026, 1, 1, 2, 3, 4, 5)] * n, pa.timestamp("ns", "Asia/Seoul")),
            "tags": pa.array([["p"], [], None, ["q", None], ["r"], []][:n], pa.list_(pa.string())),
            "more": pa.array([{"a": 1, "b": "z"}, None, {"a": None, "b": ""}] * 2)[:n],
            "price": pa.array([Decimal("1.50"), None] * 3, pa.decimal128(9, 2))[:n],
            "raw": pa.array([b"\xff", None, b""] * 2, pa.binary())[:n],
            "small": pa.array([1, None, -3] * 2, pa.int8())[:n],
            "half": pa.array([0.1, None, float("inf")] * 2, pa.float32())[:n],
        }
    )


def with_metadata(table: pa.Table) -> pa.Table:
    """Metadata of pandas and Hugging Face, of a field, and of others."""
    said = {
        "huggingface": json.dumps({"info": {"features": FEATURES}}),
        "pandas": json.dumps({"index_columns": [], "columns": []}),
        "other": "안녕",
    }
    field = table.schema.field("label").with_metadata({"note": "by hand"})
    schema = table.schema.set(table.schema.get_field_index("label"), field)
    return table.cast(schema).replace_schema_metadata(said)


def same(one: pa.Table, other: pa.Table) -> bool:
    """Alike in schema, metadata and values."""
    return bool(one.schema.equals(other.schema, check_metadata=True) and one.equals(other))


@every_writer
def test_without_edits_the_table_is_the_same(tmp_path: Path, kind: str) -> None:
    """Types, nulls, metadata of the schema and of its fields."""
    path = put(kind, with_metadata(of_labels([0, 1, None, 1, 0, 1], pa.int64())), tmp_path)
    assert same(load(rewritten(path, Edits())), load(path))


@every_writer
@pytest.mark.parametrize(
    ("labels", "type_", "text", "value"),
    [
        (LABELS, pa.string(), "새 것", "새 것"),
        (LABELS, pa.large_string(), "z", "z"),
        (LABELS, pa.string_view(), "z", "z"),
        (LABELS, pa.dictionary(pa.int32(), pa.string()), "y", "y"),
        (LABELS, pa.dictionary(pa.int32(), pa.string()), "z", "z"),
        ([0, 1, None, 1, 0, 1], pa.int64(), "7", 7),
        ([0, 1, 0, 1, 0, 1], pa.int8(), "-7", -7),
        ([0, 1, 0, 1, 0, 1], pa.uint64(), str(2**64 - 1), 2**64 - 1),
        ([0.0, 1.0, None, 1.0, 0.0, 1.0], pa.float64(), "2", 2.0),
        ([True, False, None, True, True, True], pa.bool_(), "False", False),
        ([["a"], ["b"], None, ["a", "b"], [], ["a"]], pa.list_(pa.string()), '["b", "a"]', ["b", "a"]),
        ([{"a": 1}] * 6, pa.struct([("a", pa.int64())]), '{"a": 2}', {"a": 2}),
        ([Decimal("1.5")] * 6, pa.decimal128(5, 1), "2.5", Decimal("2.5")),
        ([date(2026, 1, 1)] * 6, pa.date32(), "2026-11-27", date(2026, 11, 27)),
    ],
    ids=str,
)
def test_one_label_changes_and_nothing_else(
    tmp_path: Path, kind: str, labels: Any, type_: pa.DataType, text: str, value: Any
) -> None:
    """Of every type that a label column may have; the type stays."""
    path = put(kind, with_metadata(of_labels(labels, type_)), tmp_path)
    old = load(path)
    new = load(rewritten(path, Edits(cells={"label": {3: text}})))
    assert new.schema.equals(old.schema, check_metadata=True)
    assert new.drop_columns("label").equals(old.drop_columns("label"))
    expected = old["label"].to_pylist()
    expected[3] = value
    assert new["label"].to_pylist() == expected


@every_writer
@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (pa.int64(), "sports"),
        (pa.int64(), "007"),
        (pa.int8(), "300"),
        (pa.float64(), "nan"),
        (pa.bool_(), "yes"),
        (pa.list_(pa.string()), "plain"),
        (pa.binary(), "z"),
        (pa.null(), "z"),
        (pa.dictionary(pa.int32(), pa.int64()), "z"),
    ],
    ids=str,
)
def test_a_text_that_the_type_cannot_hold_is_refused(
    tmp_path: Path, kind: str, type_: pa.DataType, text: str
) -> None:
    """It would be read as something else, or change the type of the column."""
    path = put(kind, of_labels([None] * 6, type_), tmp_path)
    edits = Edits(cells={"label": {1: text}})
    assert slugs(refusal(InputError, rewritten, path, edits)) == ["format-not-written"]


@every_writer
def test_a_cell_that_reads_as_its_new_text_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    """A null reads as an empty text and stays a null."""
    path = put(kind, of_labels([None, "x"] * 3, pa.string()), tmp_path)
    assert same(load(rewritten(path, Edits(cells={"label": {0: "", 1: "x"}}))), load(path))


@every_writer
def test_rows_go_and_the_others_stay(tmp_path: Path, kind: str) -> None:
    """Also all rows of a group or batch, and the edits of rows that go."""
    path = put(kind, with_metadata(of_labels(LABELS)), tmp_path)
    edits = Edits(cells={"label": {0: "z", 4: "z"}}, dropped=frozenset({0, 2, 3}))
    old, new = load(path), load(rewritten(path, edits))
    kept = old.take([1, 4, 5])
    assert new.schema.equals(old.schema, check_metadata=True)
    assert new["label"].to_pylist() == ["y", "z", "x"]
    assert new.drop_columns("label").equals(kept.drop_columns("label"))


@every_writer
def test_all_rows_may_go(tmp_path: Path, kind: str) -> None:
    """What is left has the schema that it had."""
    path = put(kind, with_metadata(of_labels(LABELS)), tmp_path)
    new = load(rewritten(path, Edits(dropped=frozenset(range(6)))))
    assert (len(new), new.schema) == (0, load(path).schema)


@every_writer
def test_an_added_column_stands_behind_the_others(tmp_path: Path, kind: str) -> None:
    """Hugging Face learns of it too: otherwise `datasets` takes the features for those of another table."""
    path = put(kind, with_metadata(of_labels(LABELS)), tmp_path)
    old, new = load(path), load(rewritten(path, Edits(added={"excluded": {1: "exclude"}})))
    assert new.column_names == [*old.column_names, "excluded"]
    assert new["excluded"].to_pylist() == ["", "exclude", "", "", "", ""]
    assert new.drop_columns("excluded").equals(old)
    features = json.loads(new.schema.metadata[b"huggingface"])["info"]["features"]
    assert features == {**FEATURES, "excluded": {"dtype": "string", "_type": "Value"}}
    assert new.schema.metadata[b"other"] == old.schema.metadata[b"other"]


@every_writer
@given(data=st.data())
def test_any_edits_of_any_column_give_the_table_that_they_say(kind: str, data: st.DataObject) -> None:
    """The oracle is the list of texts, edited by hand."""
    n = data.draw(st.integers(1, 9))
    kinds = {
        "글": (pa.string(), st.text("ab가 \n\x00", max_size=3)),
        "large": (pa.large_string(), st.text(max_size=3).filter(lambda text: text.isprintable())),
        "words": (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["x", "y", "z"])),
        "int": (pa.int32(), st.integers(-9, 9).map(str)),
        "bool": (pa.bool_(), st.sampled_from(["True", "False"])),
    }
    of_text = {"int": int, "bool": "True".__eq__}
    columns = {
        name: pa.array(
            [of_text.get(name, str)(text) for text in data.draw(st.lists(texts, min_size=n, max_size=n))],
            type_,
        )
        for name, (type_, texts) in kinds.items()
    }
    rows = st.integers(0, n - 1)
    edits = Edits(
        cells={name: data.draw(st.dictionaries(rows, texts)) for name, (_, texts) in kinds.items()},
        dropped=data.draw(st.frozensets(rows, max_size=n - 1)),
        added=data.draw(st.sampled_from([{}, {"new": {0: "a"}}])),
    )
    with TemporaryDirectory() as folder:
        path = put(kind, pa.table(columns), Path(folder))
        expected = edited_rows(rows_of(read_table(path)), edits)
        target = rewritten(path, edits)
        assert rows_of(read_table(target)) == expected
        assert load(target).schema.types[: len(kinds)] == load(path).schema.types


def test_row_groups_keep_their_sizes(tmp_path: Path) -> None:
    """Also an empty one; only a group of which every row goes is gone."""
    path = tmp_path / "data.parquet"
    table = of_labels(LABELS)
    with pq.ParquetWriter(path, table.schema) as writer:
        for first, n in ((0, 3), (3, 0), (3, 1), (4, 2)):
            writer.write_table(table.slice(first, n), max(n, 1))

    def sizes(path: Path) -> list[int]:
        metadata = pq.read_metadata(path)
        return [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)]

    before = sizes(path)
    assert before == [3, 0, 1, 2]
    assert sizes(rewritten(path, Edits(cells={"label": {3: "z"}}))) == before
    assert sizes(rewritten(path, Edits(dropped=frozenset({0, 3})))) == [2, 0, 2]


@pytest.mark.parametrize(
    "compression", ["none", "snappy", "gzip", "zstd", "brotli", {"text": "zstd", "label": "none"}], ids=str
)
def test_parquet_columns_keep_their_compression(tmp_path: Path, compression: Any) -> None:
    """Each its own, nested ones too; pages of dictionaries as they were."""
    path = tmp_path / "data.parquet"
    pq.write_table(of_labels(LABELS), path, compression=compression, use_dictionary=["label"])

    def forms(path: Path) -> dict[str, tuple[str, bool]]:
        group = pq.read_metadata(path).row_group(0)
        chunks = map(group.column, range(group.num_columns))
        return {one.path_in_schema: (one.compression, one.has_dictionary_page) for one in chunks}

    assert forms(rewritten(path, Edits(cells={"label": {0: "z"}}))) == forms(path)


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
@pytest.mark.parametrize("name", ["data.feather", "data.arrow"])
def test_batches_keep_their_compression_and_sizes(tmp_path: Path, name: str, compression: str) -> None:
    """How a file is compressed is seen by its size: long cells of one letter."""
    table = pa.table({"text": ["a" * 100_000] * 6, "label": LABELS})
    path = tmp_path / name
    option = None if compression == "uncompressed" else compression
    options = pa.ipc.IpcWriteOptions(compression=option)
    make = pa.ipc.new_file if name.endswith("feather") else pa.ipc.new_stream
    with pa.OSFile(str(path), "wb") as out, make(out, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=4)
    new = rewritten(path, Edits(cells={"label": {5: "y"}}))
    assert new.stat().st_size == path.stat().st_size
    assert [len(chunk) for chunk in load(new)["text"].chunks] == [4, 2]
    assert load(new)["label"].to_pylist() == [*LABELS[:5], "y"]


def test_what_pandas_wrote_pandas_reads(tmp_path: Path) -> None:
    """Categories, an index with a name, and the range that a default index is kept as."""
    frame = pd.DataFrame({"text": TEXTS, "label": pd.Categorical(LABELS)})
    edits = Edits(cells={"label": {1: "new"}}, dropped=frozenset({0}))
    for name, index in (("a", None), ("b", pd.Index(list("pqrstu"), name="key"))):
        path = tmp_path / f"{name}.parquet"
        (frame if index is None else frame.set_index(index)).to_parquet(path)
        new = pd.read_parquet(rewritten(path, edits))
        assert new["label"].tolist() == ["new", *LABELS[2:]]
        assert isinstance(new["label"].dtype, pd.CategoricalDtype)
        assert new.index.tolist() == (list(range(5)) if index is None else list("qrstu"))


def test_a_dictionary_too_small_for_a_new_word_is_refused(tmp_path: Path) -> None:
    """127 words are all that numbers of eight bits can name."""
    words = pa.array([f"w{at}" for at in range(128)]).dictionary_encode()
    small = pa.DictionaryArray.from_arrays(words.indices.cast(pa.int8()), words.dictionary)
    path = put_file(pa.table({"label": small}), tmp_path / "data.feather")
    found = refusal(InputError, rewritten, path, Edits(cells={"label": {0: "new"}}))
    assert slugs(found) == ["format-not-written"]


def test_batches_of_a_stream_may_have_dictionaries_of_their_own(tmp_path: Path) -> None:
    """A stream may give a new dictionary before any batch."""
    batches = [pa.table({"label": pa.array(words).dictionary_encode()}) for words in (["a", "b"], ["c", "a"])]
    path = tmp_path / "data.arrow"
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_stream(out, batches[0].schema) as writer:
        for batch in batches:
            writer.write_table(batch)
    new = rewritten(path, Edits(cells={"label": {1: "c", 2: "new"}}))
    assert load(new)["label"].to_pylist() == ["a", "c", "new", "a"]


@every_writer
def test_rows_go_from_texts_that_are_views(tmp_path: Path, kind: str) -> None:
    """As Polars writes them; pyarrow cannot take rows from them."""
    path = put(kind, pa.table({"text": pa.array(TEXTS, pa.string_view()), "label": LABELS}), tmp_path)
    new = load(rewritten(path, Edits(cells={"text": {5: "z"}}, dropped=frozenset({0, 3}))))
    assert new["text"].type == load(path)["text"].type
    assert new["text"].to_pylist() == ["007", "None", "안녕", "z"]


def test_images_stay_byte_for_byte(tmp_path: Path) -> None:
    """The reader sees their names alone."""
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    images = pa.array([{"bytes": b"\x89PNG1", "path": "1.png"}, None], kind)
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"image": images, "label": [0, 1]}), path)
    new = load(rewritten(path, Edits(cells={"label": {1: "0"}})))
    assert new.to_pydict() == {"image": images.to_pylist(), "label": [0, 0]}


def test_the_same_edits_give_the_same_bytes(tmp_path: Path) -> None:
    """No clock and no order of a dict is in a file."""
    for kind in WRITERS:
        path = put(kind, with_metadata(of_labels(LABELS)), tmp_path)
        one = rewritten(path, Edits(cells={"label": {1: "x", 3: "y"}})).read_bytes()
        assert rewritten(path, Edits(cells={"label": {3: "y", 1: "x"}})).read_bytes() == one
