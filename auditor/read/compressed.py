"""Compressed files: one table or array inside `.gz`, `.bz2`, `.xz`, `.zst` or `.zip`, as a stream.

The first bytes tell how a file is compressed; its ending tells what the content is called. What is
written down about sizes is not believed: bytes are counted as they come.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any

from auditor.errors import InputError, Problem
from auditor.images.files import HARMLESS, MAX_RATIO
from auditor.read.files import MAX_BYTES, existing_file, swollen_file, unreadable
from auditor.scratch import Scratch, asking_for_room
from auditor.wording import N_, listed, say

CHUNK = 1 << 20
MAX_MEMBERS = 100
"""Files in an archive at most."""
MAX_MEMORY = 256 << 20
"""What an `.xz` file may ask for to be unpacked; `xz -9` asks for 65 MB."""
ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd", ".zip": "zip"}
"""Ending of a name -> how the file is compressed."""
MAGIC = (
    ("gzip", re.compile(rb"\x1f\x8b\x08")),
    ("bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")),
    ("xz", re.compile(rb"\xfd7zXZ\x00")),
    ("zstd", re.compile(rb"\x28\xb5\x2f\xfd")),
    ("zip", re.compile(rb"PK(?:\x03\x04|\x05\x06)")),
)
"""How a file is compressed, and how it then begins."""
ZIPPED_FORMATS = frozenset({".npz", ".npy", ".xlsx", ".xlsm", ".ods", ".docx", ".pptx"})
"""Endings whose own readers open or refuse what is a zip archive."""
NO_DATA = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._|Thumbs\.db$)")
"""Members that a system added and nobody meant to send."""
DAMAGED = (
    *(EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, struct.error),
    *(RuntimeError, ValueError, IndexError),
)
"""What unpacking a damaged or encrypted file raises, beside OSError."""


def compression_of(path: Path) -> str | None:
    """How a file is compressed, told by its first bytes; None where it is not, or a format of its own."""
    with path.open("rb") as stream:
        head = stream.read(16)
    found = next((name for name, pattern in MAGIC if pattern.match(head)), None)
    return None if found == "zip" and path.suffix.lower() in ZIPPED_FORMATS else found


def unpacked(path: Path) -> tuple[Path, Scratch | None]:
    """The file itself, or the copy of what it holds and the folder of that copy.

    Args:
        path: a regular file that is there.

    Raises:
        InputError: `archive-refused` where it unpacks to too much or holds another archive,
            `several-tables`, `archive-empty`, `file-unreadable` where it is damaged or not what its
            ending says, `pickle-refused`, `file-empty`, `no-room`.
    """
    promised = ENDINGS.get(path.suffix.lower())
    kind = compression_of(path)
    if kind is None:
        if promised is not None:
            raise InputError(_not_compressed(path, promised))
        return path, None
    try:
        if kind == "zip" and not path.suffix and _is_office(path):
            return path, None
        scratch = Scratch()
        copy = _from_zip(path, scratch) if kind == "zip" else _from_stream(path, kind, scratch)
    except (*DAMAGED, OSError) as error:
        raise InputError(unreadable(path, error)) from error
    if compression_of(existing_file(copy)) is not None:
        raise InputError(_nested(path))
    return copy, scratch


def inner_name(path: Path) -> str:
    """A name without the ending that tells the compression.

    >>> inner_name(Path("a/oof.csv.GZ")), inner_name(Path("data.csv"))
    ('oof.csv', 'data.csv')
    """
    return path.stem if path.suffix.lower() in ENDINGS else path.name


def _from_stream(path: Path, kind: str, scratch: Scratch) -> Path:
    copy = scratch.path / inner_name(path)
    with path.open("rb") as stream:
        _copied(UNPACK[kind](stream), path, copy)
    return copy


def _copied(pieces: Iterator[bytes], path: Path, copy: Path) -> None:
    """Write the pieces down, and count them while they come."""
    size = path.stat().st_size
    limit = min(MAX_BYTES, max(MAX_RATIO * size, HARMLESS))
    done = 0
    with asking_for_room(), copy.open("xb") as out:
        for piece in _outside(pieces):
            done += len(piece)
            if done > limit:
                raise InputError(swollen_file(path, say(N_("if you trust the file, unpack it yourself"))))
            out.write(piece)


def _outside(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces; an OSError on the way is the archive's and not the temporary folder's."""
    try:
        yield from pieces
    except OSError as error:
        raise EOFError(str(error)) from error


