"""Rows whose vectors point nearly the same way: direct pairs by cosine, from the nearest neighbours.

Equal vectors are a star around their first row, at 1. Where kinds (label and split) are told, every row also
gets a pair with a row of another kind among its copies and among the copies of what is near it: those are
the conflicts and the leaks, and a hub of 10,000 copies of one kind must not hide the one of another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import spans
from auditor.similar.kept import BELOW, near_search
from auditor.similar.neighbours import Neighbours, neighbours
from auditor.similar.pairs import NEAR_VECTORS, NearSearch, bars_of

BLOCK = 4_096
"""Rows whose lists are looked at together."""
ROUNDING = 1e-5
"""How far a cosine in float32 may be off; close to the threshold it is taken again in float64."""
Rows = NDArray[np.int64]
Compared = tuple[Rows, Rows, NDArray[np.float64]]
"""(m,) and (m,) the two rows of each pair, and (m,) their cosine."""


def near_vectors(
    vectors: NDArray[np.floating[Any]],
    threshold: float = NEAR_VECTORS,
    kinds: NDArray[np.int64] | None = None,
    found: Neighbours | None = None,
) -> NearSearch:
    """The direct pairs of rows at or above a cosine.

    Args:
        vectors: (n, d) finite numbers, perhaps a memory map; rows of zeros are compared with nothing.
        threshold: cosine from which a pair counts, 0..1.
        kinds: (n,) a code per row of its label and its split, or None.
        found: the nearest neighbours of these vectors, where they are there already.
    """
    found = neighbours(vectors) if found is None else found
    copies = _copies(found.distinct, kinds)
    near, under, bars = _near(vectors, found, threshold)
    star = _star(copies)
    everything = [near, star, under]
    if kinds is not None:
        everything += _other_kinds(copies, kinds, near)
    pairs, similarity = _each_once(everything, len(found.distinct))
    search = near_search(
        "vectors", threshold, found.distinct.astype(np.uint64), kinds, pairs, np.clip(similarity, 0, 1)
    )
    return replace(
        search,
        compared=len(copies.rows),
        bars=bars + bars_of(star[2]),
        recall=found.recall,
        sampled=found.sampled,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copies:
    """The rows of each of m distinct vectors."""

    rows: Rows
    """(covered,) the rows, vector by vector."""
    of: Rows
    """(covered,) the vector of each of `rows`."""
    starts: Rows
    """(m + 1,) where those of each vector begin."""
    first: Rows
    """(m,) a row of the first kind of each vector."""
    second: Rows
    """(m,) a row of its second kind, -1 where all have one."""

    def members(self, which: Rows) -> tuple[Rows, Rows]:
        """The rows of some vectors one after the other, and which of `which` each belongs to."""
        sizes = self.starts[which + 1] - self.starts[which]
        of = np.repeat(np.arange(len(which)), sizes)
        within = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.rows[self.starts[which][of] + within], of

    def other_kind(self, rows: Rows, which: Rows, kinds: NDArray[np.int64]) -> Rows:
        """(len(rows),) a row of the vector `which` whose kind is another than the row's, -1 without one."""
        return np.where(kinds[self.first[which]] != kinds[rows], self.first[which], self.second[which])


def _copies(distinct: Rows, kinds: NDArray[np.int64] | None) -> _Copies:
    said = np.zeros(len(distinct), np.int64) if kinds is None else kinds
    rows = np.lexsort((said, distinct))
    rows = rows[distinct[rows] >= 0]
    of = distinct[rows]
    new = np.diff(of, prepend=-1) != 0
    kind = new | (np.diff(said[rows], prepend=-1) != 0)
    at = np.flatnonzero(kind & ~new)
    second = np.full(int(new.sum()), -1, np.int64)
    second[of[at][::-1]] = rows[at][::-1]  # the earliest is written last
    starts = np.flatnonzero(new)
    return _Copies(rows=rows, of=of, starts=np.r_[starts, len(rows)], first=rows[starts], second=second)


def _star(copies: _Copies) -> Compared:
    """The first row of each vector with each of its copies."""
    rows, centre = copies.rows, copies.first[copies.of]
    is_copy = rows != centre
    return centre[is_copy], rows[is_copy], np.ones(int(is_copy.sum()))


