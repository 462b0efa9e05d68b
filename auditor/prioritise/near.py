"""Near copies stand beside each other in the queue, so that they are judged alike."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from auditor.similar.content import ContentIndex
from auditor.similar.near import NearCopies

HUB = 8
"""Near copies of a content above which they are a pattern of the data, such as a template: to be near says
little there, and rows that drag their patterns along would crowd out the rows behind them."""


def leading_units(
    index: ContentIndex,
    rows: NDArray[np.int64],
    unit: NDArray[np.int64],
    position: NDArray[np.int64],
    *,
    follows: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """(units,) the unit that each one stands behind: itself, or the one whose near copy it is.

    From the top down, a unit that follows none is followed by the units it is directly paired with, in
    their order, as far as these are doubted themselves: a near copy whose own label the model finds right
    is shown beside the suspect, and takes no place in the queue from rows that are likely wrong. A follower
    leads nobody: A near B near C does not make A near C. Contents that say too little, and those of a hub,
    neither lead nor follow.

    Args:
        index: the content and its near copies.
        rows: (m,) the queued rows.
        unit: (m,) the unit of each; the rows of a unit have one content.
        position: (units,) the place of each unit in the order, each once; -1 for one that stays apart.
        follows: (units,) whether a unit may be moved up.
    """
    leader = np.arange(len(position))
    if index.near is None:
        return leader
    near_units = _neighbours(_paired_units(index, index.near, rows, unit), position)
    free = position >= 0
    for one in sorted(near_units, key=lambda u: int(position[u])):
        if free[one]:
            free[one] = False
            behind = sorted(
                (u for u in near_units[one] if free[u] and follows[u]), key=lambda u: int(position[u])
            )
            leader[behind] = one
            free[behind] = False
    return leader


def _paired_units(
    index: ContentIndex, near: NearCopies, rows: NDArray[np.int64], unit: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The direct pairs as pairs of units, where both contents are queued, say enough and are no hub."""
    pairs = near.search.pairs
    of_content = np.full(len(near.first_rows), -1)
    queued = near.content_of[rows]
    of_content[queued[queued >= 0]] = unit[queued >= 0]
    both = (of_content[pairs.first] >= 0) & (of_content[pairs.second] >= 0)
    first, second = pairs.first[both], pairs.second[both]
    few = np.bincount(np.concatenate([pairs.first, pairs.second]), minlength=len(of_content)) <= HUB
    first, second = first[few[first] & few[second]], second[few[first] & few[second]]
    enough = index.says_enough(near.first_rows[first]) & index.says_enough(near.first_rows[second])
    return of_content[first[enough]], of_content[second[enough]]


def _neighbours(
    paired: tuple[NDArray[np.int64], NDArray[np.int64]], position: NDArray[np.int64]
) -> dict[int, list[int]]:
    """Unit -> the units it is paired with, where both have a position."""
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in zip(*(side.tolist() for side in paired), strict=True):
        if position[one] >= 0 and position[other] >= 0:
            found[one].append(other)
            found[other].append(one)
    return found
