"""Of compared pairs, those that are kept: the most similar of each content, and what lies under the threshold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.pairs import MOST, How, NearSearch, Pairs, bars_of

BELOW = 5
"""Pairs under the threshold that are kept: what a lower one would add."""


def hashes_of(columns: Sequence[pa.Array]) -> NDArray[np.uint64]:
    """(n,) a hash of each content: the order of what is tied, whatever the order of rows."""
    cells = zip(*(column.cast(pa.large_binary()).to_pylist() for column in columns), strict=True)
    digests = b"".join(
        hashlib.blake2b(b"\x1f".join(cell or b"" for cell in row), digest_size=8).digest() for row in cells
    )
    return np.frombuffer(digests, ">u8").astype(np.uint64)


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
