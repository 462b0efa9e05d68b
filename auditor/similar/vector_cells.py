"""Cells of directions that lie together, in two levels, so that a search looks at a few cells only.

An inverted file (Sivic & Zisserman 2003; Jegou, Douze & Schmid 2011) whose centres are found by spherical
k-means (Dhillon & Modha 2001) on two levels: about sqrt(cells) regions, then the cells of each region. A
vector is compared with all regions and with the cells of the few nearest: sqrt(cells) times a few, not all
cells. Regions and cells are trained on the first vectors in the order of their hashes.

Why not faiss (IndexIVFScalarQuantizer, float16, 2 sqrt(n) lists; `benchmarks/duplicates_vectors.py`, one
thread, clusters of 384 dimensions, each with all close pairs found): doing the same work around it, faiss
took 0.7 of the CPU time of this at 50,000 rows and 1.5 times it at 200,000, where it found more of the
neighbours that are not close (.92 of the ten nearest, here .85). It keeps a copy of the vectors: at 200,000
rows it held three times the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import Directions, spans

CELL = 256
"""Vectors of a cell on average: large enough for matrix products, small enough to be few."""
LARGEST = 4 * CELL
"""Vectors of a cell that others are compared with: of a hub of one direction the first, by hash, stand for
all, and all are compared with these."""
SAMPLE = 32
"""Vectors per centre that k-means is trained on; faiss asks for 39."""
SAMPLE_REGIONS = 256
"""The same for regions: there are few, and a vector in the wrong one is lost."""
ROUNDS = 8
"""Rounds of k-means; more change the cells little."""
BEAMS = (8, 12, 16, 24)
"""Regions whose cells a vector is compared with: the fewest that are enough for a sample."""

Names = NDArray[np.integer[Any]]
Units = NDArray[np.float32]
Best = tuple[Names, Units]
"""(q, k) names of what is nearest, -1 where there is none, and the cosines, descending."""


def best(cosine: Units, names: Names, k: int) -> Best:
    """The k largest of each row of (q, c) cosines with their names, descending, ties by name."""
    cosine, names = _largest(cosine, names, k)
    order = np.lexsort((names, -cosine), axis=1)
    cosine, names = np.take_along_axis(cosine, order, axis=1), np.take_along_axis(names, order, axis=1)
    if cosine.shape[1] < k:
        wider = ((0, 0), (0, k - cosine.shape[1]))
        cosine = np.pad(cosine, wider, constant_values=-np.inf)
        names = np.pad(names, wider, constant_values=-1)
    return np.where(np.isneginf(cosine), -1, names), cosine


def _largest(cosine: Units, names: Names, k: int) -> tuple[Units, Names]:
    """The k largest of each row with their names, in no order."""
    if cosine.shape[1] <= k:
        return cosine, names
    top = np.argpartition(cosine, cosine.shape[1] - k, axis=1)[:, -k:]
    return np.take_along_axis(cosine, top, axis=1), np.take_along_axis(names, top, axis=1)


def best_in_groups(
    units: Units,
    asked: Names,
    members: Callable[[int], Names],
    units_of: Callable[[Names], Units],
    k: int,
) -> Best:
    """The k nearest of each vector among the members of the groups that it asks.

    Args:
        units: (q, d) the vectors.
        asked: (q, g) groups, each at most once in a row.
        members: group -> the names of its members.
        units_of: names -> their vectors.
    """
    q, g = asked.shape
    names = np.full((q, g, k), -1, np.int32)
    cosine = np.full((q, g, k), -np.inf, np.float32)
    order = np.argsort(asked, axis=None, kind="stable")
    groups, begins = np.unique(asked.ravel()[order], return_index=True)
    for group, entries in zip(groups, np.split(order, begins[1:]), strict=True):
        query, slot = np.divmod(entries, g)
        inside = members(int(group))
        product = units[query] @ units_of(inside).T
        near, name = _largest(product, np.broadcast_to(inside, product.shape), k)
        cosine[query, slot, : near.shape[1]], names[query, slot, : near.shape[1]] = near, name
    return best(cosine.reshape(q, -1), names.reshape(q, -1), k)


@dataclass(frozen=True, slots=True, kw_only=True)
class Centres:
    """The centres of c cells, in r regions."""

    regions: Units
    """(r, d) the centres of the regions, of length one."""
    starts: NDArray[np.int64]
    """(r + 1,) where the cells of each region begin."""
    cells: Units
    """(c, d) the centres of the cells, region by region."""
    beam: int = BEAMS[0]
    """Regions whose cells a vector is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Which of m distinct vectors lie in each cell, and which cells each of them looks into."""

    order: NDArray[np.int32]
    """(m,) the vectors, cell by cell."""
    starts: NDArray[np.int64]
    """(c + 1,) where each cell begins in `order`."""
    near: Names
    """(m, p) the cells nearest to each vector, nearest first, -1 beyond the last: it lies in the first."""

    def members(self, cell: int) -> NDArray[np.int32]:
        """The vectors of a cell, of very many the first; none of the cell -1."""
        return self.order[self.starts[cell] : self.starts[cell + 1]][:LARGEST]


def centres_of(found: Directions) -> Centres:
    """Find centres for cells of about `CELL` vectors, looking at an eighth of the vectors."""
    wanted = max(round(len(found) / CELL), 1)
    sample = np.arange(min(SAMPLE * wanted, len(found)))
    regions = _means(found, sample, max(round(np.sqrt(wanted)), 1), SAMPLE_REGIONS)
    of = np.empty(len(sample), np.int64)
    for start, stop in spans(len(sample), found.per_block):
        of[start:stop] = np.argmax(found.units(sample[start:stop]) @ regions.T, axis=1)
    parts = [sample[of == region] for region in range(len(regions))]
    cells = [
        _means(found, part, max(round(len(part) / SAMPLE), 1), SAMPLE) if len(part) else regions[:0]
        for part in parts
    ]
    starts = np.cumsum([0, *(len(part) for part in cells)])
    return Centres(regions=regions, starts=starts, cells=np.concatenate(cells))


def cells_of(found: Directions, centres: Centres, most: int) -> Cells:
    """Put every vector into the cell nearest to it, and note the `most` cells that it looks into."""
    near = np.empty((len(found), most), np.int16 if len(centres.cells) < 1 << 15 else np.int32)
    for start, stop in spans(len(found), found.per_block):
        near[start:stop] = nearest_cells(centres, found.units(np.arange(start, stop)), most)
    home = near[:, 0]
    counts = np.bincount(home, minlength=len(centres.cells))
    order = np.argsort(home, kind="stable").astype(np.int32)
    return Cells(order=order, starts=np.r_[0, np.cumsum(counts)], near=near)


def nearest_cells(centres: Centres, units: Units, most: int) -> Names:
    """(len(units), most) the cells nearest to each vector, nearest first, -1 beyond the last."""
    beam = min(centres.beam, len(centres.regions))
    closeness = units @ centres.regions.T
    asked = np.argpartition(closeness, len(centres.regions) - beam, axis=1)[:, -beam:]

    def inside(region: int) -> Names:
        return np.arange(centres.starts[region], centres.starts[region + 1])

    return best_in_groups(units, asked, inside, lambda names: centres.cells[names], most)[0]


def _means(found: Directions, which: NDArray[np.int64], k: int, each: int) -> Units:
    """(k, d) centres of spherical k-means over the first of these vectors; they begin as k of them."""
    sample = found.units(which[: each * k])
    centres = sample[:k].copy()
    for _ in range(ROUNDS if k > 1 else 1):
        of = np.argmax(sample @ centres.T, axis=1)
        sums = _sums(sample, of, k)
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(length > 1e-6, sums / np.maximum(length, 1e-6), centres)
    return centres


def _sums(sample: NDArray[np.float32], of: NDArray[np.int64], k: int) -> NDArray[np.float32]:
    """(k, d) the sum of the vectors of each centre."""
    out = np.zeros((k, sample.shape[1]), np.float32)
    order = np.argsort(of, kind="stable")
    here, begin = np.unique(of[order], return_index=True)
    out[here] = np.add.reduceat(sample[order], begin, axis=0)
    return out
