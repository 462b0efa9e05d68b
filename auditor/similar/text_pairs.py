"""Which pairs of texts are worth comparing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.similar.candidates import (
    Codes,
    codes_of,
    likely_pairs,
    numbers_of,
    pairs_in_buckets,
    union,
)
from auditor.similar.deletions import deletion_pairs
from auditor.similar.letters import Letters
from auditor.similar.likeness import Likeness
from auditor.similar.rare import rare_pairs
from auditor.similar.sketch import BANDS, ROWS, mixed

WIDE = 0.6
"""Threshold under which pairs that share a few rare pieces are looked at too."""
FEW = 128
"""Texts up to which every pair is looked at."""


def likely_texts(
    joined: Likeness, order: NDArray[np.uint64], threshold: float, kinds: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of texts that may be alike, each once, sorted.

    Args:
        joined: n texts.
        order: (n,) a hash of each text.
        threshold: similarity from which a pair will count.
        kinds: (n,) codes.
    """
    turn = np.argsort(order, kind="stable")
    there = None if kinds is None else kinds[turn]
    codes = _every(len(turn)) if len(turn) <= FEW else _likely(joined, turn, threshold, there)
    first, second = numbers_of(codes, turn)
    return numbers_of(union([codes_of(first, second)]))


def _every(n: int) -> Codes:
    first, second = np.triu_indices(n, 1)
    return codes_of(first, second)


def _likely(
    joined: Likeness, turn: NDArray[np.int64], threshold: float, kinds: NDArray[np.int64] | None
) -> Codes:
    """Pairs of texts that stand in the order of their hashes."""
    squeezed = joined.letters.part(turn).squeezed()
    equal, lead = _equal_letters(squeezed, kinds)
    kind, place = None if kinds is None else kinds[lead], np.arange(len(lead))
    pieces = joined.pieces.part(turn[lead])
    found = [
        codes_of(*likely_pairs(pieces, order=place.astype(np.uint64), kinds=kind, agree=_agree(threshold))),
        deletion_pairs(squeezed.part(lead), place, kind),
    ]
    if threshold < WIDE:
        found.append(rare_pairs(pieces, kind))
    return union([equal, codes_of(*numbers_of(union(found), lead))])


def _agree(threshold: float) -> int:
    """Numbers of two sketches that must agree: half of what the cosine of the threshold lets expect.

    Vectors of one length with cosine c share c / (2 - c) of their weight.

    >>> _agree(0.8), _agree(0.3)
    (16, 4)
    """
    return max(3, int(BANDS * ROWS / 2 * threshold / (2 - threshold)))


def _equal_letters(squeezed: Letters, kinds: NDArray[np.int64] | None) -> tuple[Codes, NDArray[np.int64]]:
    """Copies by their letters, each with the first of them and with its neighbours of another kind; and those
    that stand for the rest: the first text of its letters in each kind."""
    n = len(squeezed)
    keys = _letter_keys(squeezed)
    _, first, of = np.unique(keys, return_index=True, return_inverse=True)
    head = first[of]
    star = np.flatnonzero(head != np.arange(n))
    found = [codes_of(head[star], star)]
    if kinds is None:
        return union(found), np.sort(first)
    found.append(pairs_in_buckets(keys, np.arange(n), n, kinds, neighbours=0))
    _, lead = np.unique(np.c_[of, kinds], axis=0, return_index=True)
    return union(found), np.sort(lead)


def _letter_keys(letters: Letters) -> NDArray[np.uint64]:
    """(n,) a hash of each text: the sum of its letters, each mixed with its place."""
    lengths = np.diff(letters.starts)
    at = np.arange(len(letters.flat)) - np.repeat(letters.starts[:-1], lengths)
    values = mixed((at.astype(np.uint64) << np.uint64(32)) + letters.flat)
    return mixed(np.add.reduceat(values, letters.starts[:-1])) if len(lengths) else np.empty(0, np.uint64)
