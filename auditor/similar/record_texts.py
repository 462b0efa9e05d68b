"""Columns of sentences in a table: rows whose sentences differ are no near copies, whatever else they share.

A premise with three hypotheses, a title with many bodies: most of such rows' words are the same, and what
tells them apart is one cell. Words of a name or an address may move between cells; sentences do not.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole
from auditor.similar.likeness import Likeness
from auditor.similar.pairs import NEAR_RECORDS, NEAR_TEXTS

WORDS = 5
"""Words of a filled cell, on average, from which a column holds sentences; addresses have about four."""
SCALE = ((0.0, NEAR_TEXTS, 1.0), (0.0, NEAR_RECORDS, 1.0))
"""How alike two texts are, as rows are: what makes near copies of texts makes near copies of rows."""


def by_sentences(
    columns: pa.Table, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(m,) how alike the sentences of a pair are, on the scale of rows: the least of the columns, or 1.

    Args:
        columns: n rows of string columns, normalised.
        first, second: (m,) rows of each pair. An empty cell says nothing.
    """
    least = np.ones(len(first))
    for cells in (whole(columns[name]) for name in columns.column_names):
        filled = np.asarray(pc.greater(pc.binary_length(cells), 0).to_numpy(zero_copy_only=False), bool)
        if _holds_sentences(cells, filled):
            both = filled[first] & filled[second]
            alike = Likeness(cells).of(first[both], second[both])
            least[both] = np.minimum(least[both], np.interp(alike, *SCALE))
    return least


def _holds_sentences(cells: pa.Array, filled: NDArray[np.bool_]) -> bool:
    words = pc.add(pc.count_substring(cells, " "), 1).to_numpy(zero_copy_only=False)[filled]
    return bool(len(words)) and float(words.mean()) >= WORDS
