"""Probabilities in blocks of rows: from a memory map, an array, Parquet, or views of those.

A `BlockSource` is an (n, K) matrix that is never held whole. Averages, row orders, column orders
and the conversion of logits are sources too, so a stage never knows where its rows come from.
Every source gives the same values for the same rows whatever the block size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError, Problem
from auditor.wording import N_, say

Matrix = NDArray[np.floating[Any]]

BLOCK_CELLS = 1 << 20
"""Cells per block: 8 MB of float64, enough to amortise the calls and small enough for the cache."""


class BlockSource(Protocol):
    """An (n, K) matrix read by rows."""

    @property
    def shape(self) -> tuple[int, int]:
        """(n, K)."""
        ...

    def read(self, start: int, stop: int) -> Matrix:
        """Rows start..stop-1 as (stop - start, K) float32 or float64; the caller must not write into it."""
        ...

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        """The rows of `index`, in its order, as (len(index), K)."""
        ...


@dataclass(frozen=True, slots=True)
class ArrayBlocks:
    """Blocks of an array in memory or of a memory-mapped `.npy` file."""

    array: NDArray[Any]

    @property
    def shape(self) -> tuple[int, int]:
        return (int(self.array.shape[0]), int(self.array.shape[1]))

    def read(self, start: int, stop: int) -> Matrix:
        return _as_float(self.array[start:stop])

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        return _as_float(self.array[index])


class ParquetBlocks:
    """Blocks of numeric columns of a Parquet file, a row group at a time."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import pyarrow.parquet as pq

        self._name = path.name
        self._file = pq.ParquetFile(path)
        self._columns = list(columns)
        sizes = [self._file.metadata.row_group(g).num_rows for g in range(self._file.num_row_groups)]
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._cached: tuple[int, Matrix] | None = None
        self._lock = Lock()  # pyarrow's reader may not be used from two threads at once

    @property
    def shape(self) -> tuple[int, int]:
        return (int(self._starts[-1]), len(self._columns))

    def read(self, start: int, stop: int) -> Matrix:
        first, last = np.searchsorted(self._starts, [start, max(stop - 1, start)], side="right") - 1
        parts = [
            self._group(g)[max(start - self._starts[g], 0) : stop - self._starts[g]]
            for g in range(int(first), min(int(last), len(self._starts) - 2) + 1)
        ]
        if not parts:  # a file without rows
            return np.empty((0, len(self._columns)))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        out = np.empty((len(index), len(self._columns)))
        group_of = np.searchsorted(self._starts, index, side="right") - 1
        for g in np.unique(group_of):
            here = group_of == g
            out[here] = self._group(int(g))[index[here] - self._starts[g]]
        return out

    def _group(self, g: int) -> Matrix:
        with self._lock:
            if self._cached is not None and self._cached[0] == g:
                return self._cached[1]
            values = self._read_group(g)
            self._cached = (g, values)
            return values

    def _read_group(self, g: int) -> Matrix:
        import pyarrow as pa

        try:
            table = self._file.read_row_group(g, columns=self._columns)
            if len(table) != self._starts[g + 1] - self._starts[g]:
                raise pa.ArrowInvalid("a row group has another number of rows than the file says")
            return np.column_stack([_numbers(table[name]) for name in self._columns])
        except (pa.ArrowException, OSError) as error:  # a page is damaged; the rest of the file may be sound
            what = say(
                N_("{name}: its numbers cannot be read: {error}"), name=self._name, error=str(error)[:300]
            )
            raise InputError(Problem(slug="file-unreadable", what=what)) from error


@dataclass(frozen=True, slots=True)
class Mapped:
    """A source with a function of its own applied to every block of rows (softmax, clip and renormalise)."""

    source: BlockSource
    function: Callable[[Matrix], Matrix]

    @property
    def shape(self) -> tuple[int, int]:
        return self.source.shape

    def read(self, start: int, stop: int) -> Matrix:
        return self.function(self.source.read(start, stop))

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        return self.function(self.source.rows(index))


@dataclass(frozen=True, slots=True)
class Reordered:
    """A source seen through an order of its rows and, if given, of its columns; nothing is copied."""

    source: BlockSource
    row_order: NDArray[np.int64] | None = None
    """(n,) row i of the view is row `row_order[i]` of the source; -1 gives a row of zeros."""
    column_order: NDArray[np.int64] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        n, k = self.source.shape
        return (
            n if self.row_order is None else len(self.row_order),
            k if self.column_order is None else len(self.column_order),
        )

    def read(self, start: int, stop: int) -> Matrix:
        if self.row_order is None:
            return self._columns(self.source.read(start, stop))
        return self._gather(self.row_order[start:stop])

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        if self.row_order is None:
            return self._columns(self.source.rows(index))
        return self._gather(self.row_order[index])

    def _gather(self, index: NDArray[np.int64]) -> Matrix:
        absent = index < 0
        if not absent.any():
            return self._columns(self.source.rows(index))
        values = self._columns(self.source.rows(np.where(absent, 0, index))).copy()
        values[absent] = 0.0
        return values

    def _columns(self, values: Matrix) -> Matrix:
        return values if self.column_order is None else values[:, self.column_order]


@dataclass(frozen=True, slots=True)
class Averaged:
    """The plain mean of several sources of one shape, in float64."""

    sources: tuple[BlockSource, ...]

    @property
    def shape(self) -> tuple[int, int]:
        return self.sources[0].shape

    def read(self, start: int, stop: int) -> Matrix:
        return self._mean([source.read(start, stop) for source in self.sources])

    def rows(self, index: NDArray[np.int64]) -> Matrix:
        return self._mean([source.rows(index) for source in self.sources])

    def _mean(self, parts: list[Matrix]) -> Matrix:
        total = parts[0].astype(np.float64)
        for part in parts[1:]:
            total += part
        return np.divide(total, len(parts))


def blocks_of(source: BlockSource, size: int | None = None) -> Iterator[tuple[int, int]]:
    """(start, stop) of blocks that cover the rows in order; `size` rows each, or about `BLOCK_CELLS` cells.

    >>> import numpy as np
    >>> list(blocks_of(ArrayBlocks(np.zeros((5, 2))), size=2))
    [(0, 2), (2, 4), (4, 5)]
    """
    n, k = source.shape
    step = size or max(1, BLOCK_CELLS // max(k, 1))
    for start in range(0, n, step):
        yield start, min(start + step, n)


def _as_float(values: NDArray[Any]) -> Matrix:
    if values.dtype == np.float64 or values.dtype == np.float32:
        return values
    return values.astype(np.float32 if values.dtype == np.float16 else np.float64)


def _numbers(column: Any) -> NDArray[np.float64]:
    import pyarrow as pa

    values: NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    return values
