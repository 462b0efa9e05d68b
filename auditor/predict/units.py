"""Which rows must be predicted together: copies, and near copies as far as a fold can hold them.

A row whose copy the model has learned from is not out of sample: the model repeats the copy's label, right
or wrong. Where a row has several texts, one of them may be the same in several rows: a premise with three
hypotheses, one for each class. A model that has learned two of these rows knows what the third is *not*,
whatever it says; on such data it agreed with 9 % of the labels where guessing agrees with 33 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.content import ContentIndex

MOST_OF_A_FOLD = 0.5
"""Share of a fold that one near group may fill: a larger one is a template, or a chain of rows of which the
ends have nothing in common, and would leave the other rows of the fold to chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The rows that stand in one fold together."""

    of_row: NDArray[np.int64]
    """(n,) number of the row's unit, 0..; a row of its own is a unit too."""
    exact: int
    """Groups of exact copies among them."""
    near: int
    """Near groups that are kept together."""
    parts: int
    """Texts that stand in one column of several rows, which are kept together."""
    split: int
    """Near groups that are too large to be; their exact copies are still together."""
    split_rows: int
    """Rows of those groups."""


def units_of(index: ContentIndex, folds: int) -> Units:
    """The units of a dataset for so many folds.

    Args:
        index: the content, compared already or not.
        folds: how many; decides what a near group may fill.
    """
    n = len(index.dataset)
    most = max(MOST_OF_A_FOLD * n / folds, 2)
    near = index.near.groups if index.near is not None else None
    sizes = np.array([len(rows) for rows in near.members] if near else [], np.int64)
    kept = sizes <= most
    links = [_of_group(index.groups.of_row, np.ones(len(index.groups.members), bool))]
    links += _by_content(index, most)
    if near is not None:
        links.append(_of_group(near.of_row, kept))
    whole = _connected(n, links)
    parts = [_same_text(column, most) for column in _texts(index)]
    together = _connected(n, [*links, *parts])
    fits = (np.bincount(together) <= most)[together]
    return Units(
        of_row=_numbered(np.where(fits, together, n + whole)),
        exact=len(index.groups.members),
        near=int(kept.sum()),
        parts=sum(len(np.unique(names[fits[rows]])) for rows, names in parts),
        split=int((~kept).sum()),
        split_rows=int(sizes[~kept].sum()),
    )


Links = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows, and the number of what each belongs to."""


def _of_group(of_row: NDArray[np.int64], kept: NDArray[np.bool_]) -> Links:
    rows = np.flatnonzero(of_row >= 0)
    rows = rows[kept[of_row[rows]]]
    return rows, of_row[rows]


def _by_content(index: ContentIndex, most: float) -> list[Links]:
    """Where vectors are compared, the near groups of the content too: models learn from both."""
    if index.embeddings is None or index.texts is None:
        return []
    near = ContentIndex(index.dataset).near
    if near is None:
        return []
    kept = np.array([len(rows) for rows in near.groups.members], np.int64) <= most
    return [_of_group(near.groups.of_row, kept)]


def _texts(index: ContentIndex) -> tuple[pa.Array, ...]:
    """The columns of texts, where there are several: of one, equal cells are equal rows."""
    several = index.dataset.content.kind == "text" and len(index.columns) > 1
    return index.columns if several else ()


def _same_text(column: pa.Array, most: float) -> Links:
    """Rows whose cells of a column are equal, where they are no more than a fold can hold."""
    filled = pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    codes = column.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    sizes = np.bincount(codes[filled], minlength=int(codes.max(initial=0)) + 1)
    rows = np.flatnonzero(filled & (sizes[codes] > 1) & (sizes[codes] <= most))
    return rows, codes[rows].astype(np.int64)


def _connected(n: int, links: list[Links]) -> NDArray[np.int64]:
    """(n,) a number for the rows that links connect, also over others."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends, nodes = [], n
    for _, names in links:
        ends.append(nodes + names)
        nodes += int(names.max(initial=-1)) + 1
    one = np.concatenate([rows for rows, _ in links])
    graph = coo_array((np.ones(len(one), bool), (one, np.concatenate(ends))), shape=(nodes, nodes))
    found: NDArray[np.int64] = connected_components(graph, directed=False)[1][:n].astype(np.int64)
    return found


def _numbered(names: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) 0, 1, 2, ... for the names."""
    return np.unique(names, return_inverse=True)[1].reshape(-1).astype(np.int64)
