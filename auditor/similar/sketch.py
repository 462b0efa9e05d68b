"""Weighted MinHash: 48 numbers per content; two contents agree in about the share of weight that they have
in common.

**Method.** Every piece has a number, h(piece) / weight(piece), and one of 48 bins, and a content keeps the
least number of each bin: the piece that wins is the same in two contents the more often, the more of their
weight they share (Broder 1997; one permutation for all bins, Li, Owen & Zhang 2012; weights as in the
exponential sampling of Cohen 1997, h for -ln(1 - h), which is the same near 0 where minima lie). An empty
bin takes the number of another, in an order of its own ("optimal densification", Shrivastava 2017), so that
short contents have 48 numbers too. Every piece is looked at once, not 48 times.

**Bands.** Two contents meet where the four numbers of a band are equal. 32 bands make a pair that agrees in
half of its numbers meet with probability .84, one that agrees in a tenth with 1e-3 (`candidates.BANDS`).

**Weights.** 1 + ln(n / count of the piece): what everybody says decides little, or in a large dataset of one
language every pair would meet. The square of it, the weight in a cosine of TF-IDF, loses edits: they make
pieces that are rare, and those would decide. A piece that one content alone has can never be shared and
weighs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NUMBERS, ROWS = 48, 4
"""Numbers of a sketch, and those of a band."""
MOST_BITS = 22
"""Of the table of counts: pieces share an entry by their hash when there are more than fit."""
BLOCK = 1 << 16
"""Pieces that are hashed at a time: they stay in the processor's cache."""
TOGETHER = 1 << 14
"""Contents whose empty bins are filled at a time."""
PAIRS = 1 << 14
"""Pairs whose sketches are compared at a time."""
FEW = 1 << 16
"""Values whose scattered ones are looked up: bytes, and nearly all letters."""
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)
BYTES = np.uint64(0x0101010101010101)
EMPTY = np.uint32(0xFFFFFFFF)
"""A bin without a number: more than the bits of any float that is one."""
ALONE = 1e-3
"""Weight of a piece that stands in the dataset once, beside 1 to 15 of others."""
Counts = tuple[NDArray[np.int32], np.uint32]
"""How many contents have a piece, by the upper bits of its hash, and by how much to shift a hash for them."""


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
    if values.max() < FEW:
        terms = np.take(_scattered(), values, mode="clip")
    else:
        terms = mixed(values.astype(np.uint64) + np.uint64(1))
    terms *= _powers(BASE, size)[: len(values)]
    return mixed(np.add.reduceat(terms, starts) * _powers(INVERSE, size)[starts])


@lru_cache(maxsize=1)
def _scattered() -> NDArray[np.uint64]:
    """(FEW,) the values from 0 up, scattered."""
    return mixed(np.arange(1, FEW + 1, dtype=np.uint64))


@lru_cache(maxsize=4)
def _powers(base: int, size: int) -> NDArray[np.uint64]:
    """(size,) base ** 0, base ** 1, ... modulo 2^64."""
    powers = np.full(size, base, np.uint64)
    powers[0] = 1
    powers = np.cumprod(powers)
    powers.flags.writeable = False  # it is kept for the next block
    return powers