def _gzip(stream: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=stream) as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def _zstd(stream: IO[bytes]) -> Iterator[bytes]:
    import pyarrow as pa

    with pa.CompressedInputStream(stream, "zstd") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def _bzip2(stream: IO[bytes]) -> Iterator[bytes]:
    return _one_behind_the_other(stream, bz2.BZ2Decompressor)


def _xz(stream: IO[bytes]) -> Iterator[bytes]:
    return _one_behind_the_other(
        stream, lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MAX_MEMORY)
    )


def _one_behind_the_other(stream: IO[bytes], new: Callable[[], Any]) -> Iterator[bytes]:
    """What the streams of a file hold; what follows the last one must be a stream too, or zeros.

    The modules of the standard library leave out in silence what follows and is none.
    """
    rest = stream.read(CHUNK)
    while rest:
        machine = new()
        while not machine.eof:
            if machine.needs_input and not rest:
                rest = stream.read(CHUNK)
                if not rest:
                    raise EOFError("it ends in the middle")
            yield machine.decompress(rest, CHUNK)
            rest = b""
        rest = machine.unused_data.lstrip(b"\0")
        while not rest and (more := stream.read(CHUNK)):
            rest = more.lstrip(b"\0")


UNPACK: dict[str, Callable[[IO[bytes]], Iterator[bytes]]] = {
    "gzip": _gzip,
    "bzip2": _bzip2,
    "xz": _xz,
    "zstd": _zstd,
}


def _from_zip(path: Path, scratch: Scratch) -> Path:
    """The only file in an archive, under the name of the archive and the ending of that file."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        refuse_swollen_zip(path, infos)
        if _is_office(path):
            raise InputError(_office(path))
        member = _only_member(path, infos)
        ending = PurePosixPath(member.filename).suffix.lower()
        copy = scratch.path / (path.stem + (ending if re.fullmatch(r"\.[a-z0-9]{1,10}", ending) else ""))
        with archive.open(member) as stream:
            _copied(iter(lambda: stream.read(CHUNK), b""), path, copy)
    return copy


def _is_office(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" in archive.namelist()


def refuse_swollen_zip(path: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Raise `archive-refused` for an archive that unpacks to too much, or has a member that swells.

    Python's `zipfile` gives no more bytes of a member than the archive declares.
    """
    total = sum(info.file_size for info in infos)
    swollen = any(info.file_size > max(MAX_RATIO * info.compress_size, HARMLESS) for info in infos)
    if total > MAX_BYTES or swollen:
        raise InputError(swollen_file(path, say(N_("if you trust the file, unpack it yourself"))))


def _only_member(path: Path, infos: Sequence[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    found = [info for info in infos if not info.is_dir() and not NO_DATA.search(info.filename)]
    bad = [info.filename for info in found if _leads_outside(info.filename)]
    if bad:
        raise InputError(_traversal(path, bad))
    if len(infos) > MAX_MEMBERS or len(found) > 1:
        raise InputError(_several(path, [info.filename for info in found]))
    if not found:
        raise InputError(Problem(slug="archive-empty", what=say(N_("{name} holds no file"), name=path.name)))
    return found[0]


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name[:2] or ".." in re.split(r"[/\\]", name) or "\0" in name


def _several(path: Path, names: Sequence[str]) -> Problem:
    return Problem(
        slug="several-tables",
        what=say(
            N_("{name} holds {n:,} files: {names}"), name=path.name, n=len(names), names=listed(names, 5)
        ),
        fixes=(say(N_("unpack it and name one of them, or the folder if they are one dataset")),),
    )


def _traversal(path: Path, names: Sequence[str]) -> Problem:
    return Problem(
        slug="archive-refused",
        what=say(
            N_("{name} holds a file whose name leads out of the archive: {names}"),
            name=path.name,
            names=listed(names, 5),
        ),
        fixes=(say(N_("pack the file again under a plain name")),),
    )


def _nested(path: Path) -> Problem:
    return Problem(
        slug="archive-refused",
        what=say(N_("{name} holds another compressed file"), name=path.name),
        fixes=(say(N_("unpack it once, and name what comes out")),),
    )


def _not_compressed(path: Path, kind: str) -> Problem:
    return Problem(
        slug="file-unreadable",
        what=say(N_("{name} is not a {kind} file, as its ending says"), name=path.name, kind=kind),
        fixes=(say(N_("rename it to {name}"), name=inner_name(path)),),
    )


def _office(path: Path) -> Problem:
    return Problem(
        slug="format-unknown",
        what=say(N_("{name} is an Office document under another ending"), name=path.name),
        fixes=(
            say(N_("save the sheet as CSV (UTF-8)")),
            say(N_("or rename it to {name}"), name=f"{path.stem}.xlsx"),
        ),
    )