def _other_kinds(copies: _Copies, kinds: NDArray[np.int64], near: Compared) -> list[Compared]:
    """Each row with one of another kind: among its copies, and among the copies of what is near it."""
    of_row = np.full(len(kinds), -1, np.int64)
    of_row[copies.rows] = copies.of
    here = copies.rows[copies.second[copies.of] >= 0]
    several = here, copies.other_kind(here, of_row[here], kinds), np.ones(len(here))
    found = [several]
    for one, other in ((near[0], near[1]), (near[1], near[0])):
        rows, at = copies.members(of_row[one])
        partner = copies.other_kind(rows, of_row[other][at], kinds)
        there = partner >= 0
        found.append((rows[there], partner[there], near[2][at][there]))
    return found


def _near(
    vectors: NDArray[np.floating[Any]], found: Neighbours, threshold: float
) -> tuple[Compared, Compared, NDArray[np.int64]]:
    """The pairs of distinct vectors at or above the threshold, the best under it, and the bars of all."""
    bars = bars_of(np.empty(0))
    parts: list[Compared] = []
    best: list[Compared] = []
    for one, other, cosine in _listed(found):
        bars += bars_of(np.clip(cosine, 0, 1))
        likely = cosine >= threshold - ROUNDING
        exact = _cosine(vectors, one[likely], other[likely])
        parts.append((one[likely], other[likely], exact))
        under = _first_few(found.distinct, (one[~likely], other[~likely], cosine[~likely]))
        best.append((under[0], under[1], _cosine(vectors, under[0], under[1])))
    near, under = _joined(parts), _joined(best)
    enough = near[2] >= threshold
    under = _joined([under, (near[0][~enough], near[1][~enough], near[2][~enough])])
    return (near[0][enough], near[1][enough], near[2][enough]), _first_few(found.distinct, under), bars


def _listed(found: Neighbours) -> Iterator[Compared]:
    """Each pair of distinct vectors that stands in a list, once, by the first rows that have them."""
    firsts = np.unique(found.distinct, return_index=True)[1]
    firsts = firsts[found.distinct[firsts] >= 0]
    for start, stop in spans(len(firsts), BLOCK):
        rows = firsts[start:stop]
        listed = found.rows[rows]
        once = found.distinct[rows][:, None] < found.distinct[listed]
        at, place = np.nonzero((listed >= 0) & ~once)
        once[at, place] = (found.rows[listed[at, place]] != rows[at, None]).all(axis=1)  # not listed there
        at, place = np.nonzero((listed >= 0) & once)
        yield rows[at], listed[at, place].astype(np.int64), found.similarity[rows[at], place].astype(float)


def _first_few(distinct: Rows, pairs: Compared) -> Compared:
    """The `BELOW` most similar pairs, equal ones by the hashes of their vectors."""
    one, other, cosine = pairs
    if len(cosine) > BELOW:
        enough = cosine >= np.partition(cosine, len(cosine) - BELOW)[-BELOW]
        one, other, cosine = one[enough], other[enough], cosine[enough]
    low, high = np.minimum(distinct[one], distinct[other]), np.maximum(distinct[one], distinct[other])
    order = np.lexsort((high, low, -cosine))[:BELOW]
    return one[order], other[order], cosine[order]


def _cosine(vectors: NDArray[np.floating[Any]], one: Rows, other: Rows) -> NDArray[np.float64]:
    """(m,) cosines in float64, at most 1."""
    out = np.empty(len(one))
    for start, stop in spans(len(one), BLOCK):
        a, b = _unit(vectors[one[start:stop]]), _unit(vectors[other[start:stop]])
        out[start:stop] = np.einsum("ij,ij->i", a, b)
    return np.minimum(out, 1.0)


def _unit(rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    numbers = np.asarray(rows, np.float64)
    numbers = numbers / np.abs(numbers).max(axis=1, keepdims=True)
    out: NDArray[np.float64] = numbers / np.sqrt(np.einsum("ij,ij->i", numbers, numbers))[:, None]
    return out


def _joined(parts: list[Compared]) -> Compared:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    one, other, cosine = (np.concatenate(part) for part in zip(*parts, strict=True))
    return one, other, cosine


def _each_once(parts: list[Compared], n: int) -> tuple[tuple[Rows, Rows], NDArray[np.float64]]:
    """Every pair once, the smaller row first."""
    one, other, cosine = _joined(parts)
    first, second = np.minimum(one, other), np.maximum(one, other)
    at = np.unique(first * n + second, return_index=True)[1]
    return (first[at], second[at]), cosine[at]
