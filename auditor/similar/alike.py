"""The rows most similar to some rows, with the labels that they have: evidence for whoever judges a row.

Vectors are compared by their cosine (`neighbours.py`), texts by the pieces that they share
(`alike_texts.py`), rows of a table cell by cell (`alike_records.py`). A row of the same content is no
evidence but a copy, and is never among them; of several rows of one content only one is, the one whose item
has the lowest hash.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.alike_records import alike_records
from auditor.similar.alike_texts import alike_texts
from auditor.similar.alike_vectors import alike_vectors
from auditor.similar.content import ContentIndex
from auditor.similar.kept import hashes_of
from auditor.ties import TieKeys, tie_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The most similar rows of m rows."""

    rows: NDArray[np.int64]
    """(m, k) rows, the most similar first; -1 where there is none."""
    similarity: NDArray[np.float64]
    """(m, k) 0..1, descending; NaN where there is none."""


def most_similar(index: ContentIndex, rows: NDArray[np.int64], k: int = 3) -> Alike:
    """The k most similar rows of other content, at most one row of each content.

    Neither the order of the rows nor what else is asked about changes what is found, but for tables too large
    to be compared whole (`alike_records.WORK`).

    Args:
        index: n rows, perhaps with vectors. Without vectors nothing is similar to a file's name.
        rows: (m,) the rows asked about. Nothing is similar to a row without content.
        k: 1 and more; with vectors at most the 16 nearest are known.
    """
    found = np.full((len(rows), k), -1, np.int64), np.full((len(rows), k), np.nan)
    keys = tie_keys(index.dataset, index)
    if index.vectors is not None:
        found = alike_vectors(index, rows, k, keys)
    elif index.texts is not None and index.filled.any():
        _by_content(index, rows, keys, *found)
    return Alike(rows=found[0], similarity=found[1])


def _by_content(
    index: ContentIndex,
    rows: NDArray[np.int64],
    keys: TieKeys,
    near: NDArray[np.int64],
    similarity: NDArray[np.float64],
) -> None:
    """Write the similar rows of (m,) rows into (m, k) arrays."""
    contents = _contents(index)
    place = np.full(int(index.codes.max()) + 1, -1, np.int64)
    place[index.codes[contents]] = np.arange(len(contents))
    at = place[index.codes[rows]]
    asked, of = np.unique(at[at >= 0], return_inverse=True)
    columns = tuple(column.take(pa.array(contents)) for column in index.columns)
    search = alike_texts if index.dataset.content.kind == "text" else alike_records
    places, shares = search(columns, asked, near.shape[1])
    near[at >= 0] = _chosen(index, contents, places, keys)[of]
    similarity[at >= 0] = shares[of]


def _contents(index: ContentIndex) -> NDArray[np.int64]:
    """(c,) a row of each content that is not empty, in the order of a hash of the content."""
    first = np.unique(index.codes, return_index=True)[1].astype(np.int64)
    first = first[index.filled[first]]
    order = hashes_of([column.take(pa.array(first)) for column in index.columns])
    return first[np.argsort(order, kind="stable")]


def _chosen(
    index: ContentIndex, contents: NDArray[np.int64], places: NDArray[np.int64], keys: TieKeys
) -> NDArray[np.int64]:
    """(., k) the row that stands for each content, the one with the lowest key; -1 where there is none."""
    used = np.unique(places[places >= 0])
    row_of = np.full(len(contents) + 1, -1, np.int64)
    place = np.full(int(index.codes.max()) + 1, -1, np.int64)
    place[index.codes[contents[used]]] = used
    of_row = place[index.codes]
    several = np.bincount(of_row[of_row >= 0], minlength=len(contents)) > 1
    row_of[used] = contents[used]
    members = np.flatnonzero((of_row >= 0) & several[of_row])
    order = members[np.lexsort((keys(members), of_row[members]))]
    lowest = order[np.r_[True, of_row[order[1:]] != of_row[order[:-1]]][: len(order)]]
    row_of[of_row[lowest]] = lowest
    return row_of[places]
