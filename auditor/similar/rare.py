"""Pairs that share their rarest pieces: what a low threshold asks for, since paraphrases share little else.

A piece that more than `MOST_HAVE` contents have is not looked at, so that a content costs the same in a
large dataset as in a small one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import Codes, Pieces, codes_of, union
from auditor.similar.sketch import counts_of

MOST_HAVE = 64
"""Contents that may have a piece for it to be rare."""
PARTNERS = 32
"""Contents with which one is compared: those that share most of its rare pieces, weighed by rarity."""
LEAST = 0.05
"""Cosine over rare pieces under which a pair is not compared."""
BLOCK = 1 << 11


def rare_pairs(pieces: Pieces, kinds: NDArray[np.int64] | None = None) -> Codes:
    """Codes of pairs of contents, numbered in the order that decides ties."""
    from scipy.sparse import csr_array

    n = len(pieces)
    counts, shift = counts_of(pieces.hashes)
    owner = np.repeat(np.arange(n), np.diff(pieces.offsets))
    count = counts[pieces.hashes >> shift]
    rare = (count > 1) & (count <= MOST_HAVE)
    _, column = np.unique(pieces.hashes[rare], return_inverse=True)
    weight = np.log((1 + n) / count[rare]) + 1
    matrix = csr_array((weight, (owner[rare], column)), shape=(n, int(column.max(initial=0)) + 1))
    matrix.data = np.minimum(matrix.data, weight.max(initial=0))
    norms = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    scaled = csr_array(matrix.multiply(1 / np.maximum(norms, 1e-12)[:, None]))
    turned = csr_array(scaled.T)
    return union(_best(scaled[start : start + BLOCK] @ turned, start) for start in range(0, n, BLOCK))


def _best(block: object, start: int) -> Codes:
    """Codes of the partners of the contents of a block."""
    cosines = block.tocoo()  # type: ignore[attr-defined]
    row, other, value = cosines.row + start, cosines.col, cosines.data
    fit = (row != other) & (value >= LEAST)
    row, other, value = row[fit].astype(np.int64), other[fit].astype(np.int64), value[fit]
    order = np.lexsort((other, -value.round(9), row))
    row, other = row[order], other[order]
    starts = np.r_[0, np.flatnonzero(row[1:] != row[:-1]) + 1] if len(row) else np.empty(0, np.int64)
    rank = np.arange(len(row)) - np.repeat(starts, np.diff(np.r_[starts, len(row)]))
    return codes_of(row[rank < PARTNERS], other[rank < PARTNERS])
