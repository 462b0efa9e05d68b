"""Rows in blocks: every source gives the numbers that numpy gives, whatever the block size."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, Averaged, BlockSource, Mapped, ParquetBlocks, Reordered, blocks_of

VALUES = st.floats(-1e6, 1e6, allow_subnormal=False)


@st.composite
def matrices(draw: st.DrawFn) -> NDArray[Any]:
    shape = (draw(st.integers(1, 12)), draw(st.integers(1, 5)))
    return draw(hnp.arrays(np.float64, shape, elements=VALUES))


def whole(source: BlockSource, size: int) -> NDArray[Any]:
    return np.concatenate([source.read(start, stop) for start, stop in blocks_of(source, size)])


@settings(max_examples=60)
@given(matrices(), st.integers(1, 13))
def test_blocks_of_any_size_cover_the_rows_once_and_in_order(matrix: NDArray[Any], size: int) -> None:
    source = ArrayBlocks(matrix)
    spans = list(blocks_of(source, size))
    assert [row for start, stop in spans for row in range(start, stop)] == list(range(len(matrix)))
    assert all(stop - start <= size for start, stop in spans)
    assert (whole(source, size) == matrix).all()


def test_blocks_hold_about_a_million_cells() -> None:
    wide = ArrayBlocks(np.broadcast_to(np.float32(0), (10, 3_000_000)))
    assert list(blocks_of(wide)) == [(row, row + 1) for row in range(10)]
    assert list(blocks_of(ArrayBlocks(np.empty((0, 3))))) == []
    narrow = ArrayBlocks(np.broadcast_to(np.float32(0), (3_000_000, 2)))
    assert [stop - start for start, stop in blocks_of(narrow)][:2] == [524_288, 524_288]


@settings(max_examples=60)
@given(matrices(), st.data())
def test_reordered_is_numpy_indexing(matrix: NDArray[Any], data: st.DataObject) -> None:
    """Rows -1 are rows of zeros."""
    n, k = matrix.shape
    rows = np.array(data.draw(st.lists(st.integers(-1, n - 1), min_size=1, max_size=15)), np.int64)
    columns = np.array(data.draw(st.permutations(range(k))), np.int64)
    expected = np.where((rows < 0)[:, None], 0, matrix[rows][:, columns])
    source = Reordered(ArrayBlocks(matrix), rows, columns)
    assert source.shape == expected.shape
    assert (whole(source, data.draw(st.integers(1, 4))) == expected).all()
    some = np.array(data.draw(st.lists(st.integers(0, len(rows) - 1))), np.int64)
    assert (source.rows(some) == expected[some]).all()


def test_an_order_of_the_columns_alone_leaves_the_rows() -> None:
    matrix = np.arange(6.0).reshape(3, 2)
    source = Reordered(ArrayBlocks(matrix), None, np.array([1, 0]))
    assert source.shape == (3, 2)
    assert source.read(1, 3).tolist() == [[3, 2], [5, 4]]
    assert source.rows(np.array([2, 0])).tolist() == [[5, 4], [1, 0]]


@settings(max_examples=60)
@given(matrices(), st.integers(1, 4), st.integers(1, 4))
def test_the_average_is_the_mean_in_float64(matrix: NDArray[Any], how_many: int, size: int) -> None:
    """float32 parts are summed as float64; the parts are not written into."""
    parts = [(matrix * factor).astype(np.float32) for factor in range(1, how_many + 1)]
    before = [part.copy() for part in parts]
    source = Averaged(tuple(ArrayBlocks(part) for part in parts))
    expected = np.mean([part.astype(np.float64) for part in parts], axis=0)
    assert whole(source, size) == pytest.approx(expected, rel=1e-12)
    assert source.read(0, 1).dtype == np.float64
    assert source.rows(np.array([0])) == pytest.approx(expected[[0]], rel=1e-12)
    assert all((a == b).all() for a, b in zip(parts, before, strict=True))


@settings(max_examples=60)
@given(matrices(), st.integers(1, 4))
def test_mapped_applies_its_function_to_every_row_once(matrix: NDArray[Any], size: int) -> None:
    source = Mapped(ArrayBlocks(matrix), lambda block: block * 2 - 1)
    assert source.shape == matrix.shape
    assert (whole(source, size) == matrix * 2 - 1).all()
    assert (source.rows(np.array([0])) == matrix[[0]] * 2 - 1).all()


@pytest.mark.parametrize(
    ("dtype", "read"),
    [
        ("float16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
        (">f8", "float64"),
        ("int32", "float64"),
        ("bool", "float64"),
    ],
)
def test_numbers_of_any_type_are_read_as_floats(dtype: str, read: str) -> None:
    block = ArrayBlocks(np.array([[0, 1], [1, 0]], dtype)).read(0, 2)
    assert (block.dtype, block.tolist()) == (np.dtype(read), [[0, 1], [1, 0]])


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NDArray[Any]]:
    """Three numeric columns in row groups of 7 rows, behind an empty row group."""
    path = tmp_path_factory.mktemp("parquet") / "p.parquet"
    matrix = np.random.default_rng(0).random((50, 3))
    matrix[4, 1] = np.nan
    table = pa.table({"text": ["x"] * 50, **{f"c{at}": matrix[:, at] for at in range(3)}})
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table.slice(0, 0))
        for start in range(0, 50, 7):
            writer.write_table(table.slice(start, 7))
    return path, matrix


@settings(max_examples=60)
@given(start=st.integers(0, 50), length=st.integers(0, 50), index=st.lists(st.integers(0, 49)))
def test_parquet_is_its_numbers_across_row_groups(
    parquet: tuple[Path, NDArray[Any]], start: int, length: int, index: list[int]
) -> None:
    path, matrix = parquet
    source = ParquetBlocks(path, ["c2", "c0", "c1"])
    expected = matrix[:, [2, 0, 1]]
    stop = min(start + length, 50)
    assert source.shape == (50, 3)
    if start < stop:
        np.testing.assert_array_equal(source.read(start, stop), expected[start:stop])
    np.testing.assert_array_equal(source.rows(np.array(index, np.int64)), expected[index])


def test_parquet_may_be_read_from_several_threads_at_once(parquet: tuple[Path, NDArray[Any]]) -> None:
    path, matrix = parquet
    source = ParquetBlocks(path, ["c0", "c1", "c2"])
    spans = [(row % 45, row % 45 + 5) for row in range(0, 400, 3)]
    with ThreadPoolExecutor(8) as pool:
        blocks = list(pool.map(lambda span: source.read(*span), spans))
    for (start, stop), block in zip(spans, blocks, strict=True):
        np.testing.assert_array_equal(block, matrix[start:stop])


def test_sources_stand_on_each_other() -> None:
    """A mean of two reordered, mapped sources is numpy's expression of the same."""
    rng = np.random.default_rng(0)
    a, b = rng.random((6, 3)), rng.random((6, 3))
    order, columns = rng.permutation(6), rng.permutation(3)
    source = Averaged(
        (
            Reordered(Mapped(ArrayBlocks(a), np.sqrt), order, columns),
            Reordered(ArrayBlocks(b), None, columns[::-1].copy()),
        )
    )
    expected = (np.sqrt(a)[order][:, columns] + b[:, columns[::-1]]) / 2
    assert whole(source, 4) == pytest.approx(expected)
