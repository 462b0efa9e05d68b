"""How much a Parquet or Feather file unpacks to: told by the file, and asked before room is made for it.

Both compress, and both write a value that repeats once and refer to it: a small file can fill any
memory. A Feather file says in front of each buffer what it unpacks to, in records that pyarrow does
not show; `_Record` reads as much of their form (FlatBuffers) as that takes.
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError
from auditor.images.files import HARMLESS, MAX_RATIO
from auditor.read.files import MAX_BYTES, swollen_file
from auditor.wording import N_, say

NUMBER = 8
"""Bytes of a number, a date or the place of a text."""
TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
"""Types of cells of any length."""
MAGIC = b"ARROW1"
DAMAGED = (struct.error, ValueError, IndexError)
"""What records raise that are not what they say."""


def refuse_swollen(path: Path, unpacked: int, limit: float = MAX_BYTES) -> None:
    """Raise `archive-refused` for a file that unpacks to more than `limit`, or to many times its size."""
    times = unpacked > MAX_RATIO * path.stat().st_size and unpacked > HARMLESS
    if unpacked > limit or times:
        raise InputError(swollen_file(path, say(N_("if you trust the file, write it as CSV"))))


def refuse_swollen_parquet(path: Path, metadata: Any, columns: int) -> None:
    """Raise `archive-refused` for a Parquet file whose columns, by its own account, have no room.

    Only the totals of the row groups are looked at: pyarrow ends the process when it is asked for a
    column chunk whose record is damaged. That the account is true is seen while reading.
    """
    refuse_swollen(path, metadata.num_rows * NUMBER * columns)
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    refuse_swollen(path, sum(group.total_byte_size for group in groups), limit=math.inf)


def refuse_huge_groups(path: Path, metadata: Any, columns: int) -> None:
    """Raise `archive-refused` where a block of rows, read as numbers, is huge and the file is small."""
    rows = max((metadata.row_group(g).num_rows for g in range(metadata.num_row_groups)), default=0)
    if rows * NUMBER * columns > MAX_BYTES:
        refuse_swollen(path, rows * NUMBER * columns, limit=math.inf)


def repeating_texts(metadata: Any, schema: pa.Schema) -> list[str]:
    """Text columns of a Parquet file that may be far longer than what they unpack to."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    if sum(group.num_rows * group.total_byte_size for group in groups) <= MAX_BYTES:
        return []
    return [field.name for field in schema if any(fits(field.type) for fits in TEXTS)]


def written_out(table: pa.Table) -> int:
    """Bytes of a table once each value that repeats is written out."""
    return sum(_written_out(chunk) for column in table.columns for chunk in column.chunks)


def _written_out(chunk: pa.Array) -> int:
    if not pa.types.is_dictionary(chunk.type) or not len(chunk.dictionary):
        return int(max(chunk.nbytes, NUMBER * len(chunk)))
    words, kind = chunk.dictionary, chunk.dictionary.type
    if not any(fits(kind) for fits in TEXTS):
        return int(words.nbytes // len(words) + NUMBER) * len(chunk)
    lengths = pc.binary_length(words).cast(pa.int64()).take(chunk.indices)
    return int(pc.sum(lengths).as_py() or 0) + NUMBER * len(chunk)


def feather_size(path: Path) -> int:
    """Bytes that a Feather file unpacks to, by its own account.

    Raises:
        ValueError, struct.error: the records are not what they say.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[: len(MAGIC)] != MAGIC:
            return 0  # the first version of Feather compresses nothing
        (length,) = struct.unpack("<i", data[-10:-6])
        footer = _Record.root(data, len(data) - 10 - length)
        return sum(_batch_size(data, *block) for slot in (2, 3) for block in footer.blocks(slot))


def stream_size(path: Path) -> int:
    """Bytes that the batches of an Arrow IPC stream unpack to, by its own account.

    A stream has no list of its batches: their messages stand one after the other, each with the
    length of its head and of its body.

    Raises:
        ValueError, struct.error: the messages are not what they say.
    """
    total = at = 0
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while at < len(data):
            marker, head = struct.unpack_from("<Ii", data, at)
            if not marker or not head:
                return total
            if marker != 0xFFFFFFFF or head < 0:
                raise ValueError("a message does not begin with its mark")
            message = _Record.root(data, at + 8)
            body = message.number(3)
            if body < 0:
                raise ValueError("a message of negative length")
            if message.byte(1) in {2, 3}:  # a dictionary, or a batch of rows
                total += _batch_size(data, at, 8 + head)
            at += 8 + head + body
    raise ValueError("the stream has no end: rows may be missing")


def _batch_size(data: mmap.mmap, offset: int, head: int) -> int:
    """What the buffers of one batch, or of one dictionary, unpack to."""
    (marker,) = struct.unpack_from("<I", data, offset)
    message = _Record.root(data, offset + (8 if marker == 0xFFFFFFFF else 4))
    batch = message.record(2)
    if message.byte(1) == 2:  # a dictionary holds a batch
        batch = batch.record(1)
    buffers = list(batch.pairs(2))
    if not batch.has(3):
        return sum(length for _, length in buffers)
    starts = [offset + head + start for start, length in buffers if length >= NUMBER]
    return sum(max(struct.unpack_from("<q", data, start)[0], 0) for start in starts)


@dataclass(frozen=True, slots=True)
class _Record:
    """A FlatBuffers table: a vtable says where each field lies."""

    data: mmap.mmap
    at: int

    @classmethod
    def root(cls, data: mmap.mmap, at: int) -> _Record:
        return cls(data, at + struct.unpack_from("<I", data, at)[0])

    def _field(self, slot: int) -> int:
        """Where a field lies, 0 where the record does not have it."""
        table = self.at - struct.unpack_from("<i", self.data, self.at)[0]
        (size,) = struct.unpack_from("<H", self.data, table)
        place = 4 + 2 * slot
        (offset,) = struct.unpack_from("<H", self.data, table + place) if place < size else (0,)
        return self.at + offset if offset else 0

    def has(self, slot: int) -> bool:
        return self._field(slot) > 0

    def byte(self, slot: int) -> int:
        return self.data[self._field(slot)] if self.has(slot) else 0

    def number(self, slot: int) -> int:
        """A number of 64 bits, 0 where the record does not have it."""
        return int(struct.unpack_from("<q", self.data, self._field(slot))[0]) if self.has(slot) else 0

    def record(self, slot: int) -> _Record:
        if not self.has(slot):
            raise ValueError("a record lacks a field")
        return _Record.root(self.data, self._field(slot))

    def _vector(self, slot: int) -> tuple[int, int]:
        """(start, length) of a list."""
        if not self.has(slot):
            return 0, 0
        start = _Record.root(self.data, self._field(slot)).at
        return start + 4, struct.unpack_from("<I", self.data, start)[0]

    def pairs(self, slot: int) -> Iterator[tuple[int, int]]:
        """(offset, length) of each buffer."""
        start, length = self._vector(slot)
        return (struct.unpack_from("<qq", self.data, start + 16 * i) for i in range(length))

    def blocks(self, slot: int) -> Iterator[tuple[int, int]]:
        """(offset, length of the head) of each batch."""
        start, length = self._vector(slot)
        return (struct.unpack_from("<qi", self.data, start + 24 * i) for i in range(length))
