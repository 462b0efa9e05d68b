"""For each row the most similar other row: of all, of another label, of an earlier split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auditor.similar.near import NearCopies

Keys = Callable[[NDArray[np.int64]], NDArray[np.uint64]]
"""Rows -> a key of the item each, which breaks ties without row numbers."""
Wanted = Literal["any", "different", "earlier"]
"""Which other rows count: all, those of another code, those of a smaller one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Rows, ascending, and of each the most similar row that counts; only direct pairs."""

    rows: NDArray[np.int64]
    others: NDArray[np.int64]
    similarity: NDArray[np.float64]
    """(m,) 0..1"""

    def only(self, kept: NDArray[np.bool_]) -> Hits:
        """The hits for which `kept` is True."""
        return Hits(rows=self.rows[kept], others=self.others[kept], similarity=self.similarity[kept])


def no_hits() -> Hits:
    """No row has any."""
    nothing = np.empty(0, np.int64)
    return Hits(rows=nothing, others=nothing, similarity=np.empty(0, np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """The rows of paired contents by content and code, each cell named by its row of the least key."""

    content: NDArray[np.int64]
    """(cells,) ascending."""
    code: NDArray[np.int64]
    named: NDArray[np.int64]
    """(cells,) the row that stands for the cell."""
    key: NDArray[np.uint64]
    of: NDArray[np.int64]
    """(m,) the cell of each row of `rows`."""
    rows: NDArray[np.int64]


def best_hits(near: NearCopies, codes: NDArray[np.integer], wanted: Wanted, keys: Keys) -> Hits:
    """The most similar row of each row, over the direct pairs.

    Args:
        near: the near copies.
        codes: (n,) a number per row: its label, or its place in the order of splits; rows with a negative
            one are left out.
        wanted: which other rows count.
        keys: row -> key; equal similarities go by it.
    """
    cells = _cells(near, codes, keys)
    mine, theirs, similarity = _met(near, cells, wanted)
    order = np.lexsort((cells.key[theirs], -similarity, mine))
    first = order[np.diff(mine[order], prepend=-1) != 0]
    place = np.full(len(cells.content), -1)
    place[mine[first]] = first
    at = place[cells.of]
    rows, at = cells.rows[at >= 0], at[at >= 0]
    return Hits(rows=rows, others=cells.named[theirs[at]], similarity=similarity[at])


def _cells(near: NearCopies, codes: NDArray[np.integer], keys: Keys) -> _Cells:
    rows = np.flatnonzero((near.groups.of_row >= 0) & (codes >= 0))
    key = keys(rows)
    content, code = near.content_of[rows], codes[rows].astype(np.int64)
    order = np.lexsort((key, code, content))
    starts = np.diff(content[order], prepend=-1) != 0
    starts |= np.diff(code[order], prepend=-1) != 0
    of = np.empty(len(rows), np.int64)
    of[order] = np.cumsum(starts) - 1
    first = order[starts]
    return _Cells(
        content=content[first], code=code[first], named=rows[first], key=key[first], of=of, rows=rows
    )


def _met(
    near: NearCopies, cells: _Cells, wanted: Wanted
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """(cell, other cell, similarity) over both sides of every pair, where the other counts.

    A content has a cell per code, the least first; the first two are enough to find one of another code.
    """
    pairs = near.search.pairs
    one = np.concatenate([pairs.first, pairs.second])
    other = np.concatenate([pairs.second, pairs.first])
    cells_in = np.bincount(cells.content, minlength=len(near.first_rows))
    start = np.cumsum(cells_in) - cells_in
    edge, mine = _each(start[one], cells_in[one])
    looked_at = np.minimum(cells_in[other[edge]], 2 if wanted == "different" else 1)
    side, theirs = _each(start[other[edge]], looked_at)
    mine, edge = mine[side], edge[side]
    counts = {
        "any": np.ones(len(mine), bool),
        "different": cells.code[theirs] != cells.code[mine],
        "earlier": cells.code[theirs] < cells.code[mine],
    }[wanted]
    return mine[counts], theirs[counts], np.tile(pairs.similarity, 2)[edge[counts]]


def _each(start: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every number of every span [start, start + count), and which span it is of: (span, number)."""
    span = np.repeat(np.arange(len(start)), count)
    within = np.arange(len(span)) - np.repeat(np.cumsum(count) - count, count)
    return span, start[span] + within
