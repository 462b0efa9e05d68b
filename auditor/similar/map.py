"""Vectors on a map: two numbers a row, so that what is alike lies together.

The labels are not looked at. Directions that set given labels apart best (linear discriminants) would show
any labels as islands, right or wrong: a suspect would lie where its label says and not where its content is.
Principal components alone show two of the many ways in which vectors differ, and ten classes as one cloud.
So rows are laid out by their neighbours (`map_layout.py`): islands are told by the vectors alone.

What a map can say: which rows are near which. Distances between islands, and their sizes, say little.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.similar.map_layout import Edges, laid_out

MOST = 5_000
"""Rows of a map at most: more would be one dot, and cost more than the rest of the page."""
COMPONENTS = 30
"""Principal components by which rows are compared."""
WIDE = 512
"""Numbers of a vector above which the components are found from a sketch of the directions."""
NEIGHBOURS = 10
"""Neighbours of a row on the map."""
FEW = 30
"""Rows below which the first two components are the map: each would be a neighbour of all."""
LONGEST = 2_000
"""Components are whole numbers, the longest vector this long: every distance is exact in float32 (below
2^24), so that neighbours are the same however many threads multiply."""
BLOCK = 1_000
"""Rows that are compared with all at once."""


def map_of(vectors: NDArray[np.floating[Any]], rows: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
    """Where rows lie on the map; the same rows in another order lie at the same places.

    Args:
        vectors: (n, d) finite numbers, any float dtype; only the rows asked for are read.
        rows: (m,) which rows, at most `MOST`.

    Returns:
        (m, 2) float32 around the origin, both axes in one unit. Equal vectors, and those of zeros, lie at
        one place; with fewer than two distinct ones all lie at the origin.

    Raises:
        ValueError: more than `MOST` rows.
    """
    if len(rows) > MOST:
        raise ValueError(f"at most {MOST} rows")
    found = np.take(np.asarray(vectors), np.asarray(rows), axis=0).astype(np.float32)
    distinct, which = np.unique(found + 0.0, axis=0, return_inverse=True)  # -0.0 is 0.0
    if len(distinct) < 2:
        return np.zeros((len(rows), 2), np.float32)
    places = _whole(_components(_directions(distinct)))
    start = np.zeros((len(places), 2))
    start[:, : places.shape[1]] = places[:, :2]
    points = start if len(start) < FEW else laid_out(start, _edges(places))
    found_at: NDArray[np.float32] = points[which.reshape(-1)].astype(np.float32)
    return found_at


def _directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(m, d) each of length one, vectors of zeros as they are."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    scaled = vectors / np.where(largest > 0, largest, 1)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    units: NDArray[np.float32] = (scaled / np.where(length > 0, length, 1)).astype(np.float32)
    return units


def _components(units: NDArray[np.float32]) -> NDArray[np.float64]:
    """(m, c) the coordinates along the widest directions, the widest first; each with a sign of its own."""
    narrow = units @ _sketch(units) if units.shape[1] > WIDE else units
    exact = narrow - narrow.mean(axis=0, dtype=np.float64)
    spread, axes = np.linalg.eigh(exact.T @ exact)
    kept = axes[:, np.argsort(-spread, kind="stable")[:COMPONENTS]]
    found = exact @ kept
    turned: NDArray[np.float64] = found * np.where((found**3).sum(axis=0) < 0, -1.0, 1.0)
    return turned


def _sketch(units: NDArray[np.float32]) -> NDArray[np.float32]:
    """(d, s) a basis of the directions in which wide vectors spread: Halko, Martinsson and Tropp (2011)."""
    mean = units.mean(axis=0)
    basis = np.random.default_rng(0).standard_normal((units.shape[1], 2 * COMPONENTS)).astype(np.float32)
    for _ in range(3):
        drawn = units @ basis - mean @ basis
        basis = np.linalg.qr(units.T @ drawn - np.outer(mean, drawn.sum(axis=0)))[0]
    return basis


def _whole(components: NDArray[np.float64]) -> NDArray[np.int32]:
    """(m, c) whole numbers, the longest row about `LONGEST` long."""
    length = float(np.sqrt((components**2).sum(axis=1)).max(initial=0))
    return np.rint(components * (LONGEST / length if length > 0 else 0)).astype(np.int32)


def _edges(places: NDArray[np.int32]) -> Edges:
    """Each row with its nearest, both ways as one; a pair that is nearest both ways counts twice."""
    m = len(places)
    k = NEIGHBOURS
    near = _nearest(places.astype(np.float32), k)
    own = np.repeat(np.arange(m), k)
    other = near.ravel()
    pairs = np.minimum(own, other) * m + np.maximum(own, other)
    found, counts = np.unique(pairs, return_counts=True)
    return found // m, found % m, counts / (2 * m * k)


def _nearest(places: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """(m, k) the nearest of each; of equally near ones those that stand first in a fixed order."""
    squares = (places**2).sum(axis=1)
    found = np.empty((len(places), k), np.int64)
    for start in range(0, len(places), BLOCK):
        block = slice(start, start + BLOCK)
        apart = squares - 2 * (places[block] @ places.T)
        own = np.arange(len(apart))
        apart[own, start + own] = np.inf
        found[block] = np.argpartition(apart, k - 1, axis=1)[:, :k]
    return found
