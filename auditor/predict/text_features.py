"""Texts as rows of numbers: TF-IDF weights of their pieces, made once and without labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.predict.learners import Rows
from auditor.predict.text_pieces import LONG, SHORT, Counted, Kinds, code_points, counted, normal
from auditor.similar.sketch import polynomials

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LONG_FROM = 300
"""Letters of a text, on average, from which fewer kinds of pieces are made."""
KEPT_PIECES = 60_000_000
"""Pieces of a column, about, up to which its features are kept: under 700 MB. Of a larger one they are made
anew for the rows that are asked for, and a sample of this size says which pieces there are."""
MAKING = 6.0
"""Numbers that a linear model learns from in the time in which one piece is made."""
BLOCK = 1 << 18
"""Letters whose pieces are made at a time."""
FEWEST = 2
"""Texts of the dataset that have a piece: one of a single text says nothing of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The pieces that are features of a column, and what they weigh."""

    hashes: NDArray[np.uint32]
    """(D,) ascending."""
    weights: NDArray[np.float32]
    """(D,) 1 + ln((1 + n) / (1 + texts that have it))."""

    @classmethod
    def of(cls, parts: Sequence[Counted]) -> Vocabulary:
        """The pieces that at least two of these texts have."""
        every = np.sort(np.concatenate([np.empty(0, np.uint32), *(part.hashes for part in parts)]))
        first = np.flatnonzero(np.r_[True, every[1:] != every[:-1]][: len(every)])
        have = np.diff(np.r_[first, len(every)])
        kept = have >= FEWEST
        n = sum(len(part.starts) - 1 for part in parts)
        weights = 1 + np.log((1 + n) / (1 + have[kept]))
        return cls(hashes=every[first[kept]], weights=weights.astype(np.float32))

    def matrix(self, parts: Sequence[Counted]) -> csr_matrix:
        """(m, D) float32 (1 + ln(times)) * weight of the pieces, each row of length 1 or of zeros."""
        from scipy.sparse import csr_matrix, vstack

        blocks = [self._block(part) for part in parts]
        return vstack(blocks, format="csr") if blocks else csr_matrix((0, len(self.hashes)), dtype=np.float32)

    def _block(self, part: Counted) -> csr_matrix:
        from scipy.sparse import csr_matrix

        width = len(self.hashes)
        at = np.searchsorted(self.hashes, part.hashes)
        known = np.r_[self.hashes, np.uint32(0)][at] == part.hashes
        known &= at < width
        starts = np.r_[0, np.cumsum(known)][part.starts]
        at = at[known].astype(np.int32)
        values = (1 + np.log(part.times[known])) * self.weights[at]
        return _of_length_one(csr_matrix((values, at, starts), shape=(len(starts) - 1, width)))


def _of_length_one(matrix: csr_matrix) -> csr_matrix:
    """Each row divided by its length, in place; rows of zeros stay."""
    squares = np.r_[0.0, np.cumsum(np.square(matrix.data, dtype=np.float64))]
    lengths = np.sqrt(np.maximum(np.diff(squares[matrix.indptr]), np.finfo(np.float64).tiny))
    matrix.data = (matrix.data / np.repeat(lengths, np.diff(matrix.indptr))).astype(np.float32)
    return matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFeatures:
    """The features of one text column."""

    texts: pa.Array
    kinds: Kinds
    vocabulary: Vocabulary
    kept: csr_matrix | None
    """(n, D) all of them; None where that is too much."""
    per_row: float
    """Numbers of a row that are not 0; where they are made anew as many more as that costs."""

    def rows(self, rows: Rows) -> csr_matrix:
        """(m, D) float32: the features of some rows."""
        if self.kept is not None:
            return self.kept[rows]
        return self.vocabulary.matrix(_parts(self.texts.take(pa.array(rows)), self.kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFeatures:
    """The features of several text columns, side by side."""

    columns: tuple[ColumnFeatures, ...]

    @property
    def per_row(self) -> float:
        """Numbers of a row that are not 0, on average, about."""
        return sum(column.per_row for column in self.columns)

    def rows(self, rows: Rows) -> csr_matrix:
        """(m, D) float32: the features of some rows; each row is of length 1, or of zeros where nothing of
        it is known."""
        from scipy.sparse import hstack

        if len(self.columns) == 1:
            return self.columns[0].rows(rows)
        return _of_length_one(hstack([column.rows(rows) for column in self.columns], format="csr"))


def text_features(columns: Sequence[pa.Array], *, most_pieces: int = KEPT_PIECES) -> TextFeatures:
    """Features of text columns; columns weigh alike, however long their texts are.

    Args:
        columns: of strings, each of n; null counts as "".
        most_pieces: of a column, up to which its features are kept.
    """
    return TextFeatures(columns=tuple(_column(pc.fill_null(texts, ""), most_pieces) for texts in columns))


def _column(texts: pa.Array, most: int) -> ColumnFeatures:
    letters = pc.sum(pc.utf8_length(texts)).as_py() or 0
    kinds = LONG if letters >= LONG_FROM * len(texts) else SHORT
    pieces = letters * kinds.per_letter
    sample = texts if pieces <= most else _sample(texts, max(len(texts) * most // pieces, 1))
    parts = _parts(sample, kinds)
    vocabulary = Vocabulary.of(parts)
    matrix = vocabulary.matrix(parts)
    kept = matrix if pieces <= most else None
    per_row = matrix.nnz / max(len(sample), 1)
    making = 0.0 if kept is not None else MAKING * pieces / len(texts)
    return ColumnFeatures(
        texts=texts, kinds=kinds, vocabulary=vocabulary, kept=kept, per_row=per_row + making
    )


def _parts(texts: pa.Array, kinds: Kinds) -> list[Counted]:
    """The pieces of texts, in blocks."""
    cells = [normal(text) for text in texts.to_pylist()]
    block = np.cumsum([0, *(len(cell) + 1 for cell in cells)])[:-1] // BLOCK
    stops = np.r_[np.flatnonzero(block[1:] != block[:-1]) + 1, len(cells)].tolist() if cells else []
    starts = [0, *stops][: len(stops)]
    return [counted(cells[start:stop], kinds) for start, stop in zip(starts, stops, strict=True)]


def _sample(texts: pa.Array, size: int) -> pa.Array:
    """So many different texts, those of the lowest hash: the same in any order of the rows."""
    hashes = [np.empty(0, np.uint64)]
    step = max(1, len(texts) * BLOCK // max(texts.nbytes, 1))
    for start in range(0, len(texts), step):
        cells = [text.replace("\n", " ") for text in texts.slice(start, step).to_pylist()]
        ends = np.cumsum([len(cell) + 1 for cell in cells])
        hashes.append(polynomials(code_points(cells), np.r_[0, ends[:-1]]))
    _, first = np.unique(np.concatenate(hashes), return_index=True)
    return texts.take(pa.array(first[:size]))
