"""Weighted MinHash: 48 numbers per content; two contents agree in as many as they share of their weight.

**Method.** Each of the 48 functions gives every piece a number, h(piece) / weight(piece), and a content the
least among its pieces. The piece that wins is the same in two contents with the probability that weighs
what they share against all they have (Broder 1997; weights as in the exponential sampling of Cohen 1997,
h for -ln(1 - h), which is the same near 0 where minima lie). Sixteen bands of three numbers make a pair that
shares half of its weight meet with probability .88, one that shares .05 with .002.

**Weights.** 1 + ln(n / count of the piece): what everybody says decides little, or in a large dataset of one
language every pair would meet. The square of it, the weight in a cosine of TF-IDF, loses edits: they make
pieces that are rare, and those would decide (after two edits in banking77 .82 of the pairs met, now .96 and
more). A piece that one content alone has can never be shared and weighs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BANDS, ROWS = 16, 3
MOST_BITS = 22
"""Of the table of counts: pieces share an entry by their hash when there are more than fit."""
BLOCK = 1 << 16
"""Pieces that are hashed at a time: they stay in the processor's cache."""
SAMPLE = 256
"""Pieces that decide a sketch: of a content with more, about so many with the lowest hashes, which are the
same in contents that are nearly the same."""
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)
LOWER = 0xFFFFFFFF
BYTES = np.uint64(0x0101010101010101)
ALONE = 1e-3
"""Weight of a piece that stands in the dataset once, beside 1 to 15 of others."""


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(m,) the finaliser of SplitMix64 (Steele et al. 2014): every bit depends on every bit.

    >>> hex(mixed(np.array([1], np.uint64))[0])
    '0x5692161d100b05e5'
    """
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def polynomials(
    values: NDArray[np.uint8] | NDArray[np.uint32], starts: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """(r,) a hash of the values from each of (r,) rising starts to the next, wherever they stand: the sum of
    each value, scattered, times a power of `BASE`, modulo 2^64.

    >>> one, other = polynomials(np.array([7, 8, 7, 8], np.uint32), np.array([0, 2]))
    >>> bool(one == other)
    True
    """
    if not len(starts):
        return np.empty(0, np.uint64)
    size = 1 << len(values).bit_length()
    terms = mixed(values.astype(np.uint64) + np.uint64(1)) * _powers(BASE, size)[: len(values)]
    return mixed(np.add.reduceat(terms, starts) * _powers(INVERSE, size)[starts])


@lru_cache(maxsize=4)
def _powers(base: int, size: int) -> NDArray[np.uint64]:
    """(size,) base ** 0, base ** 1, ... modulo 2^64."""
    powers = np.full(size, base, np.uint64)
    powers[0] = 1
    powers = np.cumprod(powers)
    powers.flags.writeable = False  # it is kept for the next block
    return powers


def counts_of(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], np.uint32]:
    """How often each piece stands in the dataset, in a table by the upper bits of its hash, and the shift."""
    bits = min(max(len(hashes).bit_length() + 2, 12), MOST_BITS)
    shift = np.uint32(32 - bits)
    table = np.zeros(1 << bits, np.int64)
    for start in range(0, len(hashes), 1 << bits):
        table += np.bincount(hashes[start : start + (1 << bits)] >> shift, minlength=1 << bits)
    return table, shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketches:
    """The sketches of n contents, as far as they are needed later."""

    keys: NDArray[np.uint64]
    """(BANDS, n) a key of each band's numbers; 0 for a content without pieces."""
    marks: NDArray[np.uint8]
    """(n, BANDS * ROWS) the lowest byte of each number: enough to count how many agree."""
    filled: NDArray[np.bool_]
    """(n,) whether a content has pieces."""

    def agreeing(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """(m,) how many numbers of the two sketches of a pair are equal, 0..48."""
        found = np.empty(len(first), np.int64)
        for start in range(0, len(first), 1 << 14):
            part = slice(start, start + (1 << 14))
            words = (self.marks[first[part]] == self.marks[second[part]]).view(np.uint64)
            # each byte of the six words is 0 or 1; the product adds the bytes of their sum into the highest
            sums = words.sum(axis=1, dtype=np.uint64) * BYTES >> np.uint64(56)
            found[part] = sums
        return found


def sketches(offsets: NDArray[np.int64], hashes: NDArray[np.uint32]) -> Sketches:
    """The sketches of n contents.

    Args:
        offsets: (n + 1,) where the pieces of each content begin.
        hashes: (m,) their hashes.
    """
    n = len(offsets) - 1
    counts, shift = counts_of(hashes)
    weights = 1 + np.log((n + 2) / np.minimum(np.maximum(counts, 1), n + 1))
    weights[counts < 2] = ALONE
    inverse = (1 / weights).astype(np.float32)
    keys, marks = np.zeros((BANDS, n), np.uint64), np.zeros((n, BANDS * ROWS), np.uint8)
    filled = offsets[1:] > offsets[:-1]
    for rows in _blocks(offsets, np.flatnonzero(filled)):
        inside, starts = _sample(hashes[offsets[rows[0]] : offsets[rows[-1] + 1]], offsets[rows])
        numbers = _least(inside, inverse[inside >> shift], starts)
        keys[:, rows] = _band_keys(numbers)
        marks[rows] = numbers.T.astype(np.uint8)
    return Sketches(keys=keys, marks=marks, filled=filled)


def _blocks(offsets: NDArray[np.int64], full: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Contents with pieces, cut where about `BLOCK` pieces are full."""
    return [full[start:stop] for start, stop in spans(offsets[full], BLOCK)]


def spans(starts: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Rows from..to that together are about so large, by where each of them begins; a larger row is alone.

    >>> spans(np.array([0, 2, 5, 9]), 4)
    [(0, 2), (2, 3), (3, 4)]
    """
    cuts = np.flatnonzero(np.diff(starts // size)) + 1
    return list(pairwise([0, *cuts.tolist(), len(starts)])) if len(starts) else []


def _sample(
    inside: NDArray[np.uint32], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The pieces of some contents that decide their sketches, and where those of each content begin."""
    starts = offsets - offsets[0]
    counts = np.diff(np.r_[starts, len(inside)])
    if counts.max() <= SAMPLE:
        return inside, starts
    most = np.minimum(LOWER * SAMPLE // counts, LOWER).astype(np.uint32)
    kept = inside <= np.repeat(most, counts)
    left = np.add.reduceat(kept, starts, dtype=np.int64)
    if not left.all():
        kept |= np.repeat(left == 0, counts)
        left = np.where(left == 0, counts, left)
    return inside[kept], np.r_[0, np.cumsum(left[:-1])]


def _least(
    inside: NDArray[np.uint32], inverse: NDArray[np.float32], starts: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """(48, rows) the bits of the least number of each content under each function."""
    found = np.empty((BANDS * ROWS, len(starts)), np.float32)
    value, number = np.empty_like(inside), np.empty(len(inside), np.float32)
    seeds = mixed(np.arange(1, BANDS * ROWS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    for at, seed in enumerate(seeds):
        plus, times = np.uint32(seed >> np.uint64(32)), np.uint32((seed & np.uint64(LOWER)) | np.uint64(1))
        np.bitwise_xor(inside, plus, out=value)
        value *= times
        value >>= np.uint32(1)
        number[:] = value.view(np.int32)  # processors turn signed numbers into floats faster
        number *= inverse
        np.minimum.reduceat(number, starts, out=found[at])
    return found.view(np.uint32)


def _band_keys(numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """(BANDS, rows) one key for the `ROWS` numbers of each band."""
    key = np.zeros((BANDS, numbers.shape[1]), np.uint64)
    for row in range(ROWS):
        key = mixed(key * np.uint64(0x9E3779B97F4A7C15) + numbers[row::ROWS])
    return key
