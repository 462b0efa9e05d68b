"""Likely pairs: contents that share enough of their pieces, without looking at every pair.

**Interface.** Give `Pieces` (per content the hashes of what it is made of: n-grams, cells, ...), an `order`
(a hash of each content) and, where pairs across labels or splits matter, `kinds`; get candidate pairs that
are still to be verified. A pair that shares most of its weighty pieces is found with a high probability
(see `sketch.py`); a pair that shares only what everybody has is not.

**Bounds.** A content meets the next `NEIGHBOURS` of its bucket in the order of the hashes, and the nearest
before and after it whose kind differs: a bucket of 10,000 costs no more than 10,000 contents. Neither row
order nor block size changes the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.similar.sketch import Counts, changes, sketches, spans

NEIGHBOURS = 8
"""Members of its bucket, next in the order of the hashes, that a content is paired with."""
AGREE = 7
"""Of the 48 numbers of two sketches that must be equal for a pair to be verified at all: sets that share .4
of their weight have fewer with a chance of 1e-4, sets that share .05 of it this many with one of 1e-2."""
LARGE, MORE = 300, 8
"""Pieces from which two contents share many by chance, and how many more numbers must be equal there: any two
long reviews share .3 of their weight, after which one pair in three would be compared."""
SURE = 6
"""Equal numbers beyond the least that make a pair worth comparing where its contents have nearer ones."""
FIRST, MOST = 6, 24
"""Pairs of a content that are compared in any case, and those that are where so many numbers are equal; in
data made of templates, a content would meet more of its kind the more there are."""
OTHERS = 2
"""Pairs of a content with others of another kind that are compared in any case."""
BANDS = ((20, 24), (16, 32), (0, 64))
"""Numbers that must agree at least, and the bands in which contents meet then: pairs that share less meet
more rarely. Of 24 bands, pairs that agree in 24 numbers meet with probability .74, in 30 with .97."""
BLOCK = 1 << 17
"""Pieces that are gathered at a time."""
PLACE = np.uint64(28)
"""Bits of a place among the contents where pairs are packed with what they lack."""
LOWER = np.uint64(0xFFFFFFFF)
Codes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Per content a set of hashed pieces, one after another."""

    offsets: NDArray[np.int64]
    """(n + 1,) the pieces of content i are `hashes[offsets[i]:offsets[i + 1]]`; may be none."""
    hashes: NDArray[np.uint32]
    """(m,) well mixed hashes (`sketch.mixed`), rising within each content; a piece may be there twice."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def part(self, rows: NDArray[np.int64]) -> Pieces:
        """The pieces of some contents, in that order."""
        counts = self.offsets[rows + 1] - self.offsets[rows]
        offsets = np.r_[0, np.cumsum(counts)]
        hashes = np.empty(offsets[-1], np.uint32)
        for start, stop in spans(offsets[:-1], BLOCK):
            at = np.repeat(self.offsets[rows[start:stop]] - offsets[start:stop], counts[start:stop])
            at += np.arange(offsets[start], offsets[stop])
            np.take(self.hashes, at, out=hashes[offsets[start] : offsets[stop]], mode="clip")
        return Pieces(offsets=offsets, hashes=hashes)


def likely_pairs(
    pieces: Pieces,
    *,
    order: NDArray[np.uint64],
    kinds: NDArray[np.int64] | None = None,
    agree: int = AGREE,
    among: NDArray[np.int64] | None = None,
    nearest: bool = False,
    counted: Counts | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of contents that probably share much of their weighty pieces.

    Args:
        pieces: the pieces of n contents.
        order: (n,) a hash of each content: who meets whom in a large bucket.
        kinds: (n,) codes; a content also meets the nearest of another kind.
        agree: 0..48, numbers of two sketches that must be equal; of two `LARGE` contents `MORE` than that.
        among: the contents that are looked at; all unless given.
        nearest: whether only the most promising pairs of each content are wanted (`FIRST`, `MOST`).
        counted: `sketch.counts_of` the pieces, where they are counted already.

    Returns:
        (m,) the smaller and (m,) the larger number of each pair, sorted, each pair once.
    """
    among = np.arange(len(pieces)) if among is None else among
    place = among[np.argsort(order[among], kind="stable")]
    sizes = np.diff(pieces.offsets)
    turn = place[sizes[place] > 0]  # the contents with pieces, in the order of their hashes
    sketch = sketches(pieces.offsets, pieces.hashes, counted).part(turn)
    large, there = sizes[turn] > LARGE, None if kinds is None else kinds[turn]
    members = np.arange(len(turn))
    met = []
    for band in range(next(bands for least, bands in BANDS if agree >= least)):
        codes = union([pairs_in_buckets(sketch.keys(band), members, len(turn), there)])
        first, second = numbers_of(codes)
        beyond = sketch.agreeing(first, second) - agree - MORE * (large[first] & large[second])
        fit = beyond >= 0
        met.append(_packed(codes[fit] >> np.uint64(32), 63 - beyond[fit], codes[fit] & LOWER))
    one, lack, other = _unpacked(union(met))
    if nearest:
        one, other = _nearest(one, lack, other, there)
    return numbers_of(union([codes_of(turn[one], turn[other])]))


