"""What is drawn: rows spread evenly over a queue, and the reserve of rows that nobody suspects."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SIMPLE = 1_000
"""Rows of the reserve with the smallest keys of all: a simple random sample of the labelled rows."""
PER_STRATUM = 200
"""Rows of the reserve with the smallest keys of each stratum."""
STRATA = (0.01, 0.03, 0.08, 0.20)
"""Shares of the queue at which a stratum ends (first 1 %, 3 %, 8 %, 20 %, the rest): what an estimate of the
dataset's error rate is stratified by."""


def spread(keys: Sequence[int] | NDArray[np.integer], m: int) -> list[int]:
    """One position of each of `m` equal pieces of a queue, the one whose key is smallest.

    Keys are hashes of the items, so the choice is random with respect to anything else, and the
    same for the same queue. A queue shorter than `m` gives every position.

    >>> spread([5, 1, 9, 2, 7, 3], 3)
    [1, 3, 5]
    """
    n = len(keys)
    if n <= m:
        return list(range(n))
    edges = [n * piece // m for piece in range(m + 1)]
    values = np.asarray(keys)
    return [int(low + values[low:high].argmin()) for low, high in pairwise(edges)]


def strata(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) the stratum of each row, 0 the top of the queue; -1 for rows that are in no queue.

    Args:
        places: (n,) 0-based place of each row in the whole queue, -1 for rows that are not in it.
    """
    total = int(places.max(initial=-1)) + 1
    edges = [int(np.ceil(share * total)) for share in STRATA]
    return np.where(places < 0, -1, np.searchsorted(edges, places, side="right"))


def reserve(places: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows to keep the content of, for controls and an estimate to be drawn later: at most 2,000, sorted.

    The `SIMPLE` rows of the queue with the smallest keys, and of each stratum the `PER_STRATUM` smallest. In
    the order of their keys the first `SIMPLE` are a simple random sample of the queue.

    Args:
        places: (n,) as in `strata`.
        keys: (n,) the draw key of each row.
    """
    of = strata(places)
    queued = np.flatnonzero(of >= 0)
    parts = [_smallest(queued, keys, SIMPLE)]
    parts += [_smallest(np.flatnonzero(of == s), keys, PER_STRATUM) for s in range(len(STRATA) + 1)]
    return np.unique(np.concatenate(parts))


def _smallest(rows: NDArray[np.int64], keys: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The rows with the smallest keys; of equal keys the first row."""
    return rows[np.argsort(keys[rows], kind="stable")[:most]]
