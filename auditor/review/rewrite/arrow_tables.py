"""Parquet and Feather again: the same schema, row groups and compression, other values in the named cells.

Memory does not grow with the file: one row group, or one batch of rows, is held at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from auditor.errors import InputError
from auditor.read.files import unreadable
from auditor.read.formats.arrow_tables import BROKEN, ROWS
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.read.unpacked import DAMAGED, refuse_swollen, written_out
from auditor.review.rewrite.arrow_codec import codec_of
from auditor.review.rewrite.arrow_edits import ArrowEditor
from auditor.review.rewrite.family import Edits, rewriter

FILES = (b"ARROW1", b"FEA1\0\0")
"""How files of batches begin, by the version of Feather: 2 and 1; a stream begins with neither."""
CODECS = {"uncompressed": "none", "lz4_raw": "lz4"}
"""What a Parquet file calls a compression -> what pyarrow's writer calls it."""


@rewriter("parquet", binary=True)
def rewrite_parquet(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write a Parquet file row group by row group.

    Compression and dictionary pages are those of each column's first chunk. How strongly it was compressed,
    page indexes, bloom filters and sorting are not told by the file, or not kept.

    Raises:
        InputError: `format-not-written` for a column of a type that cannot hold a new text;
            `archive-refused`, `file-unreadable`.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(source.path) as file:
            editor = ArrowEditor(source.name, file.schema_arrow, edits)
            groups = _groups(source.path, file)
            first = next(groups, None)  # before its records are asked for: see `parquet_columns`
            with pq.ParquetWriter(target, editor.schema, **_as_it_is(file)) as writer:
                done = 0
                while first is not None:
                    new = editor.edited(first, done)
                    if len(new) or not len(first):  # a group of which every row goes is not written
                        writer.write_table(new, max(len(new), 1))
                    done += len(first)
                    first = next(groups, None)
    except BROKEN as error:
        raise InputError(unreadable(source.path, error)) from error


def _groups(path: Path, file: Any) -> Iterator[pa.Table]:
    """The row groups, each refused before it fills memory."""
    for number in range(file.num_row_groups):
        batches, size = [], 0
        for batch in file.iter_batches(ROWS, row_groups=[number]):
            batches.append(batch)
            size += written_out(pa.Table.from_batches([batch]))
            refuse_swollen(path, size, limit=math.inf)
        yield pa.Table.from_batches(batches, file.schema_arrow)


def _as_it_is(file: Any) -> dict[str, Any]:
    """How the writer is to write a file like this one."""
    metadata = file.metadata
    found: dict[str, Any] = {"store_schema": b"ARROW:schema" in (metadata.metadata or {})}
    if not metadata.num_row_groups or not metadata.num_columns:
        return found
    group = metadata.row_group(0)
    chunks = [group.column(at) for at in range(metadata.num_columns)]
    codecs = {chunk.path_in_schema: _codec(chunk.compression) for chunk in chunks}
    # a new column has the compression that most have
    common = max(sorted(set(codecs.values())), key=list(codecs.values()).count)
    found["compression"] = common if len(set(codecs.values())) == 1 else codecs
    paged = [chunk.path_in_schema for chunk in chunks if chunk.has_dictionary_page]
    found["use_dictionary"] = True if len(paged) == len(chunks) else paged
    return found


def _codec(name: str) -> str:
    return CODECS.get(name.lower(), name.lower())


@rewriter("feather", binary=True)
def rewrite_feather(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write an Arrow IPC file (Feather) or stream with the batches and the compression that it has.

    Raises:
        InputError: `format-not-written` for a column of a type that cannot hold a new text;
            `file-unreadable`.
    """
    try:
        rewrite_arrow(source.name, source.path, edits, target)
    except (*BROKEN, *DAMAGED) as error:
        raise InputError(unreadable(source.path, error)) from error


def rewrite_arrow(name: str, path: Path, edits: Edits, target: Path) -> None:
    """Write an Arrow IPC file or stream again; see `rewrite_feather`.

    Raises:
        InputError: `format-not-written`.
        pa.ArrowException, OSError, ValueError, struct.error: it is damaged.
    """
    with path.open("rb") as stream:
        begin = stream.read(6)
    if begin == FILES[1]:
        _first_version(name, path, edits, target)
    elif begin == FILES[0]:
        _file(name, path, edits, target)
    else:
        _stream(name, path, edits, target)


def rows_of_arrow(path: Path) -> int:
    """Rows of an Arrow IPC file or stream.

    Raises:
        pa.ArrowException, OSError: it is damaged.
    """
    with path.open("rb") as opened:
        is_file = opened.read(6) == FILES[0]
    with pa.memory_map(str(path), "r") as mapped:
        if is_file:
            with pa.ipc.open_file(mapped) as file:
                return sum(file.get_batch(at).num_rows for at in range(file.num_record_batches))
        with pa.ipc.open_stream(mapped) as stream:
            return sum(batch.num_rows for batch in stream)


def _file(name: str, path: Path, edits: Edits, target: Path) -> None:
    with pa.memory_map(str(path), "r") as mapped, pa.ipc.open_file(mapped) as reader:
        editor = ArrowEditor(name, reader.schema, edits)
        more = {"metadata": found} if (found := getattr(reader, "metadata", None)) else {}
        options = pa.ipc.IpcWriteOptions(compression=codec_of(path))
        with (
            pa.OSFile(str(target), "wb") as out,
            pa.ipc.new_file(out, editor.schema, options=options, **more) as writer,
        ):
            batches = map(reader.get_batch_with_custom_metadata, range(reader.num_record_batches))
            _copy(batches, editor, writer)


def _stream(name: str, path: Path, edits: Edits, target: Path) -> None:
    with pa.memory_map(str(path), "r") as mapped, pa.ipc.open_stream(mapped) as reader:
        editor = ArrowEditor(name, reader.schema, edits)
        options = pa.ipc.IpcWriteOptions(compression=codec_of(path))
        with (
            pa.OSFile(str(target), "wb") as out,
            pa.ipc.new_stream(out, editor.schema, options=options) as writer,
        ):
            _copy(reader.iter_batches_with_custom_metadata(), editor, writer)


def _copy(batches: Iterator[Any], editor: ArrowEditor, writer: Any) -> None:
    """Write the batches, with what is said of each; one of which every row goes is left out."""
    done = 0
    for batch, said in batches:
        n = batch.num_rows
        if not editor.touches(done, n):
            writer.write_batch(batch, custom_metadata=said)
        else:
            for new in editor.edited(pa.Table.from_batches([batch]), done).combine_chunks().to_batches():
                writer.write_batch(new, custom_metadata=said)
        done += n


def _first_version(name: str, path: Path, edits: Edits, target: Path) -> None:
    """A file of Feather's first version, which is one batch."""
    import pyarrow.feather as feather

    whole = feather.read_table(path, memory_map=False)
    new = ArrowEditor(name, whole.schema, edits).edited(whole, 0)
    feather.write_feather(new.combine_chunks(), target, version=1)
