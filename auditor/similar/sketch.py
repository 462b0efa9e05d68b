"""Weighted MinHash: 48 numbers per content; two contents agree in as many as they share of their weight.

**Method.** Each of the 48 functions gives every piece a number, h(piece) / weight(piece), and a content the
least among its pieces. The piece that wins is the same in two contents with the probability that weighs
what they share against all they have (Broder 1997; weights as in the exponential sampling of Cohen 1997,
h for -ln(1 - h), which is the same near 0 where minima lie). Sixteen bands of three numbers make a pair that
shares half of its weight meet with probability .88, one that shares .05 with .002.

**Weights.** The logarithm of n over the piece's count: what everybody says decides little, or in a large
dataset of one language every pair would meet. Its square, the weight in a cosine of TF-IDF, loses edits: they
make pieces that are rare, and those would decide (pairs found after two edits in banking77: .82 of them with
the square, .96 with the logarithm). A piece that one content alone has can never be shared and weighs next to
nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BANDS, ROWS = 16, 3
MOST_BITS = 22
"""Of the table of counts: pieces share an entry by their hash when there are more than fit."""
BLOCK = 1 << 18
"""Pieces that are hashed at a time: they stay in the processor's cache."""
ALONE = 1e-3
"""Weight of a piece that stands in the dataset once, beside 1 to 10 of others."""


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(m,) the finaliser of SplitMix64 (Steele et al. 2014): every bit depends on every bit.

    >>> hex(mixed(np.array([1], np.uint64))[0])
    '0x5692161d100b05e5'
    """
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def counts_of(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], np.uint32]:
    """How often each piece stands in the dataset, in a table by the upper bits of its hash, and the shift."""
    bits = min(max(len(hashes).bit_length() + 2, 12), MOST_BITS)
    shift = np.uint32(32 - bits)
    table = np.zeros(1 << bits, np.int64)
    for start in range(0, len(hashes), BLOCK * 16):
        table += np.bincount(hashes[start : start + BLOCK * 16] >> shift, minlength=1 << bits)
    return table, shift


def sketches(
    offsets: NDArray[np.int64], hashes: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """(n, 48) the numbers of each content, and (n,) whether it has any piece."""
    n = len(offsets) - 1
    counts, shift = counts_of(hashes)
    weights = np.log((n + 2) / np.minimum(np.maximum(counts, 1), n + 1)) + ALONE
    weights[counts < 2] = ALONE
    inverse = (1 / weights).astype(np.float32)
    sketch = np.zeros((n, BANDS * ROWS), np.float32)
    filled = offsets[1:] > offsets[:-1]
    full = np.flatnonzero(filled)
    for rows in _blocks(offsets, full):
        inside = hashes[offsets[rows[0]] : offsets[rows[-1] + 1]]
        sketch[rows] = _least(inside, inverse[inside >> shift], offsets[rows] - offsets[rows[0]])
    return sketch.view(np.uint32), filled


def _blocks(offsets: NDArray[np.int64], full: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Contents with pieces, cut where about `BLOCK` pieces are full."""
    cuts = np.flatnonzero(np.diff(offsets[full] // BLOCK)) + 1
    return [rows for rows in np.split(full, cuts) if len(rows)]


def _least(
    inside: NDArray[np.uint32], inverse: NDArray[np.float32], starts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(rows, 48) the least number of each content under each function."""
    found = np.empty((len(starts), BANDS * ROWS), np.float32)
    seeds = mixed(np.arange(1, BANDS * ROWS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    for at, seed in enumerate(seeds):
        plus, times = (
            np.uint32(seed >> np.uint64(32)),
            np.uint32((seed & np.uint64(0xFFFFFFFF)) | np.uint64(1)),
        )
        value = (inside ^ plus) * times
        value ^= value >> np.uint32(15)
        found[:, at] = np.minimum.reduceat(value.astype(np.float32) * inverse, starts)
    return found


def band_keys(numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """(m,) one key per row of (m, ROWS) numbers."""
    key = np.zeros(len(numbers), np.uint64)
    for column in range(numbers.shape[1]):
        key = mixed(key * np.uint64(0x9E3779B97F4A7C15) + numbers[:, column])
    return key


def agreeing(
    sketch: NDArray[np.uint32], first: NDArray[np.int64], second: NDArray[np.int64], least: int
) -> NDArray[np.bool_]:
    """(m,) whether the sketches of a pair have at least so many equal numbers."""
    enough = np.empty(len(first), bool)
    for start in range(0, len(first), 1 << 15):
        part = slice(start, start + (1 << 15))
        enough[part] = (sketch[first[part]] == sketch[second[part]]).sum(axis=1) >= least
    return enough
