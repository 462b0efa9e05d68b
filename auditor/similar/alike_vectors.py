"""The most similar rows by vectors: of the nearest that are known already, those of other content."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auditor.similar.content import ContentIndex
from auditor.similar.neighbours import Neighbours
from auditor.ties import TieKeys

Found = tuple[NDArray[np.int64], NDArray[np.float64]]


def alike_vectors(index: ContentIndex, rows: NDArray[np.int64], k: int, keys: TieKeys) -> Found:
    """(m, k) rows and (m, k) cosines, 0..1, of the nearest vectors; -1 and NaN where there is none.

    Of rows with one vector the one with the lowest key is taken. Opposite vectors (a cosine of 0 and less)
    are not similar.
    """
    near, similarity = np.full((len(rows), k), -1, np.int64), np.full((len(rows), k), np.nan)
    known = index.neighbours
    if known is None or not len(rows):
        return near, similarity
    members = _members(index, rows, known, keys)
    for at, row in enumerate(rows.tolist()):
        if index.texts is not None and not index.filled[row]:
            continue
        seen, count = {int(index.codes[row])}, 0
        for other, cosine in zip(known.rows[row].tolist(), known.similarity[row].tolist(), strict=True):
            if count == k or other < 0 or not cosine > 0:
                break
            chosen = _first(members[int(known.distinct[other])], index.codes, seen)
            if chosen >= 0:
                seen.add(int(index.codes[chosen]))
                near[at, count], similarity[at, count] = chosen, min(cosine, 1.0)
                count += 1
    return near, similarity


def _first(rows: NDArray[np.int64], codes: NDArray[np.int32], seen: set[int]) -> int:
    """The first row of a content not seen yet, -1 where there is none."""
    return next((row for row in rows.tolist() if int(codes[row]) not in seen), -1)


def _members(
    index: ContentIndex, rows: NDArray[np.int64], known: Neighbours, keys: TieKeys
) -> dict[int, NDArray[np.int64]]:
    """Number of a vector -> a row of each filled content that has it, by their keys.

    Only of vectors that are near to one of the rows.
    """
    near = known.rows[rows]
    wanted = np.zeros(int(known.distinct.max(initial=-1)) + 2, bool)
    wanted[known.distinct[near[near >= 0]]] = True
    wanted[-1] = False  # vectors of zeros have the number -1
    filled = index.filled if index.texts is not None else np.ones(len(known.distinct), bool)
    at = np.flatnonzero(wanted[known.distinct] & filled)
    vector = known.distinct[at]
    alone = np.bincount(vector, minlength=len(wanted))[vector] == 1
    key = np.zeros(len(at), np.uint64)
    key[~alone] = keys(at[~alone])
    order = np.lexsort((key, vector))
    at, vector = at[order], vector[order]
    once = np.sort(np.unique(vector * (int(index.codes.max()) + 1) + index.codes[at], return_index=True)[1])
    at, vector = at[once], vector[once]
    cuts = np.flatnonzero(np.diff(vector)) + 1
    found = {int(vector[start]): at[start:stop] for start, stop in _between(cuts, len(at))}
    empty = np.empty(0, np.int64)
    return {int(number): found.get(int(number), empty) for number in np.flatnonzero(wanted)}


def _between(cuts: NDArray[np.int64], n: int) -> list[tuple[int, int]]:
    ends = [0, *cuts.tolist(), n]
    return list(pairwise(ends)) if n else []