def counts_of(hashes: NDArray[np.uint32]) -> Counts:
    """How often each piece stands in the dataset."""
    bits = min(max(len(hashes).bit_length() + 2, 12), MOST_BITS)
    shift = np.uint32(32 - bits)
    table = np.zeros(1 << bits, np.int32)
    for start in range(0, len(hashes), BLOCK):
        np.add.at(table, hashes[start : start + BLOCK] >> shift, np.int32(1))
    return table, shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketches:
    """The sketches of n contents, as far as they are needed later; those of contents without pieces are 0."""

    numbers: NDArray[np.uint16]
    """(NUMBERS, n) the lower half of each number; unlike ones are equal with a chance of 1 in 65,536."""
    marks: NDArray[np.uint8]
    """(n, NUMBERS) the lowest byte of each number: enough to count how many agree."""

    def part(self, rows: NDArray[np.int64]) -> Sketches:
        """The sketches of some contents, in that order."""
        return Sketches(numbers=np.take(self.numbers, rows, axis=1), marks=np.take(self.marks, rows, axis=0))

    def keys(self, band: int) -> NDArray[np.uint64]:
        """(n,) a key of a band's numbers, well mixed; bands from 0 up to any number."""
        key = np.zeros(self.numbers.shape[1], np.uint64)
        for number in _members(band):
            key <<= np.uint64(16)
            key |= self.numbers[number]
        return mixed(key)

    def agreeing(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """(m,) how many numbers of the two sketches of a pair are equal, 0..48."""
        found = np.empty(len(first), np.int64)
        for start in range(0, len(first), PAIRS):
            part = slice(start, start + PAIRS)
            one = np.take(self.marks, first[part], axis=0, mode="clip")
            same = one == np.take(self.marks, second[part], axis=0, mode="clip")
            words = same.view(np.uint64)
            sums = sum((words[:, at] for at in range(1, words.shape[1])), words[:, 0])
            # each byte of a word is 0 or 1; the product adds the bytes of their sum into the highest
            found[part] = sums * BYTES >> np.uint64(56)
        return found


@lru_cache(maxsize=128)
def _members(band: int) -> tuple[int, ...]:
    """The numbers that make a band: of every twelve bands in a row each number is in one.

    >>> sorted(number for band in range(12) for number in _members(band)) == list(range(NUMBERS))
    True
    """
    turn, place = divmod(band, NUMBERS // ROWS)
    order = np.argsort(mixed(np.arange(NUMBERS, dtype=np.uint64) + np.uint64(1000 * (turn + 1))))
    return tuple(order[place * ROWS : (place + 1) * ROWS].tolist())


def sketches(
    offsets: NDArray[np.int64], hashes: NDArray[np.uint32], counted: Counts | None = None
) -> Sketches:
    """The sketches of n contents.

    Args:
        offsets: (n + 1,) where the pieces of each content begin.
        hashes: (m,) their hashes, rising within each content.
        counted: `counts_of` the hashes, where they are counted already.
    """
    n = len(offsets) - 1
    counts, shift = counts_of(hashes) if counted is None else counted
    inverse = _inverse(counts, n)
    numbers, marks = np.zeros((NUMBERS, n), np.uint16), np.zeros((n, NUMBERS), np.uint8)
    full = np.flatnonzero(offsets[1:] > offsets[:-1])
    for first in range(0, len(full), TOGETHER):
        rows = full[first : first + TOGETHER]
        found = np.full((len(rows), NUMBERS), EMPTY, np.uint32)
        for start, stop in spans(offsets[rows], BLOCK):
            low, high = offsets[rows[start]], offsets[rows[stop - 1] + 1]
            inside, starts = hashes[low:high], offsets[rows[start:stop]] - low
            _least(inside, np.take(inverse, inside >> shift, mode="clip"), starts, found[start:stop])
        _fill(found)
        marks[rows] = found
        numbers[:, rows] = found.T
    return Sketches(numbers=numbers, marks=marks)


def _inverse(counts: NDArray[np.int32], n: int) -> NDArray[np.float32]:
    """One over the weight of each entry of a table of counts."""
    often = np.arange(min(int(counts.max(initial=0)), n + 1) + 1)
    weights = 1 + np.log((n + 2) / np.maximum(often, 1))
    weights[:2] = ALONE
    return np.take((1 / weights).astype(np.float32), counts, mode="clip")


def spans(starts: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Rows from..to that together are about so large, by where each of them begins; a larger row is alone.

    >>> spans(np.array([0, 2, 5, 9]), 4)
    [(0, 2), (2, 3), (3, 4)]
    """
    cuts = np.flatnonzero(np.diff(starts // size)) + 1
    return list(pairwise([0, *cuts.tolist(), len(starts)])) if len(starts) else []


def _least(
    inside: NDArray[np.uint32],
    inverse: NDArray[np.float32],
    starts: NDArray[np.int64],
    found: NDArray[np.uint32],
) -> None:
    """Write the bits of the least number of each bin into (rows, NUMBERS).

    The bin is what the upper half of a hash says, so that the pieces of a bin stand together.
    """
    bins = inside >> np.uint32(16)
    bins *= np.uint32(NUMBERS)
    bins >>= np.uint32(16)
    rows = np.arange(0, found.size, NUMBERS, dtype=np.uint32)
    bins += np.repeat(rows, np.diff(starts, append=len(inside)))
    first = np.flatnonzero(changes(bins))
    value = inside ^ (inside >> np.uint32(15))
    value *= np.uint32(0x2C1B3C6D)
    value ^= value >> np.uint32(12)
    value *= np.uint32(0x297A2D39)
    value >>= np.uint32(1)
    number = value.view(np.int32).astype(np.float32)  # processors turn signed numbers into floats faster
    number *= inverse
    found.reshape(-1)[bins[first]] = np.minimum.reduceat(number, first).view(np.uint32)


def changes(values: NDArray[np.uint32] | NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(m,) where a value differs from the one before it; the first always does.

    >>> changes(np.array([5, 5, 7], np.uint32)).tolist()
    [True, False, True]
    """
    found = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _fill(found: NDArray[np.uint32]) -> None:
    """Give each empty bin of (rows, NUMBERS) the number of the first in its order that is not."""
    flat = found.reshape(-1)
    at = np.flatnonzero(flat == EMPTY)
    given = flat.copy()
    order = _orders()
    for turn in range(NUMBERS - 1):
        if not len(at):
            break
        row, column = np.divmod(at, NUMBERS)
        taken = given[row * NUMBERS + order[column, turn]]
        flat[at] = taken
        at = at[taken == EMPTY]


@lru_cache(maxsize=1)
def _orders() -> NDArray[np.int64]:
    """(NUMBERS, NUMBERS) per bin all others, each in another order; itself the last."""
    keys = mixed(np.arange(1, NUMBERS**2 + 1, dtype=np.uint64)).reshape(NUMBERS, NUMBERS)
    np.fill_diagonal(keys, np.iinfo(np.uint64).max)
    return np.argsort(keys, axis=1)
