"""Pieces of texts: runs of one to three letters within words, hashed and weighed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.letters import END, Letters
from auditor.similar.sketch import counts_of, mixed

BLOCK = 1 << 14
"""Texts whose pieces are made at a time."""


def pieces_of(letters: Letters, sizes: tuple[int, ...]) -> Pieces:
    """The runs of `sizes` letters (each 1..3) within the words of each text, in the order of the text."""
    found = [_block(letters, start, sizes) for start in range(0, max(len(letters), 1), BLOCK)]
    counts = np.concatenate([counts for counts, _ in found])
    return Pieces(offsets=np.r_[0, np.cumsum(counts)], hashes=np.concatenate([hashes for _, hashes in found]))


def _block(
    letters: Letters, start: int, sizes: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(b,) pieces per text of a block, and their hashes."""
    starts = letters.starts[start : min(start + BLOCK, len(letters)) + 1]
    flat = letters.flat[starts[0] : starts[-1]].astype(np.uint64)
    inside = (flat != ord(" ")) & (flat != ord(END))
    keys = np.zeros((len(flat), len(sizes)), np.uint64)
    fits = np.zeros(keys.shape, bool)
    for column, size in enumerate(sizes):
        m = len(flat) - size + 1
        for step in range(size):
            keys[:m, column] |= flat[step : step + m] << np.uint64(21 * step)
        fits[:m, column] = np.logical_and.reduce([inside[step : step + m] for step in range(size)])
    before = np.r_[0, np.cumsum(fits.sum(axis=1))]
    return np.diff(before[starts - starts[0]]), (mixed(keys[fits]) >> np.uint64(32)).astype(np.uint32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a piece weighs, from how often the dataset has it."""

    table: NDArray[np.float32]
    """Weight by the upper bits of a piece's hash."""
    shift: np.uint32

    def of(self, hashes: NDArray[np.uint32]) -> NDArray[np.float32]:
        """(m,) the weight of each piece."""
        return self.table[hashes >> self.shift]


def weights_of(pieces: Pieces) -> Weights:
    """1 + ln((1 + n) / (1 + count)), as TF-IDF has it; half of that for a piece that stands there once."""
    n = len(pieces)
    counts, shift = counts_of(pieces.hashes)
    table = 1 + np.log((1 + n) / (1 + np.minimum(counts, n)))
    table[counts < 2] /= 2
    return Weights(table=table.astype(np.float32), shift=shift)
