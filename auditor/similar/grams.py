"""Pieces of texts: runs of one and two syllables or of two and three letters, and what they weigh.

A word's beginning and its end count as letters. A text has each of its pieces once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.letters import END, Letters
from auditor.similar.sketch import Counts, changes, counts_of, spans

WIDE_FROM = 0x1100
"""First code point of the scripts whose signs say as much as two letters: Hangul, kana, Chinese."""
BLOCK = 1 << 16
"""Letters whose pieces are made at a time: what is made of them stays in the processor's cache."""
MOST = 3
"""Runs that end at a letter at most."""
FACTORS = tuple(np.uint32(factor) for factor in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))
"""Odd numbers with bits all over, one per place in a run."""


def pieces_of(letters: Letters) -> Pieces:
    """The pieces of each text, sorted, each once."""
    counts = np.zeros(len(letters), np.int64)
    hashes = np.empty(MOST * len(letters.flat), np.uint32)  # memory that is not written to costs nothing
    end = 0
    for start, stop in spans(letters.starts[:-1], BLOCK):
        counts[start:stop], found = _block(letters, start, stop)
        hashes[end : (end := end + len(found))] = found
    return Pieces(offsets=np.r_[0, np.cumsum(counts)], hashes=hashes[:end])


def _block(letters: Letters, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(b,) pieces per text of a block, and their hashes."""
    starts = letters.starts[start : stop + 1]
    flat = letters.flat[starts[0] : starts[-1]]
    owner = np.repeat(np.arange(len(starts) - 1, dtype=np.uint64) << np.uint64(32), np.diff(starts))
    edge = (flat == ord(" ")) | (flat == ord(END))
    code = _scattered(np.r_[np.uint32(ord(" ")), np.where(edge, np.uint32(ord(" ")), flat)])
    runs = _runs(code, flat >= WIDE_FROM, np.r_[True, edge])
    together = np.empty(sum(len(at) for at, _ in runs), np.uint64)
    end = 0
    for at, hashes in runs:
        part = together[end : (end := end + len(at))]
        np.take(owner, at, out=part, mode="clip")
        part |= hashes
    together.sort()
    once = together[changes(together)]
    ends = np.searchsorted(once, np.arange(len(starts), dtype=np.uint64) << np.uint64(32))
    return np.diff(ends), once.astype(np.uint32)


def _runs(
    code: NDArray[np.uint32], wide: NDArray[np.bool_], edge: NDArray[np.bool_]
) -> list[tuple[NDArray[np.int64], NDArray[np.uint32]]]:
    """Where runs end that fit, and their hashes; an edge of a word counts as a letter of it.

    Args:
        code: (m + 1,) an edge and m letters, scattered.
        wide: (m,) whether a sign says as much as two letters.
        edge: (m + 1,) whether it is an edge.

    Returns:
        (r,) numbers of letters, and (r,) hashes: sums of scattered letters times odd numbers, as scattered
        as they (tabulation hashing, Zobrist 1970).
    """
    one = np.flatnonzero(wide)
    two = np.flatnonzero(~(edge[:-1] & edge[1:]))
    three = np.flatnonzero(~(edge[1:-1] | wide[:-1]))
    pairs = code[:-1] * FACTORS[0] + code[1:] * FACTORS[1]
    triples = pairs[:-1] + code[2:] * FACTORS[2]
    return [
        (one, code[one + 1] * FACTORS[2]),
        (two - edge[two + 1], pairs[two]),
        (three, triples[three]),
    ]


def _scattered(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(m,) the finaliser of MurmurHash3 (Appleby 2011): every bit depends on every bit."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a piece weighs, from how many texts of the dataset have it."""

    table: NDArray[np.float32]
    """Squared weight by the upper bits of a piece's hash, as whole numbers under 2^24: sums of them as
    float64 are exact, and so the same in every order."""
    shift: np.uint32

    def sums(self, hashes: NDArray[np.uint32], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
        """(r,) the sum of the squared weights of the pieces from each of (r + 1,) offsets to the next."""
        sums = np.zeros(len(hashes) + 1)
        np.cumsum(np.take(self.table, hashes >> self.shift, mode="clip"), out=sums[1:])
        return np.diff(sums[offsets])


def weights_of(pieces: Pieces, counted: Counts | None = None) -> Weights:
    """1 + ln((1 + n) / (1 + texts that have it)), as TF-IDF has it; half of that for a piece of one text.

    Args:
        pieces: of n texts.
        counted: `counts_of` the pieces, where they are counted already.
    """
    n = len(pieces)
    counts, shift = counts_of(pieces.hashes) if counted is None else counted
    weight = 1 + np.log((1 + n) / (1 + np.arange(min(int(counts.max(initial=0)), n) + 1)))
    weight[:2] /= 2
    squared = np.rint(weight * weight * 1024).astype(np.float32)
    return Weights(table=np.take(squared, counts, mode="clip"), shift=shift)
