"""How alike two texts are, 0..1.

- 1 where letters and digits are the same (`letters.py`).
- Else the larger of two: the cosine of their pieces (`grams.py`: short runs of letters within words, each
  present or not, weighed as `weights_of` says), which does not mind another order of the words; and the edit
  similarity of their letters, 2 * common subsequence / both lengths (normalised indel similarity), which
  serves short texts, counted from `EDITS_FROM` up because unrelated short texts share half their letters.
- Where the pieces say alike (from `EDITS_FROM`) and the letters in their order less so ("the dog bites the
  man", "the man bites the dog"), the mean of the two: the same words in another order may say something else.

A digit is a letter like others: texts that differ in a number alone ("order 12", "order 13") are near copies
as far as their other letters say so. Of the pairs of dup_korean_questions at .8 three differ in a number, and
two of them were judged the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.grams import Weights, pieces_of, weights_of
from auditor.similar.letters import Letters, letters_of
from auditor.similar.sketch import Counts, counts_of, spans

if TYPE_CHECKING:
    from scipy.sparse import csr_array

EDITS_FROM = 0.8
"""Edit similarity from which it counts."""
NOT_QUITE = 0.9999
COLUMNS = 2**31 - 1
LONG, PROMISING = 32, 0.3
"""Letters up to which the shorter text of a pair is compared letter by letter whatever its pieces say, and
the cosine from which longer ones are: four letters changed in a question of banking77 often leave less
than .5, rarely less than .3."""
PAIRS = 1 << 14
"""Pairs whose letters are compared at a time."""
BLOCK = 1 << 18
"""Pieces, or letters, that are compared at a time: they stay in the processor's cache."""


class Likeness:
    """One column of texts, made ready once, to compare any pairs of it."""

    def __init__(self, texts: pa.Array) -> None:
        self.letters: Letters = letters_of(texts)
        self.pieces: Pieces = pieces_of(self.letters)
        self.counted: Counts = counts_of(self.pieces.hashes)
        self.weights: Weights = weights_of(self.pieces, self.counted)

    def _norms(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n,) length of each vector of weights, of the rows that are asked for; 0 of others."""
        found = np.zeros(len(self.pieces))
        there = np.zeros(len(self.pieces), bool)
        there[rows] = True
        rows = np.flatnonzero(there)
        sizes = np.diff(self.pieces.offsets)[rows]
        for start, stop in spans(np.cumsum(sizes) - sizes, BLOCK):
            part = self.pieces.part(rows[start:stop])
            found[rows[start:stop]] = np.sqrt(self.weights.sums(part.hashes, part.offsets))
        return found

    def of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) how alike the texts of each pair are; one empty text and one filled are 0, two empty 1."""
        sizes = np.diff(self.pieces.offsets)
        ends = np.cumsum(sizes[first] + sizes[second])
        norms = self._norms(np.concatenate([first, second]))
        found = np.empty(len(first))
        for start, stop in spans(np.r_[0, ends[:-1]][: len(first)], BLOCK):
            found[start:stop] = self._cosine(first[start:stop], second[start:stop], norms)
        at = self._worth_edits(first, second, found)
        edits = self._edits(first[at], second[at], EDITS_FROM)
        same_pieces = found[at] >= EDITS_FROM
        found[at] = np.where(same_pieces, found[at], np.maximum(edits, found[at]))
        edits, at = edits[same_pieces], at[same_pieces]
        moved = edits < EDITS_FROM
        edits[moved] = self._edits(first[at[moved]], second[at[moved]], 0.0)
        found[at] = np.maximum(edits, (edits + found[at]) / 2)
        return found

    def _worth_edits(
        self, first: NDArray[np.int64], second: NDArray[np.int64], cosines: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """The pairs whose letters are compared: those of longer texts only if they share pieces."""
        lengths = np.diff(self.letters.starts) - 1
        shorter = np.minimum(lengths[first], lengths[second])
        return np.flatnonzero((shorter <= LONG) | (cosines >= PROMISING))

    def _edits(
        self, first: NDArray[np.int64], second: NDArray[np.int64], least: float
    ) -> NDArray[np.float64]:
        """(m,) edit similarity of the letters without blanks, 0 under `least`."""
        rows, of = np.unique(np.concatenate([first, second]), return_inverse=True)
        texts = np.empty(len(rows), object)
        for start, stop in spans(self.letters.starts[rows], BLOCK):
            texts[start:stop] = self.letters.part(rows[start:stop]).squeezed().texts()
        one, other = of[: len(first)], of[len(first) :]
        blocks = [slice(start, start + PAIRS) for start in range(0, len(first), PAIRS)]
        parts = [edit_similarity(texts[one[block]], texts[other[block]], least) for block in blocks]
        return np.concatenate([np.empty(0), *parts])

    def _cosine(
        self, first: NDArray[np.int64], second: NDArray[np.int64], norms: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(m,) cosine of the pieces, at most `NOT_QUITE`, since the same pieces are not the same text."""
        both = self._rows(first).multiply(self._rows(second))
        hashes = both.indices.view(np.uint32) << np.uint32(1)
        shared = self.weights.sums(hashes, both.indptr)
        cosines = shared / np.maximum(norms[first] * norms[second], 1e-12)
        return np.asarray(np.minimum(cosines, NOT_QUITE), np.float64)

    def _rows(self, rows: NDArray[np.int64]) -> csr_array:
        """Ones for the pieces of some texts. The lowest bit of a hash is not needed."""
        from scipy.sparse import csr_array

        part = self.pieces.part(rows)
        columns = np.minimum(part.hashes >> np.uint32(1), np.uint32(COLUMNS - 1)).view(np.int32)
        ones = np.ones(len(columns), np.int8)
        found = csr_array((ones, columns, part.offsets.astype(np.int32)), shape=(len(rows), COLUMNS))
        found.has_canonical_format = True  # sorted; a piece twice would take two equal halves of hashes
        return found


def edit_similarity(
    first: NDArray[np.object_], second: NDArray[np.object_], least: float
) -> NDArray[np.float64]:
    """(m,) normalised indel similarity of each pair, 0 under `least`; two empty texts are alike."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    return cpdist(
        first,
        second,
        scorer=Indel.normalized_similarity,
        score_cutoff=least,
        dtype=np.float64,
        workers=1,
    )
