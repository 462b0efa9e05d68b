"""Rows spread evenly over the queue: what to look at to learn how many suspects are real."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def spread(keys: Sequence[int] | NDArray[np.uint64], m: int) -> list[int]:
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
    values = np.asarray(keys, np.uint64)
    return [int(low + values[low:high].argmin()) for low, high in pairwise(edges)]
