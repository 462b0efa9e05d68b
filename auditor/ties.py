"""Orders that do not depend on row numbers: equal rows are told apart by a hash of the item.

The hash is computed only for rows that are equal in everything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from auditor.data import Dataset
from auditor.similar.content import ContentIndex

TieKeys = Callable[[NDArray[np.int64]], NDArray[np.uint64]]
"""Rows -> a key of the item each."""


def tie_keys(dataset: Dataset, index: ContentIndex) -> TieKeys:
    """Keys from the user's id; without ids from the content and which of its copies the row is."""

    def identity(row: int, occurrence: int) -> str:
        if dataset.has_ids or index.texts is None:
            return str(dataset.ids[row].as_py())
        return f"{index.texts[row].as_py()}\x1e{occurrence}"

    def keys(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        occurrences = index.occurrences([int(row) for row in rows]) if not dataset.has_ids else {}
        names = (identity(int(row), occurrences.get(int(row), 0)) for row in rows)
        return np.fromiter((_hash(name) for name in names), np.uint64, len(rows))

    return keys


def _hash(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def lexsort_by_item(
    columns: tuple[NDArray[np.generic], ...], rows: NDArray[np.int64], keys: TieKeys
) -> NDArray[np.int64]:
    """As `numpy.lexsort(columns)` (last column first), with ties ordered by the key of the item.

    Args:
        columns: arrays of (m,), the most significant last.
        rows: (m,) the dataset row each entry stands for.
        keys: row -> key.
    """
    order = np.lexsort(columns)
    if len(order) < 2:
        return order
    same = np.ones(len(order) - 1, bool)
    for column in columns:
        ordered = column[order]
        same &= ordered[1:] == ordered[:-1]
    tied = order[np.r_[same, False] | np.r_[False, same]]
    if not len(tied):
        return order
    key = np.zeros(len(order), np.uint64)
    key[tied] = keys(rows[tied])
    return np.lexsort((key, *columns))
