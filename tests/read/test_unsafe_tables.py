"""Parquet and Feather that are damaged, or made to fill memory: refused before they are touched."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read import unpacked
from auditor.read.dataset import read_inputs
from auditor.read.memory import table_from_object
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.tables import read_table

N = 40
TEXTS = pa.table({"text": [f"text number {row:02d} abc" for row in range(N)], "label": ["cat", "dog"] * 20})


@pytest.mark.parametrize(("cell", "offset"), [(5, -100_000_000), (20, 5000), (0, -300), (N, 2_000_000_000)])
def test_offsets_that_point_outside_the_file_are_refused(tmp_path: Path, cell: int, offset: int) -> None:
    """Read as they stand they would end the process, or show memory of the program as text."""
    path = tmp_path / "a.feather"
    feather.write_feather(TEXTS, path, compression="uncompressed")
    data = bytearray(path.read_bytes())
    at = data.find(struct.pack(f"<{N + 1}i", *range(0, 18 * N + 1, 18))) + 4 * cell
    data[at : at + 4] = struct.pack("<i", offset)
    path.write_bytes(data)
    assert slugs(refusal(InputError, read_table, path)) == ["file-unreadable"]


def test_codes_outside_the_dictionary_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    table = TEXTS.set_column(1, "label", TEXTS["label"].dictionary_encode())
    feather.write_feather(table, path, compression="uncompressed")
    data = bytearray(path.read_bytes())
    at = data.find(struct.pack("<40i", *[0, 1] * 20))
    data[at : at + 4] = struct.pack("<i", 50_000_000)
    path.write_bytes(data)
    assert slugs(refusal(InputError, read_table, path)) == ["file-unreadable"]


def no_unicode() -> pa.Array:
    offsets = np.array([0, 2, 4], np.int32)
    return pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"\xff\xfeab")]
    )


@pytest.mark.parametrize("form", ["feather", "parquet", "arrow"])
def test_text_that_is_no_unicode_is_refused(tmp_path: Path, form: str) -> None:
    table = pa.table({"text": no_unicode(), "label": ["a", "b"]})
    if form == "arrow":
        problems = refusal(InputError, table_from_object, table, "dataframe")
    else:
        path = tmp_path / f"a.{form}"
        pq.write_table(table, path) if form == "parquet" else feather.write_feather(table, path)
        problems = refusal(InputError, read_table, path)
    assert slugs(problems) == ["file-unreadable"]


def test_ids_of_predictions_that_are_no_unicode_are_refused(tmp_path: Path) -> None:
    table = pa.table({"id": no_unicode(), "prob_a": [0.1, 0.2], "prob_b": [0.9, 0.8]})
    pq.write_table(table, tmp_path / "p.parquet")
    problems = refusal(InputError, read_predictions, tmp_path / "p.parquet", Known())
    assert slugs(problems) == ["file-unreadable"]


# bombs


def bomb(form: str, path: Path) -> None:
    """A few kB that unpack to more than 200 MB."""
    n = 3_000
    same = "x" * 70_000
    if form.startswith("a value that repeats in Parquet"):
        texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), [same])
        kind = pa.large_string() if "large" in form else pa.string()
        pq.write_table(pa.table({"text": texts.cast(kind), "label": ["a", "b"] * (n // 2)}), path)
    elif form == "a value that repeats in Feather":
        texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), [same])
        feather.write_feather(pa.table({"text": texts, "label": ["a", "b"] * (n // 2)}), path)
    elif form == "compressed Parquet":
        pq.write_table(pa.table({"text": [same] * n}), path, use_dictionary=False, compression="zstd")
    elif form == "compressed dictionary":
        codes = pa.array(np.arange(n, dtype=np.int32) % n)
        texts = pa.DictionaryArray.from_arrays(codes, pa.array([same + str(row) for row in range(n)]))
        feather.write_feather(pa.table({"text": texts}), path, compression="zstd")
    else:
        feather.write_feather(pa.table({"text": [same] * n}), path, compression="zstd")


@pytest.mark.parametrize(
    ("form", "suffix"),
    [
        ("a value that repeats in Parquet", "parquet"),
        ("a value that repeats in Parquet, of a large type", "parquet"),
        ("a value that repeats in Feather", "feather"),
        ("compressed Parquet", "parquet"),
        ("compressed Feather", "feather"),
        ("compressed dictionary", "feather"),
    ],
)
def test_a_small_file_that_fills_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, suffix: str
) -> None:
    monkeypatch.setattr(unpacked, "MAX_BYTES", 1 << 30)
    bomb(form, tmp_path / f"a.{suffix}")
    assert (tmp_path / f"a.{suffix}").stat().st_size < 500_000
    assert slugs(refusal(InputError, read_table, tmp_path / f"a.{suffix}")) == ["archive-refused"]


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
@pytest.mark.parametrize("chunk", [None, 7])
def test_a_feather_file_says_what_it_unpacks_to(tmp_path: Path, compression: str, chunk: int | None) -> None:
    path = tmp_path / "a.feather"
    coded = TEXTS.append_column("coded", TEXTS["label"].dictionary_encode())
    feather.write_feather(coded, path, compression=compression, chunksize=chunk)
    assert feather_size_is_near(path, coded.nbytes)


def feather_size_is_near(path: Path, size: int) -> bool:
    return size * 0.9 <= unpacked.feather_size(path) <= size * 3


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_text_that_repeats_in_an_honest_file_is_read_as_it_is(tmp_path: Path, kind: pa.DataType) -> None:
    n = 30_000
    table = pa.table(
        {"text": [f"text {row % 7} " + "y" * 10 for row in range(n)], "label": ["a", None, "b"] * 10_000}
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1_000)
    read = read_table(tmp_path / "a.parquet").columns
    assert read["text"].to_pylist() == table["text"].to_pylist()
    assert read["label"].to_pylist()[:3] == ["a", "", "b"]


# columns nobody needs


def test_a_column_of_a_type_without_text_is_left_out_with_a_note(tmp_path: Path) -> None:
    twice = pa.StructArray.from_arrays([pa.array(["a", "b"]), pa.array([1, 2])], names=["same", "same"])
    table = pa.table({"text": ["x", "y"], "label": ["a", "b"], "extra": twice})
    feather.write_feather(table, tmp_path / "a.feather")
    given = read_inputs(tmp_path / "a.feather")
    assert "columns-not-read" in slugs(given.dataset.notes)
    assert given.dataset.content.columns.column_names == ["text"]


def test_a_block_of_predictions_that_fills_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = 5_000_000
    pq.write_table(
        pa.table({"prob_a": np.ones(n), "prob_b": np.zeros(n)}), tmp_path / "p.parquet", row_group_size=n
    )
    assert read_predictions(tmp_path / "p.parquet", Known()).blocks.shape == (n, 2)
    monkeypatch.setattr(unpacked, "MAX_BYTES", 64 << 20)
    problems = refusal(InputError, read_predictions, tmp_path / "p.parquet", Known())
    assert slugs(problems) == ["archive-refused"]


def test_a_damaged_page_of_numbers_is_an_input_error(tmp_path: Path) -> None:
    """The header of the file is sound, so it shows only once the numbers are read."""
    path = tmp_path / "p.parquet"
    rng = np.random.default_rng(0)
    table = pa.table({"prob_a": rng.random(5_000), "prob_b": rng.random(5_000)})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    at = pq.read_metadata(path).row_group(0).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[at + 40 : at + 4_000] = bytes(3_960)
    path.write_bytes(data)
    blocks = read_predictions(path, Known(labels=frozenset("ab"))).blocks
    assert slugs(refusal(InputError, blocks.read, 0, 10)) == ["file-unreadable"]
    assert slugs(refusal(InputError, blocks.rows, np.array([3]))) == ["file-unreadable"]
