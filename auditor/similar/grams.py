"""Pieces of texts: runs of one to three letters within words, hashed, each once a text; and their weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.letters import END, Letters
from auditor.similar.sketch import counts_of

SIZES = (1, 2, 3)
BLOCK = 1 << 12
"""Texts whose pieces are made at a time."""
FACTORS = tuple(np.uint32(factor) for factor in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))
"""Odd numbers with bits all over, one per place in a run."""


def pieces_of(letters: Letters) -> Pieces:
    """The runs of one to three letters within the words of each text; per text sorted, each once."""
    found = [_block(letters, start) for start in range(0, max(len(letters), 1), BLOCK)]
    counts = np.concatenate([counts for counts, _ in found])
    return Pieces(offsets=np.r_[0, np.cumsum(counts)], hashes=np.concatenate([hashes for _, hashes in found]))


def _block(letters: Letters, start: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(b,) pieces per text of a block, and their hashes."""
    starts = letters.starts[start : min(start + BLOCK, len(letters)) + 1]
    flat = letters.flat[starts[0] : starts[-1]]
    owner = np.repeat(np.arange(len(starts) - 1, dtype=np.uint64) << np.uint64(32), np.diff(starts))
    code, keys = _scattered(flat), []
    inside = (flat != ord(" ")) & (flat != ord(END))
    fits, run = inside, np.zeros(len(flat), np.uint32)
    for size in SIZES:
        m = max(len(flat) - size + 1, 0)
        fits = fits[:m] & inside[size - 1 :]
        run = run[:m] + code[size - 1 :] * FACTORS[size - 1]
        keys.append(owner[:m][fits] | _scattered(run[fits] + np.uint32(size)))
    together = np.concatenate(keys)
    together.sort()
    once = together[np.r_[True, together[1:] != together[:-1]]] if len(together) else together
    counts = np.bincount((once >> np.uint64(32)).astype(np.int64), minlength=len(starts) - 1)
    return counts, once.astype(np.uint32)


def _scattered(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(m,) the finaliser of MurmurHash3 (Appleby 2011): every bit depends on every bit."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a piece weighs, from how many texts of the dataset have it."""

    table: NDArray[np.float64]
    """Squared weight by the upper bits of a piece's hash, as whole numbers: sums of them are exact, and so
    the same in every order."""
    shift: np.uint32

    def of(self, hashes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """(m,) the squared weight of each piece."""
        return self.table[hashes >> self.shift]


def weights_of(pieces: Pieces) -> Weights:
    """1 + ln((1 + n) / (1 + texts that have it)), as TF-IDF has it; half of that for a piece of one text."""
    n = len(pieces)
    counts, shift = counts_of(pieces.hashes)
    table = 1 + np.log((1 + n) / (1 + np.minimum(counts, n)))
    table[counts < 2] /= 2
    return Weights(table=np.rint(table * table * 1024), shift=shift)
