"""Orders that do not depend on row numbers: equal rows are told apart by a hash of the item.

The hash is computed only for rows that are equal in everything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.arrow import label_texts, named
from auditor.data import Dataset
from auditor.similar.content import ContentIndex

TieKeys = Callable[[NDArray[np.int64]], NDArray[np.uint64]]
"""Rows -> a key of the item each."""


def tie_keys(dataset: Dataset, index: ContentIndex) -> TieKeys:
    """Keys from the user's id; without ids from all that the dataset says of the row.

    Rows that are equal in content, label and split too have one key: nothing tells them apart.
    """

    def keys(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        columns = [dataset.ids] if dataset.has_ids or index.texts is None else _said(dataset, index.texts)
        cells = [column.take(pa.array(rows)).to_pylist() for column in columns]
        return np.fromiter((_hash(name) for name in zip(*cells, strict=True)), np.uint64, len(rows))

    return keys


def _said(dataset: Dataset, texts: pa.Array) -> list[pa.Array]:
    """Content, given label and split of every row."""
    columns = [texts, label_texts(dataset.labels)]
    return (
        columns if dataset.splits is None else [*columns, named(dataset.splits.codes, dataset.splits.names)]
    )


def _hash(cells: tuple[str | None, ...]) -> int:
    raw = "\x1e".join(cell or "" for cell in cells).encode()
    digest = hashlib.blake2b(raw, digest_size=8).digest()
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
