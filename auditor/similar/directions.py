"""Vectors as directions: the distinct ones in an order of their own, each of length one when it is read.

The order is that of a hash of the bytes, so that nothing that walks along it depends on the order of the
rows, and its first thousand are a sample drawn by that hash. Equal vectors stand in it once: a hub of
10,000 copies would fill the list of everything that is near it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 2 << 20
"""Bytes of float32 that are read at once."""
SAFE = (1e-30, 1e30)
"""Lengths between which float32 neither overflows nor loses digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """The m distinct vectors among n rows, without those of zeros."""

    vectors: NDArray[np.floating[Any]]
    """(n, d) as given; never copied whole."""
    first: NDArray[np.int64]
    """(m,) the first row that has each distinct vector; in the order of a hash of the vector's bytes."""
    of_row: NDArray[np.int64]
    """(n,) which distinct vector each row has, -1 for a vector of zeros."""
    scale: NDArray[np.float64]
    """(m,) one over the length of each."""
    wide: bool
    """Whether lengths are so large or small that they are scaled in float64."""

    def __len__(self) -> int:
        return len(self.first)

    @property
    def per_block(self) -> int:
        """How many vectors are read at once."""
        return max(BLOCK_BYTES // (4 * max(int(self.vectors.shape[1]), 1)), 16)

    def units(self, which: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """(len(which), d) the distinct vectors of these numbers, of length one."""
        found = np.take(np.asarray(self.vectors), self.first[which], axis=0)
        scale = self.scale[which][:, None]
        out: NDArray[np.float32]
        if self.wide:
            out = (found.astype(np.float64) * scale).astype(np.float32)
            return out
        if found.dtype == np.float16:
            return _from_half(found, scale)
        out = found.astype(np.float32, copy=False)  # taken: no one else has it
        out *= scale.astype(np.float32)
        return out


def _from_half(numbers: NDArray[np.float16], scale: NDArray[np.float64]) -> NDArray[np.float32]:
    """Finite float16 as float32, times a scale; numpy's own cast takes three times as long.

    The bits of a half are moved to where float32 has them; the exponent is then 112 too small.
    """
    bits = np.ascontiguousarray(numbers).view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~0x70000000  # copies of the sign
    out = bits.view(np.float32)
    out *= (scale * 2.0**112).astype(np.float32)
    return out


def spans(n: int, step: int) -> Iterator[tuple[int, int]]:
    """(start, stop) of blocks of at most `step` that cover 0..n.

    >>> list(spans(5, 2))
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, n, step):
        yield start, min(start + step, n)


def directions(vectors: NDArray[np.floating[Any]]) -> Directions:
    """The distinct vectors of (n, d) finite numbers, by their bytes; those of zeros are left out."""
    n = len(vectors)
    scale, digests = np.empty(n), np.empty((n, 2), np.uint64)
    for start, stop in spans(n, max(BLOCK_BYTES // (8 * max(vectors.shape[1], 1)), 16)):
        block = np.ascontiguousarray(vectors[start:stop])
        scale[start:stop] = _scale(block)
        digests[start:stop] = _digests(block)
    rows = np.flatnonzero(scale)
    order = rows[np.lexsort((digests[rows, 1], digests[rows, 0]))]  # stable: copies by row
    new = np.ones(len(order), bool)
    new[1:] = (digests[order[1:]] != digests[order[:-1]]).any(axis=1)
    of_row = np.full(n, -1, np.int64)
    of_row[order] = np.cumsum(new) - 1
    first = order[new]
    scale = scale[first]
    wide = bool(len(scale)) and not (scale.min() > SAFE[0] and scale.max() < SAFE[1])
    return Directions(vectors=vectors, first=first, of_row=of_row, scale=scale, wide=wide)


def _scale(block: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """One over the length of each vector, 0 for those of zeros; squares of 1e300 are not taken."""
    numbers: NDArray[Any] = block.astype(np.float32 if block.dtype == np.float16 else np.float64)
    largest = np.ones(len(block))
    if block.dtype == np.float64:
        largest = np.abs(numbers).max(axis=1, initial=0)
        numbers /= np.where(largest > 0, largest, 1)[:, None]
    length = np.sqrt(np.einsum("ij,ij->i", numbers, numbers).astype(np.float64))
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(length > 0, np.minimum(1 / length / largest, np.finfo(np.float64).max), 0.0)


def _digests(block: NDArray[np.floating[Any]]) -> NDArray[np.uint64]:
    """(rows, 2) 128 bits of blake2b of each row's bytes."""
    seen, width = block.reshape(-1).view(np.uint8).data, block.itemsize * block.shape[1]
    starts = range(0, len(block) * width, width) if width else [0] * len(block)
    joined = b"".join([hashlib.blake2b(seen[at : at + width], digest_size=16).digest() for at in starts])
    return np.frombuffer(joined, ">u8").reshape(-1, 2).astype(np.uint64)
