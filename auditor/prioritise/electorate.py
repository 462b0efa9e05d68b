"""Who votes on a row: the rows most like it, but for its copies, and one voice per content.

A row's exact copies and the near ones have no vote on it, and the copies of a neighbour have one vote
together, for their commonest label. A near group of more than `COPIES` rows is a region of the data in which
everything is alike (the ones among handwritten digits): of its rows only those that are all but equal
(`SURELY`) are copies.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auditor.similar.alike import most_similar
from auditor.similar.content import ContentIndex
from auditor.similar.groups import Groups

VOTERS = 15
"""Rows that vote at most."""
ASKED_FOR = 24
"""Rows of similar content that are looked for, since near copies among them have no vote."""
COPIES = 20
"""Rows of a near group up to which all are copies of each other."""
SURELY = 0.99
"""Similarity from which two rows of a larger one are copies."""

Source = Literal["vectors", "content"]
Rows = NDArray[np.int64]


def source_of(index: ContentIndex) -> Source | None:
    """What makes rows of a dataset neighbours; None where there is nothing to compare."""
    if index.embeddings is not None:
        return "vectors"
    if index.of_images:  # features made by hand are no second opinion
        return None
    return "content" if index.texts is not None and bool(index.filled.any()) else None


def kinds_of(index: ContentIndex, source: Source) -> NDArray[np.int64]:
    """(n,) the number of each row's vector or content, -1 for rows that have nothing to compare."""
    if source == "vectors" and index.neighbours is not None:
        return index.neighbours.distinct
    return np.where(index.filled, index.codes, -1).astype(np.int64)


def electorate(
    index: ContentIndex, asked: Rows, source: Source
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Who votes on some rows, and for what.

    Returns:
        (m, k) the class that each of the nearest rows votes for, the nearest first, -1 for those that have no
        vote; (m, k) how similar they are, 0..1 or a cosine.
    """
    near, similarity = _nearest(index, asked, source)
    kinds = kinds_of(index, source)
    found = np.where(near >= 0, kinds[near], -1)
    voices = commonest_labels(kinds, index.dataset.labels.codes)[found]
    voices[_copies(index, asked, near, similarity)] = -1
    voices[np.cumsum(voices >= 0, axis=1) > VOTERS] = -1
    return voices, similarity


def _nearest(index: ContentIndex, asked: Rows, source: Source) -> tuple[Rows, NDArray[np.float32]]:
    """(m, k) the nearest rows, one of each vector or content, -1 where there is none; (m, k) similarity."""
    if source == "vectors" and index.neighbours is not None:
        return index.neighbours.rows[asked].astype(np.int64), index.neighbours.similarity[asked]
    found = most_similar(index, asked, ASKED_FOR)
    return found.rows, found.similarity.astype(np.float32)


def _copies(
    index: ContentIndex, asked: Rows, near: Rows, similarity: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """(m, k) whether a row is an exact or near copy of the row it would vote on."""
    copies, _ = _together(index.groups, asked, near)
    if index.near is None:
        return copies
    alike, sizes = _together(index.near.groups, asked, near)
    return copies | (alike & ((sizes <= COPIES)[:, None] | (similarity >= SURELY)))


def _together(groups: Groups, asked: Rows, near: Rows) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(m, k) whether two rows are in one group; (m,) the rows of each one's group, 0 for none."""
    sizes = np.array([*(len(members) for members in groups.members), 0])
    mine = groups.of_row[asked]
    return (near >= 0) & (mine >= 0)[:, None] & (groups.of_row[near] == mine[:, None]), sizes[mine]


def commonest_labels(kinds: Rows, codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """(contents + 1,) the commonest known label of the rows of each content; -1 where there is none, or two.

    The last is -1, for rows without content.

    >>> commonest_labels(np.array([0, 0, 0, 1, 1, -1]), np.array([2, 2, 1, 0, 1, 0], np.int32)).tolist()
    [2, -1, -1]
    """
    out = np.full(int(kinds.max(initial=-1)) + 2, -1, np.int32)
    at = np.flatnonzero((codes >= 0) & (kinds >= 0))
    classes = int(codes.max(initial=0)) + 1
    cells, counts = np.unique(kinds[at] * classes + codes[at], return_counts=True)
    of, code = np.divmod(cells, classes)
    most = np.zeros(len(out), np.int64)
    np.maximum.at(most, of, counts)
    best = counts == most[of]
    alone = np.bincount(of[best], minlength=len(out)) == 1
    chosen = best & alone[of]
    out[of[chosen]] = code[chosen]
    return out
