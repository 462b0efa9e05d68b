"""The nearest vectors of every vector by cosine: computed once, used by whatever asks what is near.

Up to `EXACT` distinct vectors every pair is looked at. Above, each vector is compared with the vectors of
the few cells nearest to it (`vector_cells`). How many is told by a sample whose neighbours are searched
exactly, and what was found of these is measured, never assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import Directions, directions, spans
from auditor.similar.vector_cells import Best, Cells, best, best_in_groups, cells_of, nearest_cells

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
CLOSEST = 200
"""Pairs of the sample that decide how many cells are looked into where fewer are close."""
PLENTY = 16
"""Cells beyond which only close pairs ask for more."""
MOST_CELLS = 64
"""Cells that are looked into at most."""
QUERIES = 8_192
"""Vectors that are searched at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The k nearest of each row, among the distinct vectors other than its own."""

    rows: NDArray[np.int64]
    """(n, k) rows that have the nearest vectors, nearest first; of equal vectors the first row; -1 where there
    is none, and for rows whose vector is zeros."""
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
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    with threadpool_limits(limits=1, user_api="blas"):
        found = directions(vectors)
        if len(found) <= EXACT:
            return _by_row(found, _exact(found, k), k)
        cells = cells_of(found)
        sample = np.arange(len(found) - SAMPLED, len(found))  # the last by hash; k-means saw the first
        truth = _exact_of(found, sample, k)
        cells_each = _enough_cells(found, cells, sample, truth)
        result = _by_row(found, _through_cells(found, cells, cells_each, k), k)
    return _measured(result, found, sample, truth)


Part = tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]], NDArray[np.float32]]
"""Distinct vectors; (., k) their nearest, -1 where there is none; (., k) the cosines, descending."""


def _by_row(found: Directions, parts: Iterator[Part], k: int) -> Neighbours:
    """The neighbours of distinct vectors as neighbours of all rows."""
    n = len(found.of_row)
    rows, similarity = np.full((n, k), -1, np.int64), np.full((n, k), np.nan, np.float32)
    for which, nearest, cosine in parts:
        at = found.first[which]
        rows[at] = np.where(nearest >= 0, found.first[nearest], -1)
        similarity[at] = np.where(nearest >= 0, np.clip(cosine, -1, 1), np.nan)
    copies = np.flatnonzero(found.of_row >= 0)
    copies = copies[found.first[found.of_row[copies]] != copies]
    for start, stop in spans(len(copies), QUERIES):
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
        cosine[np.arange(stop - start), np.arange(start, stop)] = -np.inf
        yield everything[start:stop], *best(cosine, np.broadcast_to(everything, cosine.shape), k)


def _exact_of(
    found: Directions, sample: NDArray[np.int64], k: int
) -> Best:
    """The k nearest of the sample's vectors among all; work of len(sample) * m."""
    units = found.units(sample)
    names = np.empty((len(sample), 0), np.int64)
    cosine = np.empty((len(sample), 0), np.float32)
    for start, stop in spans(len(found), found.per_block):
        here = np.arange(start, stop)
        product = units @ found.units(here).T
        product[sample[:, None] == here] = -np.inf
        all_names = np.hstack([names, np.broadcast_to(here, product.shape)])
        names, cosine = best(np.hstack([cosine, product]), all_names, k)
    return names, cosine


def _enough_cells(found: Directions, cells: Cells, sample: NDArray[np.int64], truth: Best) -> int:
    """How many cells each vector must look into, for the sample's close pairs to be found."""
    names, cosine = truth
    near = nearest_cells(cells, found.units(sample), min(MOST_CELLS, len(cells.centres)))
    reach = near.shape[1]
    homes = np.where(names >= 0, cells.home[names], -2)
    met = near[:, None, :] == homes[:, :, None]
    rank = np.where(met.any(axis=2), met.argmax(axis=2), reach).ravel()
    close = cosine.ravel() >= CLOSE
    closest = np.argsort(-cosine.ravel(), kind="stable")[: max(CLOSEST, int(close.sum()))]
    needed = max(_cells_for(rank[close], reach), min(_cells_for(rank[closest], reach), PLENTY))
    return min(max(needed, FEWEST_CELLS), reach)


def _cells_for(rank: NDArray[np.int64], reach: int) -> int:
    """The number of cells within which the wanted share of pairs is met."""
    if not len(rank):
        return 0
    met = np.cumsum(np.bincount(rank, minlength=reach + 1)) / len(rank)
    return min(int(np.searchsorted(met, WANTED)) + 1, reach)


def _through_cells(found: Directions, cells: Cells, cells_each: int, k: int) -> Iterator[Part]:
    """Every vector with those of its nearest cells; a block of vectors that lie together at a time."""
    for start, stop in spans(len(found), min(QUERIES, found.per_block)):
        which = cells.order[start:stop]
        units = found.units(which)
        asked = nearest_cells(cells, units, cells_each)
        yield which, *best_in_groups(units, asked, cells.members, found.units, k, own=which)


def _measured(
    result: Neighbours,
    found: Directions,
    sample: NDArray[np.int64],
    truth: Best,
) -> Neighbours:
    """The result with the share of the sample's close pairs that stand in it."""
    from dataclasses import replace

    names, cosine = truth
    close = (cosine >= CLOSE) & (names >= 0)
    have = result.rows[found.first[sample]]
    hit = (found.first[names][:, :, None] == have[:, None, :]).any(axis=2)
    recall = float(hit[close].mean()) if close.any() else None
    return replace(result, recall=recall, sampled=len(sample))
