"""Which rows must be predicted together: copies, and near copies as far as a fold can hold them.

A row whose copy the model has learned from is not out of sample: the model repeats the copy's label, right
or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.similar.content import ContentIndex
from auditor.similar.groups import Groups

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
    return Units(
        of_row=_joined(n, index.groups, near, kept),
        exact=len(index.groups.members),
        near=int(kept.sum()),
        split=int((~kept).sum()),
        split_rows=int(sizes[~kept].sum()),
    )


def _joined(n: int, exact: Groups, near: Groups | None, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n,) units: rows that share an exact group, or a near group that is kept, in the end share a number."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = [(np.flatnonzero(exact.of_row >= 0), n + exact.of_row[exact.of_row >= 0])]
    nodes = n + len(exact.members)
    if near is not None and kept.any():
        rows = np.flatnonzero(near.of_row >= 0)
        rows = rows[kept[near.of_row[rows]]]
        links.append((rows, nodes + near.of_row[rows]))
        nodes += len(near.members)
    one, other = (np.concatenate(side) for side in zip(*links, strict=True))
    graph = coo_array((np.ones(len(one), bool), (one, other)), shape=(nodes, nodes))
    component = connected_components(graph, directed=False)[1][:n]
    return np.unique(component, return_inverse=True)[1].reshape(-1).astype(np.int64)
