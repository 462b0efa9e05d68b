"""The most similar texts of some texts: those that share most of their weighty pieces.

**Similarity** is the cosine of TF-IDF (Salton & Buckley 1988) over the pieces of `alike_pieces.py`, each text
having a piece or not, weighted by 1 + ln((1 + n) / (1 + texts that have it)). A steeper weight (without the
1, its square) or leaving out what is common finds rows whose labels agree less: rare pieces are names and
typing errors.

**Search.** An inverted index of the pieces that the texts asked about have. Of each text the rarest pieces
are looked up, as long as their lists together are no longer than `LOOKED_UP`; the `PROMISING` texts that
share most weight of them are then compared by all their pieces. So a text costs the same however many there
are. Where all lists of a text are short enough the result is exact, or nearly: of the three most similar in
3,000 to 100,000 texts .98 and more were found in all data tried (`found` in benchmarks/alike.py).

**Memory.** Texts are cut after `alike_pieces.LETTERS` characters; of texts that have more characters together
than `SHORT_CHARACTERS` or `LONG_CHARACTERS`, those with the lowest hashes are looked through. 100,000 short
texts take 250 MB while they are looked through, and more texts hardly more than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.alike_pieces import are_long, beginnings, lengths_of, text_pieces
from auditor.similar.candidates import Pieces
from auditor.similar.grams import Weights, weights_of

LOOKED_UP = 60_000
"""Entries of the index that are looked at for a text."""
PROMISING = 32
"""Texts that are compared by all pieces with a text."""
SHORT_CHARACTERS, LONG_CHARACTERS = 5_000_000, 50_000_000
"""Characters of the texts among which the most similar are looked for: those of 140,000 short reviews, and of
long texts, of which words are the pieces: about as many pieces."""
LEAST = 0.05
"""Similarity under which nothing is shown: what two unrelated texts share."""
BLOCK = 128
"""Texts that are looked up at a time."""
Found = tuple[NDArray[np.int64], NDArray[np.float64]]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""(p,) numbers of texts asked about, rising, and (p,) a candidate of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """Texts ready to be compared: n candidates, then those asked about that are none."""

    pieces: Pieces
    weights: Weights
    having: NDArray[np.int64]
    """Candidates that have a piece, by the upper bits of its hash."""
    size: NDArray[np.float64]
    """Sum of the squared weights of each text."""
    n: int


def alike_texts(columns: tuple[pa.Array, ...], asked: NDArray[np.int64], k: int) -> Found:
    """The most similar of some texts.

    Args:
        columns: (c,) strings each, the cells of a text; contents that differ, in the order that decides ties.
        asked: (m,) places of contents, rising.
        k: how many.

    Returns:
        (m, k) places, -1 where there is none, and (m, k) similarities, 0..1, NaN where there is none.
    """
    cut = beginnings(columns)
    long = are_long(cut)
    n = _affordable(cut, LONG_CHARACTERS if long else SHORT_CHARACTERS)
    beyond = asked[asked >= n]
    texts = _ready(text_pieces(cut.take(pa.array(np.r_[np.arange(n), beyond])), long=long), n)
    at = np.where(asked < n, asked, n + np.searchsorted(beyond, asked))
    near, similarity = np.full((len(at), k), -1, np.int64), np.full((len(at), k), np.nan)
    for which, candidates in _promising(texts, at):
        cosines = _cosines(texts, at[which], candidates)
        for row in np.unique(which).tolist():
            inside = slice(*np.searchsorted(which, [row, row + 1]))
            places, shares = _best(candidates[inside], cosines[inside], k)
            near[row, : len(places)], similarity[row, : len(places)] = places, shares
    return near, similarity


def _affordable(texts: pa.Array, characters: int) -> int:
    """How many texts, from the first, have so many characters together."""
    return int(np.searchsorted(np.cumsum(lengths_of(texts)), characters, side="right"))


def _ready(pieces: Pieces, n: int) -> _Texts:
    ours = Pieces(offsets=pieces.offsets[: n + 1], hashes=pieces.hashes[: pieces.offsets[n]])
    weights = weights_of(ours)
    size = weights.sums(pieces.hashes, pieces.offsets)
    having = np.bincount(ours.hashes >> weights.shift, minlength=len(weights.table))
    return _Texts(pieces=pieces, weights=weights, having=having, size=size, n=n)


def _promising(texts: _Texts, asked: NDArray[np.int64]) -> Iterator[Pairs]:
    """Of each text asked about, by its number, the candidates that share most weight of its rare pieces."""
    queries, index = _matrices(texts, asked)
    for start in range(0, len(asked), BLOCK):
        shared = queries[start : start + BLOCK] @ index
        found = []
        for at, own in enumerate(asked[start : start + BLOCK].tolist()):
            row = slice(shared.indptr[at], shared.indptr[at + 1])
            found.append(_top(shared.indices[row].astype(np.int64), shared.data[row], own))
        which = np.repeat(np.arange(start, start + len(found)), [len(one) for one in found])
        yield which, np.concatenate(found)


def _top(others: NDArray[np.int64], shared: NDArray[np.float32], own: int) -> NDArray[np.int64]:
    """The candidates with most, of equal ones the first."""
    fit = others != own
    others, shared = others[fit], shared[fit]
    if len(others) > PROMISING:
        bar = np.partition(shared, -PROMISING)[-PROMISING]
        fit = shared >= bar
        others, shared = others[fit], shared[fit]
        others = others[np.lexsort((others, -shared))[:PROMISING]]
    return others


def _matrices(texts: _Texts, asked: NDArray[np.int64]) -> tuple[Any, Any]:
    """(m, p) squared weights of the pieces that are looked up; (p, n) one over the length of the texts."""
    from scipy.sparse import csr_array

    own = texts.pieces.part(asked)
    bucket = own.hashes >> texts.weights.shift
    looked_up = _looked_up(texts.having[bucket], own.offsets)
    chosen = np.zeros(len(texts.having), bool)
    chosen[bucket[looked_up]] = True
    column = np.cumsum(chosen, dtype=np.int32) - 1
    width = int(chosen.sum())
    ends = np.r_[0, np.cumsum(looked_up)][own.offsets]
    values = texts.weights.table[bucket[looked_up]]
    queries = csr_array((values, column[bucket[looked_up]], ends), shape=(len(asked), width))
    there = texts.pieces.hashes[: texts.pieces.offsets[texts.n]] >> texts.weights.shift
    listed = chosen[there]
    ends = np.r_[0, np.cumsum(listed)][texts.pieces.offsets[: texts.n + 1]]
    length = (1 / np.sqrt(np.maximum(texts.size[: texts.n], 1))).astype(np.float32)
    values = np.repeat(length, np.diff(ends))
    index = csr_array((values, column[there[listed]], ends), shape=(texts.n, width))
    return queries, index.T.tocsr()


def _looked_up(lengths: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(p,) whether a piece is looked up: the rarest of each text, as long as their lists are short enough."""
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    order = np.lexsort((lengths, owner))
    sums = np.r_[0, np.cumsum(lengths[order])]
    within = sums[1:] - sums[offsets[owner[order]]]
    found = np.zeros(len(lengths), bool)
    found[order] = (within <= LOOKED_UP) & (lengths[order] > 0)
    return found


