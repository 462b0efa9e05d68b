"""Rows that are nearly the same: the search that fits the content, and what its direct pairs connect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.arrow import label_codes
from auditor.similar.groups import Groups, group_names, no_groups
from auditor.similar.pairs import NearSearch, Pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.images.looks import Looks
    from auditor.similar.content import ContentIndex

EXAMPLES = 5
"""Pairs shown from each side of the threshold."""
LOOKED_AT = 200
"""Pairs right above the threshold among which those that say enough are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopies:
    """Direct pairs of contents that are nearly the same, and the rows they connect."""

    search: NearSearch
    """What was found; its pairs are numbers of `first_rows`."""
    first_rows: NDArray[np.int64]
    """(c,) a row of each content that was compared."""
    content_of: NDArray[np.int64]
    """(n,) the content of each row, or -1 where there was nothing to compare."""
    groups: Groups
    """The rows that pairs connect, also over others; A near B near C does not make A near C."""


def near_copies(index: ContentIndex) -> NearCopies:
    """The near copies of a dataset, by vectors where there are some, else by texts, cells or pixels."""
    usable = _usable(index)
    rows = np.flatnonzero(usable)
    _, first, of = np.unique(index.codes[rows], return_index=True, return_inverse=True)
    content_of = np.full(len(usable), -1, np.int64)
    content_of[rows] = of
    first_rows = rows[first]
    search = _search(index, first_rows, content_of)
    return NearCopies(
        search=search,
        first_rows=first_rows,
        content_of=content_of,
        groups=_groups(index, search.pairs, content_of, len(first_rows)),
    )


def _usable(index: ContentIndex) -> NDArray[np.bool_]:
    """(n,) rows that have something to compare."""
    if index.embeddings is None:
        return index.filled
    covered = index.embeddings.covered
    return np.ones(len(index.dataset), bool) if covered is None else covered


def _search(index: ContentIndex, first_rows: NDArray[np.int64], content_of: NDArray[np.int64]) -> NearSearch:
    if index.embeddings is not None:
        from auditor.similar.near_vectors import near_vectors

        kinds = _kinds(index, np.arange(len(content_of)))
        found = near_vectors(
            index.embeddings.vectors, index.threshold("vectors"), kinds=kinds, found=index.neighbours
        )
        return _of_contents(found, content_of, len(first_rows))
    if index.of_images and index.looks is not None:
        return _of_images(index, index.looks, first_rows, content_of)
    at = pa.array(first_rows)
    columns = [column.take(at) for column in index.columns]
    kinds = _kinds(index, content_of)
    if index.dataset.content.kind == "text":
        from auditor.similar.near_texts import near_texts

        return near_texts(columns, index.threshold("texts"), kinds=kinds)
    from auditor.similar.near_records import near_records

    table = pa.table(columns, names=index.dataset.content.columns.column_names)
    return near_records(table, index.threshold("records"), kinds=kinds)


def _of_images(
    index: ContentIndex, looks: Looks, first_rows: NDArray[np.int64], content_of: NDArray[np.int64]
) -> NearSearch:
    from auditor.similar.image_pairs import near_images

    return near_images(looks.grey[first_rows], index.threshold("images"), kinds=_kinds(index, content_of))


def _kinds(index: ContentIndex, content_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """(c,) a number per content for the labels and splits that its rows have: the least and the greatest.

    A search keeps pairs between different kinds first: they are the conflicts and the leaks.
    """
    rows = np.flatnonzero(content_of >= 0)
    of = content_of[rows]
    contents = int(of.max(initial=-1)) + 1
    said = [label_codes(index.dataset.labels)[0]]
    said += [] if index.dataset.splits is None else [index.dataset.splits.codes]
    ends = []
    for codes in said:
        least, most = np.full(contents, np.iinfo(np.int32).max), np.full(contents, -1)
        np.minimum.at(least, of, codes[rows])
        np.maximum.at(most, of, codes[rows])
        ends += [least, most]
    return np.unique(np.stack(ends, axis=1), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _of_contents(found: NearSearch, content_of: NDArray[np.int64], contents: int) -> NearSearch:
    """Pairs of rows as pairs of contents: rows with the same content are no near copies of each other."""
    return replace(
        found,
        compared=contents,
        pairs=_renumbered(found.pairs, content_of),
        below=_renumbered(found.below, content_of),
    )


def _renumbered(pairs: Pairs, content_of: NDArray[np.int64]) -> Pairs:
    one, other = content_of[pairs.first], content_of[pairs.second]
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((-pairs.similarity, second, first))
    order = order[(first != second)[order]]
    again = (np.diff(first[order], prepend=-1) == 0) & (np.diff(second[order], prepend=-1) == 0)
    kept = order[~again]
    return Pairs(first=first[kept], second=second[kept], similarity=pairs.similarity[kept])


def _groups(index: ContentIndex, pairs: Pairs, content_of: NDArray[np.int64], contents: int) -> Groups:
    """The rows of the contents that pairs connect: connected components, as union-find gives them."""
    n = len(content_of)
    if not len(pairs):
        return no_groups(n)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), bool), (pairs.first, pairs.second)), shape=(contents, contents))
    component = connected_components(links, directed=False)[1]
    paired = np.zeros(contents, bool)
    paired[pairs.first] = paired[pairs.second] = True
    rows = np.flatnonzero((content_of >= 0) & paired[content_of])
    of = component[content_of[rows]]
    order = rows[np.argsort(of, kind="stable")]
    ordered = component[content_of[order]]
    members = np.split(order, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)
    members.sort(key=lambda group: int(group[0]))
    of_row = np.full(n, -1, np.int64)
    for number, group in enumerate(members):
        of_row[group] = number
    return Groups(
        of_row=of_row,
        members=tuple(members),
        names=group_names(index.dataset.ids, members),
        enough=np.ones(len(members), bool),
    )


def examples_of(near: NearCopies, says_enough: Callable[[NDArray[np.int64]], NDArray[np.bool_]]) -> Pairs:
    """The pairs that tell a person whether the threshold is right: the last above it, the first below it.

    Pairs of contents that say too little fill up what the others leave.

    Returns:
        Pairs of rows, the most alike first: at most `EXAMPLES` from each side.
    """
    above, below = near.search.pairs, near.search.below
    nearest = np.argsort(above.similarity, kind="stable")[:LOOKED_AT]
    first = near.first_rows[np.concatenate([above.first[nearest], below.first])]
    second = near.first_rows[np.concatenate([above.second[nearest], below.second])]
    similarity = np.concatenate([above.similarity[nearest], below.similarity])
    trifling = ~(says_enough(first) & says_enough(second))
    is_below = np.arange(len(first)) >= len(nearest)
    order = np.lexsort((np.where(is_below, -similarity, similarity), trifling, is_below))
    shown = np.concatenate([order[~is_below[order]][:EXAMPLES], order[is_below[order]][:EXAMPLES]])
    shown = shown[np.argsort(-similarity[shown], kind="stable")]
    return Pairs(first=first[shown], second=second[shown], similarity=similarity[shown])
