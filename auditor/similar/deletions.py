"""Short texts that are an edit or two apart: they are equal once a letter or two of each are left out.

**Method.** Symmetric deletion (as in SymSpell, Garbe 2012): each text stands under itself and under what is
left when any one or two letters are taken away; texts that meet are at most two insertions, deletions or
replacements apart. Done per remaining length, so that no more than three lengths of texts are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import Codes, pairs_in_buckets, union
from auditor.similar.letters import Letters
from auditor.similar.sketch import mixed

SHORT = 24
"""Letters up to which a text is looked up with deletions."""
TWO = 16
"""Letters up to which two letters are taken away: (length + 1) choose 2 keys a text; longer ones share enough
pieces after two edits to be found by their sketch."""
KEYS = 1 << 24
"""Keys that are in memory at a time."""
BLOCK = 1 << 13
"""Texts whose keys are made at a time."""
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)


def deletion_pairs(letters: Letters, place: NDArray[np.int64], kinds: NDArray[np.int64] | None) -> Codes:
    """Codes of the likely pairs of short texts.

    Args:
        letters: n texts without blanks.
        place: (n,) the place of each text in the order in which members of a bucket meet.
        kinds: (n,) a code by PLACE.

    Returns:
        (p,) sorted codes of pairs of places.
    """
    n = int(place.max(initial=0)) + 1
    lengths = np.diff(letters.starts) - 1
    rows_of = {size: np.flatnonzero(lengths == size) for size in range(1, SHORT + 1)}
    found = []
    for left in range(1, SHORT + 1):
        due = [(size, left) for size in (left, left + 1, left + 2) if _taken(size, size - left)]
        keys = sum(comb(size, left) * len(rows_of[size]) for size, left in due)
        passes = 1 + keys // KEYS
        for turn in range(passes if keys else 0):
            made = [
                part
                for size, _ in due
                for part in _keys_of(letters, rows_of[size], size - left, turn, passes)
            ]
            members = np.concatenate([place[rows] for _, rows in made])
            found.append(union([pairs_in_buckets(np.concatenate([k for k, _ in made]), members, n, kinds)]))
    return union(found)


def _taken(size: int, taken: int) -> bool:
    """Whether texts of that size are looked up without so many of their letters."""
    return size <= (TWO if taken == 2 else SHORT) and (taken == 0 or size >= 2 * taken)


def _keys_of(
    letters: Letters, rows: NDArray[np.int64], taken: int, turn: int, passes: int
) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """Blocks of keys of texts of one length, and the text of each; of all keys the share whose turn it is."""
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        size = letters.starts[block[0] + 1] - letters.starts[block[0]] - 1
        keys = _without(letters.flat[letters.starts[block][:, None] + np.arange(size)], taken)
        if passes == 1:
            yield keys.ravel(), np.tile(block, len(keys))
        else:
            variant, at = np.nonzero((keys >> np.uint64(40)) % np.uint64(passes) == np.uint64(turn))
            yield keys[variant, at], block[at]


def _without(codes: NDArray[np.uint32], taken: int) -> NDArray[np.uint64]:
    """(variants, m) a key of each text of (m, size) code points without `taken` of its letters.

    The key is a polynomial in `BASE` modulo 2^64, of which sums over beginnings give every variant.
    """
    size = codes.shape[1]
    powers = np.array([pow(BASE, at, 1 << 64) for at in range(size)], np.uint64)
    sums = np.zeros((size + 1, len(codes)), np.uint64)
    np.cumsum((mixed(codes.astype(np.uint64)) * powers).T, axis=0, out=sums[1:])
    once, twice = np.uint64(INVERSE), np.uint64(INVERSE * INVERSE % (1 << 64))
    if taken == 0:
        return mixed(sums[-1:])
    if taken == 1:
        return mixed(sums[:-1] + (sums[-1] - sums[1:]) * once)
    first, second = np.triu_indices(size, 1)
    middle = (sums[second] - sums[first + 1]) * once
    return mixed(sums[first] + middle + (sums[-1] - sums[second + 1]) * twice)