def _packed(one: Codes, lack: NDArray[np.int64], other: Codes) -> Codes:
    """Pairs in the order of one of them, those that lack least first, then in the order of the other."""
    return one << (PLACE + np.uint64(6)) | lack.astype(np.uint64) << PLACE | other


def _unpacked(packed: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    signed, place = packed.astype(np.int64), np.int64(PLACE)
    return signed >> (place + 6), (signed >> place) & 63, signed & ((1 << place) - 1)


def _nearest(
    first: NDArray[np.int64],
    lack: NDArray[np.int64],
    second: NDArray[np.int64],
    kinds: NDArray[np.int64] | None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs that are among the most promising of either member, or of its pairs with another kind.

    Args:
        first: (p,) places in the order that decides ties.
        lack: (p,) 63 less the equal numbers beyond the least.
        second: (p,) as `first`.
        kinds: a code by place.
    """
    low, high = first.astype(np.uint64), second.astype(np.uint64)
    packed = np.concatenate([_packed(low, lack, high), _packed(high, lack, low)])
    packed.sort()
    one, lack, other = _unpacked(packed)
    rank = _places_in_runs(one)
    kept = (rank < FIRST) | ((rank < MOST) & (lack <= 63 - SURE))
    if kinds is not None:
        at = np.flatnonzero(kinds[one] != kinds[other])
        kept[at[_places_in_runs(one[at]) < OTHERS]] = True
    return one[kept], other[kept]


def _places_in_runs(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """(m,) the place of each sorted value among those that are equal to it.

    >>> _places_in_runs(np.array([3, 3, 5, 5, 5])).tolist()
    [0, 1, 0, 1, 2]
    """
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]][: len(values)])
    return np.arange(len(values)) - np.repeat(starts, np.diff(np.r_[starts, len(values)]))


def pairs_in_buckets(
    keys: NDArray[np.uint64],
    members: NDArray[np.int64],
    n: int,
    kinds: NDArray[np.int64] | None = None,
    neighbours: int = NEIGHBOURS,
) -> Codes:
    """Pairs of members whose keys are equal, each with the few next to it.

    Args:
        keys: (m,) well mixed in their upper bits; the lowest bits are not looked at.
        members: (m,) numbers 0..n-1 whose order decides who is next; a member may have many keys.
        n: members in all.
        kinds: (n,) codes; with them a member meets the nearest of another kind before and after it, too.
        neighbours: members next to it that a member meets.

    Returns:
        (p,) codes of pairs (`numbers_of`); a pair of several buckets is there several times.

    >>> keys = np.array([1, 2, 1, 1], np.uint64) << np.uint64(32)
    >>> [pair.tolist() for pair in numbers_of(pairs_in_buckets(keys, np.arange(4), 4))]
    [[0, 2, 0], [2, 3, 3]]
    """
    bits = np.uint64(max(n - 1, 1).bit_length())
    packed = (keys >> bits << bits) | members.astype(np.uint64)
    packed.sort()
    packed = _shared(packed, bits)
    bucket, member = packed >> bits, (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    found = []
    for step in range(1, neighbours + 1):
        at = np.flatnonzero(bucket[step:] == bucket[:-step])
        if not len(at):
            break
        found.append(codes_of(member[at], member[at + step]))
    if kinds is not None:
        found.extend(_other_kinds(bucket, member, kinds))
    return np.concatenate(found) if found else np.empty(0, np.uint64)


def _shared(packed: Codes, bits: np.uint64) -> Codes:
    """Sorted entries, each once, without those that are alone in their bucket."""
    if len(packed) < 2:
        return packed[:0]
    once: Codes = packed[changes(packed)]
    same = (once[1:] >> bits) == (once[:-1] >> bits)
    shared: Codes = once[np.r_[same, False] | np.r_[False, same]]
    return shared


def _other_kinds(bucket: Codes, member: NDArray[np.int64], kinds: NDArray[np.int64]) -> list[Codes]:
    """Each member with the nearest after it, and the nearest before it, whose kind differs."""
    if len(member) < 2:
        return []
    kind = kinds[member]
    starts = np.r_[0, np.flatnonzero((bucket[1:] != bucket[:-1]) | (kind[1:] != kind[:-1])) + 1]
    run = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(member)]))
    after = np.r_[starts[1:], len(member) - 1][run]
    before = np.maximum(starts - 1, 0)[run]
    at = np.arange(len(member))
    found = []
    for low, high in ((at, after), (before, at)):
        fit = (bucket[low] == bucket[high]) & (kind[low] != kind[high])
        found.append(codes_of(member[low[fit]], member[high[fit]]))
    return found


def codes_of(first: NDArray[np.int64], second: NDArray[np.int64]) -> Codes:
    """(m,) one number per pair, the smaller member in its upper half, so that a sort is one of pairs."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    return (low.astype(np.uint64) << np.uint64(32)) | high.astype(np.uint64)


def numbers_of(
    codes: Codes, names: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two members of each pair, as `names` numbers them."""
    first = (codes >> np.uint64(32)).astype(np.int64)
    second = (codes & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return (first, second) if names is None else (names[first], names[second])


def union(found: Iterable[Codes]) -> Codes:
    """All pairs, sorted, each once."""
    together = np.concatenate([np.empty(0, np.uint64), *found])
    together.sort()
    return together[changes(together)]
