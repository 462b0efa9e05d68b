"""Blocks of rows of the size the scan works best with, and batches of the rows that are read again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, blocks_of

CELLS = (1 << 18, 1 << 20)
"""Least and most cells per block: 1 and 4 MB of float32."""
ROWS = 1 << 10
"""Rows per block with many classes: enough to make up for the calls."""
ROWS_AT_ONCE = 1 << 18
"""Rows per step of what is reckoned from O(n) numbers: fixed-point sums of so many are exact in float64."""

Span = tuple[int, int]
"""First row and the row after the last."""


def rows_per_block(k: int) -> int:
    """How many rows of k probabilities make a block.

    >>> [rows_per_block(k) for k in (10, 100, 1_000, 5_000)]
    [26214, 2621, 1024, 209]
    """
    least, most = CELLS
    return max(1, min(max(least, ROWS * k), most) // max(k, 1))


def spans_of(source: BlockSource, block: int | None = None) -> list[Span]:
    """Spans that cover the rows in order, of `block` rows each or of as many as suit the scan.

    >>> from auditor.blocks import ArrayBlocks
    >>> spans_of(ArrayBlocks(np.zeros((5, 2))), 3)
    [(0, 3), (3, 5)]
    """
    return list(blocks_of(source, block or rows_per_block(source.shape[1])))


def batches_of(
    source: BlockSource, at: NDArray[np.int64], block: int | None = None
) -> list[NDArray[np.int64]]:
    """The rows `at`, ascending, in batches of the size of a block, each of fewer than 2^31 cells."""
    k = max(source.shape[1], 1)
    step = max(1, min(block or rows_per_block(k), ((1 << 31) - 1) // k))
    return [at[start : start + step] for start in range(0, len(at), step)]


def steps_of(n: int) -> list[slice]:
    """Slices of `ROWS_AT_ONCE` rows that cover n rows."""
    return [slice(start, start + ROWS_AT_ONCE) for start in range(0, n, ROWS_AT_ONCE)]
