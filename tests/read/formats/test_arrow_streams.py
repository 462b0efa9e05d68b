"""Arrow IPC streams: plain `.arrow` files that Hugging Face and others write."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from audit_inputs import refusal, slugs
from examples_folders import stream

from auditor.errors import InputError
from auditor.read import unpacked
from auditor.read.tables import read_table

TABLE = pa.table({"text": [f"text number {row:03d}" for row in range(200)], "label": ["007", "NA"] * 100})
COMPRESSIONS = [None, "lz4", "zstd"]


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("rows", [None, 7])
def test_a_stream_is_read_and_says_what_it_unpacks_to(
    tmp_path: Path, compression: str | None, rows: int | None
) -> None:
    """The sizes of the batches, also where a dictionary goes before them."""
    table = TABLE.append_column("coded", TABLE["label"].dictionary_encode())
    options = pa.ipc.IpcWriteOptions(compression=compression)
    path = stream(tmp_path / "a.arrow", table, rows=rows, options=options)
    assert read_table(path).columns.to_pydict() == {**TABLE.to_pydict(), "coded": ["007", "NA"] * 100}
    assert table.nbytes * 0.9 <= unpacked.stream_size(path) <= table.nbytes * 3


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_a_small_stream_that_fills_memory_is_refused(tmp_path: Path, compression: str) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    path = stream(tmp_path / "a.arrow", pa.table({"text": ["x" * 70_000] * 3_000}), options=options)
    assert path.stat().st_size < 2_000_000
    assert slugs(refusal(InputError, read_table, path)) == ["archive-refused"]


def test_a_dictionary_that_fills_memory_is_refused(tmp_path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 5_000, pa.int32()), ["x" * 70_000])
    path = stream(tmp_path / "a.arrow", pa.table({"text": texts}))
    assert slugs(refusal(InputError, read_table, path)) == ["archive-refused"]


def test_rows_of_nothing_are_refused(tmp_path: Path) -> None:
    """A column of nulls has no bytes, and a text for each row."""
    path = stream(
        tmp_path / "a.arrow", pa.table({"text": pa.Array.from_buffers(pa.null(), 2**31 - 1, [None])})
    )
    assert slugs(refusal(InputError, read_table, path)) == ["archive-refused"]


@pytest.mark.parametrize("rows", [None, 7])
def test_a_stream_cut_anywhere_is_refused(tmp_path: Path, rows: int | None) -> None:
    """Between two batches too, where pyarrow reads on as if nothing were missing."""
    path = stream(tmp_path / "a.arrow", TABLE, rows=rows)
    content = path.read_bytes()
    for length in range(8, len(content) - 8, 8 if rows is None else 56):
        path.write_bytes(content[:length])
        assert slugs(refusal(InputError, read_table, path)) == ["file-unreadable"]
