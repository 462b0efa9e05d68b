"""A number per row that says whether a row is the one it was: id, content and given label in 64 bits.

The gate knows by them which rows a baseline has seen, so that an old row which another model or threshold
doubts today is not taken for a new one.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import label_texts
from auditor.data import Dataset
from auditor.images.whys import path_of
from auditor.similar.content import ContentIndex

BLOCK = 1 << 16
"""Rows whose texts are held as Python texts at once."""


def row_digests(dataset: Dataset, index: ContentIndex) -> NDArray[np.uint64]:
    """(n,) of each row a hash of its id, its normalised content and its given label.

    Without ids copies with one label have one number: nothing tells them apart.

    Args:
        dataset: the rows.
        index: their normalised content.
    """
    columns = [label_texts(dataset.labels)]
    columns += [_contents(index)] if index.texts is not None else []
    columns += [dataset.ids] if dataset.has_ids or index.texts is None else []
    n = len(dataset)
    blocks = [_block([column.slice(at, BLOCK) for column in columns]) for at in range(0, n, BLOCK)]
    return np.concatenate(blocks) if blocks else np.empty(0, np.uint64)


def _contents(index: ContentIndex) -> pa.Array:
    """(n,) what each row shows; of an image that cannot be opened its path, or all would be one row."""
    files = index.dataset.images
    if not index.of_images or files is None:
        return index.texts
    paths = pa.array([f"/{path_of(files, row)}" for row in range(len(files))], pa.string())
    return pc.if_else(pc.equal(index.texts, ""), paths, index.texts)


def _block(columns: list[pa.Array]) -> NDArray[np.uint64]:
    """The length of each cell goes with it, so that no two rows run together."""
    cells = [pc.fill_null(column.cast(pa.string()), "") for column in columns]
    parts = [part for cell in cells for part in (pc.utf8_length(cell).cast(pa.string()), ":", cell)]
    rows = pc.binary_join_element_wise(*parts, "").cast(pa.binary())
    return np.frombuffer(b"".join(map(_digest, rows.to_pylist())), "<u8").astype(np.uint64)


def _digest(row: bytes) -> bytes:
    return hashlib.blake2b(row, digest_size=8).digest()