def _cosines(texts: _Texts, own: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64]:
    """(p,) how similar the texts of each pair are by all their pieces.

    Args:
        own, others: (p,) texts; equal ones of `own` stand together.
    """
    rows, pair = np.unique(own, return_inverse=True)
    mine, theirs = texts.pieces.part(rows), texts.pieces.part(others)
    keys = _keyed(mine.hashes, np.arange(len(rows)), mine.offsets)
    asked = _keyed(theirs.hashes, pair, theirs.offsets)
    both = keys[np.minimum(np.searchsorted(keys, asked), len(keys) - 1)] == asked
    ends = np.r_[0, np.cumsum(both)][theirs.offsets]
    shared = texts.weights.sums(theirs.hashes[both], ends)
    return np.minimum(shared / np.sqrt(texts.size[own] * np.maximum(texts.size[others], 1)), 1.0)


def _keyed(
    hashes: NDArray[np.uint32], numbers: NDArray[np.int64], offsets: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """(m,) the hashes of texts with the number of each text before them."""
    return np.repeat(numbers.astype(np.uint64) << np.uint64(32), np.diff(offsets)) | hashes


def _best(candidates: NDArray[np.int64], cosines: NDArray[np.float64], k: int) -> Found:
    """The k of some candidates that are most similar, of equal ones the first."""
    order = np.lexsort((candidates, -cosines))[:k]
    order = order[cosines[order] >= LEAST]
    return candidates[order], cosines[order]
