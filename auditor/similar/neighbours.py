"""The nearest vectors of every vector by cosine: computed once, used by whatever asks what is near.

Up to `EXACT` distinct vectors every pair is looked at. Above, each vector is compared with the vectors of
the few cells nearest to it (`vector_cells`). How many is told by a sample whose neighbours are searched
exactly, and what was found of these is measured, never assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import Directions, directions, spans
from auditor.similar.vector_cells import (
    BEAMS,
    CELL,
    NONE,
    Best,
    Cells,
    Centres,
    Names,
    Units,
    best,
    cells_of,
    centres_of,
    largest,
    nearest_cells,
)

EXACT = 10_000
"""Distinct vectors up to which every pair is looked at: a second or two."""
SAMPLED = 500
"""Vectors whose neighbours are searched exactly to measure an index."""
CLOSE = 0.95
"""Cosine from which a pair must not be lost."""
WANTED = 0.995
"""Share of the sample's close pairs that the cells must reach; a margin above .99."""
FEWEST_CELLS = 4
"""Cells that are looked into at least, so that neighbours that are not close are found too."""
MOST_CELLS = 64
"""Cells that are looked into at most."""
ASKING = 1 << 18
"""Vectors, about, whose wish to look into a cell is noted at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The k nearest of each row, among the distinct vectors other than its own."""

    rows: NDArray[np.int32]
    """(n, k) rows that have the nearest vectors, nearest first; of equal vectors the first row;
    -1 where there is none, and for rows whose vector is zeros."""
    similarity: NDArray[np.float32]
    """(n, k) their cosine, -1..1, descending; NaN where there is none."""
    distinct: NDArray[np.int64]
    """(n,) the number of the row's vector: equal vectors have one number; -1 for vectors of zeros."""
    recall: float | None = None
    """Share of the close pairs (cosine .95 and more) of a sample that the index found, 0..1; None where every
    pair was looked at, and where the sample has no close pair."""
    sampled: int = 0
    """Vectors in that sample."""


def neighbours(vectors: NDArray[np.floating[Any]], k: int = 16) -> Neighbours:
    """The k nearest rows of each row by cosine; neither row order nor threads change what is found.

    Args:
        vectors: (n, d) finite numbers, float16, float32 or float64, perhaps a memory map.
        k: how many.
    """
    from threadpoolctl import threadpool_limits  # of scikit-learn

    with threadpool_limits(limits=1, user_api="blas"):
        found = directions(vectors)
        if len(found) <= EXACT:
            shape = len(vectors), k
            return _by_row(found, _exact(found, k), np.empty(shape, np.int32), np.empty(shape, np.float32))
        centres = centres_of(found)
        sample = np.arange(len(found) - SAMPLED, len(found))  # the last by hash; k-means saw the first
        truth = _exact_of(found, sample, k)
        centres, most = _enough(found, centres, sample, truth)
        cells = cells_of(found, centres, most)
        result = _through_cells(found, cells, k)
    return _measured(result, found, sample, truth)


Part = tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]], NDArray[np.float32]]
"""Distinct vectors; (., k) their nearest, -1 where there is none; (., k) the cosines, descending."""


def _by_row(
    found: Directions, parts: Iterator[Part], rows: NDArray[np.int32], similarity: NDArray[np.float32]
) -> Neighbours:
    """The neighbours of distinct vectors as neighbours of all rows, written into these arrays."""
    rows[found.of_row < 0], similarity[found.of_row < 0] = -1, np.nan
    for which, nearest, cosine in parts:
        at = found.first[which]
        rows[at] = np.where(nearest >= 0, found.first[nearest], -1)
        similarity[at] = np.where(nearest >= 0, np.clip(cosine, -1, 1), np.nan)
    copies = np.flatnonzero(found.of_row >= 0)
    copies = copies[found.first[found.of_row[copies]] != copies]
    for start, stop in spans(len(copies), 1 << 16):
        here = copies[start:stop]
        first = found.first[found.of_row[here]]
        rows[here], similarity[here] = rows[first], similarity[first]
    return Neighbours(rows=rows, similarity=similarity, distinct=found.of_row)


def _exact(found: Directions, k: int) -> Iterator[Part]:
    """Every vector with every other: at most `EXACT` of them."""
    everything = np.arange(len(found))
    units = found.units(everything)
    for start, stop in spans(len(found), 512):
        cosine = units[start:stop] @ units.T
        cosine[np.arange(stop - start), np.arange(start, stop)] = NONE
        yield everything[start:stop], *best(cosine, np.broadcast_to(everything, cosine.shape), k)


def _exact_of(found: Directions, sample: NDArray[np.int64], k: int) -> Best:
    """The k nearest of the sample's vectors among all; work of len(sample) * m."""
    units = found.units(sample)
    names: Names = np.empty((len(sample), 0), np.int64)
    cosine = np.empty((len(sample), 0), np.float32)
    for start, stop in spans(len(found), found.per_block):
        here = np.arange(start, stop)
        product = units @ found.units(here).T
        itself = np.flatnonzero((sample >= start) & (sample < stop))
        product[itself, sample[itself] - start] = NONE
        if start:  # ever fewer columns hold something nearer
            nearer = (product > cosine[:, -1:]).any(axis=0)
            here, product = here[nearer], product[:, nearer]
        all_names = np.hstack([names, np.broadcast_to(here, product.shape)])
        names, cosine = best(np.hstack([cosine, product]), all_names, k)
    return names, cosine


