"""Of compared pairs, those that are kept: the most similar of each content, the best under the threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.pairs import MOST, How, NearSearch, Pairs, bars_of
from auditor.similar.sketch import BASE, mixed, polynomials, spans

BLOCK = 1 << 16
"""Bytes that are hashed at a time."""
BELOW = 5
"""Pairs under the threshold that are kept: what a lower one would add."""


def hashes_of(columns: Sequence[pa.Array]) -> NDArray[np.uint64]:
    """(n,) a hash of each content: the order of what is tied, whatever the order of rows.

    Polynomials over the bytes modulo 2^64; two contents with one hash would only be tied.
    """
    found = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        cells = pc.fill_null(column.cast(pa.large_binary()), b"")
        found = mixed(found * np.uint64(BASE) + _polynomials(cells))
    return found


def _polynomials(cells: pa.LargeBinaryArray) -> NDArray[np.uint64]:
    """(n,) a hash of each cell's bytes; 0 for an empty one."""
    offsets = np.frombuffer(cells.buffers()[1], np.int64)[cells.offset : cells.offset + len(cells) + 1]
    found = np.zeros(len(cells), np.uint64)
    there = np.flatnonzero(np.diff(offsets))
    for start, stop in spans(offsets[there], BLOCK):
        rows = there[start:stop]
        inside = np.frombuffer(cells.buffers()[2], np.uint8)[offsets[rows[0]] : offsets[rows[-1] + 1]]
        found[rows] = polynomials(inside, offsets[rows] - offsets[rows[0]])
    return found


def near_search(
    how: How,
    threshold: float,
    order: NDArray[np.uint64],
    kinds: NDArray[np.int64] | None,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    similarity: NDArray[np.float64],
) -> NearSearch:
    """What a search found, from all pairs that it compared.

    Args:
        how: what was compared.
        threshold: similarity from which a pair counts, 0..1.
        order: (n,) a hash of each content.
        kinds: (n,) codes, or None.
        pairs: (m,) and (m,) the smaller and the larger content of each compared pair, each pair once.
        similarity: (m,) 0..1.
    """
    first, second = pairs
    enough = similarity >= threshold
    under = _most_similar(np.flatnonzero(~enough), order, pairs, similarity)
    kept = np.flatnonzero(enough)
    kept = kept[_kept(first[kept], second[kept], similarity[kept], order, kinds)]
    return NearSearch(
        how=how,
        threshold=threshold,
        compared=len(order),
        pairs=_pairs(pairs, similarity, kept),
        below=_pairs(pairs, similarity, under),
        bars=bars_of(similarity),
    )


def _pairs(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    similarity: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> Pairs:
    rows = rows[np.lexsort((pairs[1][rows], pairs[0][rows]))]
    return Pairs(first=pairs[0][rows], second=pairs[1][rows], similarity=similarity[rows])


def _most_similar(
    rows: NDArray[np.int64],
    order: NDArray[np.uint64],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    similarity: NDArray[np.float64],
) -> NDArray[np.int64]:
    """The few most similar of some pairs."""
    if len(rows) > BELOW:
        least = np.partition(similarity[rows], len(rows) - BELOW)[len(rows) - BELOW]
        rows = rows[similarity[rows] >= least]
    one, other = order[pairs[0][rows]], order[pairs[1][rows]]
    low, high = np.minimum(one, other), np.maximum(one, other)
    return rows[np.lexsort((high, low, -similarity[rows]))[:BELOW]]


def _kept(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    similarity: NDArray[np.float64],
    order: NDArray[np.uint64],
    kinds: NDArray[np.int64] | None,
) -> NDArray[np.bool_]:
    """(m,) whether a pair is among the `MOST` most similar of either content, or its best of another kind."""
    one, other = np.concatenate([first, second]), np.concatenate([second, first])
    likeness = np.tile(similarity, 2)
    kept = _rank(one, other, likeness, order) < MOST
    if kinds is not None:
        at = np.flatnonzero(kinds[one] != kinds[other])
        kept[at] |= _rank(one[at], other[at], likeness[at], order) < 1
    return np.logical_or(*np.split(kept, 2))


def _rank(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    likeness: NDArray[np.float64],
    order: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """(m,) the place of each entry among those of its content, the most similar first."""
    turn = np.lexsort((order[other], -likeness, one))
    sorted_one = one[turn]
    starts = np.searchsorted(sorted_one, sorted_one, side="left")
    rank = np.empty(len(one), np.int64)
    rank[turn] = np.arange(len(one)) - starts
    return rank
