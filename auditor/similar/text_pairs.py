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
from auditor.similar.deletions import SHORT, deletion_pairs
from auditor.similar.letters import Letters
from auditor.similar.likeness import Likeness
from auditor.similar.rare import rare_pairs
from auditor.similar.sketch import NUMBERS, polynomials, spans

ENOUGH = 0.6
"""Of the numbers that a pair at the threshold shares by its pieces: of texts that are alike by their letters
fewer pieces are the same."""
WIDE = 0.6
"""Threshold under which pairs that share a few rare pieces are looked at too."""
FEW = 128
"""Texts up to which every pair is looked at."""
BLOCK = 1 << 16
"""Letters that are hashed at a time."""


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
    """Codes of places in `turn`, texts in the order of their hashes; kinds are by place, too."""
    keys, lengths = _letter_keys(joined.letters)
    equal, lead = _equal_letters(keys[turn], kinds)
    rows, place = turn[lead], np.zeros(len(turn), np.int64)
    place[turn] = np.arange(len(turn))
    by_row = None if kinds is None else kinds[place]
    agree, wide = _agree(threshold), threshold < WIDE
    first, second = likely_pairs(
        joined.pieces,
        order=place.astype(np.uint64),
        kinds=by_row,
        agree=agree,
        among=rows,
        nearest=not wide,
        counted=joined.counted,
    )
    short = lead[lengths[rows] <= SHORT]
    letters = joined.letters.part(turn[short]).squeezed()
    found = [equal, codes_of(place[first], place[second]), deletion_pairs(letters, short, kinds)]
    if wide:
        rare = rare_pairs(joined.pieces.part(rows), None if kinds is None else kinds[lead])
        found.append(codes_of(*numbers_of(rare, lead)))
    return union(found)


def _agree(threshold: float) -> int:
    """Numbers of two sketches that must agree: `ENOUGH` of what the cosine of the threshold lets expect.

    Vectors of one length with cosine c share c / (2 - c) of their weight.

    >>> _agree(0.8), _agree(0.3)
    (19, 5)
    """
    return max(3, int(NUMBERS * ENOUGH * threshold / (2 - threshold)))


def _equal_letters(
    keys: NDArray[np.uint64], kinds: NDArray[np.int64] | None
) -> tuple[Codes, NDArray[np.int64]]:
    """Copies by their letters, each with the first of them and with its neighbours of another kind; and those
    that stand for the rest: the first text of its letters in each kind."""
    n = len(keys)
    _, first, of = np.unique(keys, return_index=True, return_inverse=True)
    head = first[of]
    star = np.flatnonzero(head != np.arange(n))
    found = [codes_of(head[star], star)]
    if kinds is None:
        return union(found), np.sort(first)
    found.append(pairs_in_buckets(keys, np.arange(n), n, kinds, neighbours=0))
    order = np.lexsort((kinds, of))
    again = (np.diff(of[order], prepend=-1) == 0) & (np.diff(kinds[order], prepend=-1) == 0)
    return union(found), np.sort(order[~again])


def _letter_keys(letters: Letters) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """(n,) a hash of each text's letters without blanks, and (n,) how many there are."""
    found = [(np.empty(0, np.uint64), np.empty(0, np.int64))]
    for start, stop in spans(letters.starts[:-1], BLOCK):
        squeezed = letters.between(start, stop).squeezed()
        found.append((polynomials(squeezed.flat, squeezed.starts[:-1]), np.diff(squeezed.starts) - 1))
    return np.concatenate([keys for keys, _ in found]), np.concatenate([sizes for _, sizes in found])