def _enough(
    found: Directions, centres: Centres, sample: NDArray[np.int64], truth: Best
) -> tuple[Centres, int]:
    """How many regions and cells each vector must look into, for close pairs to meet from either side.

    The pairs are those of the sample, and each vector of the sample turned by the angle of `CLOSE` at random:
    few data have enough close pairs to tell.
    """
    units = found.units(sample)
    one, at = np.nonzero(truth[1] >= CLOSE)
    other = found.units(truth[0][one, at])
    for beam in BEAMS:
        centres = replace(centres, beam=beam)
        ranks = _ranks(centres, units[one], other), _ranks(centres, units, _turned(units))
        lost = [int((part > MOST_CELLS).sum()) for part in ranks]
        if all(n <= (1 - WANTED) / 2 * len(part) for n, part in zip(lost, ranks, strict=True)):
            break
    needed = max(_cells_for(part) for part in ranks)
    return centres, min(max(needed, FEWEST_CELLS), MOST_CELLS, len(centres.cells))


def _turned(units: Units) -> Units:
    """Each vector turned by the angle of `CLOSE` in a direction drawn at random."""
    aside = np.random.default_rng(0).standard_normal(units.shape, np.float32)
    aside -= np.einsum("ij,ij->i", aside, units)[:, None] * units
    aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-12)
    return np.float32(CLOSE) * units + np.float32(np.sqrt(1 - CLOSE**2)) * aside


def _ranks(centres: Centres, one: Units, other: Units) -> Names:
    """How many cells must be looked into for each pair to meet, from the better side."""
    if not len(one):
        return np.empty(0, np.int64)
    reach = min(MOST_CELLS, len(centres.cells))
    near, far = nearest_cells(centres, one, reach), nearest_cells(centres, other, reach)
    return np.minimum(_rank(near, far[:, 0]), _rank(far, near[:, 0])) + 1


def _cells_for(ranks: Names) -> int:
    """The number of cells within which the wanted share of pairs meets, or nearly all that meet at all.

    One pair may be lost, where that is more than the share allows.
    """
    lost = int((1 - WANTED) * len(ranks))
    lost = max(lost, 1, int((ranks > MOST_CELLS).sum()) + lost // 2)
    return int(np.sort(ranks)[-lost - 1]) if len(ranks) > lost else 1


def _rank(near: Names, home: Names) -> Names:
    """The place of a cell in each list of cells; far beyond the list where it stands in none."""
    met = near == home[:, None]
    return np.where(met.any(axis=1), met.argmax(axis=1), 2 * MOST_CELLS)


def _through_cells(found: Directions, cells: Cells, k: int) -> Neighbours:
    """Every vector with those of its nearest cells: cell by cell, so that each is read once.

    What was found so far stands in the result itself, in no order and by the names of the vectors.
    """
    n = len(found.of_row)
    rows, similarity = np.full((n, k), -1, np.int32), np.full((n, k), NONE, np.float32)
    for cell, asking in _asking(cells):
        inside = cells.members(cell)
        members = found.units(inside)
        for start, stop in spans(len(asking), found.per_block):
            which = asking[start:stop]
            at = found.first[which]
            cosine = np.empty((len(which), k + len(inside)), np.float32)
            cosine[:, :k] = similarity[at]
            np.matmul(found.units(which), members.T, out=cosine[:, k:])
            place = np.minimum(np.searchsorted(inside, which), len(inside) - 1)
            itself = np.flatnonzero(inside[place] == which)
            cosine[itself, k + place[itself]] = NONE
            top, similarity[at] = largest(cosine, k)
            before = np.take_along_axis(rows[at], np.minimum(top, k - 1), axis=1)
            rows[at] = np.where(top < k, before, inside[np.maximum(top - k, 0)])
    return _sorted(found, rows, similarity)


def _asking(cells: Cells) -> Iterator[tuple[int, Names]]:
    """Each cell that has members, and the vectors that look into it."""
    count = len(cells.starts) - 1
    for start, stop in spans(count, max(ASKING // (CELL * cells.near.shape[1]), 1)):
        which, place = np.nonzero((cells.near >= start) & (cells.near < stop))
        of = cells.near[which, place]
        order = np.argsort(of, kind="stable")
        bounds = np.searchsorted(of[order], np.arange(start, stop + 1))
        for cell in np.flatnonzero(np.diff(cells.starts[start : stop + 1])):
            yield start + int(cell), which[order[bounds[cell] : bounds[cell + 1]]]


def _sorted(found: Directions, rows: NDArray[np.int32], similarity: NDArray[np.float32]) -> Neighbours:
    """The neighbours of the distinct vectors put in order, and given to their copies."""

    def parts() -> Iterator[Part]:
        for start, stop in spans(len(found), 1 << 15):
            which = np.arange(start, stop)
            at = found.first[which]
            yield which, *best(similarity[at], rows[at], rows.shape[1])

    return _by_row(found, parts(), rows, similarity)


def _measured(result: Neighbours, found: Directions, sample: NDArray[np.int64], truth: Best) -> Neighbours:
    """The result with the share of the sample's close pairs that stand in it, from either side."""
    one, at = np.nonzero(truth[1] >= CLOSE)
    a, b = found.first[sample[one]], found.first[truth[0][one, at]]
    met = (result.rows[a] == b[:, None]).any(axis=1) | (result.rows[b] == a[:, None]).any(axis=1)
    return replace(result, recall=float(met.mean()) if len(met) else None, sampled=len(sample))
