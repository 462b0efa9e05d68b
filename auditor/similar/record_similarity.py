"""How alike two rows are: the pieces of their words, and their numbers one by one.

**Text.** The cosine of the rows' sets of pieces, a piece weighing 1 + ln((1 + n) / (1 + rows that have it)),
as smoothed TF-IDF has it: sharing `smith` says more than sharing `street`.

**Numbers.** Two cells agree when they differ by at most `TOLERANCE` of the larger; empty cells say nothing.
A column counts by what its values say, ln((1 + n) / rows in the same bucket), so that zeros in a column of
zeros count next to nothing. The share of agreeing columns is raised to `POWER`: rows of a table agree in
some columns by chance, copies in nearly all.

**Together** both parts count by their columns (those filled in either row). A part of the numbers that only
one of the rows has takes from what they can reach, so that a nearly empty row is no copy of a full one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.record_columns import RecordColumns
from auditor.similar.record_pieces import buckets_of, text_pieces
from auditor.similar.sketch import counts_of

TOLERANCE = 1e-3
"""Relative difference up to which two numbers agree: the third significant digit."""
POWER = 4
LEAST_SAID = 1e-3
"""What a number says at least, in nats: a constant column decides nothing, unless there is no other."""
PAIRS = 1 << 14
"""Pairs that are compared at a time, fewer where rows have many numbers."""
DIGITS = 9
"""To which a similarity is rounded: sums in another order give the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """n rows, ready to be compared pair by pair."""

    pieces: Pieces
    """Of the text cells."""
    matrix: Any
    """(n, hashes) scipy's csr_array of float32, the weight of each piece of each row."""
    size: NDArray[np.float64]
    """(n,) sum of the squared weights of a row's pieces."""
    numbers: NDArray[np.float64]
    """(n, decimals)"""
    said: NDArray[np.float64]
    """(n, decimals) what each number says, in nats; 0 where there is none."""
    filled: NDArray[np.bool_]
    """(n, texts) whether a text cell is filled."""
    buckets: NDArray[np.uint64]
    """(n, 2 * decimals) hashes of where the numbers lie."""


def records_of(columns: RecordColumns, n: int) -> Records:
    """Pieces, weights and numbers of n rows."""
    pieces = text_pieces(columns, n)
    matrix = _matrix(pieces)
    buckets = buckets_of(columns.numbers)
    words = columns.words
    filled = [pc.not_equal(column, "").to_numpy(zero_copy_only=False) for column in words]
    return Records(
        pieces=pieces,
        matrix=matrix,
        size=np.asarray(matrix.multiply(matrix).sum(axis=1), np.float64).reshape(-1),
        numbers=columns.numbers,
        said=_said(columns.numbers, buckets),
        filled=np.stack(filled, axis=1).astype(bool) if words else np.empty((n, 0), bool),
        buckets=buckets,
    )


def _matrix(pieces: Pieces) -> Any:
    from scipy.sparse import csr_array

    n = len(pieces)
    counts, shift = counts_of(pieces.hashes)
    weights = (1 + np.log((1 + n) / (1 + np.minimum(counts, n)))).astype(np.float32)
    columns = (pieces.hashes >> np.uint32(1)).astype(np.int32)  # the lowest bit is always 0
    offsets = pieces.offsets.astype(np.int32 if len(columns) < 1 << 31 else np.int64)
    return csr_array((weights[pieces.hashes >> shift], columns, offsets), shape=(n, (1 << 31) - 1))


def _said(numbers: NDArray[np.float64], buckets: NDArray[np.uint64]) -> NDArray[np.float64]:
    said = np.zeros(numbers.shape)
    for column in range(numbers.shape[1]):
        _, of, counts = np.unique(buckets[:, column], return_inverse=True, return_counts=True)
        said[:, column] = np.log((1 + len(numbers)) / counts)[of.reshape(-1)]
    return np.where(np.isnan(numbers), 0, np.maximum(said, LEAST_SAID))


def similarities(
    records: Records, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(m,) 0..1 for each pair of rows; 1 for rows with the same cells, also swapped or written otherwise."""
    found = np.zeros(len(first))
    step = max(1, PAIRS // (1 + records.numbers.shape[1] // 8))
    for start in range(0, len(first), step):
        part = slice(start, start + step)
        one, other = first[part], second[part]
        text, texts = _text_part(records, one, other)
        number, numbers = _number_part(records, one, other)
        together = text * texts + number * numbers
        found[part] = together / np.maximum(texts + numbers, 1)
    rounded: NDArray[np.float64] = np.clip(found, 0, 1).round(DIGITS)
    return rounded


def _text_part(
    records: Records, one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(m,) cosine of the pieces, and text columns filled in either row."""
    shared = _shared(records, one, other)
    size = np.sqrt(records.size[one] * records.size[other])
    cosine = np.divide(shared, size, out=np.zeros(len(one)), where=size > 0)
    return cosine, (records.filled[one] | records.filled[other]).sum(axis=1).astype(np.float64)


def _shared(records: Records, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """(m,) the squared weights of the pieces that both rows have."""
    shared = records.matrix[one].multiply(records.matrix[other])
    return np.asarray(shared.sum(axis=1), np.float64).reshape(-1)


def _number_part(
    records: Records, one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(m,) how far the numbers agree, and decimal columns filled in either row."""
    if not records.numbers.shape[1]:
        return np.zeros(len(one)), np.zeros(len(one))
    left, right = records.numbers[one], records.numbers[other]
    both = ~(np.isnan(left) | np.isnan(right))
    either = (~(np.isnan(left) & np.isnan(right))).sum(axis=1).astype(np.float64)
    agree = both & (np.abs(left - right) <= TOLERANCE * np.maximum(np.abs(left), np.abs(right)))
    said_left, said_right = records.said[one] * both, records.said[other] * both
    agreed = np.sqrt(said_left * said_right * agree).sum(axis=1)
    most = np.sqrt(said_left.sum(axis=1) * said_right.sum(axis=1))
    share = np.divide(agreed, most, out=np.zeros(len(one)), where=most > 0)
    return np.minimum(share, 1) ** POWER * both.sum(axis=1) / np.maximum(either, 1), either
