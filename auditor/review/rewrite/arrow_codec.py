"""How an Arrow IPC file or stream is compressed: its batches say it in records that pyarrow does not show."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

from auditor.read.unpacked import MAGIC, _Record

CODECS = {0: "lz4", 1: "zstd"}
"""`CompressionType` of Arrow's `Message.fbs`."""
CONTINUES = 0xFFFFFFFF
"""What stands before the length of a message."""
ROWS = frozenset({2, 3})
"""Kinds of messages that hold a dictionary or a batch of rows."""


def codec_of(path: Path) -> str | None:
    """The compression of the first batch that has one: `lz4`, `zstd`, or None where none has.

    Raises:
        ValueError, struct.error: the records are not what they say.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        places = _of_file(data) if data[: len(MAGIC)] == MAGIC else _of_stream(data)
        return next(filter(None, (_codec(data, at) for at in places)), None)


def _of_file(data: mmap.mmap) -> Iterator[int]:
    """Where the batches of a file stand, by the list at its end."""
    (length,) = struct.unpack("<i", data[-10:-6])
    footer = _Record.root(data, len(data) - 10 - length)
    return (at for slot in (3, 2) for at, _ in footer.blocks(slot))


def _of_stream(data: mmap.mmap) -> Iterator[int]:
    """Where the batches of a stream stand: its messages come one after the other."""
    at = 0
    while at + 8 <= len(data):
        mark, head = struct.unpack_from("<Ii", data, at)
        if mark != CONTINUES or head <= 0:
            return
        message = _Record.root(data, at + 8)
        if message.byte(1) in ROWS:
            yield at
        at += 8 + head + max(message.number(3), 0)


def _codec(data: mmap.mmap, at: int) -> str | None:
    (mark,) = struct.unpack_from("<I", data, at)
    message = _Record.root(data, at + (8 if mark == CONTINUES else 4))
    batch = message.record(2)
    if message.byte(1) == 2:  # a dictionary holds a batch
        batch = batch.record(1)
    return CODECS.get(batch.record(3).byte(0)) if batch.has(3) else None
