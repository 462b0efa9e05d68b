"""Pieces of texts: runs of one and two syllables or of two and three letters, and what they weigh.

A word's beginning and its end count as letters. A text has each of its pieces once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.letters import END, Letters
from auditor.similar.sketch import counts_of, spans

WIDE_FROM = 0x1100
"""First code point of the scripts whose signs say as much as two letters: Hangul, kana, Chinese."""
BLOCK = 1 << 16
"""Letters whose pieces are made at a time: what is made of them stays in the processor's cache."""
FACTORS = tuple(np.uint32(factor) for factor in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))
"""Odd numbers with bits all over, one per place in a run."""


def pieces_of(letters: Letters) -> Pieces:
    """The pieces of each text, sorted, each once."""
    found = [_block(letters, start, stop) for start, stop in spans(letters.starts[:-1], BLOCK)]
    counts = np.concatenate([np.empty(0, np.int64), *(counts for counts, _ in found)])
    hashes = np.concatenate([np.empty(0, np.uint32), *(hashes for _, hashes in found)])
    return Pieces(offsets=np.r_[0, np.cumsum(counts)], hashes=hashes)


def _block(letters: Letters, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(b,) pieces per text of a block, and their hashes."""
    starts = letters.starts[start : stop + 1]
    flat = letters.flat[starts[0] : starts[-1]]
    owner = np.repeat(np.arange(len(starts) - 1, dtype=np.uint64) << np.uint64(32), np.diff(starts))
    edge = (flat == ord(" ")) | (flat == ord(END))
    flat = np.where(edge, np.uint32(ord(" ")), flat)
    runs = _runs(np.r_[np.uint32(ord(" ")), flat], np.r_[True, edge])
    together = np.concatenate([owner[np.maximum(at - 1, 0)] | hashes for at, hashes in runs])
    together.sort()
    once = together[np.r_[True, together[1:] != together[:-1]]] if len(together) else together
    counts = np.bincount((once >> np.uint64(32)).astype(np.int64), minlength=len(starts) - 1)
    return counts, once.astype(np.uint32)


def _runs(
    flat: NDArray[np.uint32], edge: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint32]]]:
    """Where runs end that fit, and their hashes; an edge of a word counts as a letter of it."""
    code, wide = _scattered(flat), flat >= WIDE_FROM
    at = np.flatnonzero(wide)
    yield at, _scattered(code[at])
    two = np.flatnonzero(~(edge[:-1] & edge[1:]))
    run = code[two] * FACTORS[0] + code[two + 1] * FACTORS[1]
    yield two + ~edge[two + 1], _scattered(run)
    three = np.flatnonzero(~(edge[1:-1] | wide[1:-1]))
    run = code[three] * FACTORS[0] + code[three + 1] * FACTORS[1] + code[three + 2] * FACTORS[2]
    yield three + 1, _scattered(run)


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
        np.cumsum(self.table[hashes >> self.shift], out=sums[1:])
        return np.diff(sums[offsets])


def weights_of(pieces: Pieces) -> Weights:
    """1 + ln((1 + n) / (1 + texts that have it)), as TF-IDF has it; half of that for a piece of one text."""
    n = len(pieces)
    counts, shift = counts_of(pieces.hashes)
    table = 1 + np.log((1 + n) / (1 + np.minimum(counts, n)))
    table[counts < 2] /= 2
    return Weights(table=np.rint(table * table * 1024).astype(np.float32), shift=shift)
