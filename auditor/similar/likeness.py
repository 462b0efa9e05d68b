"""How alike two texts are, 0..1.

- 1 where letters and digits are the same (`letters.py`).
- Else the larger of two: the cosine of their pieces (`grams.py`: short runs of letters within words, each
  present or not, weighed as `weights_of` says), which does not mind another order of the words; and the edit
  similarity of their letters, 2 * common subsequence / both lengths (normalised indel similarity), which
  serves short texts, counted from `EDITS_FROM` up because unrelated short texts share half their letters.

A digit is a letter like others: texts that differ in a number alone ("order 12", "order 13") are near copies
as far as their other letters say so. Of the pairs of dup_korean_questions at .8 three differ in a number, and
two of them were judged the same.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.grams import Weights, pieces_of, weights_of
from auditor.similar.letters import Letters, letters_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

EDITS_FROM = 0.8
"""Edit similarity from which it counts."""
NOT_QUITE = 0.9999
COLUMNS = 2**31 - 1
BLOCK = 1 << 12
"""Pairs that are compared at a time."""


class Likeness:
    """One column of texts, made ready once, to compare any pairs of it."""

    def __init__(self, texts: pa.Array) -> None:
        self.letters: Letters = letters_of(texts)
        self.pieces: Pieces = pieces_of(self.letters)
        self.weights: Weights = weights_of(self.pieces)

    @cached_property
    def squeezed(self) -> NDArray[np.object_]:
        """(n,) the letters of each text, without blanks."""
        texts = np.empty(len(self.letters), object)
        texts[:] = self.letters.squeezed().texts()
        return texts

    @cached_property
    def norms(self) -> NDArray[np.float64]:
        """(n,) length of each text's vector of weights."""
        found = np.zeros(len(self.pieces))
        for start in range(0, len(self.pieces), BLOCK):
            offsets = self.pieces.offsets[start : start + BLOCK + 1]
            weights = self.weights.of(self.pieces.hashes[offsets[0] : offsets[-1]])
            sums = np.r_[0, np.cumsum(weights)]
            found[start : start + BLOCK] = np.sqrt(np.diff(sums[offsets - offsets[0]]))
        return found

    def of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) how alike the texts of each pair are; one empty text and one filled are 0, two empty 1."""
        blocks = [slice(start, start + BLOCK) for start in range(0, len(first), BLOCK)]
        parts = [self._of(first[block], second[block]) for block in blocks]
        return np.concatenate([np.empty(0), *parts])

    def _of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        edits = edit_similarity(self.squeezed[first], self.squeezed[second])
        return np.maximum(np.where(edits >= EDITS_FROM, edits, 0.0), self._cosine(first, second))

    def _cosine(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) cosine of the pieces, at most `NOT_QUITE`, since the same pieces are not the same text."""
        shared = self._rows(first, weighed=True).multiply(self._rows(second, weighed=False)).sum(axis=1)
        cosines = shared / np.maximum(self.norms[first] * self.norms[second], 1e-12)
        return np.asarray(np.minimum(cosines, NOT_QUITE), np.float64)

    def _rows(self, rows: NDArray[np.int64], weighed: bool) -> csr_array:
        """The pieces of some texts: squared weights, or ones. The lowest bit of a hash is not needed."""
        from scipy.sparse import csr_array

        part = self.pieces.part(rows)
        values = self.weights.of(part.hashes) if weighed else np.ones(len(part.hashes))
        columns = np.minimum(part.hashes >> np.uint32(1), COLUMNS - 1).astype(np.int32)
        found = csr_array((values, columns, part.offsets.astype(np.int32)), shape=(len(rows), COLUMNS))
        found.has_canonical_format = True  # sorted; a piece twice would take two equal halves of hashes
        return found


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
