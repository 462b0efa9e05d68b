"""Cells of directions that lie together, in two levels, so that a search looks at a few cells only.

An inverted file (Sivic & Zisserman 2003; Jegou, Douze & Schmid 2011) whose centres are found by spherical
k-means (Dhillon & Modha 2001) on two levels: about sqrt(cells) regions, then the cells of each region. A
vector is compared with all regions and with the cells of the few nearest: sqrt(cells) times a few, not all
cells. Regions and cells are trained on the first vectors in the order of their hashes.

Why not faiss (IndexIVFScalarQuantizer, float16, 2 sqrt(n) lists; `benchmarks/duplicates_vectors.py`, one
thread, clusters of 384 dimensions): doing the same work around it, faiss took 1.1 times the CPU time of this
at 50,000 rows; alone it took 0.8 times it there, and 2.9 times it at a million, where it found fewer of the
planted pairs (.989, here .998) and of the ten nearest (.67, here .71). It keeps a copy of the vectors: six
times the private memory at a million rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
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
COSINES = 1 << 20
"""Cosines with cells that are held at once."""
BEAMS = (8, 12, 16, 24)
"""Regions whose cells a vector is compared with: the fewest that are enough for a sample."""

Names = NDArray[np.integer[Any]]
Units = NDArray[np.float32]
Best = tuple[Names, Units]
"""(q, k) names of what is nearest, -1 where there is none, and the cosines, descending."""


NONE = np.float32(-2)
"""Instead of a cosine where nothing is there: less than any."""
NARROW = 2_048
"""Columns of which the largest cosines are told apart as whole numbers: to 2e-6 there, finer in fewer."""


def best(cosine: Units, names: Names, k: int) -> Best:
    """The k largest of each row of (q, c) cosines with their names, descending, ties by name."""
    if cosine.shape[1] > k:
        at, cosine = largest(cosine, k)
        names = np.take_along_axis(names, at, axis=1)
    cosine, names = _descending(cosine, names)
    if cosine.shape[1] < k:
        wider = ((0, 0), (0, k - cosine.shape[1]))
        cosine = np.pad(cosine, wider, constant_values=NONE)
        names = np.pad(names, wider, constant_values=-1)
    return np.where(cosine == NONE, -1, names), cosine


def largest(cosine: Units, k: int) -> tuple[Names, Units]:
    """(q, min(k, c)) the columns of the largest of each row of (q, c) cosines, and these, in no order.

    Up to `NARROW` columns a cosine and its column become one whole number of 32 bits: numpy looks for the
    largest of such in a third of the time that it takes with their places.
    """
    wide = cosine.shape[1]
    if wide <= k:
        return np.broadcast_to(np.arange(wide), cosine.shape), cosine
    if wide > NARROW:
        at = np.argpartition(cosine, wide - k, axis=1)[:, -k:]
        return at, np.take_along_axis(cosine, at, axis=1)
    bits = (wide - 1).bit_length()
    keys = (cosine * np.float32(1 << (30 - bits))).astype(np.int32)
    keys <<= bits
    keys |= np.arange(wide, dtype=np.int32)
    keys.partition(wide - k, axis=1)
    at = keys[:, -k:] & ((1 << bits) - 1)
    return at, np.take_along_axis(cosine, at, axis=1)


def _descending(cosine: Units, names: Names) -> tuple[Units, NDArray[np.int32]]:
    """Each row by cosine, the largest first, and by name, sorted as whole numbers of 64 bits."""
    bits = (cosine + np.float32(0)).view(np.int32)  # -0 becomes 0
    rank = bits ^ ((bits >> 31) & 0x7FFFFFFF)
    keys = (~rank).astype(np.int64) << 32
    keys |= names.astype(np.uint32)
    keys.sort(axis=1)
    rank = ~(keys >> 32).astype(np.int32)
    return (rank ^ ((rank >> 31) & 0x7FFFFFFF)).view(np.float32), keys.astype(np.int32)


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
    every = 2 * beam >= len(centres.regions)  # one product with all cells costs no more then
    wide = len(centres.cells) if every else beam * int(np.diff(centres.starts).max())
    out = np.empty((len(units), most), np.int32)
    for start, stop in spans(len(units), max(COSINES // wide, 64)):
        here = units[start:stop]
        if every:
            names, cosine = largest(here @ centres.cells.T, most)
        else:
            names, cosine = _in_regions(centres, here, beam, most)
        out[start:stop] = best(cosine, names, most)[0]
    return out


def _in_regions(centres: Centres, units: Units, beam: int, most: int) -> tuple[Names, Units]:
    """The cells nearest to each vector, in no order, among those of the regions nearest to it."""
    asked = largest(units @ centres.regions.T, beam)[0]
    wide = int(np.diff(centres.starts).max())
    cosine = _with_cells(centres, units, asked, wide)
    at, cosine = largest(cosine.reshape(len(asked), -1), most)
    slot, place = np.divmod(at, wide)
    return centres.starts[np.take_along_axis(asked, slot, axis=1)] + place, cosine


def _with_cells(centres: Centres, units: Units, asked: Names, wide: int) -> Units:
    """(q, g, wide) cosines of (q, d) vectors with the cells of the (q, g) regions that each asks."""
    cosine = np.full((*asked.shape, wide), NONE, np.float32)
    order = np.argsort(asked, axis=None, kind="stable")
    bounds = np.searchsorted(asked.ravel()[order], np.arange(len(centres.regions) + 1))
    query, slot = np.divmod(order, asked.shape[1])
    for region, (start, stop) in enumerate(pairwise(bounds.tolist())):
        first, last = centres.starts[region : region + 2]
        here = query[start:stop]
        cosine[here, slot[start:stop], : last - first] = units[here] @ centres.cells[first:last].T
    return cosine


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
