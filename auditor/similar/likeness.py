"""How alike two texts are, 0..1.

- 1 where letters and digits are the same (`letters.py`).
- Else the larger of two: the cosine of their pieces (runs of one to three letters within words, each present
  or not, weighed as `grams.weights_of` says), which does not mind another order of the words; and the edit
  similarity of their letters, 2 * common subsequence / both lengths (normalised indel similarity), which
  serves short texts, counted from `EDITS_FROM` up because unrelated short texts share half their letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.grams import Weights, pieces_of, weights_of
from auditor.similar.letters import Letters, letters_of

EDITS_FROM = 0.8
"""Edit similarity from which it counts."""
SIZES = (1, 2, 3)
BLOCK = 1 << 15
"""Pairs that are compared at a time."""


class Likeness:
    """One column of texts, made ready once, to compare any pairs of it."""

    def __init__(self, texts: pa.Array) -> None:
        self.letters: Letters = letters_of(texts)
        self.weights: Weights = weights_of(pieces_of(self.letters, SIZES))

    @cached_property
    def squeezed(self) -> NDArray[np.object_]:
        """(n,) the letters of each text, without blanks."""
        texts = np.empty(len(self.letters), object)
        texts[:] = self.letters.squeezed().texts()
        return texts

    def of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) how alike the texts of each pair are; one empty text and one filled are 0, two empty 1."""
        blocks = [slice(start, start + BLOCK) for start in range(0, len(first), BLOCK)]
        parts = [self._of(first[block], second[block]) for block in blocks]
        return np.concatenate([np.empty(0), *parts])

    def _of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        edits = edit_similarity(self.squeezed[first], self.squeezed[second])
        return np.maximum(np.where(edits >= EDITS_FROM, edits, 0.0), self._cosine(first, second))

    def _cosine(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) at most .9999, since the same pieces are not the same text."""
        rows, at = np.unique(np.concatenate([first, second]), return_inverse=True)
        return np.minimum(_cosines(pieces_of(self.letters.part(rows), SIZES), self.weights, at), 0.9999)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Presence:
    """Which pieces each text has, each once, sorted."""

    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint32]


def _present(pieces: Pieces) -> _Presence:
    owner = np.repeat(np.arange(len(pieces), dtype=np.uint64), np.diff(pieces.offsets))
    keys = (owner << np.uint64(32)) | pieces.hashes
    keys.sort()
    keys = keys[np.r_[True, keys[1:] != keys[:-1]]] if len(keys) else keys
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(pieces))
    return _Presence(offsets=np.r_[0, np.cumsum(counts)], hashes=keys.astype(np.uint32))


def _cosines(pieces: Pieces, weights: Weights, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosines of the rows at[:m] with the rows at[m:]."""
    from scipy.sparse import csr_array

    present = _present(pieces)
    values = weights.of(present.hashes).astype(np.float64)
    columns = (present.hashes >> np.uint32(1)).astype(np.int32)
    matrix = csr_array((values, columns, present.offsets), shape=(len(pieces), 1 << 31))
    norms = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    first, second = np.split(at, 2)
    shared = matrix[first].multiply(matrix[second]).sum(axis=1)
    return shared / np.maximum(norms[first] * norms[second], 1e-12)


def edit_similarity(first: NDArray[np.object_], second: NDArray[np.object_]) -> NDArray[np.float64]:
    """(m,) normalised indel similarity of each pair, 0 under `EDITS_FROM`; two empty texts are alike."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    return cpdist(
        first,
        second,
        scorer=Indel.normalized_similarity,
        score_cutoff=EDITS_FROM,
        dtype=np.float64,
        workers=1,
    )
