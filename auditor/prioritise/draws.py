"""A key per item that decides what is drawn: random to anything else, the same for the same item.

Keys are sums of mixed (place, byte) pairs: tabulation hashing (Zobrist 1970; Patrascu and Thorup 2012) with
the tables computed by splitmix64 (Steele, Lea and Flood 2014). Blocks of rows are hashed at once: a million
ids take a fraction of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from auditor.data import Dataset
    from auditor.similar.content import ContentIndex

LONGEST = 200
"""Bytes of an item that count."""
BLOCK = 1 << 16
"""Rows hashed at once."""
TOP_BIT = np.uint64(1)


def draw_keys(dataset: Dataset, index: ContentIndex, seed: int) -> NDArray[np.int64]:
    """(n,) keys 0 .. 2^63 - 1 of the rows: by id, without ids by content, so that sorting moves no row.

    Args:
        dataset: the rows.
        index: their normalised content.
        seed: another seed draws other rows.
    """
    names = dataset.ids if dataset.has_ids or index.texts is None else index.texts
    return keys_of(names, seed)


def keys_of(names: pa.Array, seed: int) -> NDArray[np.int64]:
    """(n,) keys 0 .. 2^63 - 1 of texts; equal texts have equal keys.

    >>> one, other, again = keys_of(pa.array(["a", "b", "a"]), seed=0).tolist()
    >>> one == again, one == other
    (True, False)
    """
    blocks = [_block(names[at : at + BLOCK], seed) for at in range(0, len(names), BLOCK)]
    return np.concatenate(blocks) if blocks else np.empty(0, np.int64)


def _block(names: pa.Array, seed: int) -> NDArray[np.int64]:
    raw = pc.binary_slice(pc.fill_null(names, "").cast(pa.large_binary()), 0, LONGEST)
    offsets = np.frombuffer(raw.buffers()[1], np.int64)[raw.offset : raw.offset + len(raw) + 1]
    letters = np.frombuffer(raw.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    lengths = np.diff(offsets)
    ends = np.cumsum(lengths)
    place = np.arange(len(letters)) - np.repeat(ends - lengths, lengths)
    pairs = (place.astype(np.uint64) << np.uint64(8)) | letters
    mixed = splitmix(pairs ^ splitmix(np.full(1, seed, np.int64).astype(np.uint64)))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    total = sums[ends] - sums[ends - lengths]
    return (splitmix(total + lengths.astype(np.uint64)) >> TOP_BIT).astype(np.int64)


def splitmix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The mixing function of splitmix64, elementwise.

    >>> hex(int(splitmix(np.zeros(1, np.uint64))[0]))
    '0xe220a8397b1dcdaf'
    """
    with np.errstate(over="ignore"):
        z: NDArray[Any] = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed
