"""Rows of a table that are nearly the same: likely pairs by what they are made of, then cell by cell.

How alike two rows are is said in `record_similarity.py`; which pairs are looked at, in `candidates.py`
(MinHash over the pieces of words and numbers) and here (rows that share their rarest pieces of words).
Neither grows faster than the rows: a row meets a few others of each bucket, whatever the bucket's size.
Pairs that agree no more than chance would have it are dropped before anything is counted: `record_chance.py`;
rows whose sentences differ are as alike as those: `record_texts.py`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces, codes_of, likely_pairs, numbers_of, pairs_in_buckets, union
from auditor.similar.kept import near_search
from auditor.similar.pairs import NEAR_RECORDS, NearSearch
from auditor.similar.record_chance import chance_of
from auditor.similar.record_columns import record_columns
from auditor.similar.record_pieces import row_hashes, with_numbers
from auditor.similar.record_similarity import Records, records_of, similarities
from auditor.similar.record_texts import by_sentences
from auditor.similar.sketch import counts_of, mixed

RARE = 16
"""Rows up to which a piece is rare."""
RAREST = 24
"""Rare pieces of a row, the rarest first, by which it meets others at most."""
MEETINGS = 64
"""Pairs per row, counted once per shared piece, that rare pieces may bring about: fewer of the pieces are
used where there would be more."""


def near_records(
    columns: pa.Table, threshold: float = NEAR_RECORDS, kinds: NDArray[np.int64] | None = None
) -> NearSearch:
    """The rows of a table that are nearly the same.

    Args:
        columns: n rows of string columns, NFC, lower case, blanks squeezed; one row per content, without
            columns that only name the row.
        threshold: similarity from which a pair counts, 0..1.
        kinds: (n,) a code per row, such as its label and split; pairs of two kinds are not lost in a hub.
    """
    n = len(columns)
    typed = record_columns(columns)
    records = records_of(typed, n)
    order = row_hashes(typed, n)
    first, second = _likely(records, order, kinds)
    similarity = np.minimum(similarities(records, first, second), by_sentences(columns, first, second))
    beaten = chance_of(typed, records.buckets).beaten(first, second, similarity)
    first, second, similarity = first[beaten], second[beaten], similarity[beaten]
    return near_search("records", threshold, order, kinds, (first, second), similarity)


def _likely(
    records: Records, order: NDArray[np.uint64], kinds: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs that are worth comparing, sorted, each once."""
    pieces = with_numbers(records.pieces, records.buckets) if records.buckets.shape[1] else records.pieces
    sketched = codes_of(*likely_pairs(pieces, order=order, kinds=kinds))
    return numbers_of(union([sketched, _by_rarest(records.pieces, order, kinds)]))


def _by_rarest(
    pieces: Pieces, order: NDArray[np.uint64], kinds: NDArray[np.int64] | None
) -> NDArray[np.uint64]:
    """Pairs of rows that share one of their `RAREST` rarest pieces, of those that two to `RARE` rows have."""
    at, row = _rarest(pieces)
    turn = np.argsort(order, kind="stable")
    place = np.empty(len(pieces), np.int64)
    place[turn] = np.arange(len(pieces))
    keys = mixed(pieces.hashes[at].astype(np.uint64))
    codes = pairs_in_buckets(keys, place[row], len(pieces), None if kinds is None else kinds[turn])
    return codes_of(*numbers_of(codes, turn))


def _rarest(pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(m,) numbers of the rare pieces by which rows meet, and (m,) the row of each."""
    counts, shift = counts_of(pieces.hashes)
    often = counts[pieces.hashes >> shift]
    at = np.flatnonzero((often > 1) & (often <= RARE))
    row = np.searchsorted(pieces.offsets, at, side="right") - 1
    sort = np.argsort(row * (2 * RARE) + often[at], kind="stable")
    at, row = at[sort], row[sort]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    meetings = np.bincount(rank, weights=(often[at] - 1) / 2, minlength=RAREST)[:RAREST].cumsum()
    used = rank < np.count_nonzero(meetings <= MEETINGS * len(pieces))
    return at[used], row[used]
