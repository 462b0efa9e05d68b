"""What a row is made of: runs of three and four letters of its words, and its numbers, roughly.

Words are taken with a blank at either end, so that beginnings and ends of words are pieces of their own; a
piece counts once per row. Pieces of text decide how alike two rows are; pieces of numbers (the bucket that
a number falls into, one per cent wide, in two divisions so that near numbers share one of them) only help
to find the rows that are worth comparing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.letters import END, letters_of
from auditor.similar.record_columns import RecordColumns
from auditor.similar.sketch import mixed

SIZES = (3, 4)
BLOCK = 1 << 13
"""Rows whose pieces are made at a time."""
WIDTH = 0.01
"""Of the buckets of numbers, in the natural logarithm: one per cent."""
PRIMES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)


def text_pieces(columns: RecordColumns, n: int) -> Pieces:
    """The pieces of the text cells of n rows: ascending within a row, each once."""
    parts = []
    for start in range(0, n, BLOCK):
        rows = min(BLOCK, n - start)
        together = [_joined(columns.texts, start)] if columns.texts else []
        alone = [
            (column.slice(start, BLOCK), tag)
            for column, tag in zip(columns.tagged, columns.tags, strict=True)
        ]
        found = [_runs(cells, "") for cells in together] + [_runs(cells, tag) for cells, tag in alone]
        parts.append(_sets(found, rows))
    return _pieces(parts)


def with_numbers(pieces: Pieces, buckets: NDArray[np.uint64]) -> Pieces:
    """The pieces of text and those of the numbers.

    Args:
        pieces: of n rows.
        buckets: (n, any) a hash each, 0 where there is no number.
    """
    n = len(pieces)
    parts = []
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        ends = pieces.offsets[start : stop + 1]
        row, column = np.nonzero(buckets[start:stop])
        texts = (np.repeat(np.arange(stop - start), np.diff(ends)), pieces.hashes[ends[0] : ends[-1]])
        numbers = (buckets[start:stop][row, column] >> np.uint64(32)).astype(np.uint32)
        parts.append(_sets([texts, (row, numbers)], stop - start))
    return _pieces(parts)


def buckets_of(numbers: NDArray[np.float64]) -> NDArray[np.uint64]:
    """(n, 2 * decimals) a hash per number and division, of its column and its bucket; 0 for NaN."""
    size = np.log(np.maximum(np.abs(numbers), 1e-300)) / WIDTH
    column = np.arange(numbers.shape[1], dtype=np.uint64) * np.uint64(4)
    found = []
    for division in (0, 1):
        rough = np.where(numbers == 0, -1e9, np.floor(np.where(np.isnan(size), 0, size) + division / 2))
        key = rough.astype(np.int64).view(np.uint64) * PRIMES[0]
        key += (column + np.uint64(2 * division) + (numbers < 0)) * PRIMES[1] + np.uint64(1)
        found.append(np.where(np.isnan(numbers), 0, mixed(key)).astype(np.uint64))
    return np.concatenate(found, axis=1)


def row_hashes(columns: RecordColumns, n: int) -> NDArray[np.uint64]:
    """(n,) a hash of the content of each row: what breaks ties."""
    found = np.zeros(n, np.uint64)
    for column in columns.words:
        encoded = column.dictionary_encode()
        values = np.array([_number(text) for text in encoded.dictionary.to_pylist()], np.uint64)
        found = mixed(found * PRIMES[0] + values[encoded.indices.to_numpy()])
    for numbers in columns.numbers.T:
        plain = np.where(numbers == 0, 0.0, numbers)  # -0.0 is 0
        found = mixed(found * PRIMES[0] + np.where(np.isnan(plain), np.uint64(1), plain.view(np.uint64)))
    return found


def _number(text: str) -> int:
    raw = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(raw.digest(), "little")


def _joined(columns: Iterable[pa.Array], start: int) -> pa.Array:
    return pc.binary_join_element_wise(
        *(column.slice(start, BLOCK) for column in columns), pa.scalar(" ", pa.large_string())
    )


def _runs(cells: pa.Array, tag: str) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(m,) row and (m,) hash of every run of `SIZES` letters of a word and the blanks around it."""
    letters = letters_of(cells)
    flat = np.r_[np.uint64(0), letters.flat.astype(np.uint64)]
    edge = (flat == ord(" ")) | (flat == ord(END)) | (flat == 0)
    flat[edge] = 0
    salt = np.uint64(_number(tag))
    rows, hashes = [], []
    row = np.repeat(np.arange(len(letters)), np.diff(letters.starts))
    for size in SIZES:
        m = len(flat) - size + 1
        inner = np.logical_and.reduce([~edge[step : step + m] for step in range(1, size - 1)])
        at = np.flatnonzero(inner)
        key = np.full(len(at), salt + np.uint64(size))
        for step in range(size):
            key += flat[at + step] * PRIMES[step]
        hashes.append(_short(key))
        rows.append(row[at])  # `flat` begins one letter earlier, so this is the row of the run's second
    return np.concatenate(rows), np.concatenate(hashes)


def _short(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """(m,) even hashes, so that half of one is a number of 31 bits."""
    return (mixed(keys) >> np.uint64(33)).astype(np.uint32) << np.uint32(1)


def _sets(
    found: list[tuple[NDArray[np.int64], NDArray[np.uint32]]], rows: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(rows,) pieces per row, and (m,) the pieces: ascending in each row, each once."""
    keys = np.concatenate(
        [np.empty(0, np.uint64)]
        + [(row.astype(np.uint64) << np.uint64(32)) | hashes for row, hashes in found]
    )
    keys.sort()
    keys = keys[np.r_[True, keys[1:] != keys[:-1]]] if len(keys) else keys
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=rows)
    return counts, (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _pieces(parts: list[tuple[NDArray[np.int64], NDArray[np.uint32]]]) -> Pieces:
    counts = [np.zeros(1, np.int64), *(counts for counts, _ in parts)]
    return Pieces(
        offsets=np.cumsum(np.concatenate(counts)),
        hashes=np.concatenate([np.empty(0, np.uint32), *(hashes for _, hashes in parts)]),
    )
